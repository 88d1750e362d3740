"""What is said while the database cannot be reached, or nothing can be served at all: a page with 503, never a traceback."""

import sys

import msgspec
from django.db import InterfaceError, InternalError, OperationalError
from django.shortcuts import render

from evidence.holding import CannotServe
from evidence.releases import UnreadableRelease

RETRY_SECONDS = 10
# InternalError: a replica refuses to write. What else a database says is a mistake of ours, and a 500.
OUTAGES = (OperationalError, InterfaceError, InternalError, CannotServe)
UNREADABLE = (UnreadableRelease, msgspec.DecodeError)


def out_of_order(request):
    staff = request.path.startswith("/admin/")
    response = render(request, "out_of_order.html", {"staff": staff}, status=503)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def is_an_outage() -> bool:
    """Whether the exception being handled is one."""
    return isinstance(sys.exception(), OUTAGES)


class Outages:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, UNREADABLE) and request.path.startswith("/admin/"):
            return render(request, "out_of_order.html", {"unreadable": exception}, status=503)
        return out_of_order(request) if isinstance(exception, OUTAGES) else None
