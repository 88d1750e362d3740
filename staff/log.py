"""Writes the log: hears of entries from Django and axes, of publications from evidence."""

from datetime import timedelta

from axes.signals import user_locked_out
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.utils import timezone
from django.utils.translation import gettext as _

from evidence import releases, signing

FAILURES_KEPT_A_DAY = 1000
"""For names of which there is no account. Anybody can try, so that without a limit anybody could fill the table."""


def record(what: str, *, who: str = "", about: str = "") -> None:
    """Adds a row to the log; `what` is one of What."""
    from .models import Entry

    Entry.objects.create(what=what, who=who, about=about)


def listen() -> None:
    user_logged_in.connect(_logged_in)
    user_logged_out.connect(_logged_out)
    user_login_failed.connect(_login_failed)
    user_locked_out.connect(_locked_out)
    releases.happened.connect(_release)
    signing.happened.connect(_sign_off)


def _logged_in(sender, user, **kwargs):
    from .models import What

    record(What.PASSWORD if settings.SECOND_FACTOR else What.ENTERED, who=user.get_username())


def _logged_out(sender, user, **kwargs):
    from .models import What

    if user:
        record(What.LEFT, who=user.get_username())


def _login_failed(sender, credentials, request=None, **kwargs):
    from .models import What

    # Axes hears of it first. The try that locks is an entry of its own; those on a locked account are none.
    if not getattr(request, "axes_locked_out", False):
        _refused(What.FAILED, credentials.get("username"))


def _locked_out(sender, request, username, **kwargs):
    from .models import What

    # Axes says so again at every try on a locked account, and then counts nothing.
    if request.axes_failures_since_start is not None:
        _refused(What.LOCKED, username)


def _refused(what, username):
    """The same queries whether or not there is such an account, so that the time it takes tells nobody."""
    from .models import Entry, What

    known = get_user_model().objects.filter(username=username or "").exists()
    since = timezone.now() - timedelta(days=1)
    listed = Entry.objects.filter(what__in=[What.FAILED, What.LOCKED], who="", at__gte=since).count()
    if known or listed < FAILURES_KEPT_A_DAY:
        record(what, who=username if known else "")


def _release(sender, what, release, by, about, **kwargs):
    from .models import What

    told = ": ".join(str(part) for part in (release, about) if part)
    if what == What.PUBLISHED:
        told += f" ({_signed(release)})"
    record(what, who=by, about=told)


def _signed(release) -> str:
    if release.signed_by:
        return _("review asked for by %(asked)s, signed by %(signed)s") % {
            "asked": release.asked_by,
            "signed": release.signed_by,
        }
    return _("without a sign-off")


def _sign_off(sender, what, rows, by, about, **kwargs):
    for row in rows:
        record(what, who=by, about=f"{row._meta.verbose_name} {row.slug}: {about}")
