"""Hard words and their definitions."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from evidence.admin_lists import both
from evidence.content_admin import REVIEW_FIELDS, SignedOffAdmin

from .models import Term


@admin.register(Term)
class TermAdmin(SignedOffAdmin):
    list_display = ["name", "definition", "category", "review_state"]
    list_filter = ["category", "review_state"]
    search_fields = [*both("name", "aliases", "definition"), "slug"]
    search_help_text = _("A word, another spelling of it, or words of its definition, in English or French")
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["references"]
    fieldsets = [(None, {"fields": ["name", "slug", "aliases", "category", "definition", "references"]}), REVIEW_FIELDS]
