"""Courses of care: tracks of numbered steps, made of blocks. assembly.py picks from them the plan of one profile."""

from django.db import models
from django.db.models import Q
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from evidence.models import BySlug, Reference, Reviewed
from medsearch.models import Setting, TherapyGroup
from personalization.models import Population

WORDS_OF_A_NAME = 12
"""A block without a title is called by how its text begins."""


class Track(models.Model):
    """A course of care. Every profile follows exactly one: the one it certainly belongs to, or that for an open stage."""

    slug = models.SlugField(unique=True)
    number = models.PositiveSmallIntegerField(unique=True, help_text=_("Order in lists of tracks."))
    name = models.CharField(max_length=120)
    intro = models.TextField(help_text=_("Shown above step 1. Markdown."))
    population = models.ForeignKey(
        Population,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Whose course of care it is. Empty only for the track of who does not know the stage yet."),
    )
    for_open_stage = models.BooleanField(
        default=False, help_text=_("The track for who cannot say yet which of the others is theirs.")
    )
    steps = models.ManyToManyField("Step", through="TrackStep", related_name="tracks")
    references = models.ManyToManyField(Reference, blank=True, related_name="+")

    objects = BySlug()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                name="track_has_a_population_or_is_for_open_stage",
                condition=Q(population__isnull=False, for_open_stage=False)
                | Q(population__isnull=True, for_open_stage=True),
            ),
            models.UniqueConstraint(
                name="one_track_for_open_stage", fields=["for_open_stage"], condition=Q(for_open_stage=True)
            ),
        ]

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.slug,)


class Moment(models.TextChoices):
    """Where a reader can be on the way. A plan opens at the first step of their moment, or of the next one."""

    JUST_TOLD = "just-told", _("I have just been told")
    BEFORE_SURGERY = "before-surgery", _("Before surgery, or before the first treatment")
    AFTER_SURGERY = "after-surgery", _("After surgery")
    ON_TREATMENT = "on-treatment", _("On treatment")
    AFTER_TREATMENT = "after-treatment", _("After treatment")


class Step(models.Model):
    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=120)
    summary = models.TextField(help_text=_("The step in one or two sentences."))
    moment = models.CharField(
        max_length=16,
        choices=Moment,
        blank=True,
        help_text=_("The plan opens here for readers who say that they are at this moment. Empty: it never does."),
    )
    sensitive = models.BooleanField(default=False, help_text=_("Closed until the reader opens it: end-of-life text."))
    sensitive_label = models.CharField(max_length=200, blank=True, help_text=_("What the reader sees while it is closed."))

    objects = BySlug()

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(name="step_moment_is_known", condition=Q(moment__in=["", *Moment.values])),
            models.CheckConstraint(name="no_plan_opens_at_a_sensitive_step", condition=Q(sensitive=False) | Q(moment="")),
            models.CheckConstraint(name="sensitive_step_has_a_label", condition=Q(sensitive=False) | ~Q(sensitive_label="")),
        ]

    def __str__(self):
        return self.title

    def natural_key(self):
        return (self.slug,)


class TrackStepManager(models.Manager):
    def get_by_natural_key(self, track, number):
        return self.get(track__slug=track, number=number)


class TrackStep(models.Model):
    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="places")
    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="places")
    number = models.PositiveSmallIntegerField()

    objects = TrackStepManager()

    class Meta:
        ordering = ["track__number", "number"]
        constraints = [
            models.UniqueConstraint(name="step_number_once_per_track", fields=["track", "number"]),
            models.UniqueConstraint(name="step_once_per_track", fields=["track", "step"]),
        ]

    def __str__(self):
        return f"{self.track}, {self.number}"

    def natural_key(self):
        return (self.track.slug, self.number)

    natural_key.dependencies = ["pathway.track"]


class Section(models.Model):
    """A heading within a step that several blocks stand under, such as “Hormonal therapies”."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)

    objects = BySlug()

    class Meta:
        ordering = ["slug"]

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.slug,)


class Block(Reviewed):
    class Kind(models.TextChoices):
        TEXT = "text", _("text")
        TIP = "tip", _("tip")
        STANDARD = "standard", _("standard of care")
        TESTS = "tests", _("tests")
        DECISION = "decision", _("decision")
        QUESTIONS = "questions", _("questions to ask")
        TREATMENTS = "treatments", _("treatments (drug cards, derived from indications)")

    class Combination(models.TextChoices):
        ANY = "any", _("single drugs and combinations")
        SINGLE = "single", _("single drugs only")
        COMBINED = "combined", _("combinations only")

    slug = models.SlugField(max_length=120, unique=True)
    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="blocks")
    section = models.ForeignKey(
        Section,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="blocks",
        help_text=_("The heading within the step that it stands under, with others. Empty: under none."),
    )
    number = models.PositiveSmallIntegerField(help_text=_("Order within the step."))
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.TEXT)
    population = models.ForeignKey(Population, on_delete=models.PROTECT, related_name="+", help_text=_("Who it is for."))
    title = models.CharField(max_length=150, blank=True)
    body = models.TextField(
        blank=True, help_text=_("Markdown: paragraphs, lists, **strong**, *emphasis*, links. Drug names link themselves.")
    )
    interval = models.CharField(
        max_length=80, blank=True, help_text=_("Standards of care: the time it sets, such as “within 2 weeks”.")
    )
    therapy_group = models.CharField(max_length=20, choices=TherapyGroup, blank=True, help_text=_("Treatments only."))
    setting = models.CharField(max_length=12, choices=Setting, blank=True, help_text=_("Treatments only."))
    combination = models.CharField(
        max_length=8, choices=Combination, default=Combination.ANY, help_text=_("Treatments only.")
    )
    alternatives = models.SlugField(
        blank=True, help_text=_("Blocks with the same word here say different things of one matter: never two in one plan.")
    )
    urgent = models.BooleanField(
        default=False, help_text=_("Danger signs: stands in the short version of its step, too, on screen and on paper.")
    )
    references = models.ManyToManyField(Reference, related_name="+", blank=True)

    objects = BySlug()

    class Meta(Reviewed.Meta):
        ordering = ["step", "number"]
        constraints = [
            *Reviewed.Meta.constraints,
            models.UniqueConstraint(name="block_number_once_per_step", fields=["step", "number"]),
            models.CheckConstraint(
                name="block_kind_is_known",
                condition=Q(kind__in=["text", "tip", "standard", "tests", "decision", "questions", "treatments"]),
            ),
            models.CheckConstraint(
                name="treatments_say_which_group_and_setting",
                condition=(Q(kind="treatments") & ~Q(therapy_group="") & ~Q(setting=""))
                | (~Q(kind="treatments") & Q(therapy_group="", setting="")),
                violation_error_message=_(
                    "A treatments block needs a therapy group and a setting; other blocks have neither."
                ),
            ),
            models.CheckConstraint(name="block_has_text_or_derives_it", condition=Q(kind="treatments") | ~Q(body="")),
            models.CheckConstraint(
                name="standard_of_care_has_an_interval",
                condition=~Q(kind="standard") | ~Q(interval=""),
                violation_error_message=_("A standard of care needs its interval."),
            ),
        ]

    def __str__(self):
        if self.title or self.body:
            return self.title or Truncator(self.body).words(WORDS_OF_A_NAME)
        return f"{self.get_therapy_group_display()}: {self.get_setting_display()}"

    def natural_key(self):
        return (self.slug,)


class DecisionOptionManager(models.Manager):
    def get_by_natural_key(self, block, number):
        return self.get(block__slug=block, number=number)


class DecisionOption(models.Model):
    """One way a decision can go, waiting or none included. The three slots keep the balance."""

    block = models.ForeignKey(Block, on_delete=models.CASCADE, related_name="options")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=150)
    benefit = models.TextField(blank=True, help_text=_("What it can do for you."))
    harm = models.TextField(blank=True, help_text=_("What it can do to you."))
    experience = models.TextField(blank=True, help_text=_("What it is like."))

    objects = DecisionOptionManager()

    class Meta:
        ordering = ["block", "number"]
        constraints = [
            models.UniqueConstraint(name="decision_option_number_once_per_block", fields=["block", "number"]),
            models.CheckConstraint(
                name="decision_option_keeps_the_balance",
                condition=(Q(benefit="") & Q(harm="") & Q(experience=""))
                | (~Q(benefit="") & ~Q(harm="") & ~Q(experience="")),
                violation_error_message=_(
                    "Benefit, harm and what it is like: fill in all three or none, to keep the balance."
                ),
            ),
        ]

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.block.slug, self.number)

    natural_key.dependencies = ["pathway.block"]
