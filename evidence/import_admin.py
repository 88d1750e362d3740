"""Tables in and out of admin: import with a dry run that shows what would change, and export."""

from django import forms
from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core import signing
from django.db import transaction
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from import_export.admin import ImportExportMixin
from import_export.forms import ConfirmImportForm, ExportForm, ImportForm

from history import records
from history.models import Import

from .sheets import CSV, LARGEST, XLSX, InThePage, Spreadsheet, Unreadable


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
