"""The log of entries and publications: it hears of everything, and nothing in it can be changed."""

import pytest
from django.contrib.auth.models import Group, User

from evidence import releases
from evidence.models import Release
from staff import log
from staff.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_checks(monkeypatch):
    monkeypatch.setattr(releases, "_checks", [])


def said():
    return list(Entry.objects.order_by("pk").values_list("what", "who", "about"))


def test_publishing_activating_and_marking_are_logged_with_who_and_what(admin_client):
    before = len(said())
    releases.publish(by="a publisher", notes="Letrozole corrected.")
    first = Release.objects.get(number=1)
    admin_client.post(f"/admin/evidence/release/{first.pk}/activate/")
    admin_client.post(f"/admin/evidence/release/{first.pk}/mark/", {"wrong": "A dose was wrong."})
    admin_client.post(f"/admin/evidence/release/{first.pk}/mark/", {"wrong": ""})
    assert said()[before:] == [
        ("published", "a publisher", "Release 2: Letrozole corrected. (without a sign-off)"),
        ("activated", "admin", "Release 1"),
        ("marked-wrong", "admin", "Release 1: A dose was wrong."),
        ("mark-removed", "admin", "Release 1"),
    ]


def test_what_was_not_published_is_not_logged(monkeypatch):
    before = len(said())
    releases.register_check(lambda draft: releases.Checked(errors=["A step is empty."], proof={}))
    with pytest.raises(releases.ContentErrors):
        releases.publish(by="a publisher")
    assert said()[before:] == []


def test_leaving_is_logged(admin_client):
    admin_client.post("/admin/logout/")
    assert said()[-1][:2] == ("left", "admin")


def edited(entry):
    entry.who = "somebody else"
    entry.save()


CHANGES = [
    edited,
    lambda entry: entry.delete(),
    lambda entry: Entry.objects.update(who="somebody else"),
    lambda entry: Entry.objects.all().delete(),
]


@pytest.mark.parametrize("change", CHANGES, ids=["save", "delete", "update", "delete many"])
def test_an_entry_is_never_changed(change):
    entry = Entry.objects.create(what="entered", who="somebody")
    with pytest.raises(TypeError, match="never"):
        change(entry)
    assert Entry.objects.get(pk=entry.pk).who == "somebody"


def test_admin_offers_no_way_to_change_it_even_to_a_superuser(admin_client):
    entry = Entry.objects.create(what="entered", who="somebody")
    page = f"/admin/staff/entry/{entry.pk}"
    assert admin_client.get(f"{page}/change/").status_code == 200
    assert 'name="_save"' not in admin_client.get(f"{page}/change/").text
    assert admin_client.post(f"{page}/change/", {"who": "x"}).status_code == 403
    assert admin_client.post(f"{page}/delete/", {"post": "yes"}).status_code == 403
    assert admin_client.get("/admin/staff/entry/add/").status_code == 403
    admin_client.post("/admin/staff/entry/", {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"})
    assert Entry.objects.filter(pk=entry.pk).exists()


def test_a_publisher_reads_it(client):
    user = User.objects.create_user("publisher", is_staff=True)
    user.groups.add(Group.objects.get(name="Publisher"))
    client.force_login(user)
    assert "publisher" in client.get("/admin/staff/entry/").text


def test_strangers_cannot_fill_it(client, monkeypatch):
    monkeypatch.setattr(log, "FAILURES_KEPT_A_DAY", 2)
    for number in range(4):
        client.post("/admin/login/", {"username": f"stranger-{number}", "password": "wrong"})
    assert [what for what, _, _ in said() if what != "published"] == ["failed"] * 2
