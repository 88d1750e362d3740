"""Releases in admin: the list, a release's page, going back to one, and marking one as wrong."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from . import releases, reviewing, scheduling
from .file_pages import FilePages
from .models import Release
from .publish_page import PublishPage
from .side_by_side import SideBySide


class ReleaseAdmin(PublishPage, FilePages, admin.ModelAdmin):
    """Looking at releases, publishing one, activating an older one. Nothing here is edited or deleted."""

    list_display = [
        "number",
        "published_at",
        "written_by",
        "signed_by",
        "published_by",
        "notes",
        "active",
        "wrong",
        "came_from",
    ]
    list_per_page = 50
    fields = [
        *("number", "active", "wrong", "published_at", "published_by", "notes", "written_by", "asked_by", "signed_by"),
        *("signed_at", "sign_off_comment", "frozen_at", "imported_from", "imported_by", "imported_at", "sha256", "follows"),
    ]
    readonly_fields = fields
    only_if_known = {"sign_off_comment", "frozen_at", "imported_from", "imported_by", "imported_at", "follows"}
    change_list_template = "admin/evidence/release/change_list.html"
    change_form_template = "admin/evidence/release/change_form.html"

    def get_queryset(self, request):
        return super().get_queryset(request).defer("document", "changes", "proof")

    def get_fields(self, request, obj=None):
        known = {name for name in self.only_if_known if getattr(obj, name, None)}
        if obj and self.sign_off_comment(obj):
            known.add("sign_off_comment")
        return [name for name in self.fields if name not in self.only_if_known or name in known]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_view_permission(self, request, obj=None):
        return request.user.is_staff

    @admin.display(description=_("edited by"))
    def written_by(self, release):
        return ", ".join(release.authors)

    @admin.display(description=_("from"))
    def came_from(self, release):
        return release.imported_from or _("here")

    @admin.display(description=_("what the reviewer said"))
    def sign_off_comment(self, release):
        sign_off = reviewing.sign_off_of(release)
        return sign_off.comment if sign_off else ""

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("publish/", view(self.publish), name="evidence_release_publish"),
            path("publish/<slug:section>/<slug:kind>/", view(self.publish_rows), name="evidence_release_publish_rows"),
            path(
                "<int:pk>/activate/<slug:section>/<slug:kind>/",
                view(self.activate_rows),
                name="evidence_release_activate_rows",
            ),
            path("import/", view(self.upload), name="evidence_release_upload"),
            path("<int:pk>/file/", view(self.download), name="evidence_release_download"),
            path("<int:pk>/activate/", view(self.activate), name="evidence_release_activate"),
            path("<int:pk>/mark/", view(self.mark), name="evidence_release_mark"),
            *super().get_urls(),
        ]

    def _require_publisher(self, request):
        if not request.user.has_perm(reviewing.MAY_PUBLISH):
            raise PermissionDenied

    def changelist_view(self, request, extra_context=None):
        waiting = scheduling.waiting()
        told = {
            "waiting": waiting,
            "why_not_due": waiting and scheduling.why_not(waiting),
            "failed": scheduling.failed(),
            "may_look": reviewing.may_look(request.user),
        }
        return super().changelist_view(request, {**told, **(extra_context or {})})

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
        return self._page(request, "mark", _("Mark %(release)s as wrong") % {"release": release}, release=release)

    def activate(self, request, pk):
        """GET: what would change for readers. POST: make this release the public one."""
        self._require_publisher(request)
        release = get_object_or_404(Release, pk=pk)
        why_not = reviewing.why_not_activate(request.user.get_username(), release)
        if request.method == "POST" and not why_not:
            try:
                releases.activate(release, by=request.user.get_username())
            except releases.UnreadableRelease as error:
                messages.error(request, self._unreadable(error))
            else:
                messages.success(request, _("%(release)s is public now.") % {"release": release})
            return HttpResponseRedirect(reverse("admin:evidence_release_changelist"))
        try:
            found = releases.instead(release)
        except releases.UnreadableRelease as error:
            messages.error(request, self._unreadable(error))
            return HttpResponseRedirect(reverse("admin:evidence_release_change", args=[pk]))
        effects = found.effects()
        beside = {row: said for effect in effects for row, said in effect.beside.items()}
        return self._page(
            request,
            "activate",
            _("Make %(release)s public") % {"release": release},
            release=release,
            found=found,
            effects=effects,
            groups=SideBySide(found, site=self.admin_site, user=request.user, beside=beside, who=False).groups(),
            seen=found.draft.sha256,
            why_not=why_not,
            waiting=scheduling.waiting(),
        )

    def activate_rows(self, request, pk, section, kind):
        """All rows of one kind that would become others, a page at a time."""
        self._require_publisher(request)
        release = get_object_or_404(Release, pk=pk)
        back = reverse("admin:evidence_release_activate", args=[pk])
        try:
            found = releases.instead(release)
        except releases.UnreadableRelease:
            return HttpResponseRedirect(back)
        return self._rows(request, found, (section, kind), back=back, right=release, who=False)

    def _unreadable(self, error):
        return _("It was not activated: %(error)s. The public site is unchanged.") % {"error": error}

    def _page(self, request, name: str, title: str, **context):
        context = {**self.admin_site.each_context(request), "title": title, "opts": self.opts, **context}
        return render(request, f"admin/evidence/release/{name}.html", context)
