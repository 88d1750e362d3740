"""The names of medsearch's choices, and funding told honestly."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from evidence.templatetags.words import partial_date
from medsearch.models import Approval, FundingStatus, Setting, TherapyGroup

register = template.Library()

LINE_NAMES = {
    "first": gettext_lazy("first line"),
    "second": gettext_lazy("second line"),
    "later": gettext_lazy("third line or later"),
}


@register.filter
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


@register.filter
def setting_name(value):
    return Setting(value).label


@register.filter
def approval_name(value):
    return Approval(value).label


@register.filter
def therapy_group_name(value):
    return TherapyGroup(value).label


@register.filter
def funding_words(now) -> str:
    """One FundingNow as a sentence: "Last known: funded (November 2022), not checked since"."""
    if now.row is None:
        return _("We have no confirmed information")
    status = FundingStatus(now.row.status).label
    since = partial_date(now.row.effective) or pgettext("date of a funding decision", "date not known")
    if now.sure:
        checked = partial_date(now.row.checked)
        return _("%(status)s (since %(since)s; checked %(checked)s)") % {
            "status": _capital(status),
            "since": since,
            "checked": checked,
        }
    if now.row.checked:
        return _("Last known: %(status)s (%(since)s), not checked since %(checked)s") % {
            "status": status,
            "since": since,
            "checked": partial_date(now.row.checked),
        }
    return _("Last known: %(status)s (%(since)s), not checked since") % {"status": status, "since": since}


@register.filter
def funding_status_name(value) -> str:
    return FundingStatus(value).label


def _capital(words) -> str:
    return str(words)[:1].upper() + str(words)[1:]
