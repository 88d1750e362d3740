"""PURE. The plan code: what a plan was made of, in a few groups of letters and digits that fit on paper.

A code says the release, the day, the answers, the province and where the reader is on the way; it says nothing about who
they are. It is read with the release it names, so that questions added later change no code that has been printed.

    character   what it says
    1 or more   number of the release
    2           mark of the release: ten bits of its sha256, so that another site's release of this number is noticed
    3           the day, counted from 1 January 2026
    as needed   the answers, as one number; questions nobody answered cost nothing at its end
    1           check character

The check character makes the characters, read as values of the field of 32 elements, a polynomial that is zero at ALPHA, an
element of order 31. A wrong character changes its value by d·ALPHAⁱ with d ≠ 0, and swapping two neighbours by
d·ALPHAⁱ·(ALPHA+1): neither is ever zero, so both are always caught; so is every swap of two characters less than 31 apart.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from unicodedata import normalize

import msgspec

from evidence.days import FIRST_DAY, LAST_DAY
from medsearch.frozen import Jurisdiction
from personalization.frozen import Question

from .plan import Plan

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O (taken for 1 and 0) and no U."""
MEANT = str.maketrans("ILO", "110")
GROUP = 4
MOST_CHARACTERS = 60
"""Far more than any code has."""
DAY_CHARACTERS, MARK_CHARACTERS = 3, 2
MOMENT_NUMBERS = {"just-told": 1, "before-surgery": 2, "after-surgery": 3, "on-treatment": 4, "after-treatment": 5}
"""Printed on paper, so a number is never given to another moment. 0: not said."""
MOMENT_PLACES = 8
"""So many numbers of moments, 0 included, are kept free in every code."""

_BITS, _REDUCE = 5, 0b100101
"""The field of 32 elements: polynomials over {0, 1} modulo x⁵ + x² + 1. ALPHA is x."""
_BEGIN = 1
"""Not zero, so that a zero left out at the beginning is noticed too."""


class CannotBeRead(ValueError):
    """Why a code does not lead to a plan."""


class Mistyped(CannotBeRead):
    """What was typed is no code: something was left out, added or changed.

    `stranger`: the first character that no code has, if there is one.
    """

    def __init__(self, stranger: str = ""):
        super().__init__(f"no code has {stranger!r}" if stranger else "the characters do not fit together")
        self.stranger = stranger


class UnknownRelease(CannotBeRead):
    """The release it names was never published here."""

    def __init__(self, number: int):
        super().__init__(f"release {number} was never published here")
        self.number = number


class NewerRelease(UnknownRelease):
    """The release it names has a higher number than the newest here."""

    def __init__(self, number: int, newest: int):
        super().__init__(number)
        self.newest = newest


class Given(msgspec.Struct, frozen=True):
    """What a plan was made of. `answers`: question → option as chosen, the wider ones and "unknown" included."""

    answers: dict[str, str]
    jurisdiction: str
    moment: str
    release: int
    day: date


class Opened(msgspec.Struct, frozen=True):
    """A code whose characters are right. What they mean, only the scheme of its release can say."""

    release: int
    mark: int
    day: date
    answers: int


class Scheme:
    """How the codes of one release are made and read.

    Questions and options are taken in the order of their slugs, so that a release in which only the order on the page is
    another has the same scheme.
    """

    def __init__(self, questions: Sequence[Question], jurisdictions: Iterable[Jurisdiction], *, number: int, sha256: str):
        self.number = number
        self.mark = int(sha256[:8], 16) % 32**MARK_CHARACTERS
        core = sorted((question for question in questions if question.core), key=lambda question: question.slug)
        further = sorted((question for question in questions if not question.core), key=lambda question: question.slug)
        # Least significant first: what is always answered, then what may be left out.
        self._choices: list[tuple[str, tuple[str, ...]]] = [
            *((question.slug, _slugs(question)) for question in core),
            (_JURISDICTION, ("", *sorted(place.slug for place in jurisdictions))),
            (_MOMENT, _moments()),
            *((question.slug, ("", *_slugs(question))) for question in further),
        ]
        self._worth: dict[str, dict[str, int]] = {}
        """Question → what each of its options adds to the number that says the answers."""
        weight = 1
        for slug, options in self._choices:
            self._worth[slug] = {option: number * weight for number, option in enumerate(options)}
            weight *= len(options)
        self._always = {question.slug: "" for question in core}

    def code(self, given: Given) -> str:
        """The code in groups, for example "0K3M-Q2P9-A7".

        Raises ValueError for an answer that this release does not know, or a day that no code can say.
        """
        chosen = {**self._always, **given.answers, _JURISDICTION: given.jurisdiction, _MOMENT: given.moment}
        if not chosen.keys() <= self._worth.keys():
            strangers = ", ".join(sorted(chosen.keys() - self._worth.keys()))
            raise ValueError(f"no questions of release {self.number}: {strangers}")
        if given.release != self.number:
            raise ValueError(f"a plan of release {given.release} has no code of release {self.number}")
        if not FIRST_DAY <= given.day <= LAST_DAY:
            raise ValueError(f"codes are for days from {FIRST_DAY} to {LAST_DAY}, not {given.day}")
        answers = 0
        for slug, option in chosen.items():
            worth = self._worth[slug].get(option)
            if worth is None:
                raise ValueError(f"no answer of release {self.number} to {slug}: {option}")
            answers += worth
        values = [
            *_open_ended(self.number - 1),
            *_digits(self.mark, MARK_CHARACTERS),
            *_digits((given.day - FIRST_DAY).days, DAY_CHARACTERS),
            *_digits(answers),
        ]
        characters = "".join(ALPHABET[value] for value in [*values, _remainder([*values, 0])])
        return "-".join(characters[start : start + GROUP] for start in range(0, len(characters), GROUP))

    def code_of(self, plan: Plan) -> str:
        """The code to print on this plan."""
        answers = {answer.question: answer.option for answer in plan.answers if answer.option}
        return self.code(
            Given(
                answers=answers,
                jurisdiction=plan.jurisdiction,
                moment=plan.moment,
                release=plan.release,
                day=plan.day,
            )
        )

    def read(self, opened: Opened) -> Given:
        """What the plan was made of. Raises UnknownRelease if it is another release that has this number, and Mistyped if
        this release has no such answers."""
        if (opened.release, opened.mark) != (self.number, self.mark):
            raise UnknownRelease(opened.release)
        chosen, rest = {}, opened.answers
        for slug, options in self._choices:
            rest, place = divmod(rest, len(options))
            chosen[slug] = options[place]
        jurisdiction, moment = chosen.pop(_JURISDICTION), chosen.pop(_MOMENT)
        if rest or moment == _NO_MOMENT:
            raise Mistyped
        answers = {slug: option for slug, option in chosen.items() if option}
        return Given(answers=answers, jurisdiction=jurisdiction, moment=moment, release=opened.release, day=opened.day)


def opened(typed: str) -> Opened:
    """A code as somebody typed, pasted or photographed it: in either case, with or without spaces and hyphens, or behind
    the # of a link. Raises Mistyped."""
    values = []
    for character in normalize("NFKC", typed.rpartition("#")[2][: 4 * MOST_CHARACTERS]).upper():
        if character.isspace() or character in "-‐‒–—−_.\u00ad\u200b":
            continue
        meant = character.translate(MEANT)
        if meant not in ALPHABET:
            raise Mistyped(character)
        values.append(ALPHABET.index(meant))
    if not 1 + MARK_CHARACTERS + DAY_CHARACTERS + 2 <= len(values) <= MOST_CHARACTERS or _remainder(values):
        raise Mistyped
    values.pop()
    digit = values.pop(0)
    number = digit % _MORE
    while digit >= _MORE and values:
        digit = values.pop(0)
        number = (number + 1) * _MORE + digit % _MORE
    if len(values) <= MARK_CHARACTERS + DAY_CHARACTERS:
        raise Mistyped
    mark, day, answers = (
        values[:MARK_CHARACTERS],
        values[MARK_CHARACTERS : MARK_CHARACTERS + DAY_CHARACTERS],
        values[MARK_CHARACTERS + DAY_CHARACTERS :],
    )
    if len(answers) > 1 and answers[0] == 0:
        raise Mistyped
    return Opened(
        release=number + 1,
        mark=_number(mark),
        day=FIRST_DAY + timedelta(days=_number(day)),
        answers=_number(answers),
    )


_JURISDICTION, _MOMENT = " province", " moment"
"""Among the questions, with a space that no slug has."""
_NO_MOMENT = "-"
_MORE = 16
"""Added to a digit of the release's number that is not its last."""


def _slugs(question: Question) -> tuple[str, ...]:
    return tuple(sorted(option.slug for option in question.options))


def _moments() -> tuple[str, ...]:
    named = {number: moment for moment, number in MOMENT_NUMBERS.items()}
    return ("", *(named.get(number, _NO_MOMENT) for number in range(1, MOMENT_PLACES)))


def _digits(number: int, width: int = 1) -> list[int]:
    """To the base 32, the first one most significant, at least `width` of them."""
    digits: list[int] = []
    while number or len(digits) < width:
        number, digit = divmod(number, 32)
        digits.insert(0, digit)
    return digits


def _number(digits: Iterable[int]) -> int:
    number = 0
    for digit in digits:
        number = number * 32 + digit
    return number


def _open_ended(number: int) -> list[int]:
    """Digits that say themselves where they end, each number in exactly one way."""
    digits = [number % _MORE]
    while number >= _MORE:
        number = number // _MORE - 1
        digits.insert(0, number % _MORE + _MORE)
    return digits


def _remainder(values: Iterable[int]) -> int:
    """The polynomial with these coefficients at ALPHA; as check character, what makes it zero."""
    result = _BEGIN
    for value in values:
        result <<= 1
        if result >> _BITS:
            result ^= _REDUCE
        result ^= value
    return result
