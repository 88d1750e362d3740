"""Room for so many requests at once; whoever comes when it is full is told so at once, rather than made to wait.

Staff and readers have room of their own: if the database hangs, admin fills its own, and readers, who need none, are served.
"""

import threading
from dataclasses import dataclass, field
from functools import cache

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import override

RETRY_SECONDS = 5
LONGEST_WAIT_SECONDS = 10.0
NEVER_REFUSED = ("/healthz", "/readyz", "/metrics", "/static/")
"""What costs next to nothing, and what watches over the process when it is at its limit."""


@dataclass
class Room:
    """`working`: how many requests are worked on at once; `waiting`: how many more may wait for their turn."""

    name: str
    working: int
    waiting: int
    refused: int = 0
    _places: threading.Semaphore = field(init=False)
    _turns: threading.Semaphore = field(init=False)

    def __post_init__(self):
        self._places = threading.Semaphore(self.working + self.waiting)
        self._turns = threading.Semaphore(self.working)

    def enter(self) -> bool:
        """False if there is no room. Whoever entered must leave."""
        if not self._places.acquire(blocking=False):
            self.refused += 1
            return False
        if self._turns.acquire(timeout=LONGEST_WAIT_SECONDS):
            return True
        self._places.release()
        self.refused += 1
        return False

    def leave(self) -> None:
        self._turns.release()
        self._places.release()


READERS = Room("readers", working=4, waiting=settings.MOST_WAITING)
STAFF = Room("staff", working=2, waiting=4)


class Shedding:
    """Lets a request in, or answers 503 with a page that says when to come back."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path.startswith(NEVER_REFUSED):
            return self.get_response(request)
        room = STAFF if request.path.startswith("/admin/") else READERS
        if not room.enter():
            return busy("fr" if request.path.startswith("/fr/") else "en")
        try:
            return self.get_response(request)
        finally:
            room.leave()


def busy(language: str) -> HttpResponse:
    headers = {"Retry-After": str(RETRY_SECONDS), "Cache-Control": "no-store"}
    return HttpResponse(_page(language), status=503, headers=headers)


@cache
def _page(language: str) -> bytes:
    """Made once: a page that says there is no time must take none."""
    with override(language):
        return render_to_string("busy.html").encode()
