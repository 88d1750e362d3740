"""What belongs to the site as a whole: the way in, what it is, whether it is well, and what to say when it is not."""

import msgspec
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request, gettext_lazy, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from evidence import holding, releases
from evidence.pages import content_page
from evidence.programs import as_json, problems, wants_json

from .outages import is_an_outage, out_of_order

SAID = {
    400: gettext_lazy("We could not read that request"),
    404: gettext_lazy("This page does not exist"),
    405: gettext_lazy("That cannot be done here"),
    411: gettext_lazy("We could not read that request"),
    413: gettext_lazy("That was more than we take at once"),
    414: gettext_lazy("This address is too long"),
    500: gettext_lazy("Something went wrong on our side"),
}


class Ready(msgspec.Struct, frozen=True):
    """Whether this process can serve a plan."""

    ready: bool
    degraded: bool = False
    """It can, but something is not as it should be."""
    why: tuple[str, ...] = ()
    release: int = 0
    from_file: bool = False
    """The release comes from the last release’s file, since the database could not be asked."""


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
        return as_json(Ready(False, why=(str(holding.problem()),)), 503)
    why = [str(holding.problem())] if holding.problem() else []
    if holding.file_problem():
        why.append("the last release’s file could not be read or written")
    if holding.clock_is_wrong():
        why.append("the clock says a day that cannot be")
    return as_json(Ready(True, bool(why), tuple(why), release.number, holding.is_from_file()))


def nothing_published(request):
    return render(request, "nothing_published.html", status=503)


def bad_request(request, exception=None):
    large = isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent)
    status = 413 if large else 400
    return _error(request, status)


def not_found(request, exception=None):
    return _error(request, 404)


def server_error(request):
    """What failed outside a view, such as keeping a session, comes here too."""
    if is_an_outage():
        return out_of_order(request)
    return _error(request, 500)


def _error(request, status):
    if wants_json(request):
        return problems({"": [SAID[status]]}, status)
    return render(request, "error.html", {"kind": status, "said": SAID[status]}, status=status)


def refused(request, status):
    """For a request that is refused before anything was read of it but its headers: too large, or none of ours."""
    with override(get_language_from_request(request, check_path=True)):
        response = _error(request, status)
    if status == 405:
        response.headers["Allow"] = "GET, HEAD, POST"
    return response


def too_often(request, kind, seconds):
    """What was typed stands in the page, to be sent again with one press; but no password."""
    if wants_json(request):
        response = problems({"": [_("Too many requests. Please ask again a little later.")]}, 429)
    else:
        again = request.method == "POST" and kind != "login"
        typed = [(name, value) for name, values in request.POST.lists() for value in values] if again else []
        context = {"kind": 429, "again": again, "typed": typed, "seconds": seconds}
        response = render(request, "error.html", context, status=429)
    response.headers["Retry-After"] = str(seconds)
    response.headers["Cache-Control"] = "no-store"
    return response
