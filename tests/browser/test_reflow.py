"""Small screens, large text, small targets: WCAG 2.2, 1.4.4 (200 % text), 1.4.10 (320 px), 2.5.8 (24 px)."""

import pytest

PAGES = {
    "home": "/en/",
    "form": "/en/plan/",
    "list of drugs": "/en/medsearch/",
    "drug": "/en/medsearch/trastuzumab/",
    "place": "/en/medsearch/where/on/",
    "comparison": "/en/medsearch/compare/?drug=letrozole&drug=tamoxifen",
    "glossary": "/en/glossary/",
    "components": "/en/about/components/",
    "home in French": "/fr/",
}
ANSWERS = {"stage": "4", "type": "unknown", "hr": "unknown", "her2": "positive"}

TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"

# Targets in a sentence, and those that stand free of others, need no size of their own.
SMALL_TARGETS = """() => {
  const SHOWN = "a[href], button, summary, input:not([type=hidden]), select";
  const INLINE = ".term, .sources a, label input, .form-check input";
  const boxes = [...document.querySelectorAll(SHOWN)]
    .filter((node) => node.checkVisibility({ visibilityProperty: true }) && node.getClientRects().length)
    .filter((node) => !node.closest(".visually-hidden, .skip"))
    .map((node) => ({ node, box: node.getBoundingClientRect() }));
  const inSentence = (node) => getComputedStyle(node).display === "inline" || node.matches(INLINE);
  const small = boxes.filter(({ node, box }) => !inSentence(node) && (box.width < 24 || box.height < 24));
  const near = (one, other) => {
    const [x, y] = [one.box.x + one.box.width / 2, one.box.y + one.box.height / 2];
    const across = Math.max(other.box.x - x, 0, x - other.box.right);
    const down = Math.max(other.box.y - y, 0, y - other.box.bottom);
    return Math.hypot(across, down) < 12;
  };
  const crowded = (one) => boxes.some(({ node, box }) => !node.contains(one.node) && near(one, { box }));
  return small.filter(crowded).map(({ node, box }) => `${node.outerHTML.slice(0, 90)} ${box.width | 0}×${box.height | 0}`);
}"""


def show(page, path):
    page.goto(path)


def show_plan(page):
    page.goto("/en/plan/")
    for question, answer in ANSWERS.items():
        page.check(f'input[name={question}][value="{answer}"]', force=True)
    page.click("text=Show my plan")
    page.wait_for_load_state()


def with_text_twice_as_large(page):
    page.evaluate("document.documentElement.style.fontSize = '212.5%'")


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
class TestPages:
    def test_reflow_at_320_pixels(self, scripted_page, path):
        scripted_page.set_viewport_size({"width": 320, "height": 800})
        show(scripted_page, path)
        assert not scripted_page.evaluate(TOO_WIDE)

    def test_text_can_be_twice_as_large(self, scripted_page, path):
        scripted_page.set_viewport_size({"width": 1280, "height": 900})
        show(scripted_page, path)
        with_text_twice_as_large(scripted_page)
        assert not scripted_page.evaluate(TOO_WIDE)

    def test_targets_are_large_enough_or_stand_apart(self, scripted_page, path):
        scripted_page.set_viewport_size({"width": 375, "height": 800})
        show(scripted_page, path)
        assert scripted_page.evaluate(SMALL_TARGETS) == []


class TestPlan:
    @pytest.mark.parametrize("reading", ["short", "full"])
    def test_reflow_at_320_pixels(self, scripted_page, reading):
        scripted_page.set_viewport_size({"width": 320, "height": 800})
        show_plan(scripted_page)
        if reading == "full":
            scripted_page.click("text=Open everything")
            scripted_page.wait_for_load_state()
        assert not scripted_page.evaluate(TOO_WIDE)

    def test_text_can_be_twice_as_large(self, scripted_page):
        scripted_page.set_viewport_size({"width": 1280, "height": 900})
        show_plan(scripted_page)
        with_text_twice_as_large(scripted_page)
        assert not scripted_page.evaluate(TOO_WIDE)

    def test_targets_are_large_enough_or_stand_apart(self, scripted_page):
        scripted_page.set_viewport_size({"width": 375, "height": 800})
        show_plan(scripted_page)
        assert scripted_page.evaluate(SMALL_TARGETS) == []

    def test_a_definition_covers_at_most_half_of_a_small_screen(self, scripted_page):
        """1.4.13, 2.4.11: what is being read stays in sight, also at 400 % zoom (320 × 256 of 1280 × 1024)."""
        scripted_page.set_viewport_size({"width": 320, "height": 256})
        show_plan(scripted_page)
        term = scripted_page.locator(".intro button.term").first
        term.scroll_into_view_if_needed()
        scripted_page.evaluate("document.querySelector('.intro button.term').scrollIntoView({block: 'start'})")
        term.focus()
        scripted_page.keyboard.press("Enter")
        definition = scripted_page.locator(".definition:popover-open").bounding_box()
        assert definition["height"] <= 256 * 0.5 + 1
        assert definition["y"] + definition["height"] <= 257
        scripted_page.keyboard.press("Escape")
        assert term.evaluate("node => node === document.activeElement")
