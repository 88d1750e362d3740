"""PURE. In which plans a row of content can be seen: what of a plan shows it, and answers whose plan does.

The answers are worked out on boxes of answers (pathway/reach.py), and none is claimed before its plan was assembled and
the row found in it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from itertools import chain, combinations, islice

import msgspec

from evidence.text import Text
from personalization.boxes import Box, intersections
from personalization.profile import Profile

from .appearances import Naming, texts_of
from .assembly import Content, assemble
from .frozen import Block
from .plan import Plan, PlanBlock
from .reach import Reach

TRIED_AT_MOST = 80
"""Plans assembled to find one that shows a row. Nearly always the first does."""
Slugs = frozenset[str]
NONE: Slugs = frozenset()


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """Which pieces of plans show a row: any one of them is enough."""

    tracks: Slugs = NONE
    steps: Slugs = NONE
    blocks: Slugs = NONE
    uses: Slugs = NONE
    """Indications, on a card."""
    funding: Slugs = NONE
    """Who pays where the reader lives, on a card."""
    questions: Slugs = NONE
    """Named among the answers, or among what is still to be found out."""
    explained: Slugs = NONE
    """Questions that are still to be found out."""
    options: frozenset[tuple[str, str]] = frozenset()
    """(question, option) given as an answer."""
    places: Slugs = NONE
    """Jurisdictions in which the reader has to live for it to be seen."""

    @property
    def anything(self) -> bool:
        return any(getattr(self, field) for field in self.__struct_fields__ if field != "places") or bool(self.places)


class Found(msgspec.Struct, frozen=True):
    """One place in a plan at which the row is seen."""

    kind: str
    """plan, step, block, card, funding, question, answer or place."""
    name: Text
    step: int = 0
    """Its number; 0 outside the steps."""
    block: str = ""
    card: str = ""
    """Regimen."""


class Example(msgspec.Struct, frozen=True):
    """Answers whose plan shows the row."""

    answers: dict[str, str]
    place: str
    """Jurisdiction, or empty if it does not matter."""


def sought(content: Content, kind: str, slug: str, naming: Naming) -> Sought:
    """What shows the row. `kind` as a release calls it, or "options" with the slug "question/option"."""
    formulary = content.formulary
    match kind:
        case "tracks":
            return Sought(tracks=frozenset([slug]))
        case "steps":
            return Sought(steps=frozenset([slug]))
        case "blocks":
            return Sought(blocks=frozenset([slug]))
        case "headings":
            return Sought(blocks=frozenset(block.slug for block in content.pathway.blocks if block.heading == slug))
        case "indications":
            return Sought(uses=frozenset([slug]))
        case "regimens":
            return Sought(uses=_uses(content, lambda use: use.regimen == slug))
        case "drugs":
            return Sought(
                uses=_uses(content, lambda use: slug in formulary.regimens[use.regimen].drugs),
                blocks=frozenset(b.slug for b in content.pathway.blocks if naming.names("drug", slug, *texts_of(b))),
            )
        case "classes":
            of_class = {drug.slug for drug in formulary.drugs.values() if drug.drug_class == slug}
            return Sought(uses=_uses(content, lambda use: not of_class.isdisjoint(formulary.regimens[use.regimen].drugs)))
        case "routes":
            given = {drug.slug for drug in formulary.drugs.values() if slug in drug.routes}
            return Sought(uses=_uses(content, lambda use: not given.isdisjoint(formulary.regimens[use.regimen].drugs)))
        case "funding":
            rows = [row for row in formulary.section.funding if row.slug == slug and row.jurisdiction and not row.history]
            return Sought(funding=frozenset([slug] if rows else ()), places=frozenset(row.jurisdiction for row in rows))
        case "jurisdictions":
            return Sought(places=frozenset([slug]))
        case "questions":
            return Sought(questions=frozenset([slug]))
        case "options":
            question, _, option = slug.partition("/")
            return Sought(options=frozenset([(question, option)]))
        case "populations":
            return _meant_for(content, slug)
        case "terms":
            return _naming(content, slug, naming)
        case "references":
            return _resting_on(content, slug)
        case _:
            return Sought()


def _uses(content: Content, which: Callable) -> Slugs:
    return frozenset(use.slug for use in content.formulary.indications.values() if not use.superseded_by and which(use))


def _meant_for(content: Content, population: str) -> Sought:
    return Sought(
        tracks=frozenset(track.slug for track in content.pathway.tracks if track.population == population),
        blocks=frozenset(block.slug for block in content.pathway.blocks if block.population == population),
        uses=_uses(content, lambda use: use.population == population),
        questions=frozenset(question.slug for question in content.questions if question.asked_of == population),
    )


def _naming(content: Content, term: str, naming: Naming) -> Sought:
    return Sought(
        tracks=frozenset(track.slug for track in content.pathway.tracks if naming.names("term", term, track.intro)),
        blocks=frozenset(block.slug for block in content.pathway.blocks if naming.names("term", term, *texts_of(block))),
        uses=_uses(content, lambda use: naming.names("term", term, use.note)),
        explained=frozenset(q.slug for q in content.questions if naming.names("term", term, q.on_the_report, q.test)),
    )


def _resting_on(content: Content, reference: str) -> Sought:
    paid = [
        row
        for row in content.formulary.section.funding
        if row.reference == reference and row.jurisdiction and not row.history
    ]
    return Sought(
        tracks=frozenset(track.slug for track in content.pathway.tracks if reference in track.references),
        blocks=frozenset(block.slug for block in content.pathway.blocks if reference in block.references),
        uses=_uses(content, lambda use: reference in use.references),
        explained=frozenset(question.slug for question in content.questions if reference in question.references),
        funding=frozenset(row.slug for row in paid),
    )


def found(plan: Plan, of: Sought) -> tuple[Found, ...]:
    """Every place at which the plan shows it, in reading order."""
    places = []
    if plan.track in of.tracks:
        places.append(Found("plan", plan.name))
    if plan.jurisdiction and plan.jurisdiction in of.places and not of.funding:
        places.append(Found("place", plan.jurisdiction_name))
    for answer in plan.answers:
        if answer.question in of.questions or (answer.question, answer.option) in of.options:
            places.append(Found("answer", answer.short))
    for question in plan.find_out:
        if question.question in of.questions or question.question in of.explained:
            places.append(Found("question", question.short))
    for step in plan.steps:
        if step.slug in of.steps:
            places.append(Found("step", step.title, step.number))
        for block in step.blocks:
            name = block.title or step.title
            if block.slug in of.blocks:
                places.append(Found("block", name, step.number, block.slug))
            places += _on_cards(block, step.number, of)
    return tuple(dict.fromkeys(places))


def _on_cards(block: PlanBlock, step: int, of: Sought) -> Iterable[Found]:
    for card in block.cards:
        if any(use.indication in of.uses for use in card.uses):
            yield Found("card", card.name, step, block.slug, card.regimen)
        if any(here.now.row and here.now.row.slug in of.funding for here in card.funding):
            yield Found("funding", card.name, step, block.slug, card.regimen)


def example(content: Content, of: Sought, *, on: date) -> Example | None:
    """Answers whose plan shows it, as many of them known as can be; None if no plan does."""
    if not of.anything:
        return None
    search = _Search(content, of)
    for one in islice(search.candidates(), TRIED_AT_MOST):
        profile = Profile.of(content.questions, one.answers)
        if content.ruleset.contradictions(profile):
            continue
        if found(assemble(content, profile, on=on, jurisdiction=one.place), of):
            return one
    return None


def beginning(content: Content, kind: str, slug: str) -> dict[str, str]:
    """Answers to begin with where no plan shows the row: of somebody in the population, or such as cannot go together.

    Empty for other rows, and where there are none.
    """
    reach = Reach(content)
    if kind == "populations":
        boxes = reach.permitted(reach.boxes(slug))
        return reach.answers(boxes[0]) if boxes else {}
    for exclusion in content.ruleset.exclusions:
        if kind == "exclusions" and exclusion.slug == slug:
            named = {question: options[0] for question, options in exclusion.answers.items()}
            return {**{q.slug: q.plain[0] for q in content.questions if q.core}, **named}
    return {}


class _Search:
    def __init__(self, content: Content, of: Sought):
        self.content = content
        self.of = of
        self.reach = Reach(content)
        self.core = [question.slug for question in content.questions if question.core]
        self.funding = {row.slug: row for row in content.formulary.section.funding if row.slug in of.funding}

    def candidates(self) -> Iterator[Example]:
        """Ways to answer, the likeliest to show it and the most known first; some do not."""
        seen = set()
        for box, place, unknown, given in chain(self._pieces(), self._questions(), self._places()):
            answers = {**self.reach.answers(box, unknown), **given}
            one = (tuple(sorted(answers.items())), place)
            if one not in seen:
                seen.add(one)
                yield Example(answers, place)

    def _pieces(self) -> Iterator[tuple[Box, str, Collection[str], dict[str, str]]]:
        """For what stands in steps: courses of care that somebody is certainly on before the one for an open stage."""
        shown = sorted(self._shown(), key=lambda spot: spot[0])
        for _, track, box, place in shown:
            if track:
                yield box, place, (), {}
        # What is certain of nobody's course stands in plans that leave something open: as little as will do.
        for count in range(1, len(self.core) + 1):
            for unknown in combinations(self.core, count):
                for box, place in dict.fromkeys((box, place) for _, track, box, place in shown if not track):
                    yield box, place, unknown, {}

    def _shown(self) -> Iterator[tuple[int, str, Box, str]]:
        """(rank, population of the track, permitted box in which it is shown, jurisdiction)."""
        for track in self.content.pathway.tracks:
            on_track = self.reach.of_track(track)
            for step in track.steps:
                for block in self.content.blocks_of[step]:
                    named = block.slug in self.of.blocks or step in self.of.steps or track.slug in self.of.tracks
                    for rank, boxes, place in [
                        *self._on_cards(block),
                        *([(1, self.reach.in_step(block), "")] if named else []),
                    ]:
                        for box in self.reach.permitted(intersections(boxes, on_track)):
                            yield rank, track.population, box, place

    def _on_cards(self, block: Block) -> Iterator[tuple[int, list[Box], str]]:
        if block.kind != "treatments" or not (self.of.uses or self.funding):
            return
        meant_for = self.reach.boxes(block.population)
        for regimen, uses in self.content.regimens_for(block):
            for use in uses:
                boxes = intersections(meant_for, self.reach.boxes(use.population))
                if use.slug in self.of.uses:
                    yield 0, boxes, ""
                for row in self.funding.values():
                    if regimen.lead == row.drug and row.indication in ("", use.slug):
                        yield 0, boxes, row.jurisdiction

    def _questions(self) -> Iterator[tuple[Box, str, Collection[str], dict[str, str]]]:
        """First left open where something hangs on it, then answered by who is asked it."""
        places = {question.slug: place for place, question in enumerate(self.content.questions)}
        full = self.reach.ruleset.everything
        wanted = [q for q in self.content.questions if q.slug in self.of.questions or q.slug in self.of.explained]
        for question in wanted:
            place = places[question.slug]
            asked = self._asked(question.asked_of)
            hanging = (
                (*box[:place], full[place], *box[place + 1 :])
                for boxes in chain(self.reach.of_blocks().values(), self.reach.of_indications().values())
                for box in boxes
                if box[place] != full[place]
            )
            for box in islice(dict.fromkeys(self.reach.permitted(intersections(hanging, asked))), TRIED_AT_MOST // 2):
                yield box, "", [question.slug] if question.core else (), {}
        given = {(q.slug, option) for q in wanted if q.slug in self.of.questions for option in q.plain} | set(
            self.of.options
        )
        for question in self.content.questions:
            for option in question.options:
                if (question.slug, option.slug) in given:
                    place = places[question.slug]
                    covers = question.left_open_by(option)
                    mask = sum(1 << bit for bit, slug in enumerate(question.plain) if slug in covers)
                    answered = (*full[:place], mask, *full[place + 1 :])
                    for box in self.reach.permitted(intersections([answered], self._asked(question.asked_of))):
                        yield box, "", (), {question.slug: option.slug}

    def _asked(self, population: str) -> list[Box]:
        return self.reach.boxes(population) if population else [self.reach.ruleset.everything]

    def _places(self) -> Iterator[tuple[Box, str, Collection[str], dict[str, str]]]:
        if not self.of.funding:
            for place in sorted(self.of.places):
                yield self.reach.ruleset.everything, place, (), {}
