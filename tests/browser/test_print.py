"""What a navigator does: chooses what of a plan is printed, looks at it, prints it or has the PDF made."""

import io
import re

import pypdf
import pytest
from playwright.sync_api import expect

from tests.browser.test_accessibility import violations
from tests.browser.test_journey import fill_in

OPEN = {"stage": "unknown", "type": "unknown", "hr": "unknown", "her2": "unknown"}


def choose(page, **answers):
    """A short print of the first two steps, with the sheets to write on."""
    fill_in(page, **answers)
    page.click(".print-choices > summary")
    page.check('input[name="print-reading"][value="short"]')
    for box in page.locator('input[name="print-steps"]').all()[2:]:
        box.uncheck()
    page.check('input[name="print-questions_sheet"]')
    page.check('input[name="print-care_team"]')


def show(page, **answers):
    choose(page, **answers)
    page.click("text=Show exactly what will print")
    expect(page.locator("article.paper")).to_be_visible()
    page.wait_for_load_state()


def test_the_pdf_is_made_of_what_was_chosen(page):
    made = []

    def catch(route):
        # The browser's own viewer would have it otherwise, where no test can look.
        made.append(route.fetch().body())
        route.fulfill(status=200, body="caught")

    choose(page)
    page.route("**/plan/pdf/", catch)
    page.click("text=Make the PDF")
    page.wait_for_selector("text=caught")
    text = "".join(sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(made[0])).pages)
    assert re.findall(r"^Step (\d)$", text, re.MULTILINE) == ["1", "2"]
    assert "My questions" in text
    assert "My care team" in text


def test_the_page_shows_what_was_chosen_and_keeps_the_choice(page):
    show(page)
    expect(page.locator(".of-step")).to_have_count(2)
    assert page.locator(".for-questions-sheet .ruled-line").count() > 10
    assert page.is_checked('input[name="print-reading"][value="short"]')
    assert page.locator('input[name="print-steps"]:checked').count() == 2
    assert page.url.endswith("/en/plan/print/")


def test_from_there_it_leads_back_to_the_same_plan(page):
    show(page)
    page.click("text=Back to the plan")
    expect(page.locator("h1")).to_have_text("Your treatment plan")
    expect(page.locator(".step")).to_have_count(7)


def test_nothing_prints_but_the_paper(scripted_page):
    show(scripted_page)
    paper = [scripted_page.locator(part).inner_text() for part in ("article.paper", ".paper-foot")]
    scripted_page.emulate_media(media="print")
    assert (
        re.sub(r"\s+", " ", scripted_page.locator("body").inner_text()).strip()
        == re.sub(r"\s+", " ", " ".join(paper)).strip()
    )


def test_each_sheet_that_the_browser_prints_says_what_it_is_of(scripted_page, tmp_path):
    show(scripted_page)
    scripted_page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    sheets = [sheet.extract_text() for sheet in pypdf.PdfReader(tmp_path / "page.pdf").pages]
    assert len(sheets) > 3
    for number, sheet in enumerate(sheets, start=1):
        assert re.search(r"Pathway · .* release 1 · plan code [0-9A-Z-]+", sheet), number
        assert f"{number} / {len(sheets)}" in sheet, number


def test_the_choices_and_the_page_break_no_rule_of_axe(scripted_page):
    choose(scripted_page)
    assert violations(scripted_page) == []
    scripted_page.click("text=Show exactly what will print")
    scripted_page.wait_for_load_state()
    scripted_page.click(".print-choices > summary")
    assert violations(scripted_page) == []


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_is_wider_than_the_screen(scripted_page, width):
    scripted_page.set_viewport_size({"width": width, "height": 800})
    show(scripted_page, **OPEN)
    assert scripted_page.evaluate("document.documentElement.scrollWidth") <= width


# Print style

PRINT_SELECTORS = """() => {
  const found = [];
  const read = (rules, prints) => {
    for (const rule of rules) {
      if (rule instanceof CSSStyleRule && prints) found.push(rule.selectorText);
      if (rule instanceof CSSMediaRule) read(rule.cssRules, prints || rule.conditionText.includes("print"));
    }
  };
  for (const sheet of document.styleSheets) read(sheet.cssRules, false);
  return found;
}"""
MATCHED = """(selectors) => selectors.filter((selector) => document.querySelector(selector))"""
PAGES = [
    "/en/",
    "/en/about/",
    "/en/about/proof/",
    "/en/plan/",
    "/en/glossary/",
    "/en/glossary/biopsy/",
    "/en/medsearch/",
    "/en/medsearch/?q=a&setting=metastatic",
    "/en/medsearch/trastuzumab/",
    "/en/medsearch/letrozole/",
    "/en/medsearch/trastuzumab-deruxtecan/",
    "/en/medsearch/where/",
    "/en/medsearch/where/on/",
    "/en/medsearch/compare/?drug=letrozole&drug=tamoxifen",
    "/en/medsearch/data/",
]


def parted(selector_list: str) -> list[str]:
    """The selectors of a list, without what they say about ::before and ::after, which no search finds."""
    selectors = re.split(r",(?![^(]*\))", selector_list)
    return [re.sub(r"::[\w-]+$", "", selector.strip()) for selector in selectors]


def test_every_selector_for_print_matches_something_on_some_page(scripted_page):
    page = scripted_page
    page.goto(PAGES[0])
    missing = {selector for found in page.evaluate(PRINT_SELECTORS) for selector in parted(found)}
    assert len(missing) > 50

    def look():
        page.wait_for_load_state()
        missing.difference_update(page.evaluate(MATCHED, sorted(missing)))

    for path in PAGES:
        page.goto(path)
        look()
    for answers in (OPEN, {}):
        fill_in(page, **answers)
        look()
    code = page.locator(".plan-code .code").inner_text()
    page.goto("/en/about/")
    page.goto("/en/plan/")
    page.click(".code-form summary")
    page.fill("#code", code)
    page.click("text=Open my plan")
    look()
    page.click(".print-choices > summary")
    page.check('input[name="print-questions_sheet"]')
    page.check('input[name="print-care_team"]')
    page.click("text=Show exactly what will print")
    look()
    assert missing == {".pages"}, "and that only where a list has more than a page, which ours has not"
