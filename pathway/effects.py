"""PURE. Which plans a change of content changes: exactly those of the core answer sets whose plan is not what it was.

Assembling every plan twice takes a quarter of a minute, so most answer sets are settled without. What a plan is made of
(tracks, steps, blocks, uses of drugs, sources, …) is shown to a *set of answer sets*, kept as one int with a bit for each.
With S the answer sets that show a piece before, T those that do so after:

    surely changed     S xor T, and S & T if what readers see of the piece differs
    perhaps changed    S & T if something differs from which they see only what follows (order, rules, words of questions)

Where nothing that a plan is made of differs, the plan is the same. What is perhaps changed is assembled and compared.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from datetime import date
from functools import cache, cached_property
from itertools import combinations

import msgspec
from msgspec.structs import replace

from medsearch.frozen import Drug, Indication, Regimen
from personalization.boxes import meets
from personalization.frozen import Question
from personalization.ruleset import AnswerSet, Belonging, Placement, every_answer_set

from .assembly import Content, assemble
from .frozen import Block

Row = tuple[str, str]
"""Kind of row as a release names it, and its slug."""
Mask = int
"""Answer sets, a bit for each."""


class Affected(msgspec.Struct, frozen=True):
    """What a change does to the plans of the answer sets that both contents allow, and which they do not both allow."""

    answer_sets: tuple[AnswerSet, ...]
    """All that either allows, those of the content after first."""
    changed: frozenset[int]
    """Places in `answer_sets` of those whose plan differs, or that only one of the contents allows."""
    undecided: frozenset[int]
    """Those that were not compared, since there were more than `compare_at_most`. Always empty without that limit."""
    shown_by: dict[Row, frozenset[int]]
    """Changed row → the answer sets whose plan shows it, before or after. Rows that no plan shows are not named."""
    gained: dict[Row, frozenset[int]]
    """Block or use → the answer sets whose plan shows it now, and did not."""
    lost: dict[Row, frozenset[int]]
    shown: dict[Row, Mask]
    """Block or use → the answer sets whose plan shows it now."""


def affected(
    before: Content, after: Content, *, on: date, compare_at_most: int | None = None, known: "Shown | None" = None
) -> Affected:
    """Which plans differ when `after` replaces `before`, apart from the number and the day of the release.

    Exact, unless more than `compare_at_most` plans would have to be assembled: the rest are then `undecided`.
    `known`: what `shown` says of `before`, where somebody has kept it; only saves time.
    """
    if known and known.content is before and _same_ways(before, after):
        sets, allowed, old = known.sets, [known.allowed, known.allowed], known
    else:
        sets = _answer_sets(before, after)
        allowed = [_mask(n for n, found in enumerate(sets) if _is_allowed(content, found)) for content in (before, after)]
        old = Shown(before, sets, allowed[0])
    everybody = (1 << len(sets)) - 1
    both = allowed[0] & allowed[1]
    found = _Comparison(old, Shown(after, sets, allowed[1], old), sets, on)
    found.compare()
    sure = (everybody & ~both) | found.sure
    perhaps = list(_places(found.perhaps & both & ~sure))
    compared = perhaps if compare_at_most is None else perhaps[:compare_at_most]
    sure |= _mask(n for n in compared if _differ(before, after, sets[n], on))
    return Affected(
        answer_sets=tuple(sets),
        changed=frozenset(_places(sure)),
        undecided=frozenset(perhaps[len(compared) :]),
        shown_by={row: frozenset(_places(mask)) for row, mask in found.rows.items() if mask},
        gained=_beyond(found.new.pieces(), found.old.pieces()),
        lost=_beyond(found.old.pieces(), found.new.pieces()),
        shown=found.new.pieces(),
    )


def shown(content: Content) -> "Shown":
    """To which answer sets each piece of the content is shown."""
    sets = list(every_answer_set(content.ruleset))
    return Shown(content, sets, (1 << len(sets)) - 1)


def _beyond(pieces: dict[Row, Mask], others: dict[Row, Mask]) -> dict[Row, frozenset[int]]:
    masks = {row: mask & ~others.get(row, 0) for row, mask in pieces.items()}
    return {row: frozenset(_places(mask)) for row, mask in masks.items() if mask}


def _differ(before: Content, after: Content, answer_set: AnswerSet, on: date) -> bool:
    old, new = (assemble(content, content.ruleset.asked.profile(answer_set.answers), on=on) for content in (before, after))
    return replace(old, release=new.release, published_at=new.published_at) != new


def _answer_sets(before: Content, after: Content) -> list[AnswerSet]:
    found = {frozenset(answer_set.answers.items()): answer_set for answer_set in every_answer_set(after.ruleset)}
    if before.ruleset is not after.ruleset:
        for answer_set in every_answer_set(before.ruleset):
            found.setdefault(frozenset(answer_set.answers.items()), answer_set)
    return list(found.values())


def _is_allowed(content: Content, answer_set: AnswerSet) -> bool:
    core = {question.slug: question for question in content.questions if question.core}
    if core.keys() != answer_set.answers.keys() or not all(core[q].option(o) for q, o in answer_set.answers.items()):
        return False
    return not content.ruleset.contradictions(content.ruleset.asked.profile(answer_set.answers))


def _mask(places: Iterable[int]) -> Mask:
    mask = 0
    for place in places:
        mask |= 1 << place
    return mask


def _places(mask: Mask) -> Iterable[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


class _Use(msgspec.Struct, frozen=True):
    block: Block
    regimen: Regimen
    indication: Indication


class Shown:
    """To which answer sets each piece of one content is shown.

    `like`: of another content, from which is taken what is certain to be the same.
    """

    def __init__(self, content: Content, sets: Sequence[AnswerSet], allowed: Mask, like: "Shown | None" = None):
        self.content = content
        self.sets = sets
        self.allowed = allowed
        self.like = like if like and _same_ways(content, like.content) and allowed == like.allowed else None
        self.belonging = cache(self._belonging)
        self.tracks = self._tracks()
        in_step: dict[str, Mask] = defaultdict(int)
        for track in content.pathway.tracks:
            for step in track.steps:
                in_step[step] |= self.tracks[track.slug]
        self.uses: dict[tuple[str, str, str], tuple[_Use, Mask]] = {}
        self.blocks: dict[str, tuple[Block, Mask]] = {}
        self.steps: dict[str, Mask] = defaultdict(int)
        for block in content.pathway.blocks:
            shown = in_step[block.step] & self.some(block.population)
            if block.kind == "treatments":
                shown = self._treatments(block, shown)
            self.blocks[block.slug] = block, shown
            self.steps[block.step] |= shown

    @cached_property
    def placements(self) -> list[Placement | None]:
        """Where each answer set stands among the populations; not needed of a content that has those of the other."""
        ruleset = self.content.ruleset
        return [
            ruleset.place(ruleset.asked.profile(found.answers)) if self.allowed >> n & 1 else None
            for n, found in enumerate(self.sets)
        ]

    def _belonging(self, population: str) -> tuple[Mask, Mask]:
        """Answer sets that possibly or certainly belong; those that certainly do."""
        there = self.like and self.like.content.populations.get(population)
        if self.like and there and there.rules == self.content.populations[population].rules:
            return self.like.belonging(population)
        found = [placement.belongs(population) if placement else Belonging.NO for placement in self.placements]
        return (
            _mask(n for n, belongs in enumerate(found) if belongs is not Belonging.NO),
            _mask(n for n, belongs in enumerate(found) if belongs is Belonging.CERTAIN),
        )

    def pieces(self) -> dict[Row, Mask]:
        """Blocks and uses, and who is shown them."""
        found: dict[Row, Mask] = {("blocks", slug): shown for slug, (_, shown) in self.blocks.items()}
        for (_, _, use), (_, shown) in self.uses.items():
            found["indications", use] = found.get(("indications", use), 0) | shown
        return found

    def some(self, population: str) -> Mask:
        return self.belonging(population)[0]

    def certain(self, population: str) -> Mask:
        return self.belonging(population)[1]

    def _tracks(self) -> dict[str, Mask]:
        """Whose plan follows each track; as assembly.py chooses it."""
        tracks = self.content.pathway.tracks
        of: dict[str, Mask] = {track.slug: 0 for track in tracks}
        left, possible = self.allowed, 0
        for track in tracks:
            if track.population:
                of[track.slug] = left & self.certain(track.population)
                left &= ~of[track.slug]
                possible |= self.some(track.population)
        for track in tracks:
            if not track.population:
                of[track.slug] = left & possible
                break
        return of

    def _treatments(self, block: Block, shown: Mask) -> Mask:
        anything = 0
        for regimen, indications in self.content.regimens_for(block):
            for indication in indications:
                fits = shown & self.some(indication.population)
                self.uses[block.slug, regimen.slug, indication.slug] = _Use(block, regimen, indication), fits
                anything |= fits
        return anything


class _Comparison:
    def __init__(self, old: Shown, new: Shown, sets: Sequence[AnswerSet], on: date):
        self.old, self.new, self.sets, self.on = old, new, sets, on
        self.before, self.after = old.content, new.content
        self.sure: Mask = 0
        self.perhaps: Mask = 0
        self.rows: dict[Row, Mask] = defaultdict(int)

    def compare(self) -> None:
        self._tracks()
        self._steps()
        self._blocks()
        self._uses()
        self._tallies()
        self._populations()
        self._questions()
        self._exclusions()
        self._references()

    def _surely(self, mask: Mask, *rows: Row) -> None:
        self.sure |= mask
        for row in rows:
            self.rows[row] |= mask

    def _piece(self, old: Mask, new: Mask, seen: tuple[Hashable, Hashable], behind: tuple[object, object]) -> Mask:
        """A piece shown to `old` before and `new` after. `seen`: what readers see of it; `behind`: what that follows from.

        Returns the answer sets for which it surely changed.
        """
        mask = (old ^ new) | (old & new if seen[0] != seen[1] else 0)
        self.sure |= mask
        if behind[0] != behind[1]:
            self.perhaps |= old & new
        return mask

    def _tracks(self) -> None:
        old, new = ({track.slug: track for track in content.pathway.tracks} for content in (self.before, self.after))
        for slug in old.keys() | new.keys():
            one, other = old.get(slug), new.get(slug)
            seen = tuple((t.name, t.intro, frozenset(t.references)) if t else None for t in (one, other))
            followed = self.old.tracks.get(slug, 0), self.new.tracks.get(slug, 0)
            mask = self._piece(*followed, (seen[0], seen[1]), (one, other))
            if one != other:
                self.rows["tracks", slug] |= mask
            if one and other:
                for first, second in _swapped(one.steps, other.steps):
                    shown = self.old.steps[first] & self.old.steps[second] & self.new.steps[first] & self.new.steps[second]
                    self._surely(followed[0] & followed[1] & shown, ("tracks", slug))
        # Whose track is still open is asked first what decides it.
        populations = [
            [track.population for track in content.pathway.tracks if track.population]
            for content in (self.before, self.after)
        ]
        if populations[0] != populations[1]:
            for track in self.after.pathway.tracks:
                if not track.population:
                    self.perhaps |= self.new.tracks[track.slug]

    def _steps(self) -> None:
        for slug in self.before.steps.keys() | self.after.steps.keys():
            one, other = self.before.steps.get(slug), self.after.steps.get(slug)
            seen = [(s.title, s.summary, s.sensitive, s.sensitive_label) if s else None for s in (one, other)]
            mask = self._piece(self.old.steps[slug], self.new.steps[slug], (seen[0], seen[1]), (None, None))
            if one != other:
                self.rows["steps", slug] |= mask

    def _blocks(self) -> None:
        for slug in self.old.blocks.keys() | self.new.blocks.keys():
            (one, shown), (other, shown_now) = self.old.blocks.get(slug, (None, 0)), self.new.blocks.get(slug, (None, 0))
            mask = self._piece(
                shown, shown_now, (_seen(self.before, one), _seen(self.after, other)), (_behind(one), _behind(other))
            )
            if one != other:
                self.rows["blocks", slug] |= mask
            if one and other:
                for kind, row, names in (
                    ("headings", one.heading, (self.before.headings, self.after.headings)),
                    ("populations", one.population, (self.before.populations, self.after.populations)),
                ):
                    if row and row in names[0] and row in names[1] and names[0][row].name != names[1][row].name:
                        self.rows[kind, row] |= shown & shown_now
        for step in self.before.blocks_of.keys() & self.after.blocks_of.keys():
            sequences = [[block.slug for block in content.blocks_of[step]] for content in (self.before, self.after)]
            for first, second in _swapped(*sequences):
                self._order(first, second)

    def _order(self, *pair: str) -> None:
        """Two blocks of one step changed places. Seen for sure where they stand in the same list."""
        shown = self.old.blocks[pair[0]][1] & self.old.blocks[pair[1]][1]
        shown &= self.new.blocks[pair[0]][1] & self.new.blocks[pair[1]][1]
        self.perhaps |= shown
        blocks = [blocks[slug][0] for blocks in (self.old.blocks, self.new.blocks) for slug in pair]
        if len({block.heading for block in blocks}) == 1 and all(block.kind != "treatments" for block in blocks):
            for side, block in zip((self.old, self.old, self.new, self.new), blocks, strict=True):
                shown &= side.certain(block.population)
            self._surely(shown, *(("blocks", slug) for slug in pair))

    def _uses(self) -> None:
        for key in self.old.uses.keys() | self.new.uses.keys():
            (one, shown), (other, shown_now) = self.old.uses.get(key, (None, 0)), self.new.uses.get(key, (None, 0))
            seen = _seen_use(self.before, one), _seen_use(self.after, other)
            mask = self._piece(shown, shown_now, seen, (_behind_use(one), _behind_use(other)))
            if mask:
                for row in self._behind_a_use(one, other):
                    self.rows[row] |= mask

    def _behind_a_use(self, one: _Use | None, other: _Use | None) -> Iterable[Row]:
        """The changed rows that a use is made of."""
        for use in filter(None, (one, other)):
            before, after = self.before.formulary, self.after.formulary
            block = use.block.slug
            if self.old.blocks.get(block, (None,))[0] != self.new.blocks.get(block, (None,))[0]:
                yield "blocks", block
            if before.indications.get(use.indication.slug) != after.indications.get(use.indication.slug):
                yield "indications", use.indication.slug
            if before.regimens.get(use.regimen.slug) != after.regimens.get(use.regimen.slug):
                yield "regimens", use.regimen.slug
            if self.before.populations.get(use.indication.population) != self.after.populations.get(
                use.indication.population
            ):
                yield "populations", use.indication.population
            for drug in use.regimen.drugs:
                was, is_now = before.drugs.get(drug), after.drugs.get(drug)
                if _on_a_card(was) != _on_a_card(is_now):
                    yield "drugs", drug
                for found in filter(None, (was, is_now)):
                    for route in found.routes:
                        if before.routes.get(route) != after.routes.get(route):
                            yield "routes", route
                    groups = before.classes.get(found.drug_class), after.classes.get(found.drug_class)
                    if len({group and group.therapy_group for group in groups}) > 1:
                        yield "classes", found.drug_class

    def _tallies(self) -> None:
        """Who pays across Canada, on cards that stay."""
        old, new = self.before.formulary, self.after.formulary
        leads = {use.regimen.lead for use, _ in self.new.uses.values()}
        everywhere = list(old.jurisdictions) != list(new.jurisdictions)
        told = {lead for lead in leads if everywhere or old.funding_of(lead) != new.funding_of(lead)}
        if not told:
            return

        @cache
        def differs(lead: str, uses: tuple[str, ...]) -> bool:
            tallies = [formulary.tally(lead, uses, on=self.on, check_days=0) for formulary in (old, new)]
            return tallies[0] != tallies[1]

        cards: dict[tuple[str, str], list[tuple[str, Mask]]] = defaultdict(list)
        for (block, regimen, indication), (use, shown) in self.new.uses.items():
            if use.regimen.lead in told:
                cards[block, regimen].append((indication, shown))
        for (_, regimen), uses in cards.items():
            lead = new.regimens[regimen].lead
            shown = 0
            for _, mask in uses:
                shown |= mask
            patterns: dict[tuple[str, ...], Mask] = defaultdict(int)
            for place in _places(shown):
                patterns[tuple(use for use, mask in uses if mask >> place & 1)] |= 1 << place
            for slugs, mask in patterns.items():
                if differs(lead, slugs):
                    self.sure |= mask & self.old.allowed
                rows = [{row.slug: row for row in formulary.funding_of(lead)} for formulary in (old, new)]
                for slug in rows[0].keys() | rows[1].keys():
                    row = rows[0].get(slug), rows[1].get(slug)
                    if row[0] != row[1] and any(r and (not r.indication or r.indication in slugs) for r in row):
                        self.rows["funding", slug] |= mask

    def _populations(self) -> None:
        """Where a population's rules differ within what an answer set leaves open, whatever follows from them may."""
        rules = [
            {population.slug: population.rules for population in content.populations.values()}
            for content in (self.before, self.after)
        ]
        if _asked(self.before) != _asked(self.after):
            return
        for slug in rules[0].keys() & rules[1].keys():
            if rules[0][slug] != rules[1][slug]:
                boxes = [frozenset(content.ruleset.boxes_of(slug)) for content in (self.before, self.after)]
                other = boxes[0] ^ boxes[1]
                for place, (was, is_now) in enumerate(zip(self.old.placements, self.new.placements, strict=True)):
                    # Tightened boxes hold every permitted way; a rule that misses both decides nothing for this reader.
                    if was and is_now and any(meets(was.box, box) or meets(is_now.box, box) for box in other):
                        self.perhaps |= 1 << place
                both = self.old.belonging(slug), self.new.belonging(slug)
                self.rows["populations", slug] |= (both[0][0] ^ both[1][0]) | (both[0][1] ^ both[1][1])

    def _questions(self) -> None:
        if _asked(self.before) != _asked(self.after):
            # Rules speak of other options, so every plan is looked at.
            self.perhaps |= self.old.allowed & self.new.allowed
            return
        for old, new in zip(self.before.questions, self.after.questions, strict=True):
            if _in_a_plan(old) == _in_a_plan(new):
                continue
            told = self._told(old, new)
            self._surely(told, ("questions", old.slug))
            open_to = _mask(
                n for n, found in enumerate(self.sets) if len(dict(found.profile.open).get(old.slug, old.plain)) > 1
            )
            self.perhaps |= open_to
            self.rows["questions", old.slug] |= open_to

    def _told(self, old: Question, new: Question) -> Mask:
        """Who reads the question's short name and the answer's label at the top of the plan, where these differ."""
        mask = 0
        for place, found in enumerate(self.sets):
            slug = found.answers.get(old.slug, "")
            if not slug:
                continue
            labels = [option.label if option else None for option in (old.option(slug), new.option(slug))]
            if old.core and (old.short != new.short or labels[0] != labels[1]):
                mask |= 1 << place
        if not old.core and old.assumed:
            labels = [option.label if option else None for option in (old.option(old.assumed), new.option(new.assumed))]
            asked = self.new.some(new.asked_of) & self.old.some(old.asked_of) if new.asked_of else self.new.allowed
            if old.short != new.short or labels[0] != labels[1]:
                mask |= asked
        return mask & self.old.allowed & self.new.allowed

    def _exclusions(self) -> None:
        answers = [{e.slug: e.answers for e in content.ruleset.exclusions} for content in (self.before, self.after)]
        if _asked(self.before) == _asked(self.after) and answers[0] != answers[1]:
            # Excluded answers are left out of what is still open, which only matters where they were.
            boxes = set(self.before.ruleset.forbidden) ^ set(self.after.ruleset.forbidden)
            for place, found in enumerate(self.sets):
                if any(meets(self.after.ruleset.box(dict(found.profile.open)), box) for box in boxes):
                    self.perhaps |= 1 << place

    def _references(self) -> None:
        changed = [
            slug
            for slug in self.before.references.keys() & self.after.references.keys()
            if self.before.references[slug] != self.after.references[slug]
        ]
        if not changed:
            return
        cited: dict[str, Mask] = defaultdict(int)
        for track in self.after.pathway.tracks:
            for slug in track.references:
                cited[slug] |= self.new.tracks[track.slug]
        for block, shown in self.new.blocks.values():
            for slug in block.references:
                cited[slug] |= shown
        for use, shown in self.new.uses.values():
            for slug in use.indication.references:
                cited[slug] |= shown
        for slug in changed:
            self._surely(cited[slug] & self.old.allowed, ("references", slug))
            for question in self.after.questions:
                if slug in question.references:
                    self.perhaps |= self.new.allowed


def _swapped(before: Sequence[str], after: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Pairs of which the one that came first comes second now."""
    place = {slug: number for number, slug in enumerate(after)}
    common = [slug for slug in before if slug in place]
    if [slug for slug in after if slug in set(common)] != common:
        yield from ((a, b) for a, b in combinations(common, 2) if place[a] > place[b])


def _asked(content: Content) -> list[tuple]:
    """What rules and answers can name, in the order in which it is asked."""
    return [
        (q.slug, q.core, q.assumed, q.asked_of, tuple((o.slug, o.kind, o.covers) for o in q.options))
        for q in content.questions
    ]


def _in_a_plan(question: Question) -> tuple:
    """What of a question can stand in a plan."""
    return (
        question.text,
        question.short,
        question.clause,
        question.on_the_report,
        question.test,
        question.say,
        question.references,
        tuple((option.label, option.phrase) for option in question.options),
    )


def _same_ways(content: Content, other: Content) -> bool:
    """Whether the same answers are possible, and the same of them excluded."""
    return _asked(content) == _asked(other) and content.ruleset.exclusions == other.ruleset.exclusions


def _seen(content: Content, block: Block | None) -> Hashable:
    """What readers see of a block wherever it is shown. Of treatments, the cards stand apart."""
    if block is None:
        return None
    return (
        block.step,
        block.heading,
        content.headings[block.heading].name if block.heading else None,
        block.kind,
        block.title,
        block.body,
        block.interval,
        block.options,
        block.therapy_group,
        content.populations[block.population].name,
        frozenset(block.references),
        block.review,
        block.urgent,
    )


def _behind(block: Block | None) -> Hashable:
    return block and (block.population, block.references)


def _on_a_card(drug: Drug | None) -> Hashable:
    """What of a drug decides whether a card shows it, and what the card says."""
    return drug and (drug.name, (*drug.brands, *drug.biosimilars), drug.routes, drug.drug_class)


def _seen_use(content: Content, use: _Use | None) -> Hashable:
    """What readers see of a card wherever it shows this use."""
    if use is None:
        return None
    formulary, indication = content.formulary, use.indication
    drugs = tuple(formulary.drugs[drug] for drug in use.regimen.drugs)
    return (
        use.regimen.name,
        tuple(
            (drug.slug, drug.name, (*drug.brands, *drug.biosimilars), tuple(formulary.routes[r].name for r in drug.routes))
            for drug in drugs
        ),
        content.populations[indication.population].name,
        indication.lines,
        indication.condition,
        indication.given_with,
        indication.note,
        indication.approval,
        frozenset(indication.references),
    )


def _behind_use(use: _Use | None) -> Hashable:
    return use and (use.indication.population, use.indication.references)
