"""PURE. What a release keeps of drugs, their uses and who pays for them."""

import msgspec

from evidence.frozen import Review
from evidence.text import Text

LINES = ("first", "second", "later")


class Route(msgspec.Struct, frozen=True):
    slug: str
    name: Text
    taken_home: bool


class DrugClass(msgspec.Struct, frozen=True):
    slug: str
    name: Text
    therapy_group: str
    how_it_works: Text
    benefit: Text
    harm: Text
    experience: Text
    references: tuple[str, ...]
    review: Review


class Drug(msgspec.Struct, frozen=True):
    slug: str
    name: Text
    brands: tuple[str, ...]
    other_names: tuple[str, ...]
    drug_class: str
    routes: tuple[str, ...]
    atc: str
    summary: Text
    references: tuple[str, ...]
    review: Review


class Regimen(msgspec.Struct, frozen=True):
    slug: str
    name: Text
    lead: str
    companions: tuple[str, ...]

    @property
    def drugs(self) -> tuple[str, ...]:
        return (self.lead, *self.companions)


class Indication(msgspec.Struct, frozen=True):
    slug: str
    regimen: str
    population: str
    setting: str
    lines: tuple[str, ...]
    """Of LINES, in order; empty where the source does not say, and outside the metastatic setting."""
    condition: Text
    given_with: Text
    note: Text
    approval: str
    superseded_by: str
    references: tuple[str, ...]


class Jurisdiction(msgspec.Struct, frozen=True):
    slug: str
    name: Text
    programmes: Text
    hospital_drugs: Text
    home_drugs: Text
    status_words: Text
    references: tuple[str, ...]


class Funding(msgspec.Struct, frozen=True):
    slug: str
    drug: str
    indication: str
    jurisdiction: str
    several: Text
    status: str
    programme: Text
    criteria: Text
    effective: str
    """As exact as the source: "", "2013", "2013-11" or "2013-11-02"."""
    checked: str
    """ISO date when one of us last confirmed it at the source, or empty."""
    history: bool
    reference: str


class MedSearch(msgspec.Struct, frozen=True):
    routes: tuple[Route, ...]
    classes: tuple[DrugClass, ...]
    drugs: tuple[Drug, ...]
    regimens: tuple[Regimen, ...]
    indications: tuple[Indication, ...]
    jurisdictions: tuple[Jurisdiction, ...]
    funding: tuple[Funding, ...]
