"""Sources and releases in admin."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from .content_admin import Kept
from .import_admin import AsTable
from .models import Reference, Release
from .reference_form import OffersKnown
from .release_admin import ReleaseAdmin
from .resources import ReferenceResource


@admin.register(Reference)
class ReferenceAdmin(OffersKnown, AsTable, Kept, admin.ModelAdmin):
    resource_classes = [ReferenceResource]
    list_display = ["title", "organisation", "published", "accessed"]
    list_filter = ["accessed", ("url", admin.EmptyFieldListFilter)]
    search_fields = ["title", "organisation", "url", "slug"]
    search_help_text = _("A title, an organisation, or an address")
    date_hierarchy = "accessed"
    prepopulated_fields = {"slug": ["organisation", "title"]}
    fieldsets = [
        (None, {"fields": ["title", "organisation", "url", "slug"]}),
        (_("When it was written, and when we read it"), {"fields": ["published", "accessed"]}),
    ]


admin.site.register(Release, ReleaseAdmin)
