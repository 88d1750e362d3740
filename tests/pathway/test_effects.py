"""Which plans a change changes: worked out on sets of answer sets, and the same as assembling them all.

Each edit, of rows drawn from a fixed seed, is compared on every answer set with the plans assembled before and after it.
"""

import random
from datetime import UTC, datetime
from functools import cache

import pytest
from msgspec.structs import replace

from evidence.text import Text
from pathway.assembly import Content, assemble
from pathway.effects import affected
from personalization.ruleset import every_answer_set
from tests.conftest import DAY


def rewritten(text):
    return Text(en=f"{text.en} Said anew.", fr=text.fr)


def one_field(section, kind, field, value, *, where=lambda row: True):
    """An edit of one field of a row chosen by chance. `value(row, rows, choose)`: what it becomes."""

    def edit(sections, choose):
        rows = list(getattr(sections[section], kind))
        place = choose.choice([n for n, row in enumerate(rows) if where(row)])
        rows[place] = replace(rows[place], **{field: value(rows[place], sections, choose)})
        return {**sections, section: replace(sections[section], **{kind: tuple(rows)})}

    return edit


def without(section, kind):
    def edit(sections, choose):
        rows = list(getattr(sections[section], kind))
        rows.pop(choose.randrange(len(rows)))
        return {**sections, section: replace(sections[section], **{kind: tuple(rows)})}

    return edit


def with_neighbours_swapped(sections, choose):
    blocks = list(sections["pathway"].blocks)
    place = choose.choice([n for n in range(len(blocks) - 1) if blocks[n].step == blocks[n + 1].step])
    blocks[place : place + 2] = reversed(blocks[place : place + 2])
    return {**sections, "pathway": replace(sections["pathway"], blocks=tuple(blocks))}


def some_population(row, sections, choose):
    return choose.choice([p.slug for p in sections["personalization"].populations if p.slug != row.population])


def rules_of_another(row, sections, choose):
    return choose.choice([p.rules for p in sections["personalization"].populations if p.rules != row.rules])


def said_anew(field):
    return lambda row, sections, choose: rewritten(getattr(row, field))


def is_paid(row):
    return row.status == "funded" and not row.history


def is_used(row):
    return not row.superseded_by


EDITS = {
    "the text of a block": one_field("pathway", "blocks", "body", said_anew("body")),
    "the title of a block": one_field("pathway", "blocks", "title", said_anew("title")),
    "who a block is for": one_field("pathway", "blocks", "population", some_population),
    "the sources of a block": one_field("pathway", "blocks", "references", lambda *_: ()),
    "the order of its sources": one_field(
        "pathway",
        "blocks",
        "references",
        lambda row, *_: row.references[::-1],
        where=lambda row: len(row.references) > 1,
    ),
    "the setting of treatments": one_field(
        "pathway", "blocks", "setting", lambda *_: "adjuvant", where=lambda row: row.kind == "treatments"
    ),
    "a block less": without("pathway", "blocks"),
    "two blocks in another order": with_neighbours_swapped,
    "the summary of a step": one_field("pathway", "steps", "summary", said_anew("summary")),
    "the steps of a track": one_field("pathway", "tracks", "steps", lambda row, *_: row.steps[::-1]),
    "the name of a heading": one_field("pathway", "headings", "name", said_anew("name")),
    "who a use is for": one_field("medsearch", "indications", "population", some_population, where=is_used),
    "the lines of a use": one_field("medsearch", "indications", "lines", lambda *_: ("later",), where=is_used),
    "the condition of a use": one_field("medsearch", "indications", "condition", said_anew("condition"), where=is_used),
    "a use less": without("medsearch", "indications"),
    "the status of funding": one_field("medsearch", "funding", "status", lambda *_: "not-funded", where=is_paid),
    "the name of a drug": one_field("medsearch", "drugs", "name", said_anew("name")),
    "the summary of a drug": one_field("medsearch", "drugs", "summary", said_anew("summary")),
    "the name of a population": one_field("personalization", "populations", "name", said_anew("name")),
    "the rules of a population": one_field("personalization", "populations", "rules", rules_of_another),
    "the title of a source": one_field("evidence", "references", "title", lambda row, *_: f"{row.title}, anew"),
    "the words of an exclusion": one_field("personalization", "exclusions", "message", said_anew("message")),
    "the short name of a core question": one_field(
        "personalization", "questions", "short", said_anew("short"), where=lambda row: row.core
    ),
    "an exclusion less": without("personalization", "exclusions"),
}


def made_of(sections):
    return Content(
        number=2,
        published_at=datetime(2026, 11, 24, tzinfo=UTC),
        evidence=sections["evidence"],
        personalization=sections["personalization"],
        medsearch=sections["medsearch"],
        pathway=sections["pathway"],
    )


@pytest.fixture(scope="module")
def plan_before(content):
    @cache
    def assembled(answers):
        return _plan(content, dict(answers))

    return lambda answers: assembled(tuple(answers.items()))


def _plan(content, answers):
    """What readers are shown; None if they are told that these answers cannot be."""
    try:
        profile = content.ruleset.asked.profile(answers)
    except ValueError:
        return None
    if content.ruleset.contradictions(profile):
        return None
    return replace(assemble(content, profile, on=DAY), release=0, published_at=None)


@pytest.mark.parametrize("name", EDITS)
def test_the_plans_that_change_are_those_that_are_not_the_same_when_assembled(content, release, plan_before, name):
    choose = random.Random(name)
    after = made_of(EDITS[name](release.sections, choose))
    found = affected(content, after, on=DAY)
    assert not found.undecided
    differ = {
        place
        for place, answer_set in enumerate(found.answer_sets)
        if plan_before(answer_set.answers) != _plan(after, answer_set.answers)
    }
    assert set(found.changed) == differ


def test_every_answer_set_is_accounted_for(content):
    found = affected(content, content, on=DAY)
    assert len(found.answer_sets) == sum(1 for _ in every_answer_set(content.ruleset))
    assert not found.changed


def test_what_a_row_is_shown_by_is_told_row_by_row(content, release):
    sections = one_field("pathway", "steps", "title", said_anew("title"))(release.sections, random.Random(1))
    found = affected(content, made_of(sections), on=DAY)
    ((row, shown_by),) = found.shown_by.items()
    assert row[0] == "steps"
    assert shown_by == found.changed


def test_what_would_take_too_long_to_compare_is_said_to_be_undecided(content, release):
    edit = one_field("personalization", "questions", "say", said_anew("say"), where=lambda row: row.slug == "brca")
    found = affected(content, made_of(edit(release.sections, random.Random(1))), on=DAY, compare_at_most=3)
    assert found.undecided
    assert len(found.changed) <= 3
