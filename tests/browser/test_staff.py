"""What staff meet in admin: through the pages, as a new staff member would."""

from playwright.sync_api import expect


def open_row(page, kind, search):
    page.goto(f"/admin/{kind}/?q={search}")
    page.click("#result_list tbody th a")


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
    expect(staff_page.locator(".errornote[role=alert]")).to_contain_text("This cannot be published yet")
    expect(staff_page.locator("[type=submit][value=Publish]")).to_have_count(0)
