"""What each role may do, walked over the addresses of admin as staff/roles.py tells it."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import NoReverseMatch, reverse

from evidence import releases
from evidence.models import Release
from medsearch.models import Funding
from staff.roles import (
    ADD,
    ASK,
    CHANGE,
    CONTENT,
    DELETE,
    FEEDBACK,
    LOG,
    MAY,
    PUBLISH,
    RELEASES,
    SIGN,
    VIEW,
    give_permissions,
)

pytestmark = pytest.mark.django_db

NEVER = {RELEASES: {ADD, CHANGE, DELETE}, FEEDBACK: {ADD}, LOG: {ADD, CHANGE, DELETE}}
"""What nobody may, whatever the permissions: publishing adds releases, readers write feedback, the log writes itself."""


@pytest.fixture(params=MAY)
def role(request):
    return request.param


def someone(*roles):
    user = User.objects.create_user("-".join(["somebody", *roles]), is_staff=True)
    user.groups.set(Group.objects.filter(name__in=roles))
    client = Client()
    client.force_login(user)
    return client


def tables():
    """Table → the model it is, for all that stand in admin."""
    return {model._meta.label_lower: model for model in admin.site._registry}


def a_row(model):
    if model._meta.label_lower == FEEDBACK:
        day = "2026-11-01"
        return model.objects.create(release=1, language="en", step="any", kind="wrong", text="Any.", received=day, due=day)
    if model._meta.label_lower == LOG:
        return model.objects.create(what="entered", who="somebody")
    return model.objects.first()


def ask(client, model, action):
    """The status that admin answers with when the role tries. An empty form is refused with 200, and saves nothing."""
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    if action == VIEW:
        return client.get(reverse(f"{name}_changelist")).status_code
    if action == ADD:
        return client.get(reverse(f"{name}_add")).status_code
    if action == "import":
        return client.get(reverse(f"{name}_import")).status_code
    row = a_row(model) or User.objects.first()
    if action == CHANGE:
        return client.post(reverse(f"{name}_change", args=[row.pk]), {}).status_code
    return client.get(reverse(f"{name}_delete", args=[row.pk])).status_code


def actions_of(table, model):
    actions = {VIEW, ADD, CHANGE, DELETE}
    try:
        reverse(f"admin:{table.replace('.', '_')}_import")
    except NoReverseMatch:
        return actions
    return actions | {"import"}


def test_each_table_of_admin_opens_to_whom_the_table_of_roles_says(role):
    client = someone(role)
    wrong = []
    for table, model in tables().items():
        may = MAY[role].get(table, set()) - NEVER.get(table, set())
        if {ADD, CHANGE} <= may:
            may = may | {"import"}
        if table == RELEASES:
            may = may | {VIEW}
        for action in actions_of(table, model):
            status = ask(client, model, action)
            # Saving an empty form may be all there is to save: then it is saved, and admin goes on.
            if status not in ({200, 302} if action in may else {403}):
                wrong.append(f"{role} {action} {table}: {status}")
    assert wrong == []


def test_releases_are_published_activated_marked_and_moved_by_whom_the_table_says(role, monkeypatch):
    monkeypatch.setattr(releases, "_checks", [])
    client, release = someone(role), Release.objects.get(number=1)
    page = f"/admin/evidence/release/{release.pk}"
    may = PUBLISH in MAY[role].get(RELEASES, set())
    answers = [
        client.post("/admin/evidence/release/publish/", {}).status_code,
        client.post("/admin/evidence/release/publish/", {"do": "schedule"}).status_code,
        client.post("/admin/evidence/release/publish/", {"do": "cancel"}).status_code,
        client.post("/admin/evidence/release/publish/", {"do": "due"}).status_code,
        client.get("/admin/evidence/release/import/").status_code,
        client.get(f"{page}/file/").status_code,
        client.get(f"{page}/mark/").status_code,
        client.post(f"{page}/mark/", {"wrong": "Harmful."}).status_code,
        client.get(f"{page}/activate/").status_code,
        client.post(f"{page}/activate/", {}).status_code,
    ]
    assert answers == ([200, 200, 302, 302, 200, 200, 200, 302, 200, 302] if may else [403] * 10)
    release.refresh_from_db()
    assert bool(release.wrong) is may


def test_reviews_are_asked_for_and_answered_by_whom_the_table_says(role):
    client, has = someone(role), MAY[role].get(RELEASES, set())
    page = "/admin/evidence/release/publish/"
    asked, signed, returned = (client.post(page, {"do": do}).status_code for do in ("ask", "sign", "send-back"))
    assert client.get(page).status_code == (200 if has & {ASK, SIGN, PUBLISH} else 403)
    assert asked == (200 if ASK in has else 403)
    assert (signed, returned) == ((200, 200) if SIGN in has else (403, 403))


def test_the_table_says_what_the_names_of_the_roles_promise():
    writes = {
        role: {table for table, actions in may.items() if actions & {ADD, CHANGE, DELETE} and table != FEEDBACK}
        for role, may in MAY.items()
    }
    assert writes == {
        "Viewer": set(),
        "Data": {"medsearch.funding", "evidence.reference"},
        "Author": set(CONTENT),
        "Reviewer": set(),
        "Publisher": set(),
    }
    assert [role for role, may in MAY.items() if PUBLISH in may[RELEASES]] == ["Publisher"]
    assert [role for role, may in MAY.items() if SIGN in may[RELEASES]] == ["Reviewer"]
    assert [role for role, may in MAY.items() if ASK in may[RELEASES]] == ["Data", "Author", "Publisher"]


def test_every_table_of_a_release_has_its_line():
    apps = {table.split(".")[0] for table in CONTENT}
    assert {table for table in tables() if table.split(".")[0] in apps} <= {*CONTENT, RELEASES}


def test_somebody_without_a_role_sees_no_content():
    client = someone()
    assert {ask(client, tables()[table], VIEW) for table in CONTENT if table in tables()} == {403}


def test_nobody_but_a_superuser_sees_accounts(role):
    assert someone(role).get("/admin/auth/user/").status_code == 403


def test_data_changes_funding_on_its_own_page_and_only_reads_it_on_the_drugs():
    client = someone("Data")
    row = Funding.objects.first()
    assert 'name="_save"' in client.get(f"/admin/medsearch/funding/{row.pk}/change/").text
    drug = client.get(f"/admin/medsearch/drug/{row.drug_id}/change/").text
    assert 'name="_save"' not in drug
    assert reverse("admin:medsearch_funding_change", args=[row.pk]) in drug


def test_permissions_taken_from_a_role_by_hand_come_back_and_others_go():
    author = Group.objects.get(name="Author")
    before = set(author.permissions.values_list("codename", flat=True))
    author.permissions.set(Group.objects.get(name="Publisher").permissions.all())
    give_permissions()
    assert set(author.permissions.values_list("codename", flat=True)) == before
