"""PURE. What a release keeps of the glossary."""

import msgspec

from evidence.frozen import Review
from evidence.text import Text


class Term(msgspec.Struct, frozen=True):
    slug: str
    name: Text
    aliases: Text
    """One a line."""
    category: str
    definition: Text
    references: tuple[str, ...]
    review: Review


class Glossary(msgspec.Struct, frozen=True):
    terms: tuple[Term, ...]
