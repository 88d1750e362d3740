"""What would be done on a bad day, done on a quiet one: a restore on an empty machine, and a replica that takes over."""

import os
import subprocess
import sys

import pytest

from scripts.local import ROOT

from .nodes import Readers, Staff, own_port, until
from .postgresql import BINARIES, Cluster


@pytest.fixture
def say(capsys):
    def aloud(line):
        with capsys.disabled():
            print(f"\n   {line}", end="", flush=True)

    return aloud


@pytest.fixture
def run():
    """Runs one of our programs against a database, as somebody would by hand; returns what it printed."""

    def program(url, *arguments):
        environment = {
            **os.environ,
            "DATABASE_URL": url,
            "PATHWAY_PG_BIN": str(BINARIES),
            "PATHWAY_SECRET_KEY": "for-tests-only-" * 5,
            "PATHWAY_ALLOWED_HOSTS": "127.0.0.1",
            "PATHWAY_RELEASE_FILE": "",
        }
        command = [sys.executable, *arguments]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return program


DAY = "2026-11-23"


def test_a_backup_restores_on_an_empty_machine_and_every_plan_is_the_same(database, folder, tmp_path, fault, run, say):
    before = run(database.url(), "manage.py", "hash_plans", "--on", DAY)
    say(f"before:  {before}")
    backup = run(database.url(), "deploy/backup.py", "save", str(tmp_path / "backups"))
    database.stop()
    fault.happens()
    empty = Cluster(folder / "another-machine", own_port()).create().start()
    try:
        empty.sql("CREATE DATABASE pathway", "postgres")
        run(empty.url(), "deploy/backup.py", "restore", backup)
        after = run(empty.url(), "manage.py", "hash_plans", "--on", DAY)
        say(f"after:   {after}\n")
        assert after == before
        assert " 846 plans" in after
        assert run(empty.url(), "manage.py", "migrate", "--check") == ""
    finally:
        empty.stop()


def test_a_replica_takes_over_and_publishing_works_again(database, folder, node_of, fault, say, run):
    replica = Cluster(folder / "replica", own_port()).follow(database)
    # Both addresses: whichever of the two takes writes is found when a connection is made.
    ports = f"{database.port},{replica.port}"
    url = f"postgres://postgres@/pathway?host=127.0.0.1,127.0.0.1&port={ports}&target_session_attrs=read-write"
    try:
        one, two = node_of(url, name="one"), node_of(url, name="two")
        readers, others = Readers(one), Readers(two)
        with readers.reading(threads=2), others.reading(threads=2):
            staff = Staff(one)
            publish(staff, database, 2)
            until(lambda: two.ready()["release"] == 2, 20, "the other node serves what was published on the first")
            say("published on node one: node two serves it")
            behind = "SELECT count(*) FROM pg_stat_replication WHERE replay_lsn >= pg_current_wal_lsn()"
            until(lambda: database.sql(behind) == "1", 20, "the replica has it")
            fault.happens()
            database.kill()
            until(lambda: one.ready()["degraded"] and two.ready()["degraded"], 20, "both say that the primary is gone")
            readers.go_on(20)
            others.go_on(20)
            say(f"primary killed: both nodes go on serving release {one.ready()['release']}")
            fault.happens()
            replica.promote()
            until(lambda: not (one.ready()["degraded"] or two.ready()["degraded"]), 30, "both have found the new primary")
            staff = Staff(two)
            publish(staff, replica, 1)
            until(lambda: one.ready()["release"] == 1, 20, "what was published on node two is served by node one")
            say("replica promoted, nothing restarted: published on node two, node one serves it")
        fault.unnoticed_by(readers)
        fault.unnoticed_by(others)
        say(f"readers meanwhile: {readers.count + others.count} pages, failures: 0\n")
    finally:
        replica.stop()


def publish(staff, cluster, number):
    """Makes a release public, as staff do."""
    row = cluster.sql(f"SELECT id FROM evidence_release WHERE number = {number}")
    status, page = staff.post_from("/admin/evidence/release/", f"/admin/evidence/release/{row}/activate/")
    assert status == 200, page
    assert cluster.sql("SELECT number FROM evidence_release WHERE active") == str(number)
