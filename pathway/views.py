"""The form and the plan. Answers come in the body of a POST and go nowhere: no cookie, no address, no log, no table."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from django.http import QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from evidence import holding
from evidence.pages import content_page, for_the_reader_alone, page_of
from evidence.programs import as_json, problems, wants_json
from glossary.content import Reader

from .changes import changes
from .content import content as content_of
from .form_page import LARGEST_FORM, form_page, length_of
from .forms import ProfileForm, code_problem
from .plan_code import CannotBeRead
from .plan_page import Contradiction, Told, plan_of, plan_page
from .reopening import OutOfReach, reopen
from .sent import as_data, pairs, pairs_of, read


# No CSRF cookie: a POST here changes nothing on the server, and the public site sets no cookie.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@for_the_reader_alone
def plan(request):
    if length_of(request) > LARGEST_FORM:
        return _not_so(
            request, QueryDict(), 413, _("That was far more than this form asks for. Please answer the questions here.")
        )
    if request.method == "POST":
        release = holding.active()
        given = pairs(request)
        sent = read(content_of(release), given)
        if sent is not None:
            with suppress(Contradiction):
                return _plan(request, release, sent)
    if request.method != "POST":
        if request.GET:
            return _not_so(
                request,
                request.GET,
                400,
                _("Answers must not stand in an address, where they would be remembered. Please send them with the button."),
            )
        return _empty_form(request)
    if "change" in request.POST:
        return form_page(request, request.POST, 200)
    if "code" in request.POST:
        return _by_code(request)
    form = ProfileForm(as_data(given), content=content_of(release))
    if wants_json(request):
        return problems(form.errors, 422)
    return render(request, "pathway/form.html", {"form": form, "reader": Reader(release, get_language())}, status=422)


def _not_so(request, answers: QueryDict, status: int, problem: str):
    return problems({"": [problem]}, status) if wants_json(request) else form_page(request, answers, status, problem)


@content_page
def _empty_form(request):
    return form_page(request, QueryDict(), 200)


def _plan(request, release, sent, reopened=None):
    """The plan for what was sent; if it was reopened by its code, with what has changed since."""
    today = holding.today(release)
    if wants_json(request):
        return as_json(plan_of(release, sent, on=today))
    recall = "" if not release.wrong or (reopened and reopened.wrong) else _recall(release)
    told = Told(host=request.get_host(), full=sent.reading == "full", recall=recall)
    if reopened:
        told = _reopened(request, release, sent, reopened, told, today)
    return page_of(request, plan_page(release, get_language(), sent, told, on=today))


def _recall(release) -> str:
    return render_to_string("components/recall.html", {"wrong": release.wrong})


def _reopened(request, release, sent, reopened, told, today) -> Told:
    made, then = plan_of(release, sent, on=today), reopened.as_printed()
    changed = changes(then, made) if then else ()
    # Sent along by a page that reopens itself: then "nothing has changed" would be news to nobody.
    quietly = "quietly" in request.POST
    context = {"plan": made, "reopened": reopened, "changes": changed, "compared": then is not None, "quietly": quietly}
    return replace(
        told,
        changes=render_to_string("pathway/changes.html", context),
        code=reopened.code,
        quietly=quietly,
        # Reloading a page that lists changes lists them again.
        reload_code=bool(changed or reopened.wrong),
    )


def _by_code(request):
    """The plan whose code was typed in, or the form with why it cannot be shown."""
    release = holding.active()
    try:
        reopened = reopen(request.POST["code"], release)
    except (CannotBeRead, OutOfReach) as error:
        status = 503 if isinstance(error, OutOfReach) else 422
        if wants_json(request):
            return problems({"code": [code_problem(error)]}, status)
        return form_page(request, QueryDict(), status, code_problem=code_problem(error))
    sent = None if reopened.again else read(content_of(release), pairs_of(reopened.data()))
    if sent is not None:
        with suppress(Contradiction):
            return _plan(request, release, sent, reopened)
    form = ProfileForm(reopened.data(), content=content_of(release))
    form.full_clean()
    for question in reopened.again:
        form.add_error(question, _("The answers to choose from have changed since your plan was made."))
    if wants_json(request):
        return problems(form.errors, 422)
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
    release = holding.active()
    checked_at = datetime.fromisoformat(release.proof["checked_at"]) if "checked_at" in release.proof else None
    return render(request, "pathway/proof.html", {"release": release, "proof": release.proof, "checked_at": checked_at})
