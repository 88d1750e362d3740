"""Shows that no answer is left behind. What `make privacy` calls.

    python scripts/privacy.py [--few] [--database FILE] [--app MODULE:NAME]

Starts a server of its own with a new database, its own home and temporary folder, and a log at level DEBUG; asks it for the
plan of every answer set, in every form it comes in (privacy_walk.py); then searches everything that was written, said
or answered for a trace: anything that ties an answer to a request, a time or a client. Prints what was searched, how much
of it there was and what was found. Exits 1 if anything was.

--few: every 120th answer set. --database: begin with a copy of this SQLite file. --app: another WSGI application, for the
tests, which plant leaks.
"""

import argparse
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from privacy_walk import MARK, Needles, Walk, walk, with_further

ROOT = Path(__file__).resolve().parent.parent
NOT_LOOKED_INTO = {".git", ".venv", ".venv-newest", "__pycache__", "node_modules"}
LARGEST_SEARCHED = 64_000_000
PREPARE = "import local; local.settle_environment(); local.prepare()"
IN_MEMORY = """
import sys, urllib.parse
import django
django.setup()
from django.core.cache import caches
from django.test import Client
for line in sys.stdin:
    Client().post("/en/plan/", dict(urllib.parse.parse_qsl(line.strip())))
print(sum(len(getattr(cache, "_cache", ())) for cache in caches.all(initialized_only=False)))
"""


def say(line: str) -> None:
    print(f"  {line}", flush=True)


class Site:
    """A server with everything it could write to in one folder: database, log, home, temporary files."""

    def __init__(self, folder: Path, app: str):
        self.folder, self.app = folder, app
        self.database, self.log = folder / "pathway.sqlite3", folder / "log"
        for name in ("home", "tmp"):
            (folder / name).mkdir()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.environment = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{self.database}",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "HOME": str(folder / "home"),
            "PATHWAY_ALLOWED_HOSTS": "127.0.0.1,testserver",
            "PATHWAY_DEBUG": "false",
            "PATHWAY_HTTPS": "false",
            "PATHWAY_LOG_LEVEL": "DEBUG",
            "PATHWAY_RATE_LIMITS": "100",
            "PATHWAY_SECRET_KEY": "for-this-walk-only-" * 3,
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": str(ROOT),
            "TMPDIR": str(folder / "tmp"),
        }

    def prepare(self, copy_of: Path | None) -> None:
        if copy_of:
            shutil.copy(copy_of, self.database)
        command = [sys.executable, "-c", PREPARE]
        subprocess.run(command, check=True, cwd=ROOT / "scripts", env=self.environment, stdout=subprocess.DEVNULL)

    def start(self) -> subprocess.Popen:
        server = Path(sys.executable).with_name("granian")
        how = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port), "--blocking-threads", "2", "--no-ws"]
        process = subprocess.Popen(
            [server, *how, "--no-access-log", self.app],
            cwd=ROOT,
            env=self.environment,
            stdout=self.log.open("w"),
            stderr=subprocess.STDOUT,
        )
        for _ in range(600):
            try:
                if urlopen(f"http://127.0.0.1:{self.port}/readyz").status == 200:
                    return process
            except HTTPError:
                break
            except OSError:
                if process.poll() is not None:
                    break
                time.sleep(0.2)
        process.terminate()
        sys.exit(f"The server did not start:\n{self.log.read_text()}")

    def rows(self) -> set[str]:
        """Every row of every table, and the tables, as SQL."""
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as database:
            return set(database.iterdump())

    def own_files(self) -> dict[Path, tuple[int, int]]:
        """What stands in its folder but the database and the log: nothing, if nothing was written."""
        beside = {self.log, *(self.database.with_name(self.database.name + end) for end in ("", "-wal", "-shm"))}
        return {path: _state(path) for path in _files([self.folder]) if path not in beside}


def _files(folders: list[Path]):
    for folder in folders:
        for where, inside, names in os.walk(folder, onerror=lambda error: None):
            inside[:] = [name for name in inside if name not in NOT_LOOKED_INTO]
            yield from (Path(where, name) for name in names)


def _state(path: Path) -> tuple[int, int]:
    told = path.lstat()
    return told.st_size, told.st_mtime_ns


def _written_since(start: float, site: Site) -> list[Path]:
    """Files of this machine's temporary folders and of the program that changed, whoever wrote them."""
    folders = {ROOT, *map(Path, ("/tmp", "/var/tmp", "/dev/shm", tempfile.gettempdir()))}  # noqa: S108 – to search them
    found = []
    for path in _files([folder for folder in folders if folder.is_dir()]):
        try:
            told = path.lstat()
        except OSError:
            continue
        fresh = told.st_mtime >= start and told.st_size < LARGEST_SEARCHED
        if fresh and site.folder not in path.parents and path.is_file():
            found.append(path)
    return found


def _open_files(process: subprocess.Popen, site: Site) -> list[str]:
    """Files that the server holds open for writing, but the database and the log. Linux only."""
    mine = {str(process.pid)}
    for told in Path("/proc").glob("[0-9]*/stat"):
        try:
            if told.read_text().rpartition(")")[2].split()[1] in mine:
                mine.add(told.parent.name)
        except OSError:
            continue
    found = []
    for pid in mine:
        for link in Path(f"/proc/{pid}/fd").glob("*"):
            try:
                target, flags = os.readlink(link), Path(f"/proc/{pid}/fdinfo/{link.name}").read_text()
            except OSError:
                continue
            writes = int(flags.split("flags:")[1].split()[0], 8) & 0o3
            ours = target.startswith((str(site.database), str(site.log), "/dev/"))
            if target.startswith("/") and writes and not ours:
                found.append(target)
    return found


def _in_memory(site: Site, some: list[dict[str, str]]) -> int:
    """Entries in Django's caches after plans were made in one process."""
    lines = "\n".join("&".join(f"{name}={value}" for name, value in answers.items()) for answers in some)
    told = subprocess.run(
        [sys.executable, "-c", IN_MEMORY],
        input=lines,
        text=True,
        cwd=ROOT,
        env=site.environment,
        capture_output=True,
        check=True,
    )
    return int(told.stdout.split()[-1])


def _asked(site: Site):
    """From the release that the server serves: question → options, every core answer set, and drugs."""
    os.environ.update(site.environment)
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    from django.db import connection

    from evidence import holding
    from pathway.content import content
    from pathway.models import Moment
    from personalization.ruleset import every_answer_set

    made = content(holding.active())
    options = {question.slug: [option.slug for option in question.options] for question in made.questions}
    options |= {"province": list(made.formulary.jurisdictions), "now": list(Moment.values)}
    core = [dict(found.answers) for found in every_answer_set(made.ruleset)]
    connection.close()
    return options, core, list(made.formulary.drugs)


Found = tuple[str, str, list[str]]
"""What was searched, how much of it, and the traces in it."""


def search(site: Site, walked: Walk, before: tuple, start: float, process: subprocess.Popen) -> list[Found]:
    rows_before, files_before, log_before = before
    needles = walked.needles
    told = [line for line in site.log.read_text(errors="replace")[log_before:].splitlines() if line.strip()]
    rows = site.rows()
    changed = [row for row in rows ^ rows_before if not row.startswith('INSERT INTO "sqlite_sequence"')]
    kept = [row for row in changed if row.startswith('INSERT INTO "feedback_feedback"') and not needles.found(row)]
    files = site.own_files()
    elsewhere = _written_since(start, site)
    of_walk = {where: [what for place, what in walked.traces if place == where] for where, _ in walked.traces}
    if len(kept) > walked.messages:
        kept = []
    return [
        ("lines of the log, all levels", f"{len(told)} since the start", [line[:160] for line in told]),
        ("rows of all tables", f"{len(rows):,} compared", [row[:160] for row in changed if row not in kept]),
        ("feedback kept, as promised", f"{len(kept)} of {walked.messages}, no answers in it", []),
        (
            "files of its folders",
            f"{len(files)}, home and temporary ones",
            [str(path) for path, state in files.items() if files_before.get(path) != state],
        ),
        ("files it holds open", "Linux" if Path("/proc/self/fd").is_dir() else "not looked at", _open_files(process, site)),
        (
            "files written elsewhere",
            f"{len(elsewhere)}, by anybody, searched",
            [str(path) for path in elsewhere if MARK.encode() in _bytes(path)],
        ),
        ("cookies and headers", f"{walked.seen['headers']:,} headers", of_walk.get("cookies and headers", [])),
        ("redirects", "of the same", of_walk.get("redirects", [])),
        ("addresses in pages", f"{walked.seen['addresses in pages']:,}", of_walk.get("addresses in pages", [])),
    ]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--few", action="store_true")
    options.add_argument("--database", type=Path)
    options.add_argument("--app", default="config.wsgi:application")
    how = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="pathway-privacy-"))
    site = Site(folder, how.app)
    try:
        say("a new database, with the content of fixtures/" if not how.database else f"a copy of {how.database}")
        site.prepare(how.database)
        asked, core, drugs = _asked(site)
        if how.few:
            core = core[::120]
        further = list(with_further(asked, core, 8 if how.few else 300))
        files = site.own_files()
        start = time.time()
        process = site.start()
        try:
            before = (site.rows(), files, len(site.log.read_text(errors="replace")))
            walked = Walk(site.port, Needles(asked))
            walk(walked, core, further, drugs, say)
            found = search(site, walked, before, start, process)
        finally:
            process.terminate()
            process.wait()
        entries = _in_memory(site, core[:20])
        found.append(("caches in memory", "after 20 plans", [f"{entries} entries"] if entries else []))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return _print(walked, len(core), len(further), found)


def _print(walked: Walk, core: int, further: int, found: list[Found]) -> int:
    print(f"\n{walked.sent.total():,} requests, {core} core answer sets, {further} with further questions:")
    for kind, many in sorted(walked.sent.items()):
        print(f"  {many:>6,}  {kind}")
    print(f"\n  {'searched':<30}  {'how much':<40}  traces")
    for what, much, traces in found:
        print(f"  {what:<30}  {much:<40}  {len(traces):>6}")
    for what, _, traces in found:
        for trace in traces[:5]:
            print(f"TRACE in {what}: {trace}")
    total = sum(len(traces) for _, _, traces in found)
    print(f"\ntraces: {total}")
    return int(bool(total))


if __name__ == "__main__":
    sys.exit(main())
