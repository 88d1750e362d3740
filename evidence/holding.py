"""The public release as this process holds it, and how far to trust that it is the newest; the few past ones asked for.

The database is asked every few seconds whether another release is public. What is held stays in place, whatever the answer,
until another whole release has been read. If nothing is held yet and the database is away, the last release's file is read.
"""

import logging
import threading
import time
from collections import OrderedDict
from datetime import date
from enum import StrEnum
from pathlib import Path

import msgspec
from django.conf import settings
from django.db import DatabaseError, OperationalError, transaction
from django.utils import timezone

from . import last_release
from .days import FIRST_DAY, believed
from .releases import Active, NoRelease, UnreadableRelease, past, read, sha256_of

log = logging.getLogger(__name__)


class Problem(StrEnum):
    """Why what is held may not be the newest. The values are what `/readyz` says."""

    NONE = ""
    AWAY = "the database is away"
    SILENT = "the database does not answer"
    NOTHING_PUBLIC = "the database has no public release"
    UNREADABLE = "the public release in the database cannot be read"


class CannotServe(Exception):
    """No release is held, the file has none, and the database has a Problem."""


SILENT_SECONDS = 5.0
"""After so long without an answer, others no longer wait for the database."""
FILE_AGAIN_SECONDS = 300.0
"""When the file is tried again after it could not be written."""

_held: Active | None = None
_from_file = False
_next_check = 0.0
_loading = threading.Lock()
_asked_at: float | None = None
"""When the look began that is under way, by the monotonic clock: a jump of the wall clock moves nothing here."""
_problem = Problem.NONE
_details = ""
_file_problem = ""
_file_due: float | None = 0.0
"""When the file is to be written; None if it has been, for what is held."""


def forget() -> None:
    """The next call of `active` looks again, without waiting for its time."""
    global _next_check
    _next_check = 0.0


def forget_soon(sender, **about) -> None:
    """Looks again once the transaction that changed a release is through."""
    transaction.on_commit(forget)


def active() -> Active:
    """The public release, held in memory. Asks the database every few seconds whether another one is active.

    Keeps serving what it holds while the database is away, has none, or has one that cannot be read. Holding nothing, raises
    NoRelease if none has ever been published, and CannotServe if that cannot be known.
    """
    global _next_check
    if time.monotonic() < _next_check:
        return _whatever_is_held()
    # One thread looks, the others go on with what is held; only the very first load makes everybody wait.
    if _loading.acquire(blocking=_held is None):
        try:
            if time.monotonic() >= _next_check:
                _look()
                _next_check = time.monotonic() + settings.RELEASE_CHECK_SECONDS
        finally:
            _loading.release()
    return _whatever_is_held()


def _whatever_is_held() -> Active:
    if _held is not None:
        return _held
    if _problem in (Problem.NONE, Problem.NOTHING_PUBLIC):
        raise NoRelease
    raise CannotServe(f"{_problem}: {_details}")


def problem() -> Problem:
    """What the last look found; SILENT if one has been waiting for too long."""
    asked_at = _asked_at
    if asked_at is not None and time.monotonic() - asked_at > SILENT_SECONDS:
        return Problem.SILENT
    return _problem


def details() -> str:
    """The same in the words of what failed: for staff and logs, not for the public."""
    return _details


def file_problem() -> str:
    """Why the last release's file could not be read or written; empty if it could, or if none is kept."""
    return _file_problem


def held() -> Active | None:
    """What this process holds, without looking."""
    return _held


def today(release: Active | None) -> date:
    """The day of pages made from this release; None where nothing is public."""
    return believed(timezone.localdate(), release.derived(_published_on) if release else FIRST_DAY)


def _published_on(release: Active) -> date:
    return timezone.localdate(release.published_at)


def clock_is_wrong() -> bool:
    """Whether the clock says a day that cannot be, given what is held: pages are then made for another one."""
    return today(_held) != timezone.localdate()


def is_from_file() -> bool:
    """Whether what is held was read from the file, and not yet confirmed by the database."""
    return _from_file


def ask_only_if_it_answers() -> None:
    """Raises OperationalError if the database is known to be away, so that nobody waits for it who can do without."""
    if (found := problem()) in (Problem.AWAY, Problem.SILENT):
        raise OperationalError(str(found))


def _look() -> None:
    """Asks the database, and takes what it has, if it is whole."""
    global _held, _from_file, _asked_at
    _asked_at = time.monotonic()
    try:
        found = _newest(_held)
    except DatabaseError as error:
        _say(Problem.AWAY, str(error).strip())
    except UnreadableRelease as error:
        _say(Problem.UNREADABLE, str(error))
    else:
        if found is None:
            _say(Problem.NOTHING_PUBLIC)
        else:
            _held, _from_file = found, False
            _say(Problem.NONE)
    finally:
        _asked_at = None
    if _held is None:
        _held = _from_the_file()
        _from_file = _held is not None


def _newest(held: Active | None) -> Active | None:
    """What is public now: the very one held if it is still that. Raises DatabaseError, UnreadableRelease."""
    from .models import Release

    global _file_due
    row = Release.objects.filter(active=True).values("number", "sha256", "wrong").first()
    if row is None:
        return None
    known = held is not None and (held.number, held.sha256) == (row["number"], row["sha256"])
    marked = known and held.wrong != row["wrong"]
    if known and not marked and (_file_due is None or time.monotonic() < _file_due):
        return held
    release = Release.objects.defer("changes").get(number=row["number"])
    if sha256_of(release.document) != release.sha256:
        raise UnreadableRelease(f"the text of release {release.number} is not what was published (sha256 differs)")
    if known:
        held.wrong = release.wrong
        found = held
    else:
        found = Active(
            number=release.number,
            published_at=release.published_at,
            sha256=release.sha256,
            sections=read(release.document),
            proof=release.proof,
            past=past(release),
            wrong=release.wrong,
        )
    _file_due = _write_file(found, release.document)
    return found


def _write_file(release: Active, document: str) -> float | None:
    """Returns when to try again; None if all is well. A full or read-only disk is no reason not to serve."""
    if not settings.RELEASE_FILE:
        return None
    stored = last_release.Stored(
        number=release.number,
        published_at=release.published_at,
        sha256=release.sha256,
        wrong=release.wrong,
        proof=release.proof,
        past=release.past,
        document=document,
    )
    try:
        last_release.write(Path(settings.RELEASE_FILE), stored)
    except OSError as error:
        _say_of_file(f"release {release.number} could not be written to {settings.RELEASE_FILE}: {error.strerror}")
        return time.monotonic() + FILE_AGAIN_SECONDS
    _say_of_file("")
    return None


def _from_the_file() -> Active | None:
    if not settings.RELEASE_FILE:
        return None
    try:
        return last_release.load(Path(settings.RELEASE_FILE))
    except (UnreadableRelease, OSError) as error:
        _say_of_file(f"{settings.RELEASE_FILE} could not be used: {error}")
        return None


def _say(found: Problem, words: str = "") -> None:
    """Remembers what is the matter, and logs it once, not every few seconds."""
    global _problem, _details
    if found != _problem:
        if found:
            log.error("%s%s", found, f" ({words})" if words else "")
        else:
            log.warning("what was wrong with the database is over: %s", _problem)
    _problem, _details = found, words


def _say_of_file(words: str) -> None:
    global _file_problem
    if words and words != _file_problem:
        log.error("the last release’s file: %s", words)
    _file_problem = words


class Past(msgspec.Struct, frozen=True):
    """A release that was public once (or still is)."""

    release: Active
    wrong: str
    """Why it must not be relied on, as staff said; empty if they said nothing."""


PAST_RELEASES_HELD = 4
"""In memory, beside the active one: each takes several megabytes."""
_past_held: OrderedDict[str, Active] = OrderedDict()
"""By sha256, the one asked for last at the end."""
_holding = threading.Lock()


def past_release(number: int) -> Past | None:
    """The release of this number; None if there never was one.

    Raises DatabaseError while the database is away, and UnreadableRelease.
    """
    from .models import Release

    ask_only_if_it_answers()
    row = Release.objects.filter(number=number).values("sha256", "wrong").first()
    if row is None:
        return None
    if _held is not None and _held.number == number and _held.sha256 == row["sha256"]:
        return Past(release=_held, wrong=row["wrong"])
    with _holding:
        release = _past_held.get(row["sha256"])
        if release is None or release.number != number:
            stored = Release.objects.defer("changes", "proof").get(number=number)
            release = Active(
                number=number, published_at=stored.published_at, sha256=stored.sha256, sections=read(stored.document)
            )
            _past_held[release.sha256] = release
        _past_held.move_to_end(release.sha256)
        while len(_past_held) > PAST_RELEASES_HELD:
            _past_held.popitem(last=False)
    return Past(release=release, wrong=row["wrong"])
