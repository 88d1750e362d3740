"""Saves the database that DATABASE_URL names as one file, and restores such a file into an empty database.

    python deploy/backup.py save FOLDER [--keep N]    a file named by the moment; of those in FOLDER the newest N stay
    python deploy/backup.py restore FILE

PostgreSQL: needs pg_dump and pg_restore of the server's version or newer; PATHWAY_PG_BIN names their folder, if they are not
on the path. SQLite: also while the site runs. A backup has everything: content, releases, accounts, logs, feedback.
"""

import argparse
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import dj_database_url

ROOT = Path(__file__).resolve().parent.parent
BEGINNING = "pathway-"


class Refused(Exception):
    """Nothing was changed; the message says why."""


def save(folder: Path, keep: int | None, database: dict) -> Path:
    """Returns the file. It has its name only once it is whole."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    kind = "sqlite3" if is_sqlite(database) else "dump"
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    file = folder / f"{BEGINNING}{moment}.{kind}"
    unfinished = file.with_suffix(".unfinished")
    unfinished.touch(mode=0o600)
    try:
        if is_sqlite(database):
            with closing(sqlite3.connect(database["NAME"])) as ours, closing(sqlite3.connect(unfinished)) as copy:
                ours.backup(copy)
        else:
            program("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={unfinished}", database=database)
            program("pg_restore", "--list", str(unfinished), database=database)
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
    for old in sorted(folder.glob(f"{BEGINNING}*.{kind}"), reverse=True)[keep:] if keep else []:
        old.unlink()
    return file


def restore(file: Path, database: dict) -> None:
    """Into an empty database, whole or not at all. Raises Refused if there are tables already."""
    if not file.exists():
        raise Refused(f"{file} is not there.")
    if file.suffix != (".sqlite3" if is_sqlite(database) else ".dump"):
        raise Refused(f"{file.name} is a backup of another kind of database than the one DATABASE_URL names.")
    if is_sqlite(database):
        target = Path(database["NAME"])
        if target.exists():
            raise Refused(f"{target} is there already. Move it away first.")
        if not is_whole(file):
            raise Refused(f"{file} is damaged.")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target.with_suffix(".unfinished"))
        target.with_suffix(".unfinished").replace(target)
        return
    tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    if program("psql", "-X", "-A", "-t", "-c", tables, database=database).strip() != "0":
        raise Refused("The database has tables already. Make an empty one (createdb), and name it in DATABASE_URL.")
    name = f"--dbname={connection(database)}"
    program("pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", name, str(file), database=database)


def is_whole(file: Path) -> bool:
    try:
        with closing(sqlite3.connect(file)) as backup:
            return backup.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    except sqlite3.DatabaseError:
        return False


def is_sqlite(database: dict) -> bool:
    return database["ENGINE"].endswith("sqlite3")


def connection(database: dict) -> str:
    """As libpq takes it, without the password, which other users of the machine could read in a list of processes."""
    given = {
        "dbname": database["NAME"],
        "user": database["USER"],
        "host": database["HOST"],
        "port": str(database["PORT"]),
        **{key: str(value) for key, value in database.get("OPTIONS", {}).items()},
    }
    quoted = {key: value.replace("\\", "\\\\").replace("'", "\\'") for key, value in given.items() if value}
    return " ".join(f"{key}='{value}'" for key, value in quoted.items())


def program(name: str, *arguments: str, database: dict) -> str:
    """Output of one of PostgreSQL's programs. Raises Refused with what it said."""
    folder = os.environ.get("PATHWAY_PG_BIN")
    command = [str(Path(folder) / name) if folder else name, *arguments]
    if name in ("pg_dump", "psql"):
        command.append(connection(database))
    environment = {**os.environ, "PGPASSWORD": database["PASSWORD"] or ""}
    try:
        done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise Refused(f"{name} is not installed. On Debian: apt install postgresql-client.") from error
    except subprocess.CalledProcessError as error:
        raise Refused(f"{name} failed: {error.stderr.strip()}") from error
    return done.stdout


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    saving = commands.add_parser("save")
    saving.add_argument("folder", type=Path)
    saving.add_argument("--keep", type=int)
    commands.add_parser("restore").add_argument("file", type=Path)
    given = parser.parse_args()
    local = f"sqlite:///{ROOT / '.local' / 'pathway.sqlite3'}"
    database = dj_database_url.parse(os.environ.get("DATABASE_URL") or local)
    try:
        if given.command == "save":
            print(save(given.folder, given.keep, database))
        else:
            restore(given.file, database)
            print(f"restored {given.file}")
    except Refused as refused:
        print(f"Nothing was changed. {refused}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
