"""The log at its most talkative: it says where something went wrong, and not with what."""

import io
import logging
import logging.config

import pytest
from django.conf import settings
from django.test import Client

from pathway import plan_page

SECRET = "secret-answer"


@pytest.fixture(params=["text", "json"])
def log(request, monkeypatch):
    """What is written with the settings of a server at DEBUG."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    told = settings.LOGGING
    configured = logging.config.DictConfigurator(told)
    handler.setFormatter(configured.configure_formatter(told["formatters"][request.param]))
    handler.addFilter(configured.configure_filter(told["filters"]["without the request"]))
    django = logging.getLogger("django")
    monkeypatch.setattr(django, "level", logging.DEBUG)
    django.addHandler(handler)
    yield text
    django.removeHandler(handler)


def test_an_error_of_ours_is_told_without_what_was_typed(db, log, monkeypatch):
    def breaks(*values, **told):
        try:
            int(SECRET)
        except ValueError as error:
            raise KeyError(SECRET) from error

    monkeypatch.setattr(plan_page, "assemble", breaks)
    answers = {"stage": "4", "type": "idc", "hr": "positive", "her2": "positive"}
    response = Client(raise_request_exception=False).post("/en/plan/", answers)
    assert response.status_code == 500
    told = log.getvalue()
    assert "500 POST /<language>/plan/" in told.replace("/en/", "/<language>/")
    assert "builtins.KeyError" in told
    assert "builtins.ValueError" in told
    assert "in breaks" in told
    assert SECRET not in told.replace("int(SECRET)", "").replace("KeyError(SECRET)", "")
    assert "positive" not in told


@pytest.mark.parametrize(
    "ask",
    [
        lambda client: client.get(f"/en/plan/{SECRET}/"),
        lambda client: client.get("/en/plan/", {"stage": SECRET}),
        lambda client: client.get("/en/", headers={"Host": f"{SECRET}.example"}),
        lambda client: client.post("/en/plan/", {"stage": SECRET}),
        lambda client: client.generic("BREW", f"/{SECRET}"),
    ],
)
def test_what_was_merely_refused_leaves_no_line(db, client, log, ask):
    assert ask(client).status_code >= 400
    assert log.getvalue() == ""
