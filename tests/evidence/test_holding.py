"""What a process goes on serving when the database is away, empty or damaged, and what it starts from."""

import errno
import json
import logging
import os
import threading
import time

import pytest
from django.db import OperationalError, connection

from evidence import holding, last_release, releases
from evidence.models import Release

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path, settings, monkeypatch):
    """The last release's file of this machine; not there yet."""
    settings.RELEASE_FILE = str(tmp_path / "state" / "release")
    monkeypatch.setattr(holding, "_file_due", 0.0)
    monkeypatch.setattr(holding, "_file_problem", "")
    return tmp_path / "state" / "release"


def start_anew():
    """As in a process that has just started."""
    holding._held, holding._file_due = None, 0.0
    holding.forget()


def away(execute, sql, params, many, context):
    raise OperationalError("connection refused")


# In memory


def damage(document):
    return {"document": document.replace("letrozole", "letrozol", 1)}


def newer(document):
    text = json.dumps({**json.loads(document), "format": releases.FORMAT + 1})
    return {"document": text, "sha256": releases.sha256_of(text)}


def half_written(document):
    text = document[: len(document) // 2]
    return {"document": text, "sha256": releases.sha256_of(text)}


@pytest.mark.parametrize("harm", [damage, newer, half_written])
def test_an_unreadable_release_is_refused_and_the_one_held_stays(release, harm):
    held = holding.active()
    public = Release.objects.get(active=True)
    Release.objects.filter(pk=public.pk).update(number=2, **harm(public.document))
    assert holding.active() is held
    assert holding.problem() == holding.Problem.UNREADABLE


def test_what_is_held_stays_while_the_database_has_no_release_at_all(release):
    held = holding.active()
    Release.objects.all().delete()
    assert holding.active() is held
    assert holding.problem() == holding.Problem.NOTHING_PUBLIC


def test_the_newest_is_taken_as_soon_as_it_can_be_read_again(release, caplog):
    holding.active()
    caplog.clear()
    with connection.execute_wrapper(away), caplog.at_level(logging.WARNING, "evidence.holding"):
        for _ in range(3):
            holding.active()
    Release.objects.update(number=2)
    assert holding.active().number == 2
    assert holding.problem() == holding.Problem.NONE
    assert [line.getMessage() for line in caplog.records] == [
        "the database is away (connection refused)",
        "what was wrong with the database is over: the database is away",
    ]


def test_no_jump_of_the_wall_clock_puts_a_look_off(release, settings, monkeypatch):
    settings.RELEASE_CHECK_SECONDS = 3600
    monkeypatch.setattr(time, "time", lambda: 4e9)
    holding.active()
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert 0 < holding._next_check - time.monotonic() <= 3600


def test_while_one_thread_waits_for_a_silent_database_the_others_are_served(release, monkeypatch):
    held, asked, answer = holding.active(), threading.Event(), threading.Event()

    def waits(held):
        asked.set()
        answer.wait()
        return held

    monkeypatch.setattr(holding, "_newest", waits)
    monkeypatch.setattr(holding, "SILENT_SECONDS", 0.0)
    waiting = threading.Thread(target=holding.active)
    waiting.start()
    try:
        asked.wait()
        assert holding.active() is held
        assert holding.problem() == holding.Problem.SILENT
        with pytest.raises(OperationalError, match="does not answer"):
            holding.past_release(1)
    finally:
        answer.set()
        waiting.join()
    assert holding.problem() == holding.Problem.NONE


# From the file


def test_a_process_starts_from_the_file_while_the_database_is_away(site, file):
    start_anew()
    before = site.get("/en/medsearch/letrozole/").content
    start_anew()
    with connection.execute_wrapper(away):
        assert site.get("/en/medsearch/letrozole/").content == before
        assert site.get("/readyz").json() == {
            "ready": True,
            "degraded": True,
            "why": ["the database is away"],
            "release": 1,
            "from_file": True,
        }
    assert site.get("/readyz").json()["from_file"] is False


def test_the_file_tells_what_staff_said_against_the_release(release, file):
    start_anew()
    holding.active()
    releases.mark_wrong(Release.objects.get(active=True), "The interval of step 1 is wrong.")
    holding.active()
    start_anew()
    with connection.execute_wrapper(away):
        assert holding.active().wrong == "The interval of step 1 is wrong."


def test_the_file_is_written_once_a_release(release, file):
    start_anew()
    holding.active()
    written = file.stat().st_mtime_ns, file.stat().st_ino
    holding.active()
    start_anew()
    holding.active()
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == written
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def cut_short(content):
    return content[:-1000]


def with_other_bytes(content):
    return content.replace(b"letrozole", b"letrozolx", 1)


def of_a_newer_program(content):
    return content.replace(b"pathway-release 1", b"pathway-release 2", 1)


def of_an_older_program(content):
    return content.replace(b"pathway-release 1", b"pathway-release 0", 1)


def of_something_else(content):
    return b"\x00" * 100


HARMS = [
    (cut_short, "not written to its end"),
    (with_other_bytes, "damaged"),
    (of_a_newer_program, "version 2"),
    (of_an_older_program, "version 0"),
    (of_something_else, "does not begin"),
]


@pytest.mark.parametrize(("harm", "told"), HARMS, ids=[harm.__name__ for harm, _ in HARMS])
def test_a_file_that_is_not_whole_is_refused_and_written_anew(file, harm, told):
    start_anew()
    holding.active()
    whole = file.read_bytes()
    file.write_bytes(harm(whole))
    start_anew()
    with connection.execute_wrapper(away), pytest.raises(holding.CannotServe, match="connection refused"):
        holding.active()
    assert told in holding.file_problem()
    holding.active()
    assert file.read_bytes() == whole
    assert holding.file_problem() == ""


@pytest.mark.parametrize("reason", [errno.ENOSPC, errno.EROFS])
def test_a_disk_that_takes_nothing_is_told_once_and_harms_nothing(site, file, monkeypatch, caplog, reason):
    def full(handle):
        raise OSError(reason, "the disk takes nothing")

    monkeypatch.setattr(last_release.os, "fsync", full)
    start_anew()
    with caplog.at_level(logging.ERROR, "evidence.holding"):
        for _ in range(3):
            assert site.get("/en/about/").status_code == 200
    assert len(caplog.records) == 1
    assert site.get("/readyz").json()["why"] == ["the last release’s file could not be read or written"]
    assert list(file.parent.iterdir()) == []


def test_what_a_killed_process_left_behind_is_removed(release, file):
    file.parent.mkdir()
    left = file.parent / "release.abandoned.new"
    left.touch()
    os.utime(left, (0, 0))
    start_anew()
    holding.active()
    assert not left.exists()
