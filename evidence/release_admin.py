"""Looking at releases, and publishing."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from . import releases
from .models import Release
from .side_by_side import groups


class ReleaseAdmin(admin.ModelAdmin):
    """Looking at releases, publishing one, activating an older one. Nothing here is edited or deleted."""

    list_display = ["number", "published_at", "published_by", "notes", "active", "wrong"]
    list_per_page = 50
    fields = ["number", "published_at", "published_by", "notes", "sha256", "active", "wrong"]
    readonly_fields = fields
    change_list_template = "admin/evidence/release/change_list.html"
    change_form_template = "admin/evidence/release/change_form.html"

    def get_queryset(self, request):
        return super().get_queryset(request).defer("document", "changes", "proof")

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
