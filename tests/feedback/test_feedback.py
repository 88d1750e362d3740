"""What a reader says about a step: how it is sent, what is kept of it, and what is not."""

import logging
import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from feedback import stamp
from feedback.models import Feedback
from tests.page import Page

pytestmark = pytest.mark.django_db

ANSWERS = {"stage": "4", "type": "idc", "hr": "positive", "her2": "positive", "province": "on"}
STEP = "metastatic-first-appointment"
TEXT = "The telephone number is an old one."


def page_stamp(day=None, step=STEP, release=1):
    return stamp.stamp(stamp.Place(day or timezone.localdate(), release, "metastatic", step, 2))


def send(site, language="en", **said):
    """Sends a message as the form at the end of a step does; `said` is what the test is about."""
    fields = {"page": page_stamp(), "kind": "wrong", "block": "", "text": TEXT, "website": "", **said}
    return site.post(
        f"/{language}/feedback/", {**ANSWERS, **{f"feedback-{n}": v for n, v in fields.items() if v is not None}}
    )


def kept():
    return Feedback.objects.get()


# Sending it


def stamps_of(plan):
    """What the buttons send that stand at the ends of the plan's steps."""
    return [unescape(value) for value in re.findall(r'name="feedback-page" value="([^"]*)"', plan.text)]


def test_each_step_of_a_plan_ends_with_a_button(site):
    plan = site.plan(**ANSWERS)
    steps = [anchor for anchor in Page(plan).ids if anchor.startswith("step-") and anchor.removeprefix("step-").isdecimal()]
    assert len(steps) == len(set(stamps_of(plan))) > 3


def test_the_button_leads_to_a_page_to_write_on(site, content):
    page = Page(site.post("/en/feedback/", {**ANSWERS, "feedback-page": stamps_of(site.plan(**ANSWERS))[1]}))
    assert content.steps[STEP].title.en in page.words
    assert "was not sent" not in page.words
    assert set(ANSWERS.items()) <= set(page.fields)
    assert "feedback-page" in dict(page.fields)
    assert not Feedback.objects.exists()


def test_what_the_page_sends_is_kept_with_the_step_it_stands_in(site, content):
    sent = stamps_of(site.plan(**ANSWERS))
    steps = next(track.steps for track in content.pathway.tracks if track.slug == "metastatic")
    assert send(site, page=sent[2]).status_code == 200
    assert (kept().release, kept().track, kept().step) == (1, "metastatic", steps[2])


def test_the_plan_page_is_the_same_for_the_same_answers_on_the_same_day(site):
    assert site.plan(**ANSWERS).content == site.plan(**ANSWERS).content


def test_it_is_due_in_two_weeks(site):
    send(site)
    assert kept().due - kept().received == timedelta(days=14)


def test_the_language_it_was_read_in_is_kept(site):
    send(site, language="fr")
    assert kept().language == "fr"


def test_what_is_unclear_needs_no_words(site):
    assert send(site, kind="unclear", text="").status_code == 200


def test_a_block_of_the_step_is_kept(site, content):
    block = content.blocks_of[STEP][0].slug
    send(site, block=block)
    assert kept().block == block


def test_a_block_of_another_step_leaves_the_step_as_a_whole(site, content):
    send(site, block=next(blocks[0].slug for step, blocks in content.blocks_of.items() if step != STEP))
    assert kept().block == ""


def test_a_thousand_characters_fit_however_many_lines_they_are(site):
    assert send(site, text="a\r\n" * 500).status_code == 200


# What is kept about who sent it


def test_the_answers_are_not_kept(site):
    send(site)
    assert kept().answers == {}


def test_the_answers_are_kept_if_the_reader_ticks_it_but_never_where_they_live(site):
    send(site, with_answers="on")
    assert kept().answers == {"stage": "4", "type": "idc", "hr": "positive", "her2": "positive"}


def test_an_answer_that_no_question_has_is_not_kept(site):
    site.post(
        "/en/feedback/",
        {
            **ANSWERS,
            "stage": "x",
            "name": "A",
            "feedback-page": page_stamp(),
            "feedback-kind": "unclear",
            "feedback-with_answers": "1",
        },
    )
    assert kept().answers == {"type": "idc", "hr": "positive", "her2": "positive"}


def test_there_is_no_place_for_a_time_an_address_or_a_browser():
    assert {field.name for field in Feedback._meta.get_fields()} == {
        *("id", "release", "language", "track", "step", "block", "kind", "text", "answers"),
        *("received", "due", "state", "note"),
    }
    assert Feedback._meta.get_field("received").get_internal_type() == "DateField"


def test_no_cookie_is_set(site):
    assert not send(site).cookies


BAD = {
    "no kind": {"kind": None},
    "a kind there is not": {"kind": "praise"},
    "wrong, without words": {"text": " \r\n "},
    "too many characters": {"text": "secret " * 200},
    "three links": {"text": "secret http://a.example https://b.example www.c.example"},
    "the field that only programs fill in": {"website": "secret"},
    "no stamp": {"page": None},
    "a stamp changed on the way": {"page": lambda: page_stamp().replace("metastatic ", "early ")},
    "a page of the day before yesterday": {"page": lambda: page_stamp(timezone.localdate() - timedelta(days=2))},
    "a page of tomorrow": {"page": lambda: page_stamp(timezone.localdate() + timedelta(days=1))},
}


def said_badly(bad):
    return {name: value() if callable(value) else value for name, value in BAD[bad].items()}


@pytest.mark.parametrize("bad", BAD)
class TestBadInput:
    def test_is_not_kept(self, site, bad):
        assert send(site, **said_badly(bad)).status_code == 422
        assert not Feedback.objects.exists()

    def test_loses_nothing(self, site, bad):
        said = {"kind": "wrong", "text": TEXT, **said_badly(bad)}
        response = send(site, **said)
        page = Page(response)
        assert said["text"].strip() in response.text
        assert said["kind"] in (None, "praise") or ("feedback-kind", said["kind"]) in page.fields
        assert set(ANSWERS.items()) <= set(page.fields)

    def test_the_log_has_nothing(self, site, bad, caplog):
        with caplog.at_level(logging.INFO):
            send(site, **said_badly(bad))
        assert caplog.records == []


def test_a_page_of_yesterday_is_still_good(site):
    assert send(site, page=page_stamp(timezone.localdate() - timedelta(days=1))).status_code == 200


def test_a_page_that_is_too_old_can_be_sent_once_more_as_it_is(site):
    again = Page(send(site, page=page_stamp(timezone.localdate() - timedelta(days=9))))
    assert send(site, page=dict(again.fields)["feedback-page"]).status_code == 200


def test_two_links_are_fine(site):
    assert send(site, text="See https://a.example and https://b.example").status_code == 200


def test_what_is_far_too_large_is_not_read(site):
    assert send(site, text="x" * 40_000).status_code == 413


def test_the_address_by_itself_explains_how_to_send(site):
    assert "unclear, wrong or missing" in Page(site.get("/en/feedback/")).words


# Too much of it, or nowhere to put it


def test_the_same_message_is_kept_once_a_day_and_thanked_for_each_time(site):
    assert [send(site).status_code for _ in range(2)] == [200, 200]
    assert Feedback.objects.count() == 1


def test_the_same_words_about_another_step_are_another_message(site):
    send(site)
    send(site, page=page_stamp(step="metastatic-tests"))
    assert Feedback.objects.count() == 2


class TestMoreThanStaffCanRead:
    @pytest.fixture(autouse=True)
    def _two_a_day(self, settings):
        settings.FEEDBACK_PER_DAY = 2

    def test_is_refused_kindly_and_loses_nothing(self, site):
        answers = [send(site, text=f"{TEXT} {number}") for number in range(3)]
        assert [response.status_code for response in answers] == [200, 200, 503]
        assert "Please try again tomorrow" in answers[2].text
        assert f"{TEXT} 2" in answers[2].text

    def test_leads_to_an_address_only_if_there_is_one(self, site, settings):
        send(site, text="1")
        send(site, text="2")
        assert "mailto:" not in send(site).text
        settings.FEEDBACK_EMAIL = "us@example.org"
        assert "mailto:us@example.org" in send(site).text

    def test_what_staff_have_dealt_with_makes_room(self, site):
        send(site, text="1")
        send(site, text="2")
        Feedback.objects.filter(text="1").update(state="dismissed")
        assert send(site).status_code == 200

    def test_what_came_yesterday_does_not_count(self, site):
        send(site, text="1")
        send(site, text="2")
        Feedback.objects.update(received=date(2020, 1, 1))
        assert send(site).status_code == 200


def test_while_the_database_is_away_nothing_is_lost(site, release):
    from evidence import holding

    holding._held, holding._next_check = release, float("inf")

    def away(execute, sql, params, many, context):
        raise OperationalError(f"the database is away: {sql} {params}")

    with connection.execute_wrapper(away):
        response = send(site)
    assert response.status_code == 503
    assert TEXT in response.text
    assert "send it again in a few minutes" in response.text


# The way back


@pytest.mark.parametrize("text", [TEXT, ""], ids=["after thanks", "after bad input"])
def test_the_way_back_leads_to_the_step_of_the_same_plan(site, text):
    page = Page(send(site, text=text))
    assert "/en/plan/#step-2" in page.actions
    assert site.plan(**{name: value for name, value in page.fields if not name.startswith("feedback-")}).status_code == 200


# Staff


class TestStaff:
    @pytest.fixture
    def row(self, site):
        send(site, text="An <b>old</b> number.", with_answers="on")
        return kept()

    def test_see_how_late_it_is(self, admin_client, row):
        Feedback.objects.update(received=date(2026, 1, 1), due=timezone.localdate() - timedelta(days=3))
        assert "3 days overdue" in admin_client.get("/admin/feedback/feedback/").text

    def test_can_ask_for_what_is_overdue(self, admin_client, row):
        listed = "An &lt;b&gt;old&lt;/b&gt; number."
        assert listed not in admin_client.get("/admin/feedback/feedback/?due=overdue").text
        Feedback.objects.update(received=date(2026, 1, 1), due=date(2026, 1, 15))
        assert listed in admin_client.get("/admin/feedback/feedback/?due=overdue").text
        Feedback.objects.update(state="done")
        assert listed not in admin_client.get("/admin/feedback/feedback/?due=overdue").text

    def test_find_it_by_its_words(self, admin_client, row):
        assert "1 feedback" in Page(admin_client.get("/admin/feedback/feedback/?q=old")).words
        assert "0 feedback" in Page(admin_client.get("/admin/feedback/feedback/?q=new-born")).words

    def test_read_the_answers_in_words(self, admin_client, row):
        assert "HER2: Positive (HER2+)" in Page(admin_client.get(f"/admin/feedback/feedback/{row.pk}/change/")).words

    def test_change_what_becomes_of_it_and_not_what_was_written(self, admin_client, row):
        sent = {
            "state": "done",
            "note": "Mended.",
            "due": "2026-12-24",
            "text": "All is well.",
            "kind": "unclear",
            "step": "x",
        }
        assert admin_client.post(f"/admin/feedback/feedback/{row.pk}/change/", sent).status_code == 302
        row.refresh_from_db()
        assert (row.state, row.note, row.due) == ("done", "Mended.", date(2026, 12, 24))
        assert (row.text, row.kind, row.step) == ("An <b>old</b> number.", "wrong", STEP)

    def test_cannot_write_in_a_readers_name(self, admin_client):
        assert admin_client.get("/admin/feedback/feedback/add/").status_code == 403

    def test_mark_several_at_once(self, admin_client, row):
        admin_client.post("/admin/feedback/feedback/", {"action": "mark_done", "_selected_action": [row.pk]})
        row.refresh_from_db()
        assert row.state == "done"
