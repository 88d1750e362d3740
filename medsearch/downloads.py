"""The public tables as files: drugs, indications, funding and terms of a release, for a spreadsheet or a program.

Every row says its release, when that was published and the licence, since files lose their covering letter. Funding says
what it is worth on the day of the download, in the same words as the pages; a place of which nothing is known has a row
that says so, so that no one takes a gap for a "no".
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import astuple, fields, replace

from evidence import releases
from evidence.sheets import inert
from evidence.text import Text

from .content import formulary, population_names
from .formulary import Formulary, FundingNow
from .frozen import Funding
from .rows import (
    HISTORY,
    About,
    DrugRow,
    DrugTable,
    FundingRow,
    FundingTable,
    IndicationRow,
    IndicationTable,
    Table,
    TermRow,
    TermTable,
)


@dataclass(frozen=True)
class Download:
    """One table as it is on a day."""

    name: str
    table: Table

    @property
    def filename(self) -> str:
        return f"pathway-{self.name}-release-{self.table.release}"

    def csv(self) -> str:
        """Comma-separated, a header first, lists joined with "; ", and an apostrophe before what would run as a formula."""
        lines = io.StringIO()
        written = csv.writer(lines, lineterminator="\r\n")
        about = [field.name for field in fields(About)]
        written.writerow([*(field.name for field in fields(TABLES[self.name].row)), *about])
        told = [getattr(self.table, name) for name in about]
        for row in self.table.rows:
            written.writerow([*map(_cell, astuple(row)), *told])
        return lines.getvalue()


def _cell(value: Any) -> Any:
    cell = "; ".join(value) if isinstance(value, (list, tuple)) else value
    return inert(cell) if isinstance(cell, str) else cell


def _both(name: str, text: Text) -> dict[str, str]:
    return {f"{name}_en": text.en, f"{name}_fr": text.fr}


def download(
    release: releases.Active,
    name: str,
    *,
    on: date,
    check_days: int,
    licence: str,
    in_words: Callable[[FundingNow], str],
) -> Download:
    """The table of that name. Raises KeyError for any other than those of TABLES.

    `in_words` says what is known about funding, as the pages do.
    """
    kind = TABLES[name]
    table = kind.table(
        release=release.number,
        release_published=release.published_at.isoformat(timespec="seconds"),
        as_of=on,
        licence=licence,
        sha256=release.sha256,
        rows=tuple(kind.rows(release, on, check_days, in_words)),
    )
    return Download(name, table)


def _drugs(release: releases.Active, *_: Any) -> Iterator[DrugRow]:
    found = formulary(release)
    for drug in found.section.drugs:
        group = found.classes[drug.drug_class]
        yield DrugRow(
            slug=drug.slug,
            **_both("name", drug.name),
            brands=drug.brands,
            biosimilars=drug.biosimilars,
            generics=drug.generics,
            other_names=drug.other_names,
            drug_class=drug.drug_class,
            therapy_group=group.therapy_group,
            routes=drug.routes,
            atc=drug.atc,
            **_both("summary", drug.summary),
            review_state=drug.review.state,
            sources=_sources(release, drug.references),
        )


def _indications(release: releases.Active, *_: Any) -> Iterator[IndicationRow]:
    found = formulary(release)
    populations = population_names(release)
    for use in found.section.indications:
        yield IndicationRow(
            slug=use.slug,
            regimen=use.regimen,
            drugs=found.regimens[use.regimen].drugs,
            population=use.population,
            **_both("population_name", populations[use.population]),
            setting=use.setting,
            lines=use.lines,
            **_both("condition", use.condition),
            **_both("given_with", use.given_with),
            **_both("note", use.note),
            approval=use.approval,
            superseded_by=use.superseded_by,
            sources=_sources(release, use.references),
        )


def _funding(
    release: releases.Active, on: date, check_days: int, in_words: Callable[[FundingNow], str]
) -> Iterator[FundingRow]:
    found = formulary(release)
    for row in found.section.funding:
        now = None if row.history else found.about(row, on=on, check_days=check_days)
        yield _funding_row(release, row, now, in_words)
    yield from _nothing_known(release, found, on, check_days, in_words)


def _funding_row(
    release: releases.Active, row: Funding, now: FundingNow | None, in_words: Callable[[FundingNow], str]
) -> FundingRow:
    return FundingRow(
        slug=row.slug,
        drug=row.drug,
        indication=row.indication,
        jurisdiction=row.jurisdiction,
        **_both("several", row.several),
        status=row.status,
        standing=now.standing if now else HISTORY,
        what_is_known=in_words(now) if now else "",
        **_both("programme", row.programme),
        **_both("criteria", row.criteria),
        effective=row.effective,
        checked=row.checked,
        source="; ".join(_sources(release, (row.reference,))),
    )


def _nothing_known(
    release: releases.Active, found: Formulary, on: date, check_days: int, in_words: Callable[[FundingNow], str]
) -> Iterator[FundingRow]:
    blank = Funding(
        slug="", drug="", indication="", jurisdiction="", several=Text(), status="", programme=Text(), criteria=Text(),
        effective="", checked="", history=False, reference="",
    )  # fmt: skip
    for drug in found.drugs:
        for place in found.jurisdictions:
            (now, *_) = found.funding_in(drug, place, on=on, check_days=check_days)
            if now.row is None:
                row = _funding_row(release, blank, now, in_words)
                yield replace(row, drug=drug, jurisdiction=place, status="unknown")


def _terms(release: releases.Active, *_: Any) -> Iterator[TermRow]:
    for term in release.sections["glossary"].terms:
        yield TermRow(
            slug=term.slug,
            **_both("name", term.name),
            aliases_en=tuple(term.aliases.en.splitlines()),
            aliases_fr=tuple(term.aliases.fr.splitlines()),
            category=term.category,
            **_both("definition", term.definition),
            review_state=term.review.state,
            sources=_sources(release, term.references),
        )


def _sources(release: releases.Active, references: Iterable[str]) -> tuple[str, ...]:
    """Addresses of the sources; of one that is no longer online, who published what."""
    known = release.derived(_references)
    return tuple(known[slug].url or f"{known[slug].organisation}: {known[slug].title}" for slug in references if slug)


def _references(release: releases.Active) -> dict[str, Any]:
    return {reference.slug: reference for reference in release.sections["evidence"].references}


class Kind(NamedTuple):
    """A table: what makes its rows, what one is and what the file is."""

    rows: Callable[..., Iterator[Struct]]
    row: type[Struct]
    table: type[Table]


TABLES = {
    "drugs": Kind(_drugs, DrugRow, DrugTable),
    "indications": Kind(_indications, IndicationRow, IndicationTable),
    "funding": Kind(_funding, FundingRow, FundingTable),
    "terms": Kind(_terms, TermRow, TermTable),
}
