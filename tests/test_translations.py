"""Every word of the interface has its translation, with the same places to fill in and the spaces that French wants."""

import re

import pytest
from django.utils import translation

from config import messages
from medsearch.models import Drug

HOLE = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
ORDINARY_SPACE = re.compile(r" [:;?!»]|« |\w[?!»]")
"""Before these signs, and after «, French has a space that does not break."""


@pytest.fixture(scope="module")
def source():
    return messages.in_source()


@pytest.fixture(scope="module", params=list(messages.catalogues()), ids=lambda found: found[0].parts[-3])
def catalogue(request):
    return request.param[1]


def texts(found):
    """One text, or one for each number."""
    return found if isinstance(found, tuple | list) else (found,)


def test_every_word_has_a_translation(source, catalogue):
    lacking = [f"{message.locations[0][0]}: {message.id}" for message in messages.untranslated(source, catalogue)]
    assert lacking == [], "manage.py collect_messages adds them to the file, empty: translate them there"


def test_nothing_is_translated_that_no_page_says(source, catalogue):
    assert [message.id for message in messages.unused(source, catalogue)] == [], "take these out of the file"


@pytest.mark.parametrize(
    ("column", "name"),
    [("drug_class", "classe de médicaments"), ("summary_en", "résumé [en]"), ("summary_fr", "résumé [fr]")],
)
def test_staff_read_the_names_of_tables_and_columns_in_their_language(column, name):
    with translation.override("fr"):
        assert Drug._meta.verbose_name_plural == "médicaments"
        assert Drug._meta.get_field(column).verbose_name == name
    with translation.override("en"):
        assert Drug._meta.get_field("drug_class").verbose_name == "drug class"


def test_a_translation_has_the_same_places_to_fill_in(catalogue):
    wrong = []
    for message in catalogue:
        pairs = zip(texts(message.id), texts(message.string), strict=True)
        wrong += [text for words, text in pairs if set(HOLE.findall(words)) != set(HOLE.findall(text))]
    assert wrong == []


def test_spaces_that_french_wants_do_not_break(catalogue):
    translated = [text for message in catalogue if message.id for text in texts(message.string)]
    assert [text for text in translated if ORDINARY_SPACE.search(text)] == []
