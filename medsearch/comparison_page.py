"""Two to four drugs side by side, in the order in which the reader chose them: nothing here ranks them."""

from collections import Counter
from collections.abc import Collection, Container, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from evidence import releases
from evidence.content import citations
from evidence.frozen import Cited

from .content import formulary
from .formulary import Balance, FundingNow, Tally
from .frozen import Drug, DrugClass, Jurisdiction, Route
from .models import Approval
from .statements import CitedUse, Statement, by_group, cited_uses, others_unknown, statements_in

MOST = 4
"""As many stand side by side and can still be read."""
LONGEST_ECHO = 60


@dataclass(frozen=True)
class Choice:
    """What the address asks for, sorted out. Slugs, in the order asked."""

    drugs: tuple[str, ...]
    """Those to compare: known, each once, MOST at most."""
    twice: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    """Known, but beyond MOST."""
    unknown: tuple[str, ...] = ()
    """As typed, cut to a readable length."""


@dataclass(frozen=True)
class Compared:
    drug: Drug
    group: DrugClass
    routes: tuple[Route, ...]
    what_sources: tuple[int, ...]
    uses: tuple[CitedUse, ...]
    approvals: tuple[tuple[str, int], ...]
    """Approval → how many of the uses have it, in the order of Approval."""
    balance: Balance
    balance_sources: tuple[int, ...]
    tally: Tally
    statements: tuple[Statement, ...]
    """What is known in the place chosen; empty without a place, and where nothing is known."""
    unknown: FundingNow | None
    """With a place chosen and nothing stated there: that there is no information, and who pays for this kind of drug."""
    others_unknown: bool
    """Something is stated there about a use, and nothing about another."""


@dataclass(frozen=True)
class ComparisonPage:
    choice: Choice
    drugs: tuple[Compared, ...]
    """Empty unless there are two or more to compare."""
    only: Drug | None
    """The drug chosen, if it is just one."""
    twice: tuple[Drug, ...]
    left_out: tuple[Drug, ...]
    slots: tuple[str, ...]
    """What the MOST selects show: slugs, and empty ones at the end."""
    groups: tuple[tuple[str, tuple[Drug, ...]], ...]
    """Every drug under its therapy group, to choose from."""
    places: tuple[Jurisdiction, ...]
    place: Jurisdiction | None
    place_sources: tuple[int, ...]
    """Of who pays there in general: told where nothing is stated about a drug."""
    unknown_place: str
    nothing_chosen: bool
    """Drugs were asked for, and none was named."""
    query: str
    """The same choice, tidied up, as the query of an address."""
    references: tuple[Cited, ...]
    release: int
    published_at: datetime


def choose(asked: Iterable[str], known: Container[str]) -> Choice:
    """Sorts out what was asked for, losing nothing: what is not compared is named as given twice, too many or unknown."""
    wanted = Counter(slug for slug in map(str.strip, asked) if slug)
    found = [slug for slug in wanted if slug in known]
    return Choice(
        drugs=tuple(found[:MOST]),
        twice=tuple(slug for slug in found if wanted[slug] > 1),
        left_out=tuple(found[MOST:]),
        unknown=tuple(slug[:LONGEST_ECHO] for slug in wanted if slug not in known),
    )


def comparison_page(
    release: releases.Active, asked: Collection[str], place: str = "", *, on: date, check_days: int
) -> ComparisonPage:
    """`asked`: slugs as they came; `place`: code of a jurisdiction, or empty for a count over all of them."""
    found = formulary(release)
    cite = citations(release)
    choice = choose(asked, found.drugs)
    there = found.jurisdictions.get(place)
    shown = choice.drugs if len(choice.drugs) > 1 else ()
    drugs = [found.drugs[slug] for slug in shown]

    # A row at a time, as the table is read, so that the sources are numbered in reading order.
    what = [cite(*drug.references) for drug in drugs]
    uses = [
        tuple(cited for cited in cited_uses(release, cite, drug.slug) if not cited.use.indication.superseded_by)
        for drug in drugs
    ]
    balances = [found.balance_of(drug.slug) for drug in drugs]
    balance_sources = [cite(*balance.references) for balance in balances]
    statements = [
        statements_in(release, cite, drug.slug, there.slug, on=on, check_days=check_days) if there else () for drug in drugs
    ]
    return ComparisonPage(
        choice=choice,
        drugs=tuple(
            Compared(
                drug=drug,
                group=found.classes[drug.drug_class],
                routes=tuple(found.routes[route] for route in drug.routes),
                what_sources=what[n],
                uses=uses[n],
                approvals=_approvals(uses[n]),
                balance=balances[n],
                balance_sources=balance_sources[n],
                tally=found.tally(drug.slug, on=on, check_days=check_days),
                statements=statements[n],
                unknown=(
                    found.funding_in(drug.slug, there.slug, on=on, check_days=check_days)[0]
                    if there and not statements[n]
                    else None
                ),
                others_unknown=others_unknown(found, drug.slug, statements[n]),
            )
            for n, drug in enumerate(drugs)
        ),
        only=found.drugs[choice.drugs[0]] if len(choice.drugs) == 1 else None,
        twice=tuple(found.drugs[slug] for slug in choice.twice),
        left_out=tuple(found.drugs[slug] for slug in choice.left_out),
        slots=(*choice.drugs, *[""] * (MOST - len(choice.drugs))),
        groups=tuple((group, tuple(members)) for group, members in by_group(found)),
        places=tuple(found.jurisdictions.values()),
        place=there,
        place_sources=cite(*there.references) if there and not all(statements) else (),
        unknown_place="" if there else place.strip()[:LONGEST_ECHO],
        nothing_chosen=bool(asked) and not choice.drugs and not choice.unknown,
        query=urlencode([*(("drug", slug) for slug in choice.drugs), *([("in", there.slug)] if there else [])]),
        references=cite.listed,
        release=release.number,
        published_at=release.published_at,
    )


def _approvals(uses: tuple[CitedUse, ...]) -> tuple[tuple[str, int], ...]:
    counted = Counter(one.use.indication.approval for one in uses)
    return tuple((approval, counted[approval]) for approval in Approval.values if counted[approval])
