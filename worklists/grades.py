"""Reading grades of what is saved: steps and definitions that are harder to read than they should be.

Worked out once a text and kept by its hash. Names of drugs and terms count as one easy word each; they are those of the
public release, which is at hand.
"""

import json
from collections import defaultdict
from hashlib import sha256

from evidence import holding, releases
from glossary.marking import Lexicon
from glossary.models import Term
from glossary.prose import parse
from pathway.content import lexicon
from pathway.models import Block, Step
from pathway.readability import DEFINITION_GRADE, STEP_GRADE, easy_words, grade

from .models import Grade

FORMULA = 1
"""Raised when the same text would get another grade."""

Hard = dict[type, dict[int, float]]
"""Step or Term → id → grade."""


def too_hard() -> Hard:
    """Steps over grade 8 and definitions over grade 7: English only. Reads all texts in two queries; grades the new ones."""
    steps = defaultdict(list)
    for step, body in Block.objects.filter(body_en__gt="").order_by("step", "number").values_list("step", "body_en"):
        steps[step].append(body)
    terms = {pk: [words] for pk, words in Term.objects.filter(definition_en__gt="").values_list("pk", "definition_en")}
    known = dict(Grade.objects.values_list("text", "grade"))
    new: dict[str, list[str]] = {}
    found: Hard = {}
    keys = {model: {pk: _key(of) for pk, of in texts.items()} for model, texts in ((Step, steps), (Term, terms))}
    for model, texts in ((Step, steps), (Term, terms)):
        new |= {keys[model][pk]: of for pk, of in texts.items() if keys[model][pk] not in known}
    if new:
        known |= _grade(new)
        _forget(set(known) - {key for of in keys.values() for key in of.values()})
    for model, limit in ((Step, STEP_GRADE), (Term, DEFINITION_GRADE)):
        found[model] = {pk: known[key] for pk, key in keys[model].items() if known[key] > limit}
    return found


def _key(texts: list[str]) -> str:
    return sha256(json.dumps([FORMULA, texts]).encode()).hexdigest()


def _grade(new: dict[str, list[str]]) -> dict[str, float]:
    try:
        words = lexicon(holding.active(), "en")
    except releases.NoRelease:
        words = Lexicon([])
    graded = {key: grade("\n".join(easy_words(words.mark(parse(text))) for text in texts)) for key, texts in new.items()}
    Grade.objects.bulk_create([Grade(text=key, grade=value) for key, value in graded.items()], ignore_conflicts=True)
    return graded


def _forget(keys: set[str]) -> None:
    """Of texts that are no more."""
    few = sorted(keys)[:500]
    if few:
        Grade.objects.filter(text__in=few).delete()
