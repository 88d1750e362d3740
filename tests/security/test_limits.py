"""What is asked too often, is too large or is no request of ours: refused kindly, whoever asks, with nothing typed lost."""

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from config.limits import EVERYBODY, LIMITS, SECONDS, Counters, Limit, place_of
from config.middleware import RequestSize
from tests.page import Page

FEW = {kind: Limit(each=3, together=5) for kind in LIMITS}
ANSWERS = {"stage": "4", "type": "idc", "hr": "positive", "her2": "positive"}


# Counting


def test_the_next_minute_begins_at_nothing_and_says_when():
    counters = Counters(FEW)
    assert [counters.wait("plan", "192.0.2.1", 10) for _ in range(4)] == [0, 0, 0, 50]
    assert counters.wait("plan", "192.0.2.1", SECONDS + 1) == 0


def test_places_and_kinds_are_counted_apart():
    counters = Counters(FEW)
    for _ in range(4):
        counters.wait("plan", "192.0.2.1", 0)
    assert counters.wait("pdf", "192.0.2.1", 0) == 0
    # Two places can share a slot, one time in 65,536; not ten times in a row.
    assert any(counters.wait("plan", f"192.0.2.{other}", 0) == 0 for other in range(2, 12))


def test_nobody_can_be_told_apart_by_what_is_kept():
    counters = Counters(FEW)
    counters.wait("plan", "192.0.2.1", 0)
    assert "192.0.2.1" not in repr(vars(counters))
    assert {len(counts) for counts in counters._each.values()} == {65_536}
    key = counters._key
    counters.wait("plan", "192.0.2.1", SECONDS)
    assert counters._key != key
    assert sum(counters._each["plan"]) == 1


@given(st.text(), st.text())
def test_no_header_changes_who_is_counted(said, other):
    for forwarded in (said, other):
        assert place_of("192.0.2.1", forwarded, proxies=0, behind_proxy=False) == "192.0.2.1"


@given(st.text(alphabet="0123456789., "))
def test_behind_a_proxy_only_what_the_proxy_wrote_counts(said):
    assert place_of("10.0.0.1", f"{said}, 192.0.2.1", proxies=1, behind_proxy=True) == "192.0.2.1"


@pytest.mark.parametrize(
    ("connection", "forwarded", "proxies", "place"),
    [
        ("10.0.0.1", "192.0.2.1, 10.0.0.2", 2, "192.0.2.1"),
        ("10.0.0.1", "192.0.2.1", 2, EVERYBODY),
        ("10.0.0.1", "", 1, EVERYBODY),
        ("10.0.0.1", "192.0.2.1", 0, EVERYBODY),
        ("", "", 1, EVERYBODY),
    ],
)
def test_where_the_proxies_do_not_say_all_share_one_wider_limit(connection, forwarded, proxies, place):
    assert place_of(connection, forwarded, proxies=proxies, behind_proxy=True) == place


def test_one_network_of_ipv6_is_one_place_and_ipv4_is_the_same_in_both_clothes():
    def direct(address):
        return place_of(address, "", proxies=0, behind_proxy=False)

    assert direct("2001:db8:0:1::5") == direct("2001:db8:0:1:ffff::9") != direct("2001:db8:0:2::5")
    assert direct("::ffff:192.0.2.1") == direct("192.0.2.1")


def test_a_ward_behind_one_address_is_never_turned_away():
    """A hundred people at once: a plan each half minute, six lists while searching, a PDF every other minute."""
    people = 100
    assert LIMITS["plan"].each >= people * 2
    assert LIMITS["pdf"].each >= people / 2
    assert LIMITS["search"].each >= people * 6


# Answering


@pytest.fixture
def visitor(db, settings):
    settings.RATE_LIMITS = 0.01
    return Client()


def asked_until_refused(ask, *, most=20):
    for _ in range(most):
        response = ask()
        if response.status_code == 429:
            return response
    pytest.fail(f"{most} times, and never too often")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_form_sent_too_often_comes_back_with_what_was_typed(visitor, language):
    address = f"/{language}/plan/"
    response = asked_until_refused(lambda: visitor.post(address, ANSWERS))
    assert 1 <= int(response["Retry-After"]) <= SECONDS
    assert response["Cache-Control"] == "no-store"
    page = Page(response)
    assert dict(page.fields) == ANSWERS
    assert page.actions == [address]
    assert f'<html lang="{language}">' in response.text


def test_a_message_is_not_lost(visitor):
    message = {"feedback-text": "I cannot find\nthe <word> in it", "feedback-kind": "unclear"}
    response = asked_until_refused(lambda: visitor.post("/en/feedback/", message))
    assert dict(Page(response).fields) == message


@pytest.mark.parametrize("address", ["/en/plan/", "/en/plan/print/", "/en/plan/pdf/", "/en/feedback/"])
def test_every_form_has_a_limit_and_reading_has_none(visitor, address):
    asked_until_refused(lambda: visitor.post(address, ANSWERS))
    assert visitor.get(address, follow=True).status_code == 200


@pytest.mark.parametrize(
    "address", ["/en/medsearch/?q=tamoxifen", "/en/medsearch/compare/?drug=a", "/en/medsearch/data/drugs.csv"]
)
def test_so_have_the_search_and_the_downloads(visitor, address):
    response = asked_until_refused(lambda: visitor.get(address))
    assert address in Page(response).links


def test_so_has_the_way_into_the_staff_site_and_no_password_comes_back(visitor):
    word = {"username": "somebody", "password": "a-long-word"}
    response = asked_until_refused(lambda: visitor.post("/admin/login/", word))
    assert "a-long-word" not in response.text
    assert Page(response).actions == []


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Client-IP", "User-Agent", "Cookie", "Via"])
def test_no_header_gets_around_a_limit(visitor, header):
    sent = iter(range(100))
    asked_until_refused(lambda: visitor.post("/en/plan/", ANSWERS, headers={header: f"192.0.2.{next(sent)}"}))


def test_programs_are_told_in_their_language(visitor):
    response = asked_until_refused(lambda: visitor.post("/en/plan/", ANSWERS, headers={"Accept": "application/json"}))
    assert response.json()["errors"]


# Size and shape


@pytest.mark.parametrize(
    ("method", "path", "told", "status"),
    [
        ("POST", "/en/plan/", {"CONTENT_LENGTH": str(RequestSize.LARGEST_PUBLIC_BODY + 1)}, 413),
        ("POST", "/en/feedback/", {"CONTENT_LENGTH": "9" * 400}, 413),
        ("POST", "/admin/login/", {"CONTENT_LENGTH": "3000000"}, 413),
        ("POST", "/en/plan/", {"CONTENT_LENGTH": "²"}, 400),
        ("POST", "/en/plan/", {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}, 411),
        ("GET", "/en/medsearch/", {"QUERY_STRING": "q=" + "x" * 5_000}, 414),
        ("GET", "/fr/" + "x" * 5_000, {}, 414),
        ("TRACE", "/en/", {}, 405),
        ("PUT", "/en/plan/", {}, 405),
    ],
)
def test_what_is_no_request_of_ours_is_refused_unread_with_a_page(client, db, method, path, told, status):
    class Unread:
        def read(self, *size):
            raise AssertionError("the body was read")

        readline = read

    response = client.generic(method, path, **{"wsgi.input": Unread(), **told})
    assert response.status_code == status
    assert "<h1>" in response.text
    assert '<html lang="fr">' in response.text if path.startswith("/fr/") else '<html lang="en">' in response.text


def test_too_many_fields_are_too_much(site):
    response = site.post("/en/plan/", "a=1&" * 2_000, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 413


def test_a_cookie_is_neither_read_nor_answered_on_public_pages(site):
    response = site.get("/en/", headers={"Cookie": "staff-session=made-up; staff-csrf=made-up"})
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
