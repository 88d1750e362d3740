"""What the admins of all content share: both languages in one form, history, deleting that says what it takes away."""

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin, TranslationStackedInline
from modeltranslation.translator import translator
from modeltranslation.utils import build_localized_fieldname

from history.admin import WithHistory

from .deleting import consequences

REVIEW_FIELDS = (
    _("Review"),
    {"fields": ["review_state", "signed_off_by", "signed_off_on", "review_due"], "classes": ["collapse"]},
)
"""The fieldset of everything that a clinician signs off."""


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
