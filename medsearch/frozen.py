"""PURE. What a release keeps of drugs, their uses and who pays for them.

Fields that came later have defaults, so that a release written before them is still read.
"""

import msgspec

from evidence.frozen import Review
from evidence.text import Text

NOTHING = Text()
OTHER_PAGES = ("where", "compare", "data")
"""Addresses under medsearch/ that are no drug's."""

LINES = ("first", "second", "later")


class Route(msgspec.Struct, frozen=True):
    slug: str
    name: Text
    taken_home: bool


class DrugClass(msgspec.Struct, frozen=True, kw_only=True):
    slug: str
    name: Text
    therapy_group: str
    how_it_works: Text
    benefit: Text
    harm: Text
    experience: Text
    call_at_once: Text = NOTHING
    references: tuple[str, ...]
    review: Review


class Drug(msgspec.Struct, frozen=True, kw_only=True):
    slug: str
    name: Text
    brands: tuple[str, ...]
    """Of the first maker."""
    biosimilars: tuple[str, ...] = ()
    generics: str = "unknown"
    """yes, no or unknown: whether generic versions are sold in Canada."""
    other_names: tuple[str, ...]
    drug_class: str
    routes: tuple[str, ...]
    atc: str
    summary: Text
    benefit: Text = NOTHING
    """This and the next three: of the drug itself. Empty where only its class is described."""
    harm: Text = NOTHING
    experience: Text = NOTHING
    call_at_once: Text = NOTHING
    references: tuple[str, ...]
    review: Review

    @property
    def names(self) -> tuple[str, ...]:
        """Everything it is called, in both languages."""
        spoken = (self.name.en, self.name.fr, *self.other_names, *self.brands, *self.biosimilars)
        return tuple(dict.fromkeys(name for name in spoken if name))


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


class Jurisdiction(msgspec.Struct, frozen=True, kw_only=True):
    slug: str
    name: Text
    hospital_drugs: Text
    home_drugs: Text
    status_words: Text
    map_column: int = 0
    map_row: int = 0
    references: tuple[str, ...]


class Programme(msgspec.Struct, frozen=True):
    slug: str
    jurisdiction: str
    """Empty: all of Canada."""
    kind: str
    """public, navigator, manufacturer or other."""
    covers: str
    """hospital, home, both, or empty."""
    name: Text
    what: Text
    phone: str
    url: str
    drugs: tuple[str, ...]
    """Empty: any drug."""
    references: tuple[str, ...]


class Milestone(msgspec.Struct, frozen=True):
    slug: str
    drug: str
    indications: tuple[str, ...]
    about: Text
    body: str
    outcome: str
    number: str
    date: str
    """As exact as the source: "", "2013", "2013-11" or "2013-11-02"."""
    note: Text
    reference: str


class Funding(msgspec.Struct, frozen=True, kw_only=True):
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
    check_days: int = 0
    """For how many days a check counts; 0: the limit of the site."""
    history: bool
    reference: str


class Appearance(msgspec.Struct, frozen=True):
    """A step of plans in which a drug appears. Not part of a release: worked out from it by the app that makes plans."""

    track: Text
    number: int
    """Of the step in its track, from 1."""
    step: Text
    on_card: bool
    """As a treatment of its own; else it is named in the text."""
    for_whom: tuple[Text, ...]
    """Names of the populations it is shown for; empty: everybody on the track."""
    answers: dict[str, str]
    """Question → option: one way to fill in the form that gets a plan with it."""


class MedSearch(msgspec.Struct, frozen=True, kw_only=True):
    routes: tuple[Route, ...]
    classes: tuple[DrugClass, ...]
    drugs: tuple[Drug, ...]
    regimens: tuple[Regimen, ...]
    indications: tuple[Indication, ...]
    jurisdictions: tuple[Jurisdiction, ...]
    programmes: tuple[Programme, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    funding: tuple[Funding, ...]
