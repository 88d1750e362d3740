"""Everything the page of one province, territory or federal programme says, with its sources numbered in reading order.

And the list that leads to these pages.
"""

from dataclasses import dataclass
from datetime import date, datetime

from evidence import releases
from evidence.content import citations
from evidence.frozen import Cited

from .content import formulary
from .formulary import NO_INFORMATION, FundingNow
from .frozen import Drug, Jurisdiction, Route
from .statements import CitedProgramme, Statement, by_group, cited_programmes, others_unknown, statements_in

FILTERS = {"paid": "paid", "not": "not-paid", "deciding": "under-review", "none": NO_INFORMATION}
"""What the address calls them → the verdicts of Formulary.verdict_in, in the order of the page."""


@dataclass(frozen=True)
class DrugThere:
    drug: Drug
    routes: tuple[Route, ...]
    statements: tuple[Statement, ...]
    unknown: FundingNow | None
    """That there is no information, if nothing is stated."""
    others_unknown: bool
    """Something is stated about a use, and nothing about another."""


@dataclass(frozen=True)
class Counted:
    """A choice of the filter."""

    name: str
    """Of FILTERS, or empty for all drugs."""
    verdict: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class ProvincePage:
    jurisdiction: Jurisdiction
    sources: tuple[int, ...]
    programmes: tuple[CitedProgramme, ...]
    helpers: tuple[CitedProgramme, ...]
    """Navigators and other help of this place."""
    across_canada: tuple[CitedProgramme, ...]
    makers: tuple[CitedProgramme, ...]
    status: str
    """Of FILTERS, or empty for all drugs."""
    counts: tuple[Counted, ...]
    groups: tuple[tuple[str, tuple[DrugThere, ...]], ...]
    """The drugs that the filter lets through, by therapy group."""
    stated: int
    """Current statements of this place, whatever the filter."""
    sure: int
    """How many of them were checked within their limit."""
    check_days: int
    references: tuple[Cited, ...]
    release: int
    published_at: datetime


@dataclass(frozen=True)
class PlaceListed:
    jurisdiction: Jurisdiction
    known: int
    """Drugs about which something is known there."""


def places(release: releases.Active, *, on: date, check_days: int) -> tuple[tuple[PlaceListed, ...], int]:
    """Every jurisdiction, in its order; and how many drugs there are."""
    found = formulary(release)

    def known(place: str) -> int:
        verdicts = (found.verdict_in(drug, place, on=on, check_days=check_days) for drug in found.drugs)
        return sum(verdict != NO_INFORMATION for verdict in verdicts)

    listed = tuple(PlaceListed(jurisdiction=place, known=known(place.slug)) for place in found.jurisdictions.values())
    return listed, len(found.drugs)


def province_page(release: releases.Active, code: str, *, status: str = "", on: date, check_days: int) -> ProvincePage:
    """`status`: one of FILTERS; anything else shows all drugs. Raises KeyError if the release has no such jurisdiction."""
    found = formulary(release)
    cite = citations(release)
    place = found.jurisdictions[code]
    status = status if status in FILTERS else ""
    sources = cite(*place.references)
    there = [programme for programme in found.section.programmes if programme.jurisdiction == code]
    everywhere = [programme for programme in found.section.programmes if not programme.jurisdiction]
    programmes = cited_programmes(found, cite, (one for one in there if one.kind == "public"))
    helpers = cited_programmes(found, cite, (one for one in there if one.kind != "public"))
    across_canada = cited_programmes(found, cite, (one for one in everywhere if one.kind != "manufacturer"))
    makers = cited_programmes(found, cite, (one for one in everywhere if one.kind == "manufacturer"))

    verdicts = {drug: found.verdict_in(drug, code, on=on, check_days=check_days) for drug in found.drugs}
    rows = [row for drug in found.drugs for row in found.funding_of(drug) if row.jurisdiction == code and not row.history]
    of_drugs = list(verdicts.values())
    counted = [("", "", len(of_drugs)), *((name, verdict, of_drugs.count(verdict)) for name, verdict in FILTERS.items())]
    groups = tuple(
        (
            group,
            tuple(
                DrugThere(
                    drug=drug,
                    routes=tuple(found.routes[route] for route in drug.routes),
                    statements=(stated := statements_in(release, cite, drug.slug, code, on=on, check_days=check_days)),
                    unknown=(None if stated else found.funding_in(drug.slug, code, on=on, check_days=check_days)[0]),
                    others_unknown=others_unknown(found, drug.slug, stated),
                )
                for drug in drugs
                if not status or verdicts[drug.slug] == FILTERS[status]
            ),
        )
        for group, drugs in by_group(found)
    )
    return ProvincePage(
        jurisdiction=place,
        sources=sources,
        programmes=programmes,
        helpers=helpers,
        across_canada=across_canada,
        makers=makers,
        status=status,
        counts=tuple(
            Counted(name=name, verdict=verdict, count=count, chosen=status == name) for name, verdict, count in counted
        ),
        groups=tuple((group, drugs) for group, drugs in groups if drugs),
        stated=len(rows),
        sure=sum(found.about(row, on=on, check_days=check_days).sure for row in rows),
        check_days=check_days,
        references=cite.listed,
        release=release.number,
        published_at=release.published_at,
    )
