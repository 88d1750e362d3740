"""Bilingual words, dates as exact as their source, and numbered sources, in templates."""

from datetime import date

from django import template
from django.utils import formats
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from evidence.addresses import web

register = template.Library()


def page_language() -> str:
    return "fr" if (get_language() or "en").startswith("fr") else "en"


@register.filter
def words(text) -> str | SafeString:
    """The text in the page's language; where it is missing, in the other one, marked as such."""
    language = page_language()
    if text.language_for(language) == language:
        return text.words_for(language)
    return format_html('<span lang="{}">{}</span>', text.language_for(language), text.words_for(language))


@register.filter
def bare_words(text) -> str:
    """The same without markup, for titles and attributes."""
    return text.words_for(page_language())


@register.filter
def begun_with_a_capital(text: str) -> str:
    """First letter as a capital; the rest ("HER2", "DCIS") and marked-up text stay as they are."""
    return text if isinstance(text, SafeString) else text[:1].upper() + text[1:]


@register.filter
def web_address(address: str) -> str:
    """The address, if a link may lead there; else nothing."""
    return web(address)


@register.filter
def partial_date(value: str) -> str:
    """ "2013-11" as "November 2013", in the page's language; empty stays empty."""
    if not value:
        return ""
    parts = [int(part) for part in value.split("-")]
    if len(parts) == 1:
        return value
    if len(parts) == 2:
        return formats.date_format(date(*parts, 1), "YEAR_MONTH_FORMAT")
    return formats.date_format(date(*parts), "DATE_FORMAT")


@register.simple_tag
def sources(numbers) -> SafeString | str:
    """Numbers of sources as links to the list at the end of the page."""
    if not numbers:
        return ""
    links = format_html_join(
        "", '<a href="#source-{}" aria-label="{}">{}</a>', ((n, _("Source %(number)s") % {"number": n}, n) for n in numbers)
    )
    return format_html('<sup class="sources">{}</sup>', links)
