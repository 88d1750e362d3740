"""PURE. The Plan: what one reader is shown, complete, in both languages, before any page, print or JSON is made of it."""

from datetime import date, datetime

import msgspec

from evidence.frozen import Cited, Review
from evidence.text import Text
from medsearch.formulary import FundingNow, Tally

from .frozen import DecisionOption


class Answer(msgspec.Struct, frozen=True):
    question: str
    option: str
    """Empty if the reader did not answer this further question."""
    short: Text
    label: Text
    core: bool
    assumed: bool


class OpenOption(msgspec.Struct, frozen=True):
    slug: str
    label: Text


class FindOut(msgspec.Struct, frozen=True):
    """A question whose answer is still open, and how to find it out. The one that would settle most comes first."""

    question: str
    core: bool
    settles: int
    """Of the blocks and cards that hang on an open answer: how many this one settles at least, whatever it is."""
    text: Text
    short: Text
    on_the_report: Text
    test: Text
    say: Text
    still_open: tuple[OpenOption, ...]
    """The options that are still possible."""
    references: tuple[int, ...]


class DrugInCard(msgspec.Struct, frozen=True):
    slug: str
    name: Text
    brands: tuple[str, ...]
    routes: tuple[Text, ...]


class Use(msgspec.Struct, frozen=True):
    """One indication behind a card."""

    indication: str
    population: Text
    for_whom: Text
    """What of the population the form did not settle, in words: "you have been through menopause". Empty if nothing."""
    lines: tuple[str, ...]
    condition: Text
    given_with: Text
    note: Text
    approval: str
    references: tuple[int, ...]


class FundingHere(msgspec.Struct, frozen=True):
    now: FundingNow
    source: int
    """Number of its source; 0 if there is no row and so no source."""

    @property
    def cited(self) -> tuple[int, ...]:
        return (self.source,) if self.source else ()


class Card(msgspec.Struct, frozen=True):
    """One regimen that may be part of the treatment, with why."""

    regimen: str
    name: Text
    drugs: tuple[DrugInCard, ...]
    lines: tuple[str, ...]
    uses: tuple[Use, ...]
    funding: tuple[FundingHere, ...]
    """In the reader's jurisdiction, newest first; empty if none was chosen."""
    tally: Tally


class PlanBlock(msgspec.Struct, frozen=True):
    slug: str
    kind: str
    title: Text
    body: Text
    interval: Text
    options: tuple[DecisionOption, ...]
    cards: tuple[Card, ...]
    therapy_group: str
    reason: Text
    """Name of the population it is here for."""
    references: tuple[int, ...]
    review: Review
    urgent: bool = False
    """Danger signs: stands in the short version, too."""


class OnlyIf(msgspec.Struct, frozen=True):
    """Blocks that hang on an answer still open."""

    condition: Text
    """To be read after "if": "your cancer is HER2-positive"."""
    questions: tuple[str, ...]
    blocks: tuple[PlanBlock, ...]


class Part(msgspec.Struct, frozen=True):
    """A stretch of a step under one heading (or none)."""

    heading: Text
    slug: str
    blocks: tuple[PlanBlock, ...]
    only_if: tuple[OnlyIf, ...]


class PlanStep(msgspec.Struct, frozen=True):
    number: int
    slug: str
    opens: bool
    """The reader said that they are here: the plan opens at this step. Nothing is hidden for it."""
    title: Text
    summary: Text
    sensitive: bool
    sensitive_label: Text
    parts: tuple[Part, ...]

    @property
    def blocks(self) -> tuple[PlanBlock, ...]:
        """All of them, those that only apply under a condition included."""
        return tuple(
            block
            for part in self.parts
            for block in (*part.blocks, *(block for group in part.only_if for block in group.blocks))
        )


class ReviewCount(msgspec.Struct, frozen=True):
    """Parts of a plan, by how their clinical sign-off stands on the day of the plan."""

    signed_off: int
    total: int
    overdue: int = 0
    """Of those signed off, how many were to be looked at again before that day."""
    changed: int = 0
    """Signed off once, and changed since."""


class Plan(msgspec.Struct, frozen=True):
    release: int
    published_at: datetime
    day: date
    track: str
    name: Text
    intro: Text
    intro_references: tuple[int, ...]
    answers: tuple[Answer, ...]
    moment: str
    """Where the reader says they are, or empty."""
    jurisdiction: str
    jurisdiction_name: Text
    find_out: tuple[FindOut, ...]
    undecided: int
    """How many blocks and cards hang on an open answer."""
    steps: tuple[PlanStep, ...]
    references: tuple[Cited, ...]
    review: ReviewCount

    @property
    def assumed(self) -> tuple[Answer, ...]:
        """What was taken as given, since the reader said nothing about it."""
        return tuple(answer for answer in self.answers if answer.assumed)
