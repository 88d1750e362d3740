"""Two texts compared word by word."""

from hypothesis import given
from hypothesis import strategies as st

from history.wording import in_one_line, marked, sides

WORDS = st.sampled_from(["once", "twice", "a day", "with food", ",", ".", "\n", "é"])
SENTENCES = st.lists(WORDS, max_size=12).map(" ".join)


def without(pieces, way):
    return "".join(text for kind, text in pieces if kind != way)


def test_only_the_words_that_differ_are_marked():
    before, after = sides("It is taken once a day with food.", "It is taken twice a day with food.")
    assert before == [("same", "It is taken "), ("gone", "once "), ("same", "a day with food.")]
    assert after == [("same", "It is taken "), ("come", "twice "), ("same", "a day with food.")]


def test_texts_with_little_in_common_are_told_one_after_the_other():
    assert marked("Before surgery.", "Ask your pharmacist about it!") == [
        ("gone", "Before surgery."),
        ("come", "Ask your pharmacist about it!"),
    ]


def test_in_one_line_short_texts_are_better_shown_whole():
    assert in_one_line("once", "twice") == []
    assert ("gone", "once ") in in_one_line("once " + "a day " * 12, "twice " + "a day " * 12)


@given(SENTENCES, SENTENCES)
def test_both_texts_can_be_read_back_from_what_is_marked(before, after):
    assert without(marked(before, after), "come") == before
    assert without(marked(before, after), "gone") == after
