"""The clock is set to another time, by days and by decades, forwards and back, while readers read."""

import json
from datetime import timedelta

import pytest

from evidence.days import LAST_DAY

from .clock import HERE
from .conftest import make_public
from .nodes import ANSWERS, Readers, Staff, until
from .proxy import NGINX, Proxy

pytestmark = pytest.mark.skipif(not HERE, reason="libfaketime comes for Linux on x86-64")
A_YEAR = timedelta(days=400)


def plan_day(server):
    """The day that readers are told."""
    return json.loads(server.ask("POST", "/en/plan/", ANSWERS, Accept="application/json")[1])["day"]


def standings(server):
    """What the rows on who pays are worth on the day of the clock."""
    rows = json.loads(server.get("/en/medsearch/data/funding.json")[1])["rows"]
    return {row["standing"] for row in rows}


def is_told(server, day):
    until(lambda: plan_day(server) == day.isoformat(), 30, f"readers are told {day}")


def another_release(database, *nodes):
    """It is noticed as soon as ever: when to look does not hang on this clock."""
    number = 3 - nodes[0].ready()["release"]
    make_public(database, number)
    for node in nodes:
        until(lambda node=node: node.ready()["release"] == number, 20, f"release {number} is served")


@pytest.mark.quick
def test_it_jumps_by_a_year_and_to_before_there_was_a_site(database, node_of, fault, clock):
    node = node_of(database.url(), clock=clock)
    published = clock.today()
    readers = Readers(node)
    with readers.reading():
        assert "checked" in standings(node)
        fault.happens()
        clock.set(A_YEAR)
        is_told(node, clock.today())
        assert "checked" not in standings(node)
        another_release(database, node)
        fault.happens()
        clock.set_to(1971)
        is_told(node, published)
        assert node.ready()["why"] == ["the clock says a day that cannot be"]
        another_release(database, node)
        clock.set(timedelta())
        until(lambda: not node.ready()["degraded"], 30, "all is well again")
        readers.go_on(8)
    fault.unnoticed_by(readers)
    assert "Traceback" not in node.log()


@pytest.mark.skipif(NGINX is None, reason="needs nginx (Debian: apt install nginx-light)")
def test_the_clock_of_all_programs_jumps(database, node_of, fault, clock, tmp_path):
    """Of nginx, PostgreSQL and two instances: what staff make public then is public, and no reader misses a page."""
    published = clock.today()
    database.stop()
    database.start(clock=clock)
    nodes = [node_of(database.url(), name=name, clock=clock) for name in ("one", "two")]
    proxy = Proxy(tmp_path / "proxy", *nodes, clock=clock).start()
    readers = Readers(proxy)
    try:
        with readers.reading():
            for off in (timedelta(days=1), A_YEAR, -timedelta(days=2), -20 * A_YEAR, 1971, 2150, timedelta()):
                fault.happens()
                clock.set_to(off) if isinstance(off, int) else clock.set(off)
                day = min(max(clock.today(), published), LAST_DAY)
                for node in nodes:
                    is_told(node, day)
                if off in (A_YEAR, 1971):
                    another_release(database, *nodes)
                readers.go_on(8)
    finally:
        proxy.stop()
        database.stop()
        database.start()
    fault.unnoticed_by(readers)


def test_staff_are_told_and_can_publish_and_a_server_can_start(database, node_of, fault, clock):
    published = clock.today()
    fault.happens()
    clock.set_to(1971)
    node = node_of(database.url(), clock=clock)
    assert plan_day(node) == published.isoformat()
    staff = Staff(node)
    assert "The clock of this server says July 1, 1971, which cannot be" in staff.get("/admin/")[1]
    row = database.sql("SELECT id FROM evidence_release WHERE number = 2")
    staff.post_from("/admin/evidence/release/", f"/admin/evidence/release/{row}/activate/")
    until(lambda: node.ready()["release"] == 2, 20, "what staff made public is served")
    database.kill()
    alone = node_of(database.url(), name="another", clock=clock, PATHWAY_RELEASE_FILE=str(node.file))
    assert (alone.ready()["release"], alone.ready()["from_file"]) == (2, True)
    assert plan_day(alone) == published.isoformat()
    readers = Readers(alone)
    with readers.reading():
        fault.happens()
        clock.set(timedelta())
        until(lambda: alone.ready()["why"] == ["the database is away"], 30, "the clock is right again")
    fault.unnoticed_by(readers)
