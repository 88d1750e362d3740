"""Which words are kept in both languages; `markdown`: which of them pages read as Markdown (evidence/written.py)."""

from modeltranslation.translator import TranslationOptions, register

from .models import Term


@register(Term)
class TermTranslation(TranslationOptions):
    fields = ("name", "aliases", "definition")
    grades = {"definition": 7}
    lists = ("aliases",)
