"""PURE. Rules as sentences, and the ways to answer the core questions that they hold for, listed as few lines as will do."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import permutations
from math import prod

import msgspec

from .boxes import Box, contains
from .frozen import Answers, Exclusion, Question
from .ruleset import Belonging, Ruleset, every_answer_set

_JOIN = {"en": (" or ", ", and "), "fr": (" ou ", ", et ")}


def sentence(questions: Sequence[Question], rule: Answers, language: str = "en") -> str:
    """One rule as a sentence: "Your cancer is stage II or stage III, and HER2-positive." Empty if it says nothing.

    Where a word has no translation, the English one stands.
    """
    either, both = _JOIN[language]
    said, before = [], ""
    for question in questions:
        if question.slug not in rule:
            continue
        options = _named(question, rule[question.slug])
        words = [option.phrase.words_for(language) for option in options]
        listed = ", ".join(words[:-1]) + either + words[-1] if len(words) > 1 else "".join(words)
        clause = question.clause.words_for(language)
        # Questions asked in the same words share them: "Your cancer is stage II, and HER2-positive".
        said.append(listed if clause == before and clause.endswith("{}") else clause.replace("{}", listed))
        before = clause
    told = both.join(said)
    return f"{told[:1].upper()}{told[1:]}." if told else ""


def _named(question: Question, slugs: Sequence[str]) -> list:
    """The options; several that a wider one stands for are called by its name."""
    wider = next((o for o in question.options if o.kind == "wider" and set(o.covers) == set(slugs)), None)
    return [wider] if wider else [option for option in question.options if option.slug in slugs]


class Line(msgspec.Struct, frozen=True):
    """Ways to answer that differ in nothing that matters: any of the options of each question."""

    answers: Answers
    """Every core question that does not stand open to all its options."""
    answer_sets: tuple[dict[str, str], ...]


class Listing(msgspec.Struct, frozen=True):
    """Who belongs, of all permitted ways to answer the core questions, the further ones left open."""

    certain: tuple[dict[str, str], ...]
    possible: tuple[dict[str, str], ...]
    """Only possibly: it depends on an answer that is still open."""


class Membership:
    """Of the populations and exclusions of one release."""

    def __init__(self, ruleset: Ruleset):
        self._ruleset = ruleset
        self._core = [question for question in ruleset.questions if question.core]
        self._answer_sets = list(every_answer_set(ruleset))
        self._placements = [ruleset.place(found.profile) for found in self._answer_sets]
        self._listings: dict[str, Listing] = {}

    @property
    def total(self) -> int:
        """How many ways to answer the core questions are permitted."""
        return len(self._answer_sets)

    @property
    def with_refused(self) -> int:
        """How many there are, those that no plan is made for included."""
        return prod(len(question.options) for question in self._core)

    def of(self, population: str) -> Listing:
        """Raises KeyError for one that there is not."""
        if population not in self._listings:
            belongs = [placement.belongs(population) for placement in self._placements]
            pairs = list(zip(self._answer_sets, belongs, strict=True))
            self._listings[population] = Listing(
                certain=tuple(found.answers for found, how in pairs if how is Belonging.CERTAIN),
                possible=tuple(found.answers for found, how in pairs if how is Belonging.POSSIBLE),
            )
        return self._listings[population]

    def refused_by(self, exclusion: Exclusion) -> tuple[dict[str, str], ...]:
        """Ways to answer the core questions that this exclusion alone leaves no plan for."""
        forbidden = self._ruleset.box(exclusion.answers)
        return tuple(answers for answers, box in self._every if contains(forbidden, box))

    @cached_property
    def _every(self) -> list[tuple[dict[str, str], Box]]:
        """The ways to answer the core questions, each with what it leaves open. A list of exclusions asks for each row."""
        ways: list[dict[str, str]] = [{}]
        for question in self._core:
            ways = [{**way, question.slug: option.slug} for way in ways for option in question.options]
        ruleset = self._ruleset
        return [(answers, ruleset.box(dict(ruleset.asked.profile(answers).open))) for answers in ways]

    def lines(self, answer_sets: Sequence[dict[str, str]]) -> tuple[Line, ...]:
        """The answer sets as lines, in the order of questions that takes the fewest."""
        orders = permutations(self._core)
        return min((self._lines(answer_sets, order) for order in orders), key=len, default=())

    def _lines(self, answer_sets: Sequence[dict[str, str]], order: Sequence[Question]) -> tuple[Line, ...]:
        ways = frozenset(tuple(answers[question.slug] for question in order) for answers in answer_sets)
        found = []
        for box in _boxes(ways, order):
            chosen = dict(zip((question.slug for question in order), box, strict=True))
            inside: list[dict[str, str]] = [{}]
            for question in self._core:
                inside = [{**way, question.slug: option} for way in inside for option in chosen[question.slug]]
            narrowed = {q.slug: chosen[q.slug] for q in self._core if len(chosen[q.slug]) < len(q.options)}
            found.append(Line(answers=narrowed, answer_sets=tuple(inside)))
        place = {q.slug: {option.slug: n for n, option in enumerate(q.options)} for q in self._core}
        return tuple(sorted(found, key=lambda line: [place[slug][option] for slug, option in line.answer_sets[0].items()]))


def _boxes(ways: frozenset[tuple[str, ...]], order: Sequence[Question]) -> Iterable[tuple[tuple[str, ...], ...]]:
    """The ways as boxes without overlap: options of the first question that leave the same for the rest stand together."""
    if not ways:
        return
    if not order:
        yield ()
        return
    rest_of: dict[str, set[tuple[str, ...]]] = {}
    for first, *rest in ways:
        rest_of.setdefault(first, set()).add(tuple(rest))
    together: dict[frozenset[tuple[str, ...]], list[str]] = {}
    for option in order[0].options:
        if option.slug in rest_of:
            together.setdefault(frozenset(rest_of[option.slug]), []).append(option.slug)
    for left, options in together.items():
        for box in _boxes(left, order[1:]):
            yield (tuple(options), *box)
