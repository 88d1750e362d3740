"""PURE. The rows of the public tables, column by column: what a download holds, and what its description is made of."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

HISTORY = "history"
Sources = Annotated[
    tuple[str, ...], Meta(description="Addresses of the sources; of one that is no longer online, who published what.")
]
PartialDate = Annotated[str, Meta(description="A year, a month or a day: 2024, 2024-05 or 2024-05-31. Empty if not known.")]
ReviewState = Annotated[str, Meta(description="How the clinical sign-off stands.")]


class DrugRow(Struct, frozen=True):
    """A drug."""

    slug: Annotated[str, Meta(description="Its name in addresses: /en/medsearch/<slug>/.")]
    name_en: str
    name_fr: str
    brands: Annotated[tuple[str, ...], Meta(description="Of the first maker.")]
    biosimilars: tuple[str, ...]
    generics: Annotated[Literal["yes", "no", "unknown"], Meta(description="Whether generic versions are sold in Canada.")]
    other_names: tuple[str, ...]
    drug_class: str
    therapy_group: str
    routes: tuple[str, ...]
    atc: Annotated[str, Meta(description="Code of the WHO’s classification, or empty.")]
    summary_en: str
    summary_fr: str
    review_state: ReviewState
    sources: Sources


class IndicationRow(Struct, frozen=True):
    """One use of a drug, or of several given together."""

    slug: str
    regimen: str
    drugs: Annotated[tuple[str, ...], Meta(description="Slugs of the drugs; the one it is named after first.")]
    population: str
    population_name_en: str
    population_name_fr: str
    setting: str
    lines: Annotated[
        tuple[Literal["first", "second", "later"], ...],
        Meta(description="Empty where the source does not say, and where there are no lines of treatment."),
    ]
    condition_en: Annotated[str, Meta(description="What decides it and no question of the form asks.")]
    condition_fr: str
    given_with_en: str
    given_with_fr: str
    note_en: str
    note_fr: str
    approval: str
    superseded_by: Annotated[str, Meta(description="Slug of the use that took its place, or empty.")]
    sources: Sources


class FundingRow(Struct, frozen=True):
    """What one place says about paying for one use; or that nothing is known, which never means no."""

    slug: Annotated[str, Meta(description="Empty if nothing is known about this drug in this place.")]
    drug: str
    indication: Annotated[str, Meta(description="Slug of the use; empty: any use of the drug.")]
    jurisdiction: Annotated[str, Meta(description="Code of the province, territory or federal program.")]
    several_en: Annotated[str, Meta(description="Which places, if a source spoke of several at once.")]
    several_fr: str
    status: str
    standing: Annotated[
        Literal["checked", "not-checked-since", "no-information", "history"],
        Meta(
            description="What the status is worth on the day of the download: confirmed at its source lately, last known "
            "only, nothing known, or replaced by a newer row."
        ),
    ]
    what_is_known: Annotated[str, Meta(description="The same in words, in the language of the address.")]
    programme_en: str
    programme_fr: str
    criteria_en: str
    criteria_fr: str
    effective: PartialDate
    checked: Annotated[str, Meta(description="Day on which it was last confirmed at its source, or empty.")]
    source: str


class TermRow(Struct, frozen=True):
    """A word explained."""

    slug: str
    name_en: str
    name_fr: str
    aliases_en: tuple[str, ...]
    aliases_fr: tuple[str, ...]
    category: str
    definition_en: str
    definition_fr: str
    review_state: ReviewState
    sources: Sources


class About(Struct, frozen=True):
    """What every row and every file says of where it comes from."""

    release: Annotated[int, Meta(ge=1, description="Number of the release.")]
    release_published: Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
    as_of: Annotated[date, Meta(description="The day that what is said about funding holds for.")]
    licence: str


class Table(About, frozen=True):
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$", description="Of the release.")]


class DrugTable(Table, frozen=True):
    rows: tuple[DrugRow, ...]


class IndicationTable(Table, frozen=True):
    rows: tuple[IndicationRow, ...]


class FundingTable(Table, frozen=True):
    rows: tuple[FundingRow, ...]


class TermTable(Table, frozen=True):
    rows: tuple[TermRow, ...]
