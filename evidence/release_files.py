"""Releases as files, from one installation to another: the document byte for byte, and all that is known about it.

One JSON object a file, described in docs/release-files.md. Two seals: `sha256` is that of the document's text, `seal` that
of everything else as canonical JSON. They show damage and careless edits. Who can write a file can also seal it, so an
imported release is only ever made public by a second person (evidence/reviewing.py).
"""

import hashlib
from datetime import UTC, datetime
from typing import Any

import msgspec
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from . import releases
from .differences import Change
from .models import Release

KIND = "pathway-release"
FORMAT = 1
"""Raised when an older program could no longer read the file."""
LARGEST = 100 * 1024 * 1024
"""Bytes. The content of today takes one and a half million."""


class Refused(Exception):
    """Why a file was not imported, in words for people. Nothing has changed."""


class File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file holds. Its keys are written in alphabetical order."""

    kind: str = KIND
    format: int = FORMAT
    number: int
    published_at: datetime
    published_by: str
    authors: list[str]
    asked_by: str
    signed_by: str
    signed_at: datetime | None
    frozen_at: datetime | None
    notes: str
    wrong: str
    follows: int | None
    changes: list[Change]
    proof: dict[str, Any]
    origin: str
    """The installation that published it."""
    sha256: str
    seal: str = ""
    document: str


AS_THEY_ARE = ("number", "published_by", "authors", "asked_by", "signed_by", "notes", "wrong", "follows", "proof", "sha256")
TIMES = ("published_at", "signed_at", "frozen_at")


def exported(release: Release) -> bytes:
    """The release as a file. The same release always makes the same bytes, also after it was imported elsewhere."""
    file = File(
        **{field: getattr(release, field) for field in AS_THEY_ARE},
        **{field: _in_utc(getattr(release, field)) for field in TIMES},
        changes=msgspec.convert(release.changes, list[Change]),
        origin=release.imported_from or origin(),
        document=release.document,
    )
    return msgspec.json.encode(msgspec.structs.replace(file, seal=_seal(file)), order="sorted") + b"\n"


def name_of(release: Release) -> str:
    return f"pathway-release-{release.number}-{release.sha256[:12]}.json"


def origin() -> str:
    """What this installation is called in files: the first of the names it answers to."""
    return next((host.lstrip(".") for host in settings.ALLOWED_HOSTS if host.strip(".*")), "pathway")


def _in_utc(moment: datetime | None) -> datetime | None:
    return moment and moment.astimezone(UTC)


def _seal(file: File) -> str:
    """Of everything but the document, which `sha256` seals."""
    sealed = {**msgspec.to_builtins(file), "document": "", "seal": ""}
    return hashlib.sha256(msgspec.json.encode(sealed, order="sorted")).hexdigest()


@transaction.atomic
def imported(file: bytes, *, by: str) -> Release:
    """Adds the release of a file, not active. Raises Refused, and changes nothing."""
    found = _read(file)
    there = Release.objects.filter(number=found.number).values_list("sha256", flat=True).first()
    if there == found.sha256:
        raise Refused(_("Release %(number)s of this file is here already, byte for byte.") % {"number": found.number})
    if there:
        said = _("There is another release %(number)s here, with other content (sha256 %(here)s, the file's is %(file)s).")
        values = {"number": found.number, "here": there[:12], "file": found.sha256[:12]}
        raise Refused(said % values)
    release = Release(
        **{field: getattr(found, field) for field in (*AS_THEY_ARE, *TIMES)},
        changes=msgspec.to_builtins(found.changes),
        document=found.document,
        imported_from=found.origin,
        imported_by=by,
        imported_at=timezone.now(),
    )
    release.save(force_insert=True)
    releases.happened.send(
        None, what="imported", release=release, by=by, about=_("from %(origin)s") % {"origin": found.origin}
    )
    return release


def _read(file: bytes) -> File:
    if len(file) > LARGEST:
        raise Refused(_("The file is far larger than any release."))
    try:
        raw = msgspec.json.decode(file)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused(_("The file is damaged, or is no release: %(error)s.") % {"error": error}) from error
    if not isinstance(raw, dict) or raw.get("kind") != KIND:
        raise Refused(_("This is no file of a release. Take one that was exported from the page of a release."))
    if isinstance(raw.get("format"), int) and raw["format"] > FORMAT:
        said = _("The file is of format %(file)s, and this program reads up to %(ours)s. Update the program first.")
        raise Refused(said % {"file": raw["format"], "ours": FORMAT})
    try:
        found = msgspec.convert(raw, File)
    except msgspec.ValidationError as error:
        raise Refused(_("The file is damaged: %(error)s.") % {"error": error}) from error
    if releases.sha256_of(found.document) != found.sha256:
        raise Refused(_("The content was altered or damaged: its sha256 is not the one in the file."))
    if _seal(found) != found.seal:
        raise Refused(_("What the file says about the release was altered or damaged: its seal does not fit."))
    if not 0 < found.number < 2**31 or not found.origin or bool(found.signed_by) != bool(found.signed_at):
        raise Refused(_("What the file says about the release cannot be."))
    try:
        releases.read(found.document)
    except releases.UnreadableRelease as error:
        raise Refused(_("The content cannot be read by this program: %(error)s.") % {"error": error}) from error
    return found
