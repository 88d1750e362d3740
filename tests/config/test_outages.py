"""What staff and readers are told while the database is away, or a release cannot be read."""

import pytest
from django.db import InternalError, OperationalError, ProgrammingError, connection

from config.shedding import busy
from evidence import holding
from evidence.models import Release
from tests.page import Page


def away(execute, sql, params, many, context):
    raise OperationalError("connection refused")


def replica(execute, sql, params, many, context):
    if sql.startswith(("INSERT", "UPDATE")):
        raise InternalError("cannot execute in a read-only transaction")
    return execute(sql, params, many, context)


@pytest.mark.parametrize("fails", [away, replica])
def test_staff_are_told_in_words_and_what_they_typed_is_still_in_their_browser(client, admin_user, db, fails):
    with connection.execute_wrapper(fails):
        response = client.post("/admin/login/", {"username": "admin", "password": "password"})
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "10"
    assert "What you have just sent was not saved" in Page(response).words


def test_what_fails_outside_a_view_is_told_too(client, admin_user, settings):
    def no_new_session(execute, sql, params, many, context):
        if "django_session" in sql:
            raise OperationalError("connection refused")
        return execute(sql, params, many, context)

    client.raise_request_exception = False
    client.cookies[settings.SESSION_COOKIE_NAME] = "a-session-of-yesterday"
    with connection.execute_wrapper(no_new_session):
        response = client.get("/admin/")
    assert response.status_code == 503


def test_a_mistake_of_ours_is_no_outage(client, db):
    def wrong(execute, sql, params, many, context):
        raise ProgrammingError("no such column")

    client.raise_request_exception = False
    with connection.execute_wrapper(wrong):
        assert client.post("/admin/login/", {"username": "a", "password": "b"}).status_code == 500


def test_a_new_process_that_can_serve_nothing_says_so(site):
    holding._held = None
    with connection.execute_wrapper(away):
        response = site.get("/en/medsearch/")
    assert response.status_code == 503
    assert "load the page again in a minute" in Page(response).words


def test_staff_are_told_that_a_release_was_refused_and_what_readers_get(site, admin_client):
    holding.active()
    Release.objects.filter(active=True).update(number=2, document="{")
    words = Page(admin_client.get("/admin/")).words
    assert "The release that is marked as public cannot be read: the text of release 2 is not what was published" in words
    assert "Readers still get release 1." in words


def test_staff_are_told_that_the_server_has_no_copy(admin_client, monkeypatch):
    monkeypatch.setattr(holding, "_file_problem", "the disk is full")
    assert "no copy of the public release on its own disk: the disk is full" in Page(admin_client.get("/admin/")).words


def test_pages_that_compare_with_an_unreadable_release_say_what_to_do(site, admin_client):
    holding.active()
    Release.objects.filter(active=True).update(document="{")
    response = admin_client.get("/admin/evidence/release/publish/")
    assert response.status_code == 503
    assert "Activate another release" in Page(response).words


def test_a_french_reader_is_told_in_french(site):
    holding._held = None
    with connection.execute_wrapper(away):
        outage = Page(site.get("/fr/medsearch/")).words
    assert "Veuillez recharger la page dans une minute." in outage
    assert "Beaucoup de personnes lisent en ce moment" in busy("fr").text
