"""A database with fixtures/ loaded and published as release 1, made once and copied by each process that tests.

Making it takes as long as hundreds of tests. The first process to ask makes it, with the migrations and commands of a new
installation; the others wait. Run as a program of its own, `python -m tests.ready NAME`, it makes one of that name.
"""

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path

import django
from django.conf import settings


def shared_folder(tmp_path_factory) -> Path:
    """Where the processes of a run, and all runs that `make test` starts, meet."""
    if shared := os.environ.get("PATHWAY_TESTS_FOLDER"):
        return Path(shared)
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def copy_to(file: Path, folder: Path) -> Path:
    """A SQLite database in a file, for a server of its own."""
    with _alone(folder):
        shutil.copyfile(_file(folder), file)
    return file


@contextmanager
def filled_database(folder: Path):
    """The test database of this process, filled."""
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    tested = connection.settings_dict["TEST"]
    tested["MIGRATE"] = False
    with _alone(folder):
        made = _file(folder) if connection.vendor == "sqlite" else _template(folder)
        if connection.vendor == "postgresql":
            tested["TEMPLATE"] = made
        databases = setup_databases(verbosity=0, interactive=False, aliases={"default"}, serialized_aliases=set())
        if connection.vendor == "sqlite":
            with closing(sqlite3.connect(made)) as filled:
                filled.backup(connection.connection)
    yield
    teardown_databases(databases, verbosity=0)


@contextmanager
def _alone(folder: Path):
    with (folder / "ready.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _file(folder: Path) -> Path:
    made = folder / "ready.sqlite3"
    if not made.exists():
        _make(made.with_suffix(".unfinished"), f"sqlite:///{folder}/unused")
        made.with_suffix(".unfinished").rename(made)
    return made


def _template(folder: Path) -> str:
    """Name of a database in the PostgreSQL that the tests use, where it stays for the next run to replace."""
    name = "test_ready"
    if not (folder / name).exists():
        _make(name, os.environ["DATABASE_URL"])
        (folder / name).touch()
    return name


def _make(name, address: str) -> None:
    told = {**os.environ, "DATABASE_URL": address}
    subprocess.run([sys.executable, "-m", "tests.ready", str(name)], cwd=settings.BASE_DIR, env=told, check=True)


def main(name: str) -> None:
    """Published unchecked: an error in the content fails the test that looks for errors, not all of them."""
    from unittest.mock import patch

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import setup_databases

    from evidence import releases

    connection.settings_dict["TEST"]["NAME"] = name
    setup_databases(verbosity=0, interactive=False, aliases={"default"}, serialized_aliases=set())
    call_command("load_content", verbosity=0)
    with patch.object(releases, "_checks", []):
        releases.publish(by="the tests")
    connection.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
