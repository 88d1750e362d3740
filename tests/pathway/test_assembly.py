"""Plans made of the real content, for answers that people give."""

from functools import partial

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pathway.assembly import Content, assemble
from pathway.plan import Plan
from personalization.profile import Profile
from personalization.ruleset import every_answer_set
from tests.conftest import DAY

STEPS = [
    "metastatic-referral",
    "metastatic-first-appointment",
    "metastatic-choosing-treatment",
    "metastatic-supportive-treatments",
    "metastatic-monitoring",
    "metastatic-palliative-care",
    "metastatic-end-of-life",
]
HER2_DRUGS = {"pertuzumab", "trastuzumab", "trastuzumab-emtansine", "lapatinib", "tucatinib", "neratinib"}


@pytest.fixture(scope="session")
def plan_for(content):
    """plan_for(her2="low"): the plan for stage IV, invasive ductal, HR+, HER2+, with these answers changed."""

    def make(jurisdiction="", moment="", **answers) -> Plan:
        answers = {"stage": "4", "type": "idc", "hr": "positive", "her2": "positive", **answers}
        profile = Profile.of(content.questions, answers)
        return assemble(content, profile, on=DAY, jurisdiction=jurisdiction, moment=moment)

    return make


def certain_cards(plan):
    return [c for step in plan.steps for part in step.parts for block in part.blocks for c in block.cards]


def conditional_cards(plan):
    """(condition in English, card) for each card that hangs on an open answer."""
    groups = [group for step in plan.steps for part in step.parts for group in part.only_if]
    return [(group.condition.en, card) for group in groups for block in group.blocks for card in block.cards]


def drugs(cards):
    return {drug.slug for card in cards for drug in card.drugs}


def steps_and_drugs(plan):
    return [(step.number, step.slug, [card.regimen for b in step.blocks for card in b.cards]) for step in plan.steps]


def test_the_metastatic_plan_has_its_seven_steps_in_order(plan_for):
    assert [(step.number, step.slug) for step in plan_for().steps] == list(enumerate(STEPS, start=1))


@pytest.mark.parametrize("type_", ["ilc", "rare", "paget", "inflammatory", "unknown"])
def test_every_type_of_metastatic_cancer_gets_the_same_steps_and_drugs(plan_for, type_):
    assert steps_and_drugs(plan_for(type=type_)) == steps_and_drugs(plan_for())


def test_a_distant_recurrence_is_treated_as_stage_four(plan_for):
    assert steps_and_drugs(plan_for(stage="recurrence-distant")) == steps_and_drugs(plan_for())


def test_her2_drugs_are_certain_where_her2_is_positive(plan_for):
    assert drugs(certain_cards(plan_for(her2="positive"))) >= HER2_DRUGS


@pytest.mark.parametrize("her2", ["zero", "ultralow", "low", "negative"])
def test_her2_drugs_are_left_out_where_her2_is_not_positive(plan_for, her2):
    plan = plan_for(her2=her2)
    shown = drugs([*certain_cards(plan), *(card for _, card in conditional_cards(plan))])
    assert not shown & HER2_DRUGS


def test_her2_drugs_stand_under_if_your_cancer_is_her2_positive_where_her2_is_unknown(plan_for):
    plan = plan_for(her2="unknown", menopause="post")
    conditions = {drug.slug: set() for _, card in conditional_cards(plan) for drug in card.drugs}
    for condition, card in conditional_cards(plan):
        for drug in card.drugs:
            conditions[drug.slug].add(condition)
    assert {conditions[drug] == {"your cancer is HER2-positive"} for drug in HER2_DRUGS} == {True}
    assert not drugs(certain_cards(plan)) & HER2_DRUGS


@pytest.mark.parametrize("menopause", ["pre", "post", "unknown", None])
def test_letrozole_is_certain_before_and_after_menopause_and_if_nobody_knows(plan_for, menopause):
    plan = plan_for(**({"menopause": menopause} if menopause else {}))
    assert "letrozole" in [card.regimen for card in certain_cards(plan)]


@pytest.mark.parametrize("drug", ["goserelin", "leuprolide"])
class TestOvarianSuppression:
    def test_is_certain_before_menopause(self, plan_for, drug):
        assert drug in drugs(certain_cards(plan_for(menopause="pre")))

    def test_is_left_out_after_menopause(self, plan_for, drug):
        plan = plan_for(menopause="post")
        assert drug not in drugs([*certain_cards(plan), *(card for _, card in conditional_cards(plan))])

    def test_hangs_on_menopause_where_it_is_open(self, plan_for, drug):
        plan = plan_for()
        assert drug not in drugs(certain_cards(plan))
        told = {condition for condition, card in conditional_cards(plan) if drug in drugs([card])}
        assert told == {"you have not been through menopause"}


def test_a_card_certain_only_as_a_whole_says_which_use_is_whose(plan_for):
    letrozole = next(card for card in certain_cards(plan_for()) if card.regimen == "letrozole")
    assert {use.for_whom.en for use in letrozole.uses} == {
        "you have been through menopause",
        "you have not been through menopause",
    }


def test_cards_are_in_the_order_of_lines(plan_for):
    order = {"first": 0, "second": 1, "later": 2}
    for step in plan_for().steps:
        for block in step.blocks:
            earliest = [min((order[line] for line in card.lines), default=3) for card in block.cards]
            assert earliest == sorted(earliest), block.slug


def test_an_open_core_answer_says_how_to_find_it_out(plan_for):
    asked = {question.question: question for question in plan_for(her2="negative").find_out}
    assert [option.slug for option in asked["her2"].still_open] == ["low", "ultralow", "zero"]
    assert asked["her2"].test
    assert asked["her2"].say


def test_a_core_question_that_is_answered_is_not_asked_again(plan_for):
    assert not [question.question for question in plan_for().find_out if question.core]


def test_funding_where_the_reader_lives_comes_with_each_card(plan_for):
    for card in certain_cards(plan_for(jurisdiction="qc")):
        assert {here.now.jurisdiction.slug for here in card.funding} == {"qc"}, card.regimen
    assert not [card for card in certain_cards(plan_for()) if card.funding]


def test_where_the_reader_lives_changes_no_treatment(plan_for):
    assert steps_and_drugs(plan_for(jurisdiction="qc")) == steps_and_drugs(plan_for(jurisdiction="bc"))


# Every plan


@pytest.fixture(scope="session")
def every_plan(content):
    """(answers, plan) for every way to fill in the core questions."""
    return [(s.answers, assemble(content, s.profile, on=DAY)) for s in every_answer_set(content.ruleset)]


def numbers_cited(part):
    """Every source number in a plan, or in a part of one, as builtins."""
    if isinstance(part, tuple):
        return set().union(*map(numbers_cited, part))
    if not isinstance(part, dict):
        return set()
    found = set()
    for name, value in part.items():
        if name.endswith("references") and all(isinstance(number, int) for number in value):
            found |= set(value)
        elif name == "source":
            found |= {value} - {0}
        else:
            found |= numbers_cited(value)
    return found


def test_every_way_to_answer_has_a_plan(every_plan):
    assert len(every_plan) > 500
    assert not [answers for answers, plan in every_plan if not plan.track or not plan.steps]


def test_sources_are_numbered_from_one_without_a_gap_and_each_listed_one_is_cited(every_plan):
    for answers, plan in every_plan:
        numbers = [cited.number for cited in plan.references]
        assert numbers == list(range(1, len(numbers) + 1)), answers
        assert numbers_cited(msgspec.to_builtins(plan)) == set(numbers), answers


def test_no_source_is_listed_twice(every_plan):
    for answers, plan in every_plan:
        slugs = [cited.reference.slug for cited in plan.references]
        assert len(slugs) == len(set(slugs)), answers


def test_no_regimen_has_two_cards_under_one_heading_for_the_same_reader(every_plan):
    for answers, plan in every_plan:
        for part in (part for step in plan.steps for part in step.parts):
            for block in part.blocks:
                regimens = [card.regimen for card in block.cards]
                assert len(regimens) == len(set(regimens)), (answers, block.slug)


def test_what_is_conditional_says_on_what(every_plan):
    silent = [
        (answers, group.blocks[0].slug)
        for answers, plan in every_plan
        for step in plan.steps
        for part in step.parts
        for group in part.only_if
        if not group.condition.en or not group.questions
    ]
    assert not silent


# Rows in any order


def shuffled(sections, chance):
    """The same content with its rows in another order, wherever their order has no meaning."""

    def mixed(rows):
        return tuple(chance.sample(rows, len(rows)))

    evidence, people, drugs, paths = (sections[name] for name in ("evidence", "personalization", "medsearch", "pathway"))
    # Questions stand as the form asks them, blocks as they stand within their step, jurisdictions as on the map.
    steps = mixed(paths.steps)
    blocks = tuple(block for step in steps for block in paths.blocks if block.step == step.slug)
    populations = mixed([replace(population, rules=mixed(population.rules)) for population in people.populations])
    of_drugs = ("routes", "classes", "drugs", "regimens", "indications", "funding")
    return {
        "evidence": replace(evidence, references=mixed(evidence.references)),
        "personalization": replace(people, exclusions=mixed(people.exclusions), populations=populations),
        "medsearch": replace(drugs, **{kind: mixed(getattr(drugs, kind)) for kind in of_drugs}),
        "pathway": replace(paths, tracks=mixed(paths.tracks), steps=steps, headings=mixed(paths.headings), blocks=blocks),
    }


@settings(max_examples=15)
@given(chance=st.randoms(use_true_random=False), data=st.data())
def test_the_order_of_rows_never_changes_a_plan(release, content, chance, data):
    sections = shuffled(release.sections, chance)
    other = Content(number=release.number, published_at=release.published_at, **sections)
    answers = {
        question.slug: data.draw(st.sampled_from([option.slug for option in question.options]), label=question.slug)
        for question in content.questions
    }
    profile = Profile.of(content.questions, answers)
    make = partial(assemble, profile=profile, on=DAY, jurisdiction="on")
    if not content.ruleset.contradictions(profile):
        assert msgspec.json.encode(make(other)) == msgspec.json.encode(make(content))


# Further questions


def statements(plan):
    """All that a plan says, certain or under a condition: blocks, and the uses on cards."""
    blocks = [block for step in plan.steps for block in step.blocks]
    return {block.slug for block in blocks} | {use.indication for b in blocks for card in b.cards for use in card.uses}


@given(st.data())
@settings(max_examples=60)
def test_answering_a_further_question_never_adds_a_statement(content, data):
    # A question with an assumed option is the exception: its other answers were taken as not given, not as open.
    given_answers = {
        question.slug: data.draw(st.sampled_from([option.slug for option in question.options]))
        for question in content.questions
        if question.core
    }
    profile = Profile.of(content.questions, given_answers)
    if content.ruleset.contradictions(profile):
        return
    before = statements(assemble(content, profile, on=DAY))
    further = [question for question in content.questions if not question.core and not question.assumed]
    for question in data.draw(st.lists(st.sampled_from(further), unique_by=lambda asked: asked.slug, max_size=6)):
        given_answers[question.slug] = data.draw(st.sampled_from([option.slug for option in question.options]))
        profile = Profile.of(content.questions, given_answers)
        if content.ruleset.contradictions(profile):
            return
        after = statements(assemble(content, profile, on=DAY))
        assert after <= before
        before = after


def test_a_further_question_is_offered_only_where_it_would_change_the_plan(plan_for):
    assert "pik3ca" not in {asked.question for asked in plan_for().find_out}
    assert "pik3ca" in {asked.question for asked in plan_for(her2="negative").find_out}


def test_the_answer_that_would_settle_most_comes_first(plan_for):
    asked = plan_for(her2="unknown").find_out
    assert asked[0].question == "her2"
    assert asked[0].settles > 0


# Where I am now


def opening(plan):
    return [step.slug for step in plan.steps if step.opens]


def test_a_plan_opens_where_the_reader_is_and_hides_nothing(plan_for):
    everything, opened = plan_for(), plan_for(moment="on-treatment")
    assert opening(everything) == []
    assert opening(opened) == ["metastatic-monitoring"]
    assert statements(opened) == statements(everything)


def test_without_a_step_for_the_moment_the_plan_opens_at_the_next_that_has_one(plan_for):
    assert opening(plan_for(stage="3", moment="after-surgery")) == ["drugs-after-surgery-stage-1-3"]


def test_no_plan_opens_at_the_end_of_life(plan_for):
    assert opening(plan_for(moment="after-treatment")) == []
