"""What pages are made of, kept once made: in this process's memory alone, within a bound, and never longer than a day.

What is kept is content: an entry's key says which words of the release it holds, in which language. It says nothing about
who asked, when, how often, or in which order: there is no time, no counter and no order in it, and what has to go is chosen
by chance. docs/privacy.md and docs/decisions/0011 say what that means for a reader.
"""

import random
import threading
from collections.abc import Callable, Hashable
from datetime import date
from typing import Any, NamedTuple

from django.conf import settings

from . import releases


class Made(NamedTuple):
    """Something that was made, with how many bytes keeping it takes."""

    value: Any
    size: int


class Kept:
    """Key → what was made for it, at most `most` bytes of it.

    An entry's slot follows from its key alone. A dict, or a list of what was used last, would hold an order.
    """

    SLOTS = 1 << 14
    BESIDE = 500
    """Bytes that an entry takes beside its value."""

    def __init__(self, most: int):
        self.most = most
        self.size = 0
        self._slots: list[tuple[Hashable, Made] | None] = [None] * self.SLOTS
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return sum(entry is not None for entry in self._slots)

    def values(self) -> list:
        """All that is kept."""
        return [entry[1].value for entry in self._slots if entry is not None]

    def get(self, key: Hashable, make: Callable[[], Made]) -> Any:
        """What is kept under the key, else what `make` makes, which is then kept if there is room for it at all."""
        entry = self._slots[hash(key) % self.SLOTS]
        if entry is not None and entry[0] == key:
            return entry[1].value
        made = make()
        if made.size + self.BESIDE <= self.most:
            with self._lock:
                self._keep(key, made)
        return made.value

    def _keep(self, key: Hashable, made: Made) -> None:
        slot = hash(key) % self.SLOTS
        self._empty(slot)
        while self.size + made.size + self.BESIDE > self.most:
            self._empty(random.randrange(self.SLOTS))  # noqa: S311
        self._slots[slot] = (key, made)
        self.size += made.size + self.BESIDE

    def _empty(self, slot: int) -> None:
        entry = self._slots[slot]
        if entry is not None:
            self._slots[slot] = None
            self.size -= entry[1].size + self.BESIDE


_held: tuple[releases.Active, str, date, Kept] | None = None


def kept(release: releases.Active, *, on: date) -> Kept:
    """What is kept for this release and day. With the first request of another one, everything is forgotten."""
    global _held
    held = _held
    if held is None or held[0] is not release or held[1] != release.wrong or held[2] != on:
        held = _held = (release, release.wrong, on, Kept(settings.KEPT_MEGABYTES * 1_000_000))
    return held[3]


def forget() -> None:
    """Nothing is kept any more."""
    global _held
    _held = None
