"""The names of medsearch's choices, and funding told honestly."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from evidence.templatetags.words import page_language, partial_date
from medsearch.lines import line_names
from medsearch.models import Approval, Body, FundingStatus, Generics, Outcome, Setting, TherapyGroup
from medsearch.timeline import PROVINCE

register = template.Library()

register.filter(line_names)


@register.filter
def setting_name(value):
    return Setting(value).label


@register.filter
def approval_name(value):
    return Approval(value).label


@register.filter
def generics_name(value):
    """Whether generic versions are sold, in words."""
    return Generics(value).label


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


VERDICTS = {
    "paid": gettext_lazy("last known to be paid for"),
    "not-paid": gettext_lazy("last known not to be paid for"),
    "under-review": gettext_lazy("being decided"),
    "no-information": gettext_lazy("no confirmed information"),
}
SYMBOLS = {"paid": "✓", "not-paid": "✕", "under-review": "…", "no-information": "?"}
"""What stands on a tile of the map beside its colour."""


@register.filter
def verdict_name(verdict) -> str:
    """A verdict (Formulary.verdict_in) in words."""
    return VERDICTS[verdict]


@register.filter
def verdict_symbol(verdict) -> str:
    return SYMBOLS[verdict]


@register.simple_tag
def verdicts() -> list[str]:
    """Every verdict, in the order of the map's legend."""
    return list(VERDICTS)


@register.filter
def body_name(stop) -> str:
    """Who took the decision of a timeline's stop; of a jurisdiction the page knows the name."""
    return "" if stop.body == PROVINCE else Body(stop.body).label


@register.filter
def outcome_name(stop) -> str:
    return FundingStatus(stop.outcome).label if stop.body == PROVINCE else Outcome(stop.outcome).label


KINDS = {
    "drugs": gettext_lazy("The drug"),
    "indications": gettext_lazy("A use"),
    "funding": gettext_lazy("Who pays"),
    "milestones": gettext_lazy("A decision on the way"),
}
FIELDS = {
    "brands": gettext_lazy("brand names"),
    "biosimilars": gettext_lazy("biosimilars"),
    "generics": gettext_lazy("generic versions"),
    "drug_class": gettext_lazy("kind of drug"),
    "summary": gettext_lazy("what it is"),
    "setting": gettext_lazy("when"),
    "lines": gettext_lazy("line"),
    "condition": gettext_lazy("condition"),
    "approval": gettext_lazy("approval"),
    "superseded_by": gettext_lazy("replaced by"),
    "status": gettext_lazy("status"),
    "programme": gettext_lazy("programme"),
    "criteria": gettext_lazy("who qualifies"),
    "effective": gettext_lazy("since"),
    "checked": gettext_lazy("last checked"),
    "history": gettext_lazy("kept as history"),
    "outcome": gettext_lazy("outcome"),
    "date": gettext_lazy("date"),
}
CHOICES = {
    "generics": Generics,
    "setting": Setting,
    "approval": Approval,
    "status": FundingStatus,
    "outcome": Outcome,
}


@register.filter
def changed_kind(entry) -> str:
    return KINDS[entry.kind]


@register.filter
def field_name(field: str) -> str:
    return FIELDS[field]


@register.simple_tag
def field_value(field: str, value) -> str:
    """One side of a changed field, as readers are told it; "nothing" where there was none."""
    if isinstance(value, dict):
        value = value.get(page_language()) or value.get("en") or value.get("fr")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if not value:
        return _("nothing")
    if field in CHOICES:
        return CHOICES[field](value).label
    if field in ("effective", "checked", "date"):
        return partial_date(value)
    if field == "lines":
        return line_names(value)
    return ", ".join(value) if isinstance(value, list) else value


def _capital(words) -> str:
    return str(words)[:1].upper() + str(words)[1:]
