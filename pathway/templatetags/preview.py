"""A row of content in a plan, for staff: the way there, and its texts with the sought word marked."""

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from glossary.prose import Mention, html
from pathway.preview_view import kind_of

register = template.Library()

KINDS = {
    "plan": _("the whole plan"),
    "place": _("where the reader lives:"),
    "answer": _("the answer to"),
    "question": _("what is still to be found out:"),
    "step": _("the step"),
    "block": _("the block"),
    "card": _("the card"),
    "funding": _("who pays, on the card"),
}
"""Every kind of pathway.preview.Found."""


@register.simple_tag
def preview_url(row) -> str:
    """Address of the page that shows a saved row in a plan; empty for rows that are no content."""
    if row is None or row.pk is None or not kind_of(type(row)):
        return ""
    return reverse("admin:pathway_preview", args=[row._meta.app_label, row._meta.model_name, row.pk])


@register.simple_tag
def place_kind(place) -> str:
    return KINDS[place.kind]


@register.simple_tag
def marked_prose(side, text) -> SafeString | str:
    """Editors' text as HTML; where the page is about a term, its mentions are marked."""
    if not text:
        return ""

    def write(mention: Mention) -> str:
        if mention.kind == "term" and mention.key == side.term:
            return format_html('<mark class="sought">{}</mark>', mention.text)
        return escape(mention.text)

    # Editors' text is escaped node by node while the tree is written; see glossary/prose.py.
    written = mark_safe(html(side.reader.prose(text), write))  # noqa: S308
    language = text.language_for(side.reader.language)
    return written if language == side.reader.language else format_html('<div lang="{}">{}</div>', language, written)
