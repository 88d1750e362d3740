"""Pages as a server sends them, beside what else could send them: each for a few seconds in turn, several rounds, so that
what else the machine does meets all of them alike."""

import gzip
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from load import Asked, free_port, rate, wait_for

HERE = Path(__file__).parent
SECONDS, ROUNDS = 2, 5
PLAN = {"stage": "4", "type": "idc", "hr": "positive", "her2": "positive"}
UNSEEN = 200
"""Different plans that are asked for once a process."""
BARE, EMPTY, FILE, NGINX, WAGTAIL = "Django alone", "empty view", "WhiteNoise", "nginx", "Wagtail"
PAGE, NEW, DRUG, TERMS, SEARCH = "plan, made before", "plan, new", "drug page", "words explained", "search"
TOLD = {
    BARE: "an empty view of Django as startproject sets it up",
    EMPTY: "an empty view with this site's settings and middleware",
    PAGE: "a plan's page by POST, its content made before in this process",
    NEW: "a plan's page by POST, each asked for the first time",
    DRUG: "a drug's page",
    TERMS: "the words explained, one long page",
    SEARCH: "a search for a drug",
    FILE: "the same bytes as a static file, by WhiteNoise",
    NGINX: "that file, by nginx",
    WAGTAIL: "a Wagtail page of the same size",
}


@contextmanager
def served(
    settings: str, folder: Path, python: Path = Path(sys.executable), path: str = str(HERE), app="served_app:application"
):
    """A server as in production, with one process; its port."""
    port, log = free_port(), folder / f"{settings}.log"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": settings, "PYTHONPATH": f"{path}{os.pathsep}{os.getcwd()}"}
    command = [python.with_name("granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--no-access-log", "--no-ws", "--blocking-threads", "4", app]
    with log.open("w") as out:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=out, cwd=folder)
        try:
            wait_for(port, process, log)
            yield f"http://127.0.0.1:{port}", process
        finally:
            process.terminate()
            process.wait(20)


@contextmanager
def by_nginx(folder: Path) -> Iterator[str]:
    port = free_port()
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; worker_processes 1;\n"
        f"events {{ worker_connections 64; }}\nhttp {{ access_log off; gzip_static on; keepalive_requests 1000000;\n"
        f"server {{ listen 127.0.0.1:{port}; root {folder}/static; }} }}\n"
    )
    process = subprocess.Popen([shutil.which("nginx") or "nginx", "-c", folder / "nginx.conf"])
    try:
        wait_for(port, process, folder / "nginx.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def unseen() -> list[str]:
    """Bodies of plans that differ in what is known, where the reader lives and where they are."""
    from evidence import holding
    from pathway.content import content
    from pathway.frozen import MOMENTS
    from personalization.ruleset import every_answer_set

    chance, found = random.Random(7), content(holding.active())  # noqa: S311 – the same plans every time
    places = ["", *found.formulary.jurisdictions]
    sets = [one.answers for one in every_answer_set(found.ruleset)]
    bodies = {
        urlencode({**chance.choice(sets), "province": chance.choice(places), "now": chance.choice(["", *MOMENTS])})
        for _ in range(3 * UNSEEN)
    }
    return sorted(bodies, key=lambda _: chance.random())[:UNSEEN]


def measure(with_wagtail: bool = True) -> tuple[dict[str, list[float]], dict[str, str]]:
    """Subject → answers a second, one a round. And other numbers: what → how much."""
    rates: dict[str, list[float]] = {}
    others: dict[str, str] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)  # nginx may run as somebody else
        shutil.copytree("staticfiles", folder / "static")
        os.environ["BENCH_STATIC"] = str(folder / "static")
        started = time.monotonic()
        ours, process = stack.enter_context(served("settings", folder))
        page = _post(f"{ours}/en/plan/", PLAN)
        others["from start to the first plan"] = f"{time.monotonic() - started:.1f} s"
        (folder / "static" / "bench-plan.html").write_bytes(page)
        (folder / "static" / "bench-plan.html.gz").write_bytes(gzip.compress(page))
        others["a plan's page"] = f"{len(page) // 1000} kB, {len(gzip.compress(page)) // 1000} kB compressed"
        bare, _ = stack.enter_context(served("bare", folder))
        files, _ = stack.enter_context(served("settings", folder))
        asked = {
            BARE: Asked(f"{bare}/empty/"),
            EMPTY: Asked(f"{ours}/empty/"),
            PAGE: Asked(f"{ours}/en/plan/", (urlencode(PLAN),)),
            DRUG: Asked(f"{ours}/en/medsearch/letrozole/"),
            TERMS: Asked(f"{ours}/en/glossary/"),
            SEARCH: Asked(f"{ours}/en/medsearch/?q=letrozole"),
            FILE: Asked(f"{files}/static/bench-plan.html"),
        }
        if shutil.which("nginx"):
            asked[NGINX] = Asked(f"{stack.enter_context(by_nginx(folder))}/bench-plan.html")
        if with_wagtail:
            asked[WAGTAIL] = Asked(f"{stack.enter_context(wagtail(folder, page))}/")
        for _ in range(ROUNDS):
            for name, one in asked.items():
                rates.setdefault(name, []).append(rate(one, SECONDS))
        others |= _memory(ours, process)
        rates[NEW] = [_once_each(stack.enter_context(served("settings", folder))[0]) for _ in range(2)]
    return rates, others


def rivals() -> Path:
    """The Python of an environment with what Pathway is measured against, kept from one time to the next."""
    home = Path(os.environ.get("BENCH_VENV", ".local/bench")).resolve()
    python = home / "bin" / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
    names = ["wagtail", "granian", "msgspec", "clingo", "zen-engine", "common-expression-language"]
    subprocess.run([python, "-m", "pip", "install", "-q", *names], check=True, capture_output=True)
    return python


@contextmanager
def wagtail(folder: Path, page: bytes) -> Iterator[str]:
    """A site of one page."""
    python = rivals()
    (folder / "page.html").write_text("".join(f"<p>{part}</p>" for part in page.decode().split("<p>")))
    (folder / "wagtail").mkdir()
    made = [python, HERE / "wagtail_page.py", folder / "wagtail", folder / "page.html"]
    apart = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    subprocess.run(made, check=True, capture_output=True, env=apart)
    (folder / "wagtail" / "bench_settings.py").write_text(
        "from site_of_one.settings.base import *\nSECRET_KEY = 'bench'\nDEBUG = False\nALLOWED_HOSTS = ['*']\n"
    )
    app = "site_of_one.wsgi:application"
    with served("bench_settings", folder / "wagtail", python, str(folder / "wagtail"), app) as (address, _):
        yield address


def _post(address: str, answers: dict[str, str]) -> bytes:
    for _ in range(200):
        try:
            with urlopen(Request(address, urlencode(answers).encode(), {"Accept": "text/html"})) as answer:  # noqa: S310
                return answer.read()
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"no answer from {address}")


def _once_each(ours: str) -> float:
    """Plans a second, each of them new to the process, over one connection."""
    bodies = [dict(pair.split("=") for pair in body.split("&") if pair.split("=")[1]) for body in unseen()]
    _post(f"{ours}/en/plan/", PLAN)
    started = time.monotonic()
    for answers in bodies:
        _post(f"{ours}/en/plan/", answers)
    return len(bodies) / (time.monotonic() - started)


def _memory(ours: str, process: subprocess.Popen) -> dict[str, str]:
    """How much memory the server's processes take after more and more different plans."""
    found, bodies = [_resident(process.pid)], unseen()
    for language in ("en", "fr"):
        for body in bodies:
            _post(f"{ours}/{language}/plan/", dict(pair.split("=") for pair in body.split("&") if pair.split("=")[1]))
        found.append(_resident(process.pid))
    return {f"memory after {n * len(bodies)} more plans": f"{size:.0f} MB" for n, size in enumerate(found)}


def _resident(parent: int) -> float:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    sizes = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in (str(parent), *children)]
    return sum(sizes) * os.sysconf("SC_PAGE_SIZE") / 1e6


def table(rates: dict[str, list[float]]) -> list[tuple[str, float, float, float]]:
    """Subject, answers a second (median), and how that compares with both empty views: medians of the rounds' ratios."""
    rows = []
    for name, found in rates.items():
        ratios = [median(one / of for one, of in zip(found, rates[base], strict=False)) for base in (EMPTY, BARE)]
        rows.append((TOLD[name], median(found), *ratios))
    return sorted(rows, key=lambda row: -row[1])
