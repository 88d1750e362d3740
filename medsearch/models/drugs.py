"""Drugs, what they are, and what they are used for."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evidence.models import BySlug, Reference, Reviewed
from personalization.models import Population

from ..frozen import LINES, OTHER_PAGES
from ..lines import line_names
from ..naming import use_in_words
from .common import RESTS_ON, Told, free_slug


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


class Generics(models.TextChoices):
    YES = "yes", _("generic versions are sold in Canada")
    NO = "no", _("no generic version is sold in Canada")
    UNKNOWN = "unknown", _("not known to us")


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

    objects = Told("regimen", "population")

    class Meta:
        base_manager_name = "objects"
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
        return use_in_words(
            regimen=self.regimen.name,
            setting=self.get_setting_display(),
            lines=self._lines,
            population=self.population.name,
        )

    @property
    def lines(self) -> str:
        """The lines of treatment it is for, in words."""
        return line_names(self._lines)

    @property
    def _lines(self) -> tuple[str, ...]:
        return tuple(line for line in LINES if getattr(self, f"{line}_line"))

    def save(self, *args, **kwargs):
        if not self.slug:
            self.slug = free_slug(Indication, f"{self.regimen.slug}-{self.population.slug}-{self.setting}")
        super().save(*args, **kwargs)

    def natural_key(self):
        return (self.slug,)
