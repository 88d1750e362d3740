"""Bad input: each a clear page with the right status, every answer kept, and nothing in the log but the path."""

import logging
import re

import pytest
from django.http import QueryDict

from pathway.forms import ProfileForm
from tests.page import Page

pytestmark = pytest.mark.from_memory

GOOD = {"stage": "4", "type": "idc", "hr": "positive", "her2": "positive"}


def without(name):
    return {question: answer for question, answer in GOOD.items() if question != name}


@pytest.mark.parametrize("missing", GOOD)
def test_a_missing_answer_is_asked_for(site, missing):
    response = site.plan(**without(missing))
    assert response.status_code == 422
    assert f"#div_id_{missing}" in Page(response).links


def test_an_unknown_option_is_refused(site):
    response = site.plan(**{**GOOD, "her2": "postive"})
    assert response.status_code == 422
    assert "That answer is not on the list" in response.text
    assert "postive" not in response.text


def test_an_unknown_province_is_refused(site):
    assert site.plan(**GOOD, province="atlantis").status_code == 422


def test_an_answer_to_a_question_that_is_not_asked_is_refused(site):
    response = site.plan(**GOOD, shoe_size="39")
    assert response.status_code == 422
    assert "shoe_size" not in response.text


def test_two_answers_to_one_question_are_refused(site):
    assert site.plan(**{**GOOD, "stage": ["4", "3"]}).status_code == 422


def test_two_answers_to_one_question_are_refused_even_if_they_agree(site):
    assert site.plan(**{**GOOD, "stage": ["4", "4"]}).status_code == 422


@pytest.mark.parametrize("name", ["stage", "shoe_size"])
def test_a_field_that_is_too_large_is_refused(site, name):
    response = site.plan(**{**GOOD, name: "x" * 100_000})
    assert response.status_code == 413
    assert "far more than this form asks for" in response.text
    assert len(response.content) < 100_000


def test_answers_in_the_address_are_refused(site):
    response = site.get("/en/plan/", GOOD)
    assert response.status_code == 400
    assert "Answers must not stand in an address" in response.text


def test_nothing_at_all_is_answered_with_the_form(site):
    assert site.plan().status_code == 422


def test_an_empty_form_has_nothing_chosen(site):
    page = Page(site.get("/en/plan/"))
    assert {value for name, value in page.fields if name in GOOD} == set()


class TestAnswersThatCannotGoTogether:
    EXCLUSION = "stage-0-is-not-invasive"
    ANSWERS = {"stage": "0", "type": "idc", "hr": "negative", "her2": "low", "menopause": "pre"}

    def test_the_page_says_why_and_what_to_do_in_the_summary_and_at_the_question(self, site, content):
        why = next(exclusion.message.en for exclusion in content.ruleset.exclusions if exclusion.slug == self.EXCLUSION)
        response = site.plan(**self.ANSWERS)
        assert response.status_code == 422
        assert Page(response).words.count(" ".join(why.split())) == 2

    def test_every_answer_is_kept(self, site):
        assert set(self.ANSWERS.items()) <= set(Page(site.plan(**self.ANSWERS)).fields)

    def test_as_json_it_is_the_message_at_its_question(self, site, content):
        why = next(exclusion.message.en for exclusion in content.ruleset.exclusions if exclusion.slug == self.EXCLUSION)
        response = site.plan(accept="application/json", **self.ANSWERS)
        assert response.status_code == 422
        assert response.json() == {"errors": {"type": [why]}}


def test_answers_that_only_might_contradict_each_other_are_accepted(site):
    assert site.plan(**{**GOOD, "stage": "unknown", "type": "inflammatory"}).status_code == 200


def test_changing_an_answer_shows_the_form_with_the_others_filled_in(site):
    response = site.plan(**GOOD, change="stage")
    assert response.status_code == 200
    assert set(GOOD.items()) <= set(Page(response).fields)


# What was answered stays in sight, and nothing has to be unfolded to see it


def so_far(response):
    """Question → answer, of the list at the top of the form."""
    listed = re.findall(
        r'<li data-question="([^"]+)"( hidden)?>.*?<span class="so-far-answer">(.*?)</span></li>', response.text
    )
    return {question: answer for question, hidden, answer in listed if not hidden}


def test_the_answers_so_far_are_listed_in_words_each_with_its_question(site):
    response = site.plan(**{**GOOD, "province": "qc", "bone": "yes"}, change="hr")
    assert so_far(response) == {
        "stage": "Stage IV (metastatic)",
        "type": "Invasive ductal (IDC)",
        "hr": "Positive (HR+)",
        "her2": "Positive (HER2+)",
        "province": "Quebec",
        "bone": "Yes",
    }
    assert {f"#div_id_{question}" for question in so_far(response)} <= set(Page(response).links)
    assert not Page(response).broken_anchors


def test_what_is_not_answered_yet_is_listed_as_such(site):
    assert so_far(site.plan(**without("her2")))["her2"] == "<em>not answered yet</em>"


def test_an_answer_the_form_does_not_know_is_not_listed_as_one(site):
    assert so_far(site.plan(**{**GOOD, "her2": "postive"}))["her2"] == "<em>not answered yet</em>"


def test_an_empty_form_lists_no_answers(site):
    assert '<nav class="so-far" aria-labelledby="so-far-heading" hidden>' in site.get("/en/plan/").text


@pytest.mark.parametrize(
    ("answers", "unfolded"),
    [
        ({**GOOD, "bone": "yes", "change": "stage"}, False),
        ({**GOOD, "bone": "yes", "change": "bone"}, True),
        ({**GOOD, "change": "bone"}, True),
        ({**GOOD, "bone": "maybe"}, True),
        ({**without("stage"), "bone": "yes"}, False),
    ],
    ids=["to change another", "to change one of them", "to answer one of them", "an error in one", "an error in another"],
)
def test_the_further_questions_are_unfolded_only_for_who_comes_for_one(site, answers, unfolded):
    response = site.plan(**answers)
    assert ('<details class="further" open>' in response.text) == unfolded


def test_folded_further_questions_say_how_many_are_answered(site):
    assert "1 is answered." in Page(site.plan(**GOOD, bone="yes", change="stage")).words


def test_i_do_not_know_looks_like_every_other_answer(site, content):
    labels = re.findall(r'<label class="form-check-label"[^>]*>(<span class="option-label">)?', site.get("/en/plan/").text)
    assert len(labels) == sum(len(question.options) for question in content.questions)
    assert all(labels)


# The example of a line on the report


def test_each_example_names_the_report_and_rings_the_words_that_answer(site, content):
    drawn = [
        figure.split("</figure>")[0] for figure in site.get("/en/plan/").text.split('<figure class="report-example">')[1:]
    ]
    assert len(drawn) == sum(bool(question.report_example) for question in content.questions) > 10
    assert all("Example of " in figure and '<strong class="ringed">' in figure for figure in drawn)
    hr = next(figure for figure in drawn if "Estrogen receptor (ER)" in figure)
    assert "Example of lines on a pathology report:" in hr
    assert '<p>Estrogen receptor (ER): <strong class="ringed">Positive</strong>, 95% of cells</p>' in hr
    assert "Here the answer would be “Positive (HR+)”." in hr


def test_every_core_question_has_an_example_and_says_what_it_would_answer(content):
    for question in content.questions:
        assert question.report_example or not question.core
        assert bool(question.report_example) == bool(question.option(question.report_answer))
        assert question.report_example.en.count("**") % 2 == 0


def test_an_english_example_on_a_french_page_is_marked_as_english(site, content):
    assert not any(question.report_example.fr for question in content.questions)
    assert '<div class="excerpt" lang="en">' in site.get("/fr/plan/").text


def test_every_question_offers_i_do_not_know(content):
    form = ProfileForm(content=content)
    assert all("unknown" in dict(form.fields[question.slug].choices) for question in content.questions)


def test_the_form_and_the_rules_know_the_same_answers(content):
    form = ProfileForm(content=content)
    for question in content.questions:
        assert [slug for slug, _ in form.fields[question.slug].choices] == [option.slug for option in question.options]


def test_a_valid_form_has_a_profile_and_a_jurisdiction(content):
    data = QueryDict(mutable=True)
    data.update({**GOOD, "province": "qc"})
    form = ProfileForm(data, content=content)
    assert form.is_valid()
    assert dict(form.profile.given) == GOOD
    assert form.jurisdiction == "qc"


BAD = {
    "a missing answer": lambda site: site.plan(**without("her2")),
    "an unknown option": lambda site: site.plan(**{**GOOD, "her2": "secret-answer"}),
    "a large field": lambda site: site.plan(**{**GOOD, "her2": "secret-answer" * 5_000}),
    "a repeated field": lambda site: site.plan(**{**GOOD, "her2": ["secret-answer", "low"]}),
    "an impossible pair": lambda site: site.plan(**{**GOOD, "stage": "0"}),
    "an unknown field": lambda site: site.plan(**GOOD, secret="secret-answer"),
    "answers in the address": lambda site: site.get("/en/plan/", {**GOOD, "her2": "secret-answer"}),
}


@pytest.mark.parametrize("bad", BAD)
def test_the_log_has_nothing_of_it(site, caplog, bad):
    with caplog.at_level(logging.INFO):
        assert BAD[bad](site).status_code >= 400
    assert caplog.records == []


def test_what_was_found_out_is_answered_on_the_plan_itself(site):
    asked = {**GOOD, "her2": "unknown"}
    assert 'form="again" name="instead" value="her2=positive"' in site.plan(**asked).text
    assert site.plan(**asked, instead="her2=positive").text == site.plan(**{**asked, "her2": "positive"}).text


@pytest.mark.parametrize("instead", ["her2=nonsense", "her2", "nobody=asked", "=", ""])
def test_what_no_button_sends_instead_is_refused_and_loses_nothing(site, instead):
    response = site.plan(**GOOD, instead=instead)
    assert response.status_code == 422
    assert set(GOOD.items()) - {("her2", GOOD["her2"])} <= set(Page(response).fields)
