"""What stands in the tables now, held in memory until a row changes: the words to find in a text, and where a sentence is
said already. What is not published yet counts too: whoever writes has just added it."""

import re
import threading
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Max

from evidence.written import Written, all_written
from glossary.marking import Entry, Lexicon
from glossary.models import Term
from glossary.prose import parse, plain
from history import records
from medsearch.models import Drug, Funding

SAID_AGAIN = 8
"""Words from which on a sentence that stands elsewhere, too, is told."""


@dataclass(frozen=True)
class Place:
    model: type
    pk: int
    written: Written


@dataclass(frozen=True)
class Tables:
    lexicons: dict[str, Lexicon]
    said: dict[int, tuple[Place, ...]]
    """Hash of a sentence → where it stands. Criteria of funding are left out: provinces copy them from each other."""

    def elsewhere(self, sentence: str, model, pk) -> list[Place]:
        places = self.said.get(hash(folded(sentence)), ())
        return [place for place in places if not (place.model is model and str(place.pk) == str(pk))]


_held: tuple[tuple, Tables] | None = None
_reading = threading.Lock()


def tables() -> Tables:
    global _held
    kinds = [model for model in records.kept() if model is not Funding and any(one.long for one in all_written(model))]
    stamp = tuple(
        (
            model.kept.order_by().aggregate(Max("history_id"))["history_id__max"],
            model._base_manager.aggregate(Count("pk"))["pk__count"],
        )
        for model in {*kinds, Drug, Term}
    )
    with _reading:
        if _held is None or _held[0] != stamp:
            _held = stamp, Tables({language: _lexicon(language) for language in ("en", "fr")}, _said(kinds))
        return _held[1]


def forget() -> None:
    global _held
    _held = None


def _lexicon(language: str) -> Lexicon:
    """As pathway/content.py has it of a release: a drug's name before a term of the same words."""
    entries = []
    for slug, name, *lists in Drug.objects.values_list("slug", f"name_{language}", "other_names", "brands", "biosimilars"):
        names = [name or "", *(one.strip() for joined in lists for one in joined.split(","))]
        entries += [Entry(words=one, kind="drug", key=slug) for one in names if one]
    for slug, name, aliases in Term.objects.values_list("slug", f"name_{language}", f"aliases_{language}"):
        names = [name or "", *(aliases or "").splitlines()]
        entries += [Entry(words=one.strip(), kind="term", key=slug) for one in names if one.strip()]
    return Lexicon(entries)


def _said(kinds) -> dict[int, tuple[Place, ...]]:
    found: dict[int, list[Place]] = defaultdict(list)
    for model in kinds:
        columns = [one for one in all_written(model) if one.long]
        for pk, *texts in model._base_manager.values_list("pk", *(one.column for one in columns)):
            for one, text in zip(columns, texts, strict=True):
                for sentence in tellable(text or "", markdown=one.markdown):
                    found[hash(folded(sentence))].append(Place(model, pk, one))
    return {key: tuple(places) for key, places in found.items()}


def tellable(text: str, *, markdown: bool) -> list[str]:
    """Its sentences that are long enough to be told when they are repeated."""
    lines = (plain(parse(text)) if markdown else text).splitlines()
    parts = (part.strip() for line in lines for part in re.split(r"(?<=[.!?])\s+", line))
    return [part for part in parts if len(part.split()) >= SAID_AGAIN]


def folded(sentence: str) -> str:
    return re.sub(r"\W+", " ", sentence).strip().casefold()
