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
from typing import Any

from evidence import releases
from evidence.sheets import inert
from evidence.text import Text

from .content import formulary, population_names
from .formulary import Formulary, FundingNow
from .frozen import Funding

HISTORY = "history"
Row = dict[str, Any]


@dataclass(frozen=True)
class Download:
    """One table as it is on a day. All rows have the same columns; cells are text, numbers, lists of text or empty."""

    name: str
    release: releases.Active
    licence: str
    on: date
    rows: list[Row]

    @property
    def filename(self) -> str:
        return f"pathway-{self.name}-release-{self.release.number}"

    @property
    def about(self) -> Row:
        published = self.release.published_at.isoformat(timespec="seconds")
        return {
            "release": self.release.number,
            "release_published": published,
            "as_of": self.on.isoformat(),
            "licence": self.licence,
        }

    def csv(self) -> str:
        """Comma-separated, a header first, lists joined with "; ", and an apostrophe before what would run as a formula."""
        lines = io.StringIO()
        table = csv.writer(lines, lineterminator="\r\n")
        columns = list(self.rows[0]) if self.rows else []
        table.writerow([*columns, *self.about])
        for row in self.rows:
            table.writerow([*(_cell(value) for value in row.values()), *self.about.values()])
        return lines.getvalue()

    def json(self) -> Row:
        return {**self.about, "sha256": self.release.sha256, "rows": self.rows}


def _cell(value: Any) -> Any:
    cell = "; ".join(value) if isinstance(value, (list, tuple)) else value
    return inert(cell) if isinstance(cell, str) else cell


def _both(name: str, text: Text) -> Row:
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
    rows = list(TABLES[name](release, on, check_days, in_words))
    return Download(name=name, release=release, licence=licence, on=on, rows=rows)


def _drugs(release: releases.Active, *_: Any) -> Iterator[Row]:
    found = formulary(release)
    for drug in found.section.drugs:
        group = found.classes[drug.drug_class]
        yield {
            "slug": drug.slug,
            **_both("name", drug.name),
            "brands": drug.brands,
            "biosimilars": drug.biosimilars,
            "generics": drug.generics,
            "other_names": drug.other_names,
            "drug_class": drug.drug_class,
            "therapy_group": group.therapy_group,
            "routes": drug.routes,
            "atc": drug.atc,
            **_both("summary", drug.summary),
            "review_state": drug.review.state,
            "sources": _sources(release, drug.references),
        }


def _indications(release: releases.Active, *_: Any) -> Iterator[Row]:
    found = formulary(release)
    populations = population_names(release)
    for use in found.section.indications:
        yield {
            "slug": use.slug,
            "regimen": use.regimen,
            "drugs": found.regimens[use.regimen].drugs,
            "population": use.population,
            **_both("population_name", populations[use.population]),
            "setting": use.setting,
            "lines": use.lines,
            **_both("condition", use.condition),
            **_both("given_with", use.given_with),
            **_both("note", use.note),
            "approval": use.approval,
            "superseded_by": use.superseded_by,
            "sources": _sources(release, use.references),
        }


def _funding(release: releases.Active, on: date, check_days: int, in_words: Callable[[FundingNow], str]) -> Iterator[Row]:
    found = formulary(release)
    for row in found.section.funding:
        now = None if row.history else found.about(row, on=on, check_days=check_days)
        yield _funding_row(release, row, now, in_words)
    yield from _nothing_known(release, found, on, check_days, in_words)


def _funding_row(
    release: releases.Active, row: Funding, now: FundingNow | None, in_words: Callable[[FundingNow], str]
) -> Row:
    return {
        "slug": row.slug,
        "drug": row.drug,
        "indication": row.indication,
        "jurisdiction": row.jurisdiction,
        **_both("several", row.several),
        "status": row.status,
        "standing": now.standing if now else HISTORY,
        "what_is_known": in_words(now) if now else "",
        **_both("programme", row.programme),
        **_both("criteria", row.criteria),
        "effective": row.effective,
        "checked": row.checked,
        "source": "; ".join(_sources(release, (row.reference,))),
    }


def _nothing_known(
    release: releases.Active, found: Formulary, on: date, check_days: int, in_words: Callable[[FundingNow], str]
) -> Iterator[Row]:
    blank = Funding(
        slug="", drug="", indication="", jurisdiction="", several=Text(), status="", programme=Text(), criteria=Text(),
        effective="", checked="", history=False, reference="",
    )  # fmt: skip
    for drug in found.drugs:
        for place in found.jurisdictions:
            (now, *_) = found.funding_in(drug, place, on=on, check_days=check_days)
            if now.row is None:
                row = {**_funding_row(release, blank, now, in_words), "drug": drug, "jurisdiction": place}
                yield {**row, "status": "unknown"}


def _terms(release: releases.Active, *_: Any) -> Iterator[Row]:
    for term in release.sections["glossary"].terms:
        yield {
            "slug": term.slug,
            **_both("name", term.name),
            "aliases_en": term.aliases.en.splitlines(),
            "aliases_fr": term.aliases.fr.splitlines(),
            "category": term.category,
            **_both("definition", term.definition),
            "review_state": term.review.state,
            "sources": _sources(release, term.references),
        }


def _sources(release: releases.Active, references: Iterable[str]) -> list[str]:
    """Addresses of the sources; of one that is no longer online, who published what."""
    known = release.derived(_references)
    return [known[slug].url or f"{known[slug].organisation}: {known[slug].title}" for slug in references if slug]


def _references(release: releases.Active) -> dict[str, Any]:
    return {reference.slug: reference for reference in release.sections["evidence"].references}


TABLES: dict[str, Callable[..., Iterator[Row]]] = {
    "drugs": _drugs,
    "indications": _indications,
    "funding": _funding,
    "terms": _terms,
}
