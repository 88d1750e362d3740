"""Drugs, their uses, and who pays."""

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from evidence.admin_lists import Listed, ShortFilter, both, list_on
from evidence.content_admin import REVIEW_FIELDS, ContentAdmin, SignedOffAdmin
from evidence.import_admin import AsTable
from history import records
from personalization.models import Population

from .funding_form import FundingForm
from .models import Drug, DrugClass, Funding, Indication, Jurisdiction, Milestone, Programme, Regimen, Route
from .resources import DrugResource, FundingResource, IndicationResource

BALANCE_FIELDS = (
    _("Benefit, harm, what it is like (all three or none), and what to call about at once"),
    {"fields": ["benefit", "harm", "experience", "call_at_once"]},
)


COMPANIONS_SHOWN = 5
"""In the list of regimens, drugs given together with the lead."""


@admin.register(Route)
class RouteAdmin(ContentAdmin):
    list_display = ["name", "taken_home"]
    search_fields = [*both("name"), "slug"]
    fields = ["name", "taken_home", "slug"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(DrugClass)
class DrugClassAdmin(SignedOffAdmin):
    list_display = ["name", "therapy_group", "drugs", "review_state"]
    list_filter = ["therapy_group", "review_state"]
    search_fields = [*both("name"), "slug"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["references"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "therapy_group", "how_it_works", "references"]}),
        BALANCE_FIELDS,
        REVIEW_FIELDS,
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(count=_how_many(Drug, "drug_class"))

    @admin.display(description=_("Drugs"), ordering="count")
    def drugs(self, drug_class):
        return drug_class.count


def _how_many(model, by: str, **only):
    """How many rows of `model` name the row in their column `by`."""
    found = model._default_manager.filter(**{by: OuterRef("pk")}, **only).order_by().values(by)
    return Coalesce(Subquery(found.annotate(count=Count("pk")).values("count")), 0)


@admin.register(Drug)
class DrugAdmin(AsTable, SignedOffAdmin):
    resource_classes = [DrugResource]
    list_display = ["name", "brands", "drug_class", "uses", "who_pays", "review_state"]
    list_filter = ["drug_class__therapy_group", "review_state", "generics", ("drug_class", ShortFilter)]
    list_select_related = ["drug_class"]
    search_fields = [*both("name"), "brands", "biosimilars", "other_names", "slug"]
    search_help_text = _("A generic, brand or biosimilar name, or a short name such as T-DM1")
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["drug_class", "references"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "drug_class", "routes", "summary", "references"]}),
        (_("Other names"), {"fields": ["brands", "biosimilars", "generics", "other_names", "atc"]}),
        BALANCE_FIELDS,
        REVIEW_FIELDS,
    ]

    def get_queryset(self, request):
        counted = {
            "count_of_uses": _how_many(Indication, "regimen__lead"),
            "count_of_funding": _how_many(Funding, "drug", history=False),
        }
        return super().get_queryset(request).annotate(**counted)

    @admin.display(description=_("Uses"), ordering="count_of_uses")
    def uses(self, drug):
        return drug.count_of_uses

    @admin.display(description=_("Current funding rows"), ordering="count_of_funding")
    def who_pays(self, drug):
        return drug.count_of_funding

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "routes":
            kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)


@admin.register(Regimen)
class RegimenAdmin(ContentAdmin):
    list_display = ["name", "lead", "with_companions", "uses"]
    list_select_related = ["lead"]
    list_filter = ["lead__drug_class__therapy_group", ("lead", ShortFilter), ("companions", ShortFilter)]
    search_fields = [*both("name", "lead__name"), "slug", "lead__brands"]
    search_help_text = _("A name of the regimen, or of the drug that leads it")
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["lead", "companions"]
    fields = ["lead", "companions", "name", "slug"]

    def get_queryset(self, request):
        counted = {"count_of_uses": _how_many(Indication, "regimen")}
        return super().get_queryset(request).annotate(**counted).prefetch_related("companions")

    @admin.display(description=_("Together with"))
    def with_companions(self, regimen):
        named = [str(drug) for drug in regimen.companions.all()]
        shown = ", ".join(named[:COMPANIONS_SHOWN])
        return f"{shown} …" if len(named) > COMPANIONS_SHOWN else shown

    @admin.display(description=_("Uses"), ordering="count_of_uses")
    def uses(self, regimen):
        return regimen.count_of_uses


@admin.register(Indication)
class IndicationAdmin(AsTable, ContentAdmin):
    resource_classes = [IndicationResource]
    list_display = ["regimen", "population", "setting", "lines", "approval", "is_current"]
    list_filter = [
        *("setting", "approval", "regimen__lead__drug_class__therapy_group"),
        ("superseded_by", admin.EmptyFieldListFilter),
        *(("regimen__lead", ShortFilter), ("regimen", ShortFilter), ("population", ShortFilter)),
    ]
    ordering = ["regimen__name", "slug"]
    show_full_result_count = False
    search_fields = [*both("regimen__name", "population__name"), "slug", "regimen__lead__brands"]
    search_help_text = _("A drug or regimen, or whom the use is for")
    autocomplete_fields = ["regimen", "population", "references", "superseded_by"]
    fieldsets = [
        (None, {"fields": ["regimen", "population", "setting", ("first_line", "second_line", "later_line"), "condition"]}),
        (_("How it is used"), {"fields": ["given_with", "note"]}),
        (_("Evidence"), {"fields": ["approval", "references", "superseded_by", "slug"]}),
    ]

    @admin.display(description=_("Lines"))
    def lines(self, use):
        return use.lines

    @admin.display(description=_("Current"), boolean=True, ordering="superseded_by")
    def is_current(self, use):
        return use.superseded_by_id is None


@admin.register(Jurisdiction)
class JurisdictionAdmin(ContentAdmin):
    list_display = ["name", "code", "current_funding", "number"]
    search_fields = [*both("name"), "code"]
    autocomplete_fields = ["references"]
    fieldsets = [
        (None, {"fields": ["name", "code", "number"]}),
        (_("Who pays there"), {"fields": ["hospital_drugs", "home_drugs", "status_words", "references"]}),
        (_("Its tile on the map"), {"fields": [("map_column", "map_row")]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(count=_how_many(Funding, "jurisdiction", history=False))

    @admin.display(description=_("Current funding rows"), ordering="count")
    def current_funding(self, place):
        return place.count


@admin.register(Programme)
class ProgrammeAdmin(ContentAdmin):
    list_display = ["name", "kind", "jurisdiction", "covers", "phone"]
    list_filter = ["kind", "covers", ("jurisdiction", ShortFilter), ("drugs", ShortFilter)]
    list_select_related = ["jurisdiction"]
    search_fields = [*both("name"), "slug", "phone", *both("drugs__name")]
    search_help_text = _("A name, a telephone number, or a drug that the program is only for")
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["jurisdiction", "drugs", "references"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "kind", "jurisdiction", "number"]}),
        (_("What it does"), {"fields": ["what", "covers", "drugs"]}),
        (_("Where to ask"), {"fields": ["phone", "url", "references"]}),
    ]


@admin.register(Milestone)
class MilestoneAdmin(ContentAdmin):
    list_display = ["drug", "body", "outcome", "date", "number", "about"]
    list_filter = ["body", "outcome", ("drug", ShortFilter)]
    show_full_result_count = False
    search_fields = [*both("drug__name", "about"), "drug__brands", "number", "slug"]
    search_help_text = _("A drug, the number of a review, or words about the use")
    autocomplete_fields = ["drug", "indications", "reference"]
    fieldsets = [
        (None, {"fields": ["drug", "about", "indications"]}),
        (_("What was decided"), {"fields": ["body", "outcome", "date", "number", "note"]}),
        (_("How we know"), {"fields": ["reference", "slug"]}),
    ]


class DueFilter(admin.SimpleListFilter):
    title = _("check at the source")
    parameter_name = "due"

    def lookups(self, request, model_admin):
        return [("yes", _("due: never checked, or too long ago"))]

    def queryset(self, request, queryset):
        if self.value() == "yes":
            return queryset.due(on=timezone.localdate(), check_days=settings.FUNDING_CHECK_DAYS)
        return queryset


class CurrentFilter(admin.SimpleListFilter):
    title = _("time")
    parameter_name = "time"

    def lookups(self, request, model_admin):
        return [("current", _("what holds now")), ("history", _("what was replaced"))]

    def queryset(self, request, queryset):
        return queryset.filter(history=self.value() == "history") if self.value() else queryset


@admin.register(Funding)
class FundingAdmin(AsTable, ContentAdmin):
    form = FundingForm
    resource_classes = [FundingResource]
    list_display = ["drug", "place", "indication", "status", "effective", "checked", "is_current"]
    list_filter = [
        CurrentFilter,
        DueFilter,
        "checked",
        "status",
        ("jurisdiction", ShortFilter),
        ("drug", ShortFilter),
        ("indication", ShortFilter),
    ]
    actions = ["delete_selected", "confirmed_today"]
    show_full_result_count = False
    search_fields = [*both("drug__name"), "drug__brands", "slug", *both("programme"), "indication__slug"]
    search_help_text = _("A drug, a program, or part of the slug: the use, the place, the date")
    autocomplete_fields = ["drug", "indication", "jurisdiction", "reference"]
    fieldsets = [
        (_("What is paid for, and where"), {"fields": ["drug", "indication", "jurisdiction"]}),
        (_("What was decided"), {"fields": ["status", "programme", "criteria"]}),
        (_("Since when, and how we know"), {"fields": ["effective", "checked", "check_days", "reference"]}),
        (_("Only for what no longer holds"), {"fields": ["history", "several"]}),
        (_("Name in tables"), {"fields": ["slug"], "classes": ["collapse"]}),
    ]

    def get_fieldsets(self, request, obj=None):
        what, decided, *others = super().get_fieldsets(request, obj)
        if obj is None:
            decided = (decided[0], {**decided[1], "fields": ["replaces", *decided[1]["fields"]]})
        return [what, decided, *others]

    def save_model(self, request, obj, form, change):
        if replaced := getattr(form, "replaced", None):
            records.update(Funding.objects.filter(pk=replaced.pk), history=True)
        super().save_model(request, obj, form, change)

    @admin.display(description=_("Current"), boolean=True, ordering="history")
    def is_current(self, row):
        return not row.history

    @admin.action(description=_("Confirmed at the source today"), permissions=["change"])
    def confirmed_today(self, request, queryset):
        """Only current rows: what was replaced by a newer row has nothing left to confirm."""
        count = records.update(queryset.filter(history=False), checked=timezone.localdate())
        self.message_user(
            request,
            ngettext("%(count)s row is marked as checked today.", "%(count)s rows are marked as checked today.", count)
            % {"count": count},
        )


list_on(
    DrugClass,
    Listed(Drug, by="drug_class", title=_("Drugs of this class"), columns=("name", "brands", "generics", "review_state")),
)
_DECISIONS = Listed(
    Milestone,
    by="drug",
    title=_("Decisions on the way to patients, the newest first"),
    help=_(
        "Health Canada, Canada’s Drug Agency or INESSS, and the price negotiation. What a province decided is under Funding."
    ),
    columns=("body", "outcome", "date", "number", "about"),
    order=("-date", "slug"),
)
_FUNDING = Listed(
    Funding,
    by="drug",
    title=_("Who pays: current rows first, by place"),
    help=_("Each row has its own page: open it to change it. A new decision is a new row, and the old one becomes history."),
    columns=("place", "indication", "status", "effective", "checked", "history"),
    order=("history", "jurisdiction__number", "-effective", "slug"),
)
_USES = {"columns": ("population", "setting", "approval", "slug")}
list_on(
    Drug,
    Listed(
        Regimen,
        by="lead",
        title=_("Regimens that it leads"),
        help=_("The drug alone is a regimen too. Open one to add a use: for whom, in which setting."),
        columns=("name", "slug"),
    ),
    Listed(
        Indication,
        by="regimen__lead",
        title=_("Uses"),
        columns=("population", "setting", "approval", "regimen"),
        order=("regimen__name", "setting", "slug"),
    ),
    _FUNDING,
    _DECISIONS,
)
list_on(Regimen, Listed(Indication, by="regimen", title=_("Uses"), order=("setting", "slug"), **_USES))
list_on(
    Indication,
    Listed(
        Funding,
        by="indication",
        title=_("Who pays for this use: current rows first, by place"),
        columns=("place", "status", "effective", "checked", "history"),
        order=("history", "jurisdiction__number", "-effective", "slug"),
    ),
)
list_on(
    Jurisdiction,
    Listed(Programme, by="jurisdiction", title=_("Programs"), columns=("name", "kind", "covers", "phone")),
    Listed(
        Funding,
        by="jurisdiction",
        title=_("Funding: current rows first, by drug"),
        columns=("drug", "indication", "status", "effective", "checked", "history"),
        order=("history", "drug__name", "slug"),
    ),
)
list_on(
    Population,
    Listed(
        Indication,
        by="population",
        title=_("Uses of drugs for them"),
        columns=("regimen", "setting", "approval"),
        order=("regimen__name", "slug"),
    ),
)
