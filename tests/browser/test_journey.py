"""Form → plan → drug → back to the plan, as readers go."""

import re

import pytest
from playwright.sync_api import expect

ANSWERS = {"stage": "4", "type": "idc", "hr": "positive", "her2": "positive"}


def fill_in(page, **answers):
    page.goto("/en/plan/")
    for question, answer in {**ANSWERS, **answers}.items():
        page.check(f'input[name={question}][value="{answer}"]', force=True)
    page.click("text=Show my plan")
    page.locator(".plan-page").wait_for()
    page.wait_for_load_state()


def test_from_form_to_plan_to_drug_and_back_by_keyboard_alone(page, keyboard):
    page.goto("/en/plan/")
    keys = keyboard(page)
    for question, answer in ANSWERS.items():
        keys.choose(question, answer)
    keys.to("button:has-text('Show my plan')")
    keys.press("Enter")
    expect(page.locator("h1")).to_have_text("Your treatment plan")
    expect(page.locator(".step")).to_have_count(7)
    keys.to(".in-short a:has-text('Tucatinib')", most=300)
    keys.press("Enter")
    expect(page.locator("h1")).to_have_text("Tucatinib")
    page.go_back()
    expect(page.locator("h1")).to_have_text("Your treatment plan")
    expect(page.locator(".step")).to_have_count(7)


def test_no_answer_stands_in_the_address_or_title(page):
    fill_in(page)
    assert page.url.partition("#")[0].endswith("/en/plan/")
    assert not [answer for answer in ANSWERS.values() if len(answer) > 1 and answer in page.url.lower()]
    assert "HER2" not in page.title()


def test_an_answer_can_be_changed_and_the_others_stay(page):
    fill_in(page)
    page.click("text=Change an answer")
    page.click(".change-answers button:has-text('Change'):near(:text('HER2'))")
    expect(page.locator("h1")).to_have_text("My treatment plan")
    for question, answer in ANSWERS.items():
        assert page.is_checked(f'input[name={question}][value="{answer}"]')


def test_errors_come_first_have_the_focus_and_lead_to_the_question(page, keyboard):
    page.goto("/en/plan/")
    page.check('input[name=stage][value="0"]', force=True)
    page.check("input[name=type][value=idc]", force=True)
    page.check("input[name=hr][value=positive]", force=True)
    page.check("input[name=her2][value=positive]", force=True)
    page.click("text=Show my plan")
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Stage 0 means")
    assert page.is_checked('input[name=stage][value="0"]')
    keyboard(page).to(".error-summary a")
    page.keyboard.press("Enter")
    assert page.url.endswith("#div_id_type")


def test_a_word_is_explained_by_keyboard_and_closes_with_escape(page, keyboard):
    fill_in(page)
    keyboard(page).to(".intro button.term")
    page.keyboard.press("Enter")
    definition = page.locator(".definition:popover-open")
    expect(definition).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".definition:popover-open")).to_have_count(0)


def test_end_of_life_text_is_closed_until_the_reader_opens_it(page):
    fill_in(page)
    sensitive = page.locator(".step.sensitive")
    expect(sensitive.locator(".summary")).not_to_be_visible()
    sensitive.locator("summary").first.click()
    expect(sensitive.locator(".summary")).to_be_visible()


def test_the_other_language_is_one_button_away_and_keeps_the_answers(page):
    fill_in(page)
    page.click("button:has-text('Français')")
    expect(page).to_have_url(re.compile("/fr/plan/(#.*)?$"))
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator(".step")).to_have_count(7)


@pytest.mark.parametrize("width", [320, 375, 1280])
def test_nothing_is_wider_than_the_screen(scripted_page, width):
    scripted_page.set_viewport_size({"width": width, "height": 800})
    fill_in(scripted_page, her2="unknown")
    assert scripted_page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_paper_navigation_is_gone_and_words_and_sources_are_listed(scripted_page):
    fill_in(scripted_page)
    scripted_page.emulate_media(media="print")
    for hidden in (".site-header nav", ".change-answers", ".rail", ".why", ".chapter"):
        expect(scripted_page.locator(hidden).first).to_be_hidden()
    expect(scripted_page.locator(".terms-used dt").first).to_be_visible()
    assert scripted_page.locator(".references li").count() > 10
    assert re.search(r"release \d+", scripted_page.locator(".site-footer").inner_text())


def test_the_rail_says_which_step_is_being_read(scripted_page):
    fill_in(scripted_page)
    scripted_page.locator("#step-3 h2").scroll_into_view_if_needed()
    scripted_page.evaluate("document.querySelector('#step-3').scrollIntoView()")
    expect(scripted_page.locator(".rail a[aria-current]")).to_have_attribute("href", "#step-3")


def test_a_step_is_one_key_away_from_the_drawing(page, keyboard):
    fill_in(page)
    keyboard(page).to(".journey a[href='#step-4']")
    page.keyboard.press("Enter")
    expect(page.locator("#step-4")).to_be_in_viewport()


def test_everything_can_be_opened_without_script(page):
    fill_in(page)
    expect(page.locator("#step-1 .card, #step-1 .block").first).not_to_be_visible()
    page.click("text=Open everything")
    expect(page.locator("#step-1 .block").first).to_be_visible()
    expect(page.locator(".step")).to_have_count(7)


def test_a_link_into_a_closed_part_opens_it(scripted_page):
    fill_in(scripted_page)
    scripted_page.evaluate("location.hash = document.querySelector('#step-3 .block').id")
    expect(scripted_page.locator("#step-3 .block").first).to_be_in_viewport()
