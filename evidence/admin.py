"""Sources, releases and publishing. What all content admins share stands here too."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from . import releases
from .models import Reference, Release

REVIEW_FIELDS = (
    _("Review"),
    {"fields": ["review_state", "signed_off_by", "signed_off_on", "review_due"], "classes": ["collapse"]},
)
"""The fieldset of everything that a clinician signs off."""


@admin.register(Reference)
class ReferenceAdmin(admin.ModelAdmin):
    list_display = ["title", "organisation", "published", "accessed"]
    list_filter = ["organisation"]
    search_fields = ["title", "organisation", "url", "slug"]
    prepopulated_fields = {"slug": ["organisation", "title"]}


@admin.register(Release)
class ReleaseAdmin(admin.ModelAdmin):
    """Looking at releases, publishing one, activating an older one. Nothing here is edited or deleted."""

    list_display = ["number", "published_at", "published_by", "notes", "active"]
    fields = ["number", "published_at", "published_by", "notes", "sha256", "active"]
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
            *super().get_urls(),
        ]

    def _require_publisher(self, request):
        if not request.user.has_perm("evidence.publish_release"):
            raise PermissionDenied

    def publish(self, request):
        """GET: what would become public. POST: publish it."""
        self._require_publisher(request)
        changes = releases.changes()
        errors: list[str] = []
        if request.method == "POST" and changes:
            try:
                release = releases.publish(by=request.user.get_username(), notes=request.POST.get("notes", "").strip())
            except releases.ContentErrors as found:
                errors = found.errors
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
            "changes": changes,
            "effects": releases.effects() if changes else [],
            "errors": errors,
            "opts": self.opts,
        }
        return render(request, "admin/evidence/release/publish.html", context)

    def activate(self, request, pk):
        self._require_publisher(request)
        release = get_object_or_404(Release, pk=pk)
        if request.method == "POST":
            try:
                releases.activate(release)
            except releases.UnreadableRelease as error:
                messages.error(
                    request, _("It was not activated: %(error)s. The public site is unchanged.") % {"error": error}
                )
            else:
                messages.success(request, _("%(release)s is public now.") % {"release": release})
        return HttpResponseRedirect(reverse("admin:evidence_release_changelist"))
