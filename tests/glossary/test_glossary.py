"""The glossary of the content, and its pages."""

import re
from collections import defaultdict

import pytest

from evidence.text import Text
from glossary.content import Reader, entries
from glossary.marking import mentions
from pathway.content import lexicon
from tests.page import Page


def folded(words):
    return re.sub(r"\s+", " ", words.replace("’", "'")).casefold()


def test_no_two_terms_share_a_name_or_alias(release):
    terms = defaultdict(set)
    for entry in entries(release.sections["glossary"], "en"):
        terms[folded(entry.words)].add(entry.key)
    assert not {words: keys for words, keys in terms.items() if len(keys) > 1}


def test_no_alias_is_the_name_of_a_drug(release):
    drugs = {folded(name) for drug in release.sections["medsearch"].drugs for name in drug.names}
    aliases = {folded(a) for term in release.sections["glossary"].terms for a in term.aliases.en.splitlines()}
    assert not aliases & drugs


def test_there_are_at_least_ninety_terms_each_with_a_source(release):
    terms = release.sections["glossary"].terms
    assert len(terms) >= 90
    assert not [term.slug for term in terms if not term.references]


def test_every_term_has_a_page_with_its_definition(site, release):
    for term in release.sections["glossary"].terms:
        response = site.get(f"/en/glossary/{term.slug}/")
        assert response.status_code == 200, term.slug
        assert not Page(response).broken_anchors, term.slug


def test_the_list_has_every_term(site, release):
    listed = set(Page(site.get("/en/glossary/")).links)
    assert {f"/en/glossary/{term.slug}/" for term in release.sections["glossary"].terms} <= listed


def test_a_term_that_does_not_exist_is_not_found(site):
    assert site.get("/en/glossary/no-such-term/").status_code == 404


def test_a_drug_is_found_as_a_drug_and_a_term_as_a_term(release):
    text = Text(en="Letrozole is an aromatase inhibitor.")
    reader = Reader(release, "en", lexicon(release, "en"))
    assert [(m.kind, m.key) for m in mentions(reader.prose(text))] == [
        ("drug", "letrozole"),
        ("term", "aromatase-inhibitor"),
    ]


def test_words_of_another_language_are_not_marked(release):
    reader = Reader(release, "fr", lexicon(release, "fr"))
    assert list(mentions(reader.prose(Text(en="An aromatase inhibitor.")))) == []


def test_the_terms_used_are_listed_once_each_by_name(release):
    reader = Reader(release, "en", lexicon(release, "en"))
    for section in ("first", "second"):
        for mention in mentions(reader.prose(Text(en="A tumour, metastatic, and a biopsy of the tumour."))):
            reader.shows(mention, section)
    names = [term.name.en for term in reader.terms_used]
    assert len(names) == len(set(names)) > 1
    assert names == sorted(names, key=str.casefold)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_pages_exist_in_both_languages(site, language):
    assert site.get(f"/{language}/glossary/").status_code == 200
