"""The checks and the comparison of contents, which reason on boxes, agree with walking every way to answer."""

from collections import defaultdict
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.frozen import Evidence, Review
from evidence.text import Text
from glossary.frozen import Glossary
from glossary.marking import Lexicon
from medsearch.frozen import MedSearch
from pathway.assembly import Content
from pathway.audit import audit
from pathway.comparison import QuestionsChanged, compare
from pathway.frozen import Block, Pathway, Step, Track
from personalization.frozen import Personalization
from personalization.profile import Profile
from tests.conftest import DAY
from tests.personalization.worlds import box, is_in, permitted, question, world, worlds
from tests.rows import row

NOTHING = Text()


def block(slug, step, population, *, alternatives="", body="Some words."):
    return Block(
        slug=slug,
        step=step,
        heading="",
        kind="text",
        population=population,
        title=NOTHING,
        body=Text(en=body),
        interval=NOTHING,
        therapy_group="",
        setting="",
        combination="any",
        alternatives=alternatives,
        options=(),
        references=(),
        review=Review("draft"),
    )


def content(section: Personalization, tracks: dict[str, str], blocks: list[Block]) -> Content:
    """Tracks (slug → population) of one step each, called after the track; the blocks name the step."""
    return Content(
        number=1,
        published_at=datetime(2026, 11, 23, tzinfo=UTC),
        evidence=Evidence(references=()),
        personalization=section,
        medsearch=row(MedSearch),
        pathway=Pathway(
            tracks=tuple(Track(slug, NOTHING, NOTHING, population, (slug,), ()) for slug, population in tracks.items()),
            steps=tuple(Step(slug, NOTHING, NOTHING, "", False, NOTHING) for slug in tracks),
            headings=(),
            blocks=tuple(blocks),
        ),
    )


def found(made: Content) -> dict[str, set[str]]:
    """Check → where, of all findings."""
    by_check = defaultdict(set)
    for finding in audit(made, Glossary(terms=()), Lexicon([]), on=DAY):
        by_check[finding.check].add(finding.where)
    return by_check


def everything(section: Personalization) -> list[dict[str, str]]:
    """Every permitted way to fill in everything."""
    nobody_knows = {asked.slug: "unknown" for asked in section.questions}
    # A question with an assumed option keeps to it, also when the reader says "unknown"; here every option counts.
    free = [
        asked.__class__(**{**{f: getattr(asked, f) for f in asked.__struct_fields__}, "assumed": ""})
        for asked in section.questions
    ]
    return permitted(section, Profile.of(free, nobody_knows))


@st.composite
def contents(draw):
    section = draw(worlds())
    populations = [population.slug for population in section.populations]
    tracks = {f"track-{n}": draw(st.sampled_from(populations)) for n in range(draw(st.integers(1, 3)))}
    blocks = [
        block(f"block-{n}", draw(st.sampled_from(list(tracks))), draw(st.sampled_from(populations)), body=f"Words {n}.")
        for n in range(draw(st.integers(0, 4)))
    ]
    return section, tracks, blocks


@given(contents())
def test_holes_are_found_exactly(drawn):
    section, tracks, blocks = drawn
    seen = found(content(section, tracks, blocks))
    ways = everything(section)
    tracks_of = [[t for t, population in tracks.items() if is_in(section, way, (population,))] for way in ways]
    assert ("no-track" in seen) == any(not of for of in tracks_of)
    assert ("two-tracks" in seen) == any(len(of) > 1 for of in tracks_of)
    empty = {
        f"{track}/{track}"
        for way, of in zip(ways, tracks_of, strict=True)
        for track in of
        if not any(b.step == track and is_in(section, way, (b.population,)) for b in blocks)
    }
    assert seen["empty-step"] == empty
    reached = {
        b.slug
        for way, of in zip(ways, tracks_of, strict=True)
        for b in blocks
        if b.step in of and is_in(section, way, (b.population,))
    }
    assert seen["unreachable-block"] == {b.slug for b in blocks} - reached


@given(contents(), st.data())
def test_who_loses_and_gains_what_is_counted_exactly(drawn, data):
    section, tracks, blocks = drawn
    populations = [population.slug for population in section.populations]
    after = [
        block(b.slug, b.step, data.draw(st.sampled_from(populations)), body=b.body.en)
        for b in blocks
        if data.draw(st.booleans())
    ]
    effects = {e.slug: e for e in compare(content(section, tracks, blocks), content(section, tracks, after))}
    ways = everything(section)

    def shown(candidates, slug):
        return [
            any(
                b.slug == slug and is_in(section, way, (b.population,)) and is_in(section, way, (tracks[b.step],))
                for b in candidates
            )
            for way in ways
        ]

    for b in blocks:
        pairs = list(zip(shown(blocks, b.slug), shown(after, b.slug), strict=True))
        lost, gained = sum(was and not now for was, now in pairs), sum(now and not was for was, now in pairs)
        effect = effects.get(b.slug)
        assert ((effect.lost, effect.gained) if effect else (0, 0)) == (lost, gained)


COLOURS = [question("colour", "red green blue"), question("size", "1 2 3")]


def test_two_blocks_that_are_alternatives_may_not_meet():
    section = world(COLOURS, populations={"red": [box(colour="red")], "small": [box(size="1")], "all": []})
    tracks = {"track": "all"}
    apart = [block("a", "track", "red", alternatives="x", body="A."), block("b", "track", "all", body="B.")]
    together = [
        block("a", "track", "red", alternatives="x", body="A."),
        block("b", "track", "small", alternatives="x", body="B."),
    ]
    assert not found(content(section, tracks, apart))["alternatives-together"]
    assert found(content(section, tracks, together))["alternatives-together"] == {"a, b"}


def test_the_same_words_twice_in_one_plan_are_found_and_in_two_plans_are_not():
    section = world(COLOURS, populations={"red": [box(colour="red")], "blue": [box(colour="blue")], "all": []})
    same = [block("a", "track", "red"), block("b", "track", "blue"), block("c", "track", "all")]
    assert found(content(section, {"track": "all"}, same))["said-twice"] == {"a, c", "b, c"}


@pytest.mark.parametrize(
    ("rules", "check"),
    [
        pytest.param([box(colour="red"), box(colour="red")], "identical-rules", id="identical"),
        pytest.param([box(colour="red green"), box(colour="red", size="1")], "subsumed-rule", id="subsumed"),
        pytest.param([box(colour="")], "contradictory-rule", id="contradictory"),
        pytest.param([], "population-lost-its-rules", id="without rules, like another"),
    ],
)
def test_rules_that_say_nothing_new_or_nothing_at_all_are_found(rules, check):
    section = world(COLOURS, populations={"a-everybody": [], "some": rules})
    assert found(content(section, {"track": "a-everybody"}, []))[check]


def test_contents_that_ask_different_questions_are_not_compared():
    one = world(COLOURS, populations={"all": []})
    other = world(COLOURS[:1], populations={"all": []})
    with pytest.raises(QuestionsChanged):
        compare(content(one, {"track": "all"}, []), content(other, {"track": "all"}, []))
