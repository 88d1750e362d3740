"""What the faults share: one PostgreSQL with two releases, a clock, and the counts that are printed at the end."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from scripts.local import ROOT

from .clock import Clock
from .nodes import Node, Readers, own_port
from .postgresql import Cluster

HERE = Path(__file__).parent
COUNTED = ("faults", "requests", "refused", "killed", "failures")
"""`refused`: told at once to come back, where more was asked than can be served. `killed`: under way in a process killed."""
counted: dict[str, Counter] = {}
"""By the name of the test."""


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.faults)


def pytest_terminal_summary(terminalreporter):
    if not counted:
        return
    write = terminalreporter.write_line
    terminalreporter.section("faults, and what readers noticed")
    write("".join(f"{name:>10}" for name in COUNTED))
    for name, counts in counted.items():
        write("".join(f"{counts[of]:>10,}" for of in COUNTED) + f"  {name}")
    total = sum(counted.values(), Counter())
    write("  " + ", ".join(f"{of}: {total[of]:,}" for of in COUNTED))


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
def clock(tmp_path):
    """The right time, until it is set to another."""
    return Clock(tmp_path / "clock")


class Fault:
    """Counts what was done to the site, and that no reader noticed."""

    def __init__(self, counts: Counter):
        self.counts = counts

    def happens(self) -> None:
        self.counts["faults"] += 1

    def unnoticed_by(self, readers: Readers, *, but_for: Sequence[tuple[float, float]] = ()) -> None:
        """`but_for`: when a process was killed (before and after). What it had under way then may fail, and nothing else."""
        killed = [it for it in readers.failures if any(it.began < after and before < it.ended for before, after in but_for)]
        failures = [it for it in readers.failures if it not in killed]
        self.counts.update(requests=readers.count, killed=len(killed), failures=len(failures))
        assert failures == []
        assert readers.count


@pytest.fixture
def fault(request):
    return Fault(counted.setdefault(request.node.name, Counter()))
