"""PURE. What a release keeps of the questions and of the populations that statements are for."""

import msgspec

from evidence.text import Text

Answers = dict[str, tuple[str, ...]]
"""A box of answers: question → plain options. Within a question any of them, across questions all; a question that is
not named does not matter."""


class Option(msgspec.Struct, frozen=True):
    slug: str
    kind: str
    label: Text
    phrase: Text
    explanation: Text
    covers: tuple[str, ...]


class Question(msgspec.Struct, frozen=True):
    slug: str
    core: bool
    text: Text
    short: Text
    clause: Text
    explanation: Text
    on_the_report: Text
    test: Text
    say: Text
    assumed: str
    asked_of: str
    """Slug of the population a further question is asked of; empty: everybody."""
    options: tuple[Option, ...]
    references: tuple[str, ...]
    report: str = "pathology"
    """Which report answers it: pathology, genes, inherited or scan."""
    report_example: Text = Text()
    """Invented lines of such a report; `**` on each side of the words that answer the question."""
    report_answer: str = ""
    """The option that the example would mean."""

    @property
    def plain(self) -> tuple[str, ...]:
        return tuple(option.slug for option in self.options if option.kind == "plain")

    def option(self, slug: str) -> Option | None:
        return next((option for option in self.options if option.slug == slug), None)

    def left_open_by(self, option: Option) -> tuple[str, ...]:
        """The plain options that this answer leaves open."""
        if option.kind == "unknown":
            return self.plain
        return option.covers if option.kind == "wider" else (option.slug,)


class Exclusion(msgspec.Struct, frozen=True):
    slug: str
    answers: Answers
    message: Text
    references: tuple[str, ...]


class Population(msgspec.Struct, frozen=True):
    slug: str
    name: Text
    rules: tuple[Answers, ...]
    subtype: bool = False
    """One of the subtypes by receptors, by which a list of drugs can be narrowed down."""


class Personalization(msgspec.Struct, frozen=True):
    questions: tuple[Question, ...]
    exclusions: tuple[Exclusion, ...]
    populations: tuple[Population, ...]


class Piece(msgspec.Struct, frozen=True):
    """A stretch of a line of a report."""

    words: str
    ringed: bool
    """These are the words that answer the question."""


def lines_of(example: str) -> tuple[tuple[Piece, ...], ...]:
    """The lines of a report's example, each as its pieces; an unclosed `**` rings the rest of its line."""
    return tuple(
        tuple(Piece(words=words, ringed=place % 2 == 1) for place, words in enumerate(line.strip().split("**")) if words)
        for line in example.splitlines()
        if line.strip()
    )
