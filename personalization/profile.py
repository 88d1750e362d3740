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
        known = {question.slug for question in questions}
        for slug in answers:
            if slug not in known:
                raise UnknownQuestion(f"{slug!r} is not a question. The questions are: {', '.join(sorted(known))}.")
        given: list[tuple[str, str]] = []
        assumed: list[tuple[str, str]] = []
        left_open: list[tuple[str, tuple[str, ...]]] = []
        for question in questions:
            answer = answers.get(question.slug)
            if answer is not None:
                option = question.option(answer)
                if option is None:
                    options = ", ".join(option.slug for option in question.options)
                    raise UnknownOption(f"{answer!r} is no answer to {question.slug!r}. The answers are: {options}.")
                given.append((question.slug, answer))
                if question.assumed and option.kind == "unknown":
                    # A question with an assumed option never makes anything merely possible.
                    left_open.append((question.slug, (question.assumed,)))
                    assumed.append((question.slug, question.assumed))
                else:
                    left_open.append((question.slug, question.left_open_by(option)))
            elif question.core:
                raise MissingAnswer(f"{question.slug!r} needs an answer; “unknown” is one.")
            elif question.assumed:
                left_open.append((question.slug, (question.assumed,)))
                assumed.append((question.slug, question.assumed))
            else:
                left_open.append((question.slug, question.plain))
        return cls(given=tuple(given), assumed=tuple(assumed), open=tuple(left_open))
