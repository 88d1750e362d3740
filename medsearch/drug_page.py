"""Everything one drug's page says, with its sources numbered in reading order."""

from dataclasses import dataclass
from datetime import date

from evidence import releases
from evidence.content import citations
from evidence.frozen import Cited
from evidence.text import Text

from .content import formulary
from .formulary import FundingNow, Tally
from .frozen import Drug, DrugClass, Funding, Indication, Jurisdiction, Regimen, Route


@dataclass(frozen=True)
class UseOfDrug:
    regimen: Regimen
    indication: Indication
    population: Text
    companions: tuple[Drug, ...]
    sources: tuple[int, ...]
    replaced_by: str


@dataclass(frozen=True)
class FundingOfUse:
    """A current row, with the use it is about (None: the drug as a whole)."""

    now: FundingNow
    indication: Indication | None
    source: int


@dataclass(frozen=True)
class Place:
    jurisdiction: Jurisdiction
    rows: tuple[FundingOfUse, ...]
    who_pays: Text
    sources: tuple[int, ...]


@dataclass(frozen=True)
class PastFunding:
    row: Funding
    jurisdiction: Jurisdiction | None
    source: int


@dataclass(frozen=True)
class DrugPage:
    drug: Drug
    group: DrugClass
    routes: tuple[Route, ...]
    taken_home: bool
    summary_sources: tuple[int, ...]
    group_sources: tuple[int, ...]
    uses: tuple[UseOfDrug, ...]
    past_uses: tuple[UseOfDrug, ...]
    tally: Tally
    places: tuple[Place, ...]
    past_funding: tuple[PastFunding, ...]
    references: tuple[Cited, ...]
    release: int
    published_at: object


def drug_page(release: releases.Active, slug: str, *, on: date, check_days: int) -> DrugPage:
    """Raises KeyError if the release has no such drug."""
    found = formulary(release)
    cite = citations(release)
    drug = found.drugs[slug]
    group = found.classes[drug.drug_class]
    summary_sources = cite(*drug.references)
    group_sources = cite(*group.references)
    populations = {population.slug: population.name for population in release.sections["personalization"].populations}
    uses = [
        UseOfDrug(
            regimen=regimen,
            indication=indication,
            population=populations[indication.population],
            companions=tuple(found.drugs[name] for name in regimen.drugs if name != slug),
            sources=cite(*indication.references),
            replaced_by=indication.superseded_by,
        )
        for regimen, indication in found.uses_of(slug)
    ]
    places = []
    for place in found.jurisdictions.values():
        known = found.funding_in(slug, place.slug, on=on, check_days=check_days)
        rows = [now for now in known if now.row]
        places.append(
            Place(
                jurisdiction=place,
                rows=tuple(
                    FundingOfUse(
                        now=now,
                        indication=found.indications.get(now.row.indication),
                        source=cite(now.row.reference)[0],
                    )
                    for now in rows
                ),
                who_pays=known[0].who_pays,
                sources=cite(*place.references) if known[0].who_pays and not rows else (),
            )
        )
    past = sorted((row for row in found.funding_of(slug) if row.history), key=lambda row: row.effective, reverse=True)
    past_funding = tuple(
        PastFunding(row=row, jurisdiction=found.jurisdictions.get(row.jurisdiction), source=cite(row.reference)[0])
        for row in past
    )
    return DrugPage(
        drug=drug,
        group=group,
        routes=tuple(found.routes[route] for route in drug.routes),
        taken_home=found.taken_home(slug),
        summary_sources=summary_sources,
        group_sources=group_sources,
        uses=tuple(use for use in uses if not use.replaced_by),
        past_uses=tuple(use for use in uses if use.replaced_by),
        tally=found.tally(slug, on=on, check_days=check_days),
        places=tuple(places),
        past_funding=past_funding,
        references=cite.listed,
        release=release.number,
        published_at=release.published_at,
    )
