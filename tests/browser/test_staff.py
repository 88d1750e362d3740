"""A staff member corrects a drug, publishes, and readers see it: through the pages, as a new staff member would."""

from playwright.sync_api import expect


def open_row(page, kind, search):
    page.goto(f"/admin/{kind}/?q={search}")
    page.click("#result_list tbody th a")


def test_a_correction_is_public_once_it_is_published_and_not_before(staff_page, server):
    correction = "An old platinum drug, described anew by a test."
    open_row(staff_page, "medsearch/drug", "cisplatin")
    staff_page.fill("#id_summary_en", correction)
    staff_page.click("[name=_save]")
    expect(staff_page.locator(".unpublished")).to_contain_text("Edited since the public release:")
    staff_page.goto("/en/medsearch/cisplatin/")
    expect(staff_page.locator("main")).not_to_contain_text(correction)

    staff_page.goto("/admin/")
    staff_page.click("text=See them and publish")
    expect(staff_page.locator(".changed-row").filter(has_text="cisplatin")).to_have_count(1)
    staff_page.fill("#notes", "Cisplatin's summary corrected.")
    staff_page.click("[type=submit][value=Publish]")
    expect(staff_page.locator(".messagelist")).to_contain_text("is public now")
    expect(staff_page.locator(".unpublished")).to_have_count(0)
    staff_page.goto("/en/medsearch/cisplatin/")
    expect(staff_page.locator("main")).to_contain_text(correction)


def test_an_older_release_can_be_made_public_again(staff_page):
    staff_page.goto("/admin/evidence/release/")
    staff_page.click("#result_list tbody tr:last-child th a")
    staff_page.click("text=Activate this release")
    expect(staff_page.locator(".messagelist")).to_contain_text("Release 1 is public now.")
    staff_page.goto("/en/medsearch/cisplatin/")
    expect(staff_page.locator("main")).not_to_contain_text("described anew by a test")


def test_a_rule_reads_back_as_a_sentence(staff_page):
    open_row(staff_page, "personalization/population", "her2-positive-metastatic")
    expect(staff_page.locator(".field-reads_as")).to_contain_text("Your cancer is stage IV or a distant recurrence")
    assert staff_page.locator(".option-groups input[type=checkbox]:checked").count() >= 3


def test_publishing_content_with_a_hole_is_refused_with_the_remedy(staff_page):
    open_row(staff_page, "pathway/track", "metastatic")
    staff_page.locator("input[name$='-DELETE']").first.check()
    staff_page.click("[name=_save]")
    open_row(staff_page, "personalization/population", "stage-0")
    staff_page.goto("/admin/evidence/release/publish/")
    expect(staff_page.locator(".errornote")).to_contain_text("This cannot be published yet")
    expect(staff_page.locator("[type=submit][value=Publish]")).to_have_count(0)
