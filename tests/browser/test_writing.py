"""Writing in admin, as an author meets it: what is said about a text, and somebody else at the same row."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from .test_staff import open_row


def test_what_is_said_about_a_text_follows_what_is_typed_and_never_takes_the_focus(staff_page):
    page = staff_page
    open_row(page, "medsearch/drug", "carboplatin")
    area = page.locator("#id_summary_en")
    area.fill("Ask about letrozole. It is **not closed.")
    panel = page.locator(".field-summary_en .writing")
    expect(panel.locator(".measured")).to_contain_text("1 thing to look at")
    expect(panel.locator(".preview a")).to_have_text("letrozole")
    expect(page.locator(".field-summary_en [role=status]")).to_contain_text("7 words")
    expect(area).to_be_focused()
    area.fill("Ask about letrozole. It is **closed** now.")
    expect(panel.locator(".measured")).to_contain_text("nothing to mend")
    expect(panel.locator(".preview strong")).to_have_text("closed")
    with page.context.expect_page() as opened:
        page.click("text=Check the texts")
    expect(opened.value.locator(".writing-page")).to_contain_text("Ask about letrozole. It is closed now.")
    faults = [found["id"] for found in Axe().run(opened.value).response["violations"]]
    assert faults == []


def test_two_at_one_row_the_later_one_is_told_and_loses_nothing(staff_page):
    hers, other = staff_page, staff_page.context.new_page()
    for page in (hers, other):
        open_row(page, "medsearch/drug", "carboplatin")
    other.fill("#id_summary_en", "Saved first by a test.")
    other.fill("#id_brands", "First")
    other.click("[name=_continue]")
    expect(other.locator(".messagelist")).to_contain_text("changed successfully")

    hers.fill("#id_summary_en", "Typed meanwhile by a test.")
    hers.click("[name=_continue]")
    expect(hers.locator(".meanwhile")).to_contain_text("Saved first by a test.")
    expect(hers.locator(".meanwhile")).to_contain_text("Yours replaces theirs.")
    expect(hers.locator("#id_summary_en")).to_have_value("Typed meanwhile by a test.")
    expect(hers.locator("#id_brands")).to_have_value("First")
    faults = [found["id"] for found in Axe().run(hers, ".meanwhile").response["violations"]]
    assert faults == []

    hers.click("[name=_continue]")
    expect(hers.locator(".messagelist")).to_contain_text("changed successfully")
    expect(hers.locator("#id_summary_en")).to_have_value("Typed meanwhile by a test.")
    expect(hers.locator("#id_brands")).to_have_value("First")
