"""Filling in the form: by keyboard alone, on a phone, with and without script."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessibility import violations

ANSWERS = {"stage": "2", "type": "idc", "hr": "positive", "her2": "negative"}


def plan(page):
    page.goto("/en/plan/")
    for question, answer in ANSWERS.items():
        page.check(f'input[name={question}][value="{answer}"]', force=True)
    page.click("text=Show my plan")


def change(page, what):
    page.click("text=Change an answer")
    page.locator(f'.change-answers button[name=change][value="{what}"]').press("Enter")


def test_changing_one_answer_shows_the_others_and_leads_to_each(page):
    plan(page)
    change(page, "all")
    listed = page.locator(".so-far li:visible")
    expect(listed).to_have_text(
        [
            "Stage Stage II",
            "Type Invasive ductal (IDC)",
            "Hormone receptors Positive (HR+)",
            "HER2 Negative, I was told no more",
        ]
    )
    page.click(".so-far a:has-text('HER2')")
    assert page.url.endswith("#div_id_her2")
    expect(page.locator("#div_id_her2 legend")).to_be_in_viewport()


def test_who_changes_one_answer_by_keyboard_begins_at_its_question(page):
    plan(page)
    change(page, "her2")
    expect(page.locator("#div_id_her2 legend")).to_be_in_viewport()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.locator("input:focus").count():
            break
    assert page.locator("input:focus").get_attribute("name") == "her2"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Your treatment plan")


def test_the_answers_so_far_follow_what_is_chosen(scripted_page):
    scripted_page.goto("/en/plan/")
    expect(scripted_page.locator(".so-far")).to_be_hidden()
    scripted_page.check('input[name=stage][value="2"]', force=True)
    expect(scripted_page.locator(".so-far li:visible")).to_have_text(
        ["Stage Stage II", "Type not answered yet", "Hormone receptors not answered yet", "HER2 not answered yet"]
    )
    scripted_page.select_option("select[name=province]", "qc")
    expect(scripted_page.locator('.so-far [data-question="province"]')).to_have_text("Where you live Quebec")
    scripted_page.select_option("select[name=province]", "")
    expect(scripted_page.locator('.so-far [data-question="province"]')).to_be_hidden()


def test_on_a_phone_they_stand_before_the_button_so_that_nothing_moves_under_the_finger(scripted_page):
    scripted_page.set_viewport_size({"width": 375, "height": 800})
    scripted_page.goto("/en/plan/")
    asked = scripted_page.locator("#div_id_hr")
    before = asked.bounding_box()["y"] + scripted_page.evaluate("scrollY")
    scripted_page.check("input[name=hr][value=positive]", force=True)
    assert asked.bounding_box()["y"] + scripted_page.evaluate("scrollY") == before
    expect(scripted_page.locator(".so-far + .submit")).to_be_visible()


def test_an_answer_among_the_folded_questions_is_one_link_away(scripted_page):
    scripted_page.goto("/en/plan/")
    scripted_page.click(".further > summary")
    scripted_page.check("input[name=bone][value=yes]", force=True)
    scripted_page.click(".further > summary")
    expect(scripted_page.locator("#div_id_bone")).to_be_hidden()
    scripted_page.click(".so-far a:has-text('Bone')")
    expect(scripted_page.locator("#div_id_bone legend")).to_be_in_viewport()


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_with_every_example_open_nothing_is_wider_than_the_screen(scripted_page, width, language):
    scripted_page.set_viewport_size({"width": width, "height": 800})
    scripted_page.goto(f"/{language}/plan/")
    scripted_page.click(".further > summary")
    assert scripted_page.evaluate("document.documentElement.scrollWidth") <= width
    assert scripted_page.evaluate(
        "[...document.querySelectorAll('.excerpt')].every((excerpt) => excerpt.scrollWidth <= excerpt.clientWidth)"
    )


def test_axe_finds_nothing_with_the_further_questions_and_the_answers_so_far(scripted_page):
    plan(scripted_page)
    change(scripted_page, "all")
    scripted_page.click(".further > summary")
    assert violations(scripted_page) == []


def test_feedback_on_a_step_and_back_to_it(page):
    plan(page)
    page.locator("#step-2 .feedback button").click()
    page.locator("input[value=wrong]").check()
    page.click("button:text-is('Send')")
    expect(page.locator(".error-summary")).to_be_focused()
    page.fill("textarea", "Said by a test.")
    page.click("button:text-is('Send')")
    expect(page.locator("h1")).to_have_text("Thank you")
    page.click("text=Back to my plan")
    expect(page.locator("h1")).to_have_text("Your treatment plan")
    expect(page.locator("#step-2 h2").first).to_be_in_viewport()


def test_axe_finds_nothing_where_feedback_is_given(scripted_page):
    plan(scripted_page)
    scripted_page.locator("#step-2 .feedback button").click()
    assert violations(scripted_page) == []
    scripted_page.click("button:text-is('Send')")
    assert violations(scripted_page) == []
    scripted_page.locator("input[value=unclear]").check()
    scripted_page.click("button:text-is('Send')")
    expect(scripted_page.locator("h1")).to_have_text("Thank you")
    assert violations(scripted_page) == []
    scripted_page.goto("/en/feedback/")
    assert violations(scripted_page) == []


def test_cleared_answers_do_not_come_back_by_way_of_feedback(scripted_page):
    plan(scripted_page)
    scripted_page.locator("#step-2 .feedback button").click()
    scripted_page.locator("input[value=unclear]").check()
    scripted_page.click("button:text-is('Send')")
    scripted_page.click("text=Back to my plan")
    expect(scripted_page.locator("h1")).to_have_text("Your treatment plan")
    scripted_page.locator("[data-clear]").first.click()
    scripted_page.wait_for_load_state()
    for _ in range(3):
        scripted_page.go_back()
        scripted_page.wait_for_load_state()
        assert scripted_page.locator(".way-back, .step, .so-far li:visible").count() == 0
