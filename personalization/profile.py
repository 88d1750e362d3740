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
        self._said: dict[str, tuple[int, dict[str, _Said]]] = {}
        """Question → its place, and what each answer to it makes of it."""
        self._unsaid: list[_Said | None] = []
        """By place: what no answer makes of a question; None where it needs one."""
        for place, question in enumerate(questions):
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
            self._said[slug] = place, said
            self._unsaid.append(None if question.core else nothing)

    def profile(self, answers: Mapping[str, str]) -> Profile:
        """As Profile.of."""
        all_said = self._unsaid.copy()
        for slug, answer in answers.items():
            known = self._said.get(slug)
            if known is None:
                questions = ", ".join(sorted(self._said))
                raise UnknownQuestion(f"{slug!r} is not a question. The questions are: {questions}.")
            place, options = known
            if (said := options.get(answer)) is None:
                raise UnknownOption(f"{answer!r} is no answer to {slug!r}. The answers are: {', '.join(options)}.")
            all_said[place] = said
        found = [said for said in all_said if said is not None]
        if len(found) < len(all_said):
            slug = next(slug for slug, (place, _) in self._said.items() if all_said[place] is None)
            raise MissingAnswer(f"{slug!r} needs an answer; “unknown” is one.")
        return Profile(
            given=tuple([pair for said in found for pair in said.given]),
            assumed=tuple([pair for said in found for pair in said.assumed]),
            open=tuple([said.left_open for said in found]),
        )
