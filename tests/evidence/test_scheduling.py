"""Publishing at a date: exactly what was signed, once, or not at all and everybody told why."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from evidence import releases, reviewing, scheduling
from evidence.authorship import authors
from evidence.models import Reference, Release, Scheduled
from medsearch.models import Drug

from .reviewing import PAGE, edited, signed, somebody

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick(settings, monkeypatch):
    settings.SECOND_FACTOR = False
    monkeypatch.setattr(releases, "_checks", [])
    monkeypatch.setattr(releases, "_effects", [])


@pytest.fixture
def publisher():
    return somebody("paul", "Publisher")


@pytest.fixture
def author(django_user_model):
    return django_user_model.objects.create_user("amelie")


@pytest.fixture
def scheduled(author):
    edited(Drug.objects.get(slug="letrozole"), author, summary_en="As it was signed.")
    signed()
    found = releases.unpublished()
    due = timezone.now() + timedelta(hours=1)
    return scheduling.schedule(found, by="paul", notes="Later.", due=due, authors=authors(found))


def when_due():
    return scheduling.publish_due(by="a timer", at=timezone.now() + timedelta(hours=2))


def in_an_hour():
    due = timezone.localtime() + timedelta(hours=1)
    return {"due_0": due.strftime("%Y-%m-%d"), "due_1": due.strftime("%H:%M:%S")}


def test_is_set_from_the_page_and_shown_in_the_list(publisher, author):
    edited(Drug.objects.get(slug="letrozole"), author, summary_en="As it was signed.")
    signed()
    response = publisher.post(PAGE, {"do": "schedule", "notes": "Later.", **in_an_hour()}, follow=True)
    assert "Scheduled for" in response.text
    assert Release.objects.count() == 1


def test_what_becomes_public_is_what_was_signed_whatever_was_saved_since(scheduled, author, site):
    edited(Drug.objects.get(slug="letrozole"), author, summary_en="Saved later.")
    assert when_due().state == "published"
    release = Release.objects.get(active=True)
    assert (release.published_by, release.signed_by, release.notes) == ("paul", "a reviewer", "Later.")
    assert "As it was signed." in site.get("/en/medsearch/letrozole/").text


def test_what_was_edited_after_it_was_frozen_still_has_its_author(scheduled, author):
    edited(Drug.objects.get(slug="letrozole"), author, summary_en="Saved later.")
    when_due()
    assert authors(releases.unpublished()) == {"amelie": ["letrozole"]}
    assert releases.edited_since_published() == 1


def test_is_not_published_before_its_time(scheduled):
    assert scheduling.publish_due(by="a timer") is None
    assert Release.objects.count() == 1


def test_is_published_once_however_often_the_timer_runs(scheduled):
    assert [when_due() is not None for _ in range(3)] == [True, False, False]
    assert Release.objects.count() == 2


def test_another_release_in_between_voids_it_and_staff_are_told(scheduled, publisher):
    Reference.objects.create(slug="new", title="New", organisation="Tests")
    releases.publish(by="the server")
    assert "now release 2 is public" in publisher.get("/admin/evidence/release/").text
    settled = when_due()
    assert settled.state == "refused"
    assert Release.objects.get(active=True).number == 2
    assert "was not published" in publisher.get("/admin/").text
    releases.publish(by="the server")
    assert "was not published" not in publisher.get("/admin/").text


def test_errors_found_by_then_stop_it(scheduled, monkeypatch):
    monkeypatch.setattr(releases, "_checks", [lambda draft: releases.Checked(errors=["A step is empty."], proof={})])
    assert "A step is empty." in when_due().reason
    assert Release.objects.count() == 1


def test_content_with_errors_is_not_scheduled(author, publisher, monkeypatch):
    edited(Drug.objects.get(slug="letrozole"), author, summary_en="Edited.")
    signed()
    monkeypatch.setattr(releases, "_checks", [lambda draft: releases.Checked(errors=["A step is empty."], proof={})])
    assert "A step is empty." in publisher.post(PAGE, {"do": "schedule", **in_an_hour()}, follow=True).text
    assert not Scheduled.objects.exists()


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"due_0": "2020-01-01", "due_1": "08:00"}, "That time has passed."),
        ({"due_0": "", "due_1": ""}, "This field is required."),
        ({"due_0": "soon", "due_1": "08:00"}, "Enter a valid date."),
    ],
    ids=["past", "empty", "no date"],
)
def test_a_date_that_cannot_be_is_refused_and_the_note_is_kept(author, publisher, sent, told):
    edited(Drug.objects.get(slug="letrozole"), author, summary_en="Edited.")
    signed()
    page = publisher.post(PAGE, {"do": "schedule", "notes": "What I typed.", **sent}).text
    assert told in page
    assert "What I typed." in page
    assert not Scheduled.objects.exists()


def test_without_a_signature_nothing_is_scheduled(author, publisher):
    edited(Drug.objects.get(slug="letrozole"), author, summary_en="Edited.")
    assert "Nobody has signed this yet." in publisher.post(PAGE, {"do": "schedule", **in_an_hour()}).text


def test_one_is_waiting_at_most(scheduled):
    found = releases.unpublished()
    with pytest.raises(reviewing.Refused, match="Call that off first"):
        scheduling.schedule(found, by="paul", notes="", due=scheduled.due, authors=authors(found))


def test_called_off_it_is_not_published(scheduled, publisher):
    assert "Called off." in publisher.post(PAGE, {"do": "cancel"}, follow=True).text
    assert when_due() is None


def test_published_at_once_it_is_called_off(scheduled, publisher):
    publisher.post(PAGE, {"do": "publish"})
    scheduled.refresh_from_db()
    assert scheduled.state == "cancelled"


def test_the_command_publishes_what_is_due_and_fails_where_it_could_not(scheduled, capsys):
    Scheduled.objects.update(due=timezone.now() - timedelta(minutes=1))
    call_command("publish_due")
    assert "Published release 2" in capsys.readouterr().out
    call_command("publish_due")
    assert capsys.readouterr().out == ""


def test_the_command_fails_where_it_could_not_publish(scheduled):
    Scheduled.objects.update(due=timezone.now() - timedelta(minutes=1))
    Reference.objects.create(slug="new", title="New", organisation="Tests")
    releases.publish(by="the server")
    with pytest.raises(CommandError, match="now release 2 is public"):
        call_command("publish_due")


def test_a_timer_that_does_not_run_is_noticed_and_a_publisher_can_do_it(scheduled, publisher):
    Scheduled.objects.update(due=timezone.now() - scheduling.OVERDUE - timedelta(minutes=1))
    assert "the timer on the server does not seem to run" in publisher.get("/admin/").text
    assert "is public now" in publisher.post(PAGE, {"do": "due"}, follow=True).text
