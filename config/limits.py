"""How often one place may ask for the same kind of thing in a minute, counted without knowing who asks.

A place is the address a connection comes from (of IPv6, the network that one household or company gets). A key drawn anew
every minute turns it into one of 65,536 numbered slots, and a slot holds a count: no address, no name and no time is
kept, about 65,000 addresses share every slot, and with the next minute's key nothing of this minute's can be found again.
No header plays a part, unless the site's own proxies write it (PATHWAY_TRUSTED_PROXIES).

The numbers are for a hospital or a library whose hundreds of readers share one address: see docs/threats.md.
"""

import hmac
import secrets
import threading
from array import array
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NamedTuple

SLOTS = 65_536
SECONDS = 60


class Limit(NamedTuple):
    """Requests a minute to one process: of one place, and of all together where places cannot be told apart."""

    each: int
    together: int


LIMITS = {
    "plan": Limit(each=300, together=6_000),
    "pdf": Limit(each=60, together=600),
    "search": Limit(each=600, together=12_000),
    "feedback": Limit(each=20, together=200),
    "login": Limit(each=30, together=300),
}
EVERYBODY = ""
"""In place of an address, where there is none to tell places apart."""


def limits(times: float) -> dict[str, Limit]:
    """LIMITS, so many times as large."""
    return {kind: Limit(*(max(1, round(times * number)) for number in limit)) for kind, limit in LIMITS.items()}


class Counters:
    """The counts of this minute, of one process."""

    def __init__(self, limits: dict[str, Limit]):
        self.limits = limits
        self._minute = -1
        self._lock = threading.Lock()

    def wait(self, kind: str, place: str, now: float) -> int:
        """Counts one request; the seconds after which to ask again, or 0 if it is within the limit.

        `place`: from `place_of`. `now`: seconds of a clock that never goes back.
        """
        limit = self.limits[kind]
        with self._lock:
            minute = int(now // SECONDS)
            if minute != self._minute:
                self._start(minute)
            if place == EVERYBODY:
                most, counts, slot = limit.together, self._together, list(self.limits).index(kind)
            else:
                most, counts, slot = limit.each, self._each[kind], self._slot(place)
            if counts[slot] >= most:
                return max(1, round((minute + 1) * SECONDS - now))
            counts[slot] += 1
            return 0

    def _start(self, minute: int) -> None:
        self._minute = minute
        self._key = secrets.token_bytes(32)
        self._each = {kind: array("I", bytes(4 * SLOTS)) for kind in self.limits}
        self._together = array("I", bytes(4 * len(self.limits)))

    def _slot(self, place: str) -> int:
        return int.from_bytes(hmac.digest(self._key, place.encode(), "sha256")[:2])


def place_of(connection: str, forwarded: str, *, proxies: int, behind_proxy: bool) -> str:
    """Where a request comes from, or EVERYBODY.

    `connection`: the address of the other end. `forwarded`: X-Forwarded-For. Of that only the part counts which the
    outermost of our own `proxies` wrote; what a client put there itself stands to its left.
    """
    if proxies:
        said = forwarded.split(",")
        return _network(said[-proxies]) if len(said) >= proxies else EVERYBODY
    return EVERYBODY if behind_proxy else _network(connection)


def _network(address: str) -> str:
    try:
        found: IPv4Address | IPv6Address = ip_address(address.strip())
    except ValueError:
        return EVERYBODY
    if isinstance(found, IPv6Address):
        if not found.ipv4_mapped:
            return found.packed[:8].hex()
        found = found.ipv4_mapped
    return str(found)
