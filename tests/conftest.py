"""What all tests share: settings for this machine, a database with the content of fixtures/ published as release 1."""

import os
import re
from datetime import date

import hypothesis
import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings
from django.utils import translation

from . import ready

hypothesis.settings.register_profile("pathway", hypothesis.settings(), deadline=None)
hypothesis.settings.load_profile("pathway")

DAY = date(2026, 11, 23)
"""The day on which the tests' plans are made."""


def pytest_addoption(parser):
    parser.addoption(
        "--database-only", action="store_true", help="only tests that touch the database: for a second kind of database"
    )
    walk = "walk admin with so many drugs and rows of funding, and print what each page took (make many)"
    parser.addoption("--many", nargs=2, type=int, metavar=("DRUGS", "FUNDING"), help=walk)


def pytest_sessionstart(session):
    """French is read from compiled files, which a fresh clone has not: made before the processes that run tests start."""
    if not hasattr(session.config, "workerinput"):
        call_command("compile_translations", verbosity=0)


def pytest_collection_modifyitems(config, items):
    if config.getoption("--database-only"):
        touching, others = [], []
        for item in items:
            (touching if _touches_the_database(item) and not _one_will_do(item) else others).append(item)
        config.hook.pytest_deselected(items=others)
        items[:] = touching


def _touches_the_database(item) -> bool:
    return bool(item.get_closest_marker("django_db") or "db" in item.fixturenames)


def _one_will_do(item) -> bool:
    return _is_from_memory(item) or item.get_closest_marker("one_database") is not None


def _is_from_memory(item) -> bool:
    marker = item.get_closest_marker("from_memory")
    return marker is not None and marker.args != (False,)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """In CI nothing is skipped: what a test lacks there is a failure."""
    report = yield
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        report.outcome, report.longrepr = "failed", f"skipped, which is a failure in CI: {report.longrepr}"
    return report


@pytest.fixture(scope="session", autouse=True)
def _without_what_takes_long_on_purpose():
    """The server that the browser tests start has these as in production: hashed and compressed names of static files, and
    passwords hashed in many rounds."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        STORAGES={**settings.STORAGES, "staticfiles": plain},
        STATIC_ROOT=settings.BASE_DIR / "static",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_modify_db_settings, django_db_blocker, tmp_path_factory):
    """A test database of its own, made whether or not the tests chosen touch it, with fixtures/ loaded and published."""
    folder = ready.shared_folder(tmp_path_factory)
    with django_db_blocker.unblock(), ready.filled_database(folder), django_db_blocker.block():
        yield


@pytest.fixture(autouse=True)
def _in_english():
    """A request for a French page leaves its language behind in the process."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def _release_held_in_memory():
    """What a test publishes is gone when it ends, so the process must not go on holding it."""
    from evidence import holding

    holding.forget()
    held = holding._held
    yield
    holding._held, holding._problem = held, holding.Problem.NONE
    holding.forget()


@pytest.fixture(autouse=True)
def _nothing_kept():
    """A test that changes a setting or the day sees pages that were made with it."""
    from evidence import kept

    kept.forget()


@pytest.fixture(autouse=True)
def _what_is_answered_from_memory(request):
    """A test that is left out on a second kind of database shows, where it runs, that it had no need of a database."""
    if not (_is_from_memory(request.node) and _touches_the_database(request.node)):
        yield
        return
    from django.db import connection

    request.getfixturevalue("db")
    with connection.execute_wrapper(_asks_which_release_is_public):
        yield


def _asks_which_release_is_public(execute, sql, params, many, context):
    tables = set(re.findall(r'(?:FROM|JOIN|INTO|UPDATE)\s+"(\w+)"', sql))
    assert tables <= {"evidence_release"}, f"marked from_memory, and asks the database: {sql[:200]}"
    assert sql.split()[0] in ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK"), f"marked from_memory, and writes: {sql[:200]}"
    return execute(sql, params, many, context)


@pytest.fixture(scope="session")
def release(django_db_setup, django_db_blocker):
    """Release 1, the content of fixtures/, in memory."""
    from evidence import holding

    with django_db_blocker.unblock():
        return holding.active()


@pytest.fixture(scope="session")
def content(release):
    """What plans of release 1 are made of."""
    from pathway.content import content

    return content(release)


@pytest.fixture
def site(client, db):
    """A visitor's client. `site.plan(stage="4", ...)` sends the form."""

    def plan(language="en", *, accept="text/html", **answers):
        return client.post(f"/{language}/plan/", answers, headers={"Accept": accept})

    client.plan = plan
    return client
