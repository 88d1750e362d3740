"""The colours of words against what they stand on: WCAG 2.2 AAA, 7 to 1, in every theme."""

import re
from itertools import product
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[2] / "static" / "pathway.css").read_text()
THEMES = {
    "light": [":root {"],
    "dark": [":root {", "@media (prefers-color-scheme: dark) {"],
    "light, more contrast": [":root {", "@media (prefers-contrast: more) {"],
    "dark, more contrast": [
        ":root {",
        "@media (prefers-color-scheme: dark) {",
        "@media (prefers-contrast: more) {",
        "@media (prefers-contrast: more) and (prefers-color-scheme: dark) {",
    ],
}
WORDS = ("ink", "ink-soft", "link", "brand", "good", "wait", "stop", "calm", "way")
GROUNDS = ("paper", "raised", "sunken", "brand-soft", "good-soft", "wait-soft", "stop-soft", "calm-soft")
PAIRS = [*product(WORDS, GROUNDS), ("brand-ink", "brand"), ("way-ink", "way"), ("flag-ink", "flag")]


def colours(theme):
    """Token → #rrggbb, as the rules of the theme leave it."""
    found = {}
    for rule in THEMES[theme]:
        after = CSS[CSS.index(rule) :]
        found |= re.findall(r"--([\w-]+): (#[0-9a-f]{6});", after[: after.index("}")])
    return found


def luminance(colour):
    """WCAG's relative luminance, 0 to 1."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_words_stand_out(theme):
    known = colours(theme)
    assert {pair: ratio for pair in PAIRS if (ratio := round(contrast(*(known[name] for name in pair)), 2)) < 7} == {}


@pytest.mark.parametrize("theme", [theme for theme in THEMES if "more" in theme])
def test_with_more_contrast_lines_can_be_seen_and_plain_words_are_plainer(theme):
    known = colours(theme)
    assert contrast(known["line"], known["paper"]) >= 4.5
    assert contrast(known["ink"], known["paper"]) > contrast(
        *(colours(theme.split(",")[0])[name] for name in ("ink", "paper"))
    )
