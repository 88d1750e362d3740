"""A clock that is wrong: readers are told a day that can be, and staff that it is not the clock's."""

import io
import re
from datetime import UTC, date, datetime, timedelta

import pypdf
import pytest
from django.utils import timezone
from django.utils.formats import date_format
from hypothesis import given
from hypothesis import strategies as st

from evidence import holding
from evidence.days import FIRST_DAY, LAST_DAY, believed
from pathway.content import scheme
from pathway.plan_code import opened
from tests.page import Page

ANSWERS = {"stage": "4", "type": "idc", "hr": "positive", "her2": "positive"}
CLOCKS = {
    "never set": datetime(1970, 1, 1, tzinfo=UTC),
    "of last year": datetime(2025, 12, 31, 12, tzinfo=UTC),
    "far ahead": datetime(2200, 1, 1, tzinfo=UTC),
}


@given(clock=st.dates(), published=st.dates())
def test_the_day_is_never_before_the_release_and_always_one_that_a_code_can_say(clock, published):
    day = believed(clock, published)
    assert FIRST_DAY <= day <= LAST_DAY
    assert day >= min(published, LAST_DAY)


@given(published=st.dates(FIRST_DAY, LAST_DAY), later=st.integers(0, 1000))
def test_a_clock_that_may_be_right_is_believed(published, later):
    clock = min(published + timedelta(days=later), LAST_DAY)
    assert believed(clock, published) == clock


@pytest.fixture
def set_to(monkeypatch):
    """Sets the clock that Django asks; returns the day that readers are to be told."""

    def clock(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)
        published = timezone.localdate(holding.active().published_at)
        return min(max(moment.date(), published), date(2115, 9, 19))

    return clock


@pytest.fixture(params=CLOCKS)
def day(request, site, set_to):
    return set_to(CLOCKS[request.param])


def test_a_plan_is_made_for_that_day_and_its_code_says_so(site, day, release):
    page = site.plan(**ANSWERS)
    assert page.status_code == 200
    assert f"Plan of {date_format(day)}, from release 1" in Page(page).words
    code = re.search(r'data-plan-code="([^"]+)"', page.text)[1]
    assert opened(code).day == day
    assert scheme(release).read(opened(code)).answers == ANSWERS


def test_the_code_opens_it_again(site, day):
    code = re.search(r'data-plan-code="([^"]+)"', site.plan(**ANSWERS).text)[1]
    again = site.post("/en/plan/", {"code": code})
    assert again.status_code == 200
    assert "Nothing has changed" in Page(again).words


def test_the_plan_as_json_is_of_that_day(site, day):
    assert site.plan(accept="application/json", **ANSWERS).json()["day"] == day.isoformat()


def test_the_plan_on_paper_has_the_code_of_that_day(site, day):
    code = re.search(r'data-plan-code="([^"]+)"', site.plan(**ANSWERS).text)[1]
    assert code in site.post("/en/plan/print/", ANSWERS).text
    pdf = pypdf.PdfReader(io.BytesIO(site.post("/en/plan/pdf/", ANSWERS).content))
    assert code in "".join(page.extract_text() for page in pdf.pages)


@pytest.mark.parametrize(
    "address",
    ["medsearch/", "medsearch/letrozole/", "medsearch/where/on/", "medsearch/data/funding.csv", "glossary/biopsy/"],
)
def test_the_other_pages_are_served(site, day, address):
    assert site.get(f"/en/{address}").status_code == 200


def test_what_the_clock_says_is_told_to_staff_and_to_who_watches(site, admin_client, set_to):
    set_to(CLOCKS["never set"])
    ready = site.get("/readyz").json()
    assert (ready["ready"], ready["why"]) == (True, ["the clock says a day that cannot be"])
    assert "The clock of this server says Dec. 31, 1969, which cannot be" in Page(admin_client.get("/admin/")).words


def test_staff_see_the_whole_plan_of_a_release(site, admin_client, set_to, settings):
    settings.SECOND_FACTOR = False
    set_to(CLOCKS["never set"])
    asked = "&".join(f"{name}={option}" for name, option in ANSWERS.items())
    assert admin_client.get(f"/admin/pathway/track/plan/?{asked}&after=1").status_code == 200


@pytest.mark.parametrize("day", ["1999-01-01", "0001-01-01", "2116-01-01"])
def test_staff_may_ask_for_days_that_a_code_can_say(site, admin_client, settings, day):
    settings.SECOND_FACTOR = False
    asked = "&".join(f"{name}={option}" for name, option in ANSWERS.items())
    compared = admin_client.get(f"/admin/pathway/track/compare/?{asked}&day={day}")
    assert compared.status_code == 200
    assert "Ensure this value is" in compared.text
