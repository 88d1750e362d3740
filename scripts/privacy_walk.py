"""What `make privacy` asks the site for: every answer set, as page, JSON, PDF and the rest, as readers’ browsers would.

Every visitor bears a mark in each header that a browser could be known by, and what is typed bears one too. What is
answered is looked at here, the moment it comes: headers, cookies, redirects, and the addresses in the page.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from random import Random
from secrets import token_hex
from urllib.parse import unquote, urlencode, urlsplit

MARK = f"Zq7{token_hex(4)}"
"""Of this run alone: in every header that tells browsers apart, and in a field of every plan that is asked for."""
ADDRESS = "203.0.113.77"
"""An address for documents alone: nobody's."""
VISITS = 40
"""Requests of one visitor, over one connection."""
ADDRESSES_IN_A_PAGE = re.compile(r"""(?:href|src|action|content)=["']([^"']*)["']""")
LIKE_A_CODE = re.compile(r"[0-9A-Z][0-9A-Z-]{6,}")
CODE_IN_A_PAGE = re.compile(r'data-plan-code="([^"]+)"')
FIELD = re.compile(r'name="(feedback-page)" value="([^"]+)"')
TELLING = ("set-cookie", "etag", "last-modified", "server-timing", "x-request-id")
"""Headers by which a browser, or an answer, could be known again."""

Answers = dict[str, str]


@dataclass
class Needles:
    """What must be found nowhere: a question with an answer of it, a plan code, a visitor's mark."""

    options: dict[str, list[str]]
    codes: set[str] = field(default_factory=set)
    """Plan codes, without hyphens."""
    lengths: set[int] = field(default_factory=set)

    def __post_init__(self):
        any_of = "|".join(
            f"{re.escape(question)}[\"']?\\s*[=:,]\\s*\\[?\\s*[\"']?(?:{'|'.join(map(re.escape, options))})(?![\\w-])"
            for question, options in self.options.items()
        )
        self._pairs = re.compile(f"(?<![\\w-])(?:{any_of})")

    def found(self, text: str) -> list[str]:
        """Those that stand in the text, written out or as an address or JSON would write them."""
        plain = unquote(text.replace("+", " ")).replace('\\"', '"').replace("&quot;", '"')
        found = [match[0] for match in self._pairs.finditer(plain)]
        found += [mark for mark in (MARK, ADDRESS) if mark in plain]
        return found + [
            code for like in LIKE_A_CODE.findall(plain.upper()) for code in self._codes_in(like.replace("-", ""))
        ]

    def add_codes(self, codes: list[str]) -> None:
        bare = {code.replace("-", "") for code in codes}
        self.codes |= bare
        self.lengths |= set(map(len, bare))

    def _codes_in(self, text: str) -> set[str]:
        # To look for each code in each address would take longer than all the plans, since there are thousands of both.
        parts = {text[at : at + length] for length in self.lengths for at in range(len(text) - length + 1)}
        return parts & self.codes


@dataclass
class Walk:
    """`sent` by kind; `seen`: what was looked at; `traces`: where and what."""

    port: int
    needles: Needles
    sent: Counter = field(default_factory=Counter)
    seen: Counter = field(default_factory=Counter)
    traces: list[tuple[str, str]] = field(default_factory=list)
    messages: int = 0
    """Feedback that was sent to be kept, its answers not ticked."""
    _connection: HTTPConnection | None = None
    _ended: int = 0

    def ask(self, kind: str, method: str, path: str, answers: Answers | None = None, accept: str = "text/html") -> str:
        number = self.sent.total()
        # The server ends a connection whose request it did not read to its end.
        if number % VISITS == 0 or self._connection is None or self.sent["far too much (413)"] > self._ended:
            self._ended = self.sent["far too much (413)"]
            self._connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
        visitor = f"{MARK}-{number // VISITS}"
        headers = {
            "User-Agent": f"Mozilla/5.0 {visitor}",
            "Referer": f"https://elsewhere.example/{visitor}",
            "Cookie": f"staff-session={visitor}; visitor={visitor}",
            "X-Forwarded-For": ADDRESS,
            "Accept": accept,
            "Accept-Language": f"fr-x-{visitor}, en;q=0.5",
        }
        if answers is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, urlencode(answers) if answers is not None else None, headers)
        response = self._connection.getresponse()
        body = response.read()
        self.sent[f"{kind} ({response.status})"] += 1
        page = body.decode(errors="replace") if "pdf" not in response.headers["Content-Type"] else ""
        # Looking around by links is reading, not answering: filters of the search may be called as a question is.
        self._look(f"{method} {kind}", response.getheaders(), page if answers is not None else "")
        return page

    def _look(self, what: str, headers: list[tuple[str, str]], page: str) -> None:
        self.needles.add_codes(CODE_IN_A_PAGE.findall(page))
        for name, value in headers:
            self.seen["headers"] += 1
            if name.lower() in TELLING:
                self.traces.append(("cookies and headers", f"{what}: {name}: {value[:80]}"))
            elif found := self.needles.found(value):
                where = "redirects" if name.lower() == "location" else "cookies and headers"
                self.traces.append((where, f"{what}: {found}"))
        addresses = ADDRESSES_IN_A_PAGE.findall(page)
        self.seen["addresses in pages"] += len(addresses)
        for address in set(addresses):
            if found := self.needles.found(urlsplit(address)._replace(fragment="").geturl()):
                self.traces.append(("addresses in pages", f"{what}: {found}"))


def walk(walked: Walk, core: list[Answers], further: list[Answers], drugs: list[str], say: Callable[[str], None]) -> None:
    for number, answers in enumerate(core):
        if number % 100 == 0:
            say(f"{number} of {len(core)} answer sets, {walked.sent.total()} requests")
        answers = {**answers, "reading": MARK}
        english = walked.ask("plan", "POST", "/en/plan/", answers)
        walked.ask("plan in French", "POST", "/fr/plan/", answers)
        walked.ask("plan as JSON", "POST", "/en/plan/", answers, accept="application/json")
        _now_and_then(walked, number, answers, english, drugs)
    say(f"{len(further)} answer sets with further questions and a province")
    for number, answers in enumerate(further):
        english = walked.ask("plan, further questions", "POST", "/en/plan/", answers)
        _now_and_then(walked, number, answers, english, drugs)
    _what_is_refused(walked, core)


def _now_and_then(walked: Walk, number: int, answers: Answers, page: str, drugs: list[str]) -> None:
    """What readers do from a plan, of some of the plans; each kind at least once."""
    if number % 4 == 0 and (code := CODE_IN_A_PAGE.search(page)):
        walked.ask("plan by its code", "POST", "/fr/plan/", {"code": code[1], "quietly": "yes"})
    if number % 8 == 0:
        walked.ask("print page", "POST", "/en/plan/print/", answers)
        walked.ask("answers to be changed", "POST", "/en/plan/", {**answers, "change": "stage"})
    if number % 40 == 0:
        walked.ask("PDF", "POST", "/en/plan/pdf/", answers)
        again = walked.ask("plan, asked for again", "POST", "/en/plan/", answers)
        if again != page:
            walked.traces.append(("addresses in pages", "the same answers were given two different pages"))
        pair = urlencode([("drug", drugs[number % len(drugs)]), ("drug", drugs[(number + 1) % len(drugs)])])
        walked.ask("two drugs compared", "GET", f"/en/medsearch/compare/?{pair}")
        walked.ask("search", "GET", "/en/medsearch/?q=tamo")
        walked.ask("cleared", "GET", "/en/plan/clear/")
    if number % 400 == 0 and (stamp := FIELD.search(page)):
        message = {**answers, stamp[1]: stamp[2], "feedback-kind": "unclear", "feedback-text": f"message {walked.messages}"}
        walked.ask("page to write feedback on", "POST", "/en/feedback/", {**answers, stamp[1]: stamp[2]})
        walked.ask("feedback, answers not ticked", "POST", "/en/feedback/", message)
        walked.messages += 1


def _what_is_refused(walked: Walk, core: list[Answers]) -> None:
    for answers in core[:: max(1, len(core) // 10)]:
        query = urlencode(answers)
        walked.ask("answers in an address", "GET", f"/en/plan/?{query}")
        walked.ask("answers in a path", "GET", f"/en/plan/{query}/")
        walked.ask("an answer missing", "POST", "/en/plan/", dict(list(answers.items())[1:]))
        walked.ask("an answer that is none", "POST", "/en/plan/", {**answers, "stage": MARK})
        walked.ask("a question that is none", "POST", "/en/plan/", {**answers, MARK: MARK})
        walked.ask("a code that is none", "POST", "/en/plan/", {"code": MARK})
        walked.ask("far too much", "POST", "/en/plan/", {**answers, "stage": "x" * 200_000})


def with_further(options: dict[str, list[str]], core: list[Answers], many: int) -> Iterator[Answers]:
    """Answer sets with some of the further questions, a province and a moment; the same ones every time."""
    chance = Random(7)  # noqa: S311 – an example, not a secret
    others = [name for name in options if name not in core[0]]
    for _ in range(many):
        some = chance.sample(others, chance.randint(1, len(others)))
        yield {**chance.choice(core), **{name: chance.choice(options[name]) for name in some}}
