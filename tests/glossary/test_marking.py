"""Terms and drug names found in text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glossary.marking import Entry, FirstMentions, Lexicon, mentions
from glossary.prose import html, parse, plain


def lexicon(*words):
    return Lexicon([Entry(words=each, kind="term", key=each) for each in words])


WORDS = ["HER2", "HER2-low", "HR", "AI", "scan", "bone scan", "lymph node", "stage IV", "patient’s rights"]


def found_in(text, *words):
    return [(found.text, found.key) for found in mentions(lexicon(*(words or WORDS)).mark(parse(text)))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("A bone scan.", ["bone scan"], id="the longest of two that fit"),
        pytest.param("A scan of the bone.", ["scan"], id="the short one where the long one does not fit"),
        pytest.param("It is HER2-low.", ["HER2-low"], id="a word with a hyphen is one word"),
        pytest.param("It is HER2-ultralow.", [], id="HER2 is not found in HER2-ultralow"),
        pytest.param("HR-positive, HR+ or HR− cancer", [], id="HR is not found with a sign or hyphen"),
        pytest.param("Is HER2 (the protein) there?", ["HER2"], id="brackets do not hide a word"),
        pytest.param("A non-scan and scanning.", [], id="not within another word"),
        pytest.param("An AI is given.", ["AI"], id="an abbreviation in capitals"),
        pytest.param("J’ai dit: ai.", [], id="an abbreviation not in capitals is another word"),
        pytest.param("Scan. SCAN.", ["scan", "scan"], id="a word in any case"),
        pytest.param("a lymph\nnode", ["lymph node"], id="across a line end"),
        pytest.param("The patient's rights.", ["patient’s rights"], id="either apostrophe"),
        pytest.param("**A *scan***", ["scan"], id="within strong and emphasis"),
        pytest.param("- a scan\n- HER2", ["scan", "HER2"], id="within a list"),
        pytest.param("[the scan](/en/glossary/scan/)", [], id="never within a link"),
    ],
)
def test_what_is_found(text, expected):
    assert [key for _, key in found_in(text)] == expected


def test_where_two_share_their_words_the_first_given_has_them():
    both = Lexicon([Entry("letrozole", "drug", "letrozole"), Entry("Letrozole", "term", "letrozole-term")])
    assert [found.kind for found in mentions(both.mark(parse("Letrozole")))] == ["drug"]


def test_an_empty_lexicon_finds_nothing():
    prose = parse("A scan.")
    assert Lexicon([]).mark(prose) == prose


@given(st.lists(st.sampled_from([*WORDS, "the", "and", ",", "*x*", "**y**", "[a scan](/b/)", "\n\n- "]), max_size=12))
def test_marking_changes_no_word(parts):
    prose = parse(" ".join(parts))
    marked = lexicon(*WORDS).mark(prose)
    assert plain(marked) == plain(prose)
    assert html(marked) == html(prose)


def test_a_mention_is_shown_the_first_time_in_each_section():
    scan, her2 = mentions(lexicon(*WORDS).mark(parse("scan HER2")))
    section, another = FirstMentions(), FirstMentions()
    assert [section.is_first(mention) for mention in (scan, her2, scan)] == [True, True, False]
    assert another.is_first(scan)
