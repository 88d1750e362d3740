"""PURE. What a release keeps of the courses of care."""

import msgspec

from evidence.frozen import Review
from evidence.text import Text


class Track(msgspec.Struct, frozen=True):
    slug: str
    name: Text
    intro: Text
    population: str
    """Empty for the track of who cannot say yet which is theirs."""
    steps: tuple[str, ...]
    references: tuple[str, ...]


MOMENTS = ("just-told", "before-surgery", "after-surgery", "on-treatment", "after-treatment")
"""Where a reader can be on the way, in order."""


class Step(msgspec.Struct, frozen=True):
    slug: str
    title: Text
    summary: Text
    moment: str
    """Of MOMENTS, or empty."""
    sensitive: bool
    sensitive_label: Text


class Heading(msgspec.Struct, frozen=True):
    """A section heading within a step."""

    slug: str
    name: Text


class DecisionOption(msgspec.Struct, frozen=True):
    name: Text
    benefit: Text
    harm: Text
    experience: Text


class Block(msgspec.Struct, frozen=True):
    slug: str
    step: str
    heading: str
    kind: str
    population: str
    title: Text
    body: Text
    interval: Text
    therapy_group: str
    setting: str
    combination: str
    alternatives: str
    options: tuple[DecisionOption, ...]
    references: tuple[str, ...]
    review: Review
    urgent: bool = False
    """Danger signs: stands in the short version of its step, too."""


class Pathway(msgspec.Struct, frozen=True):
    tracks: tuple[Track, ...]
    steps: tuple[Step, ...]
    headings: tuple[Heading, ...]
    blocks: tuple[Block, ...]
    """In the order in which they stand within their step."""
