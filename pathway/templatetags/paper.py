"""Writes what stands on paper (paper.py) as HTML; where each piece goes is the template's."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from glossary.prose import html
from pathway.paper import Runs as PaperRuns
from pathway.paper import Written, cited_as, ranges

register = template.Library()


@register.filter
def runs(words: PaperRuns) -> SafeString:
    """Words of one line, those in another language marked as such."""
    written = []
    for run in words:
        text = format_html("<strong>{}</strong>", run.text) if run.strong else run.text
        written.append(format_html('<span lang="{}">{}</span>', run.language, text) if run.language else text)
    return format_html_join("", "{}", ((text,) for text in written))


@register.filter
def cited(sources: tuple[int, ...], listed: bool) -> SafeString:
    """Numbers of sources; links to them if the paper lists them."""
    if not sources:
        return SafeString()
    groups = [(first, cited_as(first, last)) for first, last in ranges(sources)]
    if listed:
        label = _("Source %(number)s")
        links = ((first, label % {"number": words}, words) for first, words in groups)
        return format_html(
            '<sup class="cited">{}</sup>',
            format_html_join(",", '<a href="#source-{}" aria-label="{}">{}</a>', links),
        )
    return format_html('<sup class="cited">{}</sup>', ",".join(words for _, words in groups))


@register.filter
def editors_words(piece: Written, listed: bool) -> SafeString:
    # Editors' text is escaped node by node while the tree is written; see glossary/prose.py.
    written = mark_safe(html(piece.prose, tail=cited(piece.sources, listed)))  # noqa: S308
    return format_html('<div lang="{}">{}</div>', piece.language, written) if piece.language else written
