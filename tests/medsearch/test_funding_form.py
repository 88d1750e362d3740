"""A new decision takes the place of the one before, and never beside it by mistake."""

import pytest

from evidence.models import Reference
from medsearch.models import Funding

pytestmark = pytest.mark.django_db

ADD = "/admin/medsearch/funding/add/"
TICK = "If this decision replaces it, tick here."


@pytest.fixture
def current():
    return Funding.objects.filter(history=False, indication__isnull=False).first()


def decision(current, **given):
    """What the form sends of another decision about the same drug, use and place."""
    same = {name: getattr(current, f"{name}_id") for name in ("drug", "indication", "jurisdiction")}
    return {**same, "status": "not-funded", "effective": "2026-11", "reference": Reference.objects.first().pk, **given}


def test_a_second_current_row_is_refused_with_what_holds_now(admin_client, current):
    page = admin_client.post(ADD, decision(current)).text
    assert f"“{current.get_status_display()}”" in page
    assert TICK in page
    assert "There is a current row for this already" not in page
    assert Funding.objects.get(pk=current.pk).history is False


def test_ticked_the_row_before_becomes_history_and_says_who_made_it_so(admin_client, admin_user, current):
    assert admin_client.post(ADD, decision(current, replaces="on")).status_code == 302
    before, after = Funding.objects.get(pk=current.pk), Funding.objects.latest("pk")
    assert (before.history, after.history, after.status) == (True, False, "not-funded")
    assert before.kept.first().history_user == admin_user


def test_where_nothing_holds_yet_nothing_is_asked(admin_client, current):
    Funding.objects.filter(pk=current.pk).update(history=True)
    assert admin_client.post(ADD, decision(current)).status_code == 302


def test_what_is_said_of_several_places_replaces_nothing(admin_client, current):
    page = admin_client.post(ADD, decision(current, replaces="on", several_en="most provinces"))
    assert "for several at once, say which and mark the row as history" in page.text
    assert Funding.objects.get(pk=current.pk).history is False
