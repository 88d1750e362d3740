"""What staff have to confirm again. One answer for `manage.py stale` and for admin: from the tables, not from a release."""

from dataclasses import dataclass
from datetime import date

from .content import freeze
from .formulary import good_until


@dataclass(frozen=True)
class Due:
    """One row that is due. `days` overdue; None if it was never checked."""

    kind: str
    """funding, drug or class."""
    slug: str
    where: str
    """Code of the jurisdiction, for funding."""
    last: str
    """ISO date of the last check; of a review, the day it was due."""
    days: int | None


def due(*, on: date, check_days: int) -> list[Due]:
    """What is due on a day, longest overdue first, what was never checked before that.

    `check_days`: the site's limit in days, for funding rows that have none of their own.
    """
    section = freeze()
    rows = []
    for funding in section.funding:
        last_day = good_until(funding, check_days=check_days)
        if not funding.history and (last_day is None or last_day < on):
            overdue = (on - last_day).days if last_day else None
            rows.append(Due("funding", funding.slug, funding.jurisdiction, funding.checked, overdue))
    for kind, reviewed in (("drug", section.drugs), ("class", section.classes)):
        for row in reviewed:
            if row.review.due and date.fromisoformat(row.review.due) < on:
                rows.append(Due(kind, row.slug, "", row.review.due, (on - date.fromisoformat(row.review.due)).days))
    return sorted(rows, key=lambda row: (row.days is not None, -(row.days or 0), row.kind, row.slug))
