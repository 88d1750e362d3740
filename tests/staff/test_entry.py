"""Entering /admin/: the password, the second factor, the lock."""

import io
import re
import time
from base64 import b32decode

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from staff import second_factor
from staff.models import Entry

pytestmark = pytest.mark.django_db

NAME, PASSWORD = "editor", "a-long-word-for-tests"
KEY = "3132333435363738393031323334353637383930"
FACTOR, LOGIN = "/admin/second-factor/", "/admin/login/"


@pytest.fixture(autouse=True)
def _as_in_production(settings):
    settings.SECOND_FACTOR = True


@pytest.fixture
def user():
    return User.objects.create_superuser(NAME, password=PASSWORD)


@pytest.fixture
def enrolled(user):
    TOTPDevice.objects.create(user=user, key=KEY, name="app")
    return user


def give_password(client, name=NAME, password=PASSWORD, **headers):
    return client.post(f"{LOGIN}?next=/admin/", {"username": name, "password": password}, **headers)


def code(key=KEY, ahead=0):
    return f"{totp(bytes.fromhex(key), drift=ahead):06d}"


def key_on(page):
    """The key as the page shows it to whoever cannot scan, in hexadecimal."""
    shown = re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', page.text).group(1)
    return b32decode(shown.replace(" ", "")).hex()


def said():
    return list(Entry.objects.exclude(what="published").order_by("pk").values_list("what", "who"))


# The second factor


def test_the_first_entry_sets_up_the_second_factor_and_gives_recovery_codes(client, user):
    give_password(client)
    page = client.get("/admin/", follow=True)
    assert page.redirect_chain[-1][0].startswith(FACTOR)
    assert 'class="qr"' in page.text
    done = client.post(FACTOR, {"code": code(key_on(page))})
    assert len(re.findall(r"<code>[a-z2-7]{4}-[a-z2-7]{4}</code>", done.text)) == 10
    assert client.get("/admin/").status_code == 200
    assert said() == [("password", NAME), ("enrolled", NAME)]


def test_the_key_shown_to_one_session_is_not_shown_to_another(user):
    one, other = Client(), Client()
    give_password(one), give_password(other)
    assert key_on(one.get(FACTOR)) != key_on(other.get(FACTOR))


def test_a_wrong_code_sets_nothing_up(client, user):
    give_password(client)
    key = key_on(client.get(FACTOR))
    wrong = f"{(int(code(key)) + 1) % 1_000_000:06d}"
    client.post(FACTOR, {"code": wrong if wrong not in {code(key, ahead=-1), code(key, ahead=1)} else "x"})
    assert not TOTPDevice.objects.exists()
    assert client.get("/admin/").status_code == 302


def test_who_has_a_second_factor_cannot_be_given_another_by_the_password_alone(client, enrolled):
    give_password(client)
    assert 'class="secret"' not in client.get(FACTOR).text
    assert second_factor.enrol(enrolled, "00" * 20, code("00" * 20)) is None


def test_the_code_of_the_app_opens(client, enrolled):
    give_password(client)
    assert client.post(f"{FACTOR}?next=/admin/medsearch/drug/", {"code": f" {code()[:3]} {code()[3:]}"})["Location"] == (
        "/admin/medsearch/drug/"
    )
    assert client.get("/admin/").status_code == 200


def test_a_code_opens_once(enrolled):
    first, second = Client(), Client()
    for client in (first, second):
        give_password(client)
        client.post(FACTOR, {"code": code(ahead=1)})
    assert first.get("/admin/").status_code == 200
    assert second.get("/admin/").status_code == 302


def test_after_a_wrong_code_the_right_one_has_to_wait(client, enrolled):
    give_password(client)
    for guess in ("000000", "000001", code()):
        client.post(FACTOR, {"code": guess})
    assert client.get("/admin/").status_code == 302
    assert said()[-1] == ("wrong-code", NAME)


def test_a_recovery_code_opens_once(enrolled):
    recovery = second_factor.new_recovery_codes(enrolled)[0]
    for opens in (200, 302):
        client = Client()
        give_password(client)
        client.post(FACTOR, {"code": recovery.upper()})
        assert client.get("/admin/").status_code == opens
    assert StaticToken.objects.count() == 9
    assert ("recovery-used", NAME) in said()


def test_new_recovery_codes_void_the_old_ones_and_end_nothing(client, enrolled):
    old = second_factor.new_recovery_codes(enrolled)
    give_password(client)
    client.post(FACTOR, {"code": old[0]})
    page = client.post("/admin/second-factor/recovery-codes/")
    assert page.text.count("<code>") == 10
    assert not any(code in page.text for code in old)
    assert client.get("/admin/").status_code == 200


def test_a_session_is_another_once_the_second_factor_has_been_given(client, enrolled):
    give_password(client)
    before = client.session.session_key
    client.post(FACTOR, {"code": code()})
    assert client.session.session_key != before


def test_another_site_is_never_where_one_lands(client, enrolled):
    give_password(client)
    assert client.post(f"{FACTOR}?next=//elsewhere.example/", {"code": code()})["Location"] == "/admin/"


def addresses():
    """Every address under /admin/, with 1 in the place of numbers and names."""

    def walk(patterns, before):
        for pattern in patterns:
            route = before + re.sub(r"<[^>]+>", "1", getattr(pattern.pattern, "_route", "1"))
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern.url_patterns, route)
            else:
                yield route

    return sorted({route for route in walk(get_resolver().url_patterns, "/") if "/admin/" in route})


def test_a_stolen_password_gets_nowhere(client, enrolled):
    give_password(client)
    opened = []
    for address in addresses():
        for method in (client.get, client.post):
            answer = method(address)
            if address == "/admin/logout/":
                give_password(client)
            elif answer.status_code != 302 and address not in (FACTOR, LOGIN):
                opened.append((address, answer.status_code))
    assert len(addresses()) > 100
    # The catalogue of translations is the same for everybody.
    assert [address for address in opened if address[0] != "/admin/jsi18n/"] == []
    assert TOTPDevice.objects.get().user == enrolled


def test_who_is_stuck_at_the_second_factor_can_leave(client, enrolled):
    give_password(client)
    client.post("/admin/logout/")
    assert client.get(FACTOR)["Location"].startswith(LOGIN)


def test_a_second_factor_taken_off_ends_what_was_opened_with_it(client, enrolled):
    give_password(client)
    client.post(FACTOR, {"code": code()})
    call_command("reset_second_factor", NAME, stdout=io.StringIO())
    assert client.get("/admin/").status_code == 302
    assert ("factor-reset", NAME) in said()


def test_the_public_site_gets_no_cookie(site):
    for address in ("/en/", "/en/medsearch/", "/en/about/"):
        answer = site.get(address)
        assert not answer.cookies
        assert "Cookie" not in answer.headers.get("Vary", "")


# The lock


def headers(number):
    of = {"X-Forwarded-For": f"10.0.0.{number}", "User-Agent": f"Browser {number}", "Forwarded": f"for=10.0.0.{number}"}
    return {"headers": of}


def test_ten_wrong_passwords_lock_whatever_the_headers(user):
    for number in range(10):
        answer = give_password(Client(REMOTE_ADDR=f"192.0.2.{number}"), password="wrong", **headers(number))
        assert answer.status_code == (429 if number == 9 else 200)
    locked = give_password(Client(), **headers(99))
    assert locked.status_code == 429
    assert "/admin/" not in locked.headers.get("Location", "")
    assert said() == [("failed", NAME)] * 9 + [("locked", NAME)]


def test_the_lock_ends_by_itself_and_a_superuser_ends_it_sooner(client, admin_client, user, settings):
    settings.SECOND_FACTOR = False
    for _ in range(10):
        give_password(client, password="wrong")
    admin_client.post("/admin/auth/user/", {"action": "unlock", "_selected_action": [user.pk]})
    assert give_password(client).status_code == 302
    assert ("unlocked", "admin") in said()


def test_nine_wrong_passwords_do_not_lock(client, user):
    for _ in range(9):
        give_password(client, password="wrong")
    assert give_password(client).status_code == 302


# Nobody learns whether there is such an account


def refusals(name):
    shown = []
    for _ in range(11):
        answer = give_password(Client(), name=name, password="wrong")
        text = re.sub(r'(csrfmiddlewaretoken" value)="\w+"', r"\1", answer.text).replace(name, "NAME")
        shown.append((answer.status_code, re.sub(r"\d+ minutes", "minutes", text)))
    return shown


def test_an_unknown_name_is_refused_and_locked_like_a_known_one(user):
    assert refusals(NAME) == refusals("nobody-here")


def test_an_unknown_name_takes_the_same_work(user, monkeypatch):
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *a, **k: hashed.append(1) or encode(*a, **k))

    def work(name):
        hashed.clear()
        with CaptureQueriesContext(connection) as asked:
            give_password(Client(), name=name, password="wrong")
        return len(hashed), len(asked)

    assert work(NAME) == work("nobody-here")


def test_what_is_typed_in_place_of_a_name_is_not_kept(client):
    give_password(client, name="my-secret-password", password="wrong")
    assert said() == [("failed", "")]


# Passwords and sessions


def test_a_short_password_is_refused():
    with pytest.raises(ValidationError, match="12 characters"):
        validate_password("kx7!pq-2vbn"[:-1])


def test_a_session_lasts_a_working_day_and_ends_with_the_browser(client, enrolled, settings):
    give_password(client)
    client.post(FACTOR, {"code": code()})
    assert not client.cookies[settings.SESSION_COOKIE_NAME]["max-age"]
    kept = Session.objects.get(session_key=client.session.session_key)
    assert kept.expire_date.timestamp() - time.time() <= 8 * 3600
