"""PURE. Narrows a list of drugs down by what was chosen, and counts what every further choice would leave.

A drug has several uses, and who chooses "triple-negative" and "first line" means one use that is both, not one of each. So
sets of drugs are held in *planes*: plane k has, for each option, the drugs whose k-th use has it, as one int with a bit a
drug. A conjunction over one use is an AND within a plane, "some use" an OR over planes, a count is bit_count. All counts of
all options are then a few hundred operations on ints, for 10,000 drugs as for 50.

Route and therapy group are of the drug. Subtype, setting, line and "last known to be paid for there" are of one use; paying
for the drug as a whole speaks for every use that no row of its own speaks of (`Formulary.funding_in`). A drug without any
use known to us can still be paid for: its plane has that alone.

A use fits a subtype if somebody of that subtype can belong to its population: some permitted way to answer lies in both.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_

from evidence.text import Text
from personalization.boxes import Box, covered, intersections, joined
from personalization.frozen import Personalization
from personalization.ruleset import Ruleset, in_words

from .formulary import PAID, Formulary
from .frozen import LINES, Indication
from .search import bits

OF_USE = ("subtype", "setting", "line", "paid")
"""Filters that hold for one and the same use. "paid": a jurisdiction last known to pay."""
OF_DRUG = ("route", "group")
FILTERS = (*OF_USE, *OF_DRUG)

Chosen = Mapping[str, str]
"""Filter → option. Of FILTERS; one option each."""


class Filters:
    """Compiled once for a release. `drugs`: slugs in the order that numbers them, the same as that of the search."""

    def __init__(self, formulary: Formulary, section: Personalization, drugs: Sequence[str]):
        self._formulary = formulary
        self._ruleset = Ruleset(section)
        self.drugs = tuple(drugs)
        self.everything = (1 << len(self.drugs)) - 1
        self.subtypes = tuple(population for population in section.populations if population.subtype)
        named = {question for subtype in self.subtypes for rule in subtype.rules for question in rule}
        self._of_subtypes = [question.slug in named for question in section.questions]
        self._whom: dict[frozenset[str], Text] = {}
        self._subtypes_of = {
            population: tuple(s.slug for s in self.subtypes if self.fits(population, s.slug))
            for population in {use.population for use in formulary.indications.values()}
        }
        self.options: dict[str, tuple[str, ...]] = {
            "subtype": tuple(subtype.slug for subtype in self.subtypes),
            "setting": tuple(dict.fromkeys(use.setting for use in formulary.indications.values())),
            "line": LINES,
            "paid": tuple(formulary.jurisdictions),
            "route": tuple(formulary.routes),
            "group": tuple(dict.fromkeys(group.therapy_group for group in formulary.classes.values())),
        }
        with_option: dict[tuple[str, str], list[int]] = defaultdict(list)
        in_plane: list[dict[tuple[str, str] | None, list[int]]] = []
        for number, slug in enumerate(self.drugs):
            drug = formulary.drugs[slug]
            for route in drug.routes:
                with_option["route", route].append(number)
            with_option["group", formulary.classes[drug.drug_class].therapy_group].append(number)
            for place, use in enumerate(self.current_uses(slug) or [None]):
                if place == len(in_plane):
                    in_plane.append(defaultdict(list))
                in_plane[place][None].append(number)
                for option in self._options_of(slug, use):
                    in_plane[place][option].append(number)
        self._of_drug = {option: bits(numbers) for option, numbers in with_option.items()}
        self._planes = [{option: bits(numbers) for option, numbers in plane.items()} for plane in in_plane]

    def fits(self, population: str, subtype: str) -> bool:
        """Whether somebody can belong to both."""
        return bool(self.permitted(intersections(self._ruleset.boxes_of(population), self._ruleset.boxes_of(subtype))))

    def permitted(self, boxes: Iterable[Box]) -> list[Box]:
        """Those of the boxes that some permitted way to answer lies in."""
        return [box for box in boxes if not covered(box, self._ruleset.forbidden)]

    def for_whom(self, populations: frozenset[str]) -> Text:
        """Their union as far as subtypes go, to be read after "if": "your cancer is HER2-positive". Empty: any subtype."""
        if populations not in self._whom:
            everything = self._ruleset.everything
            boxes = {
                tuple(mask if of else whole for mask, whole, of in zip(box, everything, self._of_subtypes, strict=True))
                for population in populations
                for box in self.permitted(self._ruleset.boxes_of(population))
            }
            answers = [self._ruleset.answers_in(box) for box in joined(boxes)]
            self._whom[populations] = in_words(self._ruleset.questions, answers) if all(answers) else Text()
        return self._whom[populations]

    def current_uses(self, drug: str) -> list[Indication]:
        return [use for _, use in self._formulary.uses_of(drug) if not use.superseded_by]

    def uses(self, drug: str, chosen: Chosen) -> list[Indication]:
        """The drug's current uses that have everything chosen that is of a use."""
        wanted = {(name, chosen[name]) for name in OF_USE if name in chosen}
        return [use for use in self.current_uses(drug) if wanted <= set(self._options_of(drug, use))]

    def _options_of(self, drug: str, use: Indication | None) -> Iterable[tuple[str, str]]:
        if use:
            yield "setting", use.setting
            for subtype in self._subtypes_of[use.population]:
                yield "subtype", subtype
            for line in use.lines:
                yield "line", line
        for place in self._paid(drug, use):
            yield "paid", place

    def _paid(self, drug: str, use: Indication | None) -> list[str]:
        """Where the use, or the drug that has none, is last known to be paid for, whenever that was checked."""
        rows = [row for row in self._formulary.funding_of(drug) if row.jurisdiction and not row.history]
        of_use = [row for row in rows if use and row.indication == use.slug]
        spoken_for = {row.jurisdiction for row in of_use}
        of_drug = [row for row in rows if not row.indication and row.jurisdiction not in spoken_for]
        others = [] if use else [row for row in rows if row.indication]
        return list(dict.fromkeys(row.jurisdiction for row in (*of_use, *of_drug, *others) if row.status in PAID))

    def narrowed(self, chosen: Chosen, among: int) -> int:
        """Those of a set of drugs that have everything chosen."""
        drugs, planes = self._left_by(chosen, among)
        return drugs & reduce(or_, planes, 0)

    def counts(self, chosen: Chosen, among: int) -> dict[str, dict[str, int]]:
        """Filter → option → how many drugs there would be with it, all other filters staying as they are chosen."""
        return {name: self._counts_of(name, chosen, among) for name in FILTERS}

    def _counts_of(self, name: str, chosen: Chosen, among: int) -> dict[str, int]:
        drugs, planes = self._left_by({other: option for other, option in chosen.items() if other != name}, among)
        if name in OF_DRUG:
            left = drugs & reduce(or_, planes, 0)
            return {option: (left & self._of_drug.get((name, option), 0)).bit_count() for option in self.options[name]}
        return {
            option: (
                drugs & reduce(or_, (a & b.get((name, option), 0) for a, b in zip(planes, self._planes, strict=True)), 0)
            ).bit_count()
            for option in self.options[name]
        }

    def _left_by(self, chosen: Chosen, among: int) -> tuple[int, list[int]]:
        """The drugs that have what is chosen of drugs, and for each plane those that have what is chosen of uses."""
        drugs = among
        for name in OF_DRUG:
            if name in chosen:
                drugs &= self._of_drug.get((name, chosen[name]), 0)
        planes = []
        for plane in self._planes:
            left = plane[None]
            for name in OF_USE:
                if name in chosen:
                    left &= plane.get((name, chosen[name]), 0)
            planes.append(left)
        return drugs, planes
