"""What staff are shown before they publish, and that what they publish is what they saw."""

import re

import pytest
from django.apps import apps

from evidence import releases
from evidence.differences import Rows
from evidence.models import Reference, Release
from medsearch.models import Drug
from pathway.models import Block, Track
from personalization.models import Option, Population

from .reviewing import PAGE, edited, signed

pytestmark = pytest.mark.django_db

EXAMPLE = "/admin/pathway/track/compare/?stage=4&type=idc&hr=positive&her2=positive"


@pytest.fixture(autouse=True)
def _may_enter(settings):
    settings.SECOND_FACTOR = False


@pytest.fixture
def quick_client(admin_client, monkeypatch):
    """For what does not depend on what the change does for readers, which takes seconds to work out."""
    monkeypatch.setattr(releases, "_effects", [])
    return admin_client


def words(response):
    main = response.text[response.text.index('id="content"') :]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def test_a_change_is_told_in_words_with_who_made_it_and_its_page(quick_client, admin_user):
    drug = edited(Drug.objects.get(slug="letrozole"), admin_user, summary_en="Rewritten just now.")
    response = quick_client.get(PAGE)
    assert "Summary English" in words(response)
    assert f"Last edited by {admin_user.username}" in words(response)
    assert f'<a href="/admin/medsearch/drug/{drug.pk}/change/">letrozole</a>' in response.text
    assert "<ins>Rewritten just now.</ins>" in response.text


def test_rows_that_a_field_stands_for_are_called_by_name(quick_client):
    block = Block.objects.filter(kind="text").exclude(population__slug="her2-positive-metastatic").first()
    was, block.population = block.population, Population.objects.get(slug="her2-positive-metastatic")
    block.save()
    response = quick_client.get(PAGE)
    assert f"<del>{was.name}</del>" in response.text
    assert f"<ins>{block.population.name}</ins>" in response.text


def test_what_a_change_does_is_counted_and_every_plan_can_be_seen_before_and_after(admin_client):
    block = Block.objects.filter(kind="text", population__slug="everybody").first() or Block.objects.filter(kind="text")[0]
    block.body_en = f"{block.body_en} Said anew."
    block.save()
    response = admin_client.get(PAGE)
    count, total = map(int, re.search(r"The plans of (\d+) of (\d+) answer sets change", words(response)).groups())
    assert 0 < count <= total
    assert response.text.count('<a href="/admin/pathway/track/compare/?') == count
    assert f"Seen in {count} of {total} plans." in words(response)


def test_errors_take_the_button_away(admin_client):
    Track.objects.get(slug="metastatic").places.all().delete()
    response = admin_client.get(PAGE)
    assert "This cannot be published yet" in words(response)
    assert 'value="Publish"' not in response.text


def test_what_was_saved_since_the_page_was_made_is_not_published_unseen(quick_client, monkeypatch, django_user_model):
    monkeypatch.setattr(releases, "_checks", [])
    author = django_user_model.objects.create_user("author")
    drug = edited(Drug.objects.get(slug="letrozole"), author, summary_en="Rewritten just now.")
    signed()
    seen = re.search(r'name="seen" value="(\w+)"', quick_client.get(PAGE).text)[1]
    edited(drug, author, summary_en="Rewritten again.")
    response = quick_client.post(PAGE, {"seen": seen, "notes": "What I typed."})
    assert "somebody saved or published something since you looked" in response.text
    assert Release.objects.count() == 1
    signed()
    seen = re.search(r'name="seen" value="(\w+)"', quick_client.get(PAGE).text)[1]
    assert quick_client.post(PAGE, {"seen": seen}).status_code == 302
    assert Release.objects.count() == 2


def test_another_order_can_be_published_too(quick_client, monkeypatch):
    monkeypatch.setattr(releases, "_checks", [])
    step = Block.objects.first().step
    first, last = step.blocks.order_by("number").first(), step.blocks.order_by("number").last()
    first.number = last.number + 1
    first.save()
    response = quick_client.get(PAGE)
    assert "Some stand in another order than before." in words(response)
    signed()
    assert quick_client.post(PAGE).status_code == 302


def test_content_that_cannot_be_compared_is_told_with_the_remedy(admin_client):
    option = Population.objects.get(slug="stage-0").rules.first().options.first()
    Option.objects.filter(pk=option.pk).update(kind="wider")
    response = admin_client.get(PAGE)
    assert response.status_code == 200
    assert "This cannot be published yet" in words(response)


def test_nothing_to_publish_is_said(quick_client):
    assert "There is nothing to publish" in words(quick_client.get(PAGE))


def test_the_first_release_is_published_from_the_page(quick_client, monkeypatch):
    monkeypatch.setattr(releases, "_checks", [])
    Release.objects.all().delete()
    assert "Nothing is public yet." in words(quick_client.get(PAGE))
    assert quick_client.post(PAGE).status_code == 302


class TestThePlanOfAnExample:
    def test_is_compared_statement_by_statement(self, quick_client):
        drug = Drug.objects.get(slug="pertuzumab")
        drug.name = "pertuzumab, renamed"
        drug.save()
        assert "pertuzumab, renamed" in words(quick_client.get(EXAMPLE))

    def test_stays_as_it_is_where_nothing_was_changed(self, quick_client):
        assert "Nothing: this plan stays as it is." in words(quick_client.get(EXAMPLE))

    def test_is_for_staff_alone(self, client, django_user_model):
        assert client.get(EXAMPLE).status_code == 302
        client.force_login(django_user_model.objects.create_user("somebody", is_staff=True))
        assert client.get(EXAMPLE).status_code == 403


class TestTheLineOnEveryPage:
    def test_counts_rows_edited_since_the_release_was_published(self, quick_client, admin_user):
        assert "Edited since" not in quick_client.get("/admin/").text
        drug = edited(Drug.objects.get(slug="letrozole"), admin_user, summary_en="Rewritten just now.")
        edited(drug, admin_user, summary_en="Rewritten again.")
        assert "Edited since the public release: 1 row." in quick_client.get("/admin/").text

    def test_is_gone_once_it_is_published(self, quick_client, admin_user, monkeypatch):
        monkeypatch.setattr(releases, "_checks", [])
        edited(Drug.objects.get(slug="letrozole"), admin_user, summary_en="Rewritten just now.")
        releases.publish(by="a publisher")
        assert "Edited since" not in quick_client.get("/admin/").text

    def test_is_back_when_an_older_release_is_activated(self, quick_client, admin_user, monkeypatch):
        monkeypatch.setattr(releases, "_checks", [])
        edited(Drug.objects.get(slug="letrozole"), admin_user, summary_en="Rewritten just now.")
        releases.publish(by="a publisher")
        releases.activate(Release.objects.get(number=1))
        assert "Edited since" in quick_client.get("/admin/").text

    def test_asks_two_things_of_the_database_however_much_there_is(self, django_assert_num_queries, admin_user):
        edited(Reference.objects.first(), admin_user, title="Rewritten just now.")
        with django_assert_num_queries(2):
            assert releases.edited_since_published() == 1


def test_every_kind_of_row_names_the_model_it_comes_from():
    """So that each can be linked to, and its fields told in words."""
    kinds = {(section, kind) for section, kind, _ in Rows(releases.freeze())}
    assert kinds == releases.model_names().keys()
    assert all(apps.get_model(name) for name in releases.model_names().values())
