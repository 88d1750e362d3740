"""Everything one drug's page says, with its sources numbered in reading order."""

from dataclasses import dataclass
from datetime import date

from evidence import releases
from evidence.content import citations
from evidence.frozen import Cited
from evidence.text import Text

from .content import appearances, formulary
from .drug_history import HistoryEntry, history_of
from .formulary import Balance, Tally
from .frozen import LINES, Appearance, Drug, DrugClass, Funding, Jurisdiction, Route
from .statements import (
    CitedProgramme,
    CitedUse,
    Statement,
    cited_programmes,
    cited_uses,
    others_unknown,
    statements_in,
)
from .timeline import Journey, Stop, journeys

MOST_IN_THE_ANSWER = 2
"""How many uses the sentence at the top names before it counts the rest."""


@dataclass(frozen=True)
class UseInShort:
    """A population with every line in which the drug is used for it."""

    population: Text
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """A jurisdiction: its tile on the map and its row in the table are made of the same."""

    jurisdiction: Jurisdiction
    verdict: str
    """paid, not-paid, under-review or no-information: Formulary.verdict_in."""
    sure: bool
    statements: tuple[Statement, ...]
    others_unknown: bool
    """Something is stated about a use, and nothing about another."""
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
    uses: tuple[CitedUse, ...]
    past_uses: tuple[CitedUse, ...]
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
    uses = cited_uses(release, cite, slug)
    current = tuple(cited for cited in uses if not cited.use.indication.superseded_by)
    in_short = _in_short(current)
    places = []
    for place in found.jurisdictions.values():
        stated = statements_in(release, cite, slug, place.slug, on=on, check_days=check_days)
        who_pays = found.who_pays(slug, place)
        places.append(
            Place(
                jurisdiction=place,
                verdict=found.verdict_in(slug, place.slug, on=on, check_days=check_days),
                sure=any(one.now.sure for one in stated),
                statements=stated,
                others_unknown=others_unknown(found, slug, stated),
                who_pays=who_pays,
                sources=cite(*place.references) if who_pays and not stated else (),
            )
        )
    past = sorted((row for row in found.funding_of(slug) if row.history), key=lambda row: row.effective, reverse=True)
    past_funding = tuple(
        PastFunding(row=row, jurisdiction=found.jurisdictions.get(row.jurisdiction), cited=cite(row.reference))
        for row in past
    )
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
        past_uses=tuple(cited for cited in uses if cited.use.indication.superseded_by),
        tally=found.tally(slug, on=on, check_days=check_days),
        places=tuple(places),
        any_sure=any(place.sure for place in places),
        past_funding=past_funding,
        maker_programmes=cited_programmes(found, cite, found.programmes_for(slug, "manufacturer")),
        other_help=cited_programmes(
            found, cite, (*found.programmes_for(slug, "navigator"), *found.programmes_for(slug, "other"))
        ),
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


def _in_short(uses: tuple[CitedUse, ...]) -> tuple[UseInShort, ...]:
    """One entry a population, with the lines of all its uses; the drug's own uses come first, as they do in `uses`."""
    lines: dict[Text, set[str]] = {}
    for cited in uses:
        lines.setdefault(cited.use.population, set()).update(cited.use.indication.lines)
    return tuple(
        UseInShort(population, tuple(line for line in LINES if line in found)) for population, found in lines.items()
    )
