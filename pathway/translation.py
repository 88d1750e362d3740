"""Which words are kept in both languages; `markdown`: which of them pages read as Markdown (evidence/written.py)."""

from modeltranslation.translator import TranslationOptions, register

from .models import Block, DecisionOption, Section, Step, Track


@register(Track)
class TrackTranslation(TranslationOptions):
    fields = ("name", "intro")
    markdown = ("intro",)


@register(Step)
class StepTranslation(TranslationOptions):
    fields = ("title", "summary", "sensitive_label")


@register(Section)
class SectionTranslation(TranslationOptions):
    fields = ("name",)


@register(Block)
class BlockTranslation(TranslationOptions):
    fields = ("title", "body", "interval")
    markdown = ("body",)


@register(DecisionOption)
class DecisionOptionTranslation(TranslationOptions):
    fields = ("name", "benefit", "harm", "experience")
    markdown = ("benefit", "harm", "experience")
