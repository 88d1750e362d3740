"""Bars, as SVG of a few lines."""

from collections.abc import Sequence
from html import escape
from math import log10

WIDTH, BAR, LABEL = 900, 26, 430


def bars(title: str, rows: Sequence[tuple[str, float, str]]) -> str:
    """One bar a row (label, value, what is written behind it), on a logarithmic scale."""
    most, least = max(value for _, value, _ in rows), min(value for _, value, _ in rows) / 2
    height = BAR * len(rows) + 44

    def length(value: float) -> float:
        return (WIDTH - LABEL - 130) * log10(value / least) / log10(most / least)

    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="13">',
        f'<title>{escape(title)}</title><rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        f'<text x="10" y="22" font-size="15" font-weight="bold">{escape(title)}</text>',
    ]
    for number, (label, value, words) in enumerate(rows):
        y = 36 + BAR * number
        drawn += [
            f'<text x="{LABEL - 8}" y="{y + 15}" text-anchor="end">{escape(label)}</text>',
            f'<rect x="{LABEL}" y="{y + 2}" width="{length(value):.0f}" height="{BAR - 8}" fill="#3d6f8e"/>',
            f'<text x="{LABEL + length(value) + 6:.0f}" y="{y + 15}">{escape(words)}</text>',
        ]
    return "\n".join([*drawn, "</svg>", ""])
