"""Who edited the rows that differ from what is public, since that was saved. History and the log of admin tell."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import models

from history import records

from . import releases
from .side_by_side import Words, key_field

Edit = tuple[str, str]
"""Key of a row, name of the account. The key is empty where only the kind is known."""


def authors(found: releases.Unpublished) -> dict[str, list[str]]:
    """Name of account → the rows of the diff that it edited, by name. Empty if nothing is public yet.

    Rows that only stand in another order have as authors whoever edited a row of that kind.
    """
    since = releases.public_since()
    if since is None:
        return {}
    words = Words(found)
    changed: dict[tuple[str, str], set[str]] = defaultdict(set)
    for change in found.changes:
        changed[change.section, change.kind].add(change.key)
    listed: dict[str, dict[str, None]] = defaultdict(dict)
    for table in sorted({*changed, *found.reordered}):
        model = apps.get_model(releases.model_names()[table])
        moved = table in found.reordered
        for key, name in sorted(set(_edits(model, since))):
            if key in changed[table] or moved:
                listed[name].setdefault(words.name_of(table, key))
    return {name: list(rows) for name, rows in listed.items()}


def _edits(model, since: datetime) -> Iterable[Edit]:
    """All edits of rows of the model and of their parts. A row that was renamed is listed under each of its keys."""
    edited = [*_in_history(model, since), *_in_the_log(model, since)]
    for part, parent in _parts(model):
        edited += _of_parts(part, parent, since)
    keys = _keys(model, {pk for pk, _ in edited}, since)
    for pk, name in edited:
        for key in keys[pk]:
            yield key, name


def _in_history(model, since: datetime) -> list[tuple[int, str]]:
    found = model.kept.filter(history_date__gt=since).exclude(by="").order_by()
    return _named(found.values_list("id", "by", "history_user_id").distinct())


def _of_parts(part, parent: str, since: datetime) -> list[tuple[int, str]]:
    found = part.kept.filter(history_date__gt=since).exclude(by="").order_by()
    return _named(found.values_list(parent, "by", "history_user_id").distinct())


def _named(found: Iterable[tuple[int, str, int | None]]) -> list[tuple[int, str]]:
    """With the name that the account has now, if it is there and was given another one."""
    found = list(found)
    accounts = get_user_model()._base_manager.filter(pk__in={user for _, _, user in found if user})
    names = dict(accounts.values_list("pk", "username"))
    return [(pk, names.get(user, by)) for pk, by, user in found]


def _in_the_log(model, since: datetime) -> list[tuple[int, str]]:
    of_model = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model), action_time__gt=since)
    found = of_model.order_by().values_list("object_id", "user__username").distinct()
    return [(int(pk), name) for pk, name in found if pk and pk.isdecimal()]


def _keys(model, pks: set[int], since: datetime) -> dict[int, set[str]]:
    """Row's id → what it is called in releases, and was."""
    field, keys = key_field(model), defaultdict(set)
    then = model.kept.filter(history_date__gt=since).order_by().values_list("id", field).distinct()
    now = model._base_manager.values_list("pk", field)
    # One query, unless there are more ids than a database takes in one.
    now = now.filter(pk__in=pks) if len(pks) < 1000 else now
    for pk, key in [*then, *now]:
        keys[pk].add(key)
    return keys


def _parts(model) -> Iterable[tuple[type[models.Model], str]]:
    """Models whose rows are told as part of a row of this one, with the column that names it."""
    of_releases = set(releases.model_names().values())
    for part in records.kept():
        if part._meta.label not in of_releases:
            for field in records.columns(part):
                if field.related_model is model and field.remote_field.on_delete is models.CASCADE:
                    yield part, field.attname
