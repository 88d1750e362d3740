"""What readers said about a step, and what staff did about it.

Who said it is nowhere: no address, browser, cookie or session, and the day it came instead of the time, so that a row
cannot be laid beside a request in some other log. The reader's answers stand here only if they ticked that they may.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

LONGEST_TEXT = 1_000
"""Characters; a line break is one."""


class FeedbackQuerySet(models.QuerySet):
    def open(self):
        """What staff still have to do something about."""
        return self.filter(state__in=Feedback.OPEN)

    def overdue(self, *, on):
        """What should have been dealt with before the day `on`."""
        return self.open().filter(due__lt=on)


class Feedback(models.Model):
    class Kind(models.TextChoices):
        UNCLEAR = "unclear", _("unclear")
        WRONG = "wrong", _("wrong")
        MISSING = "missing", _("missing")

    class State(models.TextChoices):
        NEW = "new", _("new")
        IN_WORK = "in-work", _("in work")
        DONE = "done", _("done")
        DISMISSED = "dismissed", _("dismissed")

    OPEN = [State.NEW, State.IN_WORK]

    release = models.PositiveIntegerField(help_text=_("The release that the reader was reading."))
    language = models.CharField(max_length=2)
    track = models.SlugField()
    step = models.SlugField()
    block = models.SlugField(max_length=120, blank=True, help_text=_("Empty: the step as a whole."))
    kind = models.CharField(max_length=8, choices=Kind)
    text = models.CharField(max_length=LONGEST_TEXT, blank=True)
    answers = models.JSONField(
        default=dict, blank=True, help_text=_("Question and option, if the reader sent them along; never where they live.")
    )
    received = models.DateField(help_text=_("The day. The time is not kept."))
    due = models.DateField()
    state = models.CharField(max_length=9, choices=State, default=State.NEW)
    note = models.TextField(blank=True, help_text=_("What was found and done. Staff only."))

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        ordering = ["due", "pk"]
        indexes = [models.Index(name="feedback_by_day", fields=["received", "state"])]
        constraints = [
            models.CheckConstraint(name="feedback_kind_is_known", condition=Q(kind__in=["unclear", "wrong", "missing"])),
            models.CheckConstraint(
                name="feedback_state_is_known", condition=Q(state__in=["new", "in-work", "done", "dismissed"])
            ),
            models.CheckConstraint(name="feedback_says_what_is_wrong_or_missing", condition=Q(kind="unclear") | ~Q(text="")),
            models.CheckConstraint(name="feedback_is_due_after_it_came", condition=Q(due__gte=F("received"))),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.step}"
