"""The search as readers use it: typing, choosing, by keyboard alone, with script and without."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessibility import violations

LIST = "/en/medsearch/"
ADDRESSES = {
    "all": "",
    "chosen": "?subtype=triple-negative&setting=metastatic&place=on",
    "misspelt": "?q=kadcila",
    "nothing found": "?q=ibrans&setting=metastatic",
    "no such choice": "?setting=nowhere&funded=yes",
}


def asked(page):
    return {name: values[-1] for name, values in parse_qs(urlsplit(page.url).query).items()}


def first(page):
    return page.locator(".drug-list a").first


def test_a_misspelt_name_finds_its_drug(page):
    page.goto(LIST)
    page.fill("#q", "kadcila")
    page.press("#q", "Enter")
    expect(first(page)).to_have_text("Trastuzumab emtansine")
    expect(page.locator("#count")).to_have_text("1 drug for “kadcila”")


def test_filters_are_links_that_keep_what_was_typed(page):
    page.goto(LIST + "?q=mab")
    page.locator(".filters a:has-text('By needle under the skin')").evaluate("link => link.click()")
    expect(page.locator(".chosen")).to_contain_text("by needle under the skin")
    assert asked(page) == {"q": "mab", "route": "subcutaneous"}


def test_searching_anew_keeps_the_filters(page):
    page.goto(LIST + "?setting=metastatic&place=on&funded=yes")
    page.fill("#q", "let")
    page.press("#q", "Enter")
    expect(page.locator("#count")).to_contain_text("“let”")
    assert asked(page) == {"q": "let", "setting": "metastatic", "place": "on", "funded": "yes"}


def test_a_filter_is_chosen_and_cleared_by_keyboard_alone(page, keyboard):
    page.goto(LIST)
    keyboard(page).to(".filters a:has-text('Triple-negative')")
    page.keyboard.press("Enter")
    expect(page.locator(".filters a[aria-current]")).to_contain_text("Triple-negative")
    keyboard(page).to(".chosen .clear")
    page.keyboard.press("Enter")
    expect(page.locator(".chosen")).to_have_count(0)
    assert asked(page) == {}


def test_on_a_phone_the_filters_are_opened_by_keyboard(page, keyboard):
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto(LIST)
    option = page.locator(".filters a").first
    expect(option).to_be_hidden()
    keyboard(page).to("#filters-summary")
    page.keyboard.press("Enter")
    expect(option).to_be_visible()


def test_the_list_follows_what_is_typed_and_the_focus_stays(scripted_page):
    scripted_page.goto(LIST + "?setting=metastatic")
    scripted_page.locator("#q").press_sequentially("tukisa", delay=30)
    expect(first(scripted_page)).to_have_text("Tucatinib")
    expect(scripted_page.locator("#q")).to_be_focused()
    assert asked(scripted_page) == {"q": "tukisa", "setting": "metastatic"}
    assert scripted_page.title().startswith("tukisa")
    route = scripted_page.locator(".filters li:has-text('By mouth')")
    expect(route).to_contain_text("1 drug")


def test_the_count_is_announced_once(scripted_page):
    scripted_page.goto(LIST)
    scripted_page.evaluate(
        """() => {
          window.heard = [];
          const status = document.querySelector('[role=status]');
          new MutationObserver(() => heard.push(status.textContent)).observe(status, {childList: true, subtree: true});
        }"""
    )
    scripted_page.locator("#q").press_sequentially("letro", delay=20)
    expect(scripted_page.locator("[role=status]")).to_have_text("1 drug for “letro”")
    assert scripted_page.evaluate("heard") == ["1 drug for “letro”"]


def test_choosing_a_place_tells_what_is_known_there(scripted_page):
    scripted_page.goto(LIST + "?q=letrozole")
    scripted_page.select_option("#place", "on")
    expect(scripted_page.locator(".row-funding")).to_contain_text("Ontario:")
    assert asked(scripted_page) == {"q": "letrozole", "place": "on"}


def test_a_slow_answer_does_not_overtake_a_newer_one(scripted_page):
    def slowly(route):
        if "q=fem&" in route.request.url + "&":
            scripted_page.wait_for_timeout(1500)
        route.continue_()

    scripted_page.goto(LIST)
    scripted_page.route("**/medsearch/?q=*", slowly)
    scripted_page.locator("#q").press_sequentially("fem", delay=10)
    scripted_page.wait_for_timeout(300)
    scripted_page.locator("#q").fill("tukysa")
    expect(first(scripted_page)).to_have_text("Tucatinib")
    scripted_page.wait_for_timeout(1500)
    expect(first(scripted_page)).to_have_text("Tucatinib")


def test_back_from_a_drug_leads_to_the_list_as_it_was(scripted_page):
    scripted_page.goto(LIST)
    scripted_page.locator("#q").press_sequentially("tukysa", delay=10)
    expect(scripted_page.locator("#count")).to_contain_text("tukysa")
    first(scripted_page).click()
    expect(scripted_page.locator("h1")).to_have_text("Tucatinib")
    scripted_page.go_back()
    expect(scripted_page.locator("#q")).to_have_value("tukysa")
    expect(scripted_page.locator(".drug-list a")).to_have_count(1)


@pytest.mark.parametrize("width", [320, 375, 1280])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(scripted_page, width):
    scripted_page.set_viewport_size({"width": width, "height": 800})
    for name, address in ADDRESSES.items():
        scripted_page.goto(LIST + address)
        scripted_page.locator("#filters").evaluate("filters => { filters.open = true }")
        assert violations(scripted_page) == [], name
        assert scripted_page.evaluate("document.documentElement.scrollWidth") <= width, name
