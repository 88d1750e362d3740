"""PURE. Finds drugs by what people type: generic names, brands and short names, whatever the accents and capitals."""

import unicodedata
from collections.abc import Iterable

from .frozen import Drug


def folded(words: str) -> str:
    """Without accents, capitals and what is neither letter nor digit: "T-DM1" is "tdm1"."""
    plain = unicodedata.normalize("NFKD", words).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def names_of(drug: Drug) -> tuple[str, ...]:
    return drug.names


def find(drugs: Iterable[Drug], query: str) -> list[Drug]:
    """Drugs with a name that contains the query, those with a name that begins with it first, then by name."""
    wanted = folded(query)
    ranked = []
    for drug in drugs:
        names = [folded(name) for name in names_of(drug)]
        if any(wanted in name for name in names):
            begins = any(name.startswith(wanted) for name in names)
            ranked.append((not begins, drug.name.en, drug))
    return [drug for *_, drug in sorted(ranked, key=lambda row: row[:2])]
