"""What deleting rows means for the public: which rows of the active release publishing would then take away or change.

What that does for readers, and whether it leaves a hole, takes longer to find out: the page to publish says it.
"""

from dataclasses import dataclass

from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError, RestrictedError

from . import releases


@dataclass(frozen=True)
class Consequences:
    """All empty: no release that is public now has anything of these rows."""

    removed: list[releases.Change]
    """Rows of the active release that publishing would then take away."""
    changed: list[releases.Change]
    """Rows of the active release that publishing would then change."""


class _Undo(Exception):
    pass


def consequences(rows: models.QuerySet) -> Consequences:
    """What publishing would do after these rows are deleted that it would not do before. Deletes nothing.

    Rows that cannot be deleted, because others need them, have no consequences.
    """
    from .models import Release

    public = Release.objects.filter(active=True).values_list("document", flat=True).first()
    nothing = Consequences([], [])
    if public is None:
        return nothing
    before = releases.freeze()
    after = before
    try:
        with transaction.atomic():
            for row in rows:
                row.delete()
            after = releases.freeze()
            raise _Undo
    except _Undo:
        pass
    except (ProtectedError, RestrictedError, IntegrityError):
        return nothing
    there = {
        (change.section, change.kind, change.key) for change in releases.differences(releases.NOTHING_PUBLISHED, public)
    }
    told = [change for change in releases.differences(before, after) if (change.section, change.kind, change.key) in there]
    return Consequences(
        removed=[change for change in told if change.what == "removed"],
        changed=[change for change in told if change.what == "changed"],
    )
