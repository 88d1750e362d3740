"""What no table of the content says of itself: who looks after a row, whether a link works, how hard a text is to read."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Which(models.TextChoices):
    """The lists, in the order in which they stand on the front page."""

    FEEDBACK = "feedback", _("Feedback waiting")
    REVIEW_DUE = "review-due", _("Review due")
    FUNDING = "funding", _("Funding to confirm")
    LINKS = "links", _("Links that fail")
    UNSIGNED = "unsigned", _("Not signed off")
    READING = "reading", _("Hard to read")
    FRENCH = "french", _("French missing")


class Owner(models.Model):
    """Who looks after one row of one list. A row without one is nobody's."""

    worklist = models.CharField(max_length=12, choices=Which)
    table = models.CharField(max_length=60)
    """Its label in small letters: medsearch.funding."""
    key = models.PositiveBigIntegerField()
    """The row's id. A row that is deleted stands in no list any more; restored, it has its owner again."""
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="one_owner_of_a_row_in_a_list", fields=["worklist", "table", "key"]),
            models.CheckConstraint(name="owner_worklist_is_known", condition=Q(worklist__in=Which.values)),
            models.CheckConstraint(name="owner_table_is_a_label", condition=Q(table__regex=r"^[a-z]+\.[a-z]+$")),
        ]

    def __str__(self):
        return f"{self.worklist}: {self.table} {self.key}"


class LinkQuerySet(models.QuerySet):
    def failing(self):
        """Failed on two days or more, and did not work in between."""
        return self.filter(last_failed__gt=F("first_failed"))

    def failed_once(self):
        """Failed on one day: sites are down now and then, so that it waits for the next try."""
        return self.filter(last_failed=F("first_failed"))


class Link(models.Model):
    """What became of the last try to open an address that readers are sent to."""

    url = models.CharField(max_length=600, unique=True)
    checked = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField(null=True)
    """As HTTP has it; None if nobody answered."""
    problem = models.CharField(max_length=200, blank=True)
    """In words for staff; empty if it works."""
    first_failed = models.DateField(null=True)
    """Since when it has not worked; None if it works."""
    last_failed = models.DateField(null=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="link_url_is_http", condition=Q(url__regex=r"^https?://.+$")),
            models.CheckConstraint(
                name="link_failed_from_day_to_day",
                condition=Q(problem="", first_failed__isnull=True, last_failed__isnull=True)
                | (~Q(problem="") & Q(first_failed__isnull=False, last_failed__gte=F("first_failed"))),
            ),
        ]

    def __str__(self):
        return self.url


class Grade(models.Model):
    """The reading grade of a text, so that it is worked out once. By what the text is, so it never is out of date."""

    text = models.CharField(max_length=64, primary_key=True)
    """sha256."""
    grade = models.FloatField()

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(name="grade_text_is_64_hex", condition=Q(text__regex=r"^[0-9a-f]{64}$"))]

    def __str__(self):
        return f"{self.text[:12]}: {self.grade:.1f}"
