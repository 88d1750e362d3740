"""`make privacy`, on a few answer sets: it finds nothing, and it would find something. With a server of its own."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

pytestmark = pytest.mark.browser
WHERE = (
    *("lines of the log", "cookies and headers", "files of its folders", "addresses in pages", "redirects"),
    "rows of all tables",
)


def walk(*options):
    command = [sys.executable, "scripts/privacy.py", "--few", *options]
    return subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """With the content published, made once for all the walks."""
    file = tmp_path_factory.mktemp("privacy") / "pathway.sqlite3"
    told = {**os.environ, "DATABASE_URL": f"sqlite:///{file}"}
    prepare = "import local; local.settle_environment(); local.prepare()"
    subprocess.run([sys.executable, "-c", prepare], cwd=settings.BASE_DIR / "scripts", env=told, check=True)
    return file


def test_no_answer_leaves_a_trace(database):
    walked = walk("--database", str(database))
    assert walked.returncode == 0, walked.stdout + walked.stderr
    assert "traces: 0" in walked.stdout
    for kind in ("PDF", "plan as JSON", "plan by its code", "print page", "feedback, answers not ticked"):
        assert f"  {kind} (200)" in walked.stdout


def test_every_kind_of_leak_is_found_where_it_is(database):
    walked = walk("--database", str(database), "--app", "tests.security.leaks:application")
    assert walked.returncode == 1, walked.stdout + walked.stderr
    for where in WHERE:
        assert f"TRACE in {where}" in walked.stdout
