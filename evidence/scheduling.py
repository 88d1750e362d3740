"""Publishing at a date: what is scheduled is what was signed, frozen as it was then, whatever is saved later."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from . import releases, reviewing
from .models import Release, Scheduled, SignOff

OVERDUE = timedelta(minutes=15)
"""How long after its time a release is missed: `publish_due` runs more often than that."""


def waiting() -> Scheduled | None:
    return Scheduled.objects.filter(state=Scheduled.State.WAITING).defer("document").select_related("signed").first()


def when(moment: datetime) -> str:
    return formats.date_format(timezone.localtime(moment), "DATETIME_FORMAT")


@transaction.atomic
def schedule(found: releases.Unpublished, *, by: str, notes: str, due: datetime, authors: dict[str, list[str]]) -> Scheduled:
    """Freezes the present draft until `due`. Raises reviewing.Refused, or releases.ContentErrors."""
    if due <= timezone.now():
        raise reviewing.Refused(_("That time has passed. Choose a later one, or publish now."))
    # Who schedules at the same time waits here: one release is waiting at most.
    there = Scheduled.objects.select_for_update().filter(state=Scheduled.State.WAITING).order_by("pk").defer("document")
    if there:
        raise reviewing.Refused(_("%(scheduled)s already. Call that off first.") % {"scheduled": there[0]})
    signed = reviewing.signature(found, by=by, authors=authors)
    if signed is None:
        raise reviewing.Refused(_("Nothing is public yet: publish the first release now."))
    releases.checked(found.draft)
    scheduled = Scheduled.objects.create(
        due=due, document=found.documents[1], signed=signed, notes=notes, scheduled_by=by, frozen_at=found.at
    )
    _say("scheduled", scheduled, by, notes)
    return scheduled


@transaction.atomic
def cancel(*, by: str) -> Scheduled | None:
    """Calls off what is waiting; None if nothing is."""
    scheduled = Scheduled.objects.select_for_update().filter(state=Scheduled.State.WAITING).order_by("pk").first()
    if scheduled:
        _settle(scheduled, Scheduled.State.CANCELLED, by=by)
        _say("cancelled", scheduled, by)
    return scheduled


def why_not(scheduled: Scheduled) -> str:
    """Why it will not be published when it is due, as things stand; empty if it will."""
    signed: SignOff = scheduled.signed
    public = Release.objects.filter(active=True).values_list("number", "sha256").first()
    if public == (signed.base_number, signed.base_sha256):
        return ""
    said = _("It was signed as changes to release %(then)s, and now release %(now)s is public.")
    mend = _("Call it off, look at the changes again, and have them signed again.")
    return said % {"then": signed.base_number, "now": public[0] if public else "–"} + " " + mend


@transaction.atomic
def publish_due(*, by: str, at: datetime | None = None) -> Scheduled | None:
    """Publishes what is due, or settles it as refused with the reason. None if nothing is due.

    May run as often as one likes and on several machines at once: they wait for each other, and one of them does it.
    """
    due = Scheduled.objects.select_for_update().filter(state=Scheduled.State.WAITING, due__lte=at or timezone.now())
    scheduled = due.order_by("pk").first()
    if scheduled is None:
        return None
    try:
        with transaction.atomic():
            release = releases.publish(
                by=scheduled.scheduled_by, notes=scheduled.notes, signed=scheduled.signed, scheduled=scheduled
            )
    except releases.NotWhatWasSigned:
        reason = why_not(scheduled)
    except releases.ContentErrors as refused:
        reason = _("The content has errors by now.") + " " + " ".join(refused.errors)
    except releases.UnreadableRelease as error:
        reason = _("It cannot be read: %(error)s.") % {"error": error}
    else:
        scheduled.release = release
        _settle(scheduled, Scheduled.State.PUBLISHED, by=by)
        return scheduled
    scheduled.reason = reason
    _settle(scheduled, Scheduled.State.REFUSED, by=by)
    _say("not-published", scheduled, by, reason)
    return scheduled


def _settle(scheduled: Scheduled, state: str, *, by: str) -> None:
    scheduled.state, scheduled.settled_by, scheduled.settled_at = state, by, timezone.now()
    scheduled.save()


def _say(what: str, scheduled: Scheduled, by: str, about: str = "") -> None:
    about = f"{when(scheduled.due)}: {about}" if about else when(scheduled.due)
    releases.happened.send(None, what=what, release=None, by=by, about=about)


def failed() -> Scheduled | None:
    """The one that was not published when it was due, until something else is scheduled or published."""
    last = Scheduled.objects.defer("document").first()
    if last is None or last.state != Scheduled.State.REFUSED:
        return None
    return None if Release.objects.filter(published_at__gt=last.settled_at).exists() else last


def overdue() -> Scheduled | None:
    """The one whose time has passed without anything happening: the timer that runs `publish_due` does not."""
    scheduled = waiting()
    return scheduled if scheduled and scheduled.due < timezone.now() - OVERDUE else None
