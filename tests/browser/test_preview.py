"""A row in a plan, all plans in a table, and who a rule holds for, as staff meet them."""

from playwright.sync_api import expect

from .test_publishing import faults
from .test_staff import open_row


def test_an_edit_is_seen_in_a_plan_before_it_is_public(staff_page):
    open_row(staff_page, "medsearch/regimen", "tucatinib")
    staff_page.click("text=See it in a plan")
    expect(staff_page.locator("mark.sought")).to_have_count(2)
    staff_page.locator(".places a").last.click()
    expect(staff_page.locator(":target mark.sought")).to_be_visible()
    assert faults(staff_page) == []

    staff_page.locator(".example-answers summary").click()
    staff_page.select_option("#id_stage", "1")
    staff_page.click("text=Show both")
    expect(staff_page.locator("#content")).to_contain_text("This plan does not show it.")


def test_each_cell_of_the_table_opens_its_plan(staff_page):
    staff_page.goto("/admin/")
    staff_page.click("text=All plans at a glance")
    expect(staff_page.locator(".plans tbody tr")).to_have_count(8)
    assert faults(staff_page) == []
    staff_page.select_option("#id_columns", "every")
    staff_page.click("[type=submit][value=Show]")
    expect(staff_page.locator(".plans thead tr").last.locator("th")).to_have_count(19)
    assert staff_page.evaluate("document.documentElement.scrollWidth") <= 1280
    staff_page.locator(".plans tbody td a").first.click()
    expect(staff_page.locator("#both")).to_be_visible()


def test_who_a_rule_holds_for_is_listed(staff_page):
    open_row(staff_page, "personalization/population", "her2-positive-metastatic")
    staff_page.click(".field-holds_for a")
    expect(staff_page.locator("#content")).to_contain_text("Your cancer is stage IV or a distant recurrence")
    staff_page.locator(".lines summary").first.click()
    assert faults(staff_page) == []
    staff_page.locator(".lines a").first.click()
    expect(staff_page.locator("#both")).to_be_visible()
