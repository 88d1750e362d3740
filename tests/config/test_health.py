"""Is the process alive, and could it serve a plan?"""

import pytest
from django.db import OperationalError, connection

from evidence import holding
from evidence.models import Release


def database_is_away(execute, sql, params, many, context):
    raise OperationalError("the database is away")


@pytest.fixture
def nothing_held():
    """As in a process that has just started."""
    holding._held = None


def test_the_process_answers(site):
    assert site.get("/healthz").status_code == 200


def test_the_process_answers_without_database_and_release(site, nothing_held):
    with connection.execute_wrapper(database_is_away):
        assert site.get("/healthz").status_code == 200


def test_ready_with_a_release(site):
    response = site.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"ready": True, "degraded": False, "why": [], "release": 1, "from_file": False}


def test_not_ready_before_anything_is_published(site, nothing_held):
    Release.objects.all().delete()
    assert site.get("/readyz").status_code == 503


def test_not_ready_if_a_new_process_finds_no_database(site, nothing_held):
    with connection.execute_wrapper(database_is_away):
        assert site.get("/readyz").status_code == 503


def test_ready_but_degraded_while_the_database_is_away(site):
    holding.active()
    with connection.execute_wrapper(database_is_away):
        response = site.get("/readyz")
    assert response.status_code == 200
    assert response.json()["degraded"] is True
    assert response.json()["why"] == ["the database is away"]


def test_probes_come_over_plain_http_even_where_pages_do_not(site, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert site.get("/en/").status_code == 301
    assert site.get("/healthz").status_code == 200
    assert site.get("/readyz").status_code == 200
