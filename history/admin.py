"""The History page of a row, going back to an earlier state of it, deleted rows, and the undoing of imports."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from . import records, words
from .models import Import

A_PAGE = 50
SHOWN = 200
"""Rows of an import, and deleted rows, that are listed by name."""

WHY = {
    records.FOUND: _("found like this; it was changed outside admin"),
    records.IMPORT: _("import of a file"),
    records.UNDO: _("an import was undone"),
    records.RESTORE: _("back to an earlier state"),
    records.SIGNED: _("signed off"),
    records.WITHDRAWN: _("sign-off withdrawn"),
    records.REVIEW: _("no text was changed"),
}


@dataclass(frozen=True)
class Entry:
    """One change of a row, as the History page tells it."""

    at: datetime
    by: str
    what: str
    """added, changed, deleted, or found: how it stood before its first recorded change."""
    why: str
    part: str
    """Which part of the row, where it is one that stands on the row's page (such as an option); else empty."""
    differences: list[words.Difference]
    back: str
    """Address of the page to go back to before this change; empty if there is nothing to go back to."""


def _may(request, action: str, model) -> bool:
    return request.user.has_perm(f"{model._meta.app_label}.{action}_{model._meta.model_name}")


class WithHistory:
    """For the ModelAdmin of rows that have a history."""

    object_history_template = "admin/history/row.html"

    def get_urls(self):
        view, name = self.admin_site.admin_view, f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path("deleted/", view(self.deleted_view), name=f"{name}_deleted"),
            path("<path:object_id>/history/<str:kind>/<int:record>/", view(self.restore_view), name=f"{name}_restore"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        deleted = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_deleted")
        return super().changelist_view(request, {"deleted_url": deleted, **(extra_context or {})})

    def _kinds(self) -> dict[str, type]:
        """Models whose changes the History page of a row tells: its own, and those of parts that have no page."""
        parts = [inline.model for inline in self.inlines if not self.admin_site.is_registered(inline.model)]
        return {model._meta.model_name: model for model in (self.model, *parts) if model in records.kept()}

    def _of_row(self, model, pk):
        """All records of the row, or of any row that was ever a part of it."""
        if model is self.model:
            return model.kept.filter(id=pk)
        field = next(field for field in records.columns(model) if field.related_model is self.model)
        parts = model.kept.filter(**{field.attname: pk}).order_by().values("id")
        return model.kept.filter(id__in=parts)

    def history_view(self, request, object_id, extra_context=None):
        pk = self._id(object_id)
        row = self.get_object(request, str(pk))
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        changes = []
        for kind, model in self._kinds().items():
            last: dict[Any, list] = {}
            of_row = self._of_row(model, pk).order_by("history_id")
            for record, of, batch, at in of_row.values_list("history_id", "id", "batch", "history_date"):
                group = last.get(of)
                if group is None or group["batch"] != batch:
                    group = {"kind": kind, "first": record, "batch": batch, "before": group and group["last"]}
                    changes.append(group)
                group |= {"last": record, "at": at}
                last[of] = group
        if row is None and not changes:
            raise Http404
        changes.sort(key=lambda group: (group["at"], group["last"]), reverse=True)
        pages = Paginator(changes, A_PAGE)
        page = pages.get_page(request.GET.get("p"))
        title = str(row) if row else records.name_of_deleted(self.model, pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: %(row)s") % {"row": title},
            "row": row,
            "row_name": title,
            "object_id": pk,
            "entries": self._entries(pk, page.object_list),
            "page": page,
            "opts": self.opts,
            "may_restore": self.has_change_permission(request, row),
            **(extra_context or {}),
        }
        return render(request, self.object_history_template, context)

    def _entries(self, pk, changes: list[dict]) -> list[Entry]:
        told: dict[tuple[str, int], Entry] = {}
        for kind, model in self._kinds().items():
            groups = [group for group in changes if group["kind"] == kind]
            ids = {group[end] for group in groups for end in ("first", "last", "before")}
            found = {record.pk: record for record in model.kept.filter(history_id__in=ids - {None})}
            then = records.states_then(found.values())
            names = words.Names(model, then.values())
            for group in groups:
                last, before = found[group["last"]], found.get(group["before"])
                was = then[before.pk] if before is not None and before.history_type != "-" else None
                is_now = then[last.pk] if last.history_type != "-" else None
                what = "deleted" if is_now is None else "added" if was is None else "changed"
                if last.history_change_reason == records.FOUND and was is None:
                    what = "found"
                differing = words.differences(model, was, is_now, names) if was or is_now else []
                back = was is not None and (is_now is None or any(one.may_go_back for one in differing))
                if what == "changed" and not differing:
                    continue
                told[kind, last.pk] = Entry(
                    at=last.history_date,
                    by=last.by,
                    what=what,
                    why=WHY.get(last.history_change_reason, "") if what != "found" else "",
                    part="" if model is self.model else f"{model._meta.verbose_name} {records.called(last)}",
                    differences=differing if what == "changed" else [],
                    back=self._restore_url(pk, kind, before.pk) if back else "",
                )
        return [told[group["kind"], group["last"]] for group in changes if (group["kind"], group["last"]) in told]

    def _id(self, object_id):
        try:
            return self.model._meta.pk.to_python(unquote(str(object_id)))
        except ValidationError as error:
            raise Http404 from error

    def _restore_url(self, pk, kind: str, record: int) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_restore", args=[pk, kind, record])

    def restore_view(self, request, object_id, kind, record):
        """GET: what going back would change. POST: go back. `field`: only that one."""
        pk = self._id(object_id)
        model = self._kinds().get(kind)
        if model is None:
            raise Http404
        earlier = get_object_or_404(self._of_row(model, pk), history_id=record)
        row = model._base_manager.filter(pk=earlier.id).first()
        if earlier.history_type == "-":
            raise Http404
        if not _may(request, "change", model) or (row is None and not _may(request, "add", model)):
            raise PermissionDenied
        only = request.POST.get("field", request.GET.get("field", ""))
        wanted = records.states_then([earlier])[earlier.pk]
        if only and only not in wanted:
            raise Http404
        is_now = records.states([row])[row.pk] if row else None
        goal = wanted
        if is_now:
            goal = {**is_now, **{n: wanted[n] for n in records.put_back(model) if n in wanted and (not only or n == only)}}
        names = words.Names(model, [is_now, goal])
        seen = sha256(repr(sorted((key, _plain(value)) for key, value in (is_now or {}).items())).encode()).hexdigest()
        reasons: list[str] = []
        history = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_history", args=[pk])
        if request.method == "POST":
            if request.POST.get("seen") != seen:
                reasons = [str(_("Somebody changed this row since you looked. Look again at what would change."))]
            else:
                try:
                    row = records.restore(earlier, only)
                except ValidationError as error:
                    reasons = error.messages
                else:
                    self.log_change(request, row, str(WHY[records.RESTORE]))
                    messages.success(request, _("“%(row)s” is as it was. Publish to make it public.") % {"row": row})
                    return HttpResponseRedirect(history)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Back to an earlier state: %(row)s") % {"row": row or records.name_of_deleted(model, earlier.id)},
            "row": row,
            "earlier": earlier,
            "differences": words.differences(model, is_now, goal, names),
            "only": only,
            "seen": seen,
            "reasons": reasons,
            "history_url": history,
            "opts": self.opts,
        }
        return render(request, "admin/history/restore.html", context)

    def deleted_view(self, request):
        """Rows that were deleted, the last one first, each with its history."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        gone = self.model.kept.filter(history_type="-").exclude(id__in=self.model._base_manager.values("pk"))
        listed, seen = [], set()
        for record in gone.order_by("-history_id")[:SHOWN]:
            if record.id not in seen:
                seen.add(record.id)
                url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_history", args=[record.id])
                listed.append({"name": records.called(record), "url": url, "at": record.history_date, "by": record.by})
        context = {
            **self.admin_site.each_context(request),
            "title": _("Deleted: %(rows)s") % {"rows": self.opts.verbose_name_plural},
            "deleted": listed,
            "opts": self.opts,
        }
        return render(request, "admin/history/deleted.html", context)


def _plain(value):
    return sorted(value) if isinstance(value, frozenset) else value


@admin.register(Import)
class ImportAdmin(admin.ModelAdmin):
    """Imports that were made, and undoing one. Who may import into a table may undo an import into it."""

    list_display = ["at", "table", "file", "by", "added", "changed", "undone_at"]
    list_select_related = ["table"]
    list_filter = ["table"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        undo = path("<int:pk>/undo/", self.admin_site.admin_view(self.undo_view), name="history_import_undo")
        return [undo, *super().get_urls()]

    def _may_undo(self, request, done: Import) -> bool:
        model = done.table.model_class()
        return model in records.kept() and _may(request, "add", model) and _may(request, "change", model)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if request.method != "GET" or not self.has_view_permission(request):
            raise PermissionDenied
        return self._page(request, get_object_or_404(Import.objects.select_related("table"), pk=unquote(object_id)))

    def _page(self, request, done: Import, reasons=()):
        model = done.table.model_class()
        touched = records.touched(done.batch, model) if model in records.kept() else []
        there = {row.pk: row for row in model._base_manager.filter(pk__in=[record.id for record in touched[:SHOWN]])}
        shown = [
            {"name": there.get(record.id) or records.called(record), "url": _history_url(model, record.id)}
            for record in touched[:SHOWN]
        ]
        if not done.undone_at and not reasons:
            reasons = records.why_not_undo(done.batch, model)
        context = {
            **self.admin_site.each_context(request),
            "title": str(done),
            "done": done,
            "rows": shown,
            "more": len(touched) - len(shown),
            "reasons": reasons[:SHOWN],
            "may_undo": self._may_undo(request, done),
            "opts": self.opts,
        }
        return render(request, "admin/history/import.html", context)

    def undo_view(self, request, pk):
        done = get_object_or_404(Import.objects.select_related("table"), pk=pk)
        if not self._may_undo(request, done):
            raise PermissionDenied
        page = HttpResponseRedirect(reverse("admin:history_import_change", args=[pk]))
        if request.method != "POST" or done.undone_at:
            return page
        try:
            count = records.undo(done.batch, done.table.model_class(), by=request.user.get_username())
        except ValidationError as error:
            return self._page(request, done, error.messages)
        done.undone_at, done.undone_by = timezone.now(), request.user.get_username()
        done.save()
        self.log_change(request, done, str(WHY[records.UNDO]))
        said = ngettext("%(count)s row is as it was before.", "%(count)s rows are as they were before.", count)
        messages.success(request, said % {"count": count})
        return page


def _history_url(model, pk) -> str:
    try:
        return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_history", args=[pk])
    except NoReverseMatch:
        return ""
