"""Data and authors: what is waiting, who pays for a drug, a new drug, a new question."""

from datetime import date

from browser import Staff, choose, is_told, open_list, open_row, picture, save, section, shows
from playwright.sync_api import Page, expect

DRUG, USE, MADE_UP = "trastuzumab deruxtecan", "second line or later · HER2-positive, metastatic", "examplinib"
TODAY = date.today()


def work_lists(staff: Staff) -> None:
    page = staff.at("daria")
    picture(page, "front-page", "#header", ".worklists")
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
    pays.locator("tr", has_text=USE).filter(has_text="funded with criteria").locator("a").click()
    page.locator(".field-checked").get_by_role("link", name="Today").click()
    save(page)
    open_row(page, "Drugs", DRUG)
    section(page, "Who pays").get_by_role("link", name="Add one").click()
    expect(page.locator(".field-drug .select2-selection")).to_contain_text(DRUG)
    choose(page, "indication", "deruxtecan HER2-positive", USE)
    choose(page, "jurisdiction", "Quebec")
    page.check("#id_replaces")
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


def add_a_drug(staff: Staff) -> None:
    page = staff.at("amelie")
    open_list(page, "Drugs")
    page.click(".object-tools .addlink")
    page.locator("#id_name_en").press_sequentially(MADE_UP)
    expect(page.locator("#id_slug")).to_have_value(MADE_UP)
    choose(page, "drug_class", "CDK4/6")
    page.get_by_label("by mouth").check()
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
    picture(page, "use", "#indication_form fieldset >> nth=0", ".field-condition_en", width=900)
    save(page)
    open_row(page, "Drugs", MADE_UP)
    shows(section(page, "Uses").page, "HR-positive, HER2-negative, metastatic")
    page.click("text=See them and ask for a review")
    shows(page, "Newly shown")
    shows(page, MADE_UP)


OPTIONS = [
    ("plain", "No", "do not live far from your cancer centre"),
    ("plain", "Yes", "live far from your cancer centre"),
    ("unknown", "I don’t know", "do not know if you live far from your cancer centre"),
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
    expect(page.locator("#id_number")).not_to_have_value("")
    page.click("#options-group summary")
    for number, (kind, label, phrase) in enumerate(OPTIONS):
        page.click("text=Add another Option")
        page.select_option(f"#id_options-{number}-kind", kind)
        page.fill(f"#id_options-{number}-label_en", label)
        page.fill(f"#id_options-{number}-phrase_en", phrase)
    picture(page, "question", "#question_form fieldset >> nth=0", ".field-explanation_en")
    picture(page, "option", "#options-1", page.locator("#options-1 .field-phrase_en"), width=800)
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
    expect(page.locator(".field-holds_for")).to_contain_text("nobody before they answer “Far from the centre”")
    picture(page, "population", "#population_form fieldset >> nth=0", width=800)

    open_list(page, "Blocks")
    page.click(".object-tools .addlink")
    choose(page, "step", "Pathology report and genomic")
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
