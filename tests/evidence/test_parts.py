"""The parts of a row stand on its page so many at a time, and only those that stand there are saved."""

from itertools import chain

import pytest

from personalization.models import Option, Population, Rule

from ..history.test_meanwhile import Form

pytestmark = pytest.mark.django_db

ON_A_PAGE = 10


@pytest.fixture(autouse=True)
def _may_enter(settings):
    settings.SECOND_FACTOR = False


@pytest.fixture
def population():
    row = Population.objects.create(slug="many-ways", name="Many ways", name_en="Many ways")
    option = Option.objects.plain().first()
    for number in range(1, 26):
        Rule.objects.create(population=row, number=number).options.set([option])
    return row


def page(population, number):
    return f"/admin/personalization/population/{population.pk}/change/?rules-page={number}"


def numbers(fields):
    return [int(value[0]) for name, value in fields.items() if name.startswith("rules-") and name.endswith("-number")]


def test_each_part_stands_on_one_page(admin_client, population):
    found = [numbers(Form(admin_client.get(page(population, n)).text).fields) for n in (1, 2, 3)]
    assert [*chain(*found)] == list(range(1, 26))
    assert len(found[0]) == ON_A_PAGE


def test_saving_a_page_leaves_the_parts_on_others_as_they_are(admin_client, population):
    fields = Form(admin_client.get(page(population, 2)).text).fields
    assert admin_client.post(page(population, 2), {**fields, "rules-0-number": "99"}).status_code == 302
    assert set(population.rules.values_list("number", flat=True)) == set(range(1, 26)) - {11} | {99}


def test_a_page_is_saved_as_it_was_opened_whatever_moved_meanwhile(admin_client, population):
    fields = Form(admin_client.get(page(population, 2)).text).fields
    population.rules.filter(number__lte=5).delete()
    assert admin_client.post(page(population, 2), {**fields, "rules-0-number": "99"}).status_code == 302
    assert set(population.rules.values_list("number", flat=True)) == set(range(6, 26)) - {11} | {99}
