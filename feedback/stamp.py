"""Where a message comes from: the plan page says so in one signed field, so that only a page made here can send one.

The day is in it, not the time: a plan page has to be the same, byte by byte, for the same answers on the same day. So
how long somebody took to write cannot be told; what can, is that the page is of today or yesterday.
"""

from datetime import date, timedelta
from typing import NamedTuple

from django.core.signing import BadSignature, Signer

_SIGNER = Signer(salt="feedback on a step")
LONGEST = 400
"""Characters of a stamp; an honest one has about 150."""


class Unreadable(Exception):
    """The stamp was not made here, or was changed on the way."""


class Place(NamedTuple):
    """A step of a plan, as its page was made on a day."""

    day: date
    release: int
    track: str
    step: str
    number: int
    """Of the step, in that plan."""

    def is_fresh(self, today: date) -> bool:
        """Of today, or of yesterday: who reads past midnight can still send."""
        return today - timedelta(days=1) <= self.day <= today


def stamp(place: Place) -> str:
    return _SIGNER.sign(f"{place.day.isoformat()} {place.release} {place.track} {place.step} {place.number}")


def read(text: str) -> Place:
    """Raises Unreadable."""
    if len(text) > LONGEST:
        raise Unreadable
    try:
        day, release, track, step, number = _SIGNER.unsign(text).split(" ")
    except BadSignature as error:
        raise Unreadable from error
    return Place(date.fromisoformat(day), int(release), track, step, int(number))
