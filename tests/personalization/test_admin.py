"""Adding a question in admin: what nobody has to think about fills itself."""

import pytest

from pathway.models import Block, Step
from personalization.models import Population, Question, Rule

pytestmark = pytest.mark.django_db

ADD = "/admin/personalization/question/add/"
ANSWERS = [
    ("plain", "No", "do not live far away"),
    ("plain", "Yes", "live far away"),
    ("unknown", "I don’t know", "do not know"),
]


def question(*answers, **given):
    """What the form sends; options without number and slug."""
    sent = {"slug": "far", "number": "90", "report": "pathology", **given}
    sent |= {"text_en": "Do you live far away?", "short_en": "Far away", "clause_en": "you {}", "explanation_en": "So."}
    sent |= {"options-TOTAL_FORMS": len(answers), "options-INITIAL_FORMS": 0}
    for place, (kind, label, phrase) in enumerate(answers):
        sent |= {f"options-{place}-{name}": "" for name in ("number", "slug")}
        sent |= {f"options-{place}-kind": kind, f"options-{place}-label_en": label, f"options-{place}-phrase_en": phrase}
    return sent


def test_options_get_numbers_in_their_order_and_slugs_from_their_labels(admin_client):
    assert admin_client.post(ADD, question(*ANSWERS)).status_code == 302
    options = Question.objects.get(slug="far").options.order_by("number")
    assert list(options.values_list("number", "slug")) == [(1, "no"), (2, "yes"), (3, "unknown")]


def test_two_options_of_one_label_are_refused_in_words(admin_client):
    page = admin_client.post(ADD, question(ANSWERS[0], ANSWERS[0]))
    assert page.status_code == 200
    assert not Question.objects.filter(slug="far").exists()


def test_a_new_question_is_offered_the_last_place_on_the_form(admin_client):
    last = Question.objects.order_by("number").last().number
    form = admin_client.get(ADD).context["adminform"].form
    assert form.get_initial_for_field(form.fields["number"], "number") > last


def test_a_block_without_a_number_becomes_the_last_of_its_step(admin_client):
    step = Step.objects.filter(blocks__isnull=False).first()
    last = step.blocks.order_by("number").last().number
    sent = {"step": step.pk, "number": "", "kind": "tip", "slug": "new-tip", "title_en": "A tip", "body_en": "Ask."}
    sent |= {"population": Population.objects.first().pk, "references": step.blocks.first().references.first().pk}
    sent |= {"options-TOTAL_FORMS": 0, "options-INITIAL_FORMS": 0, "combination": "any"}
    response = admin_client.post("/admin/pathway/block/add/", sent)
    assert response.status_code == 302, response.context["errors"]
    assert Block.objects.get(slug="new-tip").number > last


def test_whom_only_an_assumed_answer_keeps_out_is_said_in_words(admin_client):
    asked = Question.objects.filter(assumed__isnull=False).first()
    other = asked.options.filter(kind="plain").exclude(pk=asked.assumed_id).first()
    population = Population.objects.create(slug="others", name="Others")
    Rule.objects.create(population=population, number=1).options.add(other)
    page = admin_client.get(f"/admin/personalization/population/{population.pk}/change/").text
    assert f"nobody before they answer “{asked.short}”" in page
