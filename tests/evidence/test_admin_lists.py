"""What belongs to a row is listed on its page; lists say how to go on; deleting says what holds a row."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db.models import Count
from django.test import Client

from evidence.admin_lists import SHORT, SHOWN
from medsearch.models import Drug, Funding, Indication, Jurisdiction, Regimen

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy_drug():
    """A drug with more rows of funding than its page lists."""
    drug, row = Drug.objects.first(), Funding.objects.filter(jurisdiction__isnull=False).first()
    common = {"drug": drug, "jurisdiction": row.jurisdiction, "status": "funded", "reference": row.reference}
    Funding.objects.bulk_create([Funding(slug=f"extra-{n}", history=True, **common) for n in range(SHOWN + 5)])
    return drug


def funding_of(page):
    return next(table for table in page.context["listed"] if "drug=" in table.add_url and "funding" in table.all_url)


def test_a_page_lists_the_first_rows_and_leads_to_all(admin_client, busy_drug):
    table = funding_of(admin_client.get(f"/admin/medsearch/drug/{busy_drug.pk}/change/"))
    assert len(table.rows) == SHOWN
    assert table.count == busy_drug.funding.count()
    assert admin_client.get(table.all_url).context["cl"].result_count == table.count


def test_a_row_is_added_with_the_drug_filled_in(admin_client, busy_drug):
    table = funding_of(admin_client.get(f"/admin/medsearch/drug/{busy_drug.pk}/change/"))
    form = admin_client.get(table.add_url).context["adminform"].form
    assert form["drug"].value() == str(busy_drug.pk)


def test_who_may_only_read_is_offered_no_row_to_add(busy_drug):
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.groups.set(Group.objects.filter(name="Viewer"))
    client = Client()
    client.force_login(viewer)
    listed = client.get(f"/admin/medsearch/drug/{busy_drug.pk}/change/").context["listed"]
    assert listed
    assert {table.add_url for table in listed} == {""}


def test_a_filter_by_a_long_table_shows_only_what_was_chosen(admin_client):
    assert Drug.objects.count() > SHORT
    chosen = Regimen.objects.first().lead
    every = admin_client.get("/admin/medsearch/regimen/").context["cl"]
    only = admin_client.get(f"/admin/medsearch/regimen/?lead__id__exact={chosen.pk}").context["cl"]
    assert "lead" not in [spec.title for spec in every.filter_specs]
    (spec,) = (spec for spec in only.filter_specs if spec.title == "lead")
    assert [choice["display"] for choice in spec.choices(only)] == ["All", str(chosen)]


def test_a_search_in_french_finds_the_drug(admin_client):
    drug = Drug.objects.exclude(name_fr=None).exclude(name_fr="").first()
    found = admin_client.get("/admin/medsearch/drug/", {"q": drug.name_fr}).context["cl"].queryset
    assert drug in found


def test_an_empty_list_says_how_to_go_on(admin_client):
    page = admin_client.get("/admin/medsearch/drug/?q=nothing-is-called-this").text
    assert "No row fits." in page
    assert "Show all rows" in page


def test_deleting_what_others_need_names_some_of_them_and_how_many(admin_client):
    place = Jurisdiction.objects.annotate(rows=Count("funding")).order_by("-rows").first()
    page = admin_client.get(f"/admin/medsearch/jurisdiction/{place.pk}/delete/").text
    assert f"Funding ({place.rows}):" in page
    assert 'type="submit"' not in page.split('id="content"')[1]


@pytest.mark.parametrize("ordering", ["", "2.-5", "-1"])
def test_pages_of_a_list_follow_each_other_from_both_ends(admin_client, monkeypatch, ordering):
    monkeypatch.setattr(admin.site.get_model_admin(Funding), "list_per_page", 25)
    listed = admin_client.get("/admin/medsearch/funding/", {"o": ordering} if ordering else {}).context["cl"]
    wanted = list(listed.queryset.values_list("pk", flat=True))
    found = []
    for number in listed.paginator.page_range:
        page = admin_client.get("/admin/medsearch/funding/", {"p": number, **({"o": ordering} if ordering else {})})
        found += [row.pk for row in page.context["cl"].result_list]
    assert found == wanted


def test_a_use_is_called_in_words_without_asking_for_each(django_assert_num_queries):
    with django_assert_num_queries(1):
        called = {row.slug: str(row) for row in Indication.objects.all()}
    assert "Anastrozole · after surgery (adjuvant) · HR-positive, stage I to III, after menopause" in called.values()


def test_funding_is_called_in_words_without_asking_for_each(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert all(" · " in str(row) for row in Funding.objects.all())
