"""For staff: a plan for each stage and subtype in one table, with what the checks say of each and what is not public yet."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from evidence.releases import Active
from evidence.templatetags.words import bare_words
from evidence.text import Text
from personalization.ruleset import NotAPlainOption

from . import checking, finding_lines
from .assembly import Content
from .checking import check_name
from .content import content
from .drafts import draft, public
from .finding import Finding, Severity
from .matrix import Axes, Cell, Column, axes, cells, columns, fingerprint

EVERY = "every"
"""Value of `columns` for a column for each way to answer."""


class MatrixForm(forms.Form):
    """What is chosen above the table. Whatever the address says otherwise is left out."""

    def __init__(self, data, of: Axes):
        super().__init__()
        self.chosen: dict[str, str] = {}
        for question in of.above:
            usual = next((o.slug for o in question.options if o.kind == "unknown"), question.options[0].slug)
            asked = data.get(question.slug, usual)
            self.chosen[question.slug] = asked if question.option(asked) else usual
            self.fields[question.slug] = forms.ChoiceField(
                label=bare_words(question.short),
                choices=[(option.slug, bare_words(option.label)) for option in question.options],
                initial=self.chosen[question.slug],
            )
        self.every = data.get("columns") == EVERY
        self.fields["columns"] = forms.ChoiceField(
            label=_("Columns"),
            choices=[("", _("one for each subtype")), (EVERY, _("one for each way to answer"))],
            initial=EVERY if self.every else "",
        )


@dataclass(frozen=True)
class Line:
    name: Text
    cells: list["Place"]


@dataclass(frozen=True)
class Place:
    """A cell with its addresses."""

    cell: Cell
    name: str
    address: str
    """Of its plan, what is saved beside what is public."""
    findings_address: str
    chosen: bool


@require_safe
def matrix(request):
    """GET: the answers for the whole table; `columns`; `at`, the row and column whose findings are listed."""
    if not request.user.has_perm("pathway.view_track"):
        raise PermissionDenied
    context = {**admin.site.each_context(request), "title": _("All plans at a glance")}
    saved, there = draft(), public()
    try:
        made_of = content(saved)
        found = findings_of(saved, timezone.localdate())
    except (NotAPlainOption, KeyError):
        return render(request, "admin/pathway/matrix.html", {**context, "unreadable": True})
    of = axes(made_of)
    if of is None:
        return render(request, "admin/pathway/matrix.html", {**context, "nothing": True})
    form = MatrixForm(request.GET, of)
    across = columns(made_of, of, every=form.every)
    table = _table(saved, there, of, across, form.chosen)
    lines = _lines(of, across, table, form, request.GET.get("at", ""))
    places = [place for line in lines for place in line.cells]
    chosen = next((place for place in places if place.chosen), None)
    context |= {
        "form": form,
        "axes": of,
        "groups": _groups(across),
        "columns": across,
        "lines": lines,
        "plans": sum(not place.cell.refused for place in places),
        "differing": sum(place.cell.differs for place in places),
        "holes": [place for place in places if place.cell.no_plan or place.cell.empty],
        "chosen": chosen,
        "whole": request.path + "?" + urlencode(_kept(form)),
        "checks": _by_check(made_of, chosen.cell.findings if chosen else _seen(found, places), places),
        "elsewhere": len(found) - len(_seen(found, places)),
        "there": there is not None,
    }
    return render(request, "admin/pathway/matrix.html", context)


def findings_of(release: Active, day: date) -> list[Finding]:
    """What the checks find, worked out once a day while nothing is saved."""
    return _once(release, ("findings", day), lambda: checking.findings(release, day))


def _table(
    saved: Active, there: Active | None, of: Axes, across: tuple[Column, ...], above: dict[str, str]
) -> list[list[Cell]]:
    day = timezone.localdate()

    def before(answers: dict[str, str]) -> str:
        if there is None:
            return ""
        asked = ("plan", day, *answers.items())
        return _once(there, asked, lambda: fingerprint(content(there), answers, on=day))

    def made() -> list[list[Cell]]:
        found = findings_of(saved, day)
        return cells(content(saved), of, across, above, found, on=day, before=None if there is saved else before)

    key = ("table", day, there.sha256 if there else "", tuple(above.items()), len(across))
    return _once(saved, key, made)


def _once(release: Active, key: tuple, make: Callable[[], Any]) -> Any:
    """`make()`, done once for each key while the release is held; yesterday's is forgotten."""
    remembered = release.derived(_remembered)
    if key not in remembered:
        for old in [old for old in list(remembered) if old[1] != key[1]]:
            remembered.pop(old, None)
        remembered[key] = make()
    return remembered[key]


def _remembered(release: Active) -> dict[tuple, Any]:
    return {}


def _kept(form: MatrixForm) -> dict[str, str]:
    return {**form.chosen, **({"columns": EVERY} if form.every else {})}


def _lines(of: Axes, across: tuple[Column, ...], table: list[list[Cell]], form: MatrixForm, at: str) -> list[Line]:
    here, kept = reverse("admin:pathway_matrix"), _kept(form)
    plan = reverse("admin:pathway_compare")
    return [
        Line(
            option.label,
            [
                Place(
                    cell=cell,
                    name=f"{bare_words(option.label)}, {_name(column)}",
                    address=f"{plan}?{urlencode(cell.answers)}",
                    findings_address=f"{here}?{urlencode({**kept, 'at': f'{row}.{number}'})}#findings",
                    chosen=at == f"{row}.{number}",
                )
                for number, (column, cell) in enumerate(zip(across, cells_of_row, strict=True))
            ],
        )
        for row, (option, cells_of_row) in enumerate(zip(of.rows.options, table, strict=True))
    ]


def _name(column: Column) -> str:
    return " / ".join(bare_words(label) for label in column.labels)


def _groups(across: tuple[Column, ...]) -> list[tuple[Text, int]]:
    """The subtypes above the columns, with how many columns each spans."""
    groups: list[tuple[Text, int]] = []
    for column in across:
        if groups and groups[-1][0] == column.subtype:
            groups[-1] = (column.subtype, groups[-1][1] + 1)
        else:
            groups.append((column.subtype, 1))
    return groups


def _seen(found: list[Finding], places: list[Place]) -> list[Finding]:
    """Those that concern a plan of the table."""
    seen = {finding for place in places for finding in place.cell.findings}
    return [finding for finding in found if finding in seen]


def _by_check(made: Content, found, places: list[Place]) -> list[tuple[str, bool, list[tuple[str, int]]]]:
    """(check, whether it is an error, its findings in words with how many plans each concerns), errors first."""
    concerned = Counter(finding for place in places for finding in place.cell.findings)
    by_check: dict[tuple[str, bool], list[tuple[str, int]]] = {}
    for finding, line in zip(found, finding_lines.lines(made, found), strict=True):
        kind = (check_name(finding.check), finding.severity is Severity.ERROR)
        by_check.setdefault(kind, []).append((line, concerned[finding]))
    return [(check, error, listed) for (check, error), listed in sorted(by_check.items(), key=lambda one: not one[0][1])]
