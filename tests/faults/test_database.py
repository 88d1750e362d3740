"""PostgreSQL is killed, hangs, or is not there when a server starts: readers notice nothing, staff are told."""

import threading

import pytest

from .nodes import Readers, Staff, until


@pytest.mark.quick
def test_killed_and_started_again_while_readers_read(database, node_of, fault):
    node = node_of(database.url())
    staff = Staff(node)
    assert staff.get("/admin/")[0] == 200
    readers = Readers(node)
    with readers.reading():
        for _ in range(3):
            fault.happens()
            database.kill()
            until(lambda: node.ready()["degraded"], 20, "readiness says that the database is away")
            assert node.ready()["why"] == ["the database is away"]
            status, page = staff.get("/admin/")
            assert (status, "The database cannot be reached just now" in page) == (503, True)
            readers.go_on(20)
            database.start()
            until(lambda: not node.ready()["degraded"], 30, "readiness says that all is well again")
            until(lambda: staff.get("/admin/")[0] == 200, 30, "admin works again")
    fault.unnoticed_by(readers)
    assert "Traceback" not in node.log()


def test_hangs_while_readers_read_and_staff_wait(database, node_of, fault):
    node = node_of(database.url())
    staff = [Staff(node) for _ in range(3)]
    readers = Readers(node)
    with readers.reading():
        fault.happens()
        database.freeze()
        try:
            waiting = [threading.Thread(target=one.get, args=("/admin/",), daemon=True) for one in staff]
            for thread in waiting:
                thread.start()
            until(lambda: node.ready()["degraded"], 30, "readiness says that it hangs")
            readers.go_on(40)
        finally:
            database.thaw()
        for thread in waiting:
            thread.join(60)
        until(lambda: not node.ready()["degraded"], 30, "readiness says that all is well again")
    fault.unnoticed_by(readers)


@pytest.mark.quick
def test_not_there_when_a_server_starts(database, node_of, fault):
    before = node_of(database.url(), name="first")
    page = before.get("/en/medsearch/letrozole/")
    fault.happens()
    database.kill()
    node = node_of(database.url(), name="second", PATHWAY_RELEASE_FILE=str(before.file))
    assert node.get("/en/medsearch/letrozole/") == page
    assert node.ready() == {
        "ready": True,
        "degraded": True,
        "why": ["the database is away"],
        "release": 1,
        "from_file": True,
    }
    readers = Readers(node)
    with readers.reading():
        database.start()
        until(lambda: not node.ready()["degraded"], 30, "readiness says that all is well again")
        assert not node.ready()["from_file"]
    fault.unnoticed_by(readers)


def test_not_there_when_the_very_first_server_starts(database, node_of, fault):
    fault.happens()
    database.kill()
    node = node_of(database.url(), ready=False)
    status, page = node.get("/en/medsearch/letrozole/")
    assert (status, "We cannot show this page just now" in page) == (503, True)
    assert node.get("/readyz")[0] == 503
    database.start()
    until(lambda: node.get("/en/medsearch/letrozole/")[0] == 200, 30, "it serves as soon as there is a database")
