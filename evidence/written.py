"""Which columns hold words for readers, in which language, and how they are read. Each app's translation.py says it."""

from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from modeltranslation.fields import TranslationField
from modeltranslation.translator import translator

GRADE = 8
"""School grade at which texts are to be read, where translation.py says no lower one."""
MARKS = _(
    "**strong**, *emphasis*, [words](https://…), a line that begins with - is an item of a list, "
    "a blank line begins a paragraph"
)


@dataclass(frozen=True)
class Written:
    """A column of words in one language."""

    model: type[models.Model]
    name: str
    """Of the field, without its language."""
    language: str
    markdown: bool
    own_marks: bool
    """Stars in it have a meaning of their own."""
    grade: int
    long: bool
    """Of sentences, rather than a name."""

    @property
    def column(self) -> str:
        return f"{self.name}_{self.language}"

    @property
    def other(self) -> str:
        """The column of the other language."""
        return next(f"{self.name}_{code}" for code, _name in settings.LANGUAGES if code != self.language)


def written(model, column: str) -> Written | None:
    """None for a column that holds no words for readers."""
    if model not in translator.get_registered_models():
        return None
    found = next((f for f in model._meta.concrete_fields if f.name == column and isinstance(f, TranslationField)), None)
    if found is None:
        return None
    options, name = translator.get_options_for_model(model), found.translated_field.name
    return Written(
        model=model,
        name=name,
        language=found.language,
        markdown=name in getattr(options, "markdown", ()),
        own_marks=name in getattr(options, "own_marks", ()),
        grade=getattr(options, "grades", {}).get(name, GRADE),
        long=isinstance(found.translated_field, models.TextField) and name not in getattr(options, "lists", ()),
    )


def all_written(model) -> list[Written]:
    return [found for field in model._meta.concrete_fields if (found := written(model, field.name))]
