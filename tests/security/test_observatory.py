"""What pages tell browsers, as it is told in production, scored by the published rules of the MDN HTTP Observatory."""

import json

import pytest
from django.test import Client

from tests.config.test_settings import PRODUCTION, manage

from .observatory import Seen, policy, score, scores

HOST = "pathway.example.ca"
ENOUGH = 115
PUBLIC = [
    *("/en/", "/fr/", "/en/plan/", "/en/plan/clear/", "/en/medsearch/", "/en/medsearch/compare/", "/en/medsearch/where/qc/"),
    *("/en/medsearch/data/", "/en/glossary/", "/fr/about/", "/en/about/proof/", "/en/feedback/"),
]
STAFF = ["/admin/login/"]
OF_PRODUCTION = """
import json
from django.conf import settings as s
told = ("SECURE_", "SESSION_COOKIE_", "CSRF_COOKIE_", "X_FRAME_", "HTTPS")
print(json.dumps({name: getattr(s, name) for name in dir(s) if name.startswith(told)}, default=str))
"""


@pytest.fixture(scope="module")
def production_settings():
    """The settings that a server has, from its environment; as a process of its own reads them."""
    told = manage("shell", "--no-imports", "-c", OF_PRODUCTION, **PRODUCTION)
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout.splitlines()[-1])


@pytest.fixture
def visitor(db, settings, production_settings):
    for name, value in production_settings.items():
        setattr(settings, name, value)
    settings.ALLOWED_HOSTS = [HOST]
    return Client(headers={"Host": HOST})


def seen(visitor, address):
    plain = visitor.get(address)
    return Seen(visitor.get(address, secure=True), ((f"http://{HOST}{address}", plain.headers["Location"]),))


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_page_has_full_marks(visitor, address):
    found = seen(visitor, address)
    assert score(found) >= ENOUGH, scores(found)
    assert min(scores(found).values()) >= 0


@pytest.mark.parametrize("address", STAFF)
def test_so_has_the_way_into_the_staff_site(visitor, address):
    found = seen(visitor, address)
    assert found.page.cookies
    assert score(found) >= ENOUGH, scores(found)
    assert min(scores(found).values()) >= 0


def test_so_has_the_staff_site(visitor, admin_user, settings):
    settings.SECOND_FACTOR = False
    visitor.force_login(admin_user)
    found = seen(visitor, "/admin/")
    assert found.page.status_code == 200
    assert score(found) >= ENOUGH, scores(found)


def test_a_plan_has_full_marks(visitor):
    answers = {"stage": "4", "type": "idc", "hr": "positive", "her2": "positive"}
    found = Seen(visitor.post("/en/plan/", answers, secure=True), seen(visitor, "/en/plan/").redirects)
    assert found.page.status_code == 200
    assert score(found) >= ENOUGH, scores(found)


@pytest.mark.parametrize(
    ("header", "value", "lost"),
    [
        ("Content-Security-Policy", "default-src 'none'; script-src 'self' 'unsafe-inline'; frame-ancestors 'none'", 30),
        ("Content-Security-Policy", "default-src 'self'; form-action 'self'; frame-ancestors 'none'", 5),
        ("Strict-Transport-Security", "max-age=600", 10),
        ("X-Content-Type-Options", "off", 5),
        ("Referrer-Policy", "unsafe-url", 10),
        ("Cross-Origin-Resource-Policy", "cross-origin", 10),
        ("Cross-Origin-Opener-Policy", "nonsense", 15),
    ],
)
def test_the_score_falls_with_what_is_given_up(visitor, header, value, lost):
    found = seen(visitor, "/en/")
    before = sum(scores(found).values())
    found.page.headers[header] = value
    assert before - sum(scores(found).values()) == lost


def test_no_text_becomes_script_on_public_pages_and_nothing_is_asked_for_in_the_clear(visitor):
    csp = policy(seen(visitor, "/en/").page.headers["Content-Security-Policy"])
    assert csp["require-trusted-types-for"] == {"'script'"}
    assert csp["trusted-types"] == {"pathway"}
    assert csp["object-src"] == csp["base-uri"] == csp["frame-ancestors"] == {"'none'"}
    assert "upgrade-insecure-requests" in csp


@pytest.mark.parametrize(
    "address", ["/static/pathway.css", "/healthz", "/en/medsearch/data/drugs.json", "/en/no-such-page/"]
)
def test_what_is_no_page_says_the_same(visitor, address):
    response = visitor.get(address, secure=True)
    assert policy(response.headers["Content-Security-Policy"])["default-src"] == {"'none'"}
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_request_for_another_host_is_answered_with_the_same_headers(visitor):
    response = visitor.get("/en/", secure=True, headers={"Host": "elsewhere.example"})
    assert response.status_code == 400
    assert "Content-Security-Policy" in response.headers


def test_cookies_of_staff_are_bound_to_this_host(visitor, admin_user, settings):
    settings.SECOND_FACTOR = False
    admin_user.set_password("a-long-word-for-tests")
    admin_user.save()
    page = visitor.get("/admin/login/", secure=True)
    token = page.context["csrf_token"]
    word = {"username": admin_user.username, "password": "a-long-word-for-tests", "csrfmiddlewaretoken": token}
    entered = visitor.post("/admin/login/", word, secure=True, headers={"Referer": f"https://{HOST}/admin/login/"})
    assert entered.status_code == 302
    assert len(visitor.cookies) == 2
    for name, cookie in visitor.cookies.items():
        assert name.startswith("__Host-")
        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert cookie["path"] == "/"
        assert not cookie["domain"]
