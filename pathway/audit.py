"""PURE. Checks the content of a release for every profile the form can produce, and says how to mend what it finds.

Exact, not sampled. A profile is a box of ways to answer, a population a union of boxes; what must hold for all profiles
is decided by what a union of boxes leaves uncovered (personalization/boxes.py), so that further questions, which multiply
the ways to answer to millions, cost next to nothing.

Errors are holes and contradictions: publishing refuses them. Warnings are what somebody should look at.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from evidence.text import Text
from glossary.frozen import Glossary
from glossary.marking import Lexicon, mentions
from glossary.prose import Link, Prose, links, parse, plain
from medsearch.formulary import is_recent
from medsearch.frozen import OTHER_PAGES, Indication
from personalization.boxes import Box, contains, intersections, meets, uncovered

from .assembly import Content
from .finding import Finding, Severity, filled
from .finding import gettext_noop as _
from .frozen import Block
from .reach import Reach


class Limits(msgspec.Struct, frozen=True):
    check_days: int = 180
    """A funding row checked longer ago than this is reported."""


DRUG_STEMS = (
    "mab|nib|ciclib|lisib|parib|sertib|taxel|rubicin|platin|citabine|trozole|mestane|oxifen|fene|relin|strant|dronate|"
    "dronic acid|bulin|relbine|deruxtecan|emtansine|govitecan|limus|phosphamide|trexate"
)
"""Endings of generic drug names, after the World Health Organization's list of stems (INN stem book): a word that ends so
and is no drug in MedSearch is probably one that is missing."""
_DRUG_LIKE = re.compile(rf"\b[a-z][a-z-]{{2,}}(?:{DRUG_STEMS})\b", re.IGNORECASE)


def audit(
    content: Content, glossary: Glossary, lexicon: Lexicon, *, on: date, limits: Limits | None = None
) -> list[Finding]:
    """Every finding, errors first. `lexicon` finds drugs and terms in text; `on` is the day dates are compared with."""
    return sorted(set(_Audit(content, glossary, lexicon, on, limits or Limits()).findings()))


class _Audit:
    def __init__(self, content: Content, glossary: Glossary, lexicon: Lexicon, on: date, limits: Limits):
        self.content = content
        self.glossary = glossary
        self.lexicon = lexicon
        self.on = on
        self.limits = limits
        self.ruleset = content.ruleset
        self.forbidden = self.ruleset.forbidden
        self.reach = Reach(content)

    def findings(self) -> Iterable[Finding]:
        yield from self.tracks()
        yield from self.steps()
        yield from self.blocks()
        yield from self.indications()
        yield from self.populations()
        yield from self.repetitions()
        yield from self.alternatives()
        yield from self.texts()
        yield from self.references()
        yield from self.dates()

    def tracks(self) -> Iterable[Finding]:
        tracks = [track for track in self.content.pathway.tracks if track.population]
        everything = [box for track in tracks for box in self.reach.boxes(track.population)]
        for hole in uncovered(self.ruleset.everything, [*everything, *self.forbidden]):
            yield Finding(
                Severity.ERROR,
                "no-track",
                self.reach.said(hole).en,
                _("Nobody with these answers gets a plan: {answers}."),
                _("Widen a track’s population, or exclude these answers with a message."),
                filled(answers=self.reach.said(hole)),
            )
        for number, track in enumerate(tracks):
            for other in tracks[number + 1 :]:
                for box in self.reach.permitted(
                    intersections(self.reach.boxes(track.population), self.reach.boxes(other.population))
                ):
                    yield Finding(
                        Severity.ERROR,
                        "two-tracks",
                        f"{track.slug}, {other.slug}",
                        _("Both tracks hold for: {answers}."),
                        _("Narrow one of the two populations."),
                        filled(answers=self.reach.said(box)),
                    )
        if all(track.population for track in self.content.pathway.tracks):
            yield Finding(
                Severity.ERROR,
                "no-track-for-open-stage",
                "tracks",
                _("Who cannot say which track is theirs gets no plan."),
                _("Mark one track as the one for an open stage."),
            )

    def steps(self) -> Iterable[Finding]:
        for track in self.content.pathway.tracks:
            if not track.steps:
                yield Finding(
                    Severity.ERROR, "track-without-steps", track.slug, _("The track has no step."), _("Add steps.")
                )
            for step in track.steps:
                shown = [box for block in self.content.blocks_of[step] for box in self.reach.in_step(block)]
                for box in self.reach.of_track(track):
                    for hole in uncovered(box, [*shown, *self.forbidden]):
                        yield Finding(
                            Severity.ERROR,
                            "empty-step",
                            f"{track.slug}/{step}",
                            _("The step is empty for: {answers}."),
                            _("Add a block for them, widen one, or take the step out of the track."),
                            filled(answers=self.reach.said(hole)),
                        )
        for step in self.content.steps:
            if not self.reach.tracks_of_step[step]:
                yield Finding(
                    Severity.WARNING,
                    "step-in-no-track",
                    step,
                    _("The step is in no track."),
                    _("Add it to one, or delete it."),
                )

    def blocks(self) -> Iterable[Finding]:
        for block in self.content.pathway.blocks:
            if not self.reach.of_block(block):
                yield Finding(
                    Severity.ERROR,
                    "unreachable-block",
                    block.slug,
                    _("No answers lead to this block."),
                    _("Check its population, its step’s tracks and, for treatments, its group and setting."),
                )

    def indications(self) -> Iterable[Finding]:
        shown_by = self.reach.of_indications()
        for indication in self.content.formulary.indications.values():
            if indication.superseded_by:
                continue
            boxes = self.reach.permitted(self.reach.boxes(indication.population))
            shown = shown_by[indication.slug]
            if not shown:
                yield Finding(
                    Severity.ERROR,
                    "unreachable-indication",
                    indication.slug,
                    _("No plan shows this use."),
                    _("Check its population and setting, or add a treatments block for its group and setting."),
                )
                continue
            yield from self.partly_shown(indication, boxes, shown)

    def partly_shown(self, indication: Indication, boxes: list[Box], shown: list[Box]) -> Iterable[Finding]:
        for hole in (hole for box in boxes for hole in uncovered(box, [*shown, *self.forbidden])):
            yield Finding(
                Severity.WARNING,
                "indication-partly-shown",
                indication.slug,
                _("The use holds, but no plan shows it, for: {answers}."),
                _("Add a treatments block there, or narrow the population."),
                filled(answers=self.reach.said(hole)),
            )
            return

    def populations(self) -> Iterable[Finding]:
        used = {block.population for block in self.content.pathway.blocks}
        used |= {track.population for track in self.content.pathway.tracks}
        used |= {indication.population for indication in self.content.formulary.indications.values()}
        used |= {question.asked_of for question in self.content.questions}
        used |= {population.slug for population in self.content.populations.values() if population.subtype}
        same: dict[tuple[Box, ...], str] = {}
        for population in self.content.populations.values():
            boxes = self.reach.boxes(population.slug)
            if not self.reach.permitted(boxes):
                yield Finding(
                    Severity.ERROR,
                    "unreachable-population",
                    population.slug,
                    _("No permitted answers belong to it."),
                    _("Its rules contradict the excluded combinations; correct the rules."),
                )
            if population.slug not in used:
                yield Finding(
                    Severity.WARNING, "unused-population", population.slug, _("Nothing is meant for it."), _("Delete it.")
                )
            yield from self.rules(population.slug, boxes)
            twin = same.setdefault(tuple(sorted(boxes)), population.slug)
            if twin != population.slug and not population.rules:
                yield Finding(
                    Severity.ERROR,
                    "population-lost-its-rules",
                    population.slug,
                    _("It has no rule, so it holds for everybody, as {other} does already."),
                    _("Give it back its rule, or use the other one."),
                    filled(other=twin),
                )
            elif twin != population.slug:
                yield Finding(
                    Severity.WARNING,
                    "identical-populations",
                    population.slug,
                    _("It holds for the same answers as {other}."),
                    _("Use one of the two."),
                    filled(other=twin),
                )

    def rules(self, slug: str, boxes: Sequence[Box]) -> Iterable[Finding]:
        for number, box in enumerate(boxes):
            if not all(box):
                yield Finding(
                    Severity.ERROR,
                    "contradictory-rule",
                    f"{slug}, rule {number + 1}",
                    _("The rule allows no answer to one of its questions."),
                    _("Tick at least one option of each question it names."),
                )
            for other_number, other in enumerate(boxes):
                if number != other_number and contains(other, box) and (other != box or other_number < number):
                    yield Finding(
                        Severity.WARNING,
                        "identical-rules" if other == box else "subsumed-rule",
                        f"{slug}, rule {number + 1}",
                        _("Everybody it holds for belongs already by rule {rule}."),
                        _("Delete it."),
                        filled(rule=other_number + 1),
                    )
                    break

    def repetitions(self) -> Iterable[Finding]:
        """The same statement twice in one plan."""
        by_text: dict[str, list[Block]] = defaultdict(list)
        for block in self.content.pathway.blocks:
            if block.body:
                by_text[_normal(block.body.en or block.body.fr)].append(block)
        for blocks in by_text.values():
            yield from self.together(blocks, "said-twice", _("Both say the same, and stand in one plan for: {answers}."))

    def alternatives(self) -> Iterable[Finding]:
        by_group: dict[str, list[Block]] = defaultdict(list)
        for block in self.content.pathway.blocks:
            if block.alternatives:
                by_group[block.alternatives].append(block)
        for blocks in by_group.values():
            yield from self.together(
                blocks, "alternatives-together", _("They are alternatives, and stand in one plan for: {answers}.")
            )

    def together(self, blocks: Sequence[Block], check: str, what: str) -> Iterable[Finding]:
        for number, block in enumerate(blocks):
            for other in blocks[number + 1 :]:
                both = self.reach.permitted(intersections(self.reach.of_block(block), self.reach.of_block(other)))
                tracks = {t.slug for t in self.reach.tracks_of_step[block.step]} & {
                    t.slug for t in self.reach.tracks_of_step[other.step]
                }
                if both and tracks:
                    yield Finding(
                        Severity.ERROR,
                        check,
                        f"{block.slug}, {other.slug}",
                        what,
                        _("Narrow a population, or delete one of the two."),
                        filled(answers=self.reach.said(both[0])),
                    )

    def texts(self) -> Iterable[Finding]:
        """Drugs without a record, links that lead nowhere, terms nobody meets, drugs named outside their use."""
        met: set[str] = set()
        for where, text, block in self.all_texts():
            for words in (text.en, text.fr):
                prose = self.lexicon.mark(parse(words))
                met |= {mention.key for mention in mentions(prose) if mention.kind == "term"}
                for name in sorted(self.unknown_drugs(prose)):
                    yield Finding(
                        Severity.ERROR,
                        "drug-without-record",
                        where,
                        _("“{name}” is named, and MedSearch has no such drug."),
                        _("Correct the spelling, or add the drug."),
                        filled(name=name),
                    )
                for link in links(prose):
                    if link.url.startswith("/"):
                        yield from self.internal_link(where, link)
                if block is not None and words == text.en:
                    yield from self.outside_its_use(block, prose)
        for term in self.glossary.terms:
            if term.slug not in met:
                yield Finding(
                    Severity.WARNING,
                    "term-nobody-meets",
                    term.slug,
                    _("No text uses this word."),
                    _("Keep it if people look it up, or delete it; or add the spelling that the texts use as an alias."),
                )

    def all_texts(self) -> Iterable[tuple[str, Text, Block | None]]:
        for track in self.content.pathway.tracks:
            yield f"track {track.slug}", track.intro, None
        for block in self.content.pathway.blocks:
            yield f"block {block.slug}", block.body, block
            for option in block.options:
                for slot in (option.benefit, option.harm, option.experience):
                    yield f"block {block.slug}", slot, None
        section = self.content.formulary.section
        for group in section.classes:
            for slot in (group.how_it_works, group.benefit, group.harm, group.experience, group.call_at_once):
                yield f"drug class {group.slug}", slot, None
        for drug in section.drugs:
            for slot in (drug.summary, drug.benefit, drug.harm, drug.experience, drug.call_at_once):
                yield f"drug {drug.slug}", slot, None
        for programme in section.programmes:
            yield f"programme {programme.slug}", programme.what, None
        for indication in section.indications:
            yield f"indication {indication.slug}", indication.note, None
        for question in self.content.questions:
            for slot in (question.explanation, question.on_the_report, question.test):
                yield f"question {question.slug}", slot, None
        for term in self.glossary.terms:
            yield f"term {term.slug}", term.definition, None

    def unknown_drugs(self, prose: Prose) -> set[str]:
        named = {mention.text.casefold() for mention in mentions(prose)}
        known = " ".join(sorted(named))
        return {name for name in _DRUG_LIKE.findall(plain(prose)) if name.casefold() not in known}

    def internal_link(self, where: str, link: Link) -> Iterable[Finding]:
        parts = [part for part in link.url.split("/") if part and part not in ("en", "fr")]
        terms = {term.slug for term in self.glossary.terms}
        drugs = {*self.content.formulary.drugs, *OTHER_PAGES}
        known = {"medsearch": drugs, "glossary": terms, "plan": set(), "about": set()}
        if not parts or parts[0] not in known or (len(parts) > 1 and parts[1] not in known[parts[0]]):
            yield Finding(
                Severity.ERROR,
                "broken-link",
                where,
                _("The link {address} leads nowhere on this site."),
                _("Correct the address; drug names and terms link themselves."),
                filled(address=link.url),
            )

    def outside_its_use(self, block: Block, prose: Prose) -> Iterable[Finding]:
        reach = self.reach.of_block(block)
        for slug in sorted({mention.key for mention in mentions(prose) if mention.kind == "drug"}):
            uses = [use for _, use in self.content.formulary.uses_of(slug)]
            boxes = [box for use in uses for box in self.reach.boxes(use.population)]
            if not any(meets(a, b) for a in reach for b in boxes):
                yield Finding(
                    Severity.WARNING,
                    "drug-outside-its-use",
                    f"block {block.slug}",
                    _("It names {drug}, which has no use for anybody who reads this block."),
                    _("Check the block’s population, or add the missing use."),
                    filled(drug=self.content.formulary.drugs[slug].name),
                )

    def references(self) -> Iterable[Finding]:
        section = self.content.formulary.section
        cited = {row.reference for row in section.funding} | {row.reference for row in section.milestones}
        rests_on: list[tuple[str, str, tuple[str, ...]]] = [
            *(("block", block.slug, block.references) for block in self.content.pathway.blocks if block.body),
            *(("drug", drug.slug, drug.references) for drug in section.drugs),
            *(("drug class", group.slug, group.references) for group in section.classes),
            *(("indication", use.slug, use.references) for use in section.indications),
            *(("programme", programme.slug, programme.references) for programme in section.programmes),
            *(("term", term.slug, term.references) for term in self.glossary.terms),
            *(("track", track.slug, track.references) for track in self.content.pathway.tracks),
            *(("question", question.slug, question.references) for question in self.content.questions),
        ]
        for kind, slug, references in rests_on:
            cited.update(references)
            if not references:
                yield Finding(
                    Severity.ERROR,
                    "without-reference",
                    f"{kind} {slug}",
                    _("The statement rests on no source."),
                    _("Add the reference, or take the statement out."),
                )
        for place in section.jurisdictions:
            cited.update(place.references)
        for exclusion in self.ruleset.exclusions:
            cited.update(exclusion.references)
        for slug in self.content.references:
            if slug not in cited:
                yield Finding(Severity.WARNING, "unused-reference", slug, _("Nothing rests on it."), _("Delete it."))

    def dates(self) -> Iterable[Finding]:
        section = self.content.formulary.section
        reviewed = [
            *(("block", block.slug, block.review) for block in self.content.pathway.blocks),
            *(("drug", drug.slug, drug.review) for drug in section.drugs),
            *(("drug class", group.slug, group.review) for group in section.classes),
            *(("term", term.slug, term.review) for term in self.glossary.terms),
        ]
        for kind, slug, review in reviewed:
            if review.changed:
                yield Finding(
                    Severity.WARNING,
                    "changed-since-signed-off",
                    f"{kind} {slug}",
                    _("Signed off by {name} on {day}, and changed since: readers are told so."),
                    _("Have it signed off again."),
                    filled(name=review.by, day=review.on),
                )
            if review.due and date.fromisoformat(review.due) < self.on:
                yield Finding(
                    Severity.WARNING,
                    "review-overdue",
                    f"{kind} {slug}",
                    _("It was to be looked at again by {day}."),
                    _("Review it, and set the next date."),
                    filled(day=review.due),
                )
        for row in section.funding:
            if not row.history and not is_recent(row, on=self.on, check_days=self.limits.check_days):
                yield Finding(
                    Severity.WARNING,
                    "funding-to-confirm",
                    row.slug,
                    _("Last checked {day}.") if row.checked else _("Never checked at the source since it was entered."),
                    _("Confirm it at the source and set the day."),
                    filled(day=row.checked) if row.checked else (),
                )


def _normal(words: str) -> str:
    return re.sub(r"\W+", " ", words).casefold().strip()
