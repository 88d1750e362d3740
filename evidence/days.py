"""PURE. Which day it is for readers: the clock's, as far as it can be believed."""

from datetime import date

FIRST_DAY, LAST_DAY = date(2026, 1, 1), date(2115, 9, 19)
"""The days that a plan code can say. The site is not older than the first, and no right clock gets beyond the last."""


def believed(clock: date, published: date) -> date:
    """What the clock says; but never a day before the public release was published, which shows the clock to be behind."""
    return min(max(clock, published, FIRST_DAY), LAST_DAY)
