"""Who pays where, and drugs side by side: by keyboard, on small screens, on paper."""

import pytest
from playwright.sync_api import expect

from .test_accessibility import violations

PAGES = {
    "list of places": "/en/medsearch/where/",
    "place": "/en/medsearch/where/on/",
    "place with little known, filtered": "/en/medsearch/where/nu/?status=paid",
    "comparison": "/en/medsearch/compare/?drug=trastuzumab-deruxtecan&drug=tucatinib&drug=letrozole&drug=olaparib&in=qc",
    "comparison with everything wrong": "/en/medsearch/compare/?drug=letrozole&drug=letrozole&drug=nothing&in=nowhere",
}


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(scripted_page, path, width):
    scripted_page.set_viewport_size({"width": width, "height": 800})
    scripted_page.goto(path)
    assert violations(scripted_page) == []
    assert scripted_page.evaluate("document.documentElement.scrollWidth") <= width


def test_from_a_place_to_one_status_to_a_drug_by_keyboard_alone(page, keyboard):
    page.goto("/en/medsearch/where/")
    keys = keyboard(page)
    keys.to("main a:has-text('Ontario')")
    keys.press("Enter")
    expect(page.locator("h1")).to_have_text("Ontario")
    keys.to(".status-filter a:has-text('Last known to be paid for')")
    keys.press("Enter")
    expect(page.locator(".status-filter [aria-current]")).to_contain_text("Last known to be paid for")
    count = int(page.locator(".status-filter [aria-current] strong").inner_text())
    assert page.locator(".place-table tbody").count() == count > 0
    expect(page.locator(".place-table .badge.no-information")).to_have_count(0)
    keys.to(".place-table a:has-text('Letrozole')")
    keys.press("Enter")
    expect(page.locator("h1")).to_have_text("Letrozole")


def test_drugs_are_chosen_and_compared_by_keyboard_alone(page, keyboard):
    page.goto("/en/medsearch/compare/")
    keys = keyboard(page)
    for number, typed in enumerate(["Tuc", "Let"], start=1):
        keys.to(f"#drug-{number}")
        page.keyboard.type(typed)
    keys.to("button:has-text('Compare')")
    keys.press("Enter")
    expect(page.locator(".compare-table thead th")).to_have_text(["Tucatinib", "Letrozole"])
    assert "drug=tucatinib&drug=letrozole" in page.url


def test_on_a_narrow_screen_each_cell_says_which_drug_it_is_about(scripted_page):
    scripted_page.set_viewport_size({"width": 320, "height": 800})
    scripted_page.goto("/en/medsearch/compare/?drug=letrozole&drug=tamoxifen")
    cells = scripted_page.locator(".compare-table tbody tr").first.locator("td")
    label = "cell => [getComputedStyle(cell, '::before').content.split('/')[0].trim(), getComputedStyle(cell).display]"
    assert [cells.nth(n).evaluate(label) for n in range(2)] == [['"Letrozole"', "block"], ['"Tamoxifen"', "block"]]


def test_a_table_laid_out_for_a_narrow_screen_is_still_read_as_a_table(scripted_page):
    scripted_page.set_viewport_size({"width": 320, "height": 800})
    scripted_page.goto("/en/medsearch/compare/?drug=letrozole&drug=tamoxifen")
    table = scripted_page.get_by_role("table", name="Side by side")
    expect(table.get_by_role("columnheader")).to_have_text(["Letrozole", "Tamoxifen"])
    expect(table.get_by_role("rowheader").first).to_have_text("What it is")


def test_on_paper_the_form_is_gone_and_the_drugs_stand_side_by_side(scripted_page):
    scripted_page.goto("/en/medsearch/compare/?drug=letrozole&drug=tamoxifen&drug=olaparib")
    scripted_page.emulate_media(media="print")
    expect(scripted_page.locator(".compare-form")).to_be_hidden()
    tops = [cell.bounding_box()["y"] for cell in scripted_page.locator(".compare-table tbody tr").first.locator("td").all()]
    assert len(tops) == 3
    assert len(set(tops)) == 1


def test_on_paper_a_place_keeps_its_counts_and_its_drugs(scripted_page):
    scripted_page.goto("/en/medsearch/where/on/")
    scripted_page.emulate_media(media="print")
    expect(scripted_page.locator(".on-this-page").first).to_be_hidden()
    expect(scripted_page.locator(".status-filter")).to_be_visible()
    expect(scripted_page.locator(".place-table thead").first).to_be_visible()
