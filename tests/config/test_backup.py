"""A backup is whole or not there, and a restore never overwrites anything. PostgreSQL: tests/faults/test_drills.py."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from django.conf import settings


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "pathway.sqlite3"
    with closing(sqlite3.connect(path)) as new, new:
        new.execute("CREATE TABLE told (words)")
        new.execute("INSERT INTO told VALUES ('kept')")
    return path


def run(database, *arguments):
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{database}"}
    command = [sys.executable, "deploy/backup.py", *map(str, arguments)]
    return subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)


def test_what_was_saved_is_what_is_restored(database, tmp_path):
    saved = run(database, "save", tmp_path / "backups").stdout.strip()
    database.unlink()
    assert run(database, "restore", saved).returncode == 0
    with closing(sqlite3.connect(database)) as restored:
        assert restored.execute("SELECT words FROM told").fetchall() == [("kept",)]


def test_a_backup_is_for_its_owner_alone(database, tmp_path):
    saved = run(database, "save", tmp_path / "backups").stdout.strip()
    assert os.stat(saved).st_mode & 0o077 == 0


def test_the_newest_stay(database, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in ("20260101T000000Z", "20260102T000000Z"):
        (folder / f"pathway-{day}.sqlite3").touch()
    saved = run(database, "save", folder, "--keep", "2").stdout.strip()
    assert sorted(map(str, folder.iterdir())) == [str(folder / "pathway-20260102T000000Z.sqlite3"), saved]


def as_it_is(database, saved):
    return saved


def damaged(database, saved):
    database.unlink()
    with open(saved, "r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 200)
    return saved


def of_another_kind(database, saved):
    return os.rename(saved, f"{saved}.dump") or f"{saved}.dump"


def not_there(database, saved):
    return "no-such-file"


REFUSED = [(as_it_is, "there already"), (damaged, "damaged"), (of_another_kind, "another kind"), (not_there, "not there")]


@pytest.mark.parametrize(("harm", "told"), REFUSED, ids=[harm.__name__ for harm, _ in REFUSED])
def test_a_restore_that_would_do_harm_is_refused(database, tmp_path, harm, told):
    saved = run(database, "save", tmp_path / "backups").stdout.strip()
    refused = run(database, "restore", harm(database, saved))
    assert refused.returncode == 1
    assert told in refused.stderr
    assert "Nothing was changed" in refused.stderr
