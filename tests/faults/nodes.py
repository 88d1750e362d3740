"""A real server, as production runs it, and readers who ask it for pages all the while and miss nothing."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from http.cookiejar import CookieJar
from pathlib import Path
from random import randint
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import psutil

from scripts.local import ROOT, server_settings

from .clock import Clock
from .prepare import MARKS, PASSWORD

TOKEN = "a-token-for-tests"
SECONDS_TO_START = 120
ANSWERS = urlencode({"stage": "4", "type": "idc", "hr": "positive", "her2": "positive", "menopause": "unknown"})
ASKED = [
    ("POST", "/en/plan/", ANSWERS),
    ("GET", "/en/glossary/", None),
    ("GET", "/en/glossary/biopsy/", None),
]
"""What readers ask for, one after the other. A drug's page has no place here: it tells what the release before it said."""


def own_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


def crowd() -> float:
    """How many times longer things take because this machine has other work to do: what waits for each of its processors."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def until(is_so, seconds: float = 60, what: str = ""):
    """Waits for it so long, or longer on a machine that has other work to do; returns what it returned."""
    began = time.monotonic()
    while time.monotonic() - began < seconds * crowd():
        with suppress(OSError, HTTPException):
            if found := is_so():
                return found
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} seconds: {what or is_so.__doc__ or is_so}")


def somewhere() -> str:
    """One of the many addresses of this machine: the proxy limits what one of them may ask."""
    return f"127.{randint(2, 250)}.{randint(1, 250)}.{randint(1, 250)}"


class Server:
    """Something that answers on a port of this machine."""

    port: str

    def ask(
        self, method: str, address: str, body: str | None = None, *, place: str = "127.0.0.1", **headers: str
    ) -> tuple[int, str, float]:
        """Status, text and seconds. `place`: the address it is asked from. Raises OSError or HTTPException."""
        connection = HTTPConnection("127.0.0.1", int(self.port), timeout=150, source_address=(place, 0))
        began = time.perf_counter()
        try:
            if body is not None:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request(method, address, body, headers)
            response = connection.getresponse()
            return response.status, response.read().decode(), time.perf_counter() - began
        finally:
            connection.close()

    def get(self, address: str, **headers: str) -> tuple[int, str]:
        return self.ask("GET", address, **headers)[:2]


class Node(Server):
    """An application server on a port of its own, with a file and a log of its own in the folder."""

    def __init__(self, folder: Path, url: str, *, clock: Clock | None = None, **settings: str):
        folder.mkdir(exist_ok=True)
        self.folder, self.port, self.url = folder, own_port(), url
        self.file = folder / "last-release"
        self.limits = settings.pop("preexec_fn", None)
        self.environment = {
            **os.environ,
            **server_settings(),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PATHWAY_SECRET_KEY": "for-tests-only-" * 5,
            "PATHWAY_ALLOWED_HOSTS": "127.0.0.1",
            "PATHWAY_HTTPS": "false",
            "PATHWAY_SECOND_FACTOR": "false",
            "PATHWAY_RELEASE_CHECK_SECONDS": "1",
            "PATHWAY_RELEASE_FILE": str(self.file),
            "PATHWAY_METRICS_TOKEN": TOKEN,
            # All readers of a fault come from one place.
            "PATHWAY_RATE_LIMITS": "0",
            "DATABASE_URL": url,
            **(clock.environment if clock else {}),
            **settings,
        }

    def start(self, *, ready: bool = True) -> "Node":
        command = [str(Path(sys.executable).with_name("granian")), "--host", "127.0.0.1", "--port", self.port]
        log = (self.folder / "log").open("a")
        self.process = subprocess.Popen(
            [*command, "config.wsgi:application"],
            cwd=ROOT,
            env=self.environment,
            stdout=log,
            stderr=log,
            preexec_fn=self.limits,
        )
        until(lambda: self.get("/readyz" if ready else "/healthz")[0] == 200, SECONDS_TO_START, self.log())
        return self

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def log(self) -> str:
        return (self.folder / "log").read_text() if (self.folder / "log").exists() else ""

    def worker(self) -> psutil.Process | None:
        """The process that serves, not the one that watches over it; None while there is none."""
        found = [child for child in psutil.Process(self.process.pid).children() if child.status() != psutil.STATUS_ZOMBIE]
        return max(found, key=lambda child: child.create_time(), default=None)

    def kill_worker(self) -> tuple[float, float]:
        """As when the kernel needs its memory. Returns when: before and after, by the monotonic clock."""
        worker, before = self.worker(), time.monotonic()
        worker.kill()
        until(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE, 10, "the process is gone")
        return before, time.monotonic()

    def ready(self) -> dict:
        return json.loads(self.get("/readyz")[1])

    def numbers(self) -> dict[str, float]:
        lines = self.get("/metrics", Authorization=f"Bearer {TOKEN}")[1].splitlines()
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}


class Staff:
    """Somebody who has entered admin with a browser."""

    def __init__(self, node: Node):
        self.address = f"http://127.0.0.1:{node.port}"
        self.cookies = CookieJar()
        self._browser = build_opener(HTTPCookieProcessor(self.cookies))
        self.post("/admin/login/?next=/admin/", username="editor", password=PASSWORD)

    def get(self, address: str) -> tuple[int, str]:
        with self._open(Request(self.address + address)) as response:
            return response.status, response.read().decode()

    def post(self, address: str, **fields: str) -> tuple[int, str]:
        return self.post_from(address, address, **fields)

    def post_from(self, form: str, address: str, **fields: str) -> tuple[int, str]:
        """Sends a form that stands on another page."""
        page = self.get(form)[1]
        if found := re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page):
            fields["csrfmiddlewaretoken"] = found[1]
        if found := re.search(r'name="seen" value="([^"]+)"', page):
            fields["seen"] = found[1]
        request = Request(self.address + address, urlencode(fields).encode(), {"Referer": self.address + address})
        with self._open(request) as response:
            return response.status, response.read().decode()

    def _open(self, request: Request):
        try:
            return self._browser.open(request, timeout=120)
        except HTTPError as answer:
            return answer


class Failure(NamedTuple):
    """A request that got no whole page. `began`, `ended`: by the monotonic clock."""

    what: str
    began: float
    ended: float


class Readers:
    """Threads that ask for pages, one after the other, until they are stopped; each page from another address.

    `marks`: how many pages were of which release. `seconds`: how long each took.
    """

    def __init__(self, node: Server):
        self.node = node
        self.count = 0
        self.failures: list[Failure] = []
        self.marks: Counter[int] = Counter()
        self.seconds: list[float] = []
        self._done = threading.Event()
        self._lock = threading.Lock()

    def _read(self, first: int) -> None:
        turn = first
        while not self._done.is_set():
            method, address, body = ASKED[turn % len(ASKED)]
            turn += 1
            began = time.monotonic()
            failure, releases = self._once(method, address, body)
            ended = time.monotonic()
            with self._lock:
                self.count += 1
                self.seconds.append(ended - began)
                self.marks.update(releases)
                if failure:
                    self.failures.append(Failure(f"{method} {address}: {failure}", began, ended))
            if failure:
                # As a person would: not a thousand times a second.
                time.sleep(0.1)

    def _once(self, method, address, body) -> tuple[str, set[int]]:
        """What is wrong with the answer (empty if nothing), and which releases it is of."""
        try:
            status, text, _seconds = self.node.ask(method, address, body, place=somewhere())
        except (OSError, HTTPException) as error:
            return repr(error), set()
        of = {number for number, mark in MARKS.items() if mark in text}
        if status != 200:
            return f"status {status}", of
        return ("" if len(of) == 1 else f"made of releases {of}"), of

    @contextmanager
    def reading(self, threads: int = 4):
        running = [threading.Thread(target=self._read, args=(number,)) for number in range(threads)]
        for thread in running:
            thread.start()
        try:
            until(lambda: self.count > 2 * threads, 60, "the first pages")
            yield self
        finally:
            self._done.set()
            for thread in running:
                thread.join()

    def go_on(self, count: int) -> None:
        """Waits until so many more pages were read."""
        wanted = self.count + count
        until(lambda: self.count >= wanted, 120, f"{count} more pages")
