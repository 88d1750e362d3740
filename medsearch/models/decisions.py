"""Decisions on a drug's way to patients."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evidence.models import PARTIAL_DATE, PartialDateField, Reference

from ..naming import BETWEEN
from .common import SAYS_SO, Told, free_slug
from .drugs import Drug, Indication


class Body(models.TextChoices):
    """Who decides on a drug's way to patients, in the order in which they usually decide."""

    HEALTH_CANADA = "health-canada", _("Health Canada")
    CDA = "cda", _("Canada’s Drug Agency")
    INESSS = "inesss", _("INESSS (Quebec)")
    PCPA = "pcpa", _("pCPA (price negotiation)")


class Outcome(models.TextChoices):
    AUTHORIZED = "authorized", _("authorized")
    AUTHORIZED_CONDITIONS = "authorized-with-conditions", _("authorized with conditions (NOC/c)")
    REFUSED = "refused", _("refused")
    REIMBURSE = "reimburse", _("advises to pay for it")
    REIMBURSE_CONDITIONS = "reimburse-with-conditions", _("advises to pay for it, with conditions")
    DO_NOT_REIMBURSE = "do-not-reimburse", _("advises not to pay for it")
    DEFERRED = "deferred", _("decision put off")
    UNDER_REVIEW = "under-review", _("under review")
    NEGOTIATING = "negotiating", _("negotiation going on")
    AGREEMENT = "agreement", _("negotiation ended with an agreement (letter of intent)")
    NO_AGREEMENT = "no-agreement", _("negotiation ended without an agreement")
    NOT_PURSUED = "not-pursued", _("no negotiation was opened")
    WITHDRAWN = "withdrawn", _("withdrawn by the maker")
    UNKNOWN = "unknown", _("reviewed; we have not read the outcome")


_AUTHORIZATION = (
    Outcome.AUTHORIZED,
    Outcome.AUTHORIZED_CONDITIONS,
    Outcome.REFUSED,
    Outcome.UNDER_REVIEW,
    Outcome.WITHDRAWN,
    Outcome.UNKNOWN,
)
_RECOMMENDATION = (
    Outcome.REIMBURSE,
    Outcome.REIMBURSE_CONDITIONS,
    Outcome.DO_NOT_REIMBURSE,
    Outcome.DEFERRED,
    Outcome.UNDER_REVIEW,
    Outcome.WITHDRAWN,
    Outcome.UNKNOWN,
)
_NEGOTIATION = (Outcome.NEGOTIATING, Outcome.AGREEMENT, Outcome.NO_AGREEMENT, Outcome.NOT_PURSUED, Outcome.UNKNOWN)

OUTCOMES = {
    Body.HEALTH_CANADA: _AUTHORIZATION,
    Body.CDA: _RECOMMENDATION,
    Body.INESSS: _RECOMMENDATION,
    Body.PCPA: _NEGOTIATION,
}
"""What each body can decide."""


class Milestone(models.Model):
    """One dated decision on a drug's way to patients: authorization, recommendation, price negotiation.

    What a province then decides is its Funding.
    """

    slug = models.SlugField(max_length=150, unique=True, blank=True, help_text=_("Made from the rest if left empty."))
    drug = models.ForeignKey(Drug, on_delete=models.CASCADE, related_name="milestones")
    indications = models.ManyToManyField(
        Indication, blank=True, related_name="milestones", help_text=_("The uses it is about, if they are listed here.")
    )
    about = models.CharField(max_length=250, help_text=_("The use it is about, in a few plain words."))
    body = models.CharField(max_length=14, choices=Body, help_text=_("Who decided."))
    outcome = models.CharField(
        max_length=28, choices=Outcome, help_text=_("One of those that this body decides; saving says if it is another's.")
    )
    number = models.CharField(max_length=30, blank=True, help_text=_("Number of the review, such as PC0243-000."))
    date = PartialDateField(
        help_text=_("When it was decided, as exact as the source: 2024, 2024-05 or 2024-05-31. Empty if it gives no date.")
    )
    note = models.TextField(blank=True, help_text=_("Conditions or reasons, in plain words."))
    reference = models.ForeignKey(Reference, on_delete=models.PROTECT, related_name="+", help_text=SAYS_SO)

    objects = Told("drug")

    class Meta:
        base_manager_name = "objects"
        ordering = ["drug__name", "date", "slug"]
        constraints = [
            models.CheckConstraint(
                name="milestone_outcome_is_one_of_its_body",
                condition=models.Q(
                    *(Q(body=body, outcome__in=outcomes) for body, outcomes in OUTCOMES.items()), _connector=Q.OR
                ),
                violation_error_message=_("This body does not decide that: choose another outcome."),
            ),
            models.CheckConstraint(name="milestone_date_is_a_partial_date", condition=Q(date__regex=PARTIAL_DATE)),
            models.UniqueConstraint(
                name="one_milestone_per_review_number",
                fields=["body", "number"],
                condition=~Q(number=""),
                violation_error_message=_("This review is here already: look it up by its number."),
            ),
        ]

    def __str__(self):
        said = (self.drug.name, self.get_body_display(), self.get_outcome_display(), self.number, self.date)
        return BETWEEN.join(filter(None, said))

    def save(self, *args, **kwargs):
        if not self.slug:
            self.slug = free_slug(Milestone, f"{self.drug.slug}-{self.body}-{self.number or self.date or 'undated'}")
        super().save(*args, **kwargs)

    def natural_key(self):
        return (self.slug,)
