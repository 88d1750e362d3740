"""Which words are kept in both languages; `markdown`: which of them pages read as Markdown (evidence/written.py)."""

from modeltranslation.translator import TranslationOptions, register

from .models import Exclusion, Option, Population, Question


@register(Question)
class QuestionTranslation(TranslationOptions):
    fields = ("text", "short", "clause", "explanation", "on_the_report", "report_example", "test", "say")
    markdown = ("explanation", "on_the_report", "test")
    own_marks = ("report_example",)


@register(Option)
class OptionTranslation(TranslationOptions):
    fields = ("label", "phrase", "explanation")


@register(Exclusion)
class ExclusionTranslation(TranslationOptions):
    fields = ("message",)


@register(Population)
class PopulationTranslation(TranslationOptions):
    fields = ("name",)
