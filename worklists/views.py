"""A page for each work list: its rows, whose they are, and what can be done about several at once."""

from hashlib import sha256

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from feedback.models import Feedback
from history import records
from medsearch.models import Funding

from . import links
from .lists import Chosen, Counted, Listed, WorkList, counted, give, listed, people, places, worklists

A_PAGE = 50
LINKS_AT_ONCE = 10
"""Links that somebody may have asked again while they wait."""


def front(user) -> list[Counted]:
    """The lists that this person may see, each with what it has for them."""
    told = (counted(worklist, user) for worklist in worklists(timezone.localdate()).values())
    return [found for found in told if found is not None]


def work_list(request, slug, site):
    """GET: the rows, filtered by `whose` (mine or nobody), `late` and `table`. POST: do something about those ticked."""
    worklist = worklists(timezone.localdate()).get(slug)
    if worklist is None:
        raise Http404
    sources = worklist.seen_by(request.user)
    if not sources:
        raise PermissionDenied
    if request.method == "POST":
        return _act(request, site, worklist)
    tables = {source.table: source.model._meta.verbose_name_plural for source in sources}
    chosen = Chosen(
        whose=request.GET.get("whose", ""),
        late=bool(request.GET.get("late")) and worklist.has_late,
        table=request.GET.get("table", "") if request.GET.get("table") in tables else "",
    )
    page = Paginator(places(worklist, request.user, chosen), A_PAGE).get_page(request.GET.get("p"))
    rows = listed(worklist, request.user, page.object_list)
    acting = [source for source in sources if source.may_act(request.user)]
    context = {
        **site.each_context(request),
        "title": worklist.which.label,
        "worklist": worklist,
        "rows": [_told(one) for one in rows],
        "page": page,
        "chosen": chosen,
        "filters": _filters(request, worklist, tables, chosen),
        "query": _query(chosen),
        "may_act": bool(acting),
        "people": people(acting) if acting else (),
        "once": links.Link.objects.failed_once().count() if worklist.which == "links" else 0,
        "many_tables": len(tables) > 1,
        "may_sign_off": any(_may_sign_off(request.user, source.model) for source in acting),
    }
    return render(request, "admin/worklists/list.html", context)


def _query(chosen: Chosen, **changed) -> str:
    asked = {"whose": chosen.whose, "late": "1" if chosen.late else "", "table": chosen.table, **changed}
    return urlencode({name: value for name, value in asked.items() if value})


def _filters(request, worklist: WorkList, tables, chosen: Chosen):
    """(what it filters by, [(words, query, whether chosen)])."""
    whose = [("", _("Everybody’s")), ("mine", _("Mine")), ("nobody", _("Nobody’s"))]
    made = [(_("Whose"), [(words, _query(chosen, whose=value), chosen.whose == value) for value, words in whose])]
    if worklist.has_late:
        late = [("", _("All")), ("1", _("Overdue"))]
        made.append((_("When"), [(words, _query(chosen, late=v), chosen.late == bool(v)) for v, words in late]))
    if len(tables) > 1:
        kinds = [("", _("All")), *((table, str(name).capitalize()) for table, name in tables.items())]
        made.append((_("What"), [(words, _query(chosen, table=value), chosen.table == value) for value, words in kinds]))
    return made


def _told(one: Listed) -> dict:
    page = one.source.page_of(one.row)
    meta = page._meta
    return {
        "key": _key(one),
        "name": one.source.name(one.row),
        "kind": one.row._meta.verbose_name,
        "url": reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[page.pk]),
        "beside": one.beside,
        "day": one.row.day,
        "late": one.row.late,
        "owner": one.owner,
        "may_act": one.may_act,
    }


def _key(one: Listed) -> str:
    return f"{one.source.table}:{one.row.pk}"


def _ticked(request, worklist: WorkList) -> list[Listed]:
    """The rows that were ticked and still stand in the list. Whoever may not act on one of them is refused."""
    asked = []
    for key in request.POST.getlist("row"):
        table, _colon, pk = key.partition(":")
        if pk.isdecimal():
            asked.append((table, int(pk), None))
    rows = listed(worklist, request.user, asked)
    if not all(one.may_act for one in rows):
        raise PermissionDenied
    return rows


def _act(request, site, worklist: WorkList):
    rows = _ticked(request, worklist)
    back = HttpResponseRedirect(f"{reverse('admin:worklist', args=[worklist.which])}?{request.GET.urlencode()}")
    what = request.POST.get("action", "")
    if not rows:
        if not any(source.may_act(request.user) for source in worklist.seen_by(request.user)):
            raise PermissionDenied
        messages.warning(request, _("Tick the rows first. Nothing was changed."))
        return back
    if what in ("me", "somebody", "nobody"):
        _assign(request, worklist, rows, what)
    elif what in worklist.actions:
        return _ACTIONS[what](request, site, worklist, rows) or back
    return back


def _assign(request, worklist: WorkList, rows: list[Listed], what: str) -> None:
    to = None
    if what == "me":
        to = request.user
    elif what == "somebody":
        who = request.POST.get("who", "")
        sources = {one.source.table: one.source for one in rows}.values()
        to = people(sources).filter(pk=int(who)).first() if who.isdecimal() else None
        if to is None:
            said = _("Nothing was changed: choose somebody who may do something about all of these rows.")
            messages.error(request, said)
            return
    give(worklist, rows, to)
    if to is None:
        said = ngettext("%(count)s row is nobody’s now.", "%(count)s rows are nobody’s now.", len(rows))
    else:
        said = ngettext("%(count)s row is given to %(who)s.", "%(count)s rows are given to %(who)s.", len(rows))
    messages.success(request, said % {"count": len(rows), "who": to})


def _seen(rows: list[Listed]) -> dict[str, str]:
    """Key → fingerprint of the row as it stands."""
    states = records.states([one.row for one in rows])
    return {_key(one): sha256(repr(sorted(states[one.row.pk].items())).encode()).hexdigest() for one in rows}


def _confirm(request, site, worklist: WorkList, rows: list[Listed]):
    """Asks first, naming what is confirmed; then sets the day on which it was checked."""
    seen = _seen(rows)
    if request.POST.get("confirmed"):
        same = [one for one in rows if request.POST.get(f"seen-{_key(one)}") == seen[_key(one)]]
        if len(same) < len(rows):
            messages.error(request, _("Nothing was confirmed: somebody changed these rows since you looked. Look again."))
            return None
        of_rows = Funding.objects.filter(pk__in=[one.row.pk for one in rows], history=False)
        said = _("Confirmed at the source on %(day)s.") % {"day": timezone.localdate().isoformat()}
        count = records.update(of_rows, checked=timezone.localdate())
        LogEntry.objects.log_actions(request.user.pk, of_rows, CHANGE, said)
        told = ngettext(
            "%(count)s decision is confirmed as of today. Publish to tell readers.",
            "%(count)s decisions are confirmed as of today. Publish to tell readers.",
            count,
        )
        messages.success(request, told % {"count": count})
        return None
    context = {
        **site.each_context(request),
        "title": _("Confirmed at the source today"),
        "worklist": worklist,
        "rows": [{**_told(one), "row": one.row, "seen": seen[_key(one)]} for one in rows],
    }
    return render(request, "admin/worklists/confirm.html", context)


def _read(request, site, worklist: WorkList, rows: list[Listed]):
    pks = [one.row.pk for one in rows]
    count = Feedback.objects.filter(pk__in=pks, state=Feedback.State.NEW).update(state=Feedback.State.IN_WORK)
    told = ngettext(
        "%(count)s message is marked as read: it is in work now.",
        "%(count)s messages are marked as read: they are in work now.",
        count,
    )
    messages.success(request, told % {"count": count})


def _check(request, site, worklist: WorkList, rows: list[Listed]):
    if len(rows) > LINKS_AT_ONCE:
        told = _("Tick %(count)s links or fewer: you wait while they are asked. All of them are asked every day anyway.")
        messages.error(request, told % {"count": LINKS_AT_ONCE})
        return
    try:
        answers = links.look_at([one.row.url for one in rows])
    except links.NoNetwork:
        told = _("None of them answered. That may be this server’s own network, so nothing was noted. They are asked daily.")
        messages.warning(request, told)
        return
    links.note(answers)
    works = sum(not answer.problem for answer in answers)
    told = ngettext("%(count)s link works again.", "%(count)s links work again.", works) % {"count": works}
    fails = len(answers) - works
    still = ngettext("%(count)s still fails.", "%(count)s still fail.", fails) % {"count": fails}
    messages.success(request, f"{told} {still}")


def _may_sign_off(user, model) -> bool:
    return user.has_perm(f"{model._meta.app_label}.sign_off_{model._meta.model_name}")


def _sign_off(request, site, worklist: WorkList, rows: list[Listed]):
    """On to the page on which one signs off: it takes rows of one kind."""
    models = {one.source.model for one in rows}
    if len(models) > 1:
        messages.error(request, _("Tick rows of one kind only: blocks, or drugs, or classes, or terms."))
        return None
    model = models.pop()
    if not _may_sign_off(request.user, model):
        raise PermissionDenied
    meta = model._meta
    there = reverse(f"admin:{meta.app_label}_{meta.model_name}_sign_off")
    return HttpResponseRedirect(f"{there}?{urlencode([('pk', one.row.pk) for one in rows])}")


_ACTIONS = {"confirm": _confirm, "read": _read, "check": _check, "sign-off": _sign_off}
