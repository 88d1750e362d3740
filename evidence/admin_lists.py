"""Long lists in admin: filters that stay short, and rows that are listed on the page of the row they belong to."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import get_model_from_relation, label_for_field
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Case, Value, When
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from history.reading import reading_along

from .models import PARTIAL_DATE

SHORT = 30
"""A filter offers all rows of another table up to so many. Of a longer table it shows the one that was chosen, if any."""
SHOWN = 20
"""Rows that are listed on the page of another row. A link leads to all of them."""


def both(*names: str) -> tuple[str, ...]:
    """Columns of translated fields in both languages, to search in."""
    return tuple(f"{name}_{language}" for name in names for language in ("en", "fr"))


class ShortFilter(admin.RelatedFieldListFilter):
    """By rows of another table, as long as they are few. Else a row is chosen on its own page, with “all of them”."""

    def field_choices(self, field, request, model_admin):
        chosen = [value for value in self.lookup_val or () if str(value).isdecimal()]
        first = Case(When(pk__in=chosen, then=Value(0)), default=Value(1))
        ordering = self.field_admin_ordering(field, request, model_admin)
        table = get_model_from_relation(field)
        rows = list(table._default_manager.order_by(first, *(ordering or table._meta.ordering))[: SHORT + 1])
        if len(rows) > SHORT:
            rows = [row for row in rows if str(row.pk) in chosen]
        return [(row.pk, str(row)) for row in rows]

    def has_output(self):
        return bool(self.lookup_choices)


class FarPages(Paginator):
    """Has the keys of a page found first, counted from the nearer end, and these rows alone read. One query.

    To skip 100,000 rows, a database sorts them; with all that a list shows of each, that takes many times as long.
    """

    def page(self, number):
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        end = min(start + self.per_page, self.count)
        keys = self.object_list.values_list("pk", flat=True)
        behind = self.count - end
        found = keys.reverse()[behind : self.count - start] if behind < start else keys[start:end]
        return self._get_page(self.object_list.filter(pk__in=found), number, self)


@dataclass(frozen=True)
class Listed:
    """Rows of `model` that name a row, for the page of that row: the first SHOWN, a link to all, and one to add another."""

    model: type[models.Model]
    by: str
    """The field of `model` that names the row."""
    title: Any
    columns: tuple[str, ...]
    """Fields of `model`, or `__str__` for what a row is called; the first one leads to its page."""
    order: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    """What to read along."""
    help: Any = ""


_listed: dict[type[models.Model], list[Listed]] = defaultdict(list)


def list_on(page: type[models.Model], *listed: Listed) -> None:
    """Has the pages of `page` list these. Called by the admin of the app that the listed rows are of."""
    _listed[page] += listed


@dataclass(frozen=True)
class Table:
    """What templates/admin/listed.html shows."""

    title: str
    help: str
    headings: list[str]
    rows: list[tuple[str, list[str]]]
    """Address of each row, and its cells."""
    count: int
    all_url: str
    add_url: str
    """Empty if this user may not add any."""


def tables(site: admin.AdminSite, request, row: models.Model) -> Iterator[Table]:
    """What belongs to the row and stands on its page, as far as the user may see it."""
    for listed in _listed[type(row)]:
        shown = site.get_model_admin(listed.model)
        if not shown.has_view_permission(request):
            continue
        found = listed.model._default_manager.filter(**{listed.by: row})
        rows = reading_along(found, listed.related).order_by(*(listed.order or listed.model._meta.ordering))[:SHOWN]
        name = f"admin:{listed.model._meta.app_label}_{listed.model._meta.model_name}"
        narrowed = urlencode({f"{listed.by}__id__exact": row.pk})
        add = "__" not in listed.by and shown.has_add_permission(request)
        preset = urlencode({listed.by: row.pk, "_changelist_filters": narrowed})
        yield Table(
            title=str(listed.title),
            help=str(listed.help),
            headings=[str(label_for_field(column, listed.model)) for column in listed.columns],
            rows=[
                (reverse(f"{name}_change", args=[one.pk]), [_cell(one, column) for column in listed.columns]) for one in rows
            ],
            count=found.count(),
            all_url=f"{reverse(f'{name}_changelist')}?{narrowed}",
            add_url=f"{reverse(f'{name}_add')}?{preset}" if add else "",
        )


def _cell(row: models.Model, column: str):
    if column == "__str__":
        return str(row)
    told = getattr(row, f"get_{column}_display", None)
    value = told() if told else getattr(row, column)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str) and re.fullmatch(PARTIAL_DATE, value):
        return format_html('<span class="date">{}</span>', value) if value else ""
    return "" if value is None else value
