"""PURE. Where the decisions about a drug stand: authorization, recommendation, price negotiation, then each province.

A drug that has several uses travels the way several times, so milestones are grouped by the uses they share. Days are
counted only between two dates that are exact to the day: "2022-11" says nothing about days.
"""

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from evidence.text import Text

from .formulary import PAID
from .frozen import Funding, Milestone

PROVINCE = "province"


class Stop(msgspec.Struct, frozen=True):
    """One decision on the way."""

    body: str
    """health-canada, cda, inesss, pcpa, or PROVINCE."""
    outcome: str
    """Of a milestone its outcome, of a province its funding status."""
    jurisdiction: str
    """Code of the jurisdiction that decided; empty for the other bodies."""
    number: str
    date: str
    """As exact as the source; empty if it gives none."""
    days: int | None
    """Since the dated stop before, where both dates are exact to the day."""
    note: Text
    reference: str


class Journey(msgspec.Struct, frozen=True):
    """The way of one use, or of uses that were decided about together. Dated stops in order, then the undated."""

    about: Text
    indications: tuple[str, ...]
    stops: tuple[Stop, ...]
    days_to_first_province: int | None
    """From the first authorization to the first province that paid, where both dates are exact to the day."""


def journeys(milestones: Iterable[Milestone], funding: Iterable[Funding]) -> tuple[Journey, ...]:
    """The ways of one drug, given its milestones and its funding rows (history too): latest first."""
    decisions = [row for row in funding if row.jurisdiction]
    found = [_journey(group, decisions) for group in _groups(milestones)]
    return tuple(sorted(found, key=lambda way: max(stop.date for stop in way.stops), reverse=True))


def _groups(milestones: Iterable[Milestone]) -> list[list[Milestone]]:
    """Milestones that share a use, directly or through others; those without a use by what they say they are about."""
    groups: list[tuple[set[str], list[Milestone]]] = []
    for milestone in milestones:
        keys = set(milestone.indications) or {milestone.about.en}
        shared = [group for group in groups if group[0] & keys]
        groups = [group for group in groups if not group[0] & keys]
        groups.append((keys.union(*(k for k, _ in shared)), [*(row for _, rows in shared for row in rows), milestone]))
    return [sorted(rows, key=lambda row: (row.date or "9999", row.slug)) for _, rows in groups]


def _journey(milestones: Sequence[Milestone], decisions: Sequence[Funding]) -> Journey:
    uses = tuple(dict.fromkeys(use for row in milestones for use in row.indications))
    stops = [
        Stop(
            body=row.body,
            outcome=row.outcome,
            jurisdiction="",
            number=row.number,
            date=row.date,
            days=None,
            note=row.note,
            reference=row.reference,
        )
        for row in milestones
    ]
    stops += [
        Stop(
            body=PROVINCE,
            outcome=row.status,
            jurisdiction=row.jurisdiction,
            number="",
            date=row.effective,
            days=None,
            note=row.criteria,
            reference=row.reference,
        )
        for row in decisions
        if row.indication in uses
    ]
    dated = sorted((stop for stop in stops if stop.date), key=lambda stop: stop.date)
    undated = [stop for stop in stops if not stop.date]
    return Journey(
        about=milestones[0].about,
        indications=uses,
        stops=(*_with_days(dated), *undated),
        days_to_first_province=_days_to_first_province(dated),
    )


def _with_days(dated: Sequence[Stop]) -> Iterable[Stop]:
    before = ""
    for stop in dated:
        yield msgspec.structs.replace(stop, days=days_between(before, stop.date))
        before = stop.date


def _days_to_first_province(dated: Sequence[Stop]) -> int | None:
    start = next((stop.date for stop in dated if stop.body == "health-canada" and stop.outcome.startswith("authorized")), "")
    paid = next((stop.date for stop in dated if stop.body == PROVINCE and stop.outcome in PAID), "")
    return days_between(start, paid)


def days_between(first: str, second: str) -> int | None:
    """Whole days from one partial date to another; None unless both are exact to the day."""
    if len(first) == len(second) == len("2022-11-09"):
        return (date.fromisoformat(second) - date.fromisoformat(first)).days
    return None
