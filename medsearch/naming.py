"""What staff read where a use of a drug is named: the drugs, when, in which lines, and for whom."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

BETWEEN = " · "
LINES = {"first": _("first line"), "second": _("second line"), "later": _("third line or later")}


def use_in_words(*, regimen: str, setting: str, lines: Iterable[str], population: str) -> str:
    """`regimen`, `setting` and `population` in words; `lines` as a release has them."""
    return BETWEEN.join(filter(None, (regimen, setting, ", ".join(str(LINES[line]) for line in lines), population)))
