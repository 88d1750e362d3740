"""The page from which staff publish: what changes and what that does, its review, and publishing now or at a date."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from . import releases, reviewing, scheduling
from .authorship import authors
from .models import Scheduled
from .reviewing import MAY_ASK, MAY_PUBLISH, MAY_SIGN
from .side_by_side import SideBySide, Table

NEEDS = {
    "ask": MAY_ASK,
    "sign": MAY_SIGN,
    "send-back": MAY_SIGN,
    "publish": MAY_PUBLISH,
    "schedule": MAY_PUBLISH,
    "cancel": MAY_PUBLISH,
    "due": MAY_PUBLISH,
}
"""What can be done on the page → the permission it takes."""
OF_WHAT_WAS_SEEN = {"ask", "sign", "send-back", "publish", "schedule"}

A_PAGE = 50
"""Changed rows of a kind, where they are paged through."""


class DueForm(forms.Form):
    """When to publish, in the time zone of the site."""

    # The same form publishes at once, and then needs no date.
    use_required_attribute = False

    due = forms.SplitDateTimeField(
        label=_("When"),
        widget=forms.SplitDateTimeWidget(
            date_attrs={"type": "date", "aria-label": _("Day")},
            time_attrs={"type": "time", "aria-label": _("Time")},
            date_format="%Y-%m-%d",
            time_format="%H:%M",
        ),
    )


class PublishPage:
    """For the ModelAdmin of releases."""

    def publish(self, request):
        """GET: what would become public, and what that does for readers. POST: `do` one of NEEDS, by default publish."""
        if not reviewing.may_look(request.user):
            raise PermissionDenied
        found = releases.unpublished()
        by = {} if found.same else authors(found)
        errors: list[str] = []
        due = DueForm(request.POST if request.POST.get("do") == "schedule" else None)
        if request.method == "POST":
            do = request.POST.get("do", "publish")
            if not request.user.has_perm(NEEDS.get(do, MAY_PUBLISH)):
                raise PermissionDenied
            try:
                if self._do(request, do, found, by, due):
                    page = "changelist" if do in ("publish", "schedule", "due") else "publish"
                    return HttpResponseRedirect(reverse(f"admin:evidence_release_{page}"))
            except releases.ContentErrors as refused:
                errors = refused.errors
                messages.error(request, _("Nothing was published: the content has errors. Nothing you saved is lost."))
            except releases.NotWhatWasSigned:
                messages.error(request, _SAVED_SINCE)
            except reviewing.Refused as refused:
                for reason in refused.reasons:
                    messages.error(request, reason)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Publish") if request.user.has_perm(MAY_PUBLISH) else _("What is saved and not public yet"),
            "opts": self.opts,
            "due": due,
            "posted": request.POST,
            "waiting": (waiting := scheduling.waiting()),
            "why_not_due": waiting and scheduling.why_not(waiting),
            "is_due": waiting and waiting.due <= timezone.now(),
            "failed": scheduling.failed(),
            **self._unpublished(request, found, by),
        }
        context["errors"] = context.get("errors") or errors
        return render(request, "admin/evidence/release/publish.html", context)

    def publish_rows(self, request, section, kind):
        """All changed rows of one kind, a page at a time."""
        if not reviewing.may_look(request.user):
            raise PermissionDenied
        found = releases.unpublished()
        back = reverse("admin:evidence_release_publish")
        return self._rows(request, found, (section, kind), back=back, right=_("Saved"), who=True)

    def _rows(self, request, found: releases.Unpublished, table: Table, *, back: str, right, who: bool):
        if table not in releases.model_names():
            raise Http404
        beside = {row: said for effect in found.effects() for row, said in effect.beside.items()}
        all_of_them = SideBySide(found, site=self.admin_site, user=request.user, beside=beside, who=who)
        pages = Paginator(range(len(all_of_them.by_kind.get(table, []))), A_PAGE)
        page = pages.get_page(request.GET.get("p"))
        group = all_of_them.group(table, page.start_index() - 1 if page else 0, page.end_index())
        context = {
            **self.admin_site.each_context(request),
            "title": _("What changes: %(rows)s") % {"rows": group.name},
            "opts": self.opts,
            "group": group,
            "page": page,
            "back": back,
            "left": _("Public now"),
            "right": right,
            # Saved since: these are not the rows of the diff that was looked at.
            "other": request.GET.get("seen", found.draft.sha256) != found.draft.sha256,
            "seen": found.draft.sha256,
        }
        return render(request, "admin/evidence/release/rows.html", context)

    def _do(self, request, do: str, found: releases.Unpublished, by: dict[str, list[str]], due: DueForm) -> bool:
        """Whether it was done. Raises what reviewing and scheduling raise."""
        sent, name = request.POST, request.user.get_username()
        if do in OF_WHAT_WAS_SEEN:
            if found.same:
                return False
            if sent.get("seen", found.draft.sha256) != found.draft.sha256:
                messages.error(request, _SAVED_SINCE)
                return False
            if do in ("ask", "sign") and (errors := [e for effect in found.effects() for e in effect.errors]):
                raise releases.ContentErrors(errors)
        text = {field: sent.get(field, "").strip() for field in ("notes", "request", "comment")}
        if do == "ask":
            asked = reviewing.ask(found, by=name, of=sent.get("of", ""), request=text["request"], authors=by)
            said = _("%(who)s is asked for a review.") if asked.asked_of else _("A review is asked for.")
            messages.success(request, said % {"who": asked.asked_of})
        elif do == "sign":
            reviewing.sign(found, by=name, comment=text["comment"], authors=by)
            messages.success(request, _("Signed. A publisher can publish exactly this; anything saved now voids it."))
        elif do == "send-back":
            reviewing.send_back(found, by=name, comment=text["comment"])
            messages.success(request, _("Sent back. Whoever asked sees why."))
        elif do == "publish":
            release = reviewing.publish(found, by=name, notes=text["notes"], authors=by)
            said = ngettext(
                "%(release)s is public now, with %(count)s change.",
                "%(release)s is public now, with %(count)s changes.",
                len(found.changes),
            )
            messages.success(request, said % {"release": release, "count": len(found.changes)})
        elif do == "schedule":
            if not due.is_valid():
                return False
            moment = due.cleaned_data["due"]
            scheduled = scheduling.schedule(found, by=name, notes=text["notes"], due=moment, authors=by)
            said = _("It becomes public on %(when)s, exactly as it is now.")
            messages.success(request, said % {"when": scheduling.when(scheduled.due)})
        elif do == "cancel":
            if scheduling.cancel(by=name):
                messages.success(request, _("Called off. Nothing is scheduled."))
        else:
            self._publish_due(request, name)
        return True

    def _publish_due(self, request, name: str):
        settled = scheduling.publish_due(by=name)
        if settled is None:
            messages.warning(request, _("Nothing is due."))
        elif settled.state == Scheduled.State.REFUSED:
            messages.error(request, _("It was not published. %(reason)s") % {"reason": settled.reason})
        else:
            messages.success(request, _("%(release)s is public now.") % {"release": settled.release})

    def _unpublished(self, request, found: releases.Unpublished, by: dict[str, list[str]]):
        """What the page says about what is saved and not public, and about its review."""
        if found.same or found.public is None:
            return {"nothing": found.same, "first": found.public is None, "count": len(found.changes)}
        effects = found.effects()
        beside = {row: said for effect in effects for row, said in effect.beside.items()}
        name, standing = request.user.get_username(), reviewing.standing(found)
        return {
            "public": found.public,
            "seen": found.draft.sha256,
            "groups": SideBySide(found, site=self.admin_site, user=request.user, beside=beside).groups(),
            "count": len(found.changes),
            "effects": effects,
            "errors": [error for effect in effects for error in effect.errors],
            "authors": sorted(by),
            "standing": standing,
            "reviewers": [reviewer for reviewer in reviewing.reviewers() if reviewer not in by],
            "why_not_sign": reviewing.why_not_sign(name, by),
            "why_not_publish": reviewing.why_not_publish(name, standing, by),
        }


_SAVED_SINCE = _("Nothing was done: somebody saved or published something since you looked. Please look again.")
