"""Reviewers and publishers: asking, signing, publishing, going back to a release, and a clinician's sign-off."""

from datetime import timedelta

from browser import Staff, is_told, open_list, open_row, picture, shows
from editing import TIP, TODAY, visit
from playwright.sync_api import expect

PUBLISH = "/admin/evidence/release/publish/"


def ask_for_a_review(staff: Staff, name: str, request: str, *, take_pictures: bool = False) -> None:
    page = staff.at(name)
    page.click("text=See them and ask for a review")
    shows(page, "What this does for readers")
    if take_pictures:
        picture(page, "what-it-does", ".publish .in-words", page.locator("#changes ~ *").nth(1))
    page.select_option("#of", "rosa")
    page.fill("#request", request)
    page.click("button[value=ask]")
    shows(page, f"{name} asked rosa for a review")


def send_back(staff: Staff, asker: str) -> None:
    page = staff.at("rosa")
    page.click("text=See what changes")
    page.click("button[value=send-back]")
    expect(page.locator("button[value=send-back]")).to_be_visible()
    page.fill("#comment", "The tip needs a telephone number.")
    page.click("button[value=send-back]")
    shows(page, "Not yet, says rosa")
    page = staff.at(asker)
    page.click("text=See why")
    shows(page, "The tip needs a telephone number.")


def sign(staff: Staff, asker: str, *, take_pictures: bool = False) -> None:
    page = staff.at("rosa")
    shows(page, f"{asker} asks you for a review before publishing.", "#main")
    page.click("text=See what changes")
    page.fill("#comment", "I read the source.")
    if take_pictures:
        picture(page, "sign", "#review", "button[value=sign]")
    page.click("button[value=sign]")
    shows(page, "Signed by rosa", ".signed")


def publish(staff: Staff, notes: str, *, take_pictures: bool = False) -> None:
    page = staff.at("paul")
    page.click("text=See them and publish")
    page.fill("#notes", notes)
    if take_pictures:
        picture(page, "publish", "#publish", ".later", width=620)
    page.click("[type=submit][value=Publish]")
    is_told(page, "is public now")


def publish_at_a_date(staff: Staff) -> None:
    page = staff.at("paul")
    page.click("text=See them and publish")
    page.fill("#notes", "A drug and a question.")
    page.click("text=Or publish it at a date")
    for part, value in (("0", (TODAY + timedelta(days=7)).isoformat()), ("1", "07:00")):
        page.fill(f".due input >> nth={part}", value)
    page.click("text=Publish at that time")
    open_list(page, "Releases")
    shows(page, "Scheduled for", ".scheduled")
    picture(page, "scheduled", "#content h1", "#result_list")
    page.click("text=Call it off")
    expect(page.locator(".scheduled")).to_have_count(0)


def go_back_to_a_release(staff: Staff) -> None:
    """The drug and the question are public no longer, then again; and a release is marked as wrong."""
    page = staff.at("paul")
    open_list(page, "Releases")
    page.locator("#result_list tbody th a", has_text="2").click()
    page.click("text=Activate this release")
    shows(page, "Readers will get Release 2 instead of release 3")
    picture(page, "activate", ".publish .in-words", ".publish .submit-row")
    page.click("[type=submit][value='Make Release 2 public']")
    is_told(page, "Release 2 is public now.")
    form = visit(staff, far=None)
    expect(form.locator("main")).not_to_contain_text("Do you live more than two hours")
    form.context.close()
    open_list(page, "Releases")
    page.locator("#result_list tbody th a", has_text="2").click()
    page.click("text=Mark as wrong")
    page.fill("#wrong", "Quebec’s decision stood here wrongly. Ask your team who pays.")
    page.click("[type=submit][value=Save]")
    is_told(page, "Release 2 is marked as wrong.")
    plan = visit(staff, far=None)
    plan.click("text=Show my plan")
    expect(plan.locator("main")).to_contain_text("Quebec’s decision stood here wrongly.")
    plan.context.close()
    open_list(page, "Releases")
    page.locator("#result_list tbody th a", has_text="3").click()
    page.click("text=Activate this release")
    page.click("[type=submit][value='Make Release 3 public']")
    is_told(page, "Release 3 is public now.")


def a_change_voids_the_signature(staff: Staff) -> None:
    """And nobody signs or publishes what they edited themselves."""
    page = staff.at("andre")
    page.goto(PUBLISH)
    page.click("button[value=ask]")
    page = staff.at("rosa")
    page.goto(PUBLISH)
    page.click("button[value=sign]")
    page = staff.at("amelie")
    page.goto(PUBLISH)
    expect(page.locator("button[value=sign], [type=submit][value=Publish]")).to_have_count(0)
    open_row(page, "Blocks", TIP)
    page.fill("#id_body_en", "Ask at your first visit who pays for travel, and for a bed near the centre.")
    page.click("[name=_save]")
    page = staff.at("paul")
    page.goto(PUBLISH)
    shows(page, "The signature of rosa does not count any more.", ".why-not")
    picture(page, "does-not-count", "#publish", ".why-not")
    expect(page.locator("[type=submit][value=Publish]")).to_have_count(0)


def sign_off(staff: Staff) -> None:
    page = staff.at("rosa")
    open_list(page, "Blocks")
    page.fill("#searchbar", TIP)
    page.press("#searchbar", "Enter")
    page.check("input.action-select >> nth=0")
    page.select_option("select[name=action]", "sign_off")
    page.click("button[name=index]")
    shows(page, "Ask at your first visit")
    page.fill("#id_name", "Dr. Ann Lee")
    page.fill("#id_role", "medical oncologist")
    picture(page, "sign-off", "#content .in-words", ".submit-row")
    page.click("text=I have read this and sign it off")
    is_told(page, "1 text is signed off.")
    open_row(page, "Blocks", TIP)
    shows(page, "Signed off by Dr. Ann Lee, medical oncologist on", ".sign-off")
    page.click("text=Withdraw the sign-off")
    page.fill("#id_why", "The telephone number is missing.")
    page.click("#content [type=submit]")
    shows(page, "The telephone number is missing.")
