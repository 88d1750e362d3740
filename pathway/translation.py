from modeltranslation.translator import TranslationOptions, register

from .models import Block, DecisionOption, Section, Step, Track


@register(Track)
class TrackTranslation(TranslationOptions):
    fields = ("name", "intro")


@register(Step)
class StepTranslation(TranslationOptions):
    fields = ("title", "summary", "sensitive_label")


@register(Section)
class SectionTranslation(TranslationOptions):
    fields = ("name",)


@register(Block)
class BlockTranslation(TranslationOptions):
    fields = ("title", "body", "interval")


@register(DecisionOption)
class DecisionOptionTranslation(TranslationOptions):
    fields = ("name", "benefit", "harm", "experience")
