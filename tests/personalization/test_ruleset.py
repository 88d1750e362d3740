"""Certain, possible, no: by examples, and against an evaluator that literally fills in every open answer.

The examples live in a world of two questions. P is the population "size 2, or colour red and size 1":

                size 1   size 2   size 3
    red            P        P        .
    green          .        P        .
    blue           .        P        x        x: no such thing (excluded)
"""

from itertools import permutations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from evidence.text import Text
from personalization.profile import Profile
from personalization.ruleset import Belonging, Ruleset, every_answer_set, in_words

from .worlds import box, fillings, is_in, lies_in, permitted, question, world, worlds_with_a_profile

NO, POSSIBLE, CERTAIN = Belonging
DRAWN = world(
    [question("colour", "red green blue", wider={"cold": "green blue"}), question("size", "1 2 3", wider={"odd": "1 3"})],
    populations={
        "P": [box(size="2"), box(colour="red", size="1")],
        "blue-or-large": [box(colour="blue"), box(size="3")],
        "red": [box(colour="red")],
        "cold": [box(colour="green blue")],
        "blue-and-large": [box(colour="blue", size="3")],
        "everybody": [],
    },
    exclusions=[box(colour="blue", size="3")],
)
RULESET = Ruleset(DRAWN)


def placed(colour, size):
    return RULESET.place(Profile.of(DRAWN.questions, {"colour": colour, "size": size}))


@pytest.mark.parametrize(
    ("colour", "size", "populations", "expected"),
    [
        pytest.param("red", "1", ["P"], CERTAIN, id="both facts given, one rule fits"),
        pytest.param("green", "1", ["P"], NO, id="both facts given, no rule fits"),
        pytest.param("unknown", "2", ["P"], CERTAIN, id="what is open does not matter"),
        pytest.param("unknown", "1", ["P"], POSSIBLE, id="what is open decides"),
        pytest.param("unknown", "3", ["P"], NO, id="no filling fits"),
        pytest.param("red", "unknown", ["P"], POSSIBLE, id="two rules together, with a hole"),
        pytest.param("unknown", "unknown", ["P"], POSSIBLE, id="everything open"),
        pytest.param("cold", "1", ["cold"], CERTAIN, id="a wider answer inside a rule"),
        pytest.param("cold", "1", ["red"], NO, id="a wider answer outside a rule"),
        pytest.param("unknown", "odd", ["P"], POSSIBLE, id="a wider answer that a rule cuts through"),
        pytest.param("unknown", "1", ["red", "cold"], CERTAIN, id="two populations that leave no third way"),
        pytest.param("red", "odd", ["P", "blue-or-large"], CERTAIN, id="rules of two populations fill each other's hole"),
        pytest.param("unknown", "unknown", ["everybody"], CERTAIN, id="a population without rules is everybody"),
        pytest.param("unknown", "3", ["blue-and-large"], NO, id="possible only in a way that is excluded"),
        pytest.param("blue", "unknown", ["P"], POSSIBLE, id="a hole that no exclusion fills"),
        pytest.param("blue", "odd", ["P"], NO, id="the only filling left is outside"),
    ],
)
def test_belonging(colour, size, populations, expected):
    assert placed(colour, size).belongs(*populations) is expected


def test_belonging_is_certain_where_only_an_excluded_filling_lies_outside():
    section = world(DRAWN.questions, populations={"small": [box(size="1 2")]}, exclusions=[box(colour="blue", size="3")])
    profile = Profile.of(section.questions, {"colour": "blue", "size": "unknown"})
    assert Ruleset(section).place(profile).belongs("small") is CERTAIN


def test_asking_about_a_population_that_does_not_exist_is_an_error():
    with pytest.raises(KeyError, match="nobody"):
        placed("red", "1").belongs("nobody")


@given(worlds_with_a_profile(), st.data())
def test_masks_agree_with_filling_in_every_open_answer(drawn, data):
    section, profile = drawn
    ways = permitted(section, profile)
    assume(ways)
    slugs = [population.slug for population in section.populations]
    union = tuple(data.draw(st.lists(st.sampled_from(slugs), min_size=1, unique=True)))
    placement = Ruleset(section).place(profile)
    for populations in (*((slug,) for slug in slugs), union):
        inside = [is_in(section, way, populations) for way in ways]
        expected = CERTAIN if all(inside) else POSSIBLE if any(inside) else NO
        assert placement.belongs(*populations) is expected, populations


@given(worlds_with_a_profile())
def test_the_options_still_open_are_those_that_some_permitted_filling_uses(drawn):
    section, profile = drawn
    ways = permitted(section, profile)
    assume(ways)
    placement = Ruleset(section).place(profile)
    for asked in section.questions:
        assert set(placement.open_options(asked.slug)) == {way[asked.slug] for way in ways}


@given(worlds_with_a_profile(), st.data())
def test_what_decides_is_met_by_exactly_the_fillings_that_belong(drawn, data):
    section, profile = drawn
    ways = permitted(section, profile)
    slugs = [population.slug for population in section.populations]
    union = tuple(data.draw(st.lists(st.sampled_from(slugs), min_size=1, unique=True)))
    conditions = Ruleset(section).place(profile).what_decides(*union)
    inside = [is_in(section, way, union) for way in ways]
    if all(inside):
        assert conditions == (), "nothing is left to decide"
    else:
        assert inside == [any(lies_in(way, condition) for condition in conditions) for way in ways]


def test_nothing_is_left_to_decide_where_only_an_excluded_filling_lies_outside():
    populations = {"small-or-blue": [box(size="1 2"), box(colour="blue")]}
    section = world(DRAWN.questions, populations=populations, exclusions=[box(colour="red green", size="3")])
    profile = Profile.of(section.questions, {"colour": "unknown", "size": "unknown"})
    placement = Ruleset(section).place(profile)
    assert placement.belongs("small-or-blue") is CERTAIN
    assert placement.what_decides("small-or-blue") == ()


@given(worlds_with_a_profile())
def test_what_decides_names_only_questions_that_are_open(drawn):
    section, profile = drawn
    assume(permitted(section, profile))
    placement = Ruleset(section).place(profile)
    for population in section.populations:
        for condition in placement.what_decides(population.slug):
            for slug, options in condition.items():
                assert set(options) < set(placement.open_options(slug))


@given(worlds_with_a_profile(), st.randoms(use_true_random=False))
def test_the_order_of_rules_populations_and_exclusions_does_not_matter(drawn, chance):
    section, profile = drawn
    assume(permitted(section, profile))

    def shuffled(rows):
        return tuple(chance.sample(rows, len(rows)))

    other = replace(
        section,
        exclusions=shuffled(section.exclusions),
        populations=shuffled([replace(population, rules=shuffled(population.rules)) for population in section.populations]),
    )
    here, there = Ruleset(section).place(profile), Ruleset(other).place(profile)
    slugs = [population.slug for population in section.populations]
    for populations in ((slug,) for slug in slugs):
        assert here.belongs(*populations) is there.belongs(*populations)
        assert here.what_decides(*populations) == there.what_decides(*populations)
    for populations in permutations(slugs, 2):
        assert here.what_decides(*populations) == there.what_decides(*reversed(populations))


@given(worlds_with_a_profile())
def test_contradictions_are_what_forbids_every_filling_and_none_if_one_is_permitted(drawn):
    section, profile = drawn
    in_the_way = {e.slug for e in section.exclusions if any(lies_in(way, e.answers) for way in fillings(profile))}
    expected = set() if permitted(section, profile) else in_the_way
    assert {exclusion.slug for exclusion in Ruleset(section).contradictions(profile)} == expected


def test_every_answer_set_is_every_way_to_fill_in_the_form_that_is_not_excluded():
    answered = {(s.answers["colour"], s.answers["size"]) for s in every_answer_set(RULESET)}
    assert len(answered) == 5 * 5 - 1
    assert ("blue", "3") not in answered


# What decides, in words. The options' own phrases, joined as a sentence would.

NAMED = [
    question("colour", "red green blue", wider={"cold": "green blue"}),
    question("size", "small large"),
]


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        pytest.param([box(colour="red")], "your colour is red", id="one option"),
        pytest.param([box(colour="red blue")], "your colour is red or blue", id="two options"),
        pytest.param([box(colour="green blue")], "your colour is cold", id="what a wider option covers has its name"),
        pytest.param([box(colour="red", size="small")], "your colour is red and your size is small", id="two questions"),
        pytest.param([box(colour="red"), box(size="small")], "your colour is red, or if your size is small", id="either"),
        pytest.param([], "", id="nothing left to decide"),
    ],
)
def test_conditions_in_words(conditions, expected):
    assert in_words(NAMED, conditions).en == expected


def test_questions_with_the_same_clause_share_it(content):
    conditions = [{"hr": ("positive",), "her2": ("low",)}]
    assert in_words(content.questions, conditions).en == "your cancer is HR-positive and HER2-low"


def test_the_name_of_a_wider_option_of_the_form_is_used(content):
    assert in_words(content.questions, [{"her2": ("low", "ultralow", "zero")}]).en == "your cancer is HER2-negative"


def test_words_that_nobody_has_translated_leave_the_french_empty():
    assert in_words(NAMED, [box(colour="red")]) == Text(en="your colour is red", fr="")
