"""What waits for staff: each list says what it has, to whom it concerns, and what can be done about it."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from evidence import signing
from evidence.frozen import fingerprint
from evidence.models import Reference
from feedback.models import Feedback
from glossary.models import Term
from medsearch.models import Drug, Funding, Programme
from pathway.models import Block, Step
from staff.roles import CHANGE, MAY, SIGN_OFF, VIEW
from worklists import views
from worklists.lists import Chosen, counted, give, listed, people, places, worklists
from worklists.models import Link, Owner, Which

pytestmark = pytest.mark.django_db

SINCE, LAST = date(2026, 11, 1), date(2026, 11, 3)
HARD = "Notwithstanding considerable heterogeneity, multidisciplinary interdisciplinary deliberation predominates. " * 9


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture(autouse=True)
def _something_in_each_list(today):
    """One row at least in every list, of each table in the smaller ones."""
    for number, late in enumerate((3, 1, -5), 1):
        Feedback.objects.create(
            release=1, language="en", step="any", kind="wrong", text=f"Wrong {number}.", received=today - timedelta(days=30),
            due=today - timedelta(days=late),
        )  # fmt: skip
    for model in signing.kinds():
        first, second = model.objects.order_by("pk")[:2]
        for row, due in ((first, today + timedelta(days=3)), (second, today - timedelta(days=3))):
            text = fingerprint(signing.texts(model, [row.pk])[row.pk])
            given = signing.SignOff("Dr. A", "oncologist", today - timedelta(days=400), due)
            signing.sign(model, {row.pk: text}, given, account="reviewer")
    for model in (Reference, Programme):
        url = model.objects.exclude(url="").order_by("pk").first().url
        Link.objects.create(
            url=url, checked=timezone.now(), status=404, problem="Gone.", first_failed=SINCE, last_failed=LAST
        )
    Term.objects.filter(slug="biopsy").update(definition_en=HARD, definition=HARD)
    Term.objects.filter(slug="biopsy").update(name_fr="")


def someone(*roles, **more):
    user = User.objects.create_user("-".join(["somebody", *roles]), is_staff=True, **more)
    user.groups.set(Group.objects.filter(name__in=roles))
    return user


def browsing(user):
    client = Client()
    client.force_login(user)
    return client


def everything(worklist, user, **chosen):
    return listed(worklist, user, places(worklist, user, Chosen(**chosen)))


def page_of(which):
    return reverse("admin:worklist", args=[which])


def key(row):
    return f"{row._meta.label_lower}:{row.pk}"


@pytest.mark.parametrize("which", Which.values)
def test_the_count_is_that_of_the_rows(which, today, admin_user):
    worklist = worklists(today)[which]
    told, rows = counted(worklist, admin_user), everything(worklist, admin_user)
    assert told.count == len(rows) > 0
    assert told.late == len(everything(worklist, admin_user, late=True))
    assert told.oldest == min((one.row.day for one in rows if one.row.day), default=None)


def test_the_lists_hold_what_their_names_say(today, admin_user):
    lists = worklists(today)

    def slugs(which, model):
        return {one.row.slug for one in everything(lists[which], admin_user) if one.source.model is model}

    drugs = list(Drug.objects.order_by("pk").values_list("slug", flat=True)[:2])
    assert slugs("review-due", Drug) == set(drugs)
    assert slugs("unsigned", Drug) == set(Drug.objects.values_list("slug", flat=True)) - set(drugs)
    assert slugs("links", Programme) == {Programme.objects.exclude(url="").order_by("pk").first().slug}
    assert "biopsy" in slugs("reading", Term) & slugs("french", Term)
    due = Funding.objects.due(on=today, check_days=180)
    assert slugs("funding", Funding) == set(due.values_list("slug", flat=True))


def test_the_oldest_comes_first_and_what_has_no_day_before_that(today, admin_user):
    days = [one.row.day or date.min for one in everything(worklists(today)["unsigned"], admin_user)]
    assert days == sorted(days)
    late = [one.row.late for one in everything(worklists(today)["review-due"], admin_user)]
    assert late == sorted(late, reverse=True)


def test_an_easier_text_leaves_the_list_at_once(today, admin_user):
    Term.objects.filter(slug="biopsy").update(definition_en="We take a bit of it. We look at it.")
    assert "biopsy" not in {one.row.slug for one in everything(worklists(today)["reading"], admin_user)}


def test_a_step_of_hard_blocks_is_hard(today, admin_user):
    block = Block.objects.filter(kind="text").first()
    Block.objects.filter(step=block.step).update(body_en=HARD)
    rows = everything(worklists(today)["reading"], admin_user)
    assert block.step.slug in {one.row.slug for one in rows if one.source.model is Step}


class TestOwners:
    def test_rows_are_mine_somebodys_or_nobodys(self, today, admin_user):
        worklist = worklists(today)["funding"]
        first, second, *_ = rows = everything(worklist, admin_user)
        other = someone("Data")
        give(worklist, [first], admin_user)
        give(worklist, [first, second], other)
        give(worklist, [first], admin_user)
        assert [one.row for one in everything(worklist, admin_user, whose="mine")] == [first.row]
        assert [one.row for one in everything(worklist, other, whose="mine")] == [second.row]
        assert len(everything(worklist, admin_user, whose="nobody")) == len(rows) - 2
        assert counted(worklist, other).mine == 1
        give(worklist, [first], None)
        assert counted(worklist, admin_user).mine == 0

    def test_a_row_has_an_owner_for_each_list(self, today, admin_user):
        lists = worklists(today)
        one = everything(lists["unsigned"], admin_user, table="glossary.term")[0]
        give(lists["unsigned"], [one], admin_user)
        assert counted(lists["french"], admin_user).mine == 0

    def test_only_who_may_do_something_can_be_chosen(self, today):
        funding, unsigned = (worklists(today)[which].sources for which in ("funding", "unsigned"))
        roles = {role: someone(role) for role in MAY}
        gone = someone("Author", "Data", is_active=False)
        assert {user.username for user in people(funding)} == {roles["Data"].username, roles["Author"].username}
        assert {user.username for user in people(unsigned)} == {roles["Author"].username, roles["Reviewer"].username}
        assert gone not in people(funding)

    def test_on_the_page(self, today):
        data, other = browsing(someone("Data")), someone("Author")
        rows = [one.row for one in everything(worklists(today)["funding"], other)[:3]]
        ticked = {"row": [key(row) for row in rows]}
        data.post(page_of("funding"), {**ticked, "action": "me"})
        assert set(Owner.objects.values_list("owner__username", "key")) == {("somebody-Data", row.pk) for row in rows}
        data.post(page_of("funding"), {**ticked, "action": "somebody", "who": other.pk})
        assert set(Owner.objects.values_list("owner__username", flat=True)) == {"somebody-Author"}
        viewer = someone("Viewer")
        answer = data.post(page_of("funding"), {**ticked, "action": "somebody", "who": viewer.pk}, follow=True)
        assert "choose somebody who may do something about all of these rows" in answer.text
        assert set(Owner.objects.values_list("owner__username", flat=True)) == {"somebody-Author"}
        data.post(page_of("funding"), {**ticked, "action": "nobody"})
        assert not Owner.objects.exists()

    def test_nothing_ticked_says_so(self):
        answer = browsing(someone("Data")).post(page_of("funding"), {"action": "me"}, follow=True)
        assert "Tick the rows first." in answer.text


def tables(role, which, *actions):
    """Tables of the list of which the role may do one of these, as the table of roles has it."""
    found = [source.table for source in worklists(timezone.localdate())[which].sources]
    return [table for table in found if set(actions) & MAY[role].get(table, set())]


@pytest.mark.parametrize("role", MAY)
def test_each_role_sees_and_does_what_the_table_of_roles_says(role):
    user, root = someone(role), User.objects.create_superuser("root")
    client = browsing(user)
    on_front = {told.worklist.which for told in views.front(user)}
    for which in Which.values:
        sees = bool(tables(role, which, VIEW))
        acts_on = tables(role, which, CHANGE, *([SIGN_OFF] if which in ("review-due", "unsigned") else []))
        worklist = worklists(timezone.localdate())[which]
        table = next((table for table in acts_on if everything(worklist, root, table=table)), "")
        shown = client.get(page_of(which), {"table": table})
        assert shown.status_code == (200 if sees else 403), which
        assert (which in on_front) is sees, which
        assert ('name="row"' in shown.text) is bool(table), which
        row = everything(worklist, root, table=table)[0].row
        answer = client.post(page_of(which), {"row": key(row), "action": "me"})
        assert answer.status_code == (302 if table else 403), which
        assert Owner.objects.filter(owner=user, worklist=which).exists() is bool(table), which


def test_a_reviewer_does_nothing_about_rows_of_tables_that_are_not_theirs():
    client, row = browsing(someone("Reviewer")), Funding.objects.due(on=timezone.localdate(), check_days=180).first()
    assert client.post(page_of("funding"), {"row": key(row), "action": "confirm"}).status_code == 403


class TestWhatCanBeDone:
    def test_funding_is_confirmed_after_it_was_named(self, today):
        client = browsing(someone("Data"))
        rows = list(Funding.objects.due(on=today, check_days=180).order_by("pk")[:2])
        asked = client.post(page_of("funding"), {"row": [key(row) for row in rows], "action": "confirm"})
        assert all(row.drug.name in asked.text and str(row.reference.organisation) in asked.text for row in rows)
        assert not Funding.objects.filter(checked=today).exists()
        said = {f"seen-{key(row)}": told["seen"] for row in rows for told in asked.context["rows"] if told["row"] == row}
        yes = {"row": [key(row) for row in rows], "action": "confirm", "confirmed": "yes", **said}
        client.post(page_of("funding"), yes)
        assert set(Funding.objects.filter(checked=today)) == set(rows)
        assert rows[0].kept.order_by("-history_id").first().by == "somebody-Data"

    def test_funding_that_was_changed_meanwhile_is_not_confirmed(self, today):
        client, row = browsing(someone("Data")), Funding.objects.due(on=today, check_days=180).first()
        asked = client.post(page_of("funding"), {"row": key(row), "action": "confirm"})
        seen = asked.context["rows"][0]["seen"]
        Funding.objects.filter(pk=row.pk).update(criteria_en="Another word.")
        yes = {"row": key(row), "action": "confirm", "confirmed": "yes", f"seen-{key(row)}": seen}
        assert "somebody changed these rows" in client.post(page_of("funding"), yes, follow=True).text
        assert not Funding.objects.filter(checked=today).exists()

    def test_feedback_is_marked_as_read(self):
        client, row = browsing(someone("Author")), Feedback.objects.first()
        client.post(page_of("feedback"), {"row": key(row), "action": "read"})
        row.refresh_from_db()
        assert row.state == "in-work"

    def test_a_reviewer_goes_on_to_sign_off_rows_of_one_kind(self):
        client = browsing(someone("Reviewer"))
        terms = Term.objects.filter(review_state="draft")[:2]
        answer = client.post(page_of("unsigned"), {"row": [key(row) for row in terms], "action": "sign-off"})
        assert client.get(answer.url).text.count("What readers are told") == 2
        mixed = [key(terms[0]), key(Block.objects.filter(review_state="draft").first())]
        answer = client.post(page_of("unsigned"), {"row": mixed, "action": "sign-off"}, follow=True)
        assert "Tick rows of one kind only" in answer.text


def many(rows):
    """As many more terms and messages, all in the lists."""
    terms = [Term(slug=f"many-{n}", name=f"many {n}", name_en=f"many {n}", category="care",
                  definition=f"{HARD}{n}", definition_en=f"{HARD}{n}") for n in range(rows)]  # fmt: skip
    Term.objects.bulk_create(terms)
    day = date(2026, 11, 1)
    messages = [Feedback(release=1, language="en", step="any", kind="wrong", text="x", received=day, due=day)] * rows
    Feedback.objects.bulk_create(messages)


def test_the_front_page_and_the_lists_take_as_many_queries_with_a_thousand_rows_as_with_ten():
    user = someone("Author", "Data")
    client = browsing(user)
    pages = ["/admin/", *(page_of(which) for which in Which.values)]

    def queries():
        told = {}
        for page in pages:
            client.get(page)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(page).status_code == 200
            told[page] = len(asked)
        return told

    many(10)
    few = queries()
    many_more = 990
    Term.objects.filter(slug__startswith="many-").delete()
    many(many_more)
    assert queries() == few
    assert few["/admin/"] < 60
