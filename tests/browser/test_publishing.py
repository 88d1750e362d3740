"""From an edit to the public plan and back again, as an author, a reviewer and a publisher meet it."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from .test_journey import ANSWERS
from .test_staff import open_row

PUBLISH = "/admin/evidence/release/publish/"


def faults(page):
    return [(found["id"], found["nodes"][0]["html"]) for found in Axe().run(page).response["violations"]]


def choose(page, field, typed, wanted=""):
    """An entry of a field that is searched, by what is typed, or of those the one that says what is wanted."""
    page.click(f".field-{field} .select2-selection")
    page.locator(".select2-container--open .select2-search__field").press_sequentially(typed)
    page.locator(".select2-results__option", has_text=wanted or typed).first.click()


def add_funding(page, drug, use, criteria):
    """Ontario pays for this use of a drug."""
    page.goto("/admin/medsearch/funding/add/")
    choose(page, "drug", drug)
    choose(page, "indication", *use)
    choose(page, "jurisdiction", "Ontario")
    page.select_option("#id_status", "funded-with-criteria")
    page.fill("#id_criteria_en", criteria)
    page.fill("#id_effective", "2026-11-01")
    page.fill("#id_checked", "2026-11-20")
    choose(page, "reference", "Enhertu")
    page.click("[name=_save]")
    expect(page.locator(".messagelist .success")).to_be_visible()


def test_ontario_pays_from_the_edit_to_the_plan_and_back(enter_as):
    author, reviewer, publisher = enter_as("amelie"), enter_as("rosa"), enter_as("paul")
    criteria = "After a first treatment, says a test."
    add_funding(
        author,
        "trastuzumab deruxtecan",
        ("deruxtecan HER2-positive", "second line or later · HER2-positive, metastatic"),
        criteria,
    )

    author.click("text=See them and ask for a review")
    expect(author.locator("#content")).to_contain_text("answer sets change")
    expect(author.locator(".changed-row").filter(has_text="trastuzumab deruxtecan")).to_have_count(1)
    assert faults(author) == []
    author.select_option("#of", "rosa")
    author.fill("#request", "Ontario announced it this week.")
    author.click("button[value=ask]")

    publisher.goto(PUBLISH)
    expect(publisher.locator(".why-not")).to_contain_text("nobody has signed yet")
    expect(publisher.locator("[type=submit][value=Publish]")).to_have_count(0)

    reviewer.goto("/admin/")
    reviewer.click("text=See what changes")
    expect(reviewer.locator("#content")).to_contain_text("Ontario announced it this week.")
    assert faults(reviewer) == []
    reviewer.fill("#comment", "I read the source.")
    reviewer.click("button[value=sign]")
    expect(reviewer.locator(".signed")).to_contain_text("Signed by rosa")

    publisher.goto(PUBLISH)
    assert faults(publisher) == []
    publisher.fill("#notes", "Ontario pays for trastuzumab deruxtecan.")
    publisher.click("[type=submit][value=Publish]")
    expect(publisher.locator(".messagelist")).to_contain_text("is public now")
    row = publisher.locator("#result_list tbody tr").first
    expect(row).to_contain_text("amelie")
    expect(row).to_contain_text("rosa")
    assert plan_in_ontario(publisher).count(criteria) == 1

    publisher.goto("/admin/evidence/release/")
    publisher.click("#result_list tbody tr:last-child th a")
    publisher.click("text=Activate this release")
    expect(publisher.locator("#content")).to_contain_text("Readers will get Release 1 instead of release 2")
    expect(publisher.locator(".changed-row").filter(has_text="trastuzumab deruxtecan")).to_have_count(1)
    assert faults(publisher) == []
    publisher.click("[type=submit][value='Make Release 1 public']")
    expect(publisher.locator(".messagelist")).to_contain_text("Release 1 is public now.")
    assert criteria not in plan_in_ontario(publisher)


def plan_in_ontario(page):
    """What the plan of somebody there says, without a trace of the staff account."""
    visitor = page.context.browser.new_context(base_url=page.url.partition("/admin")[0])
    try:
        public = visitor.new_page()
        public.goto("/en/plan/")
        public.select_option("[name=province]", "on")
        for question, answer in ANSWERS.items():
            public.check(f'input[name={question}][value="{answer}"]', force=True)
        public.click("text=Show my plan")
        public.locator(".plan-page").wait_for()
        public.wait_for_load_state()
        return public.locator("main").text_content()
    finally:
        visitor.close()


def test_an_author_cannot_sign_and_a_changed_draft_voids_the_signature(enter_as):
    author, both, reviewer, publisher = (enter_as(name) for name in ("amelie", "both", "rosa", "paul"))
    open_row(both, "medsearch/drug", "cisplatin")
    both.fill("#id_summary_en", "An old platinum drug, described anew by a test.")
    both.click("[name=_save]")
    author.goto(PUBLISH)
    author.click("button[value=ask]")
    both.goto(PUBLISH)
    expect(both.locator("#content")).to_contain_text("You edited “cisplatin” since the last publication")
    expect(both.locator("button[value=sign]")).to_have_count(0)

    reviewer.goto(PUBLISH)
    reviewer.click("button[value=sign]")
    expect(reviewer.locator(".signed")).to_contain_text("Signed by rosa")
    publisher.goto(PUBLISH)
    expect(publisher.locator("[type=submit][value=Publish]")).to_have_count(1)
    open_row(both, "medsearch/drug", "cisplatin")
    both.fill("#id_summary_en", "An old platinum drug, described once more by a test.")
    both.click("[name=_save]")
    publisher.click("[type=submit][value=Publish]")
    expect(publisher.locator(".messagelist")).to_contain_text("since you looked")
    expect(publisher.locator(".why-not")).to_contain_text("The signature of rosa does not count any more.")
    expect(publisher.locator("[type=submit][value=Publish]")).to_have_count(0)


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
