"""What programs get is what /openapi.json says, whatever they send."""

import os

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as how
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from tests.page import Page
from tests.security.made_up import Fields
from tests.wsgi import AsServed

EXAMPLES = int(os.environ.get("PATHWAY_FUZZ_API_EXAMPLES", "8"))
"""Of each operation, as described and not as described; `make fuzz` sends more."""
CHECKS = {
    # No schema can say which answers cannot go together, nor what check character a code has: both are 422.
    "positive_data_acceptance": {"expected-statuses": ["2xx", "422"]},
}


@pytest.fixture
def api(db, settings):
    settings.RATE_LIMITS = 0
    how_to = SchemathesisConfig.from_dict({"checks": CHECKS})
    return schemathesis.openapi.from_wsgi("/openapi.json", AsServed(), config=how_to)


def every_operation(api):
    return [result.ok() for result in api.get_all_operations()]


def test_the_description_is_valid_and_leads_to_everything(api, site):
    api.validate()
    page = Page(site.get("/en/medsearch/data/"))
    described = {path.replace("{language}", "en") for path in api.raw_schema["paths"]}
    assert {address for address in page.links if "/data/" in address and address.endswith((".csv", ".json"))} <= described
    assert "/openapi.json" in page.links


def test_its_examples_make_plans(api, site):
    body = api.raw_schema["paths"]["/{language}/plan/"]["post"]["requestBody"]["content"]
    for example in body["application/x-www-form-urlencoded"]["examples"].values():
        assert site.plan(accept="application/json", **example["value"]).json()["steps"]


def test_it_asks_what_the_form_asks(api, site):
    asked = set(api.raw_schema["components"]["schemas"]["Answers"]["properties"])
    form = Fields()
    form.feed(site.get("/en/plan/").text)
    assert asked == set(form.found) - {"code"} | {"reading"}


@pytest.mark.parametrize(
    ("method", "address", "told", "status"),
    [
        ("GET", "/en/plan/?stage=4", {}, 400),
        ("GET", "/en/elsewhere/", {}, 404),
        ("PUT", "/en/plan/", {}, 405),
        ("POST", "/en/plan/", {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}, 411),
        ("POST", "/en/plan/", {"CONTENT_LENGTH": "20000"}, 413),
        ("POST", "/fr/plan/", {"CONTENT_LENGTH": "200000"}, 413),
        ("GET", "/en/medsearch/data/drugs.json?" + "x" * 5_000, {}, 414),
        ("POST", "/en/plan/", {}, 422),
    ],
)
def test_what_goes_wrong_is_told_in_json(site, method, address, told, status):
    response = site.generic(method, address, HTTP_ACCEPT="application/json", **told)
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/json"
    assert all(response.json()["errors"].values())


def test_who_wants_neither_page_nor_json_gets_the_page(site):
    assert "<h1>" in site.plan(accept="text/csv", stage="4", type="idc", hr="positive", her2="positive").text


def test_every_answer_is_as_described(api):
    for operation in every_operation(api):
        _ask(operation, GenerationMode.POSITIVE)
        if operation.path_parameters or operation.body:
            _ask(operation, GenerationMode.NEGATIVE)


def _ask(operation, mode):
    @how(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def ask(case):
        case.call_and_validate(headers={"Accept": "application/json", "Accept-Encoding": "identity"})

    ask()
