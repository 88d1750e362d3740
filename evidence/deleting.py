"""What deleting rows means for the public: which rows of the active release publishing would then take away or change.

What that does for readers, and whether it leaves a hole, takes longer to find out: the page to publish says it.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.deletion import CASCADE, PROTECT, Collector, ProtectedError, RestrictedError
from django.utils.text import capfirst

from . import releases
from .holding import active
from .releases import Change, Row
from .side_by_side import key_field

Found = dict[type[models.Model], set[Any]]
"""Model → primary keys."""


@dataclass(frozen=True)
class Consequences:
    """All empty: no release that is public now has anything of these rows."""

    removed: list[Change]
    """Rows of the active release that publishing would then take away."""
    changed: list[Change]
    """Rows of the active release that publishing would then change."""

    @property
    def removed_in_words(self) -> list[str]:
        return _in_words(self.removed[:NAMED])

    @property
    def changed_in_words(self) -> list[str]:
        return _in_words(self.changed[:NAMED])


NAMED = 20
"""Rows that are named; how many there are is said."""


def _in_words(changes: list[Change]) -> list[str]:
    """What staff call these rows, in their order. One query for each kind."""
    by_kind: dict[tuple[str, str], list[str]] = defaultdict(list)
    for change in changes:
        by_kind[change.section, change.kind].append(change.key)
    called = {}
    for (section, kind), keys in by_kind.items():
        model = apps.get_model(releases.model_names()[section, kind])
        key = key_field(model)
        for row in model._default_manager.filter(**{f"{key}__in": keys}):
            called[section, kind, getattr(row, key)] = f"{capfirst(str(model._meta.verbose_name))}: {row}"
    return [called.get((one.section, one.kind, one.key), one.key) for one in changes]


class _RowByRow(Collector):
    """Collects every row that goes, also those that the database could delete unseen."""

    def can_fast_delete(self, objs, from_field=None):
        return False


def held_by(rows: models.QuerySet) -> list[models.QuerySet]:
    """The rows that name these and forbid that they are deleted, a query for each kind. Empty: nothing does so directly."""
    found = []
    for relation in rows.model._meta.related_objects:
        if relation.on_delete is PROTECT:
            holding = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": rows.order_by()})
            if holding.exists():
                found.append(holding)
    return found


def consequences(rows: models.QuerySet) -> Consequences:
    """What publishing would do after these rows are deleted that it would not do before. Deletes nothing.

    Rows that cannot be deleted, because others need them, have no consequences. As many queries as there are tables that
    name these rows, however many rows there are.
    """
    if held_by(rows):
        return Consequences([], [])
    try:
        public = active().derived(_rows_of)
        collected = _RowByRow(using=rows.db, origin=rows)
        collected.collect(rows)
    except (releases.NoRelease, ProtectedError, RestrictedError):
        return Consequences([], [])
    gone: Found = {model: {row.pk for row in found} for model, found in collected.data.items()}
    removed = _keys(gone) & public
    touched: Found = defaultdict(set)
    for (field, _value), updates in collected.field_updates.items():
        for found in updates:
            touched[field.model] |= {row.pk for row in found}
    for model, found in collected.data.items():
        for owner, pks in _owners(model, found).items():
            touched[owner] |= pks
    changed = (_keys(_of_releases(touched)) & public) - removed
    return Consequences(
        removed=[Change(*row, "removed") for row in sorted(removed)],
        changed=[Change(*row, "changed") for row in sorted(changed)],
    )


def _rows_of(release: releases.Active) -> frozenset[Row]:
    return frozenset(
        (section, kind, getattr(row, "slug", "") or row.code)
        for section, kind in releases.model_names()
        for row in getattr(release.sections[section], kind)
    )


def _kinds() -> dict[type[models.Model], tuple[str, str]]:
    """Model → section and kind of its rows in a release."""
    return {apps.get_model(name): kind for kind, name in releases.model_names().items()}


def _keys(found: Found) -> set[Row]:
    kinds, rows = _kinds(), set()
    for model, pks in found.items():
        if model in kinds:
            named = model._base_manager.filter(pk__in=pks).order_by().values_list(key_field(model), flat=True)
            rows |= {(*kinds[model], name) for name in named}
    return rows


def _owners(model: type[models.Model], rows) -> Found:
    """The rows that these are a part of: model → primary keys. Nothing where they stand by themselves in a release."""
    if model in _kinds():
        return {}
    source = model._meta.auto_created
    if source:  # what one row names in a many-to-many field
        (field,) = (field for field in source._meta.many_to_many if field.remote_field.through is model)
        return {source: {getattr(row, f"{field.m2m_field_name()}_id") for row in rows}}
    whole = [field for field in model._meta.fields if field.is_relation and field.remote_field.on_delete is CASCADE]
    return {field.related_model: {getattr(row, field.attname) for row in rows} for field in whole}


def _of_releases(found: Found) -> Found:
    """The same, with each part of a row replaced by the row that it is a part of."""
    kinds, whole, parts = _kinds(), defaultdict(set), list(found.items())
    while parts:
        model, pks = parts.pop()
        if model in kinds:
            whole[model] |= pks
        elif pks:
            parts += _owners(model, model._base_manager.filter(pk__in=pks)).items()
    return whole
