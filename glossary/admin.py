"""Hard words and their definitions."""

from django.contrib import admin

from evidence.content_admin import REVIEW_FIELDS, ContentAdmin

from .models import Term


@admin.register(Term)
class TermAdmin(ContentAdmin):
    list_display = ["name", "definition", "category", "review_state"]
    list_filter = ["category", "review_state"]
    search_fields = ["name", "aliases", "definition"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["references"]
    fieldsets = [(None, {"fields": ["name", "slug", "aliases", "category", "definition", "references"]}), REVIEW_FIELDS]
