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
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page):
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return [f"{rule['id']}: {node['target']} {node['html'][:120]}" for rule in found for node in rule["nodes"][:3]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_pages(scripted_page, path, scheme):
    scripted_page.emulate_media(color_scheme=scheme)
    scripted_page.goto(path)
    assert violations(scripted_page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("answers", PLANS.values(), ids=PLANS)
def test_plans(scripted_page, answers, scheme):
    scripted_page.emulate_media(color_scheme=scheme)
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
