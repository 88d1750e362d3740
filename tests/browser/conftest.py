"""A real server, started as `make run` starts it, and a real Chromium."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from django.conf import settings
from playwright.sync_api import Page, sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
NAMES = ("chromium", "chromium-browser", "google-chrome")
"""Where no other is named by PATHWAY_CHROMIUM. Without any of them Playwright takes its own, or fails."""
SECONDS_TO_START = 90


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def own_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


@contextmanager
def serving(environment, folder):
    """Address of a server started by the same script as `make run`, with a log in the folder."""
    log = (folder / "log").open("w+")
    command = [sys.executable, "scripts/local.py", "serve"]
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env={**os.environ, **environment}, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{environment['PORT']}"
    try:
        for _ in range(SECONDS_TO_START * 5):
            try:
                if urlopen(f"{address}/readyz").status == 200:
                    break
            except OSError:
                assert process.poll() is None, (folder / "log").read_text()
                time.sleep(0.2)
        else:
            pytest.fail(f"The server did not start:\n{(folder / 'log').read_text()}")
        yield address
    finally:
        process.terminate()
        process.wait()


@pytest.fixture(scope="session")
def server_environment(tmp_path_factory):
    """What the server and commands beside it share: a port and a database of their own."""
    folder = tmp_path_factory.mktemp("server")
    return {
        "PORT": own_port(),
        "DATABASE_URL": f"sqlite:///{folder}/pathway.sqlite3",
        "PATHWAY_RELEASE_CHECK_SECONDS": "0",
        # Else it would take the place of the file that `make run` starts from without its database.
        "PATHWAY_RELEASE_FILE": str(folder / "last-release"),
    }


@pytest.fixture(scope="session")
def server(server_environment, tmp_path_factory):
    """Address of a server with a database of its own, its content loaded and published."""
    with serving(server_environment, tmp_path_factory.mktemp("log")) as address:
        yield address


@pytest.fixture(scope="session")
def account(server_environment):
    """Name and password of a superuser."""
    name, password = "editor", "a-long-word-for-tests"
    environment = {**server_environment, "DJANGO_SUPERUSER_PASSWORD": password}
    command = [sys.executable, "scripts/local.py", "manage", "createsuperuser", "--noinput"]
    command += ["--username", name, "--email", "editor@example.org"]
    subprocess.run(command, check=True, cwd=settings.BASE_DIR, env={**os.environ, **environment})
    return name, password


@pytest.fixture(scope="package")
def chromium():
    """Ends with the browser tests: while Playwright runs, its event loop keeps Django from the database in this thread."""
    found = os.environ.get("PATHWAY_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def page(request, chromium, server):
    """A page that fails the test if it asks another host for anything."""
    yield from _page(chromium, server, javascript=request.param)


@pytest.fixture
def scripted_page(chromium, server):
    yield from _page(chromium, server, javascript=True)


def _page(chromium, server, *, javascript):
    context = chromium.new_context(base_url=server, java_script_enabled=javascript, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    elsewhere = []
    page.on("request", lambda asked: elsewhere.append(asked.url) if _is_elsewhere(asked.url, server) else None)
    yield page
    assert elsewhere == []
    assert context.cookies() == []
    context.close()


def _is_elsewhere(url: str, server: str) -> bool:
    return urlsplit(url).scheme in ("http", "https") and urlsplit(url).netloc != urlsplit(server).netloc


class Keyboard:
    """What a reader without a pointer does: Tab until something is reached, then press a key."""

    def __init__(self, page: Page):
        self.page = page

    def to(self, selector: str, *, most: int = 400) -> None:
        """Presses Tab until the focus is on an element that the selector matches."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            if self.page.locator(f"{selector}").and_(self.page.locator("*:focus")).count():
                return
        pytest.fail(f"{most} times Tab, and the focus never reached {selector}")

    def choose(self, question: str, answer: str) -> None:
        """Reaches the group of radio buttons and moves to the answer with the arrow keys."""
        self.to(f"input[name={question}]")
        self.page.keyboard.press("Space")
        options = self.page.locator(f"input[name={question}]")
        for _ in range(options.count()):
            if self.page.locator(f'input[name={question}][value="{answer}"]:checked').count():
                return
            self.page.keyboard.press("ArrowDown")
        pytest.fail(f"{answer} was not reached among the answers to {question}")

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)


@pytest.fixture
def keyboard():
    return Keyboard


def words_of(page: Page) -> str:
    page.wait_for_load_state()
    return re.sub(r"\s+", " ", page.locator("main").inner_text())


@pytest.fixture
def staff_page(chromium, server, account):
    """A page of somebody who has entered the staff site."""
    context = chromium.new_context(base_url=server, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto("/admin/")
    name, password = account
    page.fill("#id_username", name)
    page.fill("#id_password", password)
    page.click("[type=submit]")
    yield page
    context.close()


PEOPLE = {"amelie": "Author", "rosa": "Reviewer", "paul": "Publisher", "both": "Author Reviewer"}
MAKE_PEOPLE = """
from django.contrib.auth.models import Group, User
for name, roles in {people}.items():
    user = User.objects.create_user(name, password="{password}", is_staff=True)
    user.groups.set(Group.objects.filter(name__in=roles.split()))
"""


@pytest.fixture(scope="session")
def people(server_environment, server):
    """Accounts of staff with a role each; their password."""
    password = "a-long-word-for-tests"
    code = MAKE_PEOPLE.format(people=PEOPLE, password=password)
    command = [sys.executable, "scripts/local.py", "manage", "shell", "-c", code]
    subprocess.run(command, check=True, cwd=settings.BASE_DIR, env={**os.environ, **server_environment})
    return password


@pytest.fixture
def enter_as(chromium, server, people):
    """`enter_as(name)`: a page of that member of staff, who has entered."""
    contexts = []

    def enter(name):
        context = chromium.new_context(base_url=server, viewport={"width": 1280, "height": 900})
        contexts.append(context)
        page = context.new_page()
        # Publishing assembles every plan.
        page.set_default_timeout(120_000)
        page.goto("/admin/")
        page.fill("#id_username", name)
        page.fill("#id_password", people)
        page.click("[type=submit]")
        return page

    yield enter
    for context in contexts:
        context.close()
