"""Makes the PDF: Typst, in this process, with the fonts that come in its wheel. Reads no file and no network."""

import tempfile
from pathlib import Path
from threading import BoundedSemaphore

import typst
from django.conf import settings

from .paper import Paper
from .typst_text import source

LARGEST = 4_000_000
"""Characters of source. A full plan has a tenth. Typst cannot be stopped once it runs; what it is given bounds its time."""
AT_ONCE = 1
"""Each takes about 150 MB while it is made."""
PATIENCE = 20
"""Seconds that a reader waits for others' PDFs to be made, before being told that it is busy."""

GENERATIONS = 12
"""Typst remembers, in this process, the pieces of the last ten or so documents. So many empty ones make it forget."""

_STYLE = (Path(settings.BASE_DIR) / "templates" / "typst" / "plan.typ").read_text()
_NOWHERE = tempfile.TemporaryDirectory(prefix="pathway-typst-")
"""Empty: the folder that Typst takes for the whole disk."""
_FONTS = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
_ROOM = BoundedSemaphore(AT_ONCE)


class Busy(Exception):
    """Others are having PDFs made; try again in a moment."""


def pdf(paper: Paper) -> bytes:
    """A tagged PDF/UA-1. Raises Busy if there is no room within PATIENCE, ValueError if it is longer than LARGEST."""
    written = source(paper, _STYLE)
    if len(written) > LARGEST:
        raise ValueError("more than is ever printed")
    if not _ROOM.acquire(timeout=PATIENCE):
        raise Busy
    try:
        return compiled(written)
    finally:
        _forget()
        _ROOM.release()


def compiled(document: str) -> bytes:
    """Typst source as PDF/UA-1; as a tagged PDF without that promise where a character has no glyph in these fonts."""
    try:
        return _compile(document, ["ua-1"])
    except typst.TypstError:
        return _compile(document, [])


def _forget() -> None:
    """Nothing of a reader's plan stays in memory; and a gigabyte of pieces of other people's would help nobody's."""
    empty = typst.Compiler(b"", root=_NOWHERE.name, font_paths=_FONTS)
    for generation in range(GENERATIONS):
        empty.compile(input=b"\n" * generation, format="pdf")


def _compile(document: str, standards: list[str]) -> bytes:
    return typst.Compiler(
        document.encode(),
        root=_NOWHERE.name,
        font_paths=_FONTS,
        package_path=_NOWHERE.name,
        package_cache_path=_NOWHERE.name,
    ).compile(format="pdf", pdf_standards=standards)
