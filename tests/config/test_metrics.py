"""Numbers and log lines for those who run the site, with nothing of a reader in them."""

import json
import logging
import sys

import pytest

from config import logs

TOKEN = "a-token-for-tests"


@pytest.fixture
def read(site, settings):
    settings.METRICS_TOKEN = TOKEN
    return lambda: site.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text.splitlines()


def number(lines, name):
    return float(next((line.rsplit(" ", 1)[1] for line in lines if line.startswith(f"{name} ")), 0))


@pytest.mark.parametrize("given", [{}, {"Authorization": "Bearer other"}])
def test_there_are_no_numbers_without_the_token(site, settings, given):
    settings.METRICS_TOKEN = TOKEN
    assert site.get("/metrics", headers=given).status_code == 404


def test_there_are_no_numbers_where_no_token_is_set(site):
    assert site.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_requests_are_counted_by_view_and_status(site, read):
    name = 'pathway_requests_total{view="medsearch:drug",status="200"}'
    before = number(read(), name)
    site.get("/en/medsearch/letrozole/")
    assert number(read(), name) == before + 1


def test_nothing_a_reader_sent_is_counted(site, read):
    site.plan(stage="4", type="idc", hr="positive", her2="positive", province="on")
    site.get("/en/medsearch/?q=tucatinib")
    site.get("/en/no-such-page/tucatinib/")
    text = "\n".join(read())
    assert 'view="pathway:plan"' in text
    assert not [word for word in ("stage", "idc", "positive", "tucatinib", "?", "/") if word in text]


def test_the_release_and_its_state_are_told(site, read):
    site.get("/en/about/")
    lines = read()
    assert number(lines, "pathway_release_number") == 1
    assert number(lines, "pathway_degraded") == 0
    assert number(lines, "pathway_request_seconds_count") == number(lines, 'pathway_request_seconds_bucket{le="+Inf"}')


def record(status=500):
    made = logging.LogRecord("django.request", logging.ERROR, "", 0, "Internal Server Error: %s", ("/en/plan/",), None)
    made.request, made.status_code = "a request with answers", status
    return made


def test_a_json_line_has_the_words_of_the_record_and_nothing_that_hangs_on_it():
    line = json.loads(logs.JsonLines().format(record()))
    assert set(line) == {"time", "level", "logger", "message"}
    assert line["message"] == "Internal Server Error: /en/plan/"


def test_a_json_line_has_the_trace_in_it():
    failed, typed = record(), "what somebody typed"
    try:
        raise ValueError(typed)
    except ValueError:
        failed.exc_info = sys.exc_info()
    text = logs.JsonLines().format(failed)
    assert "\n" not in text
    assert json.loads(text)["trace"].endswith("ValueError")
    assert typed not in text


@pytest.mark.parametrize(("status", "kept"), [(500, True), (404, True), (503, False)])
def test_refusals_do_not_fill_the_log(status, kept):
    assert logs.NotRefusals().filter(record(status)) is kept
