"""The plan code: it says what a plan was made of, and a slip of the pen never opens another plan."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from evidence.days import FIRST_DAY, LAST_DAY
from pathway.assembly import assemble
from pathway.frozen import MOMENTS
from pathway.plan_code import ALPHABET, DAY_CHARACTERS, MOMENT_NUMBERS, Given, Mistyped, Scheme, UnknownRelease, opened
from personalization.profile import Profile
from personalization.ruleset import every_answer_set
from tests.conftest import DAY

ANSWERS = {"stage": "4", "type": "idc", "hr": "positive", "her2": "negative"}
SHA256 = "5a" * 32


def scheme_of(content, number=7, sha256=SHA256):
    return Scheme(content.questions, content.formulary.jurisdictions.values(), number=number, sha256=sha256)


@pytest.fixture(scope="session")
def scheme(content):
    return scheme_of(content)


def what(answers=ANSWERS, jurisdiction="", moment="", day=DAY, release=7):
    return Given(answers=answers, jurisdiction=jurisdiction, moment=moment, release=release, day=day)


def typed(scheme, given):
    return scheme.code(given)


def read(scheme, code):
    return scheme.read(opened(code))


# There and back


def test_every_core_answer_set_in_every_province_comes_back(content, scheme):
    places = ["", *content.formulary.jurisdictions]
    answer_sets = [answer_set.answers for answer_set in every_answer_set(content.ruleset)]
    assert len(answer_sets) > 800
    codes = {}
    for answers in answer_sets:
        for place in places:
            given_ = what(answers, place)
            code = scheme.code(given_)
            assert read(scheme, code) == given_
            codes[code] = given_
    assert len(codes) == len(answer_sets) * len(places)


@settings(max_examples=300)
@given(data=st.data())
def test_whatever_is_answered_comes_back(content, data):
    number = data.draw(st.integers(1, 10**6))
    scheme = scheme_of(content, number)
    answers = {
        question.slug: data.draw(st.sampled_from([option.slug for option in question.options]))
        for question in content.questions
        if question.core or data.draw(st.booleans())
    }
    given_ = what(
        answers,
        data.draw(st.sampled_from(["", *content.formulary.jurisdictions])),
        data.draw(st.sampled_from(["", *MOMENTS])),
        data.draw(st.dates(FIRST_DAY, LAST_DAY)),
        number,
    )
    assert read(scheme, scheme.code(given_)) == given_


def test_the_days_are_all_that_have_room_in_a_code():
    assert (LAST_DAY - FIRST_DAY).days == 32**DAY_CHARACTERS - 1


def test_the_code_of_a_plan_is_the_code_of_what_it_was_made_of(content):
    scheme = scheme_of(content, content.number)
    profile = Profile.of(content.questions, {**ANSWERS, "menopause": "pre", "pregnant": "unknown"})
    plan = assemble(content, profile, on=DAY, jurisdiction="qc", moment="on-treatment")
    expected = what(dict(profile.given), "qc", "on-treatment", release=content.number)
    assert read(scheme, scheme.code_of(plan)) == expected


def test_questions_that_nobody_answered_cost_nothing(content, scheme):
    everything = {question.slug: question.options[0].slug for question in content.questions}
    shortest, longest = (len(scheme.code(what(answers)).replace("-", "")) for answers in (ANSWERS, everything))
    assert shortest <= 12 < longest <= 20


def test_a_question_added_later_changes_no_printed_code(content, scheme):
    code = scheme.code(what())
    added = replace(content.questions[-1], slug="added-later")
    later = Scheme([added, *content.questions], content.formulary.jurisdictions.values(), number=8, sha256="00" * 32)
    assert read(scheme, code) == what()
    with pytest.raises(UnknownRelease):
        read(later, code)


def test_another_order_on_the_page_is_the_same_scheme(content, scheme):
    turned = [replace(question, options=question.options[::-1]) for question in content.questions[::-1]]
    places = list(content.formulary.jurisdictions.values())[::-1]
    assert Scheme(turned, places, number=7, sha256=SHA256).code(what()) == scheme.code(what())


def test_every_moment_has_a_number_for_good():
    assert set(MOMENT_NUMBERS) == set(MOMENTS)
    assert len(set(MOMENT_NUMBERS.values())) == len(MOMENTS)


# As people type


@pytest.mark.parametrize(
    "slip",
    [
        str.lower,
        lambda code: code.replace("-", ""),
        lambda code: f"  {code.replace('-', ' ')}\n",
        lambda code: code.replace("-", "–"),
        lambda code: code.replace("0", "O").replace("1", "l"),
        lambda code: code.replace("0", "o").replace("1", "I"),
        lambda code: f"https://pathway.example/fr/plan/#{code}",
    ],
    ids=["small letters", "no hyphens", "spaces", "dashes", "O and l", "o and I", "the whole link"],
)
def test_is_read_however_it_is_written(scheme, slip):
    for day in range(40):
        given_ = what(day=DAY + timedelta(days=day))
        assert read(scheme, slip(scheme.code(given_))) == given_


def longest_code(content, scheme):
    answers = {question.slug: question.options[-1].slug for question in content.questions}
    return scheme.code(what(answers, "on", "on-treatment"))


CODES = [lambda content, scheme: scheme.code(what()), longest_code]


@pytest.mark.parametrize("make", CODES, ids=["a short code", "the longest code"])
class TestSlips:
    def test_every_wrong_character_is_noticed(self, content, scheme, make):
        code = make(content, scheme).replace("-", "")
        for place, right in enumerate(code):
            for wrong in ALPHABET.replace(right, ""):
                with pytest.raises(Mistyped):
                    opened(code[:place] + wrong + code[place + 1 :])

    def test_every_swap_of_two_characters_is_noticed(self, content, scheme, make):
        code = make(content, scheme).replace("-", "")
        for first in range(len(code)):
            for second in range(first + 1, len(code)):
                if code[first] != code[second]:
                    swapped = list(code)
                    swapped[first], swapped[second] = code[second], code[first]
                    with pytest.raises(Mistyped):
                        opened("".join(swapped))


@given(
    characters=st.lists(st.sampled_from(ALPHABET), min_size=8, max_size=30).map("".join),
    place=st.integers(0, 29),
    wrong=st.sampled_from(ALPHABET),
)
def test_of_two_codes_that_differ_in_one_character_at_most_one_is_right(characters, place, wrong):
    place %= len(characters)
    other = characters[:place] + wrong + characters[place + 1 :]
    assert characters == other or sum(map(_is_right, (characters, other))) <= 1


def _is_right(characters):
    try:
        opened(characters)
    except Mistyped:
        return False
    return True


def test_one_more_zero_at_the_beginning_is_noticed(scheme):
    with pytest.raises(Mistyped):
        opened("0" + scheme.code(what()))


@pytest.mark.parametrize("typed", ["", "   ", "#", "-", "0", "ABCD", "7" * 61, "Z" * 1_000_000, "stage=4"])
def test_what_is_no_code_is_refused(typed):
    with pytest.raises(Mistyped):
        opened(typed)


def test_a_character_that_no_code_has_is_named():
    with pytest.raises(Mistyped) as refused:
        opened("7K3U-Q2P9")
    assert refused.value.stranger == "U"


@given(st.text())
def test_nothing_that_can_be_typed_breaks_it(typed):
    try:
        opened(typed)
    except Mistyped:
        return


# The wrong release


def test_a_release_of_another_site_with_the_same_number_is_noticed(content, scheme):
    with pytest.raises(UnknownRelease):
        read(scheme_of(content, sha256="a5" * 32), scheme.code(what()))


def test_answers_that_the_release_does_not_have_are_refused(scheme):
    said = opened(scheme.code(what()))
    with pytest.raises(Mistyped):
        scheme.read(replace(said, answers=32**30))


@pytest.mark.parametrize(
    "given_",
    [
        what({**ANSWERS, "stage": "5"}),
        what({**ANSWERS, "shoe-size": "39"}),
        what({"stage": "4"}),
        what(jurisdiction="atlantis"),
        what(day=date(2025, 12, 31)),
        what(release=8),
    ],
    ids=["an option", "a question", "a core answer missing", "a place", "a day", "a release"],
)
def test_there_is_no_code_for_what_cannot_be(scheme, given_):
    with pytest.raises(ValueError):  # noqa: PT011
        scheme.code(given_)
