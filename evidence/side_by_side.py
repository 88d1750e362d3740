"""What is saved and not public yet, row by row: in words, both versions beside each other, with the words that differ."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from history.wording import Marked, sides

from . import releases
from .differences import Change, Row

LANGUAGES = {"en": "English", "fr": "Français"}
NAMES = ("name", "title", "label", "short", "message", "about", "definition")
"""Fields that a row is called by, the first that is filled in."""
NAMED_AFTER = ("regimen", "drug", "indication", "setting", "lines", "population", "jurisdiction", "step")
"""Rows without a name of their own are called after these."""
SHOWN = 30
"""Changed rows of a kind that stand on the page itself. A link leads to the others."""

Table = tuple[str, str]
"""Section and kind of rows of a release."""


@dataclass(frozen=True)
class Line:
    """One field in one language."""

    label: str
    language: str
    """Code, for what is said in one language; else empty."""
    before: Marked
    after: Marked

    @property
    def language_name(self) -> str:
        return LANGUAGES.get(self.language, "")


@dataclass(frozen=True)
class ChangedRow:
    what: str
    """added, changed or removed."""
    key: str
    name: str
    lines: list[Line]
    beside: str
    address: str = ""
    """Of its page in admin; empty where there is none or it may not be seen."""
    by: str = ""
    at: datetime | None = None


@dataclass
class Group:
    """The changed rows of one kind, or some of them."""

    table: Table
    name: str
    count: int
    """Of all that changed."""
    rows: list[ChangedRow] = field(default_factory=list)
    reordered: bool = False

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


class SideBySide:
    """`site`: the admin that rows are linked to, as far as `user` may see them. `who`: whether to say who edited them.

    Rows are put in words, and looked up, as they are shown: an import changes ten thousand.
    """

    def __init__(self, found: releases.Unpublished, *, site, user, beside: dict[Row, str], who: bool = True):
        self.site, self.user, self.beside, self.who = site, user, beside, who
        self.reordered = found.reordered
        self.told = Words(found)
        self.by_kind: dict[Table, list[Change]] = defaultdict(list)
        for change in found.changes:
            self.by_kind[change.section, change.kind].append(change)

    def groups(self) -> list[Group]:
        """All kinds of which rows changed, each with the first SHOWN."""
        return [self.group(table) for table in sorted({*self.by_kind, *self.reordered})]

    def group(self, table: Table, start: int = 0, end: int = SHOWN) -> Group:
        """The changed rows of one kind from `start` to `end`. Four queries, however many there are."""
        model = apps.get_model(releases.model_names()[table])
        changes = self.by_kind.get(table, [])
        group = Group(table, capfirst(model._meta.verbose_name_plural), len(changes), reordered=table in self.reordered)
        shown = changes[start:end]
        places = _places(model, [change.key for change in shown])
        edits = _last_edits(model, places.values()) if self.who else {}
        may_see = self.user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")
        linked = self.site.is_registered(model) and may_see
        for change in shown:
            pk = places.get(change.key)
            edit = edits.get(str(pk))
            group.rows.append(
                ChangedRow(
                    what=change.what,
                    key=change.key,
                    name=self.told.name_of(table, change.key),
                    lines=list(self.told.lines(change, model)),
                    beside=self.beside.get((*table, change.key), ""),
                    address=_address(self.site, model, pk) if linked and pk else "",
                    by=edit.user.get_username() if edit else "",
                    at=edit.action_time if edit else None,
                )
            )
        return group


def key_field(model) -> str:
    return "slug" if any(f.name == "slug" for f in model._meta.fields) else "code"


def _places(model, keys: list[str]) -> dict[str, Any]:
    """Key → primary key, of the rows that are still there."""
    return dict(model._default_manager.filter(**{f"{key_field(model)}__in": keys}).values_list(key_field(model), "pk"))


def _last_edits(model, places: Iterable) -> dict[str, LogEntry]:
    """Primary key as text → the last entry of the log about that row."""
    of_model = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(model), object_id__in=[str(pk) for pk in places]
    )
    return {entry.object_id: entry for entry in of_model.select_related("user").order_by("action_time")}


def _address(site, model, pk) -> str:
    return reverse(f"{site.name}:{model._meta.app_label}_{model._meta.model_name}_change", args=[pk])


class Words:
    """Puts the JSON of a release in words."""

    def __init__(self, found: releases.Unpublished):
        self.sections = [found.public.sections if found.public else found.draft.sections, found.draft.sections]
        self.rows = found.rows
        self.kind_of_model = {name: table for table, name in releases.model_names().items()}

    def name_of(self, table: tuple[str, str], key: str) -> str:
        row = self.rows[1].get((*table, key)) or self.rows[0].get((*table, key))
        return self._name(table, row) if row else key

    def _name(self, table: tuple[str, str], row: dict) -> str:
        for field_name in NAMES:
            value = row.get(field_name)
            words = (value.get("en") or value.get("fr")) if isinstance(value, dict) else value
            if words and isinstance(words, str):
                return words if len(words) < 90 else words[:80].rsplit(" ", 1)[0] + " …"
        model = apps.get_model(releases.model_names()[table])
        after = [
            tell(row[name], self.sections[1])
            if (tell := releases.told(*table, name))
            else self._related(model, name, row[name])
            for name in NAMED_AFTER
            # A use says its drugs itself.
            if row.get(name) and not (name == "drug" and row.get("indication"))
        ]
        return " · ".join(after) or row.get("slug") or row.get("code") or ""

    def lines(self, change: Change, model) -> Iterable[Line]:
        for changed in change.fields:
            if change.what != "changed" and changed.field in ("slug", "code"):
                continue
            tell = releases.told(change.section, change.kind, changed.field)
            label = self._label(model, changed.field)
            if tell:
                both = [
                    {(label, ""): tell(value, sections)} if value else {}
                    for value, sections in zip((changed.before, changed.after), self.sections, strict=True)
                ]
            else:
                both = [dict(self._said(model, changed.field, label, v)) for v in (changed.before, changed.after)]
            for key in dict.fromkeys([*both[1], *both[0]]):
                before, after = (said.get(key, "") for said in both)
                if before != after:
                    yield Line(*key, *sides(before, after))

    def _label(self, model, name: str) -> str:
        try:
            return capfirst(str(model._meta.get_field(name).verbose_name))
        except (FieldDoesNotExist, AttributeError):
            return capfirst(name.replace("_", " "))

    def _said(self, model, name: str, label: str, value) -> Iterable[tuple[tuple[str, str], str]]:
        """((label, language), words) of a value of JSON."""
        if isinstance(value, dict) and value.keys() <= {"en", "fr"}:
            for language, words in value.items():
                yield (label, language), words
        elif isinstance(value, dict):
            for key, inner in value.items():
                yield from self._said(None, key, f"{label}: {key.replace('_', ' ')}", inner)
        elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
            for number, item in enumerate(value, 1):
                named = item.get("label") or item.get("name") or {}
                called = named.get("en") if isinstance(named, dict) else named
                # Called by its slug where it has one, so that a new label is a change and no other item.
                identity = f"{label}, {item.get('slug') or called or number}"
                for key, inner in item.items():
                    if key != "slug":
                        yield from self._said(None, key, f"{identity}: {key.replace('_', ' ')}", inner)
        elif isinstance(value, list):
            yield (label, ""), ", ".join(self._related(model, name, item) for item in value)
        elif value is None or value == "":
            return
        elif isinstance(value, bool):
            yield (label, ""), _("yes") if value else _("no")
        else:
            yield (label, ""), self._related(model, name, value)

    def _related(self, model, name: str, value) -> str:
        """The name of the row that the value stands for, or the words of the choice; else the value itself."""
        try:
            of = model._meta.get_field(name) if model else None
        except FieldDoesNotExist:
            of = None
        if of is None:
            return str(value)
        if of.related_model:
            table = self.kind_of_model.get(of.related_model._meta.label)
            return self.name_of(table, value) if table else str(value)
        return str(dict(of.flatchoices).get(value, value))
