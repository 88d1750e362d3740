"""The rules of axe find nothing to object to."""

import pytest
from axe_playwright_python.sync_playwright import Axe

PAGES = {
    "home": "/en/",
    "form": "/en/plan/",
    "list of drugs": "/en/medsearch/",
    "drug": "/en/medsearch/trastuzumab/",
    "glossary": "/en/glossary/",
    "term": "/en/glossary/adjuvant-therapy/",
    "about": "/en/about/",
    "proof": "/en/about/proof/",
    "components": "/en/about/components/",
    "data": "/en/medsearch/data/",
    "home in French": "/fr/",
    "form in French": "/fr/plan/",
    "page that does not exist": "/en/nowhere/",
}
PLANS = {
    "plan": {"stage": "4", "type": "idc", "hr": "positive", "her2": "positive"},
    "plan with everything open": {"stage": "unknown", "type": "unknown", "hr": "unknown", "her2": "unknown"},
    "plan with open receptors": {"stage": "2", "type": "unknown", "hr": "unknown", "her2": "unknown"},
    "form with errors": {"stage": "0", "type": "idc", "hr": "positive", "her2": "positive"},
}
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
OF_COLOUR = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}


def violations(page):
    """What axe objects to in the page, once it has come whole, in light colours and in dark ones."""
    page.wait_for_load_state()
    found = _violations(page, "light", RULES) + _violations(page, "dark", OF_COLOUR)
    page.emulate_media(color_scheme="light")
    return found


def _violations(page, scheme, rules):
    page.emulate_media(color_scheme=scheme)
    # Without it axe also describes all that it has nothing to object to, which takes as long again.
    found = Axe().run(page, options={"runOnly": rules, "resultTypes": ["violations"]}).response["violations"]
    return [f"{scheme}: {rule['id']}: {node['target']} {node['html'][:120]}" for rule in found for node in rule["nodes"][:3]]


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_pages(scripted_page, path):
    scripted_page.goto(path)
    assert violations(scripted_page) == []


@pytest.mark.parametrize("answers", PLANS.values(), ids=PLANS)
def test_plans(scripted_page, answers):
    scripted_page.goto("/en/plan/")
    for question, answer in answers.items():
        scripted_page.check(f'input[name={question}][value="{answer}"]', force=True)
    scripted_page.click("text=Show my plan")
    scripted_page.wait_for_load_state()
    assert violations(scripted_page) == []
    if scripted_page.get_by_text("Open everything").count():
        scripted_page.click("text=Open everything")
        scripted_page.wait_for_load_state()
    assert violations(scripted_page) == []


FAINT_IN_THE_DARK = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("@media (prefers-color-scheme: dark) { main p { color: #222 !important } }");
  document.adoptedStyleSheets = [sheet];
}"""


def test_what_is_too_faint_in_the_dark_only_is_found(scripted_page):
    scripted_page.goto("/en/about/")
    scripted_page.evaluate(FAINT_IN_THE_DARK)
    found = violations(scripted_page)
    assert found
    assert all(one.startswith("dark: color-contrast") for one in found)
