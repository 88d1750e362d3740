"""What somebody chose of a plan is what they get: the steps named, the short reading as it is defined, the sources cited."""

import pytest
from msgspec.structs import replace

from pathway.assembly import assemble
from pathway.selection import SHORT, Selection, everything, in_short, select
from personalization.profile import Profile
from tests.conftest import DAY

ANSWERS = {"stage": "4", "type": "idc", "hr": "positive", "her2": "unknown"}


@pytest.fixture(scope="module")
def plan(content):
    return assemble(content, Profile.of(content.questions, ANSWERS), on=DAY, jurisdiction="on")


def blocks(plan):
    return [block for step in plan.steps for block in step.blocks]


def test_everything_is_offered_but_the_steps_that_stay_closed(plan):
    assert everything(plan).steps == tuple(step.number for step in plan.steps if not step.sensitive)


def test_the_chosen_steps_keep_their_numbers_and_the_others_are_named(plan):
    chosen = select(plan, Selection(steps=(2, 4)))
    assert [step.number for step in chosen.plan.steps] == [2, 4]
    assert [step.number for step in chosen.left_out] == [step.number for step in plan.steps if step.number not in (2, 4)]


def test_a_sensitive_step_that_is_left_out_says_what_it_is_about(plan):
    [sensitive] = [step for step in plan.steps if step.sensitive]
    [left_out] = select(plan, everything(plan)).left_out
    assert left_out.sensitive_label == sensitive.sensitive_label


def test_full_is_the_plan_itself(plan):
    every = Selection(steps=tuple(step.number for step in plan.steps))
    assert select(plan, every).plan.steps == plan.steps


def test_short_keeps_standards_decisions_drugs_questions_and_danger_signs(plan):
    kept = blocks(select(plan, replace(everything(plan), reading=SHORT)).plan)
    urgent = [block for block in kept if block.urgent]
    assert urgent
    assert urgent == [block for block in blocks(select(plan, everything(plan)).plan) if block.urgent]
    kept = [block for block in kept if not block.urgent]
    assert {block.kind for block in kept} == {"standard", "decision", "treatments", "questions"}
    assert all(block.interval for block in kept if block.kind == "standard")
    assert not any(option.benefit for block in kept for option in block.options)
    assert all(bool(block.body) == (block.kind == "questions") for block in kept)


def test_short_drops_no_drug_and_no_condition(plan):
    for step in plan.steps:
        short = in_short(step)
        regimens = [card.regimen for block in step.blocks for card in block.cards]
        assert [card.regimen for block in short.blocks for card in block.cards] == regimens
        conditions = [use.condition for block in step.blocks for card in block.cards for use in card.uses if use.condition]
        assert [
            use.condition for block in short.blocks for card in block.cards for use in card.uses if use.condition
        ] == conditions
        hanging = {group.condition for part in step.parts for group in part.only_if if any(b.cards for b in group.blocks)}
        assert hanging <= {group.condition for part in short.parts for group in part.only_if}


def test_a_step_with_nothing_short_in_it_keeps_its_title_and_summary(plan):
    bare = replace(plan.steps[0], parts=())
    assert in_short(bare) == bare


def test_sources_that_are_cited_no_more_go_and_the_others_keep_their_numbers(plan):
    chosen = select(plan, Selection(reading=SHORT, steps=(1,), find_out=False)).plan
    kept = {cited.number: cited.reference for cited in chosen.references}
    assert 0 < len(kept) < len(plan.references)
    assert kept.items() <= {cited.number: cited.reference for cited in plan.references}.items()
    assert {number for block in blocks(chosen) for number in block.references} <= kept.keys()


@pytest.mark.parametrize("selection", [Selection(steps=(99,)), Selection(reading="long", steps=(1,))])
def test_what_there_is_not_cannot_be_chosen(plan, selection):
    with pytest.raises(ValueError, match="no such"):
        select(plan, selection)
