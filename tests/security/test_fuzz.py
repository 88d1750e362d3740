"""Thousands of requests that nobody would send: none is answered with an error of ours, and none leaves a word in a log.

A few seconds of it in every run of the tests; `make fuzz` sends a hundred thousand.
"""

import gzip
import io
import json
import logging
import os
import traceback
from collections import Counter
from pathlib import Path

import brotli
import pytest
from django.core.signals import got_request_exception
from django.test import Client, RequestFactory
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as how
from hypothesis import strategies as st

from config.logs import WithoutTheRequest, WithoutValues
from feedback.models import Feedback
from medsearch.downloads import TABLES
from tests.wsgi import AsServed

from .made_up import MARK, PART, ROUTES, TOKEN, Fields, Site, made_up

REQUESTS = int(os.environ.get("PATHWAY_FUZZ_REQUESTS", "500"))
SEED = int(os.environ.get("PATHWAY_FUZZ_SEED", "1"))
AT_A_TIME = 50
"""Requests made up of one seed of Hypothesis's: what it does between two examples would cost more than a request."""
ANSWERS = {"stage": "4", "type": "idc", "hr": "positive", "her2": "positive"}
LESS_OFTEN = {"/<language>/plan/pdf/": 1, "/<language>/plan/print/": 2}
"""What takes longest is a fraction of the requests; of a hundred thousand still thousands. Any other form: 4."""
TRACEBACK = (b"Traceback (most recent call last)", "You’re seeing this error because".encode(), b"&quot;, line ")


class Visitor(RequestFactory):
    """Sends as a WSGI server would, with nothing of Django's test client between."""

    def __init__(self):
        super().__init__()
        self.application = AsServed()

    def request(self, **told):
        """Status, headers and the unpacked body."""
        answered = []

        def start(status, headers, failed=None):
            answered[:] = int(status.split()[0]), {name.lower(): value for name, value in headers}

        (body,) = self.application(self._base_environ(**told), start)
        status, headers = answered
        unpack = {"gzip": gzip.decompress, "br": brotli.decompress}.get(headers.get("content-encoding"))
        return status, headers, unpack(body) if unpack and body else body


@pytest.fixture
def log():
    """Everything that any logger says at any level, written as the server would."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(WithoutValues("{levelname} {name}: {message}", style="{"))
    handler.addFilter(WithoutTheRequest())
    loggers = [logging.getLogger(name) for name in ("", "django", "django.request", "django.template", "django.security")]
    before = [(logger, logger.level) for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    for logger in loggers[:2]:
        logger.addHandler(handler)
    yield text
    for logger, level in before:
        logger.setLevel(level)
        logger.removeHandler(handler)


@pytest.fixture
def quiet(db, settings):
    """No limit on how often, and passwords that are compared fast."""
    settings.DEBUG = False
    settings.RATE_LIMITS = 0
    settings.FEEDBACK_PER_DAY = 1_000_000
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def asked(quiet, content, release):
    """What the site can be asked, as it tells itself."""
    known = {
        "language": ["en", "fr"],
        "slug": [*content.formulary.drugs, *(term.slug for term in release.sections["glossary"].terms)],
        "code": list(content.formulary.jurisdictions),
        "name": list(TABLES),
        "form": ["csv", "json"],
    }
    reader, forms, takes_post = Client(), Fields(), {}
    for route in (*ROUTES["public"], "/admin/login/"):
        address = PART.sub(lambda found: known[found[1]][0], route)
        forms.feed(reader.get(address).content.decode(errors="replace"))
        if reader.post(address).status_code != 405:
            takes_post[route] = LESS_OFTEN.get(route, 4)
    for page in ("/en/plan/", "/en/plan/print/"):
        forms.feed(reader.post(page, ANSWERS).text)
    (stamp, *_) = forms.found["feedback-page"]
    forms.feed(reader.post("/en/feedback/", {**ANSWERS, "feedback-page": stamp}).text)
    assert set(ANSWERS) | {"code", "feedback-page", "feedback-text", "username", "password"} <= set(forms.found)
    assert len(takes_post) >= 5
    fields = {name: sorted(values) for name, values in forms.found.items() if name != TOKEN}
    together = {
        "": list(ANSWERS),
        "/<language>/feedback/": [*ANSWERS, "feedback-page", "feedback-kind", "feedback-text"],
        "/admin/login/": ["username", "password"],
    }
    return Site(fields, known, takes_post, together, "testserver")


def test_nothing_that_can_be_sent_is_an_error_of_ours(asked, log):
    visitor, found = Visitor(), {}
    addresses = {route: f"{kind} address {route}" for kind, routes in ROUTES.items() for route in routes}
    counts = Counter(dict.fromkeys((*addresses.values(), *(f"field {name}" for name in asked.fields)), 0))

    def failed(sender, request=None, **told):
        lines = traceback.format_exc().splitlines()
        found.setdefault(" | ".join(lines[-4:]), f"{request.method} {request.get_full_path()}")

    got_request_exception.connect(failed)
    templates = logging.getLogger("django.template")

    def send(chance):
        request = made_up(chance, asked)
        # What it says at DEBUG, of every variable that a page did without, takes many times as long as the page.
        templates.setLevel(logging.DEBUG if chance.randrange(200) == 0 else logging.INFO)
        counts[addresses[request.route]] += 1
        counts.update(f"field {name}" for name in request.fields if name in asked.fields)
        try:
            status, headers, body = visitor.generic(
                request.method,
                request.path,
                request.body,
                request.content_type,
                headers=request.headers,
                QUERY_STRING=request.query,
            )
        except Exception:
            found.setdefault(traceback.format_exc()[-600:], repr(request)[:2_000])
            return
        counts[status] += 1
        if status >= 500:
            found.setdefault(f"answered with {status}", repr(request)[:2_000])
        if any(sign in body for sign in TRACEBACK):
            counts["tracebacks"] += 1
            found.setdefault("a traceback", repr(request)[:2_000])
        if "set-cookie" in headers and not request.path.startswith("/admin/"):
            found.setdefault("a cookie", repr(request)[:2_000])

    def send_some(chance):
        for _ in range(min(AT_A_TIME, REQUESTS - counts["requests"])):
            counts["requests"] += 1
            send(chance)
        _report(counts, found, ended=False)

    run = how(
        max_examples=-(-REQUESTS // AT_A_TIME),
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    try:
        seed(SEED)(run(given(st.randoms(use_true_random=True))(send_some)))()
    finally:
        got_request_exception.disconnect(failed)
    told = log.getvalue()
    counts["answers in a log"] = told.count(MARK)
    counts["rows of feedback"] = Feedback.objects.count()
    _report(counts, found, ended=True)
    assert found == {}, "\n\n".join(f"{what}\n  {example}" for what, example in found.items())
    assert not counts["tracebacks"]
    assert MARK not in told


def _report(counts, found, *, ended):
    """For scripts/fuzz.py, which adds up what several runs at once have sent so far."""
    to = os.environ.get("PATHWAY_FUZZ_REPORT")
    if to:
        told = {"counts": {str(name): count for name, count in counts.items()}, "found": found, "ended": ended}
        Path(to).write_text(json.dumps(told))
