"""PURE. The answers of one reader, as a frozen value that is never stored.

Nothing is ever filled in for the reader: a clinical fact that was not given stays open. The one exception is a question
with an *assumed* option (pregnancy: no), which the plan then states.
"""

from collections.abc import Mapping, Sequence

import msgspec

from .frozen import Question


class UnknownQuestion(ValueError):
    """The profile names a question that the content does not ask."""


class UnknownOption(ValueError):
    """The answer is not one of the question's options."""


class MissingAnswer(ValueError):
    """A core question has no answer. "I don't know" would be one."""


class Profile(msgspec.Struct, frozen=True):
    """`given`: (question, option) pairs as chosen. `assumed`: those taken as given. `open`: (question, plain options)."""

    given: tuple[tuple[str, str], ...]
    assumed: tuple[tuple[str, str], ...]
    open: tuple[tuple[str, tuple[str, ...]], ...]

    @classmethod
    def of(cls, questions: Sequence[Question], answers: Mapping[str, str]) -> "Profile":
        """The profile of these answers (question slug → option slug).

        Raises UnknownQuestion, UnknownOption, or MissingAnswer for a core question without an answer.
        """
        return Asked(questions).profile(answers)


class _Said(msgspec.Struct, frozen=True):
    """What an answer, or none, makes of a question."""

    given: tuple[tuple[str, str], ...]
    assumed: tuple[tuple[str, str], ...]
    left_open: tuple[str, tuple[str, ...]]


class Asked:
    """The questions of a release, made ready to read many profiles."""

    def __init__(self, questions: Sequence[Question]):
        self._questions: dict[str, tuple[dict[str, _Said], _Said | None]] = {}
        for question in questions:
            slug, assumed = question.slug, ((question.slug, question.assumed),)
            # A question with an assumed option never makes anything merely possible.
            left_open = (question.assumed,) if question.assumed else question.plain
            nothing = _Said((), assumed if question.assumed else (), (slug, left_open))
            said = {}
            for option in question.options:
                given = ((slug, option.slug),)
                if question.assumed and option.kind == "unknown":
                    said[option.slug] = _Said(given, assumed, nothing.left_open)
                else:
                    said[option.slug] = _Said(given, (), (slug, question.left_open_by(option)))
            self._questions[slug] = said, None if question.core else nothing

    def profile(self, answers: Mapping[str, str]) -> Profile:
        """As Profile.of."""
        for slug in answers:
            if slug not in self._questions:
                known = ", ".join(sorted(self._questions))
                raise UnknownQuestion(f"{slug!r} is not a question. The questions are: {known}.")
        given: tuple[tuple[str, str], ...] = ()
        assumed: tuple[tuple[str, str], ...] = ()
        left_open = []
        for slug, (options, nothing) in self._questions.items():
            answer = answers.get(slug)
            said = nothing if answer is None else options.get(answer)
            if said is None:
                if answer is None:
                    raise MissingAnswer(f"{slug!r} needs an answer; “unknown” is one.")
                raise UnknownOption(f"{answer!r} is no answer to {slug!r}. The answers are: {', '.join(options)}.")
            given += said.given
            assumed += said.assumed
            left_open.append(said.left_open)
        return Profile(given=given, assumed=assumed, open=tuple(left_open))
