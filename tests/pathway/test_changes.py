"""What has changed since a plan was printed: every statement counts, what only follows from them does not."""

from datetime import date, datetime, timedelta

import msgspec
import pytest
from django.db import OperationalError, connection
from msgspec.structs import fields, replace

from evidence import holding, releases
from evidence.models import Release
from evidence.text import Text
from medsearch.models import Drug, Funding
from pathway.assembly import assemble
from pathway.changes import changes, sentences_that_differ
from pathway.content import scheme
from pathway.models import Block
from pathway.plan_code import Given
from pathway.templatetags.plan_changes import FIELDS, both_sides
from personalization.models import Option, Question
from personalization.profile import Profile
from tests.conftest import DAY
from tests.page import Page

ANSWERS = {"stage": "4", "type": "idc", "hr": "positive", "her2": "unknown"}


@pytest.fixture(scope="session")
def plan(content):
    profile = Profile.of(content.questions, {**ANSWERS, "pregnant": "no"})
    return assemble(content, profile, on=DAY, jurisdiction="on", moment="on-treatment")


# Two plans


def test_the_same_plan_made_again_has_not_changed(plan):
    assert changes(plan, replace(plan, release=2, day=DAY + timedelta(days=1))) == ()


FOLLOWS = {
    "Plan": {"release", "published_at", "day", "track", "moment", "jurisdiction", "jurisdiction_name", "undecided"},
    "Answer": {"option", "core", "short"},
    "FindOut": {"core", "settles", "short"},
    "OpenOption": {"slug"},
    "PlanStep": {"number", "opens"},
    "Part": {"slug"},
    "OnlyIf": {"questions"},
    "DrugInCard": {"slug"},
    "PlanBlock": {"therapy_group", "urgent"},
    "FundingNow": {"who_pays"},
    "Funding": {"slug", "several", "history", "check_days", "reference"},
    "Review": {"due"},
    "ReviewCount": {"signed_off", "changed", "overdue", "total"},
}
"""What readers are not told, or what follows from something else that they are told."""
NOT_STATEMENTS = {"Cited", "Reference", "Jurisdiction"}


def values(value, put):
    """(kind, field, value, put) for every field within a value; `put(other)` is the whole with that value replaced."""
    if isinstance(value, msgspec.Struct) and not isinstance(value, Text):
        for field in fields(value):
            inner = getattr(value, field.name)

            def put_field(other, name=field.name):
                return put(replace(value, **{name: other}))

            yield type(value).__name__, field.name, inner, put_field
            yield from values(inner, put_field)
    elif isinstance(value, tuple):
        for place, one in enumerate(value):
            yield from values(one, lambda other, place=place: put((*value[:place], other, *value[place + 1 :])))


def altered(value):
    match value:
        case bool():
            return not value
        case Text():
            return Text(en=f"{value.en} Another sentence.", fr=value.fr)
        case str():
            return f"{value}-another"
        case int():
            return value + 1
        case datetime() | date():
            return value + timedelta(days=1)
        case (str(), *_):
            return value[:-1]
    return None


def test_no_statement_can_change_unnoticed(plan):
    noticed, tried = set(), {}
    for kind, field, value, put in values(plan, lambda other: other):
        other = altered(value)
        if other is None or kind in NOT_STATEMENTS or tried.setdefault((kind, field), 0) >= 2:
            continue
        tried[kind, field] += 1
        if changes(plan, put(other)):
            noticed.add((kind, field))
    assert len(tried) > 60
    assert {(kind, field) for kind, field in tried.keys() - noticed if field not in FOLLOWS.get(kind, ())} == set()


def test_every_change_can_be_told(plan):
    for kind, _field, value, put in values(plan, lambda other: other):
        other = altered(value)
        if other is not None and kind not in NOT_STATEMENTS and not isinstance(value, str):
            for change in changes(plan, put(other)):
                for difference in change.differences:
                    assert FIELDS[difference.field]
                    both_sides(difference)
            if kind == "Use":
                break


def without_first_block(step):
    parts = [part for part in step.parts if part.blocks]
    part = parts[0]
    shorter = replace(part, blocks=part.blocks[1:])
    return part.blocks[0], replace(step, parts=tuple(shorter if one is part else one for one in step.parts))


def test_a_block_that_comes_or_goes_is_one_line(plan):
    block, step = without_first_block(plan.steps[0])
    shorter = replace(plan, steps=(step, *plan.steps[1:]))
    (gone,) = changes(plan, shorter)
    (new,) = changes(shorter, plan)
    assert (gone.what, gone.kind, new.what, new.place) == ("removed", "block", "added", "step-1")
    assert gone.name in (block.title, step.title, *(part.heading for part in plan.steps[0].parts))


def test_a_step_that_goes_is_one_line_and_takes_its_blocks_along(plan):
    found = changes(plan, replace(plan, steps=plan.steps[:-1]))
    assert [(change.what, change.kind) for change in found] == [("removed", "step")]


def test_steps_in_another_order_are_told_once(plan):
    (found,) = changes(plan, replace(plan, steps=(plan.steps[1], plan.steps[0], *plan.steps[2:])))
    assert [difference.field for difference in found.differences] == ["order"]


def test_of_a_long_text_only_the_sentences_that_differ_are_told():
    before = "It is given weekly. You sit for an hour. Bring a book."
    after = "It is given weekly. You sit for two hours. Bring a book. Eat before."
    assert sentences_that_differ(before, after) == ("You sit for an hour.", "You sit for two hours. … Eat before.")


# Typed in on the site


@pytest.fixture
def no_checks(monkeypatch):
    monkeypatch.setattr(releases, "_checks", [])
    monkeypatch.setattr(holding, "_past_held", type(holding._past_held)())


pytestmark = pytest.mark.django_db


@pytest.fixture
def code(release, no_checks):
    """The code of a plan of release 1."""
    return scheme(release).code(
        Given(answers={**ANSWERS, "menopause": "pre"}, jurisdiction="on", moment="", release=1, day=DAY)
    )


def typed_in(site, code, language="en"):
    return site.post(f"/{language}/plan/", {"code": code})


def test_right_after_printing_nothing_has_changed(site, code):
    response = typed_in(site, code)
    page = Page(response)
    assert response.status_code == 200
    assert "Nothing has changed" in page.words
    assert {*ANSWERS.items(), ("menopause", "pre"), ("province", "on")} <= set(page.fields)


def test_a_page_that_reopens_itself_does_not_say_that_nothing_has_changed(site, code):
    assert "Nothing has changed" not in Page(site.post("/en/plan/", {"code": code, "quietly": "yes"})).words


def test_what_has_changed_is_listed_with_both_sides(site, code):
    row = Block.objects.filter(step__slug="metastatic-monitoring", kind="text", population__slug="everybody").first()
    row = row or Block.objects.filter(step__slug="metastatic-monitoring", kind="text").first()
    row.body_en += "\n\nA sentence added by a test."
    row.save()
    Drug.objects.filter(slug="letrozole").update(name_en="letrozole, renamed")
    releases.publish(by="a publisher")
    page = Page(typed_in(site, code))
    assert "What has changed since your plan of" in page.words
    assert "A sentence added by a test." in page.words
    assert "letrozole, renamed" in page.words


def test_a_province_that_began_to_pay_is_told(site, code):
    row = Funding.objects.filter(jurisdiction__code="on", drug__slug="tucatinib", history=False).first()
    row.status = "under-review" if row.status != "under-review" else "funded"
    row.save()
    releases.publish(by="a publisher")
    assert "(who pays)" in Page(typed_in(site, code)).words


def test_a_release_marked_as_wrong_is_told_first(site, code):
    typed_in(site, code)
    releases.mark_wrong(Release.objects.get(number=1), "A dose was wrong. Call your nurse.")
    page = Page(typed_in(site, code))
    assert page.words.index("A dose was wrong. Call your nurse.") < page.words.index("Made for these answers")
    assert "Please do not rely on the plan of" in page.words
    releases.mark_wrong(Release.objects.get(number=1), "")
    assert "Please do not rely" not in Page(typed_in(site, code)).words


def test_marking_a_release_changes_nothing_else_about_it(no_checks):
    before = Release.objects.values().get(number=1)
    releases.mark_wrong(Release.objects.get(number=1), " Wrong. ")
    assert Release.objects.values().get(number=1) == {**before, "wrong": "Wrong."}


def test_an_option_that_is_gone_has_to_be_given_again_and_the_rest_is_filled_in(site, code):
    Option.objects.filter(question__slug="menopause", slug="pre").update(slug="before")
    releases.publish(by="a publisher")
    response = typed_in(site, code)
    page = Page(response)
    assert response.status_code == 422
    assert "Your code is right" in page.words
    assert "#div_id_menopause" in page.links
    assert {*ANSWERS.items()} <= set(page.fields)
    assert "menopause" not in {name for name, _ in page.fields}


def test_a_question_that_is_gone_is_named_and_the_plan_is_shown(site, code):
    Question.objects.filter(slug="menopause").delete()
    releases.publish(by="a publisher")
    response = typed_in(site, code)
    assert response.status_code == 200
    assert "Not asked any more: Menopause" in Page(response).words


def test_a_question_added_since_leaves_the_code_valid(site, code):
    question = Question.objects.get(slug="menopause")
    question.pk, question.slug, question.number = None, "added-later", 99
    question.assumed = None
    question.save()
    for number, slug in enumerate(["yes", "no"], start=1):
        Option.objects.create(question=question, slug=slug, number=number, kind="plain", label=slug, phrase=slug)
    Option.objects.create(question=question, slug="unknown", number=3, kind="unknown", label="?", phrase="?")
    releases.publish(by="a publisher")
    assert ("menopause", "pre") in Page(typed_in(site, code)).fields


def other_code(content, number, sha256="0" * 64):
    from tests.pathway.test_plan_code import scheme_of, what

    return scheme_of(content, number, sha256).code(what(release=number))


REFUSED = {
    "mistyped": (lambda content: "7K3M-Q2P9-AAA", 422, "is not complete, or a character in it is not the right one"),
    "a character of no code": (lambda content: "7K3U", 422, "There is no “U” in plan codes"),
    "newer": (lambda content: other_code(content, 77), 422, "comes from release 77, and the newest one here is release 1"),
    "never had": (lambda content: other_code(content, 1), 422, "the release 1 it comes from was never published here"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_code_that_leads_nowhere_says_why(site, content, no_checks, case):
    make, status, told = REFUSED[case]
    response = typed_in(site, make(content))
    assert response.status_code == status
    assert told in Page(response).words
    as_json = site.post("/en/plan/", {"code": make(content)}, headers={"Accept": "application/json"})
    assert told in as_json.json()["errors"]["code"][0]


# While the database is away


def database_is_away(execute, sql, params, many, context):
    raise OperationalError("the database is away")


def test_without_the_database_a_plan_of_the_active_release_opens(site, code):
    holding.active()
    with connection.execute_wrapper(database_is_away):
        response = typed_in(site, code)
    assert response.status_code == 200
    assert "We cannot look up right now what has changed" in Page(response).words


def test_without_the_database_a_plan_of_an_older_release_opens_if_the_questions_are_the_same(site, code):
    Drug.objects.filter(slug="letrozole").update(name_en="letrozole, renamed")
    releases.publish(by="a publisher")
    holding.active()
    with connection.execute_wrapper(database_is_away):
        page = Page(typed_in(site, code))
    assert {*ANSWERS.items(), ("menopause", "pre")} <= set(page.fields)
    assert "We cannot look up right now what has changed" in page.words


def test_without_the_database_nothing_is_guessed_if_the_questions_are_others(site, code):
    Question.objects.filter(slug="menopause").delete()
    releases.publish(by="a publisher")
    holding.active()
    with connection.execute_wrapper(database_is_away):
        response = typed_in(site, code)
    assert response.status_code == 503
    assert "we cannot look it up right now" in Page(response).words


# Staff


def test_a_publisher_marks_a_release_and_takes_it_back(admin_client):
    release = Release.objects.get(number=1)
    for why in ("A dose was wrong.", ""):
        response = admin_client.post(f"/admin/evidence/release/{release.pk}/mark/", {"wrong": why})
        assert response.status_code == 302
        assert Release.objects.get(number=1).wrong == why
        assert admin_client.get(response["Location"]).status_code == 200


def test_who_cannot_publish_cannot_mark(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("editor", is_staff=True))
    address = f"/admin/evidence/release/{Release.objects.get(number=1).pk}/mark/"
    assert client.post(address, {"wrong": "x"}).status_code == 403
    assert Release.objects.get(number=1).wrong == ""


# What is given away


def test_no_code_reaches_a_log_an_address_or_a_header(site, code, caplog):
    with caplog.at_level("DEBUG"):
        responses = [typed_in(site, code), typed_in(site, code[:-1] + ("0" if code[-1] != "0" else "1"))]
    bare = code.replace("-", "")
    for response in responses:
        assert not [value for value in response.headers.values() if code in value or bare in value]
        assert not [address for address in Page(response).actions if code in address]
        assert not [link for link in Page(response).links if code in link]
    told = " ".join(record.getMessage() for record in caplog.records if not record.name.startswith("django.db"))
    assert code not in told
    assert bare not in told


def test_clearing_tells_the_browser_to_forget(site):
    response = site.get("/en/plan/clear/")
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies


def test_a_wrong_release_that_is_still_public_is_not_called_corrected(site, code):
    releases.mark_wrong(Release.objects.get(number=1), "A dose was wrong.")
    words = Page(typed_in(site, code)).words
    assert "The correction is not here yet" in words
    assert "We withdrew" not in words


def test_a_mistyped_code_stays_in_its_field_to_be_mended(site, no_checks):
    assert ("code", "7K3M-Q2P9-AAA") in Page(typed_in(site, "7K3M-Q2P9-AAA")).fields


def test_the_other_language_tells_the_same_changes(site, code):
    page = Page(typed_in(site, code))
    assert ("code", code) in page.fields
    assert typed_in(site, code, "fr").status_code == 200
