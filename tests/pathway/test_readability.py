"""How hard a text is to read, with drug names and terms counted as easy words."""

from glossary.marking import Entry, Lexicon
from glossary.prose import parse
from pathway.readability import SENTENCE_WORDS, easy_words, grade, long_sentences

LEXICON = Lexicon([Entry(words="pertuzumab", kind="drug", key="pertuzumab")])


def test_a_drug_name_does_not_make_a_text_harder():
    named, plain = "You may be given pertuzumab.", "You may be given drug."
    assert grade(easy_words(LEXICON.mark(parse(named)))) == grade(plain)


def test_long_words_make_a_text_harder():
    assert grade("Pharmacological interventions necessitate consideration.") > grade("You can ask about your drugs.")


def test_each_item_of_a_list_is_a_sentence_also_when_it_is_quoted():
    items = "\n".join(f"- “Is question number {n} one I can ask you now?”" for n in range(5))
    assert not long_sentences(easy_words(parse(items)))


def test_a_long_sentence_is_found():
    assert long_sentences(" ".join(["word"] * (SENTENCE_WORDS + 1)) + ".")
