"""PURE. What a release keeps of the evidence: the sources, and who has checked what."""

from collections.abc import Mapping

import msgspec


class Reference(msgspec.Struct, frozen=True):
    slug: str
    title: str
    organisation: str
    url: str
    published: str
    """As exact as the source: "", "2019", "2019-04" or "2019-04-02"."""
    accessed: str
    """ISO date, or empty if nobody noted it."""


class Review(msgspec.Struct, frozen=True):
    """The review state of a block, drug, class or term."""

    state: str
    by: str = ""
    on: str = ""
    due: str = ""

    @property
    def signed_off(self) -> bool:
        return self.state == "signed-off"


class Evidence(msgspec.Struct, frozen=True):
    references: tuple[Reference, ...]


class Cited(msgspec.Struct, frozen=True):
    """A source with its number on one page or plan."""

    number: int
    reference: Reference


class Citations:
    """Numbers the sources of one page or plan in the order in which they are first cited."""

    def __init__(self, references: Mapping[str, Reference]):
        self._references = references
        self._numbers: dict[str, int] = {}

    def __call__(self, *slugs: str) -> tuple[int, ...]:
        return tuple(sorted(self._numbers.setdefault(slug, len(self._numbers) + 1) for slug in slugs))

    @property
    def listed(self) -> tuple[Cited, ...]:
        return tuple(Cited(number=number, reference=self._references[slug]) for slug, number in self._numbers.items())
