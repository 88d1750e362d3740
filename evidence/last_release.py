"""The last public release in a file of this machine, so that a process can start while the database is away.

The first line names the version of the file and the sha256 of what follows, which is JSON: the document of the release, and
what the database keeps beside it. Of readers there is nothing in it. Written whole or not at all.
"""

import hashlib
import os
import tempfile
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from .releases import Active, Published, UnreadableRelease, read, sha256_of

VERSION = 1
"""Raised whenever another program could no longer read the file. A file of any other version is refused."""
_ABANDONED_SECONDS = 3600


class Stored(msgspec.Struct, frozen=True):
    """A release as the file has it."""

    number: int
    published_at: datetime
    sha256: str
    wrong: str
    proof: dict[str, Any]
    past: tuple[Published, ...]
    document: str


def write(path: Path, stored: Stored) -> None:
    """Replaces the file at once and for good. Does nothing if it says the same already. Raises OSError."""
    body = msgspec.json.encode(stored)
    content = f"pathway-release {VERSION} {hashlib.sha256(body).hexdigest()}\n".encode() + body
    with suppress(FileNotFoundError):
        if path.read_bytes() == content:
            return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _remove_abandoned(path)
    handle, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".new", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as new:
            new.write(content)
            new.flush()
            os.fsync(new.fileno())
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _remove_abandoned(path: Path) -> None:
    """What processes left behind that were killed while they wrote."""
    for left in path.parent.glob(f"{path.name}.*.new"):
        with suppress(FileNotFoundError):
            # Files have the time of the wall clock; where that jumps, one is removed sooner or later.
            if time.time() - left.stat().st_mtime > _ABANDONED_SECONDS:
                left.unlink()


def load(path: Path) -> Active | None:
    """The release in the file; None if there is no file. Raises UnreadableRelease, saying why, and OSError."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    head, _, body = content.partition(b"\n")
    match head.split():
        case [b"pathway-release", version, seal] if version.isdigit():
            if int(version) != VERSION:
                raise UnreadableRelease(f"the file has version {int(version)}, this program writes and reads {VERSION}")
            if seal != hashlib.sha256(body).hexdigest().encode():
                raise UnreadableRelease("the file is damaged, or was not written to its end")
        case _:
            raise UnreadableRelease("the file does not begin as a file of Pathway does")
    try:
        stored = msgspec.json.decode(body, type=Stored)
    except msgspec.MsgspecError as error:
        raise UnreadableRelease(f"{type(error).__name__}: {error}") from error
    if sha256_of(stored.document) != stored.sha256:
        raise UnreadableRelease(f"the text of release {stored.number} is not what was published (sha256 differs)")
    return Active(
        number=stored.number,
        published_at=stored.published_at,
        sha256=stored.sha256,
        sections=read(stored.document),
        proof=stored.proof,
        past=stored.past,
        wrong=stored.wrong,
    )
