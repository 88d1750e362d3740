"""Walks through docs/staff.md as the people it is written for, and takes its pictures. What `make pictures` calls.

    python scripts/staff_pictures.py

Makes a new database in a temporary folder, with the content, one account for each role, and a server. Then it does the
steps of docs/staff.md in a real browser, in the order of that page, and stops at the first one that does not show what the
page promises. First entry, deleted rows, imports and going back to a release are not walked here: the tests do these.
The pictures in docs/pictures/staff/ come from this walk, so they cannot be older than what they show.
Everything entered on the way is made up, and goes with the folder. Takes some minutes.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures" / "staff"
WIDTH, HEIGHT, MARGIN = 1280, 900, 12
LARGEST = 120_000
SECONDS_TO_START, MILLISECONDS_TO_ANSWER = 600, 300_000
"""Publishing assembles every plan, and the machine may be busy with something else."""
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu"]

PASSWORD = "a-long-word-for-pictures"  # noqa: S105  # pragma: allowlist secret
PEOPLE = {
    "daria": "Data",
    "amelie": "Author",
    "andre": "Author",
    "rosa": "Reviewer",
    "paul": "Publisher",
    "vera": "Viewer",
}
MAKE_PEOPLE = f"""
from django.contrib.auth.models import Group, User
for name, role in {PEOPLE}.items():
    User.objects.create_user(name, password="{PASSWORD}", is_staff=True).groups.add(Group.objects.get(name=role))
"""
DRUG, MADE_UP = "trastuzumab deruxtecan", "examplinib"
TODAY = date.today()


@contextmanager
def serving(folder: Path, **environment: str):
    """Address of a server on the database in the folder, with its content loaded and published."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    given = {"PORT": port, "DATABASE_URL": f"sqlite:///{folder}/pathway.sqlite3", "PATHWAY_RELEASE_CHECK_SECONDS": "0"}
    environment = {**os.environ, **given, **environment}
    with (folder / f"log-{port}").open("w+") as log:
        server = subprocess.Popen(
            [sys.executable, "scripts/local.py", "serve"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            for _ in range(SECONDS_TO_START):
                try:
                    if urlopen(f"http://127.0.0.1:{port}/readyz").status == 200:
                        break
                except OSError:
                    if server.poll() is not None:
                        sys.exit(f"The server ended:\n{Path(log.name).read_text()}")
                    time.sleep(1)
            else:
                sys.exit(f"The server did not start:\n{Path(log.name).read_text()}")
            yield f"http://127.0.0.1:{port}", environment
        finally:
            server.terminate()
            server.wait()


class Staff:
    """Everybody at work at once, each in a window of their own."""

    def __init__(self, browser: Browser, address: str):
        self.browser, self.address = browser, address
        self.pages: dict[str, Page] = {}

    def window(self) -> Page:
        context = self.browser.new_context(base_url=self.address, viewport={"width": WIDTH, "height": HEIGHT})
        page = context.new_page()
        page.set_default_timeout(MILLISECONDS_TO_ANSWER)
        return page

    def at(self, name: str) -> Page:
        """The window of that member of staff, on the front page of admin."""
        page = self.pages.get(name) or self.pages.setdefault(name, self.window())
        page.goto("/admin/")
        if page.locator("#id_password").count():
            page.fill("#id_username", name)
            page.fill("#id_password", PASSWORD)
            page.click("[type=submit]")
        return page


def picture(page: Page, name: str, first: str | Locator, last: str | Locator | None = None) -> None:
    """The page from the top of the first to the bottom of the last, over its whole width."""
    first, last = ((page.locator(one).first if isinstance(one, str) else one) for one in (first, last or first))
    first.wait_for()
    page.wait_for_load_state()
    # As high as the page, so that the bar with the buttons for saving stands where it belongs.
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": WIDTH, "height": max(HEIGHT, height)})
    page.mouse.move(0, 0)
    page.evaluate("scrollTo(0, 0)")
    boxes = [first.bounding_box(), last.bounding_box()]
    top = max(0, boxes[0]["y"] - MARGIN)
    path = PICTURES / f"{name}.png"
    page.screenshot(
        path=path,
        full_page=True,
        clip={"x": 0, "y": top, "width": WIDTH, "height": boxes[1]["y"] + boxes[1]["height"] + MARGIN - top},
    )
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    if path.stat().st_size > LARGEST:
        sys.exit(f"{path.name} has {path.stat().st_size} bytes: show less of the page")
    print(f"  {path.relative_to(ROOT)}", flush=True)


def shows(page: Page, text: str, where: str = "#content") -> None:
    expect(page.locator(where).first).to_contain_text(text, timeout=MILLISECONDS_TO_ANSWER)


def is_told(page: Page, text: str) -> None:
    shows(page, text, ".messagelist")


def save(page: Page, how: str = "_save") -> None:
    page.click(f"[name={how}]")
    expect(page.locator(".messagelist .success")).to_be_visible(timeout=MILLISECONDS_TO_ANSWER)


def open_list(page: Page, name: str) -> None:
    """From the front page of admin, by the name of the list."""
    page.goto("/admin/")
    page.locator("#content-main").get_by_role("link", name=name, exact=True).first.click()


def open_row(page: Page, kind: str, words: str) -> None:
    open_list(page, kind)
    page.fill("#searchbar", words)
    page.press("#searchbar", "Enter")
    page.wait_for_url("**q=**")
    page.locator("#result_list tbody th a").first.click()
    page.wait_for_url("**/change/**")


def choose(page: Page, field: str, typed: str) -> None:
    """Types into a field that is searched, and takes the first that is offered."""
    page.click(f".field-{field} .select2-selection")
    page.locator(".select2-container--open .select2-search__field").press_sequentially(typed)
    page.locator(".select2-results__option", has_text=re.compile(re.escape(typed), re.I)).first.click()


def section(page: Page, title: str) -> Locator:
    """The list of that title at the end of a row's page."""
    return page.locator("section.listed").filter(has=page.locator("h2", has_text=title))


def work_lists(staff: Staff) -> None:
    page = staff.at("daria")
    picture(page, "front-page", "#user-tools", ".worklists")
    page.click("text=Funding to confirm")
    page.check("tbody .tick input >> nth=0")
    page.click("text=Assign to me")
    is_told(page, "1 row is given to daria")
    page.click(".worklist-filters >> text=Mine")
    expect(page.locator(".worklist tbody tr")).to_have_count(1)
    page.check("tbody .tick input >> nth=0")
    page.click("text=Confirmed at the source today")
    shows(page, "You say that you read this at its source today")
    page.click("text=Yes, confirm")
    expect(page.locator(".messagelist .success")).to_be_visible()


def change_funding(staff: Staff) -> None:
    page = staff.at("daria")
    open_row(page, "Drugs", DRUG)
    pays = section(page, "Who pays")
    picture(page, "who-pays", pays)
    pays.locator("tr", has_text="tdxd-her2pos-mbc").filter(has_text="funded with criteria").locator("a").click()
    page.check("#id_history")
    save(page)
    open_row(page, "Drugs", DRUG)
    section(page, "Who pays").get_by_role("link", name="Add one").click()
    expect(page.locator(".field-drug .select2-selection")).to_contain_text(DRUG)
    choose(page, "indication", "tdxd-her2pos-mbc")
    choose(page, "jurisdiction", "Quebec")
    page.select_option("#id_status", "funded")
    page.fill("#id_effective", TODAY.isoformat()[:7])
    page.locator(".field-checked").get_by_role("link", name="Today").click()
    with page.expect_popup() as opened:
        page.locator(".field-reference .add-related").click()
    source = opened.value
    source.fill("#id_title_en, #id_title", "List of medications, an invented edition")
    source.fill("#id_organisation_en, #id_organisation", "An invented source")
    source.fill("#id_url", "https://example.org/list")
    source.locator(".field-accessed").get_by_role("link", name="Today").click()
    with source.expect_event("close"):
        source.click("[name=_save]")
    expect(page.locator(".field-reference .select2-selection")).to_contain_text("an invented edition")
    picture(page, "new-decision", "#funding_form fieldset >> nth=0", ".field-reference")
    save(page)
    shows(page, "Edited since the public release", ".unpublished")


def ask_for_a_review(staff: Staff, name: str, request: str, *, take_pictures: bool = False) -> None:
    page = staff.at(name)
    page.click("text=See them and ask for a review")
    shows(page, "What this does for readers")
    if take_pictures:
        picture(page, "what-it-does", ".publish .in-words", "#changes")
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
        picture(page, "publish", "#publish", ".later")
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


def add_a_drug(staff: Staff) -> None:
    page = staff.at("amelie")
    open_list(page, "Drugs")
    page.click(".object-tools .addlink")
    page.locator("#id_name_en").press_sequentially(MADE_UP)
    expect(page.locator("#id_slug")).to_have_value(MADE_UP)
    choose(page, "drug_class", "CDK4/6")
    page.check("#id_routes_0")
    page.fill("#id_summary_en", "A drug that was made up for this page. Nobody takes it.")
    choose(page, "references", "Enhertu")
    save(page, "_continue")
    section(page, "Regimens that it leads").get_by_role("link", name="Add one").click()
    expect(page.locator(".field-lead .select2-selection")).to_contain_text(MADE_UP)
    page.locator("#id_name_en").press_sequentially(MADE_UP.capitalize())
    save(page, "_continue")
    section(page, "Uses").get_by_role("link", name="Add one").click()
    expect(page.locator(".field-regimen .select2-selection")).to_contain_text(MADE_UP.capitalize())
    choose(page, "population", "HR-positive, HER2-negative, metastatic")
    page.select_option("#id_setting", "metastatic")
    page.check("#id_first_line")
    choose(page, "references", "Enhertu")
    picture(page, "use", "#indication_form fieldset >> nth=0")
    save(page)
    open_row(page, "Drugs", MADE_UP)
    shows(section(page, "Uses").page, "HR-positive, HER2-negative, metastatic")


OPTIONS = [
    ("no", "plain", "No", "do not live far from your cancer centre"),
    ("yes", "plain", "Yes", "live far from your cancer centre"),
    ("unknown", "unknown", "I don’t know", "do not know if you live far from your cancer centre"),
]
TIP = "Ask what helps with the way"


def add_a_question(staff: Staff) -> None:
    page = staff.at("amelie")
    open_list(page, "Questions")
    page.click(".object-tools .addlink")
    page.fill("#id_text_en", "Do you live more than two hours from your cancer centre?")
    page.locator("#id_short_en").press_sequentially("Far from the centre")
    page.fill("#id_clause_en", "you {}")
    page.fill("#id_explanation_en", "If the way is long, there may be help with travel and a bed.")
    page.fill("#id_number", "90")
    page.click("#options-group summary")
    for number, (slug, kind, label, phrase) in enumerate(OPTIONS):
        page.click("text=Add another Option")
        page.fill(f"#id_options-{number}-number", str(number + 1))
        page.fill(f"#id_options-{number}-slug", slug)
        page.select_option(f"#id_options-{number}-kind", kind)
        page.fill(f"#id_options-{number}-label_en", label)
        page.fill(f"#id_options-{number}-phrase_en", phrase)
    picture(page, "question", "#question_form fieldset >> nth=0", ".field-explanation_en")
    picture(page, "option", "#options-1", page.locator("#options-1 .field-phrase_en"))
    save(page, "_continue")
    page.select_option("#id_assumed", label="Far from the centre: No")
    choose(page, "references", "Hope Air")
    save(page)

    open_list(page, "Populations")
    page.click(".object-tools .addlink")
    page.locator("#id_name_en").press_sequentially("Far from a cancer centre")
    page.click("text=Add another Way to belong")
    page.locator("#rules-0 .option-groups li", has_text="Far from the centre").get_by_label("Yes").check()
    save(page, "_continue")
    expect(page.locator(".field-reads_as")).to_contain_text("You live far from your cancer centre")
    picture(page, "population", "#population_form fieldset >> nth=0")

    open_list(page, "Blocks")
    page.click(".object-tools .addlink")
    choose(page, "step", "Pathology report and genomic")
    page.fill("#id_number", "990")
    page.select_option("#id_kind", "tip")
    choose(page, "population", "Far from a cancer centre")
    page.locator("#id_title_en").press_sequentially(TIP)
    page.fill("#id_body_en", "Ask at your first visit who pays for travel and a bed near the centre.")
    choose(page, "references", "Hope Air")
    save(page)


def visit(staff: Staff, *, far: str | None) -> Page:
    """The form as a reader fills it in, or the plan if the new question is answered."""
    page = staff.window()
    page.goto("/en/plan/")
    for question, answer in {"stage": "2", "type": "idc", "hr": "positive", "her2": "negative"}.items():
        page.check(f'input[name={question}][value="{answer}"]', force=True)
    if far:
        page.click("text=If you know more")
        page.check(f'input[name=far-from-the-centre][value="{far}"]', force=True)
        page.click("text=Show my plan")
    return page


def readers_see_it(staff: Staff) -> None:
    page = visit(staff, far=None)
    page.click("text=If you know more")
    question = page.locator("fieldset", has_text="Do you live more than two hours").last
    picture(page, "question-on-the-form", question)
    page.context.close()
    for answer, told in (("yes", True), ("no", False)):
        page = visit(staff, far=answer)
        plan = expect(page.locator("main"))
        plan.to_contain_text(TIP) if told else plan.not_to_contain_text(TIP)
        page.goto(f"/en/medsearch/{MADE_UP}/")
        expect(page.locator("h1")).to_have_text(MADE_UP.capitalize())
        page.context.close()


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


def walk(staff: Staff) -> None:
    """docs/staff.md from top to bottom, without what the docstring above leaves to the tests."""
    work_lists(staff)
    change_funding(staff)
    ask_for_a_review(staff, "daria", "Quebec pays for it now.", take_pictures=True)
    sign(staff, "daria", take_pictures=True)
    publish(staff, "Quebec pays for trastuzumab deruxtecan.", take_pictures=True)
    add_a_drug(staff)
    add_a_question(staff)
    staff.at("amelie")
    ask_for_a_review(staff, "amelie", "A drug, and a question with its tip.")
    send_back(staff, "amelie")
    ask_for_a_review(staff, "amelie", "The tip names nobody to call: that is right so.")
    sign(staff, "amelie")
    publish_at_a_date(staff)
    publish(staff, "A drug and a question.")
    readers_see_it(staff)
    sign_off(staff)
    undo_a_field_and_a_row(staff)
    two_at_once(staff)
    refusals(staff)


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("PATHWAY_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder = Path(temporary)
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        expect.set_options(timeout=MILLISECONDS_TO_ANSWER)
        with serving(folder, PATHWAY_SECOND_FACTOR="false") as (address, environment):
            command = [sys.executable, "scripts/local.py", "manage", "shell", "-c", MAKE_PEOPLE]
            subprocess.run(command, check=True, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
            walk(Staff(browser, address))
        browser.close()
    print("The steps of docs/staff.md that are walked here do what they say.")


if __name__ == "__main__":
    main()
