"""How hard a text is to read, with drug names and terms counted as easy words."""

import pytest

from glossary.marking import Entry, Lexicon
from glossary.prose import parse
from pathway.readability import SENTENCE_WORDS, easy_words, grade, long_sentences

LEXICON = Lexicon([Entry(words="pertuzumab", kind="drug", key="pertuzumab")])


def test_a_drug_name_does_not_make_a_text_harder():
    named, plain = "You may be given pertuzumab.", "You may be given drug."
    assert grade(easy_words(LEXICON.mark(parse(named)))) == grade(plain)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("You can ask about your drugs.", -1.5),
        ("You don't have to decide today. Take time, and ask what you’d like to know about anti-HER2 medicine.", 2.1),
        ("It may help. Radiation therapy uses high-energy rays to destroy cancer cells that are left after surgery.", 7.8),
    ],
)
def test_the_grade_is_that_of_textstat(text, expected):
    assert grade(text) == expected


def test_long_words_make_a_text_harder():
    assert grade("Pharmacological interventions necessitate consideration.") > grade("You can ask about your drugs.")


def test_each_item_of_a_list_is_a_sentence_also_when_it_is_quoted():
    items = "\n".join(f"- “Is question number {n} one I can ask you now?”" for n in range(5))
    assert not long_sentences(easy_words(parse(items)))


def test_a_long_sentence_is_found():
    assert long_sentences(" ".join(["word"] * (SENTENCE_WORDS + 1)) + ".")
