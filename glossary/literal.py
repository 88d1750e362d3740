"""PURE. Marks in an editor's text that readers would see as they were typed."""

import re

from .prose import Prose, Words, inlines, parse

_BEGINS = re.compile(r"^\s*(?:#{1,6}\s|>\s|```|~~~|\|.*\||(?:[-*_]\s*){3,}$)", re.MULTILINE)
_PICTURE = re.compile(r"!\[")
_WITHIN = re.compile(r"\[[^\]\n]*\](?:\(|\[)|\*\*|__|~~|`|(?<!\w)\*(?=\w)|(?<=\w)\*(?!\w)")
_PLAIN = re.compile(r"\*\*|\[[^\]\n]+\]\(|(?<!\w)\*(?=\w)|^\s*[-*]\s", re.MULTILINE)
_AROUND = 30


def literal(text: str, *, markdown: bool) -> list[str]:
    """The places, each with some of the words around it: where a mark was not closed, or is none that we read.

    In a text that pages do not read as Markdown, every mark is one.
    """
    if not markdown:
        return _places(_PLAIN, text)
    begun = [line.group().strip() + text[line.end() :].split("\n")[0][:_AROUND] for line in _BEGINS.finditer(text)]
    escaped = re.sub(r"\\[!-/:-@\[-`{-~]", "", text)
    pictures = _places(_PICTURE, escaped)
    return [*begun, *pictures, *(place for words in _left(parse(escaped)) for place in _places(_WITHIN, words))]


def _left(prose: Prose) -> list[str]:
    """The text that is left once everything that is read as a mark has been."""
    return [node.text for node in inlines(prose) if isinstance(node, Words)]


def _places(marks: re.Pattern[str], text: str) -> list[str]:
    found = (text[max(0, m.start() - _AROUND // 2) : m.end() + _AROUND].strip() for m in marks.finditer(text))
    return list(dict.fromkeys(found))
