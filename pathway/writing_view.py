"""Texts looked at while they are written: one field at a time for the script, or all of a form at the press of a button."""

import re
from time import time

from django.apps import apps
from django.contrib import admin
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.forms.models import _get_foreign_key
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from evidence.written import Written, written

from .writing import look

LONGEST = 20_000
"""Characters of one text."""
A_MINUTE = 120
"""Texts and pages that one person may have looked at."""


def _model(request, label: str):
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError) as error:
        raise Http404 from error
    if not request.user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}"):
        raise PermissionDenied
    return model


def _too_many(request) -> HttpResponse | None:
    key = f"writing:{request.user.pk}:{int(time() // 60)}"
    cache.add(key, 0, 120)
    if cache.incr(key) <= A_MINUTE:
        return None
    return HttpResponse(_("That was very often. It goes on in a minute."), status=429, content_type="text/plain")


@require_POST
def field(request):
    """One text: `of` (app.model), `field`, `row`, `text`, and `other`, the text of the other language."""
    if busy := _too_many(request):
        return busy
    model = _model(request, request.POST.get("of", ""))
    one = written(model, request.POST.get("field", ""))
    if one is None:
        raise Http404
    text, other = request.POST.get("text", ""), request.POST.get("other", "")
    if max(len(text), len(other)) > LONGEST:
        too_long = _("This text is longer than can be looked at here. Cut it in several.")
        return HttpResponse(too_long, status=413, content_type="text/plain")
    return render(request, "admin/pathway/looked.html", {"looked": look(one, text, other, _pk(request.POST.get("row")))})


def _pk(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None


@require_POST
def page(request, label: str):
    """All texts of a change form as it was sent. Saves nothing."""
    if busy := _too_many(request):
        return busy
    model = _model(request, label)
    kinds = {"": model, **_inlines(model)}
    looked = []
    for key, text in request.POST.items():
        part, number, name = (
            re.fullmatch(r"(?:(.+)-(\d+)-)?(\w+)", key, re.DOTALL).groups() if _is_field(key) else ("", "", "")
        )
        kind = kinds.get(part or "")
        one = written(kind, name) if kind else None
        if one is None or len(text) > LONGEST:
            continue
        before = f"{part}-{number}-" if part else ""
        other = request.POST.get(before + one.other, "")[:LONGEST]
        if text.strip() or other.strip():
            pk = _pk(request.POST.get(f"{before}id" if part else "_row"))
            looked.append((_label(one, kind, number), look(one, text, other, pk)))
    context = {
        **admin.site.each_context(request),
        "title": _("The texts of this page"),
        "looked": looked,
        "opts": model._meta,
    }
    return render(request, "admin/pathway/writing.html", context)


def _is_field(key: str) -> bool:
    return re.fullmatch(r"(?:.+-\d+-)?\w+", key, re.DOTALL) is not None


def _inlines(model) -> dict[str, type]:
    """Prefix of the forms on a row's page → what rows they are of."""
    of_page = admin.site._registry.get(model)
    return {
        _get_foreign_key(model, inline.model, fk_name=inline.fk_name).remote_field.get_accessor_name(): inline.model
        for inline in (of_page.inlines if of_page else ())
    }


def _label(one: Written, kind, number: str | None) -> str:
    name = capfirst(str(kind._meta.get_field(one.column).verbose_name))
    return f"{capfirst(str(kind._meta.verbose_name))} {int(number) + 1}: {name}" if number else name
