"""Two people at once on one row: the later one is told, and loses nothing."""

import re
from html.parser import HTMLParser

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from evidence.models import Reference
from medsearch.models import Drug, Funding
from pathway.models import Block, Track
from personalization.models import Option, Question

pytestmark = pytest.mark.django_db


class Form(HTMLParser):
    """What a browser would send of the change form of a page."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.fields: dict[str, list[str]] = {}
        self._within = self._area = self._select = None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        name = given.get("name")
        if tag == "form":
            self._within = given.get("id", "").endswith("_form")
        elif not self._within or "__prefix__" in (name or ""):
            return
        elif tag == "input" and name and given.get("type") not in ("submit", "button"):
            ticked = given.get("type") in ("checkbox", "radio")
            if not ticked or "checked" in given:
                self.fields.setdefault(name, []).append(given.get("value", "on" if ticked else ""))
        elif tag == "textarea":
            self._area = name
            self.fields[name] = [""]
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given and "__prefix__" not in self._select:
            self.fields.setdefault(self._select, []).append(given.get("value", ""))

    def handle_data(self, data):
        if self._area and self._within:
            self.fields[self._area][0] += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self._area:
            self.fields[self._area] = [re.sub(r"\r?\n", "\r\n", self.fields[self._area][0].removeprefix("\n"))]
            self._area = None
        elif tag == "select":
            self._select = None
        elif tag == "form":
            self._within = None


@pytest.fixture
def editors():
    """Two, each with a client of their own: Ada and Berta."""
    clients = []
    for name in ("ada", "berta"):
        client = Client()
        client.force_login(User.objects.create_superuser(name))
        clients.append(client)
    return clients


def page_of(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def opened(client, row):
    return Form(client.get(page_of(row)).text).fields


def save(client, row, fields, **typed):
    return client.post(page_of(row), {**fields, **typed, "_continue": "1"})


def saved(response):
    return response.status_code == 302


@pytest.fixture
def drug():
    return Drug.objects.get(slug="cisplatin")


def test_the_later_one_is_told_who_what_and_when_and_what_was_typed_stays(editors, drug):
    ada, berta = editors
    hers = opened(berta, drug)
    assert saved(save(ada, drug, opened(ada, drug), summary_en="Ada’s words."))
    response = save(berta, drug, hers, summary_en="Berta’s words.")
    assert response.status_code == 200
    assert "ada changed it" in response.text
    told = re.search(r'<section class="meanwhile".*?</section>', response.text, re.DOTALL).group()
    assert "<ins>Ada’s words.</ins>" in told
    assert "Berta’s words." in told
    assert Form(response.text).fields["summary_en"] == ["Berta’s words."]
    drug.refresh_from_db()
    assert drug.summary_en == "Ada’s words."
    assert saved(save(berta, drug, Form(response.text).fields))
    drug.refresh_from_db()
    assert drug.summary_en == "Berta’s words."


def test_what_the_later_one_did_not_touch_stays_as_the_other_saved_it(editors, drug):
    ada, berta = editors
    hers = opened(berta, drug)
    route = next(pk for pk in map(str, drug.routes.model.objects.values_list("pk", flat=True)) if pk not in hers["routes"])
    save(ada, drug, opened(ada, drug), brands="Ada", routes=[route], drug_class=str(drug.drug_class_id))
    response = save(berta, drug, hers, summary_en="Berta’s words.")
    assert "Theirs stays." in response.text
    assert saved(save(berta, drug, Form(response.text).fields))
    drug.refresh_from_db()
    assert (drug.brands, drug.summary_en) == ("Ada", "Berta’s words.")
    assert [str(pk) for pk in drug.routes.values_list("pk", flat=True)] == [route]


def test_a_third_change_in_between_is_told_again(editors, drug):
    ada, berta = editors
    hers = opened(berta, drug)
    save(ada, drug, opened(ada, drug), summary_en="Once.")
    again = Form(save(berta, drug, hers, summary_en="Berta’s words.").text).fields
    save(ada, drug, opened(ada, drug), summary_en="Twice.")
    response = save(berta, drug, again)
    assert "Twice." in response.text
    drug.refresh_from_db()
    assert drug.summary_en == "Twice."


def test_a_change_by_import_or_in_a_list_is_told_too(editors):
    ada, berta = editors
    row = Funding.objects.filter(history=False).first()
    hers = opened(berta, row)
    ada.post(reverse("admin:medsearch_funding_changelist"), {"action": "confirmed_today", "_selected_action": [row.pk]})
    response = save(berta, row, hers, criteria_en="Berta’s words.")
    assert "ada changed it" in response.text
    before = Funding.objects.get(pk=row.pk).checked
    assert saved(save(berta, row, Form(response.text).fields))
    row.refresh_from_db()
    assert (row.checked, row.criteria_en) == (before, "Berta’s words.")


def test_a_change_behind_the_history_is_told_without_a_name(editors, drug):
    _ada, berta = editors
    hers = opened(berta, drug)
    Drug.objects.filter(pk=drug.pk).update(summary_en="By a command.")
    response = save(berta, drug, hers, summary_en="Berta’s words.")
    assert "not by anybody in admin" in response.text


def test_a_row_within_the_page_is_compared_as_well(editors):
    ada, berta = editors
    question = Question.objects.get(slug="her2")
    option = question.options.first()
    hers = opened(berta, question)
    prefix = next(name for name, value in hers.items() if name.endswith("-id") and value == [str(option.pk)])[:-3]
    save(ada, question, opened(ada, question), **{f"{prefix}-label_en": "Ada’s label"})
    response = save(berta, question, hers, **{f"{prefix}-label_en": "Berta’s label"})
    assert response.status_code == 200
    assert "Ada’s label" in response.text
    assert saved(save(berta, question, Form(response.text).fields))
    assert Option.objects.get(pk=option.pk).label_en == "Berta’s label"


def test_a_row_within_the_page_that_was_deleted_stays_deleted_and_its_words_are_shown(editors):
    _ada, berta = editors
    block = Block.objects.filter(options__isnull=False).distinct().first()
    first, *others = block.options.order_by("number")
    hers = opened(berta, block)
    prefix = next(name for name, value in hers.items() if name.endswith("-id") and value == [str(first.pk)])[:-3]
    first.delete()
    response = save(berta, block, hers, **{f"{prefix}-name_en": "Words to keep", "title_en": "Berta’s title"})
    assert "Words to keep" in response.text
    assert saved(save(berta, block, Form(response.text).fields))
    block.refresh_from_db()
    assert block.title_en == "Berta’s title"
    assert list(block.options.order_by("number")) == others


def test_of_a_row_that_was_deleted_everything_typed_is_shown(editors):
    ada, berta = editors
    row = Reference.objects.create(slug="short-lived", title="A title", organisation="Us", url="https://example.org/1")
    hers = opened(berta, row)
    ada.post(reverse("admin:evidence_reference_delete", args=[row.pk]), {"post": "yes"})
    response = save(berta, row, hers, title="Berta’s long and careful title")
    assert response.status_code == 409
    assert "Berta’s long and careful title" in response.text
    assert "ada deleted it" in response.text


# No false alarm


def test_one_may_save_twice_and_a_second_press_of_the_button_does_no_harm(editors, drug):
    ada, _berta = editors
    fields = opened(ada, drug)
    assert saved(save(ada, drug, fields, summary_en="Words."))
    assert saved(save(ada, drug, fields, summary_en="Words."))
    assert saved(save(ada, drug, opened(ada, drug), summary_en="Other words."))


def test_the_same_change_by_both_is_no_matter(editors, drug):
    ada, berta = editors
    hers = opened(berta, drug)
    save(ada, drug, opened(ada, drug), summary_en="The same.")
    assert saved(save(berta, drug, hers, summary_en="The same."))


def test_what_others_add_is_no_matter(editors):
    _ada, berta = editors
    question = Question.objects.get(slug="her2")
    hers = opened(berta, question)
    last = question.options.order_by("-number").first()
    Option.objects.create(question=question, slug="added", number=last.number + 1, label="Added", phrase="added")
    assert saved(save(berta, question, hers, short_en="HER2 status"))
    assert Option.objects.filter(slug="added").exists()


@pytest.mark.parametrize("model", [Drug, Block, Question, Track, Funding, Reference])
def test_saving_what_was_opened_changes_nothing_and_is_no_alarm(editors, model):
    ada, _berta = editors
    row = model.objects.first()
    fields = opened(ada, row)
    assert saved(save(ada, row, fields))
    assert saved(save(ada, row, fields))


def test_somebody_who_may_only_read_is_not_asked(editors, drug):
    assert "_opened" in opened(editors[0], drug)
    reader = Client()
    user = User.objects.create_user("reader", is_staff=True)
    user.groups.add(user.groups.model.objects.get(name="Viewer"))
    reader.force_login(user)
    assert "_opened" not in opened(reader, drug)
