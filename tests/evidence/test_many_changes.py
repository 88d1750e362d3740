"""An import changes thousands of rows: the page shows the first of each kind, and there is a way to all of them."""

import re
from itertools import chain

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evidence import releases, side_by_side
from evidence.models import Reference
from medsearch.models import Indication

from .reviewing import PAGE

pytestmark = pytest.mark.django_db

ROWS = f"{PAGE}evidence/references/"


@pytest.fixture(autouse=True)
def _may_enter(settings, monkeypatch):
    settings.SECOND_FACTOR = False
    monkeypatch.setattr(releases, "_effects", [])
    monkeypatch.setattr("evidence.publish_page.A_PAGE", 40)


@pytest.fixture
def many():
    return Reference.objects.bulk_create(
        Reference(slug=f"imported-{n:03}", title=f"Imported {n:03}", organisation="Somebody", url="https://example.org/")
        for n in range(90)
    )


def named(response):
    return re.findall(r"Imported \d{3}(?=</a>)", response.text)


def test_the_first_of_each_kind_are_shown_and_all_are_counted(admin_client, many):
    response = admin_client.get(PAGE)
    assert len(named(response)) == side_by_side.SHOWN
    assert "(90 rows)" in response.text
    assert f'href="{ROWS}?seen={releases.unpublished().draft.sha256}"' in response.text


def test_all_of_them_can_be_paged_through(admin_client, many):
    pages = [named(admin_client.get(ROWS, {"p": number})) for number in (1, 2, 3)]
    assert [*chain(*pages)] == [row.title for row in many]


def test_the_database_is_asked_no_more_often_for_many(admin_client, many):
    asked = []
    for few in (False, True):
        if few:
            Reference.objects.filter(pk__in=[row.pk for row in many[1:]]).delete()
        admin_client.get(PAGE)
        with CaptureQueriesContext(connection) as queries:
            admin_client.get(PAGE)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_whoever_pages_on_is_told_that_it_is_another_diff(admin_client, many):
    seen = releases.unpublished().draft.sha256
    assert "Somebody saved or published something" not in admin_client.get(ROWS, {"seen": seen}).text
    Reference.objects.filter(pk=many[0].pk).update(title="Changed meanwhile")
    assert "Somebody saved or published something" in admin_client.get(ROWS, {"seen": seen}).text


def test_a_kind_that_there_is_not_has_no_page(admin_client):
    assert admin_client.get(f"{PAGE}evidence/nothing/").status_code == 404


@pytest.mark.parametrize("slug", ["tdxd-her2pos-mbc", "letrozole-mbc-post"])
def test_a_use_is_called_as_its_list_calls_it(slug):
    Indication.objects.filter(slug=slug).update(condition_en="your team says so")
    told = side_by_side.Words(releases.unpublished())
    assert told.name_of(("medsearch", "indications"), slug) == str(Indication.objects.get(slug=slug))
