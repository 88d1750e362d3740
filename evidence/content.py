"""Freezes references into a release, and what the other apps need to freeze their own rows."""

from collections import defaultdict
from typing import Any, TypeVar

import msgspec
from django.db.models import Model, Prefetch

from . import releases
from .frozen import Citations, Evidence, Reference, Review, fingerprint
from .text import Text


def text_of(row, field: str) -> Text:
    return Text(en=getattr(row, f"{field}_en") or "", fr=getattr(row, f"{field}_fr") or "")


NOT_REVIEWED = Review(state="draft")
Frozen = TypeVar("Frozen", bound=msgspec.Struct)


def with_review(row, said: Frozen) -> Frozen:
    """`said`, what a release keeps of the row, with how its sign-off stands.

    Signed off is the text whose fingerprint was kept, and no other: the row's own word for its state is not believed.
    """
    from .models import ReviewState

    state = row.review_state
    if row.signed_off_text:
        state = ReviewState.SIGNED_OFF if row.signed_off_text == fingerprint(said) else ReviewState.CHANGED
    review = Review(
        state=str(state),
        by=", ".join(filter(None, (row.signed_off_by, row.signed_off_role))),
        on=row.signed_off_on.isoformat() if row.signed_off_on else "",
        due=row.review_due.isoformat() if row.review_due else "",
    )
    return msgspec.structs.replace(said, review=review)


def linked(model: type[Model], *fields: str) -> list[Prefetch]:
    """For prefetch_related: of the rows that these fields name the slug alone, for slugs_of. Whole rows of all sources, once
    for each row that rests on them, would take longer to make than everything else that is frozen."""
    to = {field: model._meta.get_field(field).related_model._default_manager for field in fields}
    return [Prefetch(field, rows.only("slug"), to_attr=f"linked_{field}") for field, rows in to.items()]


def slugs_of(row, field: str) -> tuple[str, ...]:
    """Slugs of the rows that the field names, sorted, so that the database's order never reaches a release."""
    return tuple(sorted(other.slug for other in getattr(row, f"linked_{field}")))


def slugs_by_row(rows, field: str) -> dict[Any, tuple[str, ...]]:
    """Primary key of each of the rows → slugs of those that `field` relates it to, sorted. One query.

    For long tables: related rows as objects would take most of the time in which a release is made.
    """
    related = rows.model._meta.get_field(field)
    here, there = related.m2m_field_name(), related.m2m_reverse_field_name()
    links = related.remote_field.through._default_manager.filter(**{f"{here}__in": rows.order_by().values("pk")})
    found = defaultdict(list)
    for pk, slug in links.order_by().values_list(f"{here}_id", f"{there}__slug"):
        found[pk].append(slug)
    return defaultdict(tuple, {pk: tuple(sorted(slugs)) for pk, slugs in found.items()})


def slugs_by_key(model: type[Model], field: str) -> dict[Any, str]:
    """Primary key → slug, of all rows that the foreign key `field` can name. Many rows share few of them."""
    return dict(model._meta.get_field(field).related_model._default_manager.order_by().values_list("pk", "slug"))


def text_in(values: dict[str, Any], field: str) -> Text:
    """The same as `text_of`, of a row that was read as values."""
    return Text(en=values[f"{field}_en"] or "", fr=values[f"{field}_fr"] or "")


def freeze() -> Evidence:
    from .models import Reference as Row

    return Evidence(
        references=tuple(
            Reference(
                slug=row.slug,
                title=row.title,
                organisation=row.organisation,
                url=row.url,
                published=row.published,
                accessed=row.accessed.isoformat() if row.accessed else "",
            )
            for row in Row.objects.order_by("slug")
        )
    )


def register():
    releases.register("evidence", freeze=freeze, shape=Evidence, models={"references": "Reference"})


def citations(release: releases.Active) -> Citations:
    """A fresh numbering of this release's sources, for one page."""
    return Citations(release.derived(_by_slug))


def _by_slug(release: releases.Active) -> dict[str, Reference]:
    return {reference.slug: reference for reference in release.sections["evidence"].references}
