"""PURE. A plan as it stands on paper: pieces in reading order, in one language, without a word about how they look.

printout.py makes it of what was chosen of a plan. The print page and the PDF are both written from it, so that they cannot
differ.
"""

from collections.abc import Iterable
from typing import ClassVar

import msgspec

from glossary.prose import Prose


class Run(msgspec.Struct, frozen=True):
    """Words of one kind within a line."""

    text: str
    language: str = ""
    """Empty: that of the paper."""
    strong: bool = False


Runs = tuple[Run, ...]


class Heading(msgspec.Struct, frozen=True):
    shape: ClassVar[str] = "heading"
    level: int
    """2 to 6; the paper's title is the only one of level 1."""
    runs: Runs
    role: str
    """Of what it is the heading: section, box, step, part, condition, block (under-kind: below a line that says what kind of
    block it is), card or option."""
    over: str = ""
    """A line above it that belongs to it: "Step 3"."""


class Line(msgspec.Struct, frozen=True):
    """A paragraph of the site's own words."""

    shape: ClassVar[str] = "line"
    runs: Runs
    role: str = ""
    sources: tuple[int, ...] = ()


def ranges(numbers: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """Rising numbers, those that follow each other drawn together: ((3, 3), (7, 9)) for (3, 7, 8, 9)."""
    drawn: list[tuple[int, int]] = []
    for number in numbers:
        if drawn and drawn[-1][1] == number - 1:
            drawn[-1] = (drawn[-1][0], number)
        else:
            drawn.append((number, number))
    return tuple(drawn)


def cited_as(first: int, last: int) -> str:
    """One of those ranges as it is printed."""
    return str(first) if first == last else f"{first}{',' if last == first + 1 else '–'}{last}"


class Written(msgspec.Struct, frozen=True):
    """What editors wrote."""

    shape: ClassVar[str] = "written"
    prose: Prose
    language: str = ""
    sources: tuple[int, ...] = ()


class Frame(msgspec.Struct, frozen=True):
    """Pieces that belong together: a card, a tip, what stands under a condition."""

    shape: ClassVar[str] = "frame"
    role: str
    pieces: tuple["Piece", ...]


class Listing(msgspec.Struct, frozen=True):
    shape: ClassVar[str] = "listing"
    role: str
    items: tuple[tuple["Piece", ...], ...]


class Pair(msgspec.Struct, frozen=True):
    name: Runs
    pieces: tuple["Piece", ...]


class Pairs(msgspec.Struct, frozen=True):
    """Names, each with what belongs to it: answers, definitions, the sides of a decision."""

    shape: ClassVar[str] = "pairs"
    role: str
    pairs: tuple[Pair, ...]


class Ruled(msgspec.Struct, frozen=True):
    """Room to write by hand: a label, and that many lines."""

    shape: ClassVar[str] = "ruled"
    label: str
    lines: int

    @property
    def drawn(self) -> range:
        """One for each line."""
        return range(self.lines)


class Source(msgspec.Struct, frozen=True):
    number: int
    organisation: str
    title: str
    url: str
    published: str


class Sources(msgspec.Struct, frozen=True):
    shape: ClassVar[str] = "sources"
    sources: tuple[Source, ...]


Piece = Heading | Line | Written | Frame | Listing | Pairs | Ruled | Sources


class Paper(msgspec.Struct, frozen=True):
    title: str
    language: str
    day: str
    """As ISO date, for the file's own date."""
    pieces: tuple[Piece, ...]
    foot: str
    """On each sheet: the day, the release and, if there is one, the plan code."""
    page_of: str
    """With {page} and {pages} where the numbers go."""
    large: bool

    @property
    def lists_sources(self) -> bool:
        """Whether the numbers in the text have something to lead to."""
        return any(isinstance(within, Sources) for piece in self.pieces for within in _within(piece))


def _within(piece: Piece) -> Iterable[Piece]:
    yield piece
    if isinstance(piece, Frame):
        for inner in piece.pieces:
            yield from _within(inner)
