"""The glossary, A to Z and word by word."""

from itertools import groupby
from unicodedata import normalize

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from evidence import holding, releases
from evidence.content import citations
from evidence.pages import content_page

from .content import Reader, terms_by_slug


def _first_letter(name: str) -> str:
    return normalize("NFD", name)[:1].upper()


@require_safe
@content_page
def terms(request):
    release = holding.active()
    language = get_language()
    ordered = sorted(
        release.sections["glossary"].terms, key=lambda term: normalize("NFD", term.name.words_for(language)).casefold()
    )
    letters = [
        (letter, list(of_letter))
        for letter, of_letter in groupby(ordered, key=lambda term: _first_letter(term.name.words_for(language)))
    ]
    return render(request, "glossary/terms.html", {"letters": letters})


@require_safe
@content_page
def term(request, slug):
    release = holding.active()
    if slug not in terms_by_slug(release):
        raise Http404
    return render(request, "glossary/term.html", term_page(release, slug))


def term_page(release: releases.Active, slug: str) -> dict:
    """What the word's page is made of. Raises KeyError if the release has no such word."""
    found = terms_by_slug(release)[slug]
    cite = citations(release)
    return {
        "term": found,
        "reader": Reader(release, get_language()),
        "aliases": found.aliases.words_for(get_language()).splitlines(),
        "cited": cite(*found.references),
        "references": cite.listed,
    }
