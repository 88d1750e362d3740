"""Taking back: a field, a row, a row that was deleted, an import. And what happens when something is refused."""

import csv
import io
from pathlib import Path

from browser import Staff, is_told, open_list, open_row, picture, save, shows
from editing import MADE_UP, TIP
from playwright.sync_api import expect


def undo_a_field_and_a_row(staff: Staff) -> None:
    page = staff.at("amelie")
    open_row(page, "Drugs", MADE_UP)
    page.fill("#id_summary_en", "A drug that somebody described by mistake.")
    page.fill("#id_brands", "Mistake")
    save(page)
    open_row(page, "Drugs", MADE_UP)
    page.click("text=History")
    picture(page, "history", "#content h1", "table.history tbody tr >> nth=0")
    page.get_by_role("link", name="Put back Brands").click()
    page.click("text=Put this field back")
    expect(page.locator(".messagelist .success")).to_be_visible()
    open_row(page, "Drugs", MADE_UP)
    expect(page.locator("#id_brands")).to_have_value("")
    page.click("text=History")
    page.locator("tr", has_text="by mistake").last.get_by_role("link", name="Back to before this").click()
    page.click("text=Put the whole row back")
    open_row(page, "Drugs", MADE_UP)
    expect(page.locator("#id_summary_en")).to_have_value("A drug that was made up for this page. Nobody takes it.")


def undo_deleting(staff: Staff) -> None:
    page = staff.at("amelie")
    open_row(page, "Blocks", TIP)
    page.click(".deletelink")
    shows(page, "The public release uses this:")
    page.click("#content [type=submit]")
    expect(page.locator(".messagelist .success")).to_be_visible()
    open_list(page, "Blocks")
    page.click(".object-tools >> text=Deleted")
    page.locator("#content tbody a", has_text=TIP).click()
    page.get_by_role("link", name="Back to before this").first.click()
    shows(page, "The row was deleted. It comes back as it was")
    picture(page, "bring-back", "#content h1", ".submit-row")
    page.click("[type=submit][value='Bring it back']")
    open_row(page, "Blocks", TIP)


def undo_an_import(staff: Staff, folder: Path) -> None:
    """A file in which a row was changed by mistake goes in, and all of it comes back out."""
    page = staff.at("amelie")
    open_list(page, "Funding")
    page.click(".object-tools >> text=Export")
    page.check("text=CSV")
    with page.expect_download() as download:
        page.click("[type=submit][value=Export]")
    path = folder / "funding.csv"
    download.value.save_as(path)
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
    column = rows[0].index("effective")
    before, rows[1][column] = rows[1][column], "1999-09"
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    path.write_bytes(out.getvalue().encode("utf-8-sig"))
    open_list(page, "Funding")
    page.click(".object-tools >> text=Import")
    page.set_input_files("#id_import_file", path)
    page.click("[type=submit][value='See what it would change']")
    expect(page.locator(".import-diff ins")).to_have_text("1999-09")
    page.click("[type=submit][value='Import these changes']")
    is_told(page, "0 new, 1 changed")
    open_list(page, "Imports")
    page.locator("#result_list tbody th a").first.click()
    page.locator(".submit-row").wait_for()
    picture(page, "undo-import", "#content h1", "#content ul")
    page.click("[type=submit][value='Undo this import']")
    shows(page, "This import was undone on")
    page.locator("#content ul a").first.click()
    shows(page, "an import was undone")
    page.locator(".breadcrumbs a").last.click()
    expect(page.locator("#id_effective")).to_have_value(before)


def two_at_once(staff: Staff) -> None:
    first, second = staff.at("amelie"), staff.at("andre")
    for page in (first, second):
        open_row(page, "Drugs", MADE_UP)
    first.fill("#id_summary_en", "A made-up drug, says Amélie.")
    second.fill("#id_summary_en", "A made-up drug, says André.")
    save(first)
    second.click("[name=_save]")
    shows(second, "Changed while you had it open", ".meanwhile")
    expect(second.locator("#id_summary_en")).to_have_value("A made-up drug, says André.")
    picture(second, "two-at-once", ".meanwhile")
    save(second)


def refusals(staff: Staff) -> None:
    page = staff.at("amelie")
    open_row(page, "Drugs", MADE_UP)
    page.fill("#id_summary_en", "A made-up drug. <script>")
    page.click("[name=_save]")
    expect(page.locator(".field-summary_en .errorlist")).to_be_visible()
    expect(page.locator("#id_summary_en")).to_have_value("A made-up drug. <script>")
    page = staff.at("daria")
    open_list(page, "Drugs")
    expect(page.locator("text=Add drug")).to_have_count(0)
    page = staff.at("andre")
    page.goto("/admin/evidence/release/publish/")
    expect(page.locator("[type=submit][value=Publish]")).to_have_count(0)
