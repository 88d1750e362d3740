"""Who pays, where, and since when."""

from datetime import date, timedelta

from django.contrib.admin import display
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evidence.models import PARTIAL_DATE, BySlug, PartialDateField, Reference

from ..naming import BETWEEN
from .common import RESTS_ON, SAYS_SO, Told, free_slug
from .drugs import Drug, Indication


class FundingStatus(models.TextChoices):
    FUNDED = "funded", _("funded")
    CRITERIA = "funded-with-criteria", _("funded with criteria")
    AUTHORIZATION = "special-authorization", _("funded if approved for you (special authorization)")
    NOT_FUNDED = "not-funded", _("not funded")
    UNDER_REVIEW = "under-review", _("under review")
    UNKNOWN = "unknown", _("not known")


class JurisdictionManager(models.Manager):
    def get_by_natural_key(self, code):
        return self.get(code=code)


class Jurisdiction(models.Model):
    """A province, a territory, or the federal programme for First Nations and Inuit (NIHB)."""

    code = models.SlugField(max_length=5, unique=True, help_text=_("Value of the form field: on, qc, nihb."))
    number = models.PositiveSmallIntegerField(unique=True, help_text=_("Order, west to east, federal last."))
    name = models.CharField(max_length=80)
    hospital_drugs = models.TextField(blank=True, help_text=_("Who pays for drugs given at a hospital or cancer centre."))
    home_drugs = models.TextField(blank=True, help_text=_("Who pays for drugs taken at home."))
    status_words = models.TextField(blank=True, help_text=_("Words its lists use for a drug's status."))
    map_column = models.PositiveSmallIntegerField(help_text=_("Column of its tile on the map, 1 in the west."))
    map_row = models.PositiveSmallIntegerField(help_text=_("Row of its tile on the map, 1 in the north."))
    references = models.ManyToManyField(Reference, blank=True, related_name="+")

    objects = JurisdictionManager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(name="one_tile_on_the_map_each", fields=["map_column", "map_row"]),
            models.CheckConstraint(
                name="jurisdiction_tile_is_on_the_map",
                condition=Q(map_column__gte=1, map_column__lte=8, map_row__gte=1, map_row__lte=5),
            ),
        ]

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.code,)


class Programme(models.Model):
    """Who pays for drugs, helps to pay, or helps to find out: public programmes, navigators, makers' own programmes."""

    class Kind(models.TextChoices):
        PUBLIC = "public", _("public drug program")
        NAVIGATOR = "navigator", _("navigator or help line")
        MANUFACTURER = "manufacturer", _("maker’s patient support program")
        OTHER = "other", _("other help")

    class Covers(models.TextChoices):
        HOSPITAL = "hospital", _("drugs given in hospital or at a cancer centre")
        HOME = "home", _("drugs taken at home")
        BOTH = "both", _("drugs given in hospital and taken at home")

    slug = models.SlugField(max_length=120, unique=True)
    jurisdiction = models.ForeignKey(
        Jurisdiction,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="programmes",
        help_text=_("Empty: all of Canada."),
    )
    number = models.PositiveSmallIntegerField(default=1, help_text=_("Order among those of the same place."))
    kind = models.CharField(max_length=12, choices=Kind)
    covers = models.CharField(max_length=8, choices=Covers, blank=True, help_text=_("What it pays for, if it pays."))
    name = models.CharField(max_length=200)
    what = models.TextField(help_text=_("What it does, who qualifies, what it costs you, how to apply. Markdown."))
    phone = models.CharField(max_length=60, blank=True, help_text=_("As people dial it: 1-800-555-0100."))
    url = models.URLField(max_length=600, blank=True)
    drugs = models.ManyToManyField(
        Drug, blank=True, related_name="programmes", help_text=_("Only for these drugs. Empty: for any.")
    )
    references = models.ManyToManyField(Reference, related_name="+", help_text=RESTS_ON)

    objects = BySlug()

    class Meta:
        verbose_name = _("program")
        verbose_name_plural = _("programs")
        ordering = ["jurisdiction__number", "number", "slug"]
        constraints = [
            models.CheckConstraint(
                name="programme_kind_is_known", condition=Q(kind__in=["public", "navigator", "manufacturer", "other"])
            ),
            models.CheckConstraint(
                name="programme_covers_is_known_or_empty", condition=Q(covers__in=["", "hospital", "home", "both"])
            ),
            models.CheckConstraint(
                name="programme_public_says_where",
                condition=~Q(kind="public") | Q(jurisdiction__isnull=False),
                violation_error_message=_("A public program belongs to a province, a territory or NIHB: say which."),
            ),
        ]

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.slug,)


class FundingQuerySet(models.QuerySet):
    def due(self, *, on: date, check_days: int) -> "FundingQuerySet":
        """Current rows never confirmed at their source, or longer ago than their limit. The same as medsearch/due.py."""
        limits = self.exclude(check_days=None).order_by().values_list("check_days", flat=True).distinct()
        too_old = Q(check_days=None, checked__lt=on - timedelta(days=check_days))
        for days in limits:
            too_old |= Q(check_days=days, checked__lt=on - timedelta(days=days))
        return self.filter(Q(checked=None) | too_old, history=False)


class Funding(models.Model):
    """What a jurisdiction said about paying for a drug, since when, and when we last checked.

    A row without an indication is about the drug as a whole. A row without a jurisdiction is a statement about several
    at once ("most provinces"): it is history and never fills a province.
    """

    slug = models.SlugField(max_length=150, unique=True, blank=True, help_text=_("Made from the rest if left empty."))
    drug = models.ForeignKey(Drug, on_delete=models.CASCADE, related_name="funding")
    indication = models.ForeignKey(
        Indication,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="funding",
        help_text=_("The use that the decision is about. Empty only if the source speaks of the drug as a whole."),
    )
    jurisdiction = models.ForeignKey(
        Jurisdiction,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="funding",
        help_text=_("Province, territory or NIHB. Empty only for history that is said of several at once."),
    )
    several = models.CharField(
        max_length=100, blank=True, help_text=_("Without a jurisdiction: who is meant, such as “most provinces”.")
    )
    status = models.CharField(
        max_length=24,
        choices=FundingStatus,
        help_text=_(
            "Funded: for everybody with this use. With criteria: for who meets them. Special authorization: after the care "
            "team has asked for you. Under review: not decided yet. Not known: a source was read and does not say."
        ),
    )
    programme = models.CharField(
        _("program"), max_length=200, blank=True, help_text=_("The program that pays, named as in the source.")
    )
    criteria = models.TextField(blank=True, help_text=_("Who qualifies, in plain words."))
    effective = PartialDateField(
        help_text=_(
            "Since when this holds, as exact as the source: 2024, 2024-05 or 2024-05-31. Empty if the source gives no date."
        )
    )
    checked = models.DateField(
        null=True,
        blank=True,
        help_text=_("When one of us last confirmed it at the source. Empty: never since it was entered."),
    )
    check_days = models.PositiveSmallIntegerField(
        _("days that a check counts"),
        null=True,
        blank=True,
        help_text=_(
            "After so many days readers see “last known”. Empty: the limit of the site, 180 days unless it was set."
        ),
    )
    history = models.BooleanField(
        _("replaced"), default=False, help_text=_("Replaced by a newer row: kept as history, but no longer current.")
    )
    reference = models.ForeignKey(Reference, on_delete=models.PROTECT, related_name="+", help_text=SAYS_SO)

    objects = Told.from_queryset(FundingQuerySet)("drug", "jurisdiction", "indication__regimen", "indication__population")

    class Meta:
        base_manager_name = "objects"
        ordering = ["drug__name", "jurisdiction__number", "-effective"]
        verbose_name_plural = "funding"
        constraints = [
            models.CheckConstraint(name="funding_status_is_known", condition=Q(status__in=FundingStatus.values)),
            models.CheckConstraint(name="funding_effective_is_a_partial_date", condition=Q(effective__regex=PARTIAL_DATE)),
            models.CheckConstraint(
                name="funding_of_several_is_history",
                condition=(Q(jurisdiction__isnull=False) & Q(several=""))
                | (Q(jurisdiction__isnull=True) & ~Q(several="") & Q(history=True)),
                violation_error_message=_(
                    "Name one jurisdiction; or, for several at once, say which and mark the row as history."
                ),
            ),
            models.UniqueConstraint(
                name="one_current_funding_per_indication",
                fields=["drug", "indication", "jurisdiction"],
                condition=Q(history=False, indication__isnull=False),
                violation_error_message=_("There is a current row for this already. Mark that one as history first."),
            ),
            models.UniqueConstraint(
                name="one_current_funding_per_whole_drug",
                fields=["drug", "jurisdiction"],
                condition=Q(history=False, indication__isnull=True),
                violation_error_message=_("There is a current row for this already. Mark that one as history first."),
            ),
        ]

    def __str__(self):
        what = str(self.indication or self.drug)
        where = str(self.jurisdiction or self.several)
        return BETWEEN.join(filter(None, (what, where, self.get_status_display(), self.effective)))

    @property
    @display(description=_("Place"), ordering="jurisdiction__number")
    def place(self):
        return self.jurisdiction or self.several

    def clean(self):
        if self.indication_id and self.drug_id and not self._drug_is_of_indication():
            raise ValidationError({"indication": _("This use is of a regimen that the drug is not part of.")})

    def _drug_is_of_indication(self) -> bool:
        regimen = self.indication.regimen
        return regimen.lead_id == self.drug_id or regimen.companions.filter(pk=self.drug_id).exists()

    def save(self, *args, **kwargs):
        if not self.slug:
            where = self.jurisdiction.code if self.jurisdiction else self.several
            what = self.indication.slug if self.indication else self.drug.slug
            self.slug = free_slug(Funding, f"{what}-{where}-{self.effective or 'undated'}")
        super().save(*args, **kwargs)

    def natural_key(self):
        return (self.slug,)
