"""How rows are read along with what they name."""

from collections.abc import Iterable

from django.db.models import QuerySet


def reading_along(rows: QuerySet, names: Iterable[str]) -> QuerySet:
    """The rows, with what these relations name. Without a name they stay as they are: Django would follow every relation."""
    named = tuple(names)
    return rows.select_related(*named) if named else rows
