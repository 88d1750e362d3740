"""Clinical sign-off: of one text, by somebody who did not write it, for readers to see how it stands on their day."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evidence import holding, releases, signing
from evidence.content import NOT_REVIEWED
from evidence.frozen import Review, fingerprint
from evidence.templatetags.reviews import review_words
from glossary.models import Term
from history import records
from medsearch.models import Drug, DrugClass
from pathway.models import Block
from staff.models import Entry

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
GIVEN = signing.SignOff("Dr. Ann Lee", "medical oncologist", TODAY, date(2027, 11, 23))


def person(name, *roles):
    user = User.objects.create_user(name, first_name="Ann", last_name="Lee", is_staff=True)
    user.groups.set(Group.objects.filter(name__in=roles))
    client = Client()
    client.force_login(user)
    return client


def read(row):
    return {row.pk: fingerprint(signing.texts(type(row), [row.pk])[row.pk])}


def signed(row, account="reviewer", given=GIVEN):
    signing.sign(type(row), read(row), given, account=account)
    row.refresh_from_db()
    return row


def as_published(row):
    """The review of the row in the release that publishing now would make."""
    return signing.texts(type(row), [row.pk])[row.pk].review


def page(row, what):
    return f"{reverse(f'admin:{row._meta.app_label}_{row._meta.model_name}_{what}')}?pk={row.pk}"


def form(row, **changed):
    return {
        "name": "Dr. Ann Lee",
        "role": "medical oncologist",
        "on": timezone.localdate().isoformat(),
        "due": (timezone.localdate() + timedelta(days=365)).isoformat(),
        **{f"seen-{pk}": seen for pk, seen in read(row).items()},
        **changed,
    }


@pytest.fixture
def term():
    return Term.objects.get(slug="biopsy")


@pytest.fixture
def decision():
    return Block.objects.filter(options__isnull=False).first()


@pytest.mark.parametrize("model", [Term, Drug, DrugClass, Block])
def test_what_is_signed_off_says_so_in_the_next_release(model):
    row = signed(model.objects.first())
    assert row.review_state == "signed-off"
    assert as_published(row) == Review("signed-off", "Dr. Ann Lee, medical oncologist", "2026-11-23", "2027-11-23")


def option(row):
    part = row.options.first()
    part.harm_en += " And more."
    part.save()


def reference(row):
    row.references.remove(row.references.first())


def french(row):
    row.body_fr = "Autre chose."
    row.save()


def deleted_reference(row):
    row.references.clear()
    other = type(row.references.model.objects.first()).objects.create(slug="any", title="Any", organisation="Any")
    row.references.add(other)
    signed(row)
    other.delete()


@pytest.mark.parametrize("change", [option, reference, french, deleted_reference])
def test_a_later_change_of_the_text_voids_it_at_once(decision, change):
    change(signed(decision))
    decision.refresh_from_db()
    assert decision.review_state == "changed"
    assert as_published(decision).state == "changed"


def test_a_change_that_the_program_does_not_hear_of_is_still_seen_by_the_release(term):
    signed(term)
    Term.objects.filter(pk=term.pk).update(definition_en="Something else.", definition="Something else.")
    assert as_published(term).state == "changed"


def test_the_words_that_were_signed_off_are_signed_off_again_when_they_come_back(term):
    before = signed(term).definition_en
    for words in ("Something else.", before):
        term.definition_en = words
        term.save()
    assert term.review_state == "signed-off"


def test_a_field_that_comes_with_a_later_version_voids_nothing():
    import msgspec

    old = msgspec.defstruct("Old", [("slug", str), ("said", str), ("review", Review)], frozen=True)
    new = msgspec.defstruct("New", [("slug", str), ("said", str), ("review", Review), ("urgent", bool, False)], frozen=True)
    assert fingerprint(old("a", "b", NOT_REVIEWED)) == fingerprint(new("a", "b", NOT_REVIEWED))
    assert fingerprint(new("a", "b", NOT_REVIEWED)) != fingerprint(new("a", "b", NOT_REVIEWED, True))


def test_who_wrote_the_text_cannot_sign_it_off(term):
    with records.together(by="author"):
        term.definition_en = "Written anew."
        term.save()
    with pytest.raises(signing.Refused, match="You changed this text"):
        signed(term, account="author")
    assert signed(term, account="reviewer").review_state == "signed-off"


def test_who_wrote_a_part_of_the_text_cannot_sign_it_off(decision):
    with records.together(by="author"):
        option(decision)
    assert signing.refusals(Block, [decision.pk], account="author")


def test_who_wrote_an_older_text_may_sign_off_the_next_one(term):
    for account in ("first", "second"):
        with records.together(by=account):
            term.definition_en = f"Written by the {account}."
            term.save()
        signed(term, account="reviewer")
    assert not signing.refusals(Term, [term.pk], account="first")


def test_a_text_that_changed_since_it_was_read_is_not_signed_off(term):
    seen = read(term)
    term.definition_en = "Written anew."
    term.save()
    with pytest.raises(signing.Refused, match="was changed since you looked"):
        signing.sign(Term, seen, GIVEN, account="reviewer")


def test_going_back_brings_no_sign_off_back(term):
    signed(term)
    kept = term.kept.order_by("-history_id").first()
    signing.withdraw(Term, [term.pk], "Wrong dose.", account="reviewer")
    records.restore(kept)
    records.restore(kept, "review_state")
    term.refresh_from_db()
    assert (term.review_state, term.signed_off_by, term.withdrawn_why) == ("draft", "", "Wrong dose.")


def test_a_deleted_row_comes_back_with_the_sign_off_it_last_had(term):
    signed(term)
    first = term.kept.order_by("history_id").first()
    signing.withdraw(Term, [term.pk], "Wrong dose.", account="reviewer")
    Term.objects.get(pk=term.pk).delete()
    assert records.restore(first).review_state == "draft"


def test_an_import_can_be_undone_though_its_rows_were_signed_off_since(term):
    with records.together(records.IMPORT, by="author") as batch:
        term.definition_en = "Imported."
        term.save()
    signed(term)
    try:
        records.undo(batch, Term, by="author")
    except ValidationError as error:
        pytest.fail(str(error))
    term.refresh_from_db()
    assert term.review_state == "changed"


@pytest.mark.parametrize(
    ("due", "day", "said"),
    [
        ("2027-11-23", date(2027, 11, 23), "Next review: Nov. 23, 2027."),
        ("2027-11-23", date(2027, 11, 24), "It was due for review on Nov. 23, 2027, and that is still to be done."),
        ("", date(2027, 11, 24), ""),
    ],
)
def test_overdue_counts_from_the_day_after_on_the_readers_day(due, day, said):
    review = Review("signed-off", "Dr. A, oncologist", "2026-11-23", due)
    assert review_words(review, day) == f"Signed off by Dr. A, oncologist on Nov. 23, 2026. {said}".strip()


def test_readers_are_told_of_a_change(term):
    said = review_words(Review("changed", "Dr. A, oncologist", "2026-11-23", "2027-11-23"))
    assert said.startswith("This text has been changed since Dr. A, oncologist signed it off on Nov. 23, 2026.")


def test_a_page_says_overdue_without_a_new_release(site, term, monkeypatch):
    monkeypatch.setattr(releases, "_checks", [])
    signed(term)
    releases.publish(by="the tests")
    holding.forget()
    monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY)
    assert "Next review: Nov. 23, 2027." in site.get("/en/glossary/biopsy/").text
    monkeypatch.setattr(timezone, "localdate", lambda *_: date(2028, 1, 1))
    assert "It was due for review on Nov. 23, 2027" in site.get("/en/glossary/biopsy/").text


def test_a_plan_counts_its_parts_and_each_says_how_it_stands(site, monkeypatch):
    monkeypatch.setattr(releases, "_checks", [])
    answers = {"stage": "4", "type": "unknown", "hr": "unknown", "her2": "unknown"}
    plan = site.plan(accept="application/json", **answers).json()
    block = Block.objects.get(slug=plan["steps"][0]["parts"][0]["blocks"][0]["slug"])
    signed(block)
    releases.publish(by="the tests")
    holding.forget()
    told = site.plan(**answers).text
    assert "A clinician has signed off 1 of the" in told
    assert told.count("Signed off by Dr. Ann Lee, medical oncologist on Nov. 23, 2026.") == 1


class TestInAdmin:
    def test_a_reviewer_reads_the_words_and_signs_them_off(self, term):
        reviewer = person("reviewer", "Reviewer")
        read_first = reviewer.get(page(term, "sign_off")).text
        assert term.definition_en in read_first
        assert 'value="Ann Lee"' in read_first
        reviewer.post(page(term, "sign_off"), form(term))
        term.refresh_from_db()
        assert (term.review_state, term.signed_off_role) == ("signed-off", "medical oncologist")
        entry = Entry.objects.first()
        assert (entry.what, entry.who) == ("signed-off", "reviewer")

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"role": ""}, "This field is required."),
            ({"on": "2999-01-01", "due": "2999-02-01"}, "This day is still to come."),
            ({"due": "2020-01-01"}, "The next review comes after the sign-off"),
            ({"seen": "0" * 64}, "was changed since you looked"),
        ],
    )
    def test_what_is_refused_says_why_and_keeps_what_was_typed(self, term, changed, said):
        if "seen" in changed:
            changed = {f"seen-{term.pk}": changed["seen"]}
        answer = person("reviewer", "Reviewer").post(page(term, "sign_off"), form(term, **changed)).text
        assert said in answer
        assert 'value="Dr. Ann Lee"' in answer
        term.refresh_from_db()
        assert term.review_state == "draft"

    def test_the_author_is_told_before_reading(self, term):
        both = person("both", "Author", "Reviewer")
        with records.together(by="both"):
            term.definition_en = "Written anew."
            term.save()
        assert "Somebody else has to sign it off." in both.get(page(term, "sign_off")).text
        both.post(page(term, "sign_off"), form(term))
        term.refresh_from_db()
        assert term.review_state == "draft"

    def test_several_are_chosen_in_the_list(self):
        rows = list(Term.objects.all()[:3])
        reviewer = person("reviewer", "Reviewer")
        chosen = {"action": "sign_off", "_selected_action": [row.pk for row in rows]}
        where = reviewer.post(reverse("admin:glossary_term_changelist"), chosen).url
        reviewer.post(where, {**form(rows[0]), **form(rows[1]), **form(rows[2])})
        assert Term.objects.filter(review_state="signed-off").count() == 3

    def test_more_than_can_be_read_are_refused(self, monkeypatch):
        monkeypatch.setattr("evidence.signing_admin.AT_ONCE", 2)
        chosen = {"action": "sign_off", "_selected_action": [row.pk for row in Term.objects.all()[:3]]}
        answer = person("reviewer", "Reviewer").post(reverse("admin:glossary_term_changelist"), chosen, follow=True)
        assert "Choose 2 rows or fewer" in answer.text

    def test_withdrawing_asks_why_and_the_author_reads_it(self, term):
        signed(term, account="somebody else")
        reviewer = person("reviewer", "Reviewer")
        assert "This field is required." in reviewer.post(page(term, "withdraw"), {"why": ""}).text
        reviewer.post(page(term, "withdraw"), {"why": "Half of it is missing."})
        term.refresh_from_db()
        assert term.review_state == "draft"
        seen = person("author", "Author").get(reverse("admin:glossary_term_change", args=[term.pk])).text
        assert "The last sign-off was withdrawn: Half of it is missing." in seen

    def test_an_author_who_saves_a_change_is_told_at_once(self, term, client):
        signed(term)
        author = person("author", "Author")
        there = reverse("admin:glossary_term_change", args=[term.pk])
        fields = author.get(there).context["adminform"].form.initial
        values = {name: value for name, value in fields.items() if value is not None}
        values |= {"references": [row.pk for row in term.references.all()], "definition_en": "Written anew."}
        assert "What you saved is not signed off" in author.post(there, values, follow=True).text

    def test_nothing_of_a_sign_off_can_be_typed_into_the_form(self, term):
        author = person("author", "Author")
        fields = author.get(reverse("admin:glossary_term_change", args=[term.pk])).context["adminform"].form.fields
        assert not set(fields) & set(Term.SIGN_OFF)

    @pytest.mark.parametrize("role", ["Viewer", "Data", "Author", "Reviewer", "Publisher"])
    @pytest.mark.parametrize("model", [Term, Drug, DrugClass, Block])
    def test_only_reviewers_sign_off(self, role, model):
        row, client = model.objects.first(), person("somebody", role)
        statuses = {client.get(page(row, what)).status_code for what in ("sign_off", "withdraw")}
        assert statuses == {200 if role == "Reviewer" else 403}

    def test_an_author_hands_drafts_over_to_a_clinician(self, term):
        author = person("author", "Author")
        for action, state in (("give_to_clinician", "in-review"), ("take_from_clinician", "draft")):
            author.post(reverse("admin:glossary_term_changelist"), {"action": action, "_selected_action": [term.pk]})
            term.refresh_from_db()
            assert term.review_state == state

    def test_many_texts_take_no_more_queries_than_few(self, django_assert_max_num_queries):
        reviewer = person("reviewer", "Reviewer")
        pks = list(Block.objects.values_list("pk", flat=True)[:40])
        there = reverse("admin:pathway_block_sign_off")
        with django_assert_max_num_queries(40) as few:
            reviewer.get(there, {"pk": pks[:2]})
        with django_assert_max_num_queries(len(few)):
            reviewer.get(there, {"pk": pks})
