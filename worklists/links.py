"""Whether the addresses that readers are sent to still open: asks each of them, politely, and keeps what came of it.

One request a host at a time, few hosts at once, first without and then with the page. An address that leads into a private
network is not followed: whoever may write an address must not reach what only this server can. A site that turns programs
away is no broken link. If nobody at all answers, it is this server that has no network, and nothing is noted.
"""

import ipaddress
import socket
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from evidence.models import Reference
from medsearch.models import Programme

from .models import Link

TURNED_AWAY = {401, 403, 405, 406, 407, 429, 451}
"""Statuses of sites that are there, and want no program to look."""
MOST_REDIRECTS = 5
HOSTS_AT_ONCE = 4
SECONDS = 15.0
"""For each of connecting and waiting for an answer."""
SECONDS_BETWEEN = 1.0
"""Between two requests to one host."""
GOOD_FOR = timedelta(days=7)
"""So long, a link that worked is not asked again. One that failed is, each time."""

MayReach = Callable[[str], bool]


class NoNetwork(Exception):
    """Not one host answered, so that nothing can be said of any link."""


class OffLimits(httpx.RequestError):
    """An address within a private network."""


@dataclass(frozen=True)
class Answer:
    url: str
    status: int | None
    problem: str
    """In words for staff; empty if it works."""

    @property
    def came(self) -> bool:
        """Some host answered, whatever it said."""
        return self.status is not None


def is_public(address: str) -> bool:
    """Whether an IP address is on the internet rather than in somebody's own network."""
    ip = ipaddress.ip_address(address)
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return ip.is_global and not ip.is_multicast


class _Resolving(httpx.HTTPTransport):
    """Looks a name up once, asks whether it may be reached, and connects to that very address: no second look-up between."""

    def __init__(self, may_reach: MayReach):
        super().__init__(trust_env=False)
        self._may_reach = may_reach

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.scheme not in ("http", "https"):
            raise httpx.UnsupportedProtocol(f"{request.url.scheme} is no scheme of the web", request=request)
        host, port = request.url.host, request.url.port or {"http": 80, "https": 443}[request.url.scheme]
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpx.ConnectError(str(error), request=request) from error
        addresses = [str(place[4][0]) for place in found]
        if not all(map(self._may_reach, addresses)):
            raise OffLimits(f"{host} is in a private network", request=request)
        # Another request, so that a redirect is read as from the name. TLS still asks for the certificate of the name.
        by_address = httpx.Request(
            request.method,
            request.url.copy_with(host=addresses[0]),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": host},
        )
        return super().handle_request(by_address)


def look(url: str, client: httpx.Client) -> Answer:
    """Asks one address: HEAD, and GET where that is not understood."""
    answer = _ask("HEAD", url, client)
    return _ask("GET", url, client) if answer.problem or answer.status in TURNED_AWAY else answer


def _ask(method: str, url: str, client: httpx.Client) -> Answer:
    try:
        with client.stream(method, url) as response:
            status = response.status_code
    except OffLimits:
        return Answer(url, None, _("It leads into a private network, where no reader can follow."))
    except httpx.TooManyRedirects:
        return Answer(url, None, _("It leads round and round, and never to a page."))
    except httpx.TimeoutException:
        return Answer(url, None, _("Nobody answered in time."))
    except (httpx.UnsupportedProtocol, httpx.InvalidURL, ValueError):
        return Answer(url, None, _("It leads to an address that is none of the web."))
    except httpx.HTTPError as error:
        return Answer(url, None, (_("It cannot be reached: %(why)s") % {"why": error})[:200])
    if status < 400 or status in TURNED_AWAY:
        return Answer(url, status, "")
    if status in (404, 410):
        return Answer(url, status, _("The page is gone (%(status)s).") % {"status": status})
    return Answer(url, status, _("The site answers with a fault (%(status)s).") % {"status": status})


def look_at(urls: Iterable[str], *, may_reach: MayReach | None = None, pause: float | None = None) -> list[Answer]:
    """Asks all of them: one request a host at a time, few hosts at once. Raises NoNetwork if not one host answered."""
    by_host = defaultdict(list)
    for url in dict.fromkeys(urls):
        by_host[urlsplit(url).netloc.lower()].append(url)
    home = next((host for host in settings.ALLOWED_HOSTS if "*" not in host), "localhost")
    client = httpx.Client(
        transport=_Resolving(may_reach or is_public),
        headers={"User-Agent": f"Pathway link check (asks whether a cited page is there; {home})"},
        timeout=SECONDS,
        follow_redirects=True,
        max_redirects=MOST_REDIRECTS,
        trust_env=False,
    )

    def of_host(of_one: list[str]) -> list[Answer]:
        answers = []
        for url in of_one:
            if answers:
                time.sleep(SECONDS_BETWEEN if pause is None else pause)
            answers.append(look(url, client))
        return answers

    with client, ThreadPoolExecutor(HOSTS_AT_ONCE) as hosts:
        found = [answer for answers in hosts.map(of_host, by_host.values()) for answer in answers]
    if found and not any(answer.came for answer in found):
        raise NoNetwork
    return found


def cited() -> set[str]:
    """Every address that readers are sent to."""
    return {url for model in (Reference, Programme) for url in model.objects.exclude(url="").values_list("url", flat=True)}


def due() -> list[str]:
    """The addresses to be asked now: new ones, those that failed last time, and those asked too long ago."""
    fine = Link.objects.filter(problem="", checked__gt=timezone.now() - GOOD_FOR).values_list("url", flat=True)
    return sorted(cited() - set(fine))


@transaction.atomic
def note(answers: Iterable[Answer]) -> None:
    """Keeps what came of it, and forgets addresses that nothing cites any more."""
    answers = list(answers)
    now, today = timezone.now(), timezone.localdate()
    known = {link.url: link for link in Link.objects.filter(url__in=[answer.url for answer in answers])}
    rows = []
    for answer in answers:
        link = known.get(answer.url) or Link(url=answer.url)
        link.checked, link.status, link.problem = now, answer.status, answer.problem
        link.first_failed = (link.first_failed or today) if answer.problem else None
        link.last_failed = today if answer.problem else None
        rows.append(link)
    Link.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["url"],
        update_fields=["checked", "status", "problem", "first_failed", "last_failed"],
    )
    Link.objects.exclude(url__in=cited()).delete()
