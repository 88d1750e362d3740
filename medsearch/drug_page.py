"""Everything one drug's page says, with its sources numbered in reading order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from evidence import releases
from evidence.content import citations
from evidence.frozen import Cited
from evidence.text import Text

from .content import appearances, formulary
from .drug_history import HistoryEntry, history_of
from .formulary import Balance, FundingNow, Tally
from .frozen import Appearance, Drug, DrugClass, Funding, Indication, Jurisdiction, Programme, Regimen, Route
from .timeline import Journey, Stop, journeys

MOST_IN_THE_ANSWER = 2
"""How many uses the sentence at the top names before it counts the rest."""


@dataclass(frozen=True)
class UseOfDrug:
    regimen: Regimen
    indication: Indication
    population: Text
    companions: tuple[Drug, ...]
    sources: tuple[int, ...]
    replaced_by: str


@dataclass(frozen=True)
class UseInShort:
    """A population with every line in which the drug is used for it."""

    population: Text
    lines: tuple[str, ...]


@dataclass(frozen=True)
class FundingOfUse:
    """A current row, with the use it is about (None: the drug as a whole)."""

    now: FundingNow
    indication: Indication | None
    population: Text
    source: int


@dataclass(frozen=True)
class Place:
    """A jurisdiction: its tile on the map and its row in the table are made of the same."""

    jurisdiction: Jurisdiction
    verdict: str
    """paid, not-paid, under-review or no-information: Formulary.verdict_in."""
    sure: bool
    rows: tuple[FundingOfUse, ...]
    who_pays: Text
    sources: tuple[int, ...]


@dataclass(frozen=True)
class PastFunding:
    row: Funding
    jurisdiction: Jurisdiction | None
    cited: tuple[int, ...]


@dataclass(frozen=True)
class CitedStop:
    stop: Stop
    jurisdiction: Jurisdiction | None
    cited: tuple[int, ...]


@dataclass(frozen=True)
class CitedJourney:
    journey: Journey
    stops: tuple[CitedStop, ...]


@dataclass(frozen=True)
class CitedProgramme:
    programme: Programme
    sources: tuple[int, ...]


@dataclass(frozen=True)
class DrugPage:
    drug: Drug
    group: DrugClass
    routes: tuple[Route, ...]
    taken_home: bool
    in_short: tuple[UseInShort, ...]
    more_uses: int
    summary_sources: tuple[int, ...]
    group_sources: tuple[int, ...]
    balance: Balance
    uses: tuple[UseOfDrug, ...]
    past_uses: tuple[UseOfDrug, ...]
    tally: Tally
    places: tuple[Place, ...]
    any_sure: bool
    """Whether what any place pays was confirmed within the limit."""
    past_funding: tuple[PastFunding, ...]
    maker_programmes: tuple[CitedProgramme, ...]
    other_help: tuple[CitedProgramme, ...]
    journeys: tuple[CitedJourney, ...]
    appearances: tuple[Appearance, ...]
    history: tuple[HistoryEntry, ...]
    references: tuple[Cited, ...]
    release: int
    published_at: object
    wrong: str
    """Why staff say that this release must not be relied on, or empty."""


def drug_page(release: releases.Active, slug: str, *, on: date, check_days: int) -> DrugPage:
    """Raises KeyError if the release has no such drug."""
    found = formulary(release)
    cite = citations(release)
    drug = found.drugs[slug]
    group = found.classes[drug.drug_class]
    balance = found.balance_of(slug)
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
    current = tuple(use for use in uses if not use.replaced_by)
    in_short = _in_short(current)
    places = []
    for place in found.jurisdictions.values():
        known = found.funding_in(slug, place.slug, on=on, check_days=check_days)
        rows = [now for now in known if now.row]
        places.append(
            Place(
                jurisdiction=place,
                verdict=found.verdict_in(slug, place.slug, on=on, check_days=check_days),
                sure=any(now.sure for now in rows),
                rows=tuple(
                    FundingOfUse(
                        now=now,
                        indication=(indication := found.indications.get(now.row.indication)),
                        population=populations[indication.population] if indication else Text(),
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
        PastFunding(row=row, jurisdiction=found.jurisdictions.get(row.jurisdiction), cited=cite(row.reference))
        for row in past
    )

    def cited(programmes: Iterable[Programme]) -> tuple[CitedProgramme, ...]:
        return tuple(CitedProgramme(programme, cite(*programme.references)) for programme in programmes)

    return DrugPage(
        drug=drug,
        group=group,
        routes=tuple(found.routes[route] for route in drug.routes),
        taken_home=found.taken_home(slug),
        in_short=in_short[:MOST_IN_THE_ANSWER],
        more_uses=len(in_short[MOST_IN_THE_ANSWER:]),
        summary_sources=summary_sources,
        group_sources=group_sources,
        balance=balance,
        uses=current,
        past_uses=tuple(use for use in uses if use.replaced_by),
        tally=found.tally(slug, on=on, check_days=check_days),
        places=tuple(places),
        any_sure=any(place.sure for place in places),
        past_funding=past_funding,
        maker_programmes=cited(found.programmes_for(slug, "manufacturer")),
        other_help=cited((*found.programmes_for(slug, "navigator"), *found.programmes_for(slug, "other"))),
        journeys=tuple(
            CitedJourney(
                journey,
                tuple(
                    CitedStop(stop, found.jurisdictions.get(stop.jurisdiction), cite(stop.reference))
                    for stop in journey.stops
                ),
            )
            for journey in journeys(found.milestones_of(slug), found.funding_of(slug))
        ),
        appearances=appearances(release, slug),
        history=history_of(release, slug),
        references=cite.listed,
        release=release.number,
        published_at=release.published_at,
        wrong=release.wrong,
    )


def _in_short(uses: tuple[UseOfDrug, ...]) -> tuple[UseInShort, ...]:
    """One entry a population, with the lines of all its uses; the drug's own uses come first, as they do in `uses`."""
    lines: dict[Text, set[str]] = {}
    for use in uses:
        lines.setdefault(use.population, set()).update(use.indication.lines)
    return tuple(
        UseInShort(population, tuple(line for line in ("first", "second", "later") if line in found))
        for population, found in lines.items()
    )
