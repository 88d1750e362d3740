"""What cannot be served at once is refused at once, and what watches over the process never is."""

import threading

import pytest

from config import shedding
from config.shedding import Room, Shedding


@pytest.fixture
def full(monkeypatch):
    """Rooms without a place."""
    monkeypatch.setattr(shedding, "READERS", Room("readers", working=0, waiting=0))
    monkeypatch.setattr(shedding, "STAFF", Room("staff", working=0, waiting=0))


@pytest.mark.parametrize(("address", "words"), [("/en/plan/", "Many"), ("/fr/plan/", 'lang="fr"'), ("/admin/", "Many")])
def test_where_there_is_no_room_a_kind_page_says_when_to_come_back(site, full, address, words):
    response = site.get(address)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert "no-store" in response.headers["Cache-Control"]
    assert "default-src" in response.headers["Content-Security-Policy"]
    assert words in response.text


def test_probes_and_static_files_are_never_refused(site, full):
    assert [site.get(address).status_code for address in ("/healthz", "/readyz", "/static/icon.svg")] == [200, 200, 200]


def test_staff_that_wait_for_the_database_leave_the_readers_room_alone(rf, monkeypatch):
    monkeypatch.setattr(shedding, "STAFF", Room("staff", working=1, waiting=0))
    inside, done = threading.Event(), threading.Event()

    def get_response(request):
        if request.path == "/admin/":
            inside.set()
            done.wait()
        return "served"

    site = Shedding(get_response)
    hangs = threading.Thread(target=site, args=(rf.get("/admin/"),))
    hangs.start()
    try:
        inside.wait()
        assert site(rf.get("/admin/")).status_code == 503
        assert site(rf.get("/en/plan/")) == "served"
    finally:
        done.set()
        hangs.join()
    assert site(rf.get("/admin/")) == "served"


def test_a_request_that_fails_leaves_its_place(rf, monkeypatch):
    monkeypatch.setattr(shedding, "READERS", Room("readers", working=1, waiting=0))

    def fails(request):
        raise ZeroDivisionError

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            Shedding(fails)(rf.get("/en/"))


def test_whoever_waits_has_a_turn_when_one_leaves():
    room = Room("readers", working=1, waiting=1)
    assert room.enter()
    waits = threading.Thread(target=room.enter)
    waits.start()
    room.leave()
    waits.join()
    room.leave()
    assert room.refused == 0
