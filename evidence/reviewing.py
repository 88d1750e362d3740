"""Two pairs of eyes: who may ask for a review, sign, send back and publish, and what a signature is for.

A signature is for one diff: the sha256 of what was saved and of what was public. If either is another, it says nothing. Who
edited a row of the diff neither signs nor publishes it, so at least two people take part in every publication from admin.
"""

import msgspec
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from . import releases
from .models import Release, Scheduled, SignOff

MAY_ASK, MAY_SIGN, MAY_PUBLISH = "evidence.ask_review", "evidence.sign_release", "evidence.publish_release"
NAMED_AT_MOST = 5
"""Rows that a reason names."""


class Refused(Exception):
    """Why something was not done, and how to mend it, a line for people each."""

    def __init__(self, *reasons: str):
        super().__init__("\n".join(reasons))
        self.reasons = list(reasons)


class Standing(msgspec.Struct, frozen=True):
    """Where the review of the present diff stands."""

    sign_off: SignOff | None
    """The last review that was asked for; None if there is none since the last publication that rested on one."""
    stale: str = ""
    """Why it does not count for what is saved now; empty if it does."""

    @property
    def state(self) -> str:
        """asked, signed or sent-back, of exactly this diff; else empty."""
        return self.sign_off.state if self.sign_off and not self.stale else ""


def reviewers() -> list[str]:
    """Names of the accounts that may sign."""
    users = get_user_model().objects.with_perm(MAY_SIGN, backend="django.contrib.auth.backends.ModelBackend")
    return sorted(user.get_username() for user in users if user.is_staff)


def may_look(user) -> bool:
    """Whether this account may see what would be published: whoever has a part in it."""
    return any(user.has_perm(permission) for permission in (MAY_ASK, MAY_SIGN, MAY_PUBLISH))


def sign_off_of(release: Release) -> SignOff | None:
    """What the release rests on, if it was signed in this installation."""
    return SignOff.objects.filter(draft_sha256=release.sha256, answered_at=release.signed_at).first()


def standing(found: releases.Unpublished) -> Standing:
    last = SignOff.objects.exclude(state=SignOff.State.REPLACED).first()
    if last is None or _spent(last):
        return Standing(None)
    return Standing(last, _why_stale(last, found))


def _spent(sign_off: SignOff) -> bool:
    """Whether a release rests on it already. After going back to an older release, the same draft is looked at anew."""
    resting = Release.objects.filter(sha256=sign_off.draft_sha256, signed_at=sign_off.answered_at)
    return sign_off.state == SignOff.State.SIGNED and resting.exists()


def _why_stale(sign_off: SignOff, found: releases.Unpublished) -> str:
    number, sha256 = (found.public.number, found.public.sha256) if found.public else (0, "")
    if (sign_off.base_number, sign_off.base_sha256) != (number, sha256):
        said = _("Then release %(then)s was public, now it is release %(now)s: other changes would be published.")
        return said % {"then": sign_off.base_number, "now": number}
    if sign_off.draft_sha256 != found.draft.sha256:
        return _("Somebody has saved something else since.")
    return ""


def _rows(names: list[str]) -> str:
    more = len(names) - NAMED_AT_MOST
    listed = ", ".join(f"“{name}”" for name in names[:NAMED_AT_MOST])
    return listed if more <= 0 else _("%(rows)s and %(count)s more") % {"rows": listed, "count": more}


def why_not_sign(name: str, authors: dict[str, list[str]]) -> list[str]:
    """Why this account may not sign the diff that `authors` edited."""
    if name not in authors:
        return []
    said = _("You edited %(rows)s since the last publication, and nobody signs their own change. Ask somebody else.")
    return [said % {"rows": _rows(authors[name])}]


def why_not_publish(name: str, standing: Standing, authors: dict[str, list[str]]) -> list[str]:
    """Why this account may not publish the diff that `authors` edited, as its review stands."""
    reasons = []
    sign_off = standing.sign_off
    if sign_off is None:
        reasons.append(_("Nobody has signed this yet. Ask for a review first."))
    elif standing.stale and sign_off.state == SignOff.State.SIGNED:
        said = _("The signature of %(who)s does not count any more. %(why)s Ask for a review again.")
        reasons.append(said % {"who": sign_off.answered_by, "why": standing.stale})
    elif standing.stale:
        reasons.append(_("The review that was asked for is of something else. %(why)s Ask again.") % {"why": standing.stale})
    elif sign_off.state == SignOff.State.SENT_BACK:
        said = _("%(who)s sent it back: “%(comment)s” Mend that, then ask for a review again.")
        reasons.append(said % {"who": sign_off.answered_by, "comment": sign_off.comment})
    elif sign_off.state == SignOff.State.ASKED:
        reasons.append(_("A review has been asked for, and nobody has signed yet."))
    if name in authors:
        said = _(
            "You edited %(rows)s since the last publication, and nobody publishes their own change. Ask a colleague to."
        )
        reasons.append(said % {"rows": _rows(authors[name])})
    elif not reasons and not authors and name == sign_off.answered_by:
        reasons.append(
            _("It is not known who edited this, and you signed it. Somebody else publishes it, so that two take part.")
        )
    return reasons


def why_not_activate(name: str, release: Release) -> list[str]:
    """Going back is for one person alone, since it is urgent. What comes in a file, nobody here has seen before."""
    if release.imported_by and release.imported_by == name:
        return [_("You imported this release. So that two people take part, somebody else makes it public.")]
    return []


@transaction.atomic
def ask(found: releases.Unpublished, *, by: str, of: str, request: str, authors: dict[str, list[str]]) -> SignOff:
    """Puts the present diff before `of` (empty: before anybody who may sign). A review asked for before is replaced."""
    if found.same or found.public is None:
        raise Refused(_("There is nothing to review."))
    if of and of not in reviewers():
        raise Refused(_("%(name)s may not sign. Choose somebody from the list.") % {"name": of})
    if of in authors:
        said = _("%(name)s edited %(rows)s, and nobody signs their own change. Choose somebody else.")
        raise Refused(said % {"name": of, "rows": _rows(authors[of])})
    # Another asking at the same time waits here, so that one review is open and not none, nor two.
    waiting = SignOff.objects.select_for_update().filter(state=SignOff.State.ASKED).order_by("pk")
    for sign_off in waiting:
        sign_off.state = SignOff.State.REPLACED
        sign_off.save(update_fields=["state"])
    sign_off = SignOff.objects.create(
        base_number=found.public.number,
        base_sha256=found.public.sha256,
        draft_sha256=found.draft.sha256,
        asked_by=by,
        asked_at=timezone.now(),
        asked_of=of,
        request=request,
    )
    _say("review-asked", sign_off, by, of, request)
    return sign_off


def sign(found: releases.Unpublished, *, by: str, comment: str, authors: dict[str, list[str]]) -> SignOff:
    """Signs exactly the present diff. Raises Refused."""
    if reasons := why_not_sign(by, authors):
        raise Refused(*reasons)
    return _answer(found, SignOff.State.SIGNED, by=by, comment=comment, authors=sorted(authors))


def send_back(found: releases.Unpublished, *, by: str, comment: str) -> SignOff:
    """Says what has to be mended first. Raises Refused."""
    if not comment:
        raise Refused(_("Write what has to be mended first."))
    return _answer(found, SignOff.State.SENT_BACK, by=by, comment=comment)


@transaction.atomic
def _answer(found: releases.Unpublished, state: str, *, by: str, comment: str, authors=()) -> SignOff:
    sign_off = SignOff.objects.select_for_update().filter(state=SignOff.State.ASKED).order_by("pk").first()
    if sign_off is None:
        raise Refused(_("No review is asked for. Somebody may have answered, or asked anew, while you read: look again."))
    if stale := _why_stale(sign_off, found):
        raise Refused(_("The review that was asked for is of something else. %(why)s Ask again.") % {"why": stale})
    sign_off.state, sign_off.comment, sign_off.authors = state, comment, list(authors)
    sign_off.answered_by, sign_off.answered_at = by, timezone.now()
    sign_off.save()
    _say(state, sign_off, by, "", comment)
    return sign_off


def _say(what: str, sign_off: SignOff, by: str, of: str, comment: str) -> None:
    diff = _("changes to release %(number)s, %(sha)s") % {"number": sign_off.base_number, "sha": sign_off.draft_sha256[:12]}
    about = ", ".join(part for part in (diff, of and _("of %(name)s") % {"name": of}, comment) if part)
    releases.happened.send(None, what=what, release=None, by=by, about=about)


def signature(found: releases.Unpublished, *, by: str, authors: dict[str, list[str]]) -> SignOff | None:
    """What a publication by this account rests on; None for the first of all, which has nothing to be compared with.

    Raises Refused.
    """
    if found.public is None:
        return None
    now = standing(found)
    if reasons := why_not_publish(by, now, authors):
        raise Refused(*reasons)
    return now.sign_off


@transaction.atomic
def publish(found: releases.Unpublished, *, by: str, notes: str, authors: dict[str, list[str]]) -> Release:
    """Publishes what is saved, if it is what was signed. Raises Refused, releases.NotWhatWasSigned or ContentErrors."""
    signed = signature(found, by=by, authors=authors)
    release = releases.publish(by=by, notes=notes, signed=signed)
    waiting = Scheduled.objects.filter(state=Scheduled.State.WAITING, signed=signed) if signed else Scheduled.objects.none()
    waiting.update(
        state=Scheduled.State.CANCELLED, settled_at=timezone.now(), settled_by=by, reason=_("It was published at once.")
    )
    return release


def waits_for(user) -> SignOff | None:
    """The open review that this account can answer."""
    sign_off = SignOff.objects.filter(state=SignOff.State.ASKED).first() if user.has_perm(MAY_SIGN) else None
    return sign_off if sign_off and sign_off.asked_of in ("", user.get_username()) else None


def sent_back_to(user) -> SignOff | None:
    """The review that this account asked for and got back, until one is asked for again or something is published."""
    last = SignOff.objects.exclude(state=SignOff.State.REPLACED).first()
    if last is None or last.state != SignOff.State.SENT_BACK or last.asked_by != user.get_username():
        return None
    return None if Release.objects.filter(published_at__gt=last.answered_at).exists() else last
