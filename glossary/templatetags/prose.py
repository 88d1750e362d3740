"""Writes editors' text as HTML, with terms and drug names marked at their first mention."""

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from evidence.templatetags.words import sources
from glossary.prose import Mention, html

register = template.Library()


@register.simple_tag
def prose(reader, text, section="", cited=()) -> SafeString | str:
    """`text` (bilingual Markdown) as HTML. `section` is what "first mention" counts within; `cited` are source numbers."""
    if not text:
        return ""

    def write(mention: Mention) -> str:
        if not reader.shows(mention, section):
            return escape(mention.text)
        if mention.kind == "drug":
            return format_html('<a href="{}">{}</a>', reverse("medsearch:drug", args=[mention.key]), mention.text)
        return format_html(
            '<button type="button" class="term" popovertarget="term-{}">{}</button>', mention.key, mention.text
        )

    # Editors' text is escaped node by node while the tree is written; see glossary/prose.py.
    written = mark_safe(html(reader.prose(text), write, tail=sources(cited)))  # noqa: S308
    language = text.language_for(reader.language)
    return written if language == reader.language else format_html('<div lang="{}">{}</div>', language, written)
