"""What the form asks, and for whom a statement is meant.

Questions have options. *Plain* options are facts ("HER2-low"); *wider* options stand for several of them ("negative, I was
told no more"); *unknown* stands for all. Populations are described by rules over plain options only, which is what lets
the engine (ruleset.py) say for any profile whether it belongs certainly, possibly or not.
"""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from evidence.models import BySlug, Reference


class Question(models.Model):
    class Report(models.TextChoices):
        PATHOLOGY = "pathology", _("pathology report")
        GENES = "genes", _("report on tumour genes")
        INHERITED = "inherited", _("report of a test for inherited genes")
        SCAN = "scan", _("report on a scan")

    slug = models.SlugField(unique=True, help_text=_("Name of the form field."))
    number = models.PositiveSmallIntegerField(unique=True, help_text=_("Order on the form."))
    core = models.BooleanField(default=False, help_text=_("Core questions are always asked; further ones are optional."))
    text = models.CharField(max_length=200, help_text=_("The question as the reader sees it."))
    short = models.CharField(max_length=60, help_text=_("Label of the answer on the plan, such as “Stage”."))
    clause = models.CharField(
        max_length=100, help_text=_("How an answer sounds in a sentence, {} being the option: “your cancer is {}”.")
    )
    explanation = models.TextField(help_text=_("What the question means, in plain words. Markdown."))
    report = models.CharField(
        max_length=10, choices=Report, default=Report.PATHOLOGY, help_text=_("The report that answers it.")
    )
    on_the_report = models.TextField(blank=True, help_text=_("Where that report answers it. Markdown."))
    report_example = models.TextField(
        blank=True,
        help_text=_(
            "An invented line of such a report, or a few, one below the other. Plain text; **two stars** on each side ring "
            "the words that answer the question. Nothing of a real patient."
        ),
    )
    report_answer = models.ForeignKey(
        "Option",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("What the answer would be, if the report said what the example says."),
    )
    test = models.TextField(blank=True, help_text=_("Which test settles it. Markdown."))
    say = models.TextField(blank=True, help_text=_("The sentence to say at the clinic to find out."))
    assumed = models.ForeignKey(
        "Option",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("For a further question: what the plan takes as given, and says so, when it is not answered."),
    )
    asked_of = models.ForeignKey(
        "Population",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("For a further question: who it is asked of. Empty: everybody."),
    )
    references = models.ManyToManyField(Reference, blank=True, related_name="+")

    objects = BySlug()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(name="question_clause_has_a_place", condition=Q(clause__contains="{}")),
            models.CheckConstraint(
                name="question_report_is_known", condition=Q(report__in=["pathology", "genes", "inherited", "scan"])
            ),
            models.CheckConstraint(
                name="report_example_rings_what_answers",
                condition=Q(report_example="") | Q(report_example__contains="**"),
                violation_error_message=_("Put two stars on each side of the words that answer the question."),
            ),
            models.CheckConstraint(name="core_question_assumes_nothing", condition=Q(core=False) | Q(assumed__isnull=True)),
        ]

    def __str__(self):
        return self.short

    def clean(self):
        """Says in admin what the database would refuse: its forms have each language's field, which no constraint names."""
        refused = {}
        for language in ("en", "fr"):
            clause, example = f"clause_{language}", f"report_example_{language}"
            if "{}" not in (getattr(self, clause) or "{}"):
                refused[clause] = _("Put {} where the answer belongs.")
            ringed = (getattr(self, example) or "**x**").count("**")
            if not ringed or ringed % 2:
                refused[example] = _("Put two stars on each side of the words that answer the question.")
        if refused:
            raise ValidationError(refused)

    def natural_key(self):
        return (self.slug,)


class OptionManager(models.Manager):
    def get_by_natural_key(self, question, slug):
        return self.get(question__slug=question, slug=slug)

    def plain(self):
        return self.filter(kind=Option.Kind.PLAIN)


class Option(models.Model):
    class Kind(models.TextChoices):
        PLAIN = "plain", _("plain: one fact")
        WIDER = "wider", _("wider: covers several plain options")
        UNKNOWN = "unknown", _("I don't know: covers all plain options of the question")

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="options")
    slug = models.SlugField(help_text=_("Value of the form field."))
    number = models.PositiveSmallIntegerField(help_text=_("Order within the question."))
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.PLAIN)
    label = models.CharField(max_length=120, help_text=_("As the form shows it."))
    phrase = models.CharField(max_length=120, help_text=_("As it sounds in the question's sentence: “HER2-positive”."))
    explanation = models.CharField(max_length=300, blank=True, help_text=_("One plain sentence under the label."))
    covers = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="+", help_text=_("Wider options only: what it stands for.")
    )

    objects = OptionManager()

    class Meta:
        ordering = ["question__number", "number"]
        constraints = [
            models.UniqueConstraint(name="option_slug_once_per_question", fields=["question", "slug"]),
            models.UniqueConstraint(
                name="one_unknown_option_per_question", fields=["question"], condition=Q(kind="unknown")
            ),
            models.CheckConstraint(name="option_kind_is_known", condition=Q(kind__in=["plain", "wider", "unknown"])),
            models.CheckConstraint(
                name="the_unknown_option_is_called_unknown",
                condition=(Q(kind="unknown") & Q(slug="unknown")) | (~Q(kind="unknown") & ~Q(slug="unknown")),
            ),
        ]

    def __str__(self):
        return f"{self.question.short}: {self.label}"

    def natural_key(self):
        return (self.question.slug, self.slug)

    natural_key.dependencies = ["personalization.question"]


class Exclusion(models.Model):
    """Answers that cannot go together, and why: any of the options within a question, across questions all of them."""

    slug = models.SlugField(unique=True)
    options = models.ManyToManyField(
        Option, related_name="+", limit_choices_to={"kind": Option.Kind.PLAIN}, help_text=_("Plain options only.")
    )
    message = models.TextField(help_text=_("Why they cannot go together, and what the reader can do. Two sentences."))
    references = models.ManyToManyField(Reference, blank=True, related_name="+")

    objects = BySlug()

    class Meta:
        ordering = ["slug"]

    def __str__(self):
        return Truncator(self.message).words(12)

    def natural_key(self):
        return (self.slug,)


class Population(models.Model):
    """A named group of patients a statement is for. Without rules: everybody."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200, help_text=_("Such as “HER2-positive, metastatic”. Readers see it."))
    subtype = models.BooleanField(
        default=False, help_text=_("One of the subtypes by receptors, by which readers can narrow a list of drugs down.")
    )

    objects = BySlug()

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(name="population_has_a_name", condition=~Q(name=""))]

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.slug,)


class RuleManager(models.Manager):
    def get_by_natural_key(self, population, number):
        return self.get(population__slug=population, number=number)


class Rule(models.Model):
    """One way to belong to a population. Within a question any option, across questions all."""

    population = models.ForeignKey(Population, on_delete=models.CASCADE, related_name="rules")
    number = models.PositiveSmallIntegerField(default=1)
    options = models.ManyToManyField(
        Option,
        related_name="+",
        limit_choices_to={"kind": Option.Kind.PLAIN},
        help_text=_("Tick every answer that fits. A question with nothing ticked does not matter."),
    )

    objects = RuleManager()

    class Meta:
        ordering = ["population", "number"]
        constraints = [models.UniqueConstraint(name="rule_number_once_per_population", fields=["population", "number"])]

    def __str__(self):
        return f"{self.population}, {self.number}"

    def natural_key(self):
        return (self.population.slug, self.number)

    natural_key.dependencies = ["personalization.population"]


def refuse_wide_options(options):
    """Rules and exclusions are about facts. Raises ValidationError naming the options that are not plain."""
    wide = [option for option in options if option.kind != Option.Kind.PLAIN]
    if wide:
        raise ValidationError(
            _("Only plain options can stand here. Tick what these cover instead: %(options)s."),
            params={"options": ", ".join(str(option) for option in wide)},
        )
