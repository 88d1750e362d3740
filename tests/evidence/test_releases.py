"""People edit rows; the public reads a release."""

import json

import pytest
from django.db import OperationalError, connection

from evidence import holding, releases
from evidence.models import Reference, Release
from medsearch.models import Drug

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_checks(monkeypatch):
    """What publishing does with findings is tested here; the checks of the content are slow, and tested there."""
    monkeypatch.setattr(releases, "_checks", [])


def active_numbers():
    return list(Release.objects.filter(active=True).values_list("number", flat=True))


def edit_letrozole(summary="Rewritten just now."):
    letrozole = Drug.objects.get(slug="letrozole")
    letrozole.summary = summary
    letrozole.save()


def database_is_away(execute, sql, params, many, context):
    raise OperationalError("the database is away")


# Publishing


def test_publishing_makes_the_next_release_the_only_active_one():
    release = releases.publish(by="a publisher")
    assert release.number == 2
    assert active_numbers() == [2]


def test_the_same_content_has_the_same_sha256():
    assert releases.publish(by="a publisher").sha256 == Release.objects.get(number=1).sha256


def test_other_content_has_another_sha256():
    edit_letrozole()
    assert releases.publish(by="a publisher").sha256 != Release.objects.get(number=1).sha256


def test_the_order_in_which_rows_were_entered_does_not_reach_a_release():
    def enter(*slugs):
        Reference.objects.filter(slug__in=slugs).delete()
        for slug in slugs:
            Reference.objects.create(slug=slug, title=slug, organisation="Tests")
        return releases.freeze()

    assert enter("first", "second") == enter("second", "first")


def test_what_is_read_back_is_what_was_frozen():
    document = releases.freeze()
    sections = releases.read(document)
    assert {name: section.freeze() for name, section in releases._sections.items()} == sections


def test_if_publishing_fails_nothing_has_changed(monkeypatch):
    def fails(release):
        raise OperationalError("lost in the middle")

    monkeypatch.setattr(releases, "_activate", fails)
    with pytest.raises(OperationalError):
        releases.publish(by="a publisher")
    assert Release.objects.count() == 1
    assert active_numbers() == [1]


def test_content_with_errors_is_not_published():
    releases.register_check(lambda draft: releases.Checked(errors=["A step is empty."], proof={}))
    with pytest.raises(releases.ContentErrors, match="A step is empty"):
        releases.publish(by="a publisher")
    assert active_numbers() == [1]


def test_what_the_checks_counted_is_kept_with_the_release():
    releases.register_check(lambda draft: releases.Checked(errors=[], proof={"plans_checked": draft.number}))
    releases.publish(by="a publisher")
    assert Release.objects.get(number=2).proof == {"plans_checked": 2}


# Activating


def test_a_bad_release_is_undone_by_activating_the_one_before(site):
    edit_letrozole("Wrong.")
    releases.publish(by="a publisher")
    releases.activate(Release.objects.get(number=1))
    assert active_numbers() == [1]
    assert "Wrong." not in site.get("/en/medsearch/letrozole/").text


def damaged(release):
    release.document = release.document.replace("letrozole", "letrozol", 1)


def from_a_newer_program(release):
    document = json.loads(release.document)
    document["format"] = releases.FORMAT + 1
    _reseal(release, document)


def without_a_section(release):
    document = json.loads(release.document)
    del document["sections"]["pathway"]
    _reseal(release, document)


def not_json(release):
    release.document = "{"
    release.sha256 = releases.sha256_of(release.document)


def _reseal(release, document):
    release.document = json.dumps(document)
    release.sha256 = releases.sha256_of(release.document)


UNREADABLE = [(damaged, "sha256"), (from_a_newer_program, "newer"), (without_a_section, "pathway"), (not_json, "Decode")]


@pytest.mark.parametrize(("harm", "told"), UNREADABLE, ids=[harm.__name__ for harm, _ in UNREADABLE])
def test_an_unreadable_release_is_refused_before_anything_changes(harm, told):
    release = releases.publish(by="a publisher")
    releases.activate(Release.objects.get(number=1))
    harm(release)
    with pytest.raises(releases.UnreadableRelease, match=told):
        releases.activate(release)
    assert active_numbers() == [1]


# What has changed since


def test_nothing_has_changed_right_after_publishing():
    assert releases.changes() == []


def test_changes_name_the_rows_added_changed_and_removed():
    Reference.objects.create(slug="goes", title="Goes", organisation="Tests")
    releases.publish(by="a publisher")
    Reference.objects.get(slug="goes").delete()
    Reference.objects.create(slug="comes", title="Comes", organisation="Tests")
    edit_letrozole()
    assert [(change.section, change.kind, change.key, change.what) for change in releases.changes()] == [
        ("evidence", "references", "comes", "added"),
        ("evidence", "references", "goes", "removed"),
        ("medsearch", "drugs", "letrozole", "changed"),
    ]


def test_everything_is_new_if_nothing_is_active():
    Release.objects.all().delete()
    assert {change.what for change in releases.changes()} == {"added"}


# What the public sees


def test_an_edit_is_public_once_it_is_published_and_not_before(site):
    edit_letrozole()
    assert "Rewritten just now." not in site.get("/en/medsearch/letrozole/").text
    releases.publish(by="a publisher")
    assert "Rewritten just now." in site.get("/en/medsearch/letrozole/").text


def test_before_anything_is_published_every_page_says_so(site):
    Release.objects.all().delete()
    holding._held = None
    response = site.get("/en/medsearch/")
    assert response.status_code == 503
    assert "There is nothing to read here yet" in response.text


def test_pages_are_served_from_memory_while_the_database_is_away(site):
    holding.active()
    holding.forget()
    with connection.execute_wrapper(database_is_away):
        assert site.get("/en/medsearch/letrozole/").status_code == 200


ASK = [
    ("get", "/en/about/", None),
    ("post", "/en/plan/", {"stage": "4", "type": "idc", "hr": "positive", "her2": "positive"}),
]


@pytest.mark.parametrize(("method", "address", "data"), ASK, ids=["a page", "a plan"])
class TestQueries:
    """A public page asks the database at most one thing: is another release active?"""

    def test_none_within_the_interval(self, site, settings, django_assert_num_queries, method, address, data):
        settings.RELEASE_CHECK_SECONDS = 3600
        holding.active()
        with django_assert_num_queries(0):
            assert getattr(site, method)(address, data).status_code == 200

    def test_one_when_it_is_time_to_look(self, site, settings, django_assert_num_queries, method, address, data):
        holding.active()
        settings.RELEASE_CHECK_SECONDS = 3600
        holding.forget()
        with django_assert_num_queries(1):
            assert getattr(site, method)(address, data).status_code == 200
