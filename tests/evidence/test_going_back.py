"""Older releases: going back to one, and the plans that stood in them."""

import re

import pytest
from django.conf import settings as configured

from evidence import holding, releases
from evidence.models import Release
from medsearch.models import Drug
from pathway.assembly import assemble
from pathway.content import content, scheme
from personalization.profile import Profile
from tests.conftest import DAY

from .reviewing import somebody

pytestmark = pytest.mark.django_db

ANSWERS = {"stage": "4", "type": "idc", "hr": "positive", "her2": "positive"}
EXAMPLE = "stage=4&type=idc&hr=positive&her2=positive"
COMPARE, WHOLE = "/admin/pathway/track/compare/", "/admin/pathway/track/plan/"


@pytest.fixture(autouse=True)
def _quick(settings, monkeypatch):
    settings.SECOND_FACTOR = False
    monkeypatch.setattr(releases, "_checks", [])
    monkeypatch.setattr(releases, "_effects", [])


@pytest.fixture
def renamed():
    """Release 2, public: a drug has another name. What is saved has a third one."""
    drug = Drug.objects.get(slug="pertuzumab")
    for name in ("pertuzumab, renamed", "pertuzumab, saved"):
        drug.name_en = name
        drug.save()
        if name.endswith("renamed"):
            releases.publish(by="a publisher")


@pytest.fixture
def publisher():
    return somebody("paul", "Publisher")


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text[response.text.index('id="content"') :]))


def test_going_back_says_first_what_changes_and_then_does_it(renamed, publisher):
    page = f"/admin/evidence/release/{Release.objects.get(number=1).pk}/activate/"
    asked = publisher.get(page)
    assert "Readers will get Release 1 instead of release 2: 1 row differs." in words(asked)
    assert "<del>, renamed</del>" in asked.text
    assert Release.objects.get(active=True).number == 2
    publisher.post(page)
    assert Release.objects.get(active=True).number == 1
    assert Drug.objects.get(slug="pertuzumab").name_en == "pertuzumab, saved"


def test_plans_of_two_releases_are_compared(renamed, publisher):
    told = words(publisher.get(f"{COMPARE}?{EXAMPLE}&before=1&after=2"))
    assert "pertuzumab, renamed" in told
    assert "pertuzumab, saved" not in told


def test_without_a_number_it_is_what_is_public_and_what_is_saved(renamed, publisher):
    told = words(publisher.get(f"{COMPARE}?{EXAMPLE}"))
    assert "pertuzumab, renamed" in told
    assert "pertuzumab, saved" in told


def test_a_release_that_never_was_is_said(publisher):
    assert "There is no such release." in publisher.get(f"{COMPARE}?after=9").text


@pytest.mark.parametrize(("after", "name"), [("1", "pertuzumab"), ("2", "pertuzumab, renamed"), ("", "pertuzumab, saved")])
def test_the_whole_plan_stands_as_its_release_had_it(renamed, publisher, after, name):
    told = words(publisher.get(f"{WHOLE}?{EXAMPLE}&after={after}"))
    others = {"pertuzumab, renamed", "pertuzumab, saved"} - {name}
    assert name in told.lower()
    assert not [other for other in others if other in told.lower()]
    assert ("not public" in told) == (after == "")


def test_a_code_opens_the_plan_as_it_was_printed(renamed, publisher):
    then = holding.past_release(1).release
    of = content(then)
    days = configured.FUNDING_CHECK_DAYS
    printed = assemble(of, Profile.of(of.questions, ANSWERS), on=DAY, check_days=days)
    told = words(publisher.post(WHOLE, {"code": scheme(then).code_of(printed)}))
    assert "The plan of release 1" in told
    assert "renamed" not in told


def test_a_code_mistyped_is_said(publisher):
    response = publisher.post(WHOLE, {"code": "nonsense"})
    assert response.status_code == 422
    assert "Nothing was kept." in response.text


def test_answers_that_a_release_has_no_plan_for_lead_back_to_the_form(publisher):
    assert publisher.get(f"{WHOLE}?stage=4").url.startswith(COMPARE)


def test_only_who_reads_content_sees_plans(renamed):
    stranger = somebody("somebody")
    assert [stranger.get(page).status_code for page in (COMPARE, WHOLE)] == [403, 403]
