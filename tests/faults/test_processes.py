"""A worker is killed, the disk takes nothing, the clock jumps."""

import os
import resource
import subprocess
from pathlib import Path

import pytest

from .conftest import make_public
from .nodes import Readers, until


def test_a_worker_that_is_killed_is_replaced_and_who_asks_again_is_served(database, node_of, fault):
    node = node_of(database.url())
    readers = Readers(node, retries=30.0)
    with readers.reading(threads=4):
        for _ in range(3):
            fault.happens()
            killed = node.worker()
            killed.kill()
            until(lambda killed=killed: node.worker() not in (None, killed) and node.ready()["ready"], 60, "another serves")
            readers.go_on(8)
    fault.unnoticed_by(readers)
    # What each of the four had under way, and what it asked while nobody listened: seldom, since the backlog keeps it.
    assert readers.repeated > 0


def no_file_may_grow():
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))


def serves_although(node, database, fault):
    """The release becomes public, as always; only the file is missing, which is said once."""
    readers = Readers(node)
    with readers.reading():
        fault.happens()
        until(lambda: node.ready()["why"] == ["the last release’s file could not be read or written"], 20)
        make_public(database, 2)
        until(lambda: node.ready()["release"] == 2, 20)
        readers.go_on(8)
    fault.unnoticed_by(readers)
    assert node.log().count("could not be written") <= 2


def test_the_disk_is_full(database, node_of, fault):
    node = node_of(database.url(), preexec_fn=no_file_may_grow)
    serves_although(node, database, fault)
    assert list(node.file.parent.glob("last-release*")) == []


@pytest.fixture
def mounted(tmp_path):
    """Makes a small file system of its own, which needs root."""
    at = tmp_path / "mounted"
    at.mkdir()

    def mount(*options: str) -> Path:
        subprocess.run(["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(at)], check=True)
        return at

    yield mount
    subprocess.run(["umount", str(at)], check=False)


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a file system")


@needs_root
@pytest.mark.parametrize("options", [("size=200k",), ("ro",)], ids=["full", "read-only"])
def test_the_disk_of_the_file_takes_nothing(database, node_of, fault, mounted, options):
    node = node_of(database.url(), PATHWAY_RELEASE_FILE=str(mounted(*options) / "last-release"))
    serves_although(node, database, fault)


FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


@pytest.mark.skipif(FAKETIME is None, reason="needs libfaketime (Debian: apt install faketime)")
def test_the_clock_jumps(database, node_of, fault, tmp_path):
    day = tmp_path / "clock"
    day.write_text("+0")
    node = node_of(
        database.url(),
        LD_PRELOAD=str(FAKETIME),
        FAKETIME_TIMESTAMP_FILE=str(day),
        FAKETIME_NO_CACHE="1",
        # The kernel never moves the monotonic clock either.
        FAKETIME_DONT_FAKE_MONOTONIC="1",
    )
    readers = Readers(node)
    with readers.reading():
        for number, jump in ((2, "+40d"), (1, "-300d"), (2, "+0")):
            fault.happens()
            day.write_text(jump)
            make_public(database, number)
            until(lambda number=number: node.ready()["release"] == number, 20, f"release {number} after a jump of {jump}")
            readers.go_on(8)
    fault.unnoticed_by(readers)
