"""What the walk through docs/staff.md uses: a server, the members of staff, the fields of admin, and pictures."""

import os
import re
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

ROOT = Path(__file__).resolve().parent.parent.parent
PICTURES = ROOT / "docs" / "pictures" / "staff"
WIDTH, HEIGHT, MARGIN = 1120, 900, 8
SHARP = 2
"""Dots a pixel, so that a picture is sharp on every screen."""
COLOURS, LARGEST = 256, 150_000
SECONDS_TO_START, MILLISECONDS_TO_ANSWER = 1800, 600_000
"""Publishing assembles every plan, and the machine may be busy with something else."""
WHERE = "America/Toronto"
"""The clock of the browser. Far from that of the server, admin tells how far."""

PASSWORD = "a-long-word-for-pictures"  # noqa: S105  # pragma: allowlist secret


@contextmanager
def serving(folder: Path, **environment: str):
    """Address of a server on the database in the folder, with its content loaded and published."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    given = {
        "PORT": port,
        "DATABASE_URL": f"sqlite:///{folder}/pathway.sqlite3",
        "PATHWAY_RELEASE_FILE": str(folder / "last-release"),
        "PATHWAY_RELEASE_CHECK_SECONDS": "0",
    }
    environment = {**os.environ, **given, **environment}
    with (folder / f"log-{port}").open("w+") as log:
        server = subprocess.Popen(
            [sys.executable, "scripts/local.py", "serve"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            for _ in range(SECONDS_TO_START):
                try:
                    if urlopen(f"http://127.0.0.1:{port}/readyz").status == 200:
                        break
                except OSError:
                    if server.poll() is not None:
                        sys.exit(f"The server ended:\n{Path(log.name).read_text()}")
                    time.sleep(1)
            else:
                sys.exit(f"The server did not start:\n{Path(log.name).read_text()}")
            yield f"http://127.0.0.1:{port}", environment
        finally:
            server.terminate()
            server.wait()


class Staff:
    """Everybody at work at once, each in a window of their own."""

    def __init__(self, browser: Browser, address: str):
        self.browser, self.address = browser, address
        self.pages: dict[str, Page] = {}

    def window(self) -> Page:
        size = {"width": WIDTH, "height": HEIGHT}
        context = self.browser.new_context(
            base_url=self.address, viewport=size, device_scale_factor=SHARP, timezone_id=WHERE, locale="en-CA"
        )
        page = context.new_page()
        page.set_default_timeout(MILLISECONDS_TO_ANSWER)
        return page

    def at(self, name: str) -> Page:
        """The window of that member of staff, on the front page of admin."""
        page = self.pages.get(name) or self.pages.setdefault(name, self.window())
        page.goto("/admin/")
        if page.locator("#id_password").count():
            page.fill("#id_username", name)
            page.fill("#id_password", PASSWORD)
            page.click("[type=submit]")
        return page


def picture(page: Page, name: str, first: str | Locator, last: str | Locator | None = None, *, width: float = WIDTH) -> None:
    """From the top left of the first to the bottom of the last, that wide or as wide as the first is."""
    first, last = ((page.locator(one).first if isinstance(one, str) else one) for one in (first, last or first))
    first.wait_for()
    page.wait_for_load_state()
    # As high as the page, so that the bar with the buttons for saving stands where it belongs.
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": WIDTH, "height": max(HEIGHT, height)})
    page.mouse.move(0, 0)
    page.evaluate("scrollTo(0, 0)")
    above, below = first.bounding_box(), last.bounding_box()
    left, top = max(0, above["x"] - MARGIN), max(0, above["y"] - MARGIN)
    clip = {
        "x": left,
        "y": top,
        "width": min(above["width"] + 2 * MARGIN, width, WIDTH - left),
        "height": below["y"] + below["height"] + MARGIN - top,
    }
    shot = Image.open(BytesIO(page.screenshot(full_page=True, clip=clip))).convert("RGB")
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    path = PICTURES / f"{name}.png"
    # This way of choosing colours keeps those of small things: a green plus.
    shot.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(path, optimize=True)
    if path.stat().st_size > LARGEST:
        sys.exit(f"{path.name} has {path.stat().st_size} bytes: show less of the page")
    print(f"  {path.relative_to(ROOT)}", flush=True)


def shows(page: Page, text: str, where: str = "#content") -> None:
    expect(page.locator(where).first).to_contain_text(text, timeout=MILLISECONDS_TO_ANSWER)


def is_told(page: Page, text: str) -> None:
    shows(page, text, ".messagelist")


def save(page: Page, how: str = "_save") -> None:
    page.click(f"[name={how}]")
    expect(page.locator(".messagelist .success")).to_be_visible(timeout=MILLISECONDS_TO_ANSWER)


def open_list(page: Page, name: str) -> None:
    """From the front page of admin, by the name of the list."""
    page.goto("/admin/")
    page.locator("#content-main").get_by_role("link", name=name, exact=True).first.click()


def open_row(page: Page, kind: str, words: str) -> None:
    open_list(page, kind)
    page.fill("#searchbar", words)
    page.press("#searchbar", "Enter")
    page.wait_for_url("**q=**")
    page.locator("#result_list tbody th a").first.click()
    page.wait_for_url("**/change/**")


def choose(page: Page, field: str, typed: str, wanted: str = "") -> None:
    """Types into a field that is searched, and takes the first of those offered that says what is wanted."""
    page.click(f".field-{field} .select2-selection")
    page.locator(".select2-container--open .select2-search__field").press_sequentially(typed)
    page.locator(".select2-results__option", has_text=re.compile(re.escape(wanted or typed), re.I)).first.click()


def section(page: Page, title: str) -> Locator:
    """The list of that title at the end of a row's page."""
    return page.locator("section.listed").filter(has=page.locator("h2", has_text=title))
