"""PURE. Writes what stands on paper as Typst source: calls of the functions of templates/typst/plan.typ, in code mode.

Every word goes in as a string literal and never as markup, so that nothing an editor writes can be read as an instruction.
"""

import re
from collections.abc import Iterable

from glossary.prose import Break, Emphasis, Inline, Link, Mention, Paragraph, Prose, Strong, Words

from .paper import (
    Frame,
    Heading,
    Line,
    Listing,
    Pair,
    Pairs,
    Paper,
    Piece,
    Ruled,
    Runs,
    Source,
    Sources,
    Written,
    cited_as,
    ranges,
)

# Control characters and half surrogates have no glyph, and no file to be in.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_SAFE_ADDRESS = re.compile(r"(?:https?://|mailto:|tel:)[^\s\"\\]+")


def literal(text: str) -> str:
    """The text as a string of Typst's code mode. Line ends and control characters become a space."""
    text = _UNPRINTABLE.sub(" ", text)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def source(paper: Paper, style: str) -> str:
    """The whole document. `style` is the text of plan.typ."""
    year, month, day = (int(part) for part in paper.day.split("-"))
    settings = [
        f"title: {literal(paper.title)}",
        f"language: {literal(paper.language)}",
        f"day: datetime(year: {year}, month: {month}, day: {day})",
        f"foot: {literal(paper.foot)}",
        f"page-of: {literal(paper.page_of)}",
    ]
    return (
        f"#let large = {_boolean(paper.large)}\n#let sources-listed = {_boolean(paper.lists_sources)}\n{style}"
        f"#show: paper.with({', '.join(settings)})\n#{_block(paper.pieces)}\n"
    )


def typst(prose: Prose, sources: tuple[int, ...] = ()) -> str:
    """Editors' text as an expression of Typst's code mode; numbers of its sources at the end of its last paragraph."""
    written = []
    for number, piece in enumerate(prose, start=1):
        end = cited(sources) if number == len(prose) else ""
        if isinstance(piece, Paragraph):
            written.append(f"par({_inline_block(piece.children, end)})")
        else:
            items = [
                _item(item, end if number_of_item == len(piece.items) else "")
                for number_of_item, item in enumerate(piece.items, start=1)
            ]
            written.append(f"{'enum' if piece.ordered else 'list'}({', '.join(items)})")
    return "{ " + "; ".join(written) + " }"


def cited(sources: tuple[int, ...]) -> str:
    """Numbers of sources as a call; empty if there are none."""
    groups = [f"({first}, {literal(cited_as(first, last))})" for first, last in ranges(sources)]
    return f"cited({', '.join(groups)})" if groups else ""


def _item(item: Prose, end: str) -> str:
    if len(item) == 1 and isinstance(item[0], Paragraph):
        return _inline_block(item[0].children, end)
    return "{ " + "; ".join(part for part in (typst(item), end) if part) + " }"


def _inline_block(nodes: tuple[Inline, ...], end: str = "") -> str:
    return "{ " + "; ".join([*map(_inline, nodes), *([end] if end else [])]) + " }"


def _inline(node: Inline) -> str:
    match node:
        case Words(text=text) | Mention(text=text):
            return literal(text)
        case Break():
            return "linebreak()"
        case Strong(children=children):
            return f"strong({_inline_block(children)})"
        case Emphasis(children=children):
            return f"emph({_inline_block(children)})"
        case Link(url=url, children=children):
            words = _inline_block(children)
            return f"link({literal(url)}, {words})" if _SAFE_ADDRESS.fullmatch(url) else words


def _runs(runs: Runs, end: str = "") -> str:
    written = []
    for run in runs:
        words = literal(run.text)
        if run.strong:
            words = f"strong({words})"
        written.append(f"text(lang: {literal(run.language)}, {words})" if run.language else words)
    return "{ " + "; ".join([*written, *([end] if end else [])]) + " }"


def _block(pieces: Iterable[Piece]) -> str:
    return "{\n" + "\n".join(_piece(piece) for piece in pieces) + "\n}"


def _piece(piece: Piece) -> str:
    match piece:
        case Heading(level=level, runs=runs, role=role, over=over):
            return f"headed({level - 1}, {literal(role)}, {_runs(runs)}, over: {literal(over)})"
        case Line(runs=runs, role=role, sources=sources):
            return f"line-of({literal(role)}, {_runs(runs, cited(sources))})"
        case Written(prose=prose, language=language, sources=sources):
            words = typst(prose, sources)
            return f"text(lang: {literal(language)}, {words})" if language else words
        case Frame(role=role, pieces=pieces):
            return f"framed({literal(role)}, {_block(pieces)})"
        case Listing(role=role, items=items):
            return f"listed({literal(role)}, {_array(_array(map(_piece, item)) for item in items)})"
        case Pairs(role=role, pairs=pairs):
            return f"paired({literal(role)}, {_array(map(_pair, pairs))})"
        case Ruled(label=label, lines=lines):
            return f"ruled({literal(label)}, {lines})"
        case Sources(sources=sources):
            return f"sourced({_array(map(_source, sources))})"


def _pair(pair: Pair) -> str:
    return f"({_runs(pair.name)}, {_block(pair.pieces)})"


def _source(entry: Source) -> str:
    address = literal(entry.url) if _SAFE_ADDRESS.fullmatch(entry.url) else "none"
    words = f"{literal(entry.organisation)}, {literal(entry.title)}, {literal(entry.published)}"
    return f"({entry.number}, {words}, {address})"


def _array(items: Iterable[str]) -> str:
    # A comma after the last one too: (x) would be x itself.
    return "(" + "".join(f"{item}, " for item in items) + ")"


def _boolean(value: bool) -> str:
    return "true" if value else "false"
