"""`make privacy`, on a few answer sets: it finds nothing, and it would find something. With a server of its own."""

import subprocess
import sys

import pytest
from django.conf import settings

from scripts.privacy_walk import ADDRESS, MARK, Needles
from tests import ready

with_a_server = pytest.mark.browser
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
    return ready.copy_to(tmp_path_factory.mktemp("privacy") / "pathway.sqlite3", ready.shared_folder(tmp_path_factory))


@pytest.mark.parametrize(
    "text",
    [
        "/en/plan/?stage=4",
        "/en/plan/%3Fstage%3D4",
        '{"stage": "4"}',
        "&quot;stage&quot;: [&quot;4",
        "/en/plan/05V0-A625-428/",
        "plan-05v0a625428.pdf",
        "AB05V0A625428CD",
        # The mark is made anew each time, and a test has to be called the same in each process.
        pytest.param(f"visitor={MARK}", id="a mark"),
        f"for {ADDRESS}",
    ],
)
def test_what_would_tell_is_seen_however_it_is_written(text):
    needles = Needles({"stage": ["0", "4"]})
    needles.add_codes(["05V0-A625-428"])
    assert needles.found(text)


@pytest.mark.parametrize(
    "text", ["/en/medsearch/stage-4/", "stage=40", "05V0-A625-429", "backstage=4", "/static/pathway.05v0.css"]
)
def test_what_tells_nothing_is_passed_by(text):
    needles = Needles({"stage": ["0", "4"]})
    needles.add_codes(["05V0-A625-428"])
    assert not needles.found(text)


@with_a_server
def test_no_answer_leaves_a_trace(database):
    walked = walk("--database", str(database))
    assert walked.returncode == 0, walked.stdout + walked.stderr
    assert "traces: 0" in walked.stdout
    for kind in ("PDF", "plan as JSON", "plan by its code", "print page", "feedback, answers not ticked"):
        assert f"  {kind} (200)" in walked.stdout


@with_a_server
def test_every_kind_of_leak_is_found_where_it_is(database):
    walked = walk("--database", str(database), "--app", "tests.security.leaks:application")
    assert walked.returncode == 1, walked.stdout + walked.stderr
    for where in WHERE:
        assert f"TRACE in {where}" in walked.stdout
