"""Drugs, what they are used for, and who pays for them.

A *Regimen* is one drug or several given together. An *Indication* is a regimen used in a population, a setting and
one or more lines. *Funding* is what one jurisdiction said about paying for it, and when. Plans never name a drug by
hand: the pathway app derives its drug cards from the indications here. A *Milestone* is one dated decision on a drug's
way to patients, a *Programme* is somebody who pays or helps to pay.
"""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from evidence.models import PARTIAL_DATE, BySlug, PartialDateField, Reference, Reviewed
from personalization.models import Population

from .frozen import OTHER_PAGES


class TherapyGroup(models.TextChoices):
    TARGETED = "targeted", _("targeted therapy")
    HORMONAL = "hormonal", _("hormonal therapy")
    CHEMOTHERAPY = "chemotherapy", _("chemotherapy")
    IMMUNOTHERAPY = "immunotherapy", _("immunotherapy")
    BONE = "bone-strengthening", _("bone-strengthening drug")


class Setting(models.TextChoices):
    NEOADJUVANT = "neoadjuvant", _("before surgery (neoadjuvant)")
    ADJUVANT = "adjuvant", _("after surgery (adjuvant)")
    RESIDUAL = "residual", _("after surgery, when cancer was left (residual disease)")
    METASTATIC = "metastatic", _("metastatic")


class Approval(models.TextChoices):
    APPROVED = "approved", _("approved by Health Canada")
    CONDITIONS = "conditions", _("approved by Health Canada with conditions (NOC/c)")
    UNKNOWN = "unknown", _("approval not confirmed by us")
    NOT_APPROVED = "not-approved", _("not approved by Health Canada")


class FundingStatus(models.TextChoices):
    FUNDED = "funded", _("funded")
    CRITERIA = "funded-with-criteria", _("funded with criteria")
    AUTHORIZATION = "special-authorization", _("funded if approved for you (special authorization)")
    NOT_FUNDED = "not-funded", _("not funded")
    UNDER_REVIEW = "under-review", _("under review")
    UNKNOWN = "unknown", _("not known")


class Generics(models.TextChoices):
    YES = "yes", _("generic versions are sold in Canada")
    NO = "no", _("no generic version is sold in Canada")
    UNKNOWN = "unknown", _("not known to us")


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


def free_slug(model, wish: str) -> str:
    """`wish` as a slug, shortened to fit, with a number behind it if that is taken."""
    longest = model._meta.get_field("slug").max_length - 4
    slug = slugify(wish)[:longest].strip("-")
    taken = set(model.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    return next(name for name in (slug, *(f"{slug}-{n}" for n in range(2, 1000))) if name not in taken)


RESTS_ON = _("The sources that this rests on. Search by title or organisation; + adds one that is not there yet.")
SAYS_SO = _("The source that says so. Search by title or organisation; + adds one that is not there yet.")


class Route(models.Model):
    """How a drug gets into the body."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=60, help_text=_("In plain words, such as “into a vein (IV)”."))
    taken_home = models.BooleanField(
        default=False,
        help_text=_("Usually taken at home rather than given at a clinic: decides who pays in many provinces."),
    )

    objects = BySlug()

    class Meta:
        ordering = ["slug"]

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.slug,)


class Balanced(models.Model):
    """What a drug, or a class of drugs, can do for and to somebody. Benefit is never told without harm."""

    benefit = models.TextField(blank=True, help_text=_("What it can do for you. Markdown."))
    harm = models.TextField(blank=True, help_text=_("What it can do to you. Markdown."))
    experience = models.TextField(blank=True, help_text=_("What it is like to have it. Markdown."))
    call_at_once = models.TextField(
        blank=True, help_text=_("Signs for which to call the care team or emergency services at once. Markdown.")
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_keeps_the_balance",
                condition=(Q(benefit="") & Q(harm="") & Q(experience=""))
                | (~Q(benefit="") & ~Q(harm="") & ~Q(experience="")),
                violation_error_message=_(
                    "Benefit, harm and what it is like: fill in all three or none, to keep the balance."
                ),
            )
        ]


class DrugClass(Balanced, Reviewed):
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=100)
    therapy_group = models.CharField(max_length=20, choices=TherapyGroup)
    how_it_works = models.TextField(help_text=_("Plain words. Markdown."))
    references = models.ManyToManyField(Reference, related_name="+", help_text=RESTS_ON)

    objects = BySlug()

    class Meta(Reviewed.Meta):
        ordering = ["name"]
        verbose_name_plural = "drug classes"
        constraints = [
            *Reviewed.Meta.constraints,
            *Balanced.Meta.constraints,
            models.CheckConstraint(
                name="drugclass_therapy_group_is_known", condition=Q(therapy_group__in=TherapyGroup.values)
            ),
        ]

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.slug,)


class Drug(Balanced, Reviewed):
    """One substance. Its own benefit, harm and danger signs stand in front of those of its class."""

    slug = models.SlugField(max_length=80, unique=True, help_text=_("Last part of the drug page's address."))
    name = models.CharField(max_length=120, help_text=_("Generic name."))
    brands = models.CharField(
        max_length=200, blank=True, help_text=_("Brand names of the first maker in Canada, separated by commas.")
    )
    biosimilars = models.CharField(
        max_length=300,
        blank=True,
        help_text=_("Names of biosimilars (close copies of a biologic drug) in Canada, separated by commas."),
    )
    generics = models.CharField(
        max_length=8, choices=Generics, default=Generics.UNKNOWN, help_text=_("Whether generic versions are sold in Canada.")
    )
    other_names = models.CharField(
        max_length=200, blank=True, help_text=_("Short names such as T-DM1, separated by commas.")
    )
    drug_class = models.ForeignKey(
        DrugClass,
        on_delete=models.PROTECT,
        related_name="drugs",
        help_text=_("Its therapy group decides under which heading of a plan the drug stands."),
    )
    routes = models.ManyToManyField(Route, related_name="+", help_text=_("Every way in which it is given in Canada."))
    atc = models.CharField(
        _("ATC code"), max_length=7, blank=True, help_text=_("From the WHO's index, such as L01FD01. Empty if not known.")
    )
    summary = models.TextField(help_text=_("What it is, in one or two plain sentences."))
    references = models.ManyToManyField(Reference, related_name="+", help_text=RESTS_ON)

    objects = BySlug()

    class Meta(Reviewed.Meta):
        ordering = ["name"]
        constraints = [
            *Reviewed.Meta.constraints,
            *Balanced.Meta.constraints,
            models.CheckConstraint(name="drug_has_a_summary", condition=~Q(summary="")),
            models.CheckConstraint(name="drug_generics_is_known", condition=Q(generics__in=Generics.values)),
            models.CheckConstraint(
                name="drug_slug_is_not_another_page",
                condition=~Q(slug__in=OTHER_PAGES),
                violation_error_message=_("Another page has this address already: add a word to the slug."),
            ),
            models.CheckConstraint(
                name="drug_atc_is_a_code_or_empty", condition=Q(atc__regex=r"^([A-Z][0-9]{2}[A-Z]{2}[0-9]{2})?$")
            ),
        ]

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.slug,)

    def get_absolute_url(self):
        return reverse("medsearch:drug", args=[self.slug])


class Regimen(models.Model):
    """One drug or several given together. The lead drug's class says in which therapy group it stands."""

    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=200, help_text=_("Such as “Lapatinib with capecitabine”."))
    lead = models.ForeignKey(
        Drug,
        on_delete=models.PROTECT,
        related_name="leads",
        help_text=_("The drug whose class says in which therapy group the regimen stands."),
    )
    companions = models.ManyToManyField(
        Drug, blank=True, related_name="accompanies", help_text=_("Given together with the lead drug.")
    )

    objects = BySlug()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.slug,)


class Indication(models.Model):
    slug = models.SlugField(max_length=120, unique=True, blank=True, help_text=_("Made from the rest if left empty."))
    regimen = models.ForeignKey(Regimen, on_delete=models.CASCADE, related_name="indications")
    population = models.ForeignKey(
        Population, on_delete=models.PROTECT, related_name="+", help_text=_("Who it is for. Search by name.")
    )
    setting = models.CharField(max_length=12, choices=Setting, help_text=_("When on the way it is given."))
    first_line = models.BooleanField(default=False, help_text=_("Metastatic only."))
    second_line = models.BooleanField(default=False, help_text=_("Metastatic only."))
    later_line = models.BooleanField(default=False, help_text=_("Metastatic only: third line or later."))
    condition = models.TextField(
        blank=True,
        help_text=_(
            "What else must be true and no question asks, to be read after “may be offered if”: "
            "“you have already had a taxane”."
        ),
    )
    given_with = models.TextField(
        blank=True,
        help_text=_("What has to go along that is not part of the regimen, such as ovarian suppression. Markdown."),
    )
    note = models.TextField(blank=True, help_text=_("How it is used: how often, how long. Markdown."))
    approval = models.CharField(
        max_length=14,
        choices=Approval,
        default=Approval.UNKNOWN,
        help_text=_("Of this use, not of the drug: from its product monograph in Health Canada's Drug Product Database."),
    )
    superseded_by = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="supersedes",
        help_text=_("A newer indication that replaces this one. Superseded ones are shown as history only."),
    )
    references = models.ManyToManyField(Reference, related_name="+", help_text=RESTS_ON)

    objects = BySlug()

    class Meta:
        ordering = ["regimen__name", "slug"]
        constraints = [
            models.CheckConstraint(name="indication_setting_is_known", condition=Q(setting__in=Setting.values)),
            models.CheckConstraint(name="indication_approval_is_known", condition=Q(approval__in=Approval.values)),
            models.CheckConstraint(
                name="indication_lines_are_metastatic",
                condition=Q(setting="metastatic") | Q(first_line=False, second_line=False, later_line=False),
                violation_error_message=_("Lines of treatment are for the metastatic setting only."),
            ),
            models.CheckConstraint(
                name="indication_does_not_supersede_itself",
                condition=Q(superseded_by__isnull=True) | ~Q(superseded_by=models.F("id")),
            ),
        ]

    def __str__(self):
        return self.slug

    def save(self, *args, **kwargs):
        if not self.slug:
            self.slug = free_slug(Indication, f"{self.regimen.slug}-{self.population.slug}-{self.setting}")
        super().save(*args, **kwargs)

    def natural_key(self):
        return (self.slug,)


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

    objects = BySlug()

    class Meta:
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
        return self.slug

    def save(self, *args, **kwargs):
        if not self.slug:
            self.slug = free_slug(Milestone, f"{self.drug.slug}-{self.body}-{self.number or self.date or 'undated'}")
        super().save(*args, **kwargs)

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

    objects = BySlug.from_queryset(FundingQuerySet)()

    class Meta:
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
        return self.slug

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
