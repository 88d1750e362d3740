"""The disk takes nothing."""

import os
import resource
import subprocess
from pathlib import Path

import pytest

from .conftest import make_public
from .nodes import Readers, until


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
