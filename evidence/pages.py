"""Pages that were compressed when they were made, sent as each reader's browser can take them."""

import gzip
from collections.abc import Callable, Iterable
from functools import wraps
from hashlib import sha256
from typing import NamedTuple

import brotli
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from . import holding
from .gzipped import Piece, gzipped, plain
from .kept import Made, kept


def page_of(request: HttpRequest, parts: Iterable[Piece | bytes]) -> HttpResponse:
    """The page that these parts make."""
    if takes(request, "gzip"):
        response = HttpResponse(gzipped(parts))
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(plain(parts))
    response.headers["Vary"] = "Accept-Encoding"
    return response


def takes(request: HttpRequest, encoding: str) -> bool:
    """Whether the browser says that it can unpack this."""
    for part in request.META.get("HTTP_ACCEPT_ENCODING", "").split(","):
        name, _, quality = part.partition(";")
        if name.strip().lower() == encoding:
            return quality.replace(" ", "").rstrip("0") not in ("q=", "q=0.")
    return False


class _Finished(NamedTuple):
    """A page that is the same for everybody, and its mark."""

    gzip: bytes
    brotli: bytes
    mark: str


class _NotContent(Exception):
    def __init__(self, response: HttpResponse):
        super().__init__()
        self.response = response


def content_page(view: Callable) -> Callable:
    """For pages that are content and nothing else: without a query, such a view's page follows from the release, the day and
    the address. It is made once and kept, compressed; who has it already is told that it is still the same."""

    @wraps(view)
    def answering(request, *args, **kwargs):
        if request.META.get("QUERY_STRING") or request.method not in ("GET", "HEAD"):
            return view(request, *args, **kwargs)
        release = holding.active()
        held = kept(release, on=holding.today(release))
        try:
            page = held.get(("page", request.path), lambda: _finished(view(request, *args, **kwargs)))
        except _NotContent as other:
            return other.response
        encoding = next((encoding for encoding in ("br", "gzip") if takes(request, encoding)), "")
        # A mark is of bytes, and these are others in each encoding.
        mark = f'"{page.mark}{encoding}"'
        if mark in request.META.get("HTTP_IF_NONE_MATCH", ""):
            response = HttpResponseNotModified()
        else:
            body = {"br": page.brotli, "gzip": page.gzip}.get(encoding) or gzip.decompress(page.gzip)
            response = HttpResponse(body)
            if encoding:
                response.headers["Content-Encoding"] = encoding
        response.headers["ETag"] = mark
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = "no-cache"
        return response

    return answering


def _finished(response: HttpResponse) -> Made:
    if response.status_code != 200:
        raise _NotContent(response)
    body = response.content
    page = _Finished(gzip.compress(body, mtime=0), brotli.compress(body, quality=9), sha256(body).hexdigest()[:24])
    return Made(page, len(page.gzip) + len(page.brotli))


def for_the_reader_alone(view: Callable) -> Callable:
    """Nobody else's cache may keep what this view answers, and the reader's own asks before it shows it again."""

    @wraps(view)
    def answering(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "private, no-cache"
        return response

    return answering
