"""The page from which staff publish, as a publisher meets it: what changes, what it does, and a plan before and after."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from .test_staff import open_row


def faults(page):
    return [(found["id"], found["nodes"][0]["html"]) for found in Axe().run(page).response["violations"]]


def test_a_publisher_sees_what_a_change_does_before_it_is_public(staff_page):
    open_row(staff_page, "pathway/step", "Your first appointment with your oncologist")
    staff_page.fill("#id_summary_en", "You meet your oncologist, said anew by a test.")
    staff_page.click("[name=_save]")
    staff_page.click("text=See them and publish")
    expect(staff_page.locator("#content")).to_contain_text("answer sets change")
    expect(staff_page.locator(".changed-row ins").filter(has_text="anew by a test")).to_have_count(1)
    assert faults(staff_page) == []

    examples = staff_page.locator(".examples").last
    examples.locator("summary").click()
    examples.locator("a").first.click()
    expect(staff_page.locator(".plan-differences")).to_contain_text("said anew by a test")
    assert faults(staff_page) == []
