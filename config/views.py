"""What belongs to the site as a whole: the way in, what it is, whether it is well, and what to say when it is not."""

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from evidence import holding, releases
from evidence.pages import content_page

from .outages import is_an_outage, out_of_order


@require_safe
def choose_language(request):
    with override(get_language_from_request(request)):
        response = HttpResponseRedirect(reverse("home"))
    patch_vary_headers(response, ["Accept-Language"])
    return response


@require_safe
def home(request):
    return render(request, "home.html")


@require_safe
@content_page
def about(request):
    return render(request, "about.html", {"release": holding.active()})


@require_safe
def healthz(request):
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request):
    """Ready means: it can serve a plan. Without its database it still can, from memory or the last release's file.

    What it says is as old as the last look at the database, a few seconds: a call of this asks nothing itself.
    """
    try:
        release = holding.active()
    except (holding.CannotServe, releases.NoRelease):
        return JsonResponse({"ready": False, "why": [holding.problem()]}, status=503)
    why = [str(holding.problem())] if holding.problem() else []
    if holding.file_problem():
        why.append("the last release’s file could not be read or written")
    if holding.clock_is_wrong():
        why.append("the clock says a day that cannot be")
    return JsonResponse(
        {"ready": True, "degraded": bool(why), "why": why, "release": release.number, "from_file": holding.is_from_file()},
        json_dumps_params={"ensure_ascii": False},
    )


def nothing_published(request):
    return render(request, "nothing_published.html", status=503)


def bad_request(request, exception=None):
    large = isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent)
    status = 413 if large else 400
    return render(request, "error.html", {"kind": status}, status=status)


def not_found(request, exception=None):
    return render(request, "error.html", {"kind": 404}, status=404)


def server_error(request):
    """What failed outside a view, such as keeping a session, comes here too."""
    if is_an_outage():
        return out_of_order(request)
    return render(request, "error.html", {"kind": 500}, status=500)


def refused(request, status):
    """For a request that is refused before anything was read of it but its headers: too large, or none of ours."""
    with override(get_language_from_request(request, check_path=True)):
        response = render(request, "error.html", {"kind": status}, status=status)
    if status == 405:
        response.headers["Allow"] = "GET, HEAD, POST"
    return response


def too_often(request, kind, seconds):
    """What was typed stands in the page, to be sent again with one press; but no password."""
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        response = JsonResponse({"errors": {"": [_("Too many requests. Please ask again a little later.")]}}, status=429)
    else:
        again = request.method == "POST" and kind != "login"
        typed = [(name, value) for name, values in request.POST.lists() for value in values] if again else []
        context = {"kind": 429, "again": again, "typed": typed, "seconds": seconds}
        response = render(request, "error.html", context, status=429)
    response.headers["Retry-After"] = str(seconds)
    response.headers["Cache-Control"] = "no-store"
    return response
