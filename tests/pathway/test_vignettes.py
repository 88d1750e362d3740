"""Cases a clinician would check first: each file of tests/vignettes/ is one, with the source that it is taken from.

What a file may say, and no other key (a misspelt question, option, drug, block or key fails the test):

    title, source (title, url, says)
    answers            question: option. The core questions are all answered, “unknown” being an answer.
    track, steps       the course of care, and how many steps the plan has
    sensitive_steps, drug_cards      how many
    must_show          drugs (alone or with others), regimens, uses (a regimen for a population: an indication), blocks:
                       shown, and under nothing that a question of the form would decide; words: somewhere in the plan
    must_not_show      drugs, regimens, uses, kinds (of drugs): on no card; blocks, steps: not even under a condition;
                       words: nowhere in the plan
    only_if            drug or block: shown, and only under a heading “If …” that has these words
    offered_if         drug: every use of it on its cards says “may be offered if …” with these words (none: with any)
    card_says          drug: every card with it has these words, in what it is for, given with, or noted
    lines              drug: the lines that its cards name, no more and no fewer
    keeps_all_of       other answers: whatever is certain in the plan with these instead is certain in this one
    same_plan_as       other answers: the plan with these instead shows the same, under the same headings
    asks, does_not_ask questions that the plan does (not) send the reader to find out
    never_promises     words that stand only in a sentence with “not”, “no” or “cannot”
    refused            because (the exclusion), message (words): these answers get no plan but this message
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
import pytest
import yaml

from pathway.assembly import Content, assemble
from pathway.plan import Card, Plan
from personalization.profile import MissingAnswer, Profile, UnknownOption, UnknownQuestion

from ..conftest import DAY

FILES = sorted((Path(__file__).parent.parent / "vignettes").glob("*.yaml"))

KINDS = {
    "anti-HER2": {
        "trastuzumab",
        "pertuzumab",
        "pertuzumab-trastuzumab-sc",
        "trastuzumab-emtansine",
        "trastuzumab-deruxtecan",
        "lapatinib",
        "tucatinib",
        "neratinib",
    },
}
"""Kinds of drugs that clinicians have a name for and the content has not. A therapy group or drug class is one as well."""


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True): ...


class Source(Part):
    title: str
    url: str
    says: str


class Shown(Part):
    drugs: list[str] = []
    regimens: list[str] = []
    uses: list[str] = []
    blocks: list[str] = []
    words: list[str] = []


class NotShown(Part):
    drugs: list[str] = []
    regimens: list[str] = []
    uses: list[str] = []
    kinds: list[str] = []
    blocks: list[str] = []
    steps: list[str] = []
    words: list[str] = []


class Refused(Part):
    because: str
    message: list[str]


class Vignette(Part):
    title: str
    source: Source
    answers: dict[str, str]
    track: str = ""
    steps: int | None = None
    sensitive_steps: int | None = None
    drug_cards: int | None = None
    must_show: Shown = Shown()
    must_not_show: NotShown = NotShown()
    only_if: dict[str, list[str]] = {}
    offered_if: dict[str, list[str]] = {}
    card_says: dict[str, list[str]] = {}
    lines: dict[str, list[str]] = {}
    keeps_all_of: dict[str, str] = {}
    same_plan_as: dict[str, str] = {}
    asks: list[str] = []
    does_not_ask: list[str] = []
    never_promises: list[str] = []
    refused: Refused | None = None


class Misspelt(ValueError):
    """The vignette names something that the content does not have, so that it would prove nothing."""


class _Loader(yaml.BaseLoader):
    """Reads every value as it is written (“yes” stays “yes”, 4 stays “4”), and the same key only once."""

    def construct_mapping(self, node, deep=False):
        keys = [key.value for key, _ in node.value]
        twice = {key for key in keys if keys.count(key) > 1}
        if twice:
            raise Misspelt(f"The key {', '.join(sorted(twice))} stands twice.")
        return super().construct_mapping(node, deep)


def read(text: str) -> Vignette:
    try:
        return msgspec.convert(yaml.load(text, _Loader), Vignette, strict=False)
    except msgspec.ValidationError as error:
        raise Misspelt(str(error)) from error


# What a plan shows, and where


class Place(msgspec.Struct, frozen=True):
    """One place where a plan shows a drug, a regimen, a use of it, or a block."""

    kind: str
    what: str
    step: str
    block: str
    condition: str
    """The heading it stands under (of a use: whom on its card it is for), without its "If"; empty if it is certain."""
    card: Card | None = None

    def __str__(self):
        return f"in step “{self.step}”, “{self.block}”" + (f", if {self.condition}" if self.condition else "")


def places(plan: Plan) -> Iterator[Place]:
    for step in plan.steps:
        for part in step.parts:
            groups = [("", part.blocks), *((group.condition.en, group.blocks) for group in part.only_if)]
            for condition, blocks in groups:
                for block in blocks:
                    at = {"step": step.title.en, "block": block.title.en or block.slug}
                    yield Place(kind="block", what=block.slug, condition=condition, **at)
                    for card in block.cards:
                        yield Place(kind="regimen", what=card.regimen, condition=condition, card=card, **at)
                        for drug in card.drugs:
                            yield Place(kind="drug", what=drug.slug, condition=condition, card=card, **at)
                        for use in card.uses:
                            yield Place(kind="use", what=use.indication, condition=use.for_whom.en, card=card, **at)


def prose(value) -> Iterator[str]:
    """Every English text in a piece of a plan or of the content."""
    if isinstance(value, dict):
        if set(value) == {"en", "fr"}:
            yield value["en"]
        else:
            for part in value.values():
                yield from prose(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from prose(part)


def texts(plan: Plan) -> list[str]:
    """All that the plan tells its reader. What the reader answered is not part of it."""
    return list(prose(msgspec.to_builtins(msgspec.structs.replace(plan, answers=()))))


def has(text: str, words: str) -> bool:
    """Whether the words stand in the text, as whole words, whatever their case."""
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", " ".join(text.split()), re.IGNORECASE) is not None


def uses_in_words(card: Card) -> list[str]:
    return [
        " ".join(text.en for text in (use.population, use.for_whom, use.condition, use.given_with, use.note))
        for use in card.uses
    ]


def listed(slugs: Iterable[str]) -> str:
    return ", ".join(sorted(slugs))


# The judgement


class Case:
    """A vignette read against one content. Raises Misspelt if it names what the content does not have."""

    def __init__(self, content: Content, vignette: Vignette):
        self.content = content
        self.vignette = vignette
        formulary = content.formulary
        self.blocks = {block.slug for block in content.pathway.blocks}
        self.kinds = dict(KINDS)
        for drug in formulary.drugs.values():
            for kind in (drug.drug_class, formulary.classes[drug.drug_class].therapy_group):
                self.kinds.setdefault(kind, set()).add(drug.slug)
        self._check_spelling()
        self.profile = self._profile(vignette.answers)

    def _check_spelling(self):
        vignette, content = self.vignette, self.content
        drugs, regimens = set(content.formulary.drugs), set(content.formulary.regimens)
        shown, not_shown = vignette.must_show, vignette.must_not_show
        for what, named, known in (
            ("drug", [*shown.drugs, *not_shown.drugs], drugs),
            ("drug", [*vignette.offered_if, *vignette.card_says, *vignette.lines], drugs),
            ("drug", set().union(*KINDS.values()), drugs),
            ("regimen", [*shown.regimens, *not_shown.regimens], regimens),
            ("use", [*shown.uses, *not_shown.uses], set(content.formulary.indications)),
            ("kind of drugs", not_shown.kinds, set(self.kinds)),
            ("block", [*shown.blocks, *not_shown.blocks], self.blocks),
            ("drug or block", vignette.only_if, drugs | self.blocks),
            ("step", not_shown.steps, set(content.steps)),
            ("track", [vignette.track] if vignette.track else [], {track.slug for track in content.pathway.tracks}),
            ("question", [*vignette.asks, *vignette.does_not_ask], {q.slug for q in content.questions}),
            (
                "exclusion",
                [vignette.refused.because] if vignette.refused else [],
                {e.slug for e in content.ruleset.exclusions},
            ),
            ("line", [line for lines in vignette.lines.values() for line in lines], {"first", "second", "later"}),
        ):
            for name in named:
                if name not in known:
                    raise Misspelt(f"“{name}” is no {what} of the content.")
        if not vignette.refused:
            sections = [content.pathway, content.formulary.section, content.questions, list(content.populations.values())]
            everything = " ".join(prose(msgspec.to_builtins(sections)))
            for words in [*not_shown.words, *vignette.never_promises]:
                if not has(everything, words):
                    raise Misspelt(f"“{words}” stands nowhere in the content, so that no plan could show it.")

    def _profile(self, answers: dict[str, str]) -> Profile:
        try:
            return Profile.of(self.content.questions, answers)
        except (UnknownQuestion, UnknownOption, MissingAnswer) as error:
            raise Misspelt(str(error)) from error

    def plan(self, answers: dict[str, str] | None = None) -> Plan:
        return assemble(self.content, self._profile(answers) if answers else self.profile, on=DAY)

    def failures(self) -> list[str]:
        """What is wrong, in words; empty if the plan is as the vignette says."""
        against = self.content.ruleset.contradictions(self.profile)
        if self.vignette.refused:
            return list(self._not_refused(self.vignette.refused, against))
        if against:
            return [f"These answers get no plan, because of {listed(e.slug for e in against)}."]
        plan = self.plan()
        found = list(places(plan))
        told = texts(plan)
        return [
            *self._counts(plan),
            *self._missing(found, told),
            *self._unwanted(plan, found, told),
            *self._conditions(found),
            *self._cards(found),
            *self._lost(found),
            *self._different(found),
            *self._find_out(plan),
            *self._promises(told),
        ]

    def _not_refused(self, refused: Refused, against) -> Iterator[str]:
        message = next((exclusion.message.en for exclusion in against if exclusion.slug == refused.because), None)
        if message is None:
            yield f"These answers should be refused because of {refused.because}, and are not."
            return
        for words in refused.message:
            if not has(message, words):
                yield f"The message of {refused.because} should mention “{words}”. It reads: {message}"

    def _counts(self, plan: Plan) -> Iterator[str]:
        expected = self.vignette
        if expected.track and plan.track != expected.track:
            yield f"The course of care should be {expected.track}; it is {plan.track}."
        for name, wanted, counted in (
            ("steps", expected.steps, [step.title.en for step in plan.steps]),
            ("sensitive steps", expected.sensitive_steps, [step.title.en for step in plan.steps if step.sensitive]),
            (
                "drug cards",
                expected.drug_cards,
                [card.name.en for step in plan.steps for block in step.blocks for card in block.cards],
            ),
        ):
            if wanted is not None and wanted != len(counted):
                yield f"The plan should have {wanted} {name}; it has {len(counted)}: {', '.join(counted)}."

    def _missing(self, found: list[Place], told: list[str]) -> Iterator[str]:
        wanted = self.vignette.must_show
        named = {"drug": wanted.drugs, "regimen": wanted.regimens, "use": wanted.uses, "block": wanted.blocks}
        for kind, slug in ((kind, slug) for kind, slugs in named.items() for slug in slugs):
            shown = [place for place in found if (place.kind, place.what) == (kind, slug)]
            if not shown:
                yield f"{slug} must be in this plan, and is not."
            elif all(place.condition for place in shown):
                yield f"{slug} must be certain in this plan; it is only shown if {' / '.join({p.condition for p in shown})}."
        for words in wanted.words:
            if not any(has(text, words) for text in told):
                yield f"The plan must say “{words}”, and does not."

    def _unwanted(self, plan: Plan, found: list[Place], told: list[str]) -> Iterator[str]:
        unwanted = self.vignette.must_not_show
        why = {slug: f" (one of: {kind})" for kind in unwanted.kinds for slug in self.kinds[kind]}
        drugs = {*unwanted.drugs, *why}
        named = {"drug": drugs, "regimen": unwanted.regimens, "use": unwanted.uses, "block": unwanted.blocks}
        for place in found:
            if place.what in named[place.kind]:
                yield f"{place.what}{why.get(place.what, '')} must not be in this plan. It stands {place}."
        for step in plan.steps:
            if step.slug in unwanted.steps:
                yield f"The step “{step.title.en}” must not be in this plan."
        for words in unwanted.words:
            for text in told:
                if has(text, words):
                    yield f"“{words}” must not be said in this plan. It says: {text}"

    def _conditions(self, found: list[Place]) -> Iterator[str]:
        for slug, wanted in self.vignette.only_if.items():
            shown = [place for place in found if place.what == slug and place.kind in ("drug", "block")]
            if not shown:
                yield f"{slug} must be possible in this plan, and is left out."
            for place in shown:
                missing = [words for words in wanted if not has(place.condition, words)]
                if not place.condition:
                    yield f"{slug} must hang on “{' … '.join(wanted)}”. It is certain {place}."
                elif missing:
                    yield f"{slug} must hang on “{' … '.join(missing)}”. It stands {place}."

    def _cards(self, found: list[Place]) -> Iterator[str]:
        def cards(slug: str) -> list[Place]:
            return [place for place in found if (place.kind, place.what) == ("drug", slug)]

        for slug in {**self.vignette.offered_if, **self.vignette.card_says, **self.vignette.lines}:
            if not cards(slug):
                yield f"{slug} must be in this plan, and is not."
        for slug, wanted in self.vignette.offered_if.items():
            for place in cards(slug):
                for use in place.card.uses:
                    if not use.condition or not all(has(use.condition.en, words) for words in wanted):
                        told = f"“may be offered if {use.condition.en}”" if use.condition else "no condition"
                        yield f"{slug} may only be offered if “{' … '.join(wanted)}”. For {use.indication} it says {told}."
        for slug, wanted in self.vignette.card_says.items():
            for place in cards(slug):
                told = " ".join(uses_in_words(place.card))
                for words in wanted:
                    if not has(told, words):
                        yield f"Each card with {slug} must say “{words}”. “{place.card.name.en}” does not, {place}."
        for slug, wanted in self.vignette.lines.items():
            named = {line for place in cards(slug) for line in place.card.lines}
            if cards(slug) and named != set(wanted):
                yield f"{slug} must be for the lines {listed(wanted)}; its cards say {listed(named) or 'none'}."

    def _lost(self, found: list[Place]) -> Iterator[str]:
        if not self.vignette.keeps_all_of:
            return
        here = {(place.kind, place.what) for place in found if not place.condition}
        other = self.plan({**self.vignette.answers, **self.vignette.keeps_all_of})
        for _, slug in sorted({(place.kind, place.what) for place in places(other) if not place.condition} - here):
            yield f"{slug} is certain with {self.vignette.keeps_all_of}, and is lost here."

    def _different(self, found: list[Place]) -> Iterator[str]:
        if not self.vignette.same_plan_as:
            return
        other = places(self.plan({**self.vignette.answers, **self.vignette.same_plan_as}))
        here = {(place.kind, place.what, str(place)) for place in found}
        there = {(place.kind, place.what, str(place)) for place in other}
        for answers, only in ((self.vignette.answers, here - there), (self.vignette.same_plan_as, there - here)):
            for _, slug, where in sorted(only):
                yield f"{slug} stands only in the plan with {answers}, {where}."

    def _find_out(self, plan: Plan) -> Iterator[str]:
        asked = {entry.question for entry in plan.find_out}
        for question in self.vignette.asks:
            if question not in asked:
                yield f"The plan must say how to find out {question}. It only asks for {listed(asked) or 'nothing'}."
        for question in self.vignette.does_not_ask:
            if question in asked:
                yield f"The plan must not send anybody to find out {question}."

    def _promises(self, told: list[str]) -> Iterator[str]:
        for words in self.vignette.never_promises:
            for text in told:
                for sentence in re.split(r"(?<=[.?!:])\s+|\n\n", text):
                    if has(sentence, words) and not re.search(r"\b(not|no|cannot|nor|never)\b", sentence, re.IGNORECASE):
                        yield f"“{words}” is promised: {sentence}"


# The tests


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_the_plan_is_what_the_vignette_says(file, content):
    vignette = read(file.read_text())
    failures = Case(content, vignette).failures()
    assert not failures, "\n".join([f"{vignette.title} ({file.name}; {vignette.source.url})", *failures])


def test_every_vignette_names_its_source_and_expects_something():
    for file in FILES:
        vignette = read(file.read_text())
        assert re.match(r"https?://\S+$", vignette.source.url), file.name
        assert len(vignette.source.says) > 20, file.name
        bare = Vignette(title=vignette.title, source=vignette.source, answers=vignette.answers, track=vignette.track)
        assert vignette != bare, f"{file.name} expects nothing but a track."


def test_there_is_a_vignette_for_every_subtype_at_every_stage():
    assert len(FILES) >= 40
    told = [read(file.read_text()).answers for file in FILES]
    negative = ("negative", "zero", "ultralow", "low")
    for stage in ("1", "2", "3", "4"):
        for hr in ("positive", "negative"):
            for her2 in (("positive",), negative):
                assert any(a["stage"] == stage and a["hr"] == hr and a["her2"] in her2 for a in told), (stage, hr, her2)
    for stage in ("0", "recurrence-local", "recurrence-distant", "unknown"):
        assert any(answers["stage"] == stage for answers in told), stage


PLAIN = """
title: A misspelt vignette
source: {title: Nobody, url: "https://example.org", says: Nothing}
answers: {stage: 4, type: idc, hr: positive, her2: positive}
must_show: {drugs: [tamoxifen], blocks: [met-goals]}
must_not_show: {drugs: [olaparib], kinds: [immunotherapy], steps: [dcis-surgery], words: [pembrolizumab]}
only_if: {goserelin: [have not been through menopause]}
"""


def test_a_vignette_without_a_slip_is_judged(content):
    assert Case(content, read(PLAIN)).failures() == []


@pytest.mark.parametrize(
    ("written", "slip"),
    [
        ("stage: 4", "stages: 4"),
        ("her2: positive", "her2: positiv"),
        (", her2: positive", ""),
        ("[tamoxifen]", "[tamoxifene]"),
        ("[met-goals]", "[met-goal]"),
        ("blocks: [met-goals]", "regimens: [tamoxifen-letrozole]"),
        ("blocks: [met-goals]", "uses: [tamoxifen-mcb]"),
        ("[olaparib]", "[olaprib]"),
        ("[immunotherapy]", "[imunotherapy]"),
        ("[dcis-surgery]", "[dcis-surgerie]"),
        ("[pembrolizumab]", "[pembrolizumap]"),
        ("{goserelin", "{gosereline"),
        ("must_not_show", "must_not_shwo"),
        ("{drugs: [olaparib]", "{drug: [olaparib]"),
        ("only_if", "track: metastasic\nonly_if"),
        ("only_if", "does_not_ask: [her3]\nonly_if"),
        ("only_if", "lines: {tamoxifen: [fourth]}\nonly_if"),
        ("only_if", "must_show: {drugs: [letrozole]}\nonly_if"),
    ],
)
def test_a_misspelt_vignette_is_refused(written, slip, content):
    assert written in PLAIN
    with pytest.raises(Misspelt):
        Case(content, read(PLAIN.replace(written, slip)))


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        ("must_show: {drugs: [olaparib]}", "olaparib must be in this plan, and is not."),
        ("must_show: {drugs: [goserelin]}", "goserelin must be certain in this plan"),
        ("must_show: {regimens: [olaparib]}", "olaparib must be in this plan, and is not."),
        ("must_not_show: {regimens: [tamoxifen]}", "tamoxifen must not be in this plan."),
        ("must_show: {words: [phyllodes]}", "The plan must say “phyllodes”"),
        ("must_not_show: {kinds: [anti-HER2]}", "neratinib (one of: anti-HER2) must not be in this plan."),
        ("must_not_show: {blocks: [met-goals]}", "met-goals must not be in this plan."),
        ("must_not_show: {steps: [metastatic-end-of-life]}", "end-of-life care” must not be in this plan."),
        ("must_not_show: {words: [tamoxifen]}", "“tamoxifen” must not be said in this plan."),
        ("only_if: {tamoxifen: [HR-positive]}", "tamoxifen must hang on “HR-positive”. It is certain in step"),
        ("only_if: {goserelin: [HR-positive]}", "goserelin must hang on “HR-positive”. It stands in step"),
        ("only_if: {olaparib: [BRCA]}", "olaparib must be possible in this plan, and is left out."),
        ("offered_if: {tamoxifen: [you have had surgery]}", "For tamoxifen-mbc it says no condition."),
        ("card_says: {tamoxifen: [with letrozole]}", "Each card with tamoxifen must say “with letrozole”."),
        ("lines: {tamoxifen: [first]}", "tamoxifen must be for the lines first; its cards say first, later, second."),
        ("keeps_all_of: {her2: zero}", "is certain with {'her2': 'zero'}, and is lost here."),
        ("same_plan_as: {her2: zero}", "trastuzumab-mbc stands only in the plan with {'stage': '4'"),
        ("must_show: {uses: [letrozole-mbc-post]}", "letrozole-mbc-post must be certain in this plan; it is only shown if"),
        ("must_not_show: {uses: [letrozole-mbc-post]}", "letrozole-mbc-post must not be in this plan."),
        ("asks: [her2]", "The plan must say how to find out her2."),
        ("does_not_ask: [menopause]", "The plan must not send anybody to find out menopause."),
        ("never_promises: [live longer]", "“live longer” is promised"),
        ("steps: 12", "The plan should have 12 steps; it has"),
        ("drug_cards: 0", "The plan should have 0 drug cards; it has"),
        ("sensitive_steps: 0", "The plan should have 0 sensitive steps; it has 1"),
        ("track: early", "The course of care should be early; it is metastatic."),
        (
            "refused: {because: dcis-is-stage-0, message: [DCIS]}",
            "should be refused because of dcis-is-stage-0, and are not.",
        ),
    ],
)
def test_each_kind_of_expectation_can_fail(more, complaint, content):
    """One that could not would pass whatever the content says."""
    bare = PLAIN[: PLAIN.index("must_show")]
    failures = Case(content, read(f"{bare}{more}\n")).failures()
    assert any(complaint in failure for failure in failures), failures
