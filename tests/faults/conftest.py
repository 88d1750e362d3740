"""What the faults share: one PostgreSQL with two releases, and the counts that are printed at the end."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from scripts.local import ROOT

from .nodes import Node, Readers, own_port
from .postgresql import Cluster

HERE = Path(__file__).parent
counted = {"faults": 0, "requests": 0, "repeated": 0, "failures": 0}


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.faults)


def pytest_terminal_summary(terminalreporter):
    if counted["faults"]:
        terminalreporter.write_line(", ".join(f"{name}: {count}" for name, count in counted.items()))


@pytest.fixture(scope="session")
def django_db_setup():
    """No test database: the servers have their own."""


@pytest.fixture(scope="session")
def folder():
    """Short, and open to whoever PostgreSQL runs as."""
    made = Path(tempfile.mkdtemp(prefix="pathway-faults-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="session")
def filled(folder):
    """A running PostgreSQL with the content and releases 1 and 2."""
    cluster = Cluster(folder / "primary", own_port()).create().start()
    try:
        cluster.sql("CREATE DATABASE pathway", "postgres")
        environment = {**os.environ, "DATABASE_URL": cluster.url(), "PATHWAY_RELEASE_FILE": ""}
        subprocess.run([sys.executable, "-m", "tests.faults.prepare"], cwd=ROOT, env=environment, check=True)
        cluster.sql("CREATE TABLE kept AS SELECT id, document, sha256 FROM evidence_release")
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture
def database(filled):
    """The same, with release 1 public, whatever the fault before has left."""
    if not filled.is_running():
        filled.start()
    make_public(filled, 1)
    filled.sql("UPDATE evidence_release r SET document = k.document, sha256 = k.sha256 FROM kept k WHERE r.id = k.id")
    return filled


def make_public(cluster: Cluster, number: int) -> None:
    cluster.sql(
        "BEGIN; UPDATE evidence_release SET active = false WHERE active; "
        f"UPDATE evidence_release SET active = true WHERE number = {number}; COMMIT"
    )


@pytest.fixture
def node_of(tmp_path):
    """Starts application servers; they end with the test."""
    started = []

    def start(url: str, *, ready: bool = True, name: str = "node", **settings) -> Node:
        node = Node(tmp_path / name, url, **settings)
        started.append(node)
        return node.start(ready=ready)

    yield start
    for node in started:
        node.stop()


@pytest.fixture
def fault():
    """Counts what was done to the site, and that no reader noticed."""

    class Fault:
        def happens(self) -> None:
            counted["faults"] += 1

        def unnoticed_by(self, readers: Readers) -> None:
            counted["requests"] += readers.count
            counted["repeated"] += readers.repeated
            counted["failures"] += len(readers.failures)
            assert readers.failures == []
            assert readers.count

    return Fault()
