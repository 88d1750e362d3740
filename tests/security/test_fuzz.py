"""Thousands of requests that nobody would send: none is answered with an error of ours, and none leaves a word in a log.

A few seconds of it in every run of the tests; `make fuzz` sends a hundred thousand.
"""

import io
import json
import logging
import os
import re
import traceback
from collections import Counter
from pathlib import Path

import pytest
from django.core.signals import got_request_exception
from django.test import Client
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as how
from hypothesis import strategies as st

from config.logs import WithoutTheRequest, WithoutValues
from feedback.models import Feedback
from medsearch.downloads import TABLES

from .made_up import MARK, PART, ROUTES, Fields, Site, made_up

REQUESTS = int(os.environ.get("PATHWAY_FUZZ_REQUESTS", "500"))
SEED = int(os.environ.get("PATHWAY_FUZZ_SEED", "1"))
AT_A_TIME = 2_000
"""Hypothesis remembers what it has tried, so that a longer run would get slower and slower."""
ANSWERS = {"stage": "4", "type": "idc", "hr": "positive", "her2": "positive"}
TRACEBACK = re.compile(r"Traceback \(most recent call last\)|You’re seeing this error because|&quot;, line \d+, in ")


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
def visitor(db, settings):
    settings.DEBUG = False
    settings.RATE_LIMITS = 0
    return Client(raise_request_exception=False)


@pytest.fixture
def asked(visitor, content, release):
    """What the site can be asked, as it tells itself."""
    known = {
        "language": ["en", "fr"],
        "slug": [*content.formulary.drugs, *(term.slug for term in release.sections["glossary"].terms)],
        "code": list(content.formulary.jurisdictions),
        "name": list(TABLES),
        "form": ["csv", "json"],
    }
    forms, takes_post = Fields(), []
    for route in ROUTES["public"]:
        address = PART.sub(lambda found: known[found[1]][0], route)
        forms.feed(visitor.get(address).content.decode(errors="replace"))
        if visitor.post(address).status_code != 405:
            takes_post.append(route)
    for page in ("/en/plan/", "/en/plan/print/"):
        forms.feed(visitor.post(page, ANSWERS).text)
    assert set(ANSWERS) | {"code", "feedback-page", "feedback-text"} <= set(forms.found)
    assert len(takes_post) >= 4
    fields = {name: sorted(values) for name, values in forms.found.items()}
    return Site(fields, known, [*takes_post, "/admin/login/"], list(ANSWERS), "testserver")


def test_nothing_that_can_be_sent_is_an_error_of_ours(visitor, asked, log):
    counts, found = Counter(), {}

    def failed(sender, request=None, **told):
        lines = traceback.format_exc().splitlines()
        found.setdefault(" | ".join(lines[-4:]), f"{request.method} {request.get_full_path()}")

    got_request_exception.connect(failed)

    templates = logging.getLogger("django.template")

    def send(chance):
        request = made_up(chance, asked)
        # What it says at DEBUG, of every variable that a page did without, takes longer than the page.
        templates.setLevel(logging.DEBUG if chance.randrange(20) == 0 else logging.INFO)
        visitor.cookies.clear()
        response = visitor.generic(
            request.method,
            request.path,
            request.body,
            request.content_type,
            headers=request.headers,
            QUERY_STRING=request.query,
        )
        counts[response.status_code] += 1
        if response.status_code >= 500:
            found.setdefault(f"answered with {response.status_code}", repr(request)[:2_000])
        body = b"".join(response) if response.streaming else response.content
        if TRACEBACK.search(body.decode(errors="replace")):
            counts["tracebacks"] += 1
        if not request.path.startswith("/admin/") and response.cookies:
            found.setdefault("a cookie", repr(request)[:2_000])

    try:
        for start in range(0, REQUESTS, AT_A_TIME):
            run = how(
                max_examples=min(AT_A_TIME, REQUESTS - start),
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            seed(SEED * 1_000_003 + start)(run(given(st.randoms(use_true_random=True))(send)))()
    finally:
        got_request_exception.disconnect(failed)
    told = log.getvalue()
    counts["answers in a log"] = told.count(MARK)
    counts["rows of feedback"] = Feedback.objects.count()
    _report(counts, found)
    assert found == {}, "\n\n".join(f"{what}\n  {example}" for what, example in found.items())
    assert not counts["tracebacks"]
    assert MARK not in told


def _report(counts, found):
    """For scripts/fuzz.py, which adds up what several runs at once have sent."""
    to = os.environ.get("PATHWAY_FUZZ_REPORT")
    if to:
        Path(to).write_text(json.dumps({"counts": {str(name): count for name, count in counts.items()}, "found": found}))
