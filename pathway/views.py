"""The form and the plan. Answers come in the body of a POST and go nowhere: no cookie, no address, no log, no table."""

from datetime import datetime

import msgspec
from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from evidence import releases
from glossary.content import Reader

from .assembly import assemble
from .content import content as content_of
from .content import lexicon
from .forms import ProfileForm

LARGEST_FORM = 16_384
"""Bytes. The form sends a few hundred."""


# No CSRF cookie: a POST here changes nothing on the server, and the public site sets no cookie.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_cache=True)
def plan(request):
    if _length(request) > LARGEST_FORM:
        return _form(
            request, QueryDict(), 413, _("That was far more than this form asks for. Please answer the questions here.")
        )
    if request.method != "POST":
        if request.GET:
            return _form(
                request,
                request.GET,
                400,
                _("Answers must not stand in an address, where they would be remembered. Please send them with the button."),
            )
        return _form(request, QueryDict(), 200)
    if "change" in request.POST:
        return _form(request, request.POST, 200)
    release = releases.active()
    form = ProfileForm(request.POST, content=content_of(release))
    if not form.is_valid():
        if _wants_json(request):
            return _json({"errors": {field: list(errors) for field, errors in form.errors.items()}}, 422)
        return render(request, "pathway/form.html", {"form": form, "reader": Reader(release, get_language())}, status=422)
    made = assemble(
        form.content,
        form.profile,
        on=timezone.localdate(),
        jurisdiction=form.jurisdiction,
        moment=form.moment,
        check_days=settings.FUNDING_CHECK_DAYS,
    )
    if _wants_json(request):
        return _json(made, 200)
    reader = Reader(release, get_language(), lexicon(release, get_language()))
    answers = {name: value for name, value in request.POST.items() if name in form.fields and value}
    return render(request, "pathway/plan.html", {"plan": made, "reader": reader, "answers": answers})


@require_safe
def proof(request):
    """What was checked when the release was published: everybody who fills in the form gets a plan."""
    release = releases.active()
    checked_at = datetime.fromisoformat(release.proof["checked_at"]) if "checked_at" in release.proof else None
    return render(request, "pathway/proof.html", {"release": release, "proof": release.proof, "checked_at": checked_at})


def _form(request, answers, status, problem=""):
    """The form with these answers filled in, unchecked."""
    release = releases.active()
    form = ProfileForm(content=content_of(release), initial=answers.dict())
    context = {"form": form, "problem": problem, "reader": Reader(release, get_language())}
    return render(request, "pathway/form.html", context, status=status)


def _length(request) -> int:
    """Bytes of the body as announced; 0 if that is no number."""
    announced = request.headers.get("Content-Length", "")
    return int(announced) if announced.isdecimal() else 0


def _wants_json(request) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def _json(value, status) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(value), content_type="application/json", status=status)
