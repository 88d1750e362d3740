"""PURE. Which populations a profile belongs to: certainly, possibly, or not. Exact, also under open answers.

A profile leaves a *box* of answers open: some plain options of each question. A population is a union of boxes (its
rules), and so is what the exclusions forbid. With B the profile's box, P the population and E the exclusions:

    certain   every point of B outside E lies in P      B ⊆ P ∪ E
    possible  some point of B outside E lies in P       B ∩ P ⊄ E
    no        otherwise

Boxes and their arithmetic are in boxes.py. Most populations are settled without looking at their
boxes at all: for each option there is one int with a bit a rule, saying which rules allow it. ANDing and ORing those over
the profile's open options gives, for all rules at once, which of them contain B and which meet it.
"""

from collections.abc import Iterable, Sequence
from enum import IntEnum
from functools import lru_cache, reduce
from operator import and_, or_

import msgspec

from evidence.text import Text

from .boxes import Box, covered, joined, meets, within
from .frozen import Answers, Exclusion, Personalization, Question
from .profile import Asked, Profile


class Belonging(IntEnum):
    NO = 0
    POSSIBLE = 1
    CERTAIN = 2


class NotAPlainOption(ValueError):
    """A rule or exclusion names an option that is not a plain one of its question: wider, unknown, or of no question."""


class Ruleset:
    """The populations of one release, compiled. Immutable after construction."""

    def __init__(self, section: Personalization):
        self.questions: tuple[Question, ...] = section.questions
        self.asked = Asked(self.questions)
        self._place = {question.slug: place for place, question in enumerate(self.questions)}
        self._bit = [{slug: 1 << bit for bit, slug in enumerate(question.plain)} for question in self.questions]
        self._full: Box = tuple((1 << len(question.plain)) - 1 for question in self.questions)
        self.exclusions: tuple[Exclusion, ...] = section.exclusions
        self._forbidden = [self.box(exclusion.answers) for exclusion in self.exclusions]
        self._rules: list[Box] = []
        self._rules_of: dict[str, range] = {}
        self._population_of: list[str] = []
        for population in section.populations:
            start = len(self._rules)
            self._rules += [self.box(rule) for rule in population.rules] or [self._full]
            self._rules_of[population.slug] = range(start, len(self._rules))
            self._population_of += [population.slug] * (len(self._rules) - start)
        self._allowing = [
            [reduce(or_, (1 << n for n, rule in enumerate(self._rules) if rule[place] & bit), 0) for bit in bits.values()]
            for place, bits in enumerate(self._bit)
        ]
        self._containing_and_meeting = lru_cache(maxsize=4096)(self._rules_at)

    def box(self, answers: Answers) -> Box:
        """The box that a rule, an exclusion or the open answers of a profile name. Raises NotAPlainOption."""
        masks = list(self._full)
        for question, options in answers.items():
            place = self._place[question]
            if wide := [option for option in options if option not in self._bit[place]]:
                raise NotAPlainOption(f"A rule or exclusion names {question} {', '.join(wide)}, which is no plain option.")
            masks[place] = reduce(or_, (self._bit[place][option] for option in options), 0)
        return tuple(masks)

    def _rules_at(self, place: int, mask: int) -> tuple[int, int]:
        """The rules that allow all of these options of a question, and those that allow any: a bit a rule."""
        allowing = [allowed for bit, allowed in enumerate(self._allowing[place]) if mask >> bit & 1]
        return reduce(and_, allowing, (1 << len(self._rules)) - 1), reduce(or_, allowing, 0)

    def _answers(self, box: Box, without: Box) -> Answers:
        """The questions on which `box` is narrower than `without`, with the options it has."""
        return {
            question.slug: tuple(slug for slug in question.plain if self._bit[place][slug] & box[place])
            for place, question in enumerate(self.questions)
            if without[place] & ~box[place]
        }

    @property
    def everything(self) -> Box:
        """The box of all ways to answer."""
        return self._full

    @property
    def forbidden(self) -> list[Box]:
        """What the exclusions forbid."""
        return self._forbidden

    def boxes_of(self, population: str) -> list[Box]:
        """The population's rules as boxes; one box of everything if it has none."""
        return [self._rules[number] for number in self._rules_of[population]]

    def answers_in(self, box: Box) -> Answers:
        """The box as answers, naming only the questions that it narrows."""
        return self._answers(box, self._full)

    def contradictions(self, profile: Profile) -> tuple[Exclusion, ...]:
        """The exclusions that leave no way to fill in this profile; empty if there is one."""
        box = self.box(dict(profile.open))
        if not covered(box, self._forbidden):
            return ()
        return tuple(
            exclusion for exclusion, forbidden in zip(self.exclusions, self._forbidden, strict=True) if meets(box, forbidden)
        )

    def place(self, profile: Profile) -> "Placement":
        """Where a profile stands towards every population."""
        return Placement(self, profile)


class Placement:
    """One profile among the populations of a ruleset. Answers are worked out when asked for."""

    def __init__(self, ruleset: Ruleset, profile: Profile):
        self._ruleset = ruleset
        self._belonging: dict[tuple[str, ...], Belonging] = {}
        box = ruleset.box(dict(profile.open))
        self._forbidden = [forbidden for forbidden in ruleset._forbidden if meets(box, forbidden)]
        self.box = self._tightened(box)
        self._containing = self._meeting = (1 << len(ruleset._rules)) - 1
        for place, mask in enumerate(self.box):
            containing, meeting = ruleset._containing_and_meeting(place, mask)
            self._containing &= containing
            self._meeting &= meeting

    def _tightened(self, box: Box) -> Box:
        """Without the options that no permitted way of filling in uses, so that what decides is told in real choices."""
        if not self._forbidden:
            return box
        tight = list(box)
        for place, mask in enumerate(box):
            for bit in (1 << n for n in range(mask.bit_length()) if mask >> n & 1):
                if covered((*box[:place], bit, *box[place + 1 :]), self._forbidden):
                    tight[place] &= ~bit
        return tuple(tight)

    def within_reach(self) -> set[str]:
        """The populations that some way to fill in the open answers belongs to, if no exclusion forbids it. All others are
        out of the question, however many there are: the time this takes depends on what is found."""
        found = set()
        # As text, since the lowest bit of a long number takes as long to find as all of them.
        bits = bin(self._meeting)[:1:-1]
        number = bits.find("1")
        while number >= 0:
            found.add(self._ruleset._population_of[number])
            number = bits.find("1", number + 1)
        return found

    def open_options(self, question: str) -> tuple[str, ...]:
        """The plain options that the answers, and the exclusions among them, leave open."""
        place = self._ruleset._place[question]
        bits = self._ruleset._bit[place]
        return tuple(slug for slug in self._ruleset.questions[place].plain if bits[slug] & self.box[place])

    def belongs(self, *populations: str) -> Belonging:
        """Towards the union of these populations. Raises KeyError for one that the ruleset does not have."""
        if populations not in self._belonging:
            self._belonging[populations] = self._belongs(populations)
        return self._belonging[populations]

    def _belongs(self, populations: Sequence[str]) -> Belonging:
        ruleset = self._ruleset
        met: list[Box] = []
        for numbers in [ruleset._rules_of[slug] for slug in populations]:
            bits = (1 << len(numbers)) - 1
            if self._containing >> numbers.start & bits:
                return Belonging.CERTAIN
            meeting = self._meeting >> numbers.start & bits
            if meeting:
                met += [ruleset._rules[number] for place, number in enumerate(numbers) if meeting >> place & 1]
        if not met:
            return Belonging.NO
        # A single rule that does not contain the box leaves a hole, unless exclusions fill it.
        if (len(met) > 1 or self._forbidden) and covered(self.box, [*met, *self._forbidden]):
            return Belonging.CERTAIN
        if not self._forbidden or any(not covered(within(self.box, rule), self._forbidden) for rule in met):
            return Belonging.POSSIBLE
        return Belonging.NO

    def what_decides(self, *populations: str) -> tuple[Answers, ...]:
        """The answers that would make the profile belong: any of the boxes returned, each naming only open questions.

        Does not depend on the order of rules. Empty if nothing is left to decide.
        """
        if self.belongs(*populations) is Belonging.CERTAIN:
            return ()
        ruleset = self._ruleset
        boxes = {
            within(self.box, ruleset._rules[number])
            for slug in populations
            for number in ruleset._rules_of[slug]
            if self._meeting >> number & 1
        }
        boxes = {box for box in boxes if not covered(box, self._forbidden)}
        conditions = (ruleset._answers(box, self.box) for box in self._fewest(boxes))
        return tuple(condition for condition in conditions if condition)

    def _fewest(self, boxes: Iterable[Box]) -> list[Box]:
        """The same union in fewer, simpler boxes: widest first, joined where they differ in one question, never twice."""
        todo = joined(boxes)
        todo.sort(key=lambda box: (sum(self.box[p] != mask for p, mask in enumerate(box)), [-m for m in box]))
        kept: list[Box] = []
        for box in todo:
            if covered(box, [*kept, *self._forbidden]):
                continue
            trimmed = list(box)
            for place, mask in enumerate(box):
                for bit in (1 << n for n in range(mask.bit_length()) if mask >> n & 1):
                    # Only where the box narrows the question already: no condition names a question to say less.
                    if (
                        mask != self.box[place]
                        and trimmed[place] != bit
                        and covered((*trimmed[:place], bit, *trimmed[place + 1 :]), kept)
                    ):
                        trimmed[place] &= ~bit
            kept.append(tuple(trimmed))
        return kept


_JOIN = {
    "en": {"or": " or ", "and": " and ", "or_if": ", or if ", "and_if": ", and "},
    "fr": {"or": " ou ", "and": " et ", "or_if": ", ou si ", "and_if": ", et "},
}


def in_words(questions: Sequence[Question], conditions: Sequence[Answers]) -> Text:
    """Conditions in the options' own words, to be read after "if": "your cancer is HER2-positive".

    Several options that a wider option stands for are called by its name. French is empty where a word has none.
    """
    by_slug = {question.slug: question for question in questions}

    def options_in(question: Question, slugs: tuple[str, ...], language: str) -> str:
        wider = next((o for o in question.options if o.kind == "wider" and set(o.covers) == set(slugs)), None)
        chosen = [wider] if wider else [question.option(slug) for slug in slugs]
        words = [getattr(option.phrase, language) for option in chosen if option]
        if not all(words):
            return ""
        listed = ", ".join(words[:-1])
        return f"{listed}{_JOIN[language]['or']}{words[-1]}" if listed else words[-1]

    def told(condition: Answers, language: str) -> str:
        """One condition; empty if a word of it has no translation."""
        # Questions asked in the same sentence share it: "your cancer is HR-positive and HER2-low".
        clauses: dict[str, list[str]] = {}
        for slug, options in condition.items():
            clause = getattr(by_slug[slug].clause, language)
            clauses.setdefault(clause, []).append(options_in(by_slug[slug], options, language))
        if "" in clauses or any("" in options for options in clauses.values()):
            return ""
        both = _JOIN[language]["and"]
        # Not format(): other braces in an editor's words would be read as an instruction.
        return both.join(clause.replace("{}", both.join(options)) for clause, options in clauses.items())

    def in_language(language: str) -> str:
        # What all alternatives share is said once: "your cancer is HER2-negative, and you … or you …".
        shared = {q: options for q, options in conditions[0].items() if all(c.get(q) == options for c in conditions)}
        alternatives = [{q: o for q, o in condition.items() if q not in shared} for condition in conditions]
        if len(conditions) > 1 and shared and all(alternatives):
            parts = [told(shared, language), *(told(alternative, language) for alternative in alternatives)]
            if not all(parts):
                return ""
            return parts[0] + _JOIN[language]["and_if"] + _JOIN[language]["or"].join(parts[1:])
        parts = [told(condition, language) for condition in conditions]
        return _JOIN[language]["or_if"].join(parts) if all(parts) else ""

    if not conditions:
        return Text()
    return Text(en=in_language("en"), fr=in_language("fr"))


def count_of_further_answers(ruleset: Ruleset) -> int:
    """In how many ways the further questions can be answered or left, for each way to answer the core ones."""
    ways = 1
    for question in ruleset.questions:
        if not question.core:
            ways *= len(question.options) + 1
    return ways


class AnswerSet(msgspec.Struct, frozen=True):
    """One way to fill in the form."""

    answers: dict[str, str]
    profile: Profile


def every_answer_set(ruleset: Ruleset, *, further: bool = False) -> Iterable[AnswerSet]:
    """Every way to fill in the core questions (and, if asked, the further ones) that no exclusion forbids altogether."""

    def fill(rest: Sequence[Question], answers: dict[str, str]) -> Iterable[dict[str, str]]:
        if not rest:
            yield answers
            return
        question, *others = rest
        for option in question.options:
            yield from fill(others, {**answers, question.slug: option.slug})

    asked = [question for question in ruleset.questions if question.core or further]
    for answers in fill(asked, {}):
        profile = ruleset.asked.profile(answers)
        if not ruleset.contradictions(profile):
            yield AnswerSet(answers=answers, profile=profile)
