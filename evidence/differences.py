"""PURE. What differs between two documents of releases, row by row and field by field."""

from collections.abc import Iterable, Iterator, Mapping
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


class Rows(Mapping[Row, dict[str, Any]]):
    """All rows of a document, as JSON has them, in its order. Each is read when it is asked for: most never are."""

    def __init__(self, document: str):
        self._written = {
            (section, kind, key.slug or key.code): written
            for section, kinds in msgspec.json.decode(document, type=_Written).sections.items()
            for kind, of_kind in kinds.items()
            for key, written in zip(_keys(of_kind), map(bytes, of_kind), strict=True)
        }

    def __getitem__(self, row: Row) -> dict[str, Any]:
        return msgspec.json.decode(self._written[row])

    def __iter__(self) -> Iterator[Row]:
        return iter(self._written)

    def __len__(self) -> int:
        return len(self._written)

    def written(self, row: Row) -> bytes:
        """The row's own bytes; none if there is no such row."""
        return self._written.get(row, b"")


class _Key(msgspec.Struct):
    slug: str = ""
    code: str = ""


class _Written(msgspec.Struct):
    sections: dict[str, dict[str, list[msgspec.Raw]]]


_key = msgspec.json.Decoder(_Key)


def _keys(written: Iterable[msgspec.Raw]) -> Iterator[_Key]:
    return map(_key.decode, written)


def differences(before: str, after: str) -> list[Change]:
    """What differs between two documents, row by row and field by field."""
    return between(Rows(before), Rows(after))


def between(old: Rows, new: Rows) -> list[Change]:
    """The same, of documents whose rows are at hand. Rows with the same bytes are not read."""
    found = []
    for row in sorted(row for row in old.keys() | new.keys() if old.written(row) != new.written(row)):
        was, is_now = old.get(row, {}), new.get(row, {})
        if was != is_now:
            fields = tuple(
                FieldChange(field, was.get(field), is_now.get(field))
                for field in sorted(was.keys() | is_now.keys())
                if was.get(field) != is_now.get(field)
            )
            found.append(Change(*row, "changed" if was and is_now else "added" if is_now else "removed", fields))
    return found


def reordered(old: Rows, new: Rows) -> list[tuple[str, str]]:
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
