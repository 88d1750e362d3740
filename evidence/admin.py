"""Sources, releases and publishing. What all content admins share stands here too."""

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from import_export.admin import ImportExportMixin
from import_export.forms import ConfirmImportForm, ExportForm, ImportForm
from modeltranslation.admin import TranslationAdmin, TranslationStackedInline
from modeltranslation.translator import translator
from modeltranslation.utils import build_localized_fieldname

from history import records
from history.admin import WithHistory
from history.models import Import

from . import releases
from .deleting import consequences
from .models import Reference, Release
from .resources import ReferenceResource
from .sheets import CSV, LARGEST, XLSX, InThePage, Spreadsheet, Unreadable
from .side_by_side import groups

REVIEW_FIELDS = (
    _("Review"),
    {"fields": ["review_state", "signed_off_by", "signed_off_on", "review_due"], "classes": ["collapse"]},
)
"""The fieldset of everything that a clinician signs off."""


class ChooseFile(ImportForm):
    """The file alone: what it is, it says itself."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["import_file"].widget.attrs["accept"] = ".csv,.xlsx"
        self.fields["format"].widget = forms.HiddenInput()
        self.initial["format"] = "0"

    def clean_import_file(self):
        file = self.cleaned_data["import_file"]
        if file.size > LARGEST:
            raise forms.ValidationError(
                _("The file is larger than 1.5 MB. Split it, and import the parts one after another.")
            )
        return file


class ConfirmImport(ConfirmImportForm):
    shown = forms.CharField(widget=forms.HiddenInput())

    def clean_import_file_name(self):
        kept = self.cleaned_data["import_file_name"]
        try:
            InThePage(name=kept).read()
        except signing.BadSignature as error:
            raise forms.ValidationError(_("This page is too old to confirm. Choose the file again.")) from error
        return kept


class ChooseFormat(ExportForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offered = [choice for choice in self.fields["format"].choices if choice[0]]
        self.fields["format"].widget = forms.RadioSelect(choices=offered)
        self.initial["format"] = offered[-1][0]


class AsTable(ImportExportMixin):
    """Import and export of an admin's rows as CSV or XLSX. Deletes nothing."""

    import_formats = [Spreadsheet]
    export_formats = [CSV, XLSX]
    import_form_class = ChooseFile
    confirm_form_class = ConfirmImport
    export_form_class = ChooseFormat
    tmp_storage_class = InThePage

    def has_import_permission(self, request):
        return self.has_add_permission(request) and self.has_change_permission(request)

    def has_export_permission(self, request):
        return self.has_view_permission(request)

    def get_import_context_data(self, **kwargs):
        (resource,) = self.resource_classes
        return {"columns": resource().fields.values()}

    def get_import_data_kwargs(self, *, form=None, **kwargs):
        return {**kwargs, "shown": form.cleaned_data.get("shown")}

    def add_data_read_fail_error_to_form(self, form, error):
        if not isinstance(error, Unreadable):
            raise error
        form.add_error("import_file", str(error))

    def import_action(self, request, **kwargs):
        response = super().import_action(request, **kwargs)
        context = response.context_data
        if "confirm_form" in context:
            if context["result"].changes:
                context["confirm_form"].initial["shown"] = context["result"].fingerprint
            else:
                del context["confirm_form"]
        return response

    def process_import(self, request, **kwargs):
        response = super().process_import(request, **kwargs)
        if getattr(response, "context_data", None) and "confirm_form" in response.context_data:
            for said in response.context_data.pop("confirm_form").errors.get("import_file_name", []):
                messages.error(request, said)
            return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_import"))
        return response

    def process_result(self, result, request):
        if not result.findings:
            return super().process_result(result, request)
        form = self.import_form_class(self.get_import_formats(), self.get_import_resource_classes(request))
        context = {
            **self.admin_site.each_context(request),
            **self.get_import_context_data(),
            "title": _("Import"),
            "form": form,
            "media": self.media + form.media,
            "opts": self.opts,
            "result": result,
        }
        return TemplateResponse(request, [self.import_template_name], context)

    def process_dataset(self, dataset, form, request, **kwargs):
        with transaction.atomic(), records.together(records.IMPORT) as batch:
            result = super().process_dataset(dataset, form, request, **kwargs)
            if not result.findings:
                result.undone_with = Import.objects.create(
                    batch=batch,
                    table=ContentType.objects.get_for_model(self.model),
                    by=request.user.get_username(),
                    file=form.cleaned_data["original_file_name"][:200],
                    added=result.added,
                    changed=result.changed,
                )
        return result

    def add_success_message(self, result, request):
        said = _("Imported: %(added)s new, %(changed)s changed, %(unchanged)s as they were.")
        counts = {"added": result.added, "changed": result.changed, "unchanged": result.unchanged}
        undo = reverse("admin:history_import_change", args=[result.undone_with.pk])
        messages.success(
            request, format_html('{} <a href="{}">{}</a>', said % counts, undo, _("What it changed, and undoing it"))
        )

    def _create_log_entry(self, user_pk, rows, import_type, action_flag):
        LogEntry.objects.log_actions(user_pk, rows, action_flag, change_message=_("Imported from a file."))


class TranslatedForm(forms.ModelForm):
    """Checks the database's constraints on translated fields, too.

    The form has `summary_en` and `summary_fr` but not `summary`, which is the column that constraints name: Django would
    leave such a constraint to the database, and staff would see an error page instead of a message.
    """

    def _post_clean(self):
        super()._post_clean()
        translated = translator.get_options_for_model(self._meta.model).all_fields
        for field in translated:
            # Emptied, the default language leaves the column itself as it was until it is saved.
            if not getattr(self.instance, build_localized_fieldname(field, settings.MODELTRANSLATION_DEFAULT_LANGUAGE)):
                self.instance.__dict__[field] = ""
        told = set(self.non_field_errors())
        try:
            self.instance.validate_constraints(exclude=self._get_validation_exclusions() - set(translated))
        except ValidationError as error:
            self.add_error(None, [message for message in error.messages if message not in told])


class Kept(WithHistory):
    """For the ModelAdmin of content: every change can be undone, and nothing public is deleted without saying so."""

    actions = ["delete_selected"]

    def delete_view(self, request, object_id, extra_context=None):
        told = dict(extra_context or {})
        if request.method == "GET" and self.has_delete_permission(request):
            told["consequences"] = consequences(self.model._base_manager.filter(pk=unquote(object_id)))
        return super().delete_view(request, object_id, told)

    @admin.action(description=delete_selected.short_description, permissions=["delete"])
    def delete_selected(self, request, queryset):
        page = delete_selected(self, request, queryset)
        if page is not None:
            page.context_data["consequences"] = consequences(queryset)
        return page


class ContentAdmin(Kept, TranslationAdmin):
    """Admin of content with translated fields."""

    form = TranslatedForm


class ContentInline(TranslationStackedInline):
    """Read only on a page that one may only read: Django would show the fields, then refuse the page."""

    form = TranslatedForm

    def _may_save_the_page(self, request, row):
        of = self.parent_model._meta
        return request.user.has_perm(f"{of.app_label}.{'change' if row else 'add'}_{of.model_name}")

    def has_add_permission(self, request, obj):
        return super().has_add_permission(request, obj) and self._may_save_the_page(request, obj)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self._may_save_the_page(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self._may_save_the_page(request, obj)


@admin.register(Reference)
class ReferenceAdmin(AsTable, Kept, admin.ModelAdmin):
    resource_classes = [ReferenceResource]
    list_display = ["title", "organisation", "published", "accessed"]
    list_filter = ["organisation"]
    search_fields = ["title", "organisation", "url", "slug"]
    prepopulated_fields = {"slug": ["organisation", "title"]}


@admin.register(Release)
class ReleaseAdmin(admin.ModelAdmin):
    """Looking at releases, publishing one, activating an older one. Nothing here is edited or deleted."""

    list_display = ["number", "published_at", "published_by", "notes", "active", "wrong"]
    fields = ["number", "published_at", "published_by", "notes", "sha256", "active", "wrong"]
    readonly_fields = fields
    change_list_template = "admin/evidence/release/change_list.html"
    change_form_template = "admin/evidence/release/change_form.html"

    def get_queryset(self, request):
        return super().get_queryset(request).defer("document")

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_view_permission(self, request, obj=None):
        return request.user.is_staff

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("publish/", view(self.publish), name="evidence_release_publish"),
            path("<int:pk>/activate/", view(self.activate), name="evidence_release_activate"),
            path("<int:pk>/mark/", view(self.mark), name="evidence_release_mark"),
            *super().get_urls(),
        ]

    def _require_publisher(self, request):
        if not request.user.has_perm("evidence.publish_release"):
            raise PermissionDenied

    def publish(self, request):
        """GET: what would become public, and what that does for readers. POST: publish it."""
        self._require_publisher(request)
        found = releases.unpublished()
        errors: list[str] = []
        if request.method == "POST" and request.POST.get("seen", found.draft.sha256) != found.draft.sha256:
            messages.error(
                request, _("Nothing was published: somebody saved something since you looked. Please look again.")
            )
        elif request.method == "POST" and not found.same:
            changes = found.changes
            try:
                release = releases.publish(by=request.user.get_username(), notes=request.POST.get("notes", "").strip())
            except releases.ContentErrors as refused:
                errors = refused.errors
                messages.error(request, _("Nothing was published: the content has errors. Nothing you saved is lost."))
            else:
                said = ngettext(
                    "%(release)s is public now, with %(count)s change.",
                    "%(release)s is public now, with %(count)s changes.",
                    len(changes),
                )
                messages.success(request, said % {"release": release, "count": len(changes)})
                return HttpResponseRedirect(reverse("admin:evidence_release_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Publish"),
            "opts": self.opts,
            **self._unpublished(request, found),
        }
        context["errors"] = errors or context.get("errors", [])
        return render(request, "admin/evidence/release/publish.html", context)

    def _unpublished(self, request, found):
        """What the page says about what is saved and not public."""
        if found.same or found.public is None:
            return {"nothing": found.same, "first": found.public is None, "count": len(found.changes)}
        effects = found.effects()
        beside = {row: said for effect in effects for row, said in effect.beside.items()}
        return {
            "public": found.public,
            "seen": found.draft.sha256,
            "groups": groups(found, site=self.admin_site, user=request.user, beside=beside),
            "count": len(found.changes),
            "effects": effects,
            "errors": [error for effect in effects for error in effect.errors],
            "notes": request.POST.get("notes", ""),
        }

    def mark(self, request, pk):
        """GET: what would be said to readers of old plans. POST: say it, or take it back."""
        self._require_publisher(request)
        release = get_object_or_404(Release, pk=pk)
        if request.method == "POST":
            releases.mark_wrong(release, request.POST.get("wrong", ""), by=request.user.get_username())
            self.log_change(request, release, release.wrong or str(_("No longer marked as wrong.")))
            said = (
                _("%(release)s is marked as wrong. Whoever comes back with one of its plans is told first.")
                if release.wrong
                else _("%(release)s is not marked as wrong any more.")
            )
            messages.success(request, said % {"release": release})
            return HttpResponseRedirect(reverse("admin:evidence_release_change", args=[pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Mark %(release)s as wrong") % {"release": release},
            "release": release,
            "opts": self.opts,
        }
        return render(request, "admin/evidence/release/mark.html", context)

    def activate(self, request, pk):
        self._require_publisher(request)
        release = get_object_or_404(Release, pk=pk)
        if request.method == "POST":
            try:
                releases.activate(release, by=request.user.get_username())
            except releases.UnreadableRelease as error:
                messages.error(
                    request, _("It was not activated: %(error)s. The public site is unchanged.") % {"error": error}
                )
            else:
                messages.success(request, _("%(release)s is public now.") % {"release": release})
        return HttpResponseRedirect(reverse("admin:evidence_release_changelist"))
