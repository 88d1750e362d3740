"""Sources and releases in admin."""

from django.contrib import admin

from .content_admin import Kept
from .import_admin import AsTable
from .models import Reference, Release
from .release_admin import ReleaseAdmin
from .resources import ReferenceResource


@admin.register(Reference)
class ReferenceAdmin(AsTable, Kept, admin.ModelAdmin):
    resource_classes = [ReferenceResource]
    list_display = ["title", "organisation", "published", "accessed"]
    list_filter = ["organisation"]
    search_fields = ["title", "organisation", "url", "slug"]
    prepopulated_fields = {"slug": ["organisation", "title"]}


admin.site.register(Release, ReleaseAdmin)
