"""What the admins of all content share: both languages in one form, history, deleting that says what it takes away."""

from django.contrib import admin
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from modeltranslation.admin import TranslationAdmin, TranslationStackedInline

from history.admin import WithHistory
from history.meanwhile_admin import ToldOfOthers

from .admin_lists import FarPages, tables
from .content_form import ContentForm
from .deleting import consequences, held_by
from .signing_admin import SignedOff
from .written import all_written

REVIEW_FIELDS = (_("Clinical sign-off"), {"fields": ["sign_off_told"]})
"""The fieldset of everything that a clinician signs off: to read here, to sign on a page of its own."""


MOST_NAMED = 100
"""Rows that the page which asks before deleting names, at each level; it says how many more there are."""


def _cut(told: list) -> list:
    """The nested list that such a page shows, each level no longer than that."""
    shown = [_cut(one) if isinstance(one, list) else one for one in told[:MOST_NAMED]]
    more = len(told) - MOST_NAMED
    return [*shown, ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more}] if more > 0 else shown


FEW_NAMED = 5


def _named(rows) -> str:
    """ "Funding (7,692): first, second …"."""
    some = ", ".join(str(row) for row in rows[:FEW_NAMED])
    count = rows.count()
    return f"{capfirst(rows.model._meta.verbose_name_plural)} ({count}): {some}{' …' if count > FEW_NAMED else ''}"


class Kept(ToldOfOthers, WithHistory):
    """For the ModelAdmin of content: every change can be undone, and nothing public is deleted without saying so."""

    form = ContentForm
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    actions = ["delete_selected"]
    paginator = FarPages
    list_per_page = 50
    list_max_show_all = 200

    class Media:
        js = ["admin/writing.js"]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            # Beside the search field it looks like "empty this field", and deletes the row that was chosen.
            field.widget.can_delete_related = False
        return field

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["listed"] = list(tables(self.admin_site, request, obj)) if obj else []
        context["looked_at"] = bool(all_written(self.model))
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_deleted_objects(self, objs, request):
        pks = [one.pk for one in objs]
        if held := held_by(self.model._base_manager.filter(pk__in=pks)):
            # Django would read, and name, each of what can be 100,000 rows.
            counts = {self.opts.verbose_name_plural: len(pks)}
            return _cut([str(one) for one in objs[:MOST_NAMED]]), counts, set(), [_named(rows) for rows in held]
        told, *others, protected = super().get_deleted_objects(objs, request)
        return _cut(told), *others, _cut(protected)

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


class SignedOffAdmin(SignedOff, ContentAdmin):
    """Admin of content that a clinician signs off."""

    actions = [*ContentAdmin.actions, "sign_off", "withdraw", "give_to_clinician", "take_from_clinician"]


class ContentInline(TranslationStackedInline):
    """Read only on a page that one may only read: Django would show the fields, then refuse the page."""

    form = ContentForm

    def _may_save_the_page(self, request, row):
        of = self.parent_model._meta
        return request.user.has_perm(f"{of.app_label}.{'change' if row else 'add'}_{of.model_name}")

    def has_add_permission(self, request, obj):
        return super().has_add_permission(request, obj) and self._may_save_the_page(request, obj)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self._may_save_the_page(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self._may_save_the_page(request, obj)
