"""PURE. What the checks of the content find: which check, in which row, what is wrong and how to mend it."""

from collections.abc import Callable
from enum import StrEnum

import msgspec

from evidence.text import Text


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


class Finding(msgspec.Struct, frozen=True, order=True):
    """One thing that is wrong. `check` names the kind, `where` the row.

    `what` and `mend` are words of the interface, in English. `what` has a {name} for each of `values`: (name, in English,
    in French).
    """

    severity: Severity
    check: str
    where: str
    what: str
    mend: str
    values: tuple[tuple[str, str, str], ...] = ()

    @property
    def id(self) -> str:
        return f"{self.check}:{self.where}"

    def said(self, translate: Callable[[str], str] = str, language: str = "en") -> str:
        """What is wrong. `translate` gives words of the interface in `language`."""
        named = {name: french if language == "fr" else english for name, english, french in self.values}
        return translate(self.what).format(**named)

    def told(self, translate: Callable[[str], str] = str, language: str = "en") -> str:
        """What is wrong and how to mend it."""
        return f"{self.said(translate, language)} {translate(self.mend)}"


def gettext_noop(words: str) -> str:
    """Marks words for translation by whoever shows them: nothing of Django is imported here."""
    return words


def filled(**values: Text | str | int) -> tuple[tuple[str, str, str], ...]:
    """Values of a finding. A text without French is told in English."""
    return tuple(
        (name, value.en, value.fr or value.en) if isinstance(value, Text) else (name, str(value), str(value))
        for name, value in values.items()
    )


CHECKS = {
    "no-track": gettext_noop("Answers without a plan"),
    "two-tracks": gettext_noop("Two tracks for the same answers"),
    "no-track-for-open-stage": gettext_noop("No track for an open stage"),
    "track-without-steps": gettext_noop("Track without steps"),
    "empty-step": gettext_noop("Empty step"),
    "step-in-no-track": gettext_noop("Step in no track"),
    "unreachable-block": gettext_noop("Block that nobody reaches"),
    "unreachable-indication": gettext_noop("Use that no plan shows"),
    "indication-partly-shown": gettext_noop("Use that is shown to some only"),
    "unreachable-population": gettext_noop("Population that nobody belongs to"),
    "unused-population": gettext_noop("Unused population"),
    "population-lost-its-rules": gettext_noop("Population that lost its rules"),
    "identical-populations": gettext_noop("Identical populations"),
    "contradictory-rule": gettext_noop("Contradictory rule"),
    "identical-rules": gettext_noop("Identical rules"),
    "subsumed-rule": gettext_noop("Rule within another"),
    "said-twice": gettext_noop("Said twice"),
    "alternatives-together": gettext_noop("Alternatives together"),
    "drug-without-record": gettext_noop("Drug without a record"),
    "term-nobody-meets": gettext_noop("Term that no text uses"),
    "broken-link": gettext_noop("Broken link"),
    "drug-outside-its-use": gettext_noop("Drug outside its use"),
    "without-reference": gettext_noop("Without a source"),
    "unused-reference": gettext_noop("Source that nothing rests on"),
    "changed-since-signed-off": gettext_noop("Changed since it was signed off"),
    "review-overdue": gettext_noop("Review overdue"),
    "funding-to-confirm": gettext_noop("Funding to confirm"),
    "long-sentence": gettext_noop("Long sentence"),
    "reading-grade": gettext_noop("Reading grade over the limit"),
}
"""Each check, as its findings are headed."""
