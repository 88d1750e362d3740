"""What changed in a plan, told in the page's language."""

from django import template
from django.template.loader import render_to_string
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evidence.frozen import Review
from evidence.templatetags.words import page_language, words
from evidence.text import Text
from glossary.prose import html, parse
from medsearch.formulary import FundingNow, Tally
from medsearch.lines import line_names
from medsearch.templatetags.funding import approval_name, funding_words

register = template.Library()

FIELDS = {
    "name": gettext_lazy("name"),
    "text": gettext_lazy("text"),
    "order": gettext_lazy("order"),
    "sources": gettext_lazy("sources"),
    "answer": gettext_lazy("answer"),
    "assumed": gettext_lazy("taken as given"),
    "title": gettext_lazy("title"),
    "report": gettext_lazy("where to look on the report"),
    "test": gettext_lazy("the test that settles it"),
    "say": gettext_lazy("what you could say"),
    "still open": gettext_lazy("still open"),
    "sensitive": gettext_lazy("closed until you open it"),
    "label": gettext_lazy("label"),
    "kind": gettext_lazy("kind"),
    "under": gettext_lazy("heading"),
    "interval": gettext_lazy("how long"),
    "reason": gettext_lazy("who it is meant for"),
    "review": gettext_lazy("checked by a clinician"),
    "condition": gettext_lazy("when it applies"),
    "benefit": gettext_lazy("what it can do for you"),
    "harm": gettext_lazy("what it can do to you"),
    "experience": gettext_lazy("what it is like"),
    "drugs": gettext_lazy("drugs"),
    "brands": gettext_lazy("brand names"),
    "routes": gettext_lazy("how it is given"),
    "lines": gettext_lazy("when it is used"),
    "group": gettext_lazy("kind of treatment"),
    "tally": gettext_lazy("who pays across Canada"),
    "funding": gettext_lazy("who pays where you live"),
    "who pays": gettext_lazy("who pays for this kind of drug"),
    "program": gettext_lazy("program"),
    "criteria": gettext_lazy("who qualifies"),
    "for whom": gettext_lazy("who it is for"),
    "population": gettext_lazy("who it is for"),
    "use lines": gettext_lazy("when it is used"),
    "use condition": gettext_lazy("when it may be offered"),
    "given with": gettext_lazy("what it is given with"),
    "note": gettext_lazy("note"),
    "approval": gettext_lazy("approval"),
}
"""Every field of pathway/changes.py."""
TELLS_ITSELF = ("order", "sources", "assumed", "sensitive", "kind", "group")
"""Fields of which it is enough to say that they changed."""


@register.filter
def changed_field(field: str) -> str:
    return FIELDS[field]


@register.simple_tag
def both_sides(difference) -> SafeString | str:
    """What was said before and what is said now; empty where naming the field says enough."""
    if difference.field in TELLS_ITSELF:
        return ""
    before, after = (_said(difference.field, value) for value in (difference.before, difference.after))
    return format_html(
        '<dl class="said"><div><dt>{}</dt><dd>{}</dd></div><div><dt>{}</dt><dd>{}</dd></div></dl>',
        _("Then"),
        before or _("nothing"),
        _("Now"),
        after or _("nothing"),
    )


def _said(field: str, value) -> SafeString | str:
    match value:
        case Text():
            return _prose(value)
        case FundingNow():
            return funding_words(value)
        case Tally():
            return mark_safe(render_to_string("components/tally.html", {"tally": value}))  # noqa: S308 – our template
        case Review():
            return mark_safe(render_to_string("components/review.html", {"review": value}))  # noqa: S308 – our template
        case str():
            return approval_name(value) if field == "approval" and value else value
        case _:
            return line_names(value) if field.endswith("lines") else ", ".join(value)


def _prose(text: Text) -> SafeString | str:
    if not text:
        return ""
    language = text.language_for(page_language())
    # Editors' text is escaped node by node while the tree is written; see glossary/prose.py.
    written = mark_safe(html(parse(text.words_for(page_language())), lambda mention: escape(mention.text)))  # noqa: S308
    return written if language == page_language() else format_html('<div lang="{}">{}</div>', language, written)


@register.filter
def listed(texts) -> SafeString:
    """Bilingual names, with commas."""
    return format_html_join(", ", "{}", ((words(text),) for text in texts))
