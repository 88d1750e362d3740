"""Questions, who statements are for, and which answers cannot go together."""

from django import forms
from django.contrib import admin
from django.db import models
from django.utils.translation import gettext_lazy as _

from evidence.admin_choices import AskedOnce
from evidence.admin_lists import Listed, ShortFilter, both, list_on
from evidence.content_admin import ContentAdmin, ContentInline

from .content import answers_of, questions
from .models import Exclusion, Option, Population, Question, Rule, refuse_wide_options
from .ruleset import in_words


class OptionsByQuestion(forms.CheckboxSelectMultiple):
    template_name = "admin/personalization/options_by_question.html"


class GroupedByQuestion(forms.models.ModelChoiceIterator):
    def __iter__(self):
        groups: dict[str, list] = {}
        for option in self.queryset.all():
            groups.setdefault(option.question.short, []).append((option.pk, option.label))
        yield from groups.items()


class PlainOptionsField(forms.ModelMultipleChoiceField):
    """Plain options as checkboxes, under the question each belongs to."""

    iterator = GroupedByQuestion
    widget = OptionsByQuestion

    def clean(self, value):
        chosen = super().clean(value)
        refuse_wide_options(chosen)
        return chosen


class WithPlainOptions(forms.ModelForm):
    options = PlainOptionsField(
        queryset=Option.objects.plain().select_related("question"),
        required=False,
        label=_("Answers"),
        help_text=_("Tick every answer that fits. A question with nothing ticked does not matter."),
    )


class OptionInline(AskedOnce, ContentInline):
    model = Option
    extra = 0
    fields = ["number", "slug", "kind", "label", "phrase", "explanation", "covers"]
    filter_horizontal = ["covers"]
    classes = ["collapse"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("question").prefetch_related("covers__question")

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "covers":
            question = request.resolver_match.kwargs.get("object_id")
            kwargs["queryset"] = Option.objects.plain().filter(question=question).select_related("question")
        return super().formfield_for_manytomany(db_field, request, **kwargs)


@admin.register(Question)
class QuestionAdmin(ContentAdmin):
    list_display = ["short", "number", "core", "text", "report"]
    list_filter = ["core", "report", ("asked_of", ShortFilter)]
    search_fields = [*both("text", "short"), "slug"]
    prepopulated_fields = {"slug": ["short"]}
    autocomplete_fields = ["asked_of", "references"]
    fieldsets = [
        (_("The question"), {"fields": ["text", "short", "clause", "explanation", "slug"]}),
        (_("Whom it is asked"), {"fields": [("number", "core"), "asked_of", "assumed"]}),
        (
            _("How to find the answer out"),
            {"fields": ["report", "on_the_report", "report_example", "report_answer", "test", "say", "references"]},
        ),
    ]
    inlines = [OptionInline]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in ("assumed", "report_answer"):
            question = request.resolver_match.kwargs.get("object_id")
            kwargs["queryset"] = Option.objects.plain().filter(question=question).select_related("question")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class RuleInline(AskedOnce, admin.StackedInline):
    model = Rule
    form = WithPlainOptions
    extra = 0
    verbose_name = _("way to belong")
    verbose_name_plural = _("ways to belong (any one is enough; with none, everybody belongs)")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("population").prefetch_related("options__question")


@admin.register(Population)
class PopulationAdmin(ContentAdmin):
    list_filter = ["subtype"]
    search_fields = [*both("name"), "slug"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug", "subtype", "reads_as"]
    readonly_fields = ["reads_as"]
    inlines = [RuleInline]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("rules__options__question")

    def get_list_display(self, request):
        asked = questions()

        @admin.display(description=_("Belongs who can say"))
        def for_whom(population):
            return _sentence(asked, population)

        return ["name", for_whom, "subtype"]

    @admin.display(description=_("In words"))
    def reads_as(self, population):
        return _sentence(questions(), population) if population.pk else _("Save to see it as a sentence.")


def _sentence(asked, population) -> str:
    told = in_words(asked, [answers_of(rule.options.all()) for rule in population.rules.all()])
    return told.en or _("everybody")


@admin.register(Exclusion)
class ExclusionAdmin(ContentAdmin):
    form = WithPlainOptions
    list_display = ["slug", "message"]
    search_fields = ["slug", *both("message")]
    fields = ["options", "message", "references", "slug"]
    autocomplete_fields = ["references"]
    formfield_overrides = {models.TextField: {"widget": admin.widgets.AdminTextareaWidget(attrs={"rows": 4})}}


list_on(
    Population, Listed(Question, by="asked_of", title=_("Questions that only they are asked"), columns=("short", "text"))
)
