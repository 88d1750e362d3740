"""Tracks, their steps, and the blocks that plans are made of."""

from django.contrib import admin
from django.urls import path
from django.utils.translation import gettext_lazy as _

from evidence.content_admin import REVIEW_FIELDS, ContentAdmin, ContentInline

from .compare_view import compare
from .models import Block, DecisionOption, Section, Step, Track, TrackStep


class TrackStepInline(admin.TabularInline):
    model = TrackStep
    extra = 0
    autocomplete_fields = ["step"]


@admin.register(Track)
class TrackAdmin(ContentAdmin):
    list_display = ["name", "number", "population", "for_open_stage"]
    list_select_related = ["population"]
    search_fields = ["name", "slug"]
    autocomplete_fields = ["population", "references"]
    inlines = [TrackStepInline]

    def get_urls(self):
        return [path("compare/", self.admin_site.admin_view(compare), name="pathway_compare"), *super().get_urls()]


class BlockInline(admin.TabularInline):
    """The blocks of a step in order, each with a link to its own page."""

    model = Block
    extra = 0
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
    list_display = ["title", "summary", "sensitive"]
    list_filter = ["tracks", "sensitive"]
    search_fields = ["title", "summary", "slug"]
    inlines = [BlockInline]


@admin.register(Section)
class SectionAdmin(ContentAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name", "slug"]


class DecisionOptionInline(ContentInline):
    model = DecisionOption
    extra = 0


@admin.register(Block)
class BlockAdmin(ContentAdmin):
    list_display = ["__str__", "kind", "step", "number", "population", "review_state"]
    list_filter = ["step__tracks", "kind", "urgent", "review_state", "step"]
    list_select_related = ["step", "population"]
    search_fields = ["title", "body", "slug"]
    autocomplete_fields = ["step", "section", "population", "references"]
    fieldsets = [
        (None, {"fields": ["step", "section", "number", "kind", "urgent", "slug"]}),
        (_("For whom"), {"fields": ["population", "alternatives"]}),
        (_("What it says"), {"fields": ["title", "body", "interval", "references"]}),
        (_("Treatments only"), {"fields": ["therapy_group", "setting", "combination"], "classes": ["collapse"]}),
        REVIEW_FIELDS,
    ]
    inlines = [DecisionOptionInline]
