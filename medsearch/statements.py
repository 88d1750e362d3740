"""What is stated about drugs, with its sources: uses, funding, programmes. Drug, province and comparison pages tell it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from evidence import releases
from evidence.frozen import Citations
from evidence.text import Text

from .content import formulary, population_names
from .formulary import Formulary, FundingNow
from .frozen import Drug, Indication, Programme, Regimen
from .models import TherapyGroup


@dataclass(frozen=True)
class NamedUse:
    indication: Indication
    population: Text
    companions: tuple[Drug, ...]
    """What else the regimen consists of."""


@dataclass(frozen=True)
class CitedUse:
    use: NamedUse
    sources: tuple[int, ...]


@dataclass(frozen=True)
class Statement:
    """A current funding row, with the use it is about (None: the drug as a whole)."""

    now: FundingNow
    use: NamedUse | None
    cited: tuple[int, ...]


@dataclass(frozen=True)
class CitedProgramme:
    programme: Programme
    drugs: tuple[Drug, ...]
    """Only for these; empty: for any."""
    sources: tuple[int, ...]


def by_group(found: Formulary) -> list[tuple[str, list[Drug]]]:
    """Every drug under its therapy group: groups in their usual order, drugs by name."""
    by_name = sorted(found.drugs.values(), key=lambda drug: drug.name.en)
    return [
        (group, drugs)
        for group in TherapyGroup.values
        if (drugs := [drug for drug in by_name if found.classes[drug.drug_class].therapy_group == group])
    ]


def named_use(release: releases.Active, drug: str, regimen: Regimen, indication: Indication) -> NamedUse:
    """A use as seen from one drug of its regimen."""
    found = formulary(release)
    return NamedUse(
        indication=indication,
        population=population_names(release)[indication.population],
        companions=tuple(found.drugs[name] for name in regimen.drugs if name != drug),
    )


def cited_uses(release: releases.Active, cite: Citations, drug: str) -> tuple[CitedUse, ...]:
    """Every use of a drug, superseded ones last."""
    return tuple(
        CitedUse(use=named_use(release, drug, regimen, indication), sources=cite(*indication.references))
        for regimen, indication in formulary(release).uses_of(drug)
    )


def statements_in(
    release: releases.Active, cite: Citations, drug: str, code: str, *, on: date, check_days: int
) -> tuple[Statement, ...]:
    """All that is currently stated there (code of a jurisdiction) about a drug: its uses, newest first, then as a whole."""
    found = formulary(release)
    rows = sorted(
        (row for row in found.funding_of(drug) if row.jurisdiction == code and not row.history),
        key=lambda row: (bool(row.indication), row.effective, row.slug),
        reverse=True,
    )
    return tuple(
        Statement(
            now=found.about(row, on=on, check_days=check_days),
            use=(
                named_use(release, drug, found.regimens[indication.regimen], indication)
                if (indication := found.indications.get(row.indication))
                else None
            ),
            cited=cite(row.reference),
        )
        for row in rows
    )


def others_unknown(found: Formulary, drug: str, stated: tuple[Statement, ...]) -> bool:
    """Whether something is stated about a use of the drug, and nothing about another of its current uses.

    A statement about the drug as a whole speaks for every use that has none of its own.
    """
    if not stated or any(one.use is None for one in stated):
        return False
    told = {one.use.indication.slug for one in stated if one.use}
    return any(use.slug not in told for _, use in found.uses_of(drug) if not use.superseded_by)


def cited_programmes(found: Formulary, cite: Citations, programmes: Iterable[Programme]) -> tuple[CitedProgramme, ...]:
    return tuple(
        CitedProgramme(
            programme=programme,
            drugs=tuple(found.drugs[drug] for drug in programme.drugs),
            sources=cite(*programme.references),
        )
        for programme in programmes
    )
