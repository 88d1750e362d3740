"""Drugs, their uses, and who pays."""

from django import forms
from django.conf import settings
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from evidence.content_admin import REVIEW_FIELDS, ContentAdmin, ContentInline
from evidence.import_admin import AsTable
from history import records

from .models import Drug, DrugClass, Funding, Indication, Jurisdiction, Milestone, Programme, Regimen, Route
from .resources import DrugResource, FundingResource, IndicationResource

BALANCE_FIELDS = (
    _("Benefit, harm, what it is like (all three or none), and what to call about at once"),
    {"fields": ["benefit", "harm", "experience", "call_at_once"]},
)


@admin.register(Route)
class RouteAdmin(ContentAdmin):
    list_display = ["name", "taken_home"]


@admin.register(DrugClass)
class DrugClassAdmin(ContentAdmin):
    list_display = ["name", "therapy_group", "review_state"]
    list_filter = ["therapy_group", "review_state"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["references"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "therapy_group", "how_it_works", "references"]}),
        BALANCE_FIELDS,
        REVIEW_FIELDS,
    ]


class IndicationInline(ContentInline):
    model = Indication
    extra = 0
    autocomplete_fields = ["population", "references", "superseded_by"]
    show_change_link = True
    fieldsets = [
        (None, {"fields": ["population", "setting", ("first_line", "second_line", "later_line"), "condition"]}),
        (_("More"), {"fields": ["given_with", "note", "approval", "references", "superseded_by", "slug"]}),
    ]


class RegimenInline(ContentInline):
    """The regimens a drug leads, with their indications a click away."""

    model = Regimen
    fk_name = "lead"
    extra = 0
    autocomplete_fields = ["companions"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug", "companions", "indications"]
    readonly_fields = ["indications"]
    show_change_link = True

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("indications__population", "companions")

    @admin.display(description=_("Indications"))
    def indications(self, regimen):
        if not regimen.pk:
            return _("Save first; then add them here.")
        listed = format_html_join(
            "",
            '<li><a href="{}">{}: {}</a></li>',
            (
                (
                    reverse("admin:medsearch_indication_change", args=[indication.pk]),
                    indication.get_setting_display(),
                    indication.population,
                )
                for indication in regimen.indications.all()
            ),
        )
        add = reverse("admin:medsearch_indication_add")
        return format_html(
            '<ul>{}</ul><a class="addlink" href="{}?regimen={}">{}</a>', listed, add, regimen.pk, _("Add an indication")
        )


class MilestoneInline(ContentInline):
    model = Milestone
    extra = 0
    autocomplete_fields = ["indications", "reference"]
    fields = [("body", "outcome"), ("number", "date"), "about", "indications", "note", "reference", "slug"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("drug", "reference").prefetch_related("indications")


class FundingInline(ContentInline):
    model = Funding
    extra = 0
    autocomplete_fields = ["indication", "reference"]
    fields = [
        ("jurisdiction", "status", "history"),
        ("effective", "checked", "check_days"),
        "indication",
        "programme",
        "criteria",
        "reference",
        "several",
        "slug",
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("drug", "indication", "jurisdiction", "reference")


@admin.register(Drug)
class DrugAdmin(AsTable, ContentAdmin):
    resource_classes = [DrugResource]
    list_display = ["name", "brands", "drug_class", "review_state"]
    list_filter = ["drug_class__therapy_group", "drug_class", "review_state"]
    list_select_related = ["drug_class"]
    search_fields = ["name", "brands", "other_names", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["drug_class", "references"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    *("name", "slug", "brands", "biosimilars", "generics", "other_names"),
                    *("drug_class", "routes", "atc", "summary", "references"),
                ]
            },
        ),
        BALANCE_FIELDS,
        REVIEW_FIELDS,
    ]
    inlines = [RegimenInline, MilestoneInline, FundingInline]

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "routes":
            kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)


@admin.register(Regimen)
class RegimenAdmin(ContentAdmin):
    list_display = ["name", "lead"]
    list_select_related = ["lead"]
    list_filter = ["lead__drug_class__therapy_group"]
    search_fields = ["name", "slug", "lead__name"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["lead", "companions"]
    inlines = [IndicationInline]


@admin.register(Indication)
class IndicationAdmin(AsTable, ContentAdmin):
    resource_classes = [IndicationResource]
    list_display = ["slug", "regimen", "population", "setting", "approval"]
    list_filter = ["setting", "approval", "regimen__lead__drug_class__therapy_group"]
    list_select_related = ["regimen", "population"]
    search_fields = ["slug", "regimen__name", "population__name"]
    autocomplete_fields = ["regimen", "population", "references", "superseded_by"]
    fieldsets = [
        (None, {"fields": ["regimen", "population", "setting", ("first_line", "second_line", "later_line"), "condition"]}),
        (_("How it is used"), {"fields": ["given_with", "note"]}),
        (_("Evidence"), {"fields": ["approval", "references", "superseded_by", "slug"]}),
    ]


@admin.register(Jurisdiction)
class JurisdictionAdmin(ContentAdmin):
    list_display = ["name", "code", "home_drugs"]
    search_fields = ["name", "code"]
    autocomplete_fields = ["references"]


@admin.register(Programme)
class ProgrammeAdmin(ContentAdmin):
    list_display = ["name", "kind", "jurisdiction", "covers", "phone"]
    list_filter = ["kind", "covers", "jurisdiction"]
    list_select_related = ["jurisdiction"]
    search_fields = ["name", "slug", "drugs__name"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["drugs", "references"]


@admin.register(Milestone)
class MilestoneAdmin(ContentAdmin):
    list_display = ["drug", "body", "outcome", "date", "number", "about"]
    list_filter = ["body", "outcome"]
    list_select_related = ["drug"]
    search_fields = ["drug__name", "number", "about", "slug"]
    autocomplete_fields = ["drug", "indications", "reference"]


class DueFilter(admin.SimpleListFilter):
    title = _("to confirm at the source")
    parameter_name = "due"

    def lookups(self, request, model_admin):
        return [("yes", _("never checked, or too long ago"))]

    def queryset(self, request, queryset):
        if self.value() == "yes":
            return queryset.due(on=timezone.localdate(), check_days=settings.FUNDING_CHECK_DAYS)
        return queryset


@admin.register(Funding)
class FundingAdmin(AsTable, ContentAdmin):
    resource_classes = [FundingResource]
    list_display = ["drug", "jurisdiction", "indication", "status", "effective", "checked", "history"]
    list_filter = [DueFilter, "status", "jurisdiction", "history"]
    actions = ["delete_selected", "confirmed_today"]
    list_select_related = ["drug", "jurisdiction", "indication"]
    search_fields = ["drug__name", "slug", "programme", "indication__slug"]
    autocomplete_fields = ["drug", "indication", "reference"]
    date_hierarchy = "checked"
    fieldsets = [
        (None, {"fields": ["drug", "indication", "jurisdiction", "status", "programme", "criteria"]}),
        (_("Since when, and how we know"), {"fields": ["effective", "checked", "check_days", "reference"]}),
        (_("History"), {"fields": ["history", "several", "slug"]}),
    ]

    @admin.action(description=_("Confirmed at the source today"), permissions=["change"])
    def confirmed_today(self, request, queryset):
        """Only current rows: what was replaced by a newer row has nothing left to confirm."""
        count = records.update(queryset.filter(history=False), checked=timezone.localdate())
        self.message_user(
            request,
            ngettext("%(count)s row is marked as checked today.", "%(count)s rows are marked as checked today.", count)
            % {"count": count},
        )
