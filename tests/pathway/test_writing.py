"""What an editor is told about a text, and how readers will see it."""

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client

from evidence.written import all_written, written
from glossary.literal import literal
from glossary.models import Term
from history import records
from medsearch.models import Drug, Indication
from pathway import writing_tables, writing_view
from pathway.models import Block
from pathway.writing import look
from tests.history.test_meanwhile import opened

pytestmark = pytest.mark.django_db

FIELD = "/admin/writing/"


@pytest.fixture(autouse=True)
def _fresh():
    writing_tables.forget()
    cache.clear()
    yield
    writing_tables.forget()


def about(text, other="", column="summary_en", model=Drug, pk=None):
    return look(written(model, column), text, other, pk)


def test_a_long_hard_sentence_is_measured_and_quoted():
    hard = " ".join(["Considerable individual variability characterizes postoperative recuperation"] * 6) + "."
    looked = about(hard)
    assert looked.too_hard
    assert looked.long == [hard]


def test_a_long_sentence_is_quoted_as_it_was_typed():
    typed = "You take letrozole " + "and then you wait and see " * 5 + "at home."
    assert about(typed).long == [typed]


def test_names_of_drugs_do_not_count_as_hard_and_are_linked_at_their_first_mention():
    looked = about("You may take letrozole each day with food. Letrozole is a pill. It helps a lot of people to stay well.")
    assert looked.grade < 5
    assert [(one.text, one.kind, one.address) for one in looked.found if one.kind == "drug"] == [
        ("letrozole", "drug", "/en/medsearch/letrozole/")
    ]
    assert looked.preview.count("/en/medsearch/letrozole/") == 1


def test_a_word_that_was_just_added_is_found_before_it_is_published(admin_user):
    assert not about("A flumpet is used.").found
    term = Term(slug="flumpet", name_en="flumpet", category="care", definition_en="An invented tool.")
    term.save()
    assert [one.text for one in about("A flumpet is used.").found] == ["flumpet"]


def test_a_sentence_that_stands_elsewhere_is_told_with_the_place_and_not_its_own():
    block = Block.objects.filter(kind="text", body_en__contains=". ").first()
    sentence = writing_tables.tellable(block.body_en, markdown=True)[0]
    (again,) = about(f"{sentence}", column="body_en", model=Block).repeated
    assert f"/admin/pathway/block/{block.pk}/change/" in [address for _name, address in again.places]
    drug = Drug.objects.create(
        slug="odd", name_en="odd", summary_en="This sentence stands in no other place of the content.", drug_class_id=1
    )
    assert about(drug.summary_en, pk=drug.pk).repeated == []


def test_french_that_is_missing_or_older_is_told():
    drug = Drug.objects.get(slug="cisplatin")
    assert about("", "Some English.", column="summary_fr").untranslated
    drug.summary_fr = "Des mots."
    drug.save()
    assert about("Des mots.", drug.summary_en, column="summary_fr", pk=drug.pk).older is None
    drug.summary_en = "New English."
    drug.save()
    assert about("Des mots.", "New English.", column="summary_fr", pk=drug.pk).older
    assert about("Des mots.", "Newer English.", column="summary_fr", pk=drug.pk).untouched
    assert not about("D’autres mots.", "Newer English.", column="summary_fr", pk=drug.pk).untouched


@pytest.mark.parametrize(
    "text", ["# Heading", "**not closed", "![a](/x)", "`code`", "~~gone~~", "> quoted", "[open](https://x.ca", "*open"]
)
def test_marks_that_readers_would_see_are_told(text):
    assert literal(f"Before.\n\n{text}", markdown=True)


@pytest.mark.parametrize(
    "text", ["**strong** and *soft*", "- one\n- two", "1. one\n2. two", "[words](https://x.ca/a_b)", "5 * 3", "a\\*b"]
)
def test_marks_that_are_read_are_not(text):
    assert literal(text, markdown=True) == []


def test_where_markdown_is_not_read_every_mark_is_told():
    assert written(Indication, "given_with_en").markdown is False
    assert about("with **food**", column="given_with_en", model=Indication).literal
    assert "<strong>" not in about("with **food**", column="given_with_en", model=Indication).preview


def test_no_text_of_the_content_has_a_mark_that_readers_see():
    seen = {}
    for model in records.kept():
        for one in all_written(model):
            if not one.own_marks and one.long:
                for pk, text in model.objects.values_list("pk", one.column):
                    if text and (places := literal(text, markdown=one.markdown)):
                        seen[f"{model.__name__} {pk} {one.column}"] = places
    assert seen == {}


def test_the_preview_is_harmless():
    looked = about("<script>alert(1)</script> [x](javascript:alert(1)) [y](//example.org)")
    assert "<script" not in looked.preview
    assert "href" not in looked.preview


def test_the_script_asks_for_one_text(admin_client):
    response = admin_client.post(FIELD, {"of": "medsearch.drug", "field": "summary_en", "text": "A pill.", "other": ""})
    assert "2 words" in response.text


def test_without_script_the_button_tells_all_texts_of_the_form_and_saves_nothing(admin_client):
    block = Block.objects.filter(options__isnull=False).first()
    fields = opened(admin_client, block)
    response = admin_client.post("/admin/writing/pathway.block/", {**fields, "body_en": "Quite **open words."})
    assert "Quite **open words." in response.text
    assert "option 1: Benefit [en]" in response.text

    block.refresh_from_db()
    assert block.body_en != "Quite **open words."


def test_only_staff_who_may_see_the_rows_are_told(client):
    sent = {"of": "medsearch.drug", "field": "summary_en", "text": "A pill."}
    assert client.post(FIELD, sent).status_code == 302
    nobody = Client()
    nobody.force_login(User.objects.create_user("nobody", is_staff=True))
    assert nobody.post(FIELD, sent).status_code == 403
    assert Client(enforce_csrf_checks=True).post(FIELD, sent).status_code in (302, 403)


def test_it_is_bounded_in_length_and_number(admin_client, monkeypatch):
    sent = {"of": "medsearch.drug", "field": "summary_en", "text": "x" * (writing_view.LONGEST + 1)}
    assert admin_client.post(FIELD, sent).status_code == 413
    monkeypatch.setattr(writing_view, "A_MINUTE", 1)
    assert admin_client.post(FIELD, {**sent, "text": "x"}).status_code == 429


@pytest.mark.parametrize(("of", "field"), [("medsearch.drug", "slug"), ("medsearch.nothing", "x"), ("", "")])
def test_what_holds_no_words_for_readers_is_not_there(admin_client, of, field):
    assert admin_client.post(FIELD, {"of": of, "field": field, "text": "x"}).status_code == 404
