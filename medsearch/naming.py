"""What staff read where a use of a drug is named: the drugs, when, in which lines, and for whom."""

from collections.abc import Iterable

from .lines import line_names

BETWEEN = " · "


def use_in_words(*, regimen: str, setting: str, lines: Iterable[str], population: str) -> str:
    """`regimen`, `setting` and `population` in words; `lines` as a release has them."""
    return BETWEEN.join(filter(None, (regimen, setting, line_names(lines), population)))
