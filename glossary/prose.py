"""PURE. The text that editors write, as a small tree that HTML and other forms are written from.

Editors write Markdown: paragraphs, lists, strong, emphasis and links. Nothing else is read: HTML in the source is text, and
headings, images and tables come out as plain paragraphs. A tree is made once for each text when a release is loaded.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from html import escape

import msgspec
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from evidence.addresses import linkable


class Words(msgspec.Struct, frozen=True, tag=True):
    text: str


class Break(msgspec.Struct, frozen=True, tag=True):
    """A line break within a paragraph."""


class Mention(msgspec.Struct, frozen=True, tag=True):
    """Words that name a term or a drug (marking.py puts these in)."""

    text: str
    kind: str
    key: str


class Strong(msgspec.Struct, frozen=True, tag=True):
    children: tuple["Inline", ...]


class Emphasis(msgspec.Struct, frozen=True, tag=True):
    children: tuple["Inline", ...]


class Link(msgspec.Struct, frozen=True, tag=True):
    url: str
    children: tuple["Inline", ...]


Inline = Words | Break | Mention | Strong | Emphasis | Link


class Paragraph(msgspec.Struct, frozen=True, tag=True):
    children: tuple[Inline, ...]


class Items(msgspec.Struct, frozen=True, tag=True):
    ordered: bool
    items: tuple[tuple["Piece", ...], ...]


Piece = Paragraph | Items
Prose = tuple[Piece, ...]

_MARKDOWN = MarkdownIt("zero", {"html": False}).enable(["emphasis", "link", "list", "newline", "escape", "entity"])


@lru_cache(maxsize=4096)
def parse(markdown: str) -> Prose:
    """Editors' Markdown as a tree. Remembered, because a draft has nearly all texts of what is public."""
    return _pieces(SyntaxTreeNode(_MARKDOWN.parse(markdown)).children)


def _pieces(nodes: Iterable[SyntaxTreeNode]) -> Prose:
    pieces: list[Piece] = []
    for node in nodes:
        if node.type in ("bullet_list", "ordered_list"):
            items = tuple(_pieces(item.children) for item in node.children)
            pieces.append(Items(ordered=node.type == "ordered_list", items=items))
        elif node.type == "paragraph":
            pieces.append(Paragraph(children=_inlines(node.children[0].children)))
    return tuple(pieces)


def _inlines(nodes: Iterable[SyntaxTreeNode]) -> tuple[Inline, ...]:
    found: list[Inline] = []
    for node in nodes:
        if node.type == "strong":
            found.append(Strong(children=_inlines(node.children)))
        elif node.type == "em":
            found.append(Emphasis(children=_inlines(node.children)))
        elif node.type == "link":
            url = str(node.attrs.get("href", ""))
            children = _inlines(node.children)
            # An address of another kind (javascript:, data:, //elsewhere) is dropped, its words stay.
            found += [Link(url=url, children=children)] if linkable(url) else children
        elif node.type == "softbreak":
            found.append(Words(text=" "))
        elif node.type == "hardbreak":
            found.append(Break())
        else:
            found.append(Words(text=node.content))
    return tuple(_joined(found))


def _joined(nodes: list[Inline]) -> Iterable[Inline]:
    """Words that follow each other as one, so that a term is found across the end of a line."""
    held = ""
    for node in nodes:
        if isinstance(node, Words):
            held += node.text
            continue
        if held:
            yield Words(text=held)
            held = ""
        yield node
    if held:
        yield Words(text=held)


def inlines(prose: Prose) -> Iterable[Inline]:
    """Every piece of text in reading order, those within strong and emphasis too; a link is one piece."""

    def within(nodes: Iterable[Inline]) -> Iterable[Inline]:
        for node in nodes:
            if isinstance(node, Strong | Emphasis):
                yield from within(node.children)
            else:
                yield node

    for piece in prose:
        if isinstance(piece, Paragraph):
            yield from within(piece.children)
        else:
            for item in piece.items:
                yield from inlines(item)


def links(prose: Prose) -> Iterable[Link]:
    return (node for node in inlines(prose) if isinstance(node, Link))


def plain(prose: Prose) -> str:
    """The words alone, a line a paragraph or list item."""

    def inline(nodes: tuple[Inline, ...]) -> str:
        return "".join(
            " " if isinstance(node, Break) else node.text if isinstance(node, Words | Mention) else inline(node.children)
            for node in nodes
        )

    lines: list[str] = []
    for piece in prose:
        if isinstance(piece, Paragraph):
            lines.append(inline(piece.children))
        else:
            lines += [plain(item) for item in piece.items]
    return "\n".join(lines)


def html(prose: Prose, mention: Callable[[Mention], str] = lambda found: escape(found.text), tail: str = "") -> str:
    """The tree as HTML. `mention` writes each mention; `tail` is put at the end of the last paragraph."""
    written = []
    for number, piece in enumerate(prose, start=1):
        end = tail if number == len(prose) else ""
        if isinstance(piece, Paragraph):
            written.append(f"<p>{_inline_html(piece.children, mention)}{end}</p>")
        else:
            tag = "ol" if piece.ordered else "ul"
            items = "".join(
                f"<li>{_item_html(item, mention)}{end if n == len(piece.items) else ''}</li>"
                for n, item in enumerate(piece.items, start=1)
            )
            written.append(f"<{tag}>{items}</{tag}>")
    return "".join(written)


def _item_html(item: Prose, mention: Callable[[Mention], str]) -> str:
    if len(item) == 1 and isinstance(item[0], Paragraph):
        return _inline_html(item[0].children, mention)
    return html(item, mention)


_OPENING = re.compile(r"[(\[“‘«]+$")
_CLOSING = re.compile(r"^[)\]”’».,;:!?…]+")


def _kept_together(nodes: tuple[Inline, ...]) -> Iterable[tuple[str, Inline, str]]:
    """Each node with the punctuation that must not leave a mention beside it: browsers break lines around a button."""
    texts = [node.text if isinstance(node, Words) else "" for node in nodes]
    for place, node in enumerate(nodes):
        before = after = ""
        if isinstance(node, Mention):
            if place and (found := _OPENING.search(texts[place - 1])):
                before = found.group()
            if place + 1 < len(nodes) and (found := _CLOSING.search(texts[place + 1])):
                after = found.group()
        elif isinstance(node, Words):
            text = node.text
            if place + 1 < len(nodes) and isinstance(nodes[place + 1], Mention):
                text = _OPENING.sub("", text)
            if place and isinstance(nodes[place - 1], Mention):
                text = _CLOSING.sub("", text)
            node = Words(text)
        yield before, node, after


def _inline_html(nodes: tuple[Inline, ...], mention: Callable[[Mention], str]) -> str:
    written = []
    for before, node, after in _kept_together(nodes):
        match node:
            case Words(text=text):
                written.append(escape(text, quote=False))
            case Break():
                written.append("<br>")
            case Mention():
                marked = mention(node)
                together = escape(before, quote=False) + marked + escape(after, quote=False)
                # Words alone, unmarked, may break wherever they like.
                held = (before or after) and marked.startswith("<")
                written.append(f'<span class="together">{together}</span>' if held else together)
            case Strong(children=children):
                written.append(f"<strong>{_inline_html(children, mention)}</strong>")
            case Emphasis(children=children):
                written.append(f"<em>{_inline_html(children, mention)}</em>")
            case Link(url=url, children=children):
                written.append(f'<a href="{escape(url)}">{_inline_html(children, mention)}</a>')
    return "".join(written)
