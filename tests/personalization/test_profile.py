"""A profile takes answers as they are given: nothing is guessed, and a slip of the pen is refused."""

import pytest

from personalization.profile import MissingAnswer, Profile, UnknownOption, UnknownQuestion

from .worlds import question

QUESTIONS = [
    question("stage", "early late"),
    question("her2", "positive low zero", wider={"negative": "low zero"}),
    question("menopause", "pre post", core=False),
    question("pregnant", "yes no", core=False, assumed="no"),
]


def left_open(**answers):
    return dict(Profile.of(QUESTIONS, {"stage": "early", "her2": "positive", **answers}).open)


@pytest.mark.parametrize(
    ("answers", "error", "told"),
    [
        ({"stage": "early", "her2": "low", "menopuase": "pre"}, UnknownQuestion, "'menopuase' is not a question"),
        ({"stage": "early", "her2": "postive"}, UnknownOption, "'postive' is no answer to 'her2'"),
        ({"stage": "early"}, MissingAnswer, "'her2' needs an answer"),
    ],
    ids=["a question that is not asked", "an answer that is not offered", "a core question without an answer"],
)
def test_refused_with_the_reason(answers, error, told):
    with pytest.raises(error, match=told):
        Profile.of(QUESTIONS, answers)


def test_a_plain_answer_leaves_itself_open():
    assert left_open(her2="low")["her2"] == ("low",)


def test_a_wider_answer_leaves_open_what_it_covers():
    assert left_open(her2="negative")["her2"] == ("low", "zero")


def test_not_knowing_leaves_everything_open():
    assert left_open(her2="unknown")["her2"] == ("positive", "low", "zero")


def test_a_further_question_without_an_answer_is_as_open_as_one_answered_unknown():
    assert left_open()["menopause"] == left_open(menopause="unknown")["menopause"] == ("pre", "post")


@pytest.mark.parametrize("answers", [{}, {"pregnant": "unknown"}], ids=["without an answer", "answered unknown"])
def test_a_question_with_an_assumed_option_is_taken_as_given_and_says_so(answers):
    profile = Profile.of(QUESTIONS, {"stage": "early", "her2": "positive", **answers})
    assert dict(profile.open)["pregnant"] == ("no",)
    assert profile.assumed == (("pregnant", "no"),)


def test_an_answer_beats_the_assumed_option():
    profile = Profile.of(QUESTIONS, {"stage": "early", "her2": "positive", "pregnant": "yes"})
    assert dict(profile.open)["pregnant"] == ("yes",)
    assert profile.assumed == ()


def test_the_order_of_answers_does_not_matter():
    answers = {"stage": "early", "her2": "positive", "menopause": "pre"}
    assert Profile.of(QUESTIONS, answers) == Profile.of(QUESTIONS, dict(reversed(answers.items())))
