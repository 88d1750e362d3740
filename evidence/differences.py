"""PURE. What differs between two documents of releases, row by row and field by field."""

from datetime import datetime
from typing import Any

import msgspec

NOTHING_PUBLISHED = '{"sections":{}}'
"""What the first release is compared with."""

Row = tuple[str, str, str]
"""Section, kind and key of a row of a release."""


class FieldChange(msgspec.Struct, frozen=True, order=True):
    field: str
    before: Any
    """As JSON has it; None in a row that was added."""
    after: Any


class Change(msgspec.Struct, frozen=True):
    """One row that differs between two releases, with the fields that do."""

    section: str
    kind: str
    key: str
    what: str
    """added, changed or removed."""
    fields: tuple[FieldChange, ...] = ()


class Published(msgspec.Struct, frozen=True):
    """What one release changed in the one it followed."""

    number: int
    published_at: datetime
    changes: tuple[Change, ...]


def rows(document: str) -> dict[Row, dict[str, Any]]:
    """All rows of a document, as JSON has them, in its order."""
    found = {}
    for section, tables in msgspec.json.decode(document)["sections"].items():
        for kind, values in tables.items():
            for value in values:
                found[section, kind, value.get("slug") or value.get("code")] = value
    return found


def differences(before: str, after: str) -> list[Change]:
    """What differs between two documents, row by row and field by field."""
    return between(rows(before), rows(after))


def between(old: dict[Row, dict[str, Any]], new: dict[Row, dict[str, Any]]) -> list[Change]:
    """The same, of documents whose rows have been read."""
    found = []
    for row in sorted(old.keys() | new.keys()):
        was, is_now = old.get(row, {}), new.get(row, {})
        if was != is_now:
            fields = tuple(
                FieldChange(field, was.get(field), is_now.get(field))
                for field in sorted(was.keys() | is_now.keys())
                if was.get(field) != is_now.get(field)
            )
            found.append(Change(*row, "changed" if was and is_now else "added" if is_now else "removed", fields))
    return found


def reordered(old: dict[Row, dict[str, Any]], new: dict[Row, dict[str, Any]]) -> list[tuple[str, str]]:
    """(section, kind) of which the rows that both have come in another order."""
    orders = []
    for there in (old, new):
        order: dict[tuple[str, str], list[str]] = {}
        for section, kind, key in there:
            order.setdefault((section, kind), []).append(key)
        orders.append(order)
    found = []
    for table in sorted(orders[0].keys() & orders[1].keys()):
        common = set(orders[0][table]) & set(orders[1][table])
        if [key for key in orders[0][table] if key in common] != [key for key in orders[1][table] if key in common]:
            found.append(table)
    return found
