"""Which words are kept in both languages; `markdown`: which of them pages read as Markdown (evidence/written.py)."""

from modeltranslation.translator import TranslationOptions, register

from .models import Drug, DrugClass, Funding, Indication, Jurisdiction, Milestone, Programme, Regimen, Route


@register(Route)
class RouteTranslation(TranslationOptions):
    fields = ("name",)


@register(DrugClass)
class DrugClassTranslation(TranslationOptions):
    fields = ("name", "how_it_works", "benefit", "harm", "experience", "call_at_once")
    markdown = ("how_it_works", "benefit", "harm", "experience", "call_at_once")


@register(Drug)
class DrugTranslation(TranslationOptions):
    fields = ("name", "summary", "benefit", "harm", "experience", "call_at_once")
    markdown = ("summary", "benefit", "harm", "experience", "call_at_once")


@register(Regimen)
class RegimenTranslation(TranslationOptions):
    fields = ("name",)


@register(Indication)
class IndicationTranslation(TranslationOptions):
    fields = ("condition", "given_with", "note")
    markdown = ("note",)


@register(Jurisdiction)
class JurisdictionTranslation(TranslationOptions):
    fields = ("name", "hospital_drugs", "home_drugs", "status_words")
    markdown = ("hospital_drugs", "home_drugs", "status_words")


@register(Programme)
class ProgrammeTranslation(TranslationOptions):
    fields = ("name", "what")
    markdown = ("what",)


@register(Milestone)
class MilestoneTranslation(TranslationOptions):
    fields = ("about", "note")


@register(Funding)
class FundingTranslation(TranslationOptions):
    fields = ("several", "programme", "criteria")
