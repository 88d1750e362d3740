"""How the facts about one drug changed from release to release: what readers were told before, and since when not."""

from dataclasses import dataclass
from datetime import datetime

from evidence import releases
from evidence.differences import Change, FieldChange

from .content import formulary

SHOWN = {
    "drugs": ("brands", "biosimilars", "generics", "drug_class", "summary"),
    "indications": ("setting", "lines", "condition", "approval", "superseded_by"),
    "funding": ("status", "programme", "criteria", "effective", "checked", "history"),
    "milestones": ("outcome", "date"),
}
"""The kinds of rows and the fields whose changes readers are told, in this order."""


@dataclass(frozen=True)
class HistoryEntry:
    """One row about the drug that a release added, changed or removed."""

    release: int
    published_at: datetime
    kind: str
    what: str
    """added, changed or removed."""
    jurisdiction: str
    """Code, for funding of one jurisdiction; else empty."""
    fields: tuple[FieldChange, ...]


def history_of(release: releases.Active, drug: str) -> tuple[HistoryEntry, ...]:
    """Newest first; empty while nothing about the drug has changed since it was first published."""
    return release.derived(_by_drug).get(drug, ())


def _by_drug(release: releases.Active) -> dict[str, tuple[HistoryEntry, ...]]:
    now = {kind: {row.slug: row for row in getattr(release.sections["medsearch"], kind)} for kind in (*SHOWN, "regimens")}
    found: dict[str, list[HistoryEntry]] = {drug: [] for drug in formulary(release).drugs}
    for published in release.past:
        for change in published.changes:
            if change.section != "medsearch" or change.kind not in SHOWN:
                continue
            fields = tuple(field for name in SHOWN[change.kind] for field in change.fields if field.field == name)
            for drug in _drugs_of(change, now):
                if drug in found and fields:
                    found[drug].append(
                        HistoryEntry(
                            release=published.number,
                            published_at=published.published_at,
                            kind=change.kind,
                            what=change.what,
                            jurisdiction=_value(change, "jurisdiction", now) if change.kind == "funding" else "",
                            fields=fields,
                        )
                    )
    return {drug: tuple(entries) for drug, entries in found.items()}


def _value(change: Change, name: str, now: dict) -> str:
    """The row's field as it is now or, if the row is gone, as it last was."""
    for field in change.fields:
        if field.field == name:
            return field.after or field.before or ""
    row = now[change.kind].get(change.key)
    return getattr(row, name) if row else ""


def _drugs_of(change: Change, now: dict) -> tuple[str, ...]:
    if change.kind == "drugs":
        return (change.key,)
    if change.kind == "indications":
        regimen = now["regimens"].get(_value(change, "regimen", now))
        return regimen.drugs if regimen else ()
    return (_value(change, "drug", now),)
