"""PURE. assemble(content, profile, on=day): the plan of one reader. Every decision about order is made here.

A block is shown if the profile certainly belongs to its population, and apart, under what decides it, if it possibly does. A
treatments block derives its cards: the regimens of its therapy group and setting whose indications the profile belongs to,
one card a regimen. No stage, drug or subtype is named in this module: the medicine is in the rows.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Set
from datetime import date, datetime
from functools import lru_cache

from evidence.frozen import Citations, Evidence, Reference, Review
from evidence.text import Text
from medsearch.formulary import Formulary, FundingNow
from medsearch.frozen import LINES, Indication, MedSearch, Regimen
from personalization.frozen import Answers, Personalization, Question
from personalization.profile import Profile
from personalization.ruleset import Belonging, Placement, Ruleset, in_words

from . import plan as made
from .frozen import MOMENTS, Block, Pathway, Track

Condition = tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]
"""What decides, as a hashable value: alternatives of (question, options) pairs. Empty: nothing is left to decide."""


class Content:
    """Everything that plans of one release are made of."""

    def __init__(
        self,
        *,
        number: int,
        published_at: datetime,
        evidence: Evidence,
        personalization: Personalization,
        medsearch: MedSearch,
        pathway: Pathway,
    ):
        self.number = number
        self.published_at = published_at
        self.references: dict[str, Reference] = {reference.slug: reference for reference in evidence.references}
        self.questions = personalization.questions
        self.question_slugs = frozenset(question.slug for question in personalization.questions)
        self.populations = {population.slug: population for population in personalization.populations}
        self.ruleset = Ruleset(personalization)
        self.formulary = Formulary(medsearch)
        self.pathway = pathway
        self.steps = {step.slug: step for step in pathway.steps}
        self.reading_order = {
            (question.slug, option.slug): (place, number)
            for place, question in enumerate(self.questions)
            for number, option in enumerate(question.options)
        }
        self.in_words = lru_cache(maxsize=4096)(self._in_words)
        self.headings = {heading.slug: heading for heading in pathway.headings}
        self.blocks = {block.slug: block for block in pathway.blocks}
        self.blocks_of: dict[str, list[Block]] = defaultdict(list)
        self._places_of_blocks: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for block in pathway.blocks:
            self._places_of_blocks[block.step][block.population].append(len(self.blocks_of[block.step]))
            self.blocks_of[block.step].append(block)
        # The indications that each treatments block can draw on, so that a request looks at no others.
        self._regimens_by_use: dict[tuple[str, str], list[tuple[Regimen, tuple[Indication, ...]]]] = defaultdict(list)
        self._places_of_regimens: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for regimen in medsearch.regimens:
            group = self.formulary.therapy_group(regimen)
            by_setting: dict[str, list[Indication]] = defaultdict(list)
            for indication in self.formulary.current_indications(regimen.slug):
                by_setting[indication.setting].append(indication)
            for setting, indications in by_setting.items():
                for indication in indications:
                    places = self._places_of_regimens[group, setting][indication.population]
                    places.append(len(self._regimens_by_use[group, setting]))
                self._regimens_by_use[group, setting].append((regimen, tuple(indications)))

    def _in_words(self, condition: Condition) -> Text:
        answers: list[Answers] = [dict(alternative) for alternative in condition]
        return in_words(self.questions, answers)

    def blocks_for(self, step: str, populations: Set[str]) -> list[Block]:
        """The step's blocks for these populations, in their order. Looks at no others."""
        places, blocks = self._places_of_blocks[step], self.blocks_of[step]
        return [blocks[place] for place in sorted(place for slug in places.keys() & populations for place in places[slug])]

    def regimens_for(
        self, block: Block, populations: Set[str] | None = None
    ) -> Iterable[tuple[Regimen, tuple[Indication, ...]]]:
        """The regimens that a treatments block can draw on, with an indication for one of these populations (or for any)."""
        use = block.therapy_group, block.setting
        places, regimens = self._places_of_regimens[use], self._regimens_by_use[use]
        chosen = places.keys() if populations is None else places.keys() & populations
        for place in sorted({place for slug in chosen for place in places[slug]}):
            regimen, indications = regimens[place]
            alone = not regimen.companions
            if block.combination == "any" or (block.combination == "single") == alone:
                yield regimen, indications


def assemble(
    content: Content, profile: Profile, *, on: date, jurisdiction: str = "", moment: str = "", check_days: int = 180
) -> made.Plan:
    """The plan of this profile. Never fails on a profile that no exclusion contradicts.

    `jurisdiction` is the code of the one whose funding comes first, or empty. `moment` is where the reader is on the way
    (of MOMENTS), or empty: the plan opens at the first step of that moment, or of the next that has one. A funding row
    checked more than `check_days` days before `on` counts as last known, not as current.
    """
    return _Assembly(content, profile, on, jurisdiction, moment, check_days).plan()


def steps_of(content: Content, profile: Profile, *, on: date, check_days: int = 180) -> tuple[made.PlanStep, ...]:
    """The steps of that plan, without what else a plan says: for those who compare many."""
    return _Assembly(content, profile, on, "", "", check_days).steps()


def made_for(
    questions: Iterable[Question], profile: Profile, is_asked: Callable[[Question], bool]
) -> list[tuple[Question, str, bool]]:
    """What a plan says that it was made for: what was given, and what was taken as given where it is asked at all.

    Each as the question, the option given (or empty), and whether something was taken as given.
    """
    given, assumed = dict(profile.given), dict(profile.assumed)
    return [
        (question, given.get(question.slug, ""), question.slug in assumed)
        for question in questions
        if question.slug in given or question.core or (question.slug in assumed and is_asked(question))
    ]


def answer(question: Question, given: str, assumed: bool) -> made.Answer:
    option = question.option(given or question.assumed)
    return made.Answer(
        question=question.slug,
        option=given,
        short=question.short,
        label=option.label if option else Text(),
        core=question.core,
        assumed=assumed,
    )


class _Assembly:
    def __init__(self, content: Content, profile: Profile, on: date, jurisdiction: str, moment: str, check_days: int):
        self.content = content
        self.profile = profile
        self.on = on
        self.jurisdiction = jurisdiction
        self.moment = moment
        self.check_days = check_days
        self.placement: Placement = content.ruleset.place(profile)
        self.within_reach = self.placement.within_reach()
        self.cite = Citations(content.references)
        self.undecided: list[tuple[str, ...]] = []
        """The populations of each piece that hangs on an open answer."""
        self.decides: dict[tuple[str, ...], Condition] = {}
        """What decides about populations, as far as it has been worked out."""
        self.deciding: set[str] = set()
        """The questions that decide about them."""
        self.reviews: list[Review] = []

    def steps(self) -> tuple[made.PlanStep, ...]:
        track = self._track()
        return tuple(self._steps(track.steps)) if track else ()

    def plan(self) -> made.Plan:
        content = self.content
        track = self._track()
        self.track_is_open = track is not None and not track.population
        intro_references = self.cite(*track.references) if track else ()
        steps = tuple(self._steps(track.steps)) if track else ()
        find_out = self._find_out()
        place = content.formulary.jurisdictions.get(self.jurisdiction)
        return made.Plan(
            release=content.number,
            published_at=content.published_at,
            day=self.on,
            track=track.slug if track else "",
            name=track.name if track else Text(),
            intro=track.intro if track else Text(),
            intro_references=intro_references,
            answers=tuple(answer(*one) for one in made_for(content.questions, self.profile, self._is_asked)),
            moment=self.moment,
            jurisdiction=place.slug if place else "",
            jurisdiction_name=place.name if place else Text(),
            find_out=find_out,
            undecided=len(self.undecided),
            steps=steps,
            references=self.cite.listed,
            review=self._review_count(),
        )

    def _track(self) -> Track | None:
        """The track the profile certainly belongs to; if it cannot be told which, the one for that case."""
        tracks = self.content.pathway.tracks
        belonging = {t.slug: self.placement.belongs(t.population) for t in tracks if t.population}
        for track in tracks:
            if belonging.get(track.slug) is Belonging.CERTAIN:
                return track
        if Belonging.POSSIBLE in belonging.values():
            return next((track for track in tracks if not track.population), None)
        return None

    def _find_out(self) -> tuple[made.FindOut, ...]:
        """Open questions whose answer would change this plan, the one that would settle most first.

        While it is open which track is the reader's, what decides that comes before everything.
        """
        asked = []
        tracks = [track.population for track in self.content.pathway.tracks if track.population]
        decides_track = {
            question
            for population in (tracks if self.track_is_open else ())
            for condition in self.placement.what_decides(population)
            for question in condition
        }
        for place, question in enumerate(self.content.questions):
            still_open = self.placement.open_options(question.slug)
            matters = question.slug in decides_track or question.slug in self.deciding
            if len(still_open) > 1 and matters and self._is_asked(question):
                settled = self._settled(question, still_open)
                rank = (question.slug not in decides_track, -sum(settled) / len(settled), place)
                asked.append((rank, min(settled), question, still_open))
        return tuple(
            made.FindOut(
                question=question.slug,
                core=question.core,
                settles=settles,
                text=question.text,
                short=question.short,
                on_the_report=question.on_the_report,
                test=question.test,
                say=question.say,
                still_open=tuple(
                    made.OpenOption(slug=option.slug, label=option.label)
                    for option in question.options
                    if option.slug in still_open
                ),
                references=self.cite(*question.references),
            )
            for _, settles, question, still_open in sorted(asked, key=lambda entry: entry[0])
        )

    def _is_asked(self, question: Question) -> bool:
        return not question.asked_of or self.placement.belongs(question.asked_of) is not Belonging.NO

    def _settled(self, question: Question, still_open: tuple[str, ...]) -> list[int]:
        """For each answer that is still possible: how many undecided pieces it would settle."""
        given = dict(self.profile.given)
        pieces = Counter(self.undecided).items()
        numbers = []
        for option in still_open:
            profile = self.content.ruleset.asked.profile({**given, question.slug: option})
            placement = self.content.ruleset.place(profile)
            settled = (times for piece, times in pieces if placement.belongs(*piece) is not Belonging.POSSIBLE)
            numbers.append(sum(settled))
        return numbers

    def _condition(self, *populations: str) -> Condition:
        """What decides whether a piece for these populations is in the plan. The piece is then counted as undecided."""
        self.undecided.append(populations)
        condition = self._what_decides(*populations)
        self.deciding.update(question for alternative in condition for question, _ in alternative)
        return condition

    def _what_decides(self, *populations: str) -> Condition:
        if populations not in self.decides:
            decides = self.placement.what_decides(*populations)
            self.decides[populations] = tuple(tuple(answers.items()) for answers in decides)
        return self.decides[populations]

    def _steps(self, slugs: Iterable[str]) -> Iterable[made.PlanStep]:
        number = 0
        opened = self.moment not in MOMENTS
        for slug in slugs:
            step = self.content.steps[slug]
            parts = tuple(self._parts(slug))
            if not parts:
                continue
            number += 1
            opens = not opened and step.moment != "" and MOMENTS.index(step.moment) >= MOMENTS.index(self.moment)
            opened = opened or opens
            yield made.PlanStep(
                number=number,
                slug=step.slug,
                opens=opens,
                title=step.title,
                summary=step.summary,
                sensitive=step.sensitive,
                sensitive_label=step.sensitive_label,
                parts=parts,
            )

    def _parts(self, step: str) -> Iterable[made.Part]:
        by_heading: dict[str, list[Block]] = {}
        for block in self.content.blocks_for(step, self.within_reach):
            by_heading.setdefault(block.heading, []).append(block)
        for heading, blocks in by_heading.items():
            certain: list[made.PlanBlock] = []
            under: dict[Condition, list[made.PlanBlock]] = {}
            for block in blocks:
                for condition, made_block in self._blocks(block):
                    (under.setdefault(condition, []) if condition else certain).append(made_block)
            if certain or under:
                yield made.Part(
                    slug=heading,
                    heading=self.content.headings[heading].name if heading else Text(),
                    blocks=tuple(certain),
                    only_if=tuple(
                        made.OnlyIf(
                            condition=self.content.in_words(condition),
                            questions=tuple(dict.fromkeys(q for alternative in condition for q, _ in alternative)),
                            blocks=tuple(under[condition]),
                        )
                        for condition in sorted(under, key=self._reading_order)
                    ),
                )

    def _reading_order(self, condition: Condition) -> list:
        """Fewer alternatives first, then as the form asks."""
        order = self.content.reading_order
        return [len(condition), [[order[q, option] for q, options in part for option in options] for part in condition]]

    def _blocks(self, block: Block) -> Iterable[tuple[Condition, made.PlanBlock]]:
        """What becomes of a block: nothing, itself, or (treatments) one piece for each thing that decides its cards."""
        belonging = self.placement.belongs(block.population)
        if belonging is Belonging.NO:
            return
        if block.kind != "treatments":
            condition = () if belonging is Belonging.CERTAIN else self._condition(block.population)
            yield condition, self._made(block)
            return
        cards: dict[Condition, list[tuple[list, Regimen, list[Indication]]]] = {}
        for regimen, indications in self.content.regimens_for(block, self.within_reach):
            fitting = [i for i in indications if self.placement.belongs(i.population) is not Belonging.NO]
            if not fitting:
                continue
            populations = tuple(indication.population for indication in fitting)
            certain = self.placement.belongs(*populations) is Belonging.CERTAIN
            condition = () if certain else self._condition(*populations)
            cards.setdefault(condition, []).append((self._card_order(regimen, fitting), regimen, fitting))
        for condition in sorted(cards, key=self._reading_order):
            ordered = sorted(cards[condition], key=lambda card: card[0])
            made_cards = tuple(self._card(regimen, fitting) for _, regimen, fitting in ordered)
            yield condition, self._made(block, made_cards)

    def _made(self, block: Block, cards: tuple[made.Card, ...] = ()) -> made.PlanBlock:
        self.reviews.append(block.review)
        return made.PlanBlock(
            slug=block.slug,
            kind=block.kind,
            title=block.title,
            body=block.body,
            interval=block.interval,
            options=block.options,
            cards=cards,
            therapy_group=block.therapy_group,
            reason=self.content.populations[block.population].name,
            references=self.cite(*block.references),
            review=block.review,
            urgent=block.urgent,
        )

    def _review_count(self) -> made.ReviewCount:
        return made.ReviewCount(
            signed_off=sum(review.signed_off for review in self.reviews),
            total=len(self.reviews),
            overdue=sum(review.overdue(self.on) for review in self.reviews),
            changed=sum(review.changed for review in self.reviews),
        )

    def _card_order(self, regimen: Regimen, indications: list[Indication]) -> list:
        """In line order: what is used earliest first, then what is used for the fewest lines, then by name."""
        lines = [LINES.index(line) for indication in indications for line in indication.lines]
        return [min(lines, default=len(LINES)), max(lines, default=len(LINES)), regimen.name.en, regimen.slug]

    def _card(self, regimen: Regimen, indications: list[Indication]) -> made.Card:
        formulary = self.content.formulary
        lines = {line for indication in indications for line in indication.lines}
        slugs = tuple(indication.slug for indication in indications)
        here: tuple[FundingNow, ...] = ()
        if self.jurisdiction in formulary.jurisdictions:
            here = formulary.funding_in(regimen.lead, self.jurisdiction, slugs, on=self.on, check_days=self.check_days)
        uses = tuple(
            self._use(indication)
            for indication in sorted(
                indications, key=lambda i: ([LINES.index(line) for line in i.lines] or [len(LINES)], i.slug)
            )
        )
        return made.Card(
            regimen=regimen.slug,
            name=regimen.name,
            drugs=tuple(
                made.DrugInCard(
                    slug=slug,
                    name=formulary.drugs[slug].name,
                    brands=(*formulary.drugs[slug].brands, *formulary.drugs[slug].biosimilars),
                    routes=tuple(formulary.routes[route].name for route in formulary.drugs[slug].routes),
                )
                for slug in regimen.drugs
            ),
            lines=tuple(line for line in LINES if line in lines),
            uses=uses,
            funding=tuple(
                made.FundingHere(now=now, source=self.cite(now.row.reference)[0] if now.row else 0) for now in here
            ),
            tally=formulary.tally(regimen.lead, slugs, on=self.on, check_days=self.check_days),
        )

    def _use(self, indication: Indication) -> made.Use:
        population = self.content.populations[indication.population]
        return made.Use(
            indication=indication.slug,
            population=population.name,
            for_whom=self.content.in_words(self._what_decides(indication.population)),
            lines=indication.lines,
            condition=indication.condition,
            given_with=indication.given_with,
            note=indication.note,
            approval=indication.approval,
            references=self.cite(*indication.references),
        )
