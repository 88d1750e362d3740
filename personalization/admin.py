"""Questions, who statements are for, and which answers cannot go together."""

from django import forms
from django.contrib import admin
from django.db import models
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from evidence.admin_choices import AskedOnce, Parts
from evidence.admin_lists import Listed, ShortFilter, both, list_on
from evidence.content_admin import ContentAdmin, ContentInline
from evidence.content_form import ContentForm, free_number

from .answer_sets_view import UNREADABLE, WithAnswerSets, lines, saved
from .models import Exclusion, Option, Population, Question, Rule, refuse_wide_options

FEW_QUESTIONS = 30
"""So many questions stand open with their options; of more, those with nothing ticked are folded away."""
SENTENCES_IN_LIST = 5
"""Of a population, in the list of all."""


class OptionsByQuestion(forms.CheckboxSelectMultiple):
    template_name = "admin/personalization/options_by_question.html"

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        groups = context["widget"]["optgroups"]
        ticked = [group for group in groups if any(option["selected"] for option in group[1])]
        few = len(groups) <= FEW_QUESTIONS
        context["widget"] |= {
            "groups": groups if few else ticked,
            "folded": [] if few else [group for group in groups if group not in ticked],
        }
        return context


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


class WithPlainOptions(ContentForm):
    options = PlainOptionsField(
        queryset=Option.objects.plain().select_related("question"),
        required=False,
        label=_("Answers"),
        help_text=_("Tick every answer that fits. A question with nothing ticked does not matter."),
    )


class OptionForm(ContentForm):
    """An option that may be left without a slug and a number: it gets those that nobody has to think about."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        told = {"slug": _("Empty: made from the label."), "number": _("Order within the question. Empty: the last.")}
        for name in told.keys() & self.fields.keys():
            self.fields[name].required, self.fields[name].help_text = False, told[name]

    def clean(self):
        cleaned = super().clean()
        if "slug" in cleaned and not cleaned["slug"]:
            unknown = cleaned.get("kind") == Option.Kind.UNKNOWN
            cleaned["slug"] = "unknown" if unknown else slugify(cleaned.get("label_en", ""))[:50].strip("-")
        return cleaned


class Options(Parts):
    def clean(self):
        super().clean()
        kept = [form for form in self.forms if form.has_changed() or form.instance.pk]
        last = max((form.instance.number or 0 for form in kept), default=0)
        for form in kept:
            if form.instance.number is None:
                last += 1
                form.instance.number = last


class OptionInline(AskedOnce, ContentInline):
    model = Option
    form = OptionForm
    formset = Options
    extra = 0
    fields = ["kind", "label", "phrase", "explanation", "covers", "number", "slug"]
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

    def get_changeform_initial_data(self, request):
        """At the end of the form."""
        return {"number": free_number(Question.objects.all()), **super().get_changeform_initial_data(request)}

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in ("assumed", "report_answer"):
            question = request.resolver_match.kwargs.get("object_id")
            kwargs["queryset"] = Option.objects.plain().filter(question=question).select_related("question")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class RuleInline(AskedOnce, admin.StackedInline):
    model = Rule
    form = WithPlainOptions
    extra = 0
    a_page = 10
    verbose_name = _("way to belong")
    verbose_name_plural = _("ways to belong (any one is enough; with none, everybody belongs)")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("population").prefetch_related("options__question")


@admin.register(Population)
class PopulationAdmin(WithAnswerSets, ContentAdmin):
    list_filter = ["subtype"]
    search_fields = [*both("name"), "slug"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug", "subtype", "reads_as", "holds_for"]
    readonly_fields = ["reads_as", "holds_for"]
    inlines = [RuleInline]
    answers_title = _("Who belongs to: %(row)s")

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("rules__options__question")

    def get_list_display(self, request):
        found = saved()

        @admin.display(description=_("Belongs who can say"))
        def for_whom(population):
            told = self.sentences(found, population)
            shown = [*told[:SENTENCES_IN_LIST], "…"] if len(told) > SENTENCES_IN_LIST else told
            return format_html_join(mark_safe("<br>"), "{}", ((one,) for one in shown))

        @admin.display(description=_("Ways to answer"))
        def how_many(population):
            return self.with_link(population, _counted(found, population))

        return ["name", for_whom, how_many, "subtype"]

    def sentences(self, found, population) -> list[str]:
        told = [found.sentence(rule.options.all()) for rule in population.rules.all()]
        return [one or gettext("Everybody.") for one in told] or [gettext("Everybody.")]

    def sections(self, found, population):
        listing, total = found.membership.of(population.slug), found.membership.total
        return [
            (
                _("Certainly"),
                _("Whatever is still open, they belong."),
                lines(found, listing.certain),
                len(listing.certain),
                total,
            ),
            (
                _("Possibly"),
                _("Whether they belong depends on an answer that is still open: “I don’t know”, or a further question."),
                lines(found, listing.possible),
                len(listing.possible),
                total,
            ),
        ]

    @admin.display(description=_("In words"))
    def reads_as(self, population):
        return self.in_sentences(population) if population.pk else _("Save to see it as a sentence.")

    @admin.display(description=_("Holds for"))
    def holds_for(self, population):
        if not population.pk:
            return _("Save to see for which answers it holds.")
        return self.with_link(population, _counted(saved(), population))


def _counted(found, population) -> str:
    if found.membership is None:
        return UNREADABLE
    listing = found.membership.of(population.slug)
    if not listing.certain and not listing.possible:
        ticked = [option.question for rule in population.rules.all() for option in rule.options.all()]
        if assuming := next((question for question in ticked if question.assumed_id), None):
            told = gettext("nobody before they answer “%(question)s”, since the plan assumes another answer")
            return told % {"question": assuming.short}
    return gettext("%(certain)s of %(total)s certainly, %(possible)s possibly") % {
        "certain": len(listing.certain),
        "total": found.membership.total,
        "possible": len(listing.possible),
    }


@admin.register(Exclusion)
class ExclusionAdmin(WithAnswerSets, ContentAdmin):
    form = WithPlainOptions
    search_fields = ["slug", *both("message")]
    autocomplete_fields = ["references"]
    fields = ["options", "reads_as", "refuses", "message", "references", "slug"]
    readonly_fields = ["reads_as", "refuses"]
    formfield_overrides = {models.TextField: {"widget": admin.widgets.AdminTextareaWidget(attrs={"rows": 4})}}
    answers_title = _("Refused: %(row)s")

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("options__question")

    def get_list_display(self, request):
        found = saved()

        @admin.display(description=_("Cannot go together"))
        def in_words(exclusion):
            return found.sentence(exclusion.options.all())

        @admin.display(description=_("Ways to answer"))
        def how_many(exclusion):
            return self.with_link(exclusion, _refused(found, exclusion))

        return [in_words, "message", how_many, "slug"]

    def sentences(self, found, exclusion) -> list[str]:
        return [found.sentence(exclusion.options.all()) or gettext("Nothing is ticked.")]

    def sections(self, found, exclusion):
        refused = found.membership.refused_by(_frozen(found, exclusion))
        return [
            (
                _("Refused"),
                _("The form says why, and asks again. Only answers to the main questions are listed here."),
                lines(found, refused),
                len(refused),
                found.membership.with_refused,
            )
        ]

    @admin.display(description=_("In words"))
    def reads_as(self, exclusion):
        return self.in_sentences(exclusion) if exclusion.pk else _("Save to see it as a sentence.")

    @admin.display(description=_("Refuses"))
    def refuses(self, exclusion):
        if not exclusion.pk:
            return _("Save to see which answers it refuses.")
        return self.with_link(exclusion, _refused(saved(), exclusion))


def _frozen(found, exclusion):
    return next(one for one in found.section.exclusions if one.slug == exclusion.slug)


def _refused(found, exclusion) -> str:
    if found.membership is None:
        return UNREADABLE
    count = len(found.membership.refused_by(_frozen(found, exclusion)))
    if not count:
        return gettext("only together with further answers")
    return ngettext("refuses %(count)s", "refuses %(count)s", count) % {"count": count}


list_on(
    Population, Listed(Question, by="asked_of", title=_("Questions that only they are asked"), columns=("short", "text"))
)
