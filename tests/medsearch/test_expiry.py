"""A fact about funding expires by itself, on the same day everywhere: pages, plan, files, the list of what is due."""

import csv
import io
import json
from datetime import date, datetime, timedelta
from io import StringIO
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from evidence import releases
from medsearch.due import due
from medsearch.models import Drug, Funding, Jurisdiction
from tests.page import Page

CHECKED, LIMIT = date(2026, 11, 23), 180
LAST_GOOD_DAY = CHECKED + timedelta(days=LIMIT)
ONTARIO = {"stage": "4", "type": "idc", "hr": "positive", "her2": "positive", "menopause": "post", "province": "on"}


@pytest.fixture
def checked_row(site, monkeypatch):
    """Letrozole in Ontario, confirmed on CHECKED, published."""
    monkeypatch.setattr(releases, "_checks", [])
    letrozole = Drug.objects.get(slug="letrozole")
    letrozole.funding.all().delete()
    row = Funding.objects.create(
        slug="this",
        drug=letrozole,
        jurisdiction=Jurisdiction.objects.get(code="on"),
        status="funded",
        effective="2022-11",
        checked=CHECKED,
        reference=letrozole.references.first(),
    )
    releases.publish(by="a publisher")
    return row


def noon(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo("America/Toronto"))


def said_everywhere(site, day):
    """Where → whether letrozole in Ontario reads "not checked since" there on that day."""
    with patch.object(timezone, "now", lambda: noon(day)):
        page = Page(site.get("/en/medsearch/letrozole/")).words
        plan = Page(site.plan(**ONTARIO)).words
        data = json.loads(site.plan(accept="application/json", **ONTARIO).content)
        province = Page(site.get("/en/medsearch/where/on/")).words
        table = site.get("/en/medsearch/data/funding.csv").content.decode("utf-8-sig")
        rows = site.get("/en/medsearch/data/funding.json").json()["rows"]
        listed = due(on=day, check_days=LIMIT)
    sentence = "Last known: funded (November 2022), not checked since Nov. 23, 2026"
    confirmed = "Funded (since November 2022; checked Nov. 23, 2026)"
    for words in (page, plan, province):
        assert (sentence in words) != (confirmed in words)
    line = next(row for row in csv.DictReader(io.StringIO(table)) if row["slug"] == "this")
    entry = next(row for row in rows if row["slug"] == "this")
    return {
        "page": sentence in page,
        "plan": sentence in plan,
        "plan as JSON": standings(data) == {"not-checked-since"},
        "province": sentence in province,
        "CSV": line["what_is_known"] == sentence and line["standing"] == "not-checked-since",
        "JSON": entry["what_is_known"] == sentence,
        "what is due": "this" in {row.slug for row in listed},
        "what is due in admin": Funding.objects.due(on=day, check_days=LIMIT).filter(slug="this").exists(),
    }


def standings(node):
    """What the JSON of a plan says that the row "this" is worth."""
    if isinstance(node, dict):
        if (node.get("row") or {}).get("slug") == "this":
            return {node["standing"]}
        node = list(node.values())
    return set().union(*map(standings, node)) if isinstance(node, list) else set()


def test_on_its_last_day_a_check_counts_everywhere(site, checked_row):
    assert not any(said_everywhere(site, LAST_GOOD_DAY).values())


def test_a_day_later_it_counts_nowhere(site, checked_row):
    said = said_everywhere(site, LAST_GOOD_DAY + timedelta(days=1))
    assert all(said.values()), said


def test_a_row_with_a_limit_of_its_own_expires_by_that(site, checked_row):
    Funding.objects.filter(slug="this").update(check_days=30)
    releases.publish(by="a publisher")
    assert not any(said_everywhere(site, CHECKED + timedelta(days=30)).values())
    assert all(said_everywhere(site, CHECKED + timedelta(days=31)).values())


def told(**options):
    out = StringIO()
    call_command("stale", stdout=out, **options)
    return out.getvalue().splitlines()


def test_the_command_lists_the_longest_overdue_after_what_was_never_checked(checked_row):
    day = (LAST_GOOD_DAY + timedelta(days=5)).isoformat()
    lines = told(on=day, where="on")
    assert lines[-2].split() == ["5", "days", "overdue", "funding", "this"]
    assert all(line.lstrip().startswith("never checked") for line in lines[:-2])


def test_the_command_says_how_to_write_a_day(checked_row):
    with pytest.raises(CommandError, match="write a day as 2026-11-23"):
        told(on="tomorrow")


def test_the_command_writes_a_spreadsheet(checked_row):
    lines = told(on=(LAST_GOOD_DAY + timedelta(days=5)).isoformat(), csv=True)
    assert lines[0] == "kind,slug,where,last,days_overdue"
    assert "funding,this,on,2026-11-23,5" in lines
