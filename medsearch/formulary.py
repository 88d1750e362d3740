"""PURE. The drugs of a release with everything about them at hand, and what is known about who pays.

Honesty about funding lives here: a row checked longer ago than the limit is *last known*, not current; a jurisdiction
without a row has no confirmed information, which is never counted as "not funded"; statements about several
jurisdictions at once, and rows that newer ones replaced, are history and fill nothing.
"""

from collections import Counter, defaultdict
from datetime import date, timedelta
from functools import lru_cache

import msgspec

from evidence.text import Text

from .frozen import (
    Drug,
    DrugClass,
    Funding,
    Indication,
    Jurisdiction,
    MedSearch,
    Milestone,
    Programme,
    Regimen,
    Route,
)

PAID = ("funded", "funded-with-criteria", "special-authorization")
"""Statuses in which the public plan pays, at least for some."""


CHECKED = "checked"
"""Confirmed at the source within the limit."""
NOT_CHECKED_SINCE = "not-checked-since"
"""Last known: never confirmed since it was entered, or longer ago than the limit."""
NO_INFORMATION = "no-information"


class FundingNow(msgspec.Struct, frozen=True):
    """What is known about one jurisdiction paying for one use, on a day."""

    jurisdiction: Jurisdiction
    row: Funding | None
    standing: str
    """CHECKED, NOT_CHECKED_SINCE or NO_INFORMATION: what the row's word is worth on that day."""
    who_pays: Text
    """Who pays there for this kind of drug (hospital or take-home); empty if not known."""

    @property
    def sure(self) -> bool:
        return self.standing == CHECKED

    @property
    def status(self) -> str:
        return self.row.status if self.row else NO_INFORMATION


class Tally(msgspec.Struct, frozen=True):
    """Over all jurisdictions: how many are last known to pay, not to pay, to be deciding; of the rest nothing is known."""

    paid: int
    not_paid: int
    under_review: int
    no_information: int

    @property
    def total(self) -> int:
        return self.paid + self.not_paid + self.under_review + self.no_information


class Balance(msgspec.Struct, frozen=True):
    """What a drug can do for and to somebody: in its own words, else in those of its class. Empty if neither has any."""

    benefit: Text
    harm: Text
    experience: Text
    call_at_once: Text
    of_class: bool
    """Benefit, harm and experience are those of the class: true of drugs of its kind."""
    call_of_class: bool
    """The signs to call about are those of the class."""
    references: tuple[str, ...]
    """What these texts rest on, the drug's own sources first."""


class Formulary:
    def __init__(self, section: MedSearch):
        self.section = section
        self.routes: dict[str, Route] = {route.slug: route for route in section.routes}
        self.classes: dict[str, DrugClass] = {group.slug: group for group in section.classes}
        self.drugs: dict[str, Drug] = {drug.slug: drug for drug in section.drugs}
        self.regimens: dict[str, Regimen] = {regimen.slug: regimen for regimen in section.regimens}
        self.indications: dict[str, Indication] = {indication.slug: indication for indication in section.indications}
        self.jurisdictions: dict[str, Jurisdiction] = {place.slug: place for place in section.jurisdictions}
        self._indications_of: dict[str, list[Indication]] = defaultdict(list)
        for indication in section.indications:
            self._indications_of[indication.regimen].append(indication)
        self._regimens_with: dict[str, list[Regimen]] = defaultdict(list)
        for regimen in section.regimens:
            for drug in regimen.drugs:
                self._regimens_with[drug].append(regimen)
        self._funding_of: dict[str, list[Funding]] = defaultdict(list)
        for row in section.funding:
            self._funding_of[row.drug].append(row)
        # The same few tallies stand in every plan. The day is part of what they are kept by.
        self._tallies = lru_cache(maxsize=4096)(self._tally)
        self._milestones_of: dict[str, list[Milestone]] = defaultdict(list)
        for milestone in section.milestones:
            self._milestones_of[milestone.drug].append(milestone)

    def therapy_group(self, regimen: Regimen) -> str:
        return self.classes[self.drugs[regimen.lead].drug_class].therapy_group

    def current_indications(self, regimen: str) -> list[Indication]:
        return [indication for indication in self._indications_of[regimen] if not indication.superseded_by]

    def uses_of(self, drug: str) -> list[tuple[Regimen, Indication]]:
        """Every indication of every regimen the drug is part of, superseded ones last."""
        uses = [
            (regimen, indication)
            for regimen in self._regimens_with[drug]
            for indication in self._indications_of[regimen.slug]
        ]
        return sorted(uses, key=lambda use: (bool(use[1].superseded_by), use[0].lead != drug))

    def funding_of(self, drug: str) -> list[Funding]:
        return self._funding_of[drug]

    def milestones_of(self, drug: str) -> list[Milestone]:
        return self._milestones_of[drug]

    def programmes_for(self, drug: str, kind: str) -> tuple[Programme, ...]:
        """The programmes of this kind for all of Canada that are for this drug, or for any."""
        return tuple(
            programme
            for programme in self.section.programmes
            if programme.kind == kind
            and not programme.jurisdiction
            and (drug in programme.drugs or (not programme.drugs and kind != "manufacturer"))
        )

    def taken_home(self, drug: str) -> bool:
        return any(self.routes[route].taken_home for route in self.drugs[drug].routes)

    def balance_of(self, drug: str) -> Balance:
        """Benefit, harm and experience go together, so that they stay in balance; the signs to call about stand alone."""
        own, group = self.drugs[drug], self.classes[self.drugs[drug].drug_class]
        told = own if own.benefit else group
        warns = own if own.call_at_once else group
        speaking = [one for one, text in ((told, told.benefit), (warns, warns.call_at_once)) if text]
        return Balance(
            benefit=told.benefit,
            harm=told.harm,
            experience=told.experience,
            call_at_once=warns.call_at_once,
            of_class=told is group and bool(group.benefit),
            call_of_class=warns is group and bool(group.call_at_once),
            references=tuple(dict.fromkeys(slug for one in (own, group) if one in speaking for slug in one.references)),
        )

    def funding_in(
        self, drug: str, jurisdiction: str, indications: tuple[str, ...] = (), *, on: date, check_days: int
    ) -> tuple[FundingNow, ...]:
        """The current rows there about these uses; failing that, about the drug as a whole; failing that, one that says
        there is no information. If no use is named, all rows, of uses and of the whole. Newest first."""
        rows = [row for row in self._funding_of[drug] if row.jurisdiction == jurisdiction and not row.history]
        about_use = [row for row in rows if row.indication and (not indications or row.indication in indications)]
        about_drug = [row for row in rows if not row.indication]
        told = about_use or about_drug if indications else about_use + about_drug
        chosen = sorted(told, key=lambda row: (row.effective, row.slug), reverse=True)
        if chosen:
            return tuple(self.about(row, on=on, check_days=check_days) for row in chosen)
        place = self.jurisdictions[jurisdiction]
        return (FundingNow(jurisdiction=place, row=None, standing=NO_INFORMATION, who_pays=self.who_pays(drug, place)),)

    def about(self, row: Funding, *, on: date, check_days: int) -> FundingNow:
        """One current row, and whether it still counts as sure."""
        place = self.jurisdictions[row.jurisdiction]
        return FundingNow(
            jurisdiction=place,
            row=row,
            standing=CHECKED if is_recent(row, on=on, check_days=check_days) else NOT_CHECKED_SINCE,
            who_pays=self.who_pays(row.drug, place),
        )

    def who_pays(self, drug: str, place: Jurisdiction) -> Text:
        """Who pays there for this kind of drug, hospital or take-home; empty if not known."""
        return place.home_drugs if self.taken_home(drug) else place.hospital_drugs

    def verdict_in(
        self, drug: str, jurisdiction: str, indications: tuple[str, ...] = (), *, on: date, check_days: int
    ) -> str:
        """One word for a place: "paid" if it is last known to pay for one of the uses, else "under-review" if it is
        deciding about one, else "not-paid" if it said no to one; with nothing known, "no-information"."""
        found = {now.status for now in self.funding_in(drug, jurisdiction, indications, on=on, check_days=check_days)}
        if found & set(PAID):
            return "paid"
        if "under-review" in found:
            return "under-review"
        return "not-paid" if "not-funded" in found else NO_INFORMATION

    def tally(self, drug: str, indications: tuple[str, ...] = (), *, on: date, check_days: int) -> Tally:
        """A jurisdiction counts as paying if it pays for one of the uses; as undecided if it is deciding about one."""
        return self._tallies(drug, indications, on, check_days)

    def _tally(self, drug: str, indications: tuple[str, ...], on: date, check_days: int) -> Tally:
        counted = Counter(
            self.verdict_in(drug, place, indications, on=on, check_days=check_days) for place in self.jurisdictions
        )
        return Tally(
            paid=counted["paid"],
            not_paid=counted["not-paid"],
            under_review=counted["under-review"],
            no_information=counted[NO_INFORMATION],
        )


def good_until(row: Funding, *, check_days: int) -> date | None:
    """The last day on which what the row says counts as checked; None if nobody has confirmed it since it was entered.

    `check_days`: the limit of the site, for rows that have none of their own.
    """
    return date.fromisoformat(row.checked) + timedelta(days=row.check_days or check_days) if row.checked else None


def is_recent(row: Funding, *, on: date, check_days: int) -> bool:
    last_day = good_until(row, check_days=check_days)
    return last_day is not None and on <= last_day
