"""PURE. What a release keeps of the evidence: the sources, and who has checked what."""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any

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
    """Whether a clinician has signed off a block, drug, class or term as it stands."""

    state: str
    """draft, in-review, signed-off, or changed: signed off once, and not the same text since."""
    by: str = ""
    """Name and role of who signed it off."""
    on: str = ""
    """ISO date, like `due`."""
    due: str = ""
    """The day by which it is to be looked at again."""

    @property
    def signed_off(self) -> bool:
        return self.state == "signed-off"

    @property
    def changed(self) -> bool:
        return self.state == "changed"

    def overdue(self, on: date) -> bool:
        """Signed off, and on that day the next review is late."""
        return self.signed_off and bool(self.due) and date.fromisoformat(self.due) < on


def fingerprint(row: msgspec.Struct) -> str:
    """The same as long as all that readers are told in this row of a release is the same. sha256, 64 hex digits.

    Its review is no part of it. What is empty, or as it is by default, counts as absent: so a field that a later version of
    the program adds leaves the fingerprints of old texts as they were.
    """
    said = {
        field.name: value
        for field in msgspec.structs.fields(row)
        if field.name != "review" and (value := getattr(row, field.name)) != field.default
    }
    text = _without_blanks(msgspec.to_builtins(said))
    return sha256(msgspec.json.encode(text, order="sorted")).hexdigest()


def _without_blanks(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {name: _without_blanks(inner) for name, inner in value.items()}
        return {name: inner for name, inner in kept.items() if inner not in ("", None, False, [], {})}
    return [_without_blanks(item) for item in value] if isinstance(value, list) else value


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
