"""PURE. Plans of one kind of cancer in a table: a row for each stage, a column for each subtype, "I don't know" among both.

Which question makes the rows, which make the columns and which are chosen above follows from the content: the columns are
the core questions that tell its subtypes apart, the rows the first other one that decides the course of care.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import product

import msgspec
from msgspec.structs import replace

from evidence.text import Text
from personalization.frozen import Exclusion, Question
from personalization.ruleset import Belonging

from .assembly import Content, assemble
from .finding import Finding, Severity
from .plan import Plan

Row = tuple[str, str]
"""Kind of row, as findings call it, and its slug."""


class Column(msgspec.Struct, frozen=True):
    subtype: Text
    """Name of the subtype that these answers belong to for certain; empty if they leave it open."""
    answers: dict[str, str]
    labels: tuple[Text, ...]
    """Of the answers, in the order of the questions."""


class Axes(msgspec.Struct, frozen=True):
    """What the table is made of."""

    rows: Question
    across: tuple[Question, ...]
    above: tuple[Question, ...]
    """The core questions that are neither: chosen for the table as a whole."""


class Cell(msgspec.Struct, frozen=True):
    """One plan."""

    answers: dict[str, str]
    refused: tuple[Exclusion, ...] = ()
    """Why these answers get no plan."""
    track: Text = Text()
    steps: int = 0
    blocks: int = 0
    """Different ones, those under a condition included."""
    drugs: int = 0
    """Different ones, on cards."""
    empty: tuple[Text, ...] = ()
    """Steps of the track that have nothing to show to anybody with these answers, so that the plan leaves them out."""
    no_plan: bool = False
    """Nothing refuses these answers, and still no track is theirs: a hole."""
    differs: bool = False
    """From what is public."""
    findings: tuple[Finding, ...] = ()

    @property
    def errors(self) -> int:
        return sum(finding.severity is Severity.ERROR for finding in self.findings)

    @property
    def warnings(self) -> int:
        return len(self.findings) - self.errors


def axes(content: Content) -> Axes | None:
    """None if the content asks too little to make a table of: no subtype, or nothing else that decides the track."""
    core = {question.slug: question for question in content.questions if question.core}
    telling = {
        question
        for population in content.populations.values()
        if population.subtype
        for rule in population.rules
        for question in rule
    }
    deciding = {
        question
        for track in content.pathway.tracks
        if track.population
        for rule in content.populations[track.population].rules
        for question in rule
    }
    across = tuple(question for slug, question in core.items() if slug in telling)
    rows = next((question for slug, question in core.items() if slug in deciding and slug not in telling), None)
    if rows is None or not across:
        return None
    return Axes(rows=rows, across=across, above=tuple(q for q in core.values() if q is not rows and q not in across))


def columns(content: Content, of: Axes, *, every: bool = False) -> tuple[Column, ...]:
    """A column a subtype, in the order in which the form asks, and one for who knows nothing of it.

    `every`: one for each way to answer instead.
    """
    found: dict[str, Column] = {}
    listed = []
    for options in product(*(question.options for question in of.across)):
        answers = {question.slug: option.slug for question, option in zip(of.across, options, strict=True)}
        subtype = _subtype(content, of, answers)
        column = Column(
            subtype=content.populations[subtype].name if subtype else Text(),
            answers=answers,
            labels=tuple(option.label for option in options),
        )
        listed.append(column)
        if not subtype and any(option.kind != "unknown" for option in options):
            continue
        if subtype not in found or _left_open(of, answers) > _left_open(of, found[subtype].answers):
            found[subtype] = column
    return tuple(listed) if every else tuple(found.values())


def _subtype(content: Content, of: Axes, answers: dict[str, str]) -> str:
    """The subtype that whoever answers like this certainly has, whatever else they answer; else empty."""
    others = {q.slug: "unknown" for q in content.questions if q.core and q.slug not in answers and q.option("unknown")}
    others = {q.slug: q.plain[0] for q in content.questions if q.core and q.slug not in answers} | others
    placement = content.ruleset.place(content.ruleset.asked.profile({**others, **answers}))
    return next(
        (
            population.slug
            for population in content.populations.values()
            if population.subtype and placement.belongs(population.slug) is Belonging.CERTAIN
        ),
        "",
    )


def _left_open(of: Axes, answers: dict[str, str]) -> int:
    """How many ways to fill in plain options the answers leave: the widest stands for its subtype."""
    ways = 1
    for question in of.across:
        option = question.option(answers[question.slug])
        ways *= len(question.left_open_by(option)) if option else 1
    return ways


def cells(
    content: Content,
    of: Axes,
    across: Sequence[Column],
    above: dict[str, str],
    findings: Sequence[Finding],
    *,
    on: date,
    before: Callable[[dict[str, str]], str] | None = None,
) -> list[list[Cell]]:
    """A list a row, in the order of the question's options. `above`: the answers chosen for the whole table.

    `before`: answers → fingerprint of the plan that they get from what is public; none if nothing there can differ.
    """
    about = [(finding, rows_of(finding)) for finding in findings]
    listed = []
    for option in of.rows.options:
        line = []
        for column in across:
            answers = {**above, of.rows.slug: option.slug, **column.answers}
            ordered = {q.slug: answers[q.slug] for q in content.questions if q.slug in answers}
            line.append(_cell(content, ordered, about, on, before))
        listed.append(line)
    return listed


def fingerprint(content: Content, answers: dict[str, str], *, on: date) -> str:
    """Equal for two contents whose plans are equal but for number and day of the release; empty if it does not ask so."""
    asked = {question.slug: question for question in content.questions}
    core = {slug for slug, question in asked.items() if question.core}
    if core != answers.keys() or not all(asked[slug].option(option) for slug, option in answers.items()):
        return ""
    return _fingerprint(_plan(content, answers, on))


def _fingerprint(plan: Plan | tuple[Exclusion, ...]) -> str:
    told = replace(plan, release=0, published_at=_ANY_TIME) if isinstance(plan, Plan) else plan
    return sha256(msgspec.json.encode(told, order="deterministic")).hexdigest()


_ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)


def _plan(content: Content, answers: dict[str, str], on: date) -> Plan | tuple[Exclusion, ...]:
    profile = content.ruleset.asked.profile(answers)
    refused = content.ruleset.contradictions(profile)
    return refused or assemble(content, profile, on=on)


def _cell(
    content: Content,
    answers: dict[str, str],
    about: Sequence[tuple[Finding, frozenset[Row]]],
    on: date,
    before: Callable[[dict[str, str]], str] | None,
) -> Cell:
    plan = _plan(content, answers, on)
    differs = before is not None and before(answers) != _fingerprint(plan)
    if isinstance(plan, tuple):
        return Cell(answers=answers, refused=plan, differs=differs)
    shown = {step.slug for step in plan.steps}
    track = next((track for track in content.pathway.tracks if track.slug == plan.track), None)
    rows = frozenset(_rows(content, plan))
    return Cell(
        answers=answers,
        track=plan.name,
        steps=len(plan.steps),
        blocks=len({block.slug for step in plan.steps for block in step.blocks}),
        drugs=len({drug.slug for step in plan.steps for b in step.blocks for card in b.cards for drug in card.drugs}),
        empty=tuple(content.steps[step].title for step in (track.steps if track else ()) if step not in shown),
        no_plan=track is None,
        differs=differs,
        findings=tuple(finding for finding, of in about if of & rows),
    )


def _rows(content: Content, plan: Plan) -> Iterable[Row]:
    """What the plan is made of, as findings name it."""
    formulary = content.formulary
    populations = {track.population for track in content.pathway.tracks if track.slug == plan.track}
    yield "track", plan.track
    for step in plan.steps:
        yield "step", step.slug
    shown = {block.slug for step in plan.steps for block in step.blocks}
    for block in content.pathway.blocks:
        if block.slug in shown:
            yield "block", block.slug
            populations.add(block.population)
    for card in (card for step in plan.steps for block in step.blocks for card in block.cards):
        yield "regimen", card.regimen
        for use in card.uses:
            yield "indication", use.indication
            populations.add(formulary.indications[use.indication].population)
        for drug in card.drugs:
            yield "drug", drug.slug
            yield "drug class", formulary.drugs[drug.slug].drug_class
        for row in formulary.funding_of(card.drugs[0].slug):
            if not row.indication or any(use.indication == row.indication for use in card.uses):
                yield "funding", row.slug
    for question in plan.find_out:
        yield "question", question.question
    for cited in plan.references:
        yield "reference", cited.reference.slug
    for population in populations:
        yield "population", population


KIND_OF = {
    "empty-step": "step",
    "track-without-steps": "track",
    "step-in-no-track": "step",
    "unreachable-block": "block",
    "unreachable-indication": "indication",
    "indication-partly-shown": "indication",
    "unreachable-population": "population",
    "unused-population": "population",
    "population-lost-its-rules": "population",
    "identical-populations": "population",
    "contradictory-rule": "population",
    "identical-rules": "population",
    "subsumed-rule": "population",
    "said-twice": "block",
    "alternatives-together": "block",
    "two-tracks": "track",
    "unused-reference": "reference",
    "term-nobody-meets": "term",
    "funding-to-confirm": "funding",
}
"""Check → what it is about, where the finding names only its slug. The others name the kind, too: "block …"."""
KINDS = ("drug class", "drug", "block", "track", "indication", "question", "term", "programme", "step", "reference")


def rows_of(finding: Finding) -> frozenset[Row]:
    """The rows that a finding is about. Empty for those about no row."""
    kind = KIND_OF.get(finding.check, "")
    if kind == "population":
        return frozenset([(kind, finding.where.split(", rule ")[0])])
    if kind == "step":
        return frozenset([(kind, finding.where.rpartition("/")[2])])
    if kind:
        return frozenset((kind, slug) for slug in finding.where.split(", "))
    named = next((kind for kind in KINDS if finding.where.startswith(f"{kind} ")), "")
    return frozenset([(named, finding.where.removeprefix(f"{named} "))] if named else ())
