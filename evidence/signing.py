"""Clinical sign-off of single rows: a block, a drug, a class of drugs, a term.

Somebody who did not write it gives a name and a role for one text, exactly as it stood, until a day on which it is to be
looked at again. The fingerprint of that text is kept. A release compares it with the text that it freezes, so nothing that
changes a row, in whatever way, can carry a sign-off along. `review_state` in the tables only follows, for lists.

Knows no other app. Each app registers its rows, and how a release tells them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
from django.db import models, transaction
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete
from django.dispatch import Signal
from django.utils.translation import gettext as _

from history import records

from . import releases
from .frozen import fingerprint
from .models import Reviewed, ReviewState

happened = Signal()
"""Sent within the transaction of a sign-off or a withdrawal. With `what` ("signed-off", "sign-off-withdrawn"), `rows`, `by`
(name of the account) and `about` (the names and days given, or the reason)."""

Freeze = Callable[[models.QuerySet], Iterable[msgspec.Struct]]
STANDING = (ReviewState.SIGNED_OFF, ReviewState.CHANGED)
OF_REVIEW = (records.SIGNED, records.WITHDRAWN, records.REVIEW)
"""Reasons of changes that change no text."""


class Refused(Exception):
    """Nothing was signed off. `reasons`: a line for people each."""

    def __init__(self, reasons: Sequence[str]):
        super().__init__("\n".join(reasons))
        self.reasons = list(reasons)


@dataclass(frozen=True)
class SignOff:
    """What a clinician gives for a text."""

    name: str
    role: str
    on: date
    due: date
    """The day by which it is to be looked at again; after `on`."""


@dataclass(frozen=True)
class _Kind:
    frozen: Freeze
    parts: Mapping[type[models.Model], str]
    """Models of rows that are part of the text → their field that names the row they are part of."""


_kinds: dict[type[Reviewed], _Kind] = {}


def register(model: type[Reviewed], *, frozen: Freeze, parts: Sequence[type[models.Model]] = ()) -> None:
    """Has rows of the model signed off. `frozen(rows)`: what a release keeps of them, in the order of the rows."""
    named = {part: next(f.name for f in part._meta.fields if f.related_model is model) for part in parts}
    _kinds[model] = _Kind(frozen, named)
    post_save.connect(_saved, sender=model)
    for part in parts:
        post_save.connect(_part_changed, sender=part)
        post_delete.connect(_part_changed, sender=part)
    for field in model._meta.many_to_many:
        m2m_changed.connect(_related_changed, sender=field.remote_field.through)
        pre_delete.connect(_losing, sender=field.related_model)
        post_delete.connect(_lost, sender=field.related_model)


def kinds() -> tuple[type[Reviewed], ...]:
    """All models whose rows are signed off."""
    return tuple(_kinds)


def texts(model: type[Reviewed], pks: Iterable) -> dict[Any, msgspec.Struct]:
    """Row's id → what a release would keep of it now. A handful of queries, however many rows."""
    rows = model._default_manager.filter(pk__in=list(pks)).order_by("pk")
    by_slug = {row.slug: row for row in _kinds[model].frozen(rows)}
    return {pk: by_slug[slug] for pk, slug in rows.values_list("pk", "slug") if slug in by_slug}


def writers(model: type[Reviewed], pks: Iterable) -> dict[Any, set[str]]:
    """Row's id → names of the accounts that changed its text since it was last signed off (or ever, if it never was)."""
    pks = list(pks)
    kept = list(model.kept.filter(id__in=pks).order_by().values_list("history_date", "id", "by", "history_change_reason"))
    for part, field in _kinds[model].parts.items():
        of_rows = part.kept.filter(**{f"{field}_id__in": pks}).order_by()
        kept += of_rows.values_list("history_date", f"{field}_id", "by", "history_change_reason")
    found: dict[Any, set[str]] = defaultdict(set)
    for _at, pk, by, reason in sorted(kept, key=lambda change: change[0]):
        if reason == records.SIGNED:
            found[pk].clear()
        elif by and reason not in OF_REVIEW:
            found[pk].add(by)
    return found


def refusals(model: type[Reviewed], pks: Iterable, *, account: str) -> dict[Any, str]:
    """Row's id → why this account may not sign it off. Rows that it may sign off are left out."""
    said = _("You changed this text since it was last signed off. Somebody else has to sign it off.")
    return {pk: said for pk, names in writers(model, pks).items() if account in names}


@transaction.atomic
def sign(model: type[Reviewed], seen: Mapping[Any, str], given: SignOff, *, account: str) -> list[Reviewed]:
    """Signs off rows exactly as they were seen. `seen`: row's id → fingerprint of the text that was read.

    Returns the rows. Raises Refused, and signs none, if one of them is another text by now, or is the account's own.
    """
    rows = list(model._default_manager.select_for_update().filter(pk__in=list(seen)).order_by("pk"))
    now = {pk: fingerprint(text) for pk, text in texts(model, seen).items()}
    reasons = [_("A row that you chose was deleted since you looked.")] if len(rows) < len(seen) else []
    own = refusals(model, seen, account=account)
    for row in rows:
        if now[row.pk] != seen[row.pk]:
            reasons.append(_("“%(row)s” was changed since you looked. Please read it again.") % {"row": row})
        elif row.pk in own:
            reasons.append(f"{row}: {own[row.pk]}")
    if reasons:
        raise Refused(reasons)
    with records.together(records.SIGNED, by=account):
        for row in rows:
            row.review_state, row.signed_off_text, row.withdrawn_why = ReviewState.SIGNED_OFF, now[row.pk], ""
            row.signed_off_by, row.signed_off_role = given.name, given.role
            row.signed_off_on, row.review_due = given.on, given.due
            row.save(update_fields=model.SIGN_OFF)
    about = f"{given.name}, {given.role}; {given.on.isoformat()} – {given.due.isoformat()}"
    happened.send(model, what="signed-off", rows=rows, by=account, about=about)
    return rows


@transaction.atomic
def withdraw(model: type[Reviewed], pks: Iterable, why: str, *, account: str) -> list[Reviewed]:
    """Takes sign-offs back, also those of a text that was changed since. Returns the rows that had one."""
    rows = list(
        model._default_manager.select_for_update().filter(pk__in=list(pks), review_state__in=STANDING).order_by("pk")
    )
    with records.together(records.WITHDRAWN, by=account):
        for row in rows:
            row.review_state, row.signed_off_text, row.withdrawn_why = ReviewState.DRAFT, "", why
            row.signed_off_by, row.signed_off_role = "", ""
            row.signed_off_on, row.review_due = None, None
            row.save(update_fields=model.SIGN_OFF)
    if rows:
        happened.send(model, what="sign-off-withdrawn", rows=rows, by=account, about=why)
    return rows


@transaction.atomic
def hand_over(rows: models.QuerySet, *, with_a_clinician: bool) -> int:
    """Says of drafts that a clinician has them now, or not any more. Returns how many changed."""
    states = [ReviewState.DRAFT, ReviewState.IN_REVIEW]
    before, after = states if with_a_clinician else reversed(states)
    with records.with_reason(records.REVIEW):
        return records.update(rows.filter(review_state=before), review_state=after)


def follow(model: type[Reviewed], pks: Iterable) -> None:
    """Brings the state in the table in line with the text, where a row was signed off once."""
    rows = list(model._default_manager.filter(pk__in=list(pks), review_state__in=STANDING))
    if not rows:
        return
    now = texts(model, [row.pk for row in rows])
    with records.with_reason(records.REVIEW):
        for row in rows:
            same = row.signed_off_text == fingerprint(now[row.pk])
            state = ReviewState.SIGNED_OFF if same else ReviewState.CHANGED
            if row.review_state != state:
                row.review_state = state
                row.save(update_fields=["review_state"])


def _saved(sender, instance, raw=False, created=False, update_fields=None, **kwargs):
    if raw or created or (update_fields and set(update_fields) <= set(sender.SIGN_OFF)):
        return
    follow(sender, [instance.pk])
    if instance.review_state in STANDING:
        instance.refresh_from_db(fields=["review_state"])


def _part_changed(sender, instance, raw=False, **kwargs):
    for model, kind in _kinds.items():
        if sender in kind.parts and not raw:
            follow(model, [getattr(instance, f"{kind.parts[sender]}_id")])


def _related_changed(sender, instance, action, reverse, pk_set, **kwargs):
    if action.startswith("post_"):
        for model in _kinds:
            if isinstance(instance, model):
                follow(model, [instance.pk])


def _naming(row) -> Iterator[tuple[type[Reviewed], list]]:
    for model in _kinds:
        for field in model._meta.many_to_many:
            if field.related_model is type(row):
                rows = model._default_manager.filter(**{field.name: row.pk}, review_state__in=STANDING)
                yield model, list(rows.values_list("pk", flat=True))


def _losing(sender, instance, **kwargs):
    # The database takes it out of the rows that name it without telling anybody.
    instance._signed_losing = list(_naming(instance))


def _lost(sender, instance, **kwargs):
    for model, pks in getattr(instance, "_signed_losing", ()):
        follow(model, pks)


def _published(sender, what, **kwargs):
    # What else a text is made of (a heading's slug, a population's) may have been renamed.
    if what == "published":
        for model in _kinds:
            follow(model, model._default_manager.filter(review_state__in=STANDING).values_list("pk", flat=True))


releases.happened.connect(_published)
