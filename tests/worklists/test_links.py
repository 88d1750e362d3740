"""Links are asked of a real server: what it answers, and what is never asked."""

import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from evidence.models import Reference
from medsearch.models import Programme
from worklists import links
from worklists.models import Link

pytestmark = pytest.mark.django_db


class Site(BaseHTTPRequestHandler):
    """Answers by its address: /200 with 200, /to?… with a redirect, /get-only refuses HEAD."""

    def do_HEAD(self):
        self.server.asked.append((self.command, self.path, self.headers["User-Agent"]))
        with self.server.counting:
            self.server.now += 1
            self.server.most = max(self.server.most, self.server.now)
        time.sleep(0.005)  # long enough that another that is asked at the same time is counted too
        try:
            where = self.path.lstrip("/")
            if where.startswith("to?"):
                self.send_response(302)
                self.send_header("Location", where[3:])
            elif where == "get-only":
                self.send_response(200 if self.command == "GET" else 501)
            else:
                self.send_response(int(where[:3]))
            self.send_header("Content-Length", "0")
        finally:
            # Before it is sent: whoever has the answer may ask again at once.
            with self.server.counting:
                self.server.now -= 1
        self.end_headers()

    do_GET = do_HEAD

    def log_message(self, *args):
        pass


@pytest.fixture
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.asked, server.now, server.most, server.counting = [], 0, 0, threading.Lock()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.at = f"http://127.0.0.1:{server.server_address[1]}"
    yield server
    server.shutdown()
    server.server_close()


def ask(*urls, may_reach=lambda address: True):
    return {answer.url: answer for answer in links.look_at(urls, may_reach=may_reach, pause=0)}


@pytest.mark.parametrize(
    ("path", "works"),
    [
        ("200", True),
        ("get-only", True),
        ("to?/200", True),
        ("403", True),
        ("429", True),
        ("404", False),
        ("410", False),
        ("500", False),
        ("to?/404", False),
        ("to?/to?/200", True),
        ("to?file:///etc/passwd", False),
        ("to?ftp://127.0.0.1/x", False),
    ],
)
def test_what_works_and_what_fails(site, path, works):
    fine, url = f"{site.at}/200?fine", f"{site.at}/{path}"
    assert (ask(fine, url)[url].problem == "") is works


def test_a_loop_ends(site):
    url = f"{site.at}/to?/to?/to?/to?/to?/to?/to?/200"
    assert "round and round" in ask(f"{site.at}/200", url)[url].problem


def test_an_answer_to_head_is_enough_and_the_project_says_its_name(site):
    ask(f"{site.at}/200")
    assert [(command, "Pathway" in agent) for command, _path, agent in site.asked] == [("HEAD", True)]


def test_one_host_is_asked_one_thing_at_a_time(site):
    ask(*(f"{site.at}/200?{number}" for number in range(12)))
    assert site.most == 1


def test_a_private_network_is_never_asked(site):
    with pytest.raises(links.NoNetwork):
        ask(f"{site.at}/200", may_reach=links.is_public)
    assert site.asked == []


def test_a_redirect_into_a_private_network_is_not_followed(site):
    may = iter([True])  # the first look-up may pass, the one that the redirect asks for may not
    url = f"{site.at}/to?{site.at}/200"
    with httpx.Client(transport=links._Resolving(lambda _: next(may, False)), follow_redirects=True) as client:
        assert "private network" in links.look(url, client).problem
    assert [path for _command, path, _agent in site.asked] == [f"/to?{site.at}/200"]


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "fd00::1", "fe80::1",
     "::ffff:10.0.0.1", "224.0.0.1"],
)  # fmt: skip
def test_private_addresses(address):
    assert not links.is_public(address)


def test_public_addresses():
    assert links.is_public("1.1.1.1")
    assert links.is_public("2606:4700:4700::1111")


@pytest.fixture
def only(site, monkeypatch):
    """As if the site's were the only addresses that are cited. Gives one, and the other works."""
    Reference.objects.exclude(pk__in=Reference.objects.order_by("pk")[:2]).update(url="")
    Programme.objects.update(url="")
    cited = Reference.objects.order_by("pk")[:2]
    monkeypatch.setattr(links, "is_public", lambda address: True)
    monkeypatch.setattr(links, "SECONDS_BETWEEN", 0)

    def set_to(path):
        Reference.objects.filter(pk=cited[0].pk).update(url=f"{site.at}/{path}")
        Reference.objects.filter(pk=cited[1].pk).update(url=f"{site.at}/200?other")
        return f"{site.at}/{path}"

    return set_to


def test_a_link_fails_only_on_the_second_day(only, monkeypatch):
    url = only("404")
    call_command("check_links", verbosity=0)
    call_command("check_links", verbosity=0)
    assert Link.objects.failed_once().get().url == url
    assert not Link.objects.failing().exists()
    tomorrow = timezone.localdate() + timedelta(days=1)
    monkeypatch.setattr(timezone, "localdate", lambda *_: tomorrow)
    call_command("check_links", verbosity=0)
    failing = Link.objects.failing().get()
    assert (failing.url, failing.status, failing.last_failed) == (url, 404, tomorrow)


def test_a_link_that_works_again_is_forgiven(only, site):
    url = only("404")
    call_command("check_links", verbosity=0)
    Link.objects.filter(url=url).update(url=f"{site.at}/200")
    only("200")
    call_command("check_links", verbosity=0)
    assert not Link.objects.exclude(first_failed=None).exists()


def test_what_works_is_asked_again_after_a_week_and_what_nothing_cites_is_forgotten(only, site):
    only("200")
    call_command("check_links", verbosity=0)
    site.asked.clear()
    call_command("check_links", verbosity=0)
    assert site.asked == []
    Link.objects.update(checked=timezone.now() - timedelta(days=8))
    call_command("check_links", verbosity=0)
    assert len(site.asked) == 2
    Reference.objects.update(url="")
    links.note([])
    assert not Link.objects.exists()


def test_no_network_is_no_broken_link(only, site):
    only("200")
    site.shutdown()
    site.server_close()
    with pytest.raises(CommandError, match="no way out to the network"):
        call_command("check_links", verbosity=0)
    assert not Link.objects.exists()


def test_somebody_has_a_failing_link_asked_again(only, site, admin_client):
    url = only("404")
    day = timezone.localdate() - timedelta(days=3)
    failed = {"problem": "Gone.", "first_failed": day, "last_failed": day + timedelta(days=1)}
    Link.objects.create(url=url, checked=timezone.now(), status=404, **failed)
    row = Reference.objects.get(url=url)
    only("200")
    Link.objects.filter(url=url).update(url=f"{site.at}/200")
    answer = admin_client.post("/admin/work/links/", {"row": f"evidence.reference:{row.pk}", "action": "check"}, follow=True)
    assert "1 link works again. 0 still fail." in answer.text
    assert "Nothing is waiting here." in answer.text
