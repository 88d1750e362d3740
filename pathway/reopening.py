"""What a typed plan code leads to: the answers as today's form takes them, and the plan as it was printed.

A code is read with the release it names, from the database. While that is away, today's release serves if it asks the same:
then today's plan can be shown, though not what has changed.
"""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import DatabaseError
from django.http import QueryDict

from evidence import holding, releases
from evidence.text import Text
from personalization.profile import Profile

from .assembly import assemble
from .content import content, scheme
from .forms import NOW, PROVINCE
from .plan import Plan
from .plan_code import Given, NewerRelease, Opened, Scheme, UnknownRelease, opened


class OutOfReach(Exception):
    """The code is right, but the release it names cannot be looked up now."""


@dataclass(frozen=True)
class Reopened:
    """`answers`: question → option, of what was answered and still can be. `again`: questions that are still asked, but
    not with the option that was chosen. `gone`: what the old release called the questions that are not asked any more."""

    given: Given
    past: holding.Past | None
    """None while the database is away."""
    answers: dict[str, str]
    jurisdiction: str
    again: tuple[str, ...]
    gone: tuple[Text, ...]
    code: str
    """As it is printed."""

    @property
    def day(self) -> date:
        return self.given.day

    @property
    def wrong(self) -> str:
        return self.past.wrong if self.past else ""

    def data(self) -> QueryDict:
        """What today's form would have sent."""
        data = QueryDict(mutable=True)
        data.update({**self.answers, PROVINCE: self.jurisdiction, NOW: self.given.moment})
        return data

    def as_printed(self) -> Plan | None:
        """The plan as its release and day had it; None while the database is away."""
        if self.past is None:
            return None
        then = content(self.past.release)
        return assemble(
            then,
            Profile.of(then.questions, self.given.answers),
            on=self.given.day,
            jurisdiction=self.given.jurisdiction,
            moment=self.given.moment,
            check_days=settings.FUNDING_CHECK_DAYS,
        )


def reopen(typed: str, today: releases.Active) -> Reopened:
    """Raises Mistyped, UnknownRelease, NewerRelease, or OutOfReach."""
    code = opened(typed)
    try:
        past = holding.past_release(code.release)
        if past is None:
            newest = releases.newest_number()
            raise NewerRelease(code.release, newest) if code.release > newest else UnknownRelease(code.release)
        made_by = scheme(past.release)
        given = made_by.read(code)
    except (DatabaseError, releases.UnreadableRelease) as error:
        past, made_by = None, _without_the_database(code, today, error)
        given = made_by.read(code)
    now = content(today)
    asked = {question.slug: question for question in now.questions}
    names = {question.slug: question.short for question in content(past.release).questions} if past else {}
    return Reopened(
        given=given,
        past=past,
        answers={slug: option for slug, option in given.answers.items() if slug in asked and asked[slug].option(option)},
        jurisdiction=given.jurisdiction if given.jurisdiction in now.formulary.jurisdictions else "",
        again=tuple(slug for slug, option in given.answers.items() if slug in asked and not asked[slug].option(option)),
        gone=tuple(names[slug] for slug in given.answers if slug in names and slug not in asked),
        code=made_by.code(given),
    )


def _without_the_database(code: Opened, today: releases.Active, error: Exception) -> Scheme:
    if code.release == today.number:
        return scheme(today)
    if not _asks_the_same(code.release, today):
        raise OutOfReach from error
    now = content(today)
    stand_in = Scheme(now.questions, now.formulary.jurisdictions.values(), number=code.release, sha256="0")
    stand_in.mark = code.mark
    return stand_in


def _asks_the_same(number: int, today: releases.Active) -> bool:
    """Whether that release, as far as those held in memory tell, had the questions, options and provinces of today's."""
    for published in today.past:
        if published.number == number:
            return True
        for change in published.changes:
            if change.kind == "jurisdictions" and change.what != "changed":
                return False
            if change.kind == "questions" and (
                change.what != "changed" or {"options", "core"} & {changed.field for changed in change.fields}
            ):
                return False
    return False
