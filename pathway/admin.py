"""Tracks, their steps, and the blocks that plans are made of."""

from django.contrib import admin
from django.urls import path
from django.utils.translation import gettext_lazy as _

from evidence.admin_choices import AskedOnce
from evidence.admin_lists import Listed, ShortFilter, both, list_on
from evidence.content_admin import REVIEW_FIELDS, ContentAdmin, ContentInline, SignedOffAdmin
from evidence.content_form import ContentForm, free_number
from personalization.models import Population

from .compare_view import compare, whole_plan
from .matrix_view import matrix
from .models import Block, DecisionOption, Section, Step, Track, TrackStep
from .preview_view import drug, preview, term


class TrackStepInline(AskedOnce, admin.TabularInline):
    model = TrackStep
    extra = 0
    fields = ["number", "step"]
    autocomplete_fields = ["step"]
    verbose_name = _("step of this track")
    verbose_name_plural = _("steps of this track, in order")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("step", "track").order_by("number")


@admin.register(Track)
class TrackAdmin(ContentAdmin):
    list_display = ["name", "number", "population", "for_open_stage"]
    list_select_related = ["population"]
    list_filter = [("population", ShortFilter)]
    search_fields = [*both("name"), "slug"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["population", "references"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "number"]}),
        (_("For whom"), {"fields": ["population", "for_open_stage"]}),
        (_("What it says above step 1"), {"fields": ["intro", "references"]}),
    ]
    inlines = [TrackStepInline]

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("compare/", view(compare), name="pathway_compare"),
            path("matrix/", view(matrix), name="pathway_matrix"),
            path("preview/drug/<slug:slug>/", view(drug), name="pathway_preview_drug"),
            path("preview/term/<slug:slug>/", view(term), name="pathway_preview_term"),
            path("preview/<slug:app>/<slug:model>/<int:pk>/", view(preview), name="pathway_preview"),
            path("plan/", view(whole_plan), name="pathway_whole_plan"),
            *super().get_urls(),
        ]


class BlockInline(AskedOnce, admin.TabularInline):
    """The blocks of a step in order, each with a link to its own page."""

    model = Block
    extra = 0
    a_page = 50
    fields = ["number", "kind", "title", "population", "section", "review_state"]
    readonly_fields = ["kind", "title", "population", "section", "review_state"]
    show_change_link = True
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("population", "section").order_by("number")


@admin.register(Step)
class StepAdmin(ContentAdmin):
    list_display = ["title", "summary", "moment", "sensitive"]
    list_filter = [("tracks", ShortFilter), "moment", "sensitive"]
    search_fields = [*both("title", "summary"), "slug"]
    prepopulated_fields = {"slug": ["title"]}
    fieldsets = [
        (None, {"fields": ["title", "slug", "summary", "moment"]}),
        (_("End-of-life text"), {"fields": ["sensitive", "sensitive_label"]}),
    ]
    inlines = [BlockInline]


@admin.register(Section)
class SectionAdmin(ContentAdmin):
    list_display = ["name", "slug"]
    search_fields = [*both("name"), "slug"]
    prepopulated_fields = {"slug": ["name"]}


class DecisionOptionInline(AskedOnce, ContentInline):
    model = DecisionOption
    extra = 0


class BlockForm(ContentForm):
    """A block that may be left without a number: it becomes the last of its step."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "number" in self.fields:
            self.fields["number"].required = False
            self.fields["number"].help_text = _("Order within the step. Empty: the last.")

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("step") and "number" in cleaned and cleaned["number"] is None:
            cleaned["number"] = free_number(Block.objects.filter(step=cleaned["step"]))
        return cleaned


@admin.register(Block)
class BlockAdmin(SignedOffAdmin):
    form = BlockForm
    list_display = ["called", "kind", "step", "number", "population", "review_state"]
    list_filter = [
        *("kind", "review_state", "urgent"),
        *(("step__tracks", ShortFilter), ("step", ShortFilter), ("section", ShortFilter), ("population", ShortFilter)),
    ]
    list_select_related = ["step", "population"]
    ordering = ["step__slug", "number"]
    prepopulated_fields = {"slug": ["title"]}
    search_fields = [*both("title", "body"), "slug"]
    search_help_text = _("Words of its title or text, in English or French")
    autocomplete_fields = ["step", "section", "population", "references"]
    fieldsets = [
        (None, {"fields": ["step", "section", "number", "kind", "urgent", "slug"]}),
        (_("For whom"), {"fields": ["population", "alternatives"]}),
        (_("What it says"), {"fields": ["title", "body", "interval", "references"]}),
        (_("Treatments only"), {"fields": ["therapy_group", "setting", "combination"], "classes": ["collapse"]}),
        REVIEW_FIELDS,
    ]
    inlines = [DecisionOptionInline]

    @admin.display(description=_("Block"), ordering="title")
    def called(self, block):
        return str(block)


list_on(
    Section,
    Listed(
        Block,
        by="section",
        title=_("Blocks under this heading"),
        columns=("__str__", "kind", "step", "population"),
        related=("step", "population"),
        order=("step__slug", "number"),
    ),
)
list_on(
    Population,
    Listed(Track, by="population", title=_("Their course of care"), columns=("name", "number")),
    Listed(
        Block,
        by="population",
        title=_("Blocks for them"),
        columns=("__str__", "kind", "step"),
        related=("step",),
        order=("step__slug", "number"),
    ),
)
