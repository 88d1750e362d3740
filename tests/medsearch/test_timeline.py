"""Where decisions stand: milestones of one use in order, provinces after them, days only between exact dates."""

import pytest

from evidence.text import Text
from medsearch.frozen import Funding, Milestone
from medsearch.timeline import days_between, journeys
from tests.rows import row


def milestone(slug, body, outcome, date, *uses, about="one use"):
    return row(Milestone, slug=slug, drug="d", body=body, outcome=outcome, date=date, indications=uses, about=Text(en=about))


def funding(where, status, effective, use="u1", **more):
    slug = f"{where}-{effective}"
    return row(Funding, slug=slug, drug="d", jurisdiction=where, indication=use, status=status, effective=effective, **more)


AUTHORIZED = milestone("a", "health-canada", "authorized", "2020-06-05", "u1")
ADVISED = milestone("b", "cda", "reimburse-with-conditions", "2021-11-17", "u1")
AGREED = milestone("c", "pcpa", "agreement", "2022-09", "u1")


def told(*milestones, decisions=()):
    """(who, date, days) of each stop of the only journey."""
    (way,) = journeys(milestones, decisions)
    return [(stop.jurisdiction or stop.body, stop.date, stop.days) for stop in way.stops]


def test_stops_stand_in_order_of_date_with_the_days_between():
    assert told(ADVISED, AUTHORIZED) == [("health-canada", "2020-06-05", None), ("cda", "2021-11-17", 530)]


def test_days_are_not_counted_to_or_from_a_date_that_is_not_exact():
    assert told(ADVISED, AGREED, decisions=[funding("on", "funded", "2023-02-21")])[1:] == [
        ("pcpa", "2022-09", None),
        ("on", "2023-02-21", None),
    ]


def test_what_has_no_date_stands_last():
    undated = milestone("z", "inesss", "unknown", "", "u1")
    assert [who for who, *_ in told(undated, AUTHORIZED)] == ["health-canada", "inesss"]


def test_provinces_stand_in_the_journey_of_the_use_they_decided_about():
    decisions = [funding("on", "funded", "2023-02-21"), funding("qc", "funded", "2022-11-09", use="u2")]
    assert [who for who, *_ in told(AUTHORIZED, decisions=decisions)] == ["health-canada", "on"]


def test_uses_that_are_decided_about_apart_travel_apart():
    other = milestone("x", "cda", "do-not-reimburse", "2023-01-01", "u2", about="another use")
    assert [way.about.en for way in journeys([AUTHORIZED, other, ADVISED], [])] == ["another use", "one use"]


def test_uses_decided_about_together_travel_together():
    both = milestone("x", "cda", "reimburse", "2023-01-01", "u1", "u2")
    other = milestone("y", "health-canada", "authorized", "2022-01-01", "u2")
    (way,) = journeys([AUTHORIZED, other, both], [])
    assert set(way.indications) == {"u1", "u2"}


def test_the_way_to_the_first_province_that_pays_is_counted():
    refused, paid = funding("ab", "not-funded", "2021-01-01"), funding("on", "funded", "2020-06-15")
    (way,) = journeys([AUTHORIZED], [refused, paid])
    assert way.days_to_first_province == 10


def test_statements_about_several_places_are_no_stop():
    assert told(AUTHORIZED, decisions=[funding("", "funded", "2022-01-01", several=Text(en="most"))]) == [
        ("health-canada", "2020-06-05", None)
    ]


@pytest.mark.parametrize(
    ("first", "second", "days"),
    [("2024-02-28", "2024-03-01", 2), ("2024", "2024-03-01", None), ("", "2024-03-01", None), ("2024-01-01",) * 2 + (0,)],
)
def test_days_between(first, second, days):
    assert days_between(first, second) == days
