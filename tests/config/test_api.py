"""What programs get is what /openapi.json says, whatever they send."""

import os

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as how
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

EXAMPLES = int(os.environ.get("PATHWAY_FUZZ_API_EXAMPLES", "8"))
"""Of each operation, as described and not as described; `make fuzz` sends more."""
CHECKS = {
    # Some answers cannot go together, and a plan code has a check character: no schema can say that, so both are told with 422.
    "positive_data_acceptance": {"expected-statuses": ["2xx", "422"]},
}


@pytest.fixture
def api(db, settings):
    settings.RATE_LIMITS = 0
    how_to = SchemathesisConfig.from_dict({"checks": CHECKS})
    return schemathesis.openapi.from_wsgi("/openapi.json", get_wsgi_application(), config=how_to)


def every_operation(api):
    return [result.ok() for result in api.get_all_operations()]


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
