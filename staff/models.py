"""The log of entries and publications. Rows are added; nothing changes or removes them."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OnlyAdds(models.QuerySet):
    """Refuses what would change rows that are there."""

    def update(self, **kwargs):
        raise TypeError("The log is never edited.")

    def delete(self):
        raise TypeError("The log is never shortened.")

    bulk_update = update


class What(models.TextChoices):
    ENTERED = "entered", _("entered")
    PASSWORD = "password", _("right password, second factor asked for")
    FAILED = "failed", _("wrong name or password")
    WRONG_CODE = "wrong-code", _("wrong code of the second factor")
    LOCKED = "locked", _("locked after too many tries")
    UNLOCKED = "unlocked", _("unlocked")
    LEFT = "left", _("left")
    ENROLLED = "enrolled", _("set up a second factor")
    RECOVERY_USED = "recovery-used", _("entered with a recovery code")
    RECOVERY_MADE = "recovery-made", _("made new recovery codes")
    FACTOR_RESET = "factor-reset", _("second factor taken off")
    REVIEW_ASKED = "review-asked", _("asked for a review")
    SIGNED = "signed", _("signed what is to be published")
    SENT_BACK = "sent-back", _("sent back what was to be published")
    PUBLISHED = "published", _("published")
    SCHEDULED = "scheduled", _("set a date for publishing")
    CANCELLED = "cancelled", _("called off a date for publishing")
    NOT_PUBLISHED = "not-published", _("not published at its date")
    IMPORTED = "imported", _("imported a release")
    ACTIVATED = "activated", _("made a release public again")
    MARKED_WRONG = "marked-wrong", _("marked a release as wrong")
    MARK_REMOVED = "mark-removed", _("took back that a release is wrong")
    SIGNED_OFF = "signed-off", _("signed off a text")
    SIGN_OFF_WITHDRAWN = "sign-off-withdrawn", _("withdrew a sign-off")


class Entry(models.Model):
    """One thing that somebody did, or tried. Names are kept as text: an entry outlives the account."""

    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    who = models.CharField(
        _("who"),
        max_length=150,
        blank=True,
        help_text=_(
            "Name of the account. Empty if there is no account of the name that was typed: people type passwords there."
        ),
    )
    what = models.CharField(_("what"), max_length=20, choices=What)
    about = models.TextField(_("about"), blank=True)

    objects = OnlyAdds.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("log entry")
        verbose_name_plural = _("log entries")
        default_permissions = ["view"]
        constraints = [models.CheckConstraint(name="entry_what_is_known", condition=Q(what__in=What.values))]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.who}: {self.get_what_display()}"

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise TypeError("The log is never edited.")
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("The log is never shortened.")
