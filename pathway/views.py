"""The form and the plan. Answers come in the body of a POST and go nowhere: no cookie, no address, no log, no table."""

from datetime import datetime

import msgspec
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

from .changes import changes
from .content import content as content_of
from .content import lexicon, scheme
from .form_page import LARGEST_FORM, form_page, length_of
from .forms import ProfileForm, code_problem
from .glance import glance
from .plan_code import CannotBeRead
from .print_form import PrintForm
from .reopening import OutOfReach, reopen


# No CSRF cookie: a POST here changes nothing on the server, and the public site sets no cookie.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_cache=True)
def plan(request):
    if length_of(request) > LARGEST_FORM:
        return form_page(
            request, QueryDict(), 413, _("That was far more than this form asks for. Please answer the questions here.")
        )
    if request.method != "POST":
        if request.GET:
            return form_page(
                request,
                request.GET,
                400,
                _("Answers must not stand in an address, where they would be remembered. Please send them with the button."),
            )
        return form_page(request, QueryDict(), 200)
    if "change" in request.POST:
        return form_page(request, request.POST, 200)
    if "code" in request.POST:
        return _by_code(request)
    release = releases.active()
    form = ProfileForm(request.POST, content=content_of(release))
    if not form.is_valid():
        if _wants_json(request):
            return _json({"errors": {field: list(errors) for field, errors in form.errors.items()}}, 422)
        return render(request, "pathway/form.html", {"form": form, "reader": Reader(release, get_language())}, status=422)
    return _plan(request, release, form)


def _plan(request, release, form, reopened=None):
    """The plan of a valid form; if it was reopened by its code, with what has changed since."""
    made = form.plan(on=timezone.localdate())
    if _wants_json(request):
        return _json(made, 200)
    reader = Reader(release, get_language(), lexicon(release, get_language()))
    answers = {name: value for name, value in form.data.items() if name in form.fields and value}
    plan_code = scheme(release).code_of(made)
    then = reopened.as_printed() if reopened else None
    changed = changes(then, made) if then else ()
    context = {
        "plan": made,
        "glance": glance(made, get_language()),
        "reader": reader,
        "answers": answers,
        "printing": PrintForm(made),
        "plan_code": plan_code,
        # Reloading a page that lists changes lists them again.
        "fragment": reopened.code if reopened and (changed or reopened.wrong) else plan_code,
        "reopened": reopened,
        "wrong": release.wrong,
        "changes": changed,
        "compared": then is not None,
        # Sent along by a page that reopens itself: then "nothing has changed" would be news to nobody.
        "quietly": "quietly" in request.POST,
        "reading": request.POST.get("reading", ""),
    }
    return render(request, "pathway/plan.html", context)


def _by_code(request):
    """The plan whose code was typed in, or the form with why it cannot be shown."""
    release = releases.active()
    try:
        reopened = reopen(request.POST["code"], release)
    except (CannotBeRead, OutOfReach) as error:
        status = 503 if isinstance(error, OutOfReach) else 422
        if _wants_json(request):
            return _json({"errors": {"code": [code_problem(error)]}}, status)
        return form_page(request, QueryDict(), status, code_problem=code_problem(error))
    form = ProfileForm(reopened.data(), content=content_of(release))
    if form.is_valid() and not reopened.again:
        return _plan(request, release, form, reopened)
    for question in reopened.again:
        form.add_error(question, _("The answers to choose from have changed since your plan was made."))
    if _wants_json(request):
        return _json({"errors": {field: list(errors) for field, errors in form.errors.items()}}, 422)
    problem = _("Your code is right. The form has changed since that plan was made, so some answers have to be given again.")
    context = {"form": form, "problem": problem, "reopened": reopened, "reader": Reader(release, get_language())}
    return render(request, "pathway/form.html", context, status=422)


@require_safe
@cache_control(no_store=True)
def cleared(request):
    """Nothing of a plan is left for the next person at this computer, as far as browsers can be told."""
    response = render(request, "pathway/cleared.html")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@require_safe
def proof(request):
    """What was checked when the release was published: everybody who fills in the form gets a plan."""
    release = releases.active()
    checked_at = datetime.fromisoformat(release.proof["checked_at"]) if "checked_at" in release.proof else None
    return render(request, "pathway/proof.html", {"release": release, "proof": release.proof, "checked_at": checked_at})


def _wants_json(request) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def _json(value, status) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(value), content_type="application/json", status=status)
