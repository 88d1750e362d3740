"""Hard words and what they mean. Their first use in each section of a plan is marked (marking.py)."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evidence.models import BySlug, Reference, Reviewed


class Term(Reviewed):
    class Category(models.TextChoices):
        DISEASE = "disease", _("the disease")
        BODY = "body", _("the body")
        BIOLOGY = "biology", _("biology of the tumour")
        TEST = "test", _("tests")
        TREATMENT = "treatment", _("treatments")
        DRUG_CLASS = "drug-class", _("kinds of drugs")
        CARE = "care", _("care and people")
        FUNDING = "funding", _("approval and funding")

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=100, help_text=_("The word as it is usually written."))
    aliases = models.TextField(
        blank=True, help_text=_("Other spellings and plurals that mean the same, one a line. Never a drug's name.")
    )
    category = models.CharField(max_length=12, choices=Category)
    definition = models.TextField(help_text=_("One or two short sentences. Reading grade 7 or lower."))
    references = models.ManyToManyField(Reference, related_name="+")

    objects = BySlug()

    class Meta(Reviewed.Meta):
        ordering = ["name"]
        constraints = [
            *Reviewed.Meta.constraints,
            models.CheckConstraint(name="term_has_a_definition", condition=~Q(definition="")),
        ]

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.slug,)

    def get_absolute_url(self):
        return reverse("glossary:term", args=[self.slug])
