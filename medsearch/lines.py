"""Lines of treatment, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LINE_NAMES = {
    "first": gettext_lazy("first line"),
    "second": gettext_lazy("second line"),
    "later": gettext_lazy("third line or later"),
}


def line_names(lines) -> str:
    """ "first or second line" for ("first", "second"); "any line" for all three; empty if the source does not say."""
    match tuple(lines):
        case ():
            return ""
        case ("first", "second", "later"):
            return _("any line")
        case ("second", "later"):
            return _("second line or later")
        case ("first", "second"):
            return _("first or second line")
        case several:
            return " / ".join(str(LINE_NAMES[line]) for line in several)
