"""What the database itself refuses, whoever writes to it: each named constraint lets one row pass and stops another."""

from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from evidence.models import Reference, Release, Scheduled, SignOff
from feedback.models import Feedback
from glossary.models import Term
from medsearch.models import Drug, DrugClass, Funding, Indication, Jurisdiction, Milestone, Programme
from pathway.models import Block, DecisionOption, Step, Track, TrackStep
from personalization.models import Option, Population, Question, Rule
from staff.models import Entry
from worklists.models import Grade, Link, Owner

pytestmark = pytest.mark.django_db

OURS = ["evidence", "personalization", "glossary", "medsearch", "pathway", "feedback", "worklists", "staff"]
THREE = ["benefit", "harm", "experience"]


def an_option():
    return Option.objects.get(question__slug="stage", slug="1")


def a_population():
    return Population.objects.get(slug="everyone")


def an_unused_step():
    return Step.objects.create(slug="unused", title="Unused", summary="Unused.")


def a_review():
    shas = {"base_sha256": "0" * 64, "draft_sha256": "1" * 64}
    return SignOff.objects.create(base_number=1, **shas, asked_by="an author", asked_at=NOW)


def itself(row):
    return row


# Name, model, a row of the content to begin with, a change that may be saved, a change that may not. A function stands for
# a value that only the database or the row has.
CHECKS = [
    ("reference_has_a_title", Reference, {}, {"title": "Any"}, {"title": ""}),
    ("reference_url_is_http_or_empty", Reference, {}, {"url": ""}, {"url": "ftp://cancer.ca/"}),
    ("reference_published_is_a_partial_date", Reference, {}, {"published": "2024-05"}, {"published": "2024-13"}),
    ("question_clause_has_a_place", Question, {}, {"clause": "you are {}"}, {"clause": "you are"}),
    (
        "core_question_assumes_nothing",
        Question,
        {"core": True},
        {"core": False, "assumed": an_option},
        {"assumed": an_option},
    ),
    ("option_kind_is_known", Option, {"kind": "plain"}, {"kind": "wider"}, {"kind": "narrower"}),
    ("the_unknown_option_is_called_unknown", Option, {"kind": "unknown"}, {}, {"slug": "who-knows"}),
    ("question_report_is_known", Question, {}, {"report": "scan"}, {"report": "letter"}),
    (
        "report_example_rings_what_answers",
        Question,
        {},
        {"report_example": "ER: **positive**"},
        {"report_example": "ER: positive"},
    ),
    ("population_has_a_name", Population, {}, {"name": "Any"}, {"name": ""}),
    ("term_has_a_definition", Term, {}, {"definition": "Any."}, {"definition": ""}),
    ("drugclass_therapy_group_is_known", DrugClass, {}, {"therapy_group": "hormonal"}, {"therapy_group": "herbal"}),
    (
        "drugclass_keeps_the_balance",
        DrugClass,
        {},
        dict.fromkeys(THREE, "Any."),
        {**dict.fromkeys(THREE, "Any."), "harm": ""},
    ),
    ("drug_has_a_summary", Drug, {}, {"summary": "Any."}, {"summary": ""}),
    ("drug_atc_is_a_code_or_empty", Drug, {}, {"atc": "L02BG04"}, {"atc": "letrozole"[:7]}),
    ("drug_keeps_the_balance", Drug, {}, dict.fromkeys(THREE, "Any."), {**dict.fromkeys(THREE, "Any."), "harm": ""}),
    ("drug_generics_is_known", Drug, {}, {"generics": "yes"}, {"generics": "some"}),
    ("drug_slug_is_not_another_page", Drug, {}, {"slug": "anywhere"}, {"slug": "where"}),
    ("jurisdiction_tile_is_on_the_map", Jurisdiction, {}, {"map_row": 5}, {"map_row": 6}),
    ("programme_kind_is_known", Programme, {"kind": "navigator"}, {"kind": "other"}, {"kind": "bank"}),
    ("programme_covers_is_known_or_empty", Programme, {}, {"covers": ""}, {"covers": "teeth"}),
    ("programme_public_says_where", Programme, {"jurisdiction": None}, {"kind": "other"}, {"kind": "public"}),
    ("milestone_outcome_is_one_of_its_body", Milestone, {"body": "cda"}, {"outcome": "reimburse"}, {"outcome": "agreement"}),
    ("milestone_date_is_a_partial_date", Milestone, {}, {"date": "2021-11"}, {"date": "May 2021"}),
    ("indication_setting_is_known", Indication, {"first_line": False}, {"setting": "adjuvant"}, {"setting": "palliative"}),
    ("indication_approval_is_known", Indication, {}, {"approval": "conditions"}, {"approval": "maybe"}),
    ("indication_lines_are_metastatic", Indication, {"first_line": True}, {"second_line": True}, {"setting": "adjuvant"}),
    ("indication_does_not_supersede_itself", Indication, {}, {"superseded_by": None}, {"superseded_by": itself}),
    ("funding_status_is_known", Funding, {}, {"status": "under-review"}, {"status": "perhaps"}),
    ("funding_effective_is_a_partial_date", Funding, {}, {"effective": ""}, {"effective": "May 2024"}),
    (
        "funding_of_several_is_history",
        Funding,
        {"history": False},
        {"jurisdiction": None, "several": "most provinces", "history": True},
        {"jurisdiction": None, "several": "most provinces"},
    ),
    (
        "track_has_a_population_or_is_for_open_stage",
        Track,
        {"population": None},
        {"population": a_population, "for_open_stage": False},
        {"population": a_population},
    ),
    (
        "sensitive_step_has_a_label",
        Step,
        {},
        {"sensitive": True, "sensitive_label": "Any"},
        {"sensitive": True, "sensitive_label": ""},
    ),
    ("step_moment_is_known", Step, {}, {"moment": "on-treatment"}, {"moment": "on-holiday"}),
    (
        "no_plan_opens_at_a_sensitive_step",
        Step,
        {"sensitive": True},
        {"moment": ""},
        {"moment": "on-treatment"},
    ),
    ("block_kind_is_known", Block, {"kind": "text"}, {"kind": "tip"}, {"kind": "poem"}),
    (
        "treatments_say_which_group_and_setting",
        Block,
        {"kind": "treatments"},
        {"therapy_group": "hormonal", "setting": "adjuvant"},
        {"setting": ""},
    ),
    ("block_has_text_or_derives_it", Block, {"kind": "text"}, {"body": "Any."}, {"body": ""}),
    ("standard_of_care_has_an_interval", Block, {"kind": "standard"}, {"interval": "within a day"}, {"interval": ""}),
    (
        "decision_option_keeps_the_balance",
        DecisionOption,
        {},
        dict.fromkeys(THREE, "Any."),
        {**dict.fromkeys(THREE, "Any."), "benefit": ""},
    ),
    ("entry_what_is_known", Entry, {}, {"what": "entered"}, {"what": "stolen"}),
    ("feedback_kind_is_known", Feedback, {}, {"kind": "missing"}, {"kind": "praise"}),
    ("feedback_state_is_known", Feedback, {}, {"state": "in-work"}, {"state": "lost"}),
    (
        "feedback_says_what_is_wrong_or_missing",
        Feedback,
        {},
        {"kind": "unclear", "text": ""},
        {"kind": "missing", "text": ""},
    ),
    ("owner_worklist_is_known", Owner, {}, {"worklist": "french"}, {"worklist": "german"}),
    ("owner_table_is_a_label", Owner, {}, {"table": "medsearch.drug"}, {"table": "Drug"}),
    ("link_url_is_http", Link, {}, {"url": "https://cancer.ca/b"}, {"url": "file:///etc/passwd"}),
    (
        "link_failed_from_day_to_day",
        Link,
        {},
        {"problem": "Gone.", "first_failed": date(2026, 11, 1), "last_failed": date(2026, 11, 1)},
        {"problem": "Gone.", "first_failed": date(2026, 11, 2), "last_failed": date(2026, 11, 1)},
    ),
    ("grade_text_is_64_hex", Grade, {}, {"grade": 9.0}, {"text": "0" * 63 + "g"}),
    ("feedback_is_due_after_it_came", Feedback, {}, {"due": date(2026, 11, 1)}, {"due": date(2026, 10, 31)}),
]
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ANSWERED = {"answered_by": "a reviewer", "answered_at": NOW}
SETTLED = {"settled_by": "a publisher", "settled_at": NOW}
CHECKS += [
    ("sign_off_state_is_known", SignOff, {}, {"state": "signed", **ANSWERED}, {"state": "fine", **ANSWERED}),
    ("sign_off_says_of_what", SignOff, {}, {"draft_sha256": "0" * 64}, {"draft_sha256": "0" * 63 + "g"}),
    ("sign_off_answer_names_who_and_when", SignOff, {}, {"state": "signed", **ANSWERED}, {"state": "signed"}),
    (
        "sign_off_sent_back_says_why",
        SignOff,
        {},
        {"state": "sent-back", "comment": "Why?", **ANSWERED},
        {"state": "sent-back", **ANSWERED},
    ),
    ("scheduled_state_is_known", Scheduled, {}, {"state": "cancelled", **SETTLED}, {"state": "lost", **SETTLED}),
    ("scheduled_settled_says_when_and_by_whom", Scheduled, {}, {"state": "cancelled", **SETTLED}, {"state": "cancelled"}),
    (
        "scheduled_refused_says_why",
        Scheduled,
        {},
        {"state": "refused", "reason": "Any.", **SETTLED},
        {"state": "refused", **SETTLED},
    ),
    (
        "scheduled_published_names_its_release",
        Scheduled,
        {},
        {"state": "published", "release": lambda: Release.objects.first(), **SETTLED},
        {"state": "published", **SETTLED},
    ),
]
SIGNED_OFF = {
    "review_state": "signed-off",
    "signed_off_by": "Dr. A",
    "signed_off_role": "oncologist",
    "signed_off_on": date(2026, 11, 1),
    "review_due": date(2027, 11, 1),
    "signed_off_text": "0" * 64,
}
for reviewed in (Term, DrugClass, Drug, Block):
    name = reviewed._meta.label_lower.replace(".", "_")
    CHECKS += [
        (f"{name}_review_state_is_known", reviewed, {}, {"review_state": "in-review"}, {"review_state": "fine"}),
        (f"{name}_signed_off_says_who_when_and_what", reviewed, {}, SIGNED_OFF, {**SIGNED_OFF, "signed_off_role": ""}),
        (f"{name}_is_reviewed_after_sign_off", reviewed, {}, SIGNED_OFF, {**SIGNED_OFF, "review_due": date(2026, 11, 1)}),
    ]

SECOND = {"number": 2, "active": False}

# The same; here a copy of the row is saved beside it, with the change.
ONCE = [
    ("release_sha256_is_64_hex", Release, {}, {**SECOND, "sha256": "0" * 64}, {**SECOND, "sha256": "0" * 63 + "g"}),
    (
        "release_signed_names_who_and_when",
        Release,
        {},
        {**SECOND, "signed_by": "a reviewer", "signed_at": NOW},
        {**SECOND, "signed_by": "a reviewer"},
    ),
    (
        "release_imported_names_whence_who_and_when",
        Release,
        {},
        {**SECOND, "imported_from": "elsewhere", "imported_by": "a publisher", "imported_at": NOW},
        {**SECOND, "imported_from": "elsewhere"},
    ),
    ("one_review_is_asked_for", SignOff, {}, {"state": "replaced"}, {}),
    ("one_release_is_waiting", Scheduled, {}, {"state": "cancelled", **SETTLED}, {}),
    ("one_release_is_active", Release, {}, SECOND, {**SECOND, "active": True}),
    ("option_slug_once_per_question", Option, {"kind": "plain"}, {"slug": "another"}, {}),
    ("rule_number_once_per_population", Rule, {}, {"number": 99}, {}),
    ("one_current_funding_per_indication", Funding, {"history": False}, {"history": True}, {}),
    ("one_current_funding_per_whole_drug", Funding, {"history": False, "indication": None}, {"history": True}, {}),
    (
        "one_tile_on_the_map_each",
        Jurisdiction,
        {},
        {"code": "any", "number": 99, "map_row": 5},
        {"code": "any", "number": 99},
    ),
    ("one_milestone_per_review_number", Milestone, {"body": "cda", "number": "PC0243-000"}, {"number": "PC0243-001"}, {}),
    (
        "one_track_for_open_stage",
        Track,
        {"for_open_stage": True},
        {"number": 99, "for_open_stage": False, "population": a_population},
        {"number": 99},
    ),
    ("step_number_once_per_track", TrackStep, {}, {"number": 99, "step": an_unused_step}, {"step": an_unused_step}),
    ("step_once_per_track", TrackStep, {}, {"number": 99, "step": an_unused_step}, {"number": 99}),
    ("block_number_once_per_step", Block, {}, {"number": 999}, {}),
    ("one_owner_of_a_row_in_a_list", Owner, {}, {"key": 2}, {}),
    ("decision_option_number_once_per_block", DecisionOption, {}, {"number": 99}, {}),
]

IMPLIED = {"one_unknown_option_per_question"}
"""Cannot be broken alone: a second one would have the same slug as the first."""


def begin_with(model, lookup):
    row = model.objects.filter(
        **{f"{k}__isnull" if v is None else k: True if v is None else v for k, v in lookup.items()}
    ).first()
    if row is None and model is Funding:  # no source speaks of a drug as a whole
        row = begin_with(Funding, {"history": False, "several": ""})
        row.pk, row.slug, row.indication = None, "whole-drug", None
        row.save()
    if row is None and model is Feedback:  # readers write it, not fixtures
        day = date(2026, 11, 1)
        row = Feedback.objects.create(release=1, language="en", step="any", kind="wrong", text="Any.", received=day, due=day)
    if row is None and model is SignOff:
        row = a_review()
    if row is None and model is Scheduled:
        row = Scheduled.objects.create(due=NOW, document="{}", signed=a_review(), scheduled_by="a publisher", frozen_at=NOW)
    if model is Entry:  # never saved a second time
        row = Entry()
    if model is Owner:
        owner = User.objects.create_user("somebody")
        row = Owner.objects.create(worklist="funding", table="medsearch.funding", key=1, owner=owner)
    if model is Link:
        row = Link.objects.create(url="https://cancer.ca/a", checked=timezone.now())
    if model is Grade:
        row = Grade.objects.create(text="0" * 64, grade=8.0)
    assert row is not None, f"the content has no {model.__name__} with {lookup}"
    return row


def save(row, change):
    for field, value in change.items():
        setattr(row, field, value(row) if value is itself else value() if callable(value) else value)
    with transaction.atomic():
        row.save()


def copy_of(row):
    slug = next((field for field in row._meta.fields if field.name == "slug" and field.unique), None)
    if slug:
        row.slug = "a-copy"
    row.pk = None
    row._state.adding = True
    return row


def complaint(model, constraint_name):
    """What the database says. SQLite names a unique constraint by its columns."""
    constraint = next(c for c in model._meta.constraints if c.name == constraint_name)
    if isinstance(constraint, models.UniqueConstraint) and connection.vendor == "sqlite":
        columns = [model._meta.get_field(name).column for name in constraint.fields]
        return "^UNIQUE constraint failed: " + ", ".join(f"{model._meta.db_table}.{column}" for column in columns) + "$"
    return rf"\b{constraint_name}\b"


def ids(cases):
    return [case[0] for case in cases]


@pytest.mark.parametrize(("constraint", "model", "lookup", "may", "may_not"), CHECKS, ids=ids(CHECKS))
class TestChecks:
    def test_passes(self, constraint, model, lookup, may, may_not):
        save(begin_with(model, lookup), may)

    def test_fails(self, constraint, model, lookup, may, may_not):
        with pytest.raises(IntegrityError, match=complaint(model, constraint)):
            save(begin_with(model, lookup), may_not)


@pytest.mark.parametrize(("constraint", "model", "lookup", "may", "may_not"), ONCE, ids=ids(ONCE))
class TestOnce:
    def test_passes(self, constraint, model, lookup, may, may_not):
        save(copy_of(begin_with(model, lookup)), may)

    def test_fails(self, constraint, model, lookup, may, may_not):
        with pytest.raises(IntegrityError, match=complaint(model, constraint)):
            save(copy_of(begin_with(model, lookup)), may_not)


def test_every_named_constraint_has_its_two_tests():
    named = {c.name for app in OURS for model in apps.get_app_config(app).get_models() for c in model._meta.constraints}
    assert named == {*ids(CHECKS), *ids(ONCE), *IMPLIED}
