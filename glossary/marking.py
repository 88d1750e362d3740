"""PURE. Finds terms and drug names in text: longest match first, never inside a link or another mention.

All mentions are found once, when a release is loaded. Which of them is the *first in its section*, and therefore shown,
depends on what a plan is made of, and is decided while its text is written (`FirstMentions`).
"""

import re
from collections.abc import Iterable

import msgspec

from .prose import Emphasis, Inline, Items, Mention, Paragraph, Piece, Prose, Strong, Words, inlines


class Entry(msgspec.Struct, frozen=True):
    words: str
    """As written. Abbreviations (AI, CT, NED) are only found in capitals; everything else in any case."""
    kind: str
    key: str


class Lexicon:
    """What to look for. Where two entries share their words, the first one given has them."""

    def __init__(self, entries: Iterable[Entry]):
        self._entries: dict[str, Entry] = {}
        for entry in entries:
            self._entries.setdefault(_folded(entry.words), entry)
        longest_first = sorted(self._entries.values(), key=lambda entry: (-len(entry.words), entry.words))
        # A hyphen or a sign belongs to the word: "HER2" is not found in "HER2-low", nor "HR" in "HR+".
        by_letter: dict[str, list[str]] = {}
        for entry in longest_first:
            by_letter.setdefault(_folded(entry.words)[0], []).append(_pattern(entry.words))
        # Told apart by their first letter, hundreds of entries are tried a few at a time: several times as fast.
        found = "|".join(rf"(?={_letter(first)})(?:{'|'.join(patterns)})" for first, patterns in by_letter.items())
        self._regex = re.compile(rf"(?<![\w-])(?:{found})(?![\w+−]|-\w)") if found else None
        self._words_of: dict[tuple[str, str], list[str]] = {}
        for words, entry in self._entries.items():
            self._words_of.setdefault((entry.kind, entry.key), []).append(words)

    def may_name(self, kind: str, key: str, markdown: str) -> bool:
        """Whether text, not yet parsed, can name this at all: cheap, and never False of a text that does."""
        if "\\" in markdown or "&" in markdown:
            return True
        folded = _folded(markdown)
        return any(words in folded for words in self._words_of.get((kind, key), ()))

    def mark(self, prose: Prose) -> Prose:
        return tuple(self._piece(piece) for piece in prose)

    def _piece(self, piece: Piece) -> Piece:
        if isinstance(piece, Paragraph):
            return Paragraph(children=self._inlines(piece.children))
        return Items(ordered=piece.ordered, items=tuple(self.mark(item) for item in piece.items))

    def _inlines(self, nodes: tuple[Inline, ...]) -> tuple[Inline, ...]:
        marked: list[Inline] = []
        for node in nodes:
            match node:
                case Words(text=text):
                    marked += self._split(text)
                case Strong(children=children):
                    marked.append(Strong(children=self._inlines(children)))
                case Emphasis(children=children):
                    marked.append(Emphasis(children=self._inlines(children)))
                case _:
                    marked.append(node)
        return tuple(marked)

    def _split(self, text: str) -> list[Inline]:
        if self._regex is None:
            return [Words(text=text)]
        parts: list[Inline] = []
        end = 0
        for match in self._regex.finditer(text):
            entry = self._entries[_folded(match.group())]
            if match.start() > end:
                parts.append(Words(text=text[end : match.start()]))
            parts.append(Mention(text=match.group(), kind=entry.kind, key=entry.key))
            end = match.end()
        if end < len(text):
            parts.append(Words(text=text[end:]))
        return parts


def _folded(words: str) -> str:
    return re.sub(r"\s+", " ", words.replace("’", "'")).casefold()


def _letter(folded: str) -> str:
    return "['’]" if folded == "'" else f"(?i:{re.escape(folded)})"


def _pattern(words: str) -> str:
    pattern = r"\s+".join(re.escape(part).replace("'", "['’]").replace("’", "['’]") for part in words.split())
    is_abbreviation = len(words) <= 4 and words.isupper()
    return pattern if is_abbreviation else f"(?i:{pattern})"


def mentions(prose: Prose) -> Iterable[Mention]:
    """Every mention of a marked text, in reading order. None stands within a link."""
    return (node for node in inlines(prose) if isinstance(node, Mention))


class FirstMentions:
    """Remembers, while one section is written, what has been shown in it already."""

    def __init__(self, seen: Iterable[tuple[str, str]] = ()) -> None:
        self._seen: set[tuple[str, str]] = set(seen)

    @property
    def seen(self) -> frozenset[tuple[str, str]]:
        """(kind, key) of each."""
        return frozenset(self._seen)

    def is_first(self, mention: Mention) -> bool:
        identity = (mention.kind, mention.key)
        if identity in self._seen:
            return False
        self._seen.add(identity)
        return True
