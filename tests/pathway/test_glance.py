"""A plan at a glance: nothing in it that the plan does not say, and nothing told as settled that hangs on an open answer."""

import re
from itertools import pairwise

import pytest

from pathway.assembly import assemble
from pathway.glance import DRAWN, HEIGHT, WIDTH, glance, way_through
from personalization.profile import Profile
from personalization.ruleset import every_answer_set
from tests.conftest import DAY

ANSWERS = {"stage": "4", "type": "idc", "hr": "positive", "her2": "unknown"}


@pytest.fixture(scope="module")
def plan(content):
    return assemble(content, Profile.of(content.questions, ANSWERS), on=DAY)


def names(groups):
    return {named.name.en for group in groups for named in group.drugs}


def test_the_steps_are_those_of_the_plan(plan):
    assert tuple(short.step for short in glance(plan, "en").steps) == plan.steps


def test_every_drug_of_a_step_is_named_once_or_under_each_of_its_conditions(plan):
    for short in glance(plan, "en").steps:
        cards = {card.name.en for block in short.step.blocks for card in block.cards}
        assert names(short.drugs) == cards
        certain = [named.name.en for group in short.drugs if not group.condition for named in group.drugs]
        assert len(certain) == len(set(certain))


def test_what_hangs_on_an_open_answer_is_named_under_it(plan):
    for short in glance(plan, "en").steps:
        shown = {card.name.en for part in short.step.parts for block in part.blocks for card in block.cards}
        assert {named.name.en for group in short.drugs if not group.condition for named in group.drugs} == shown


def test_a_plan_of_an_open_her2_result_has_her2_drugs_under_it(plan):
    step = glance(plan, "en").steps[2]
    hanging = {group.condition.en for group in step.drugs if "Tucatinib" in str(names([group]))}
    assert hanging == {"your cancer is HER2-positive"}


def test_the_standards_of_a_step_are_its_own(plan):
    for short in glance(plan, "en").steps:
        own = [b.interval for part in short.step.parts for b in part.blocks if b.kind == "standard"]
        assert [standard.interval for standard in short.intervals] == own


def test_questions_are_counted_to_the_last(plan):
    for short in glance(plan, "en").steps:
        lines = [
            line
            for block in short.step.blocks
            if block.kind == "questions"
            for line in block.body.en.splitlines()
            if line.startswith("- ")
        ]
        assert len(short.questions) + len(short.other_questions) == len(lines)


def test_every_plan_can_be_drawn(content):
    for answer_set in every_answer_set(content.ruleset):
        made = assemble(content, answer_set.profile, on=DAY)
        assert glance(made, "en").way, answer_set.answers


@pytest.mark.parametrize("stops", DRAWN)
def test_the_way_goes_through_every_stop_and_stays_on_the_drawing(stops):
    stretches = [[tuple(map(float, at)) for at in re.findall(r"([-\d.]+) ([\d.]+)", part)] for part in way_through(stops)]
    assert len(stretches) == stops
    assert all(before[-1] == after[0] for before, after in pairwise(stretches))
    assert all(0 <= y <= HEIGHT and x <= WIDTH for stretch in stretches for x, y in stretch)


@pytest.mark.parametrize("stops", [0, 1, 3, 10])
def test_too_few_or_too_many_stops_are_not_drawn_side_by_side(stops):
    assert way_through(stops) == ()


def test_reading_takes_longer_the_more_there_is(content, plan):
    less = assemble(content, Profile.of(content.questions, {**ANSWERS, "hr": "negative", "her2": "positive"}), on=DAY)
    assert 5 <= glance(less, "en").minutes < glance(plan, "en").minutes
