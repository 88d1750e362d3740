"""Requests that nobody would send on purpose: every address, method, field, header and kind of body, by chance.

Nothing is listed here that the site can be asked for itself: addresses come from Django's resolver, the names and values of
fields from the forms of its pages. So what is added to the site is tried without a word here.
"""

import json
import re
from html.parser import HTMLParser
from random import Random
from typing import NamedTuple
from urllib.parse import quote, urlencode

from django.urls import URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern, RoutePattern

MARK = "Zq7left-behind"
"""In what is sent; it must be nowhere afterwards."""
NASTY = (
    *(
        "",
        " ",
        "\x00",
        f"{MARK}\x00",
        "\r\nX-Made-Up: yes",
        "²",
        "٣",
        "-1",
        "0",
        "9" * 400,
        "1e309",
        "NaN",
        "null",
        "[]",
        "{}",
    ),
    *(
        "' OR 1=1 --",
        '"><script>alert(1)</script>',
        "{{ 7 * 7 }}",
        "{% debug %}",
        "${7*7}",
        "../../../../etc/passwd",
        "%",
        "%00",
    ),
    *(
        "\ufeff",
        "\u202e",
        "\ufffd",
        "İ",
        "ß",
        "👩🏽‍⚕️",
        "e\u0301" * 50,
        "A" * 5_000,
        f"{MARK}-" * 20,
        "true",
        "on",
        "unknown",
    ),
)
OTHER_METHODS = ("HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW")
HEADERS = (
    *(
        "Accept",
        "Accept-Encoding",
        "Accept-Language",
        "Cookie",
        "Content-Type",
        "Expect",
        "Host",
        "If-Match",
        "If-Modified-Since",
    ),
    *("If-None-Match", "Origin", "Range", "Referer", "Transfer-Encoding", "User-Agent", "X-CSRFToken", "X-Forwarded-For"),
    *("X-Forwarded-Host", "X-Forwarded-Proto", "X-HTTP-Method-Override", "X-Requested-With", "X-Original-URL"),
)
PLAUSIBLE = {
    "Accept": ("application/json", "text/html", "*/*;q=x", "application/json;q=0.1, text/html;q=²", "text/html;level=1"),
    "Accept-Language": ("fr", "en;q=0", "de, fr;q=0.8", "*", "fr;q=" + "9" * 400, "-" * 600, ",".join(["fr"] * 300)),
    "Cookie": (
        "staff-session=x",
        "staff-session=../../x; staff-csrf=y",
        "=;=;",
        "a" * 3_000,
        "messages=[[1]]",
        "django_language=x",
    ),
    "Host": ("testserver", "testserver:80", "testserver:²", "[::1]", "a b", "elsewhere.example", "testserver@elsewhere"),
    "Range": ("bytes=0-10", "bytes=-", "bytes=9-1", "bytes=a-b"),
    "If-Modified-Since": ("Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 99 Foo 9999 99:99:99 GMT"),
    "Content-Type": (
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "text/plain; charset=nonsense",
        "application/json",
    ),
    "Accept-Encoding": ("gzip", "br;q=1", "gzip;q=x"),
}


TOKEN = "csrfmiddlewaretoken"
SECRET = "a" * 32
"""Of the staff site's forms, which are read no further without it: the same in a cookie and in a field."""


class Request(NamedTuple):
    """`route` and `fields`: the pattern its address was made of and the names it sends, to be counted."""

    route: str
    fields: list[str]
    method: str
    path: str
    query: str
    body: bytes
    content_type: str
    headers: dict[str, str]


class Fields(HTMLParser):
    """`found`: name → values that a page's forms offer for it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, set[str]] = {}
        self._select = ""

    def handle_starttag(self, tag, attributes):
        has = {name: value or "" for name, value in attributes}
        if tag in ("input", "select", "textarea", "button") and has.get("name"):
            self.found.setdefault(has["name"], set()).add(has.get("value", ""))
        if tag == "select":
            self._select = has.get("name", "")
        if tag == "option" and self._select:
            self.found[self._select].add(has.get("value", ""))
        if tag == "a" and "?" in has.get("href", ""):
            for pair in has["href"].split("?", 1)[1].split("#")[0].split("&"):
                name, _, value = pair.partition("=")
                self.found.setdefault(name, set()).add(value)


def routes() -> list[str]:
    """Every address the site knows, as its pattern: "/<language>/medsearch/<slug:slug>/"."""

    def walk(patterns, start):
        for pattern in patterns:
            part = pattern.pattern
            if isinstance(part, LocalePrefixPattern):
                text = "<language>/"
            else:
                text = (
                    part._route
                    if isinstance(part, RoutePattern)
                    else re.sub(r"\(\?P<(\w+)>.*\)\$?", r"<path:\1>", part._regex)
                )
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, start + text)
            else:
                yield start + text

    return sorted(set(walk(get_resolver().url_patterns, "/")))


class Site(NamedTuple):
    """What there is to be asked: `fields` is what forms offer, name → values; `known` what can stand in an address, by the
    name of the part; `takes_post` the routes that a form may be sent to, with how often each is, beside the others;
    `together` the names that a route wants all of (under an empty one: any other route)."""

    fields: dict[str, list[str]]
    known: dict[str, list[str]]
    takes_post: dict[str, int]
    together: dict[str, list[str]]
    host: str


def made_up(chance: Random, site: Site) -> Request:
    def one_in(many: int) -> bool:
        return chance.randrange(many) == 0

    method = chance.choice(OTHER_METHODS) if one_in(12) else chance.choice(("GET", "POST"))
    if method == "POST" and not one_in(20):
        route = chance.choices(list(site.takes_post), site.takes_post.values())[0]
    else:
        route = chance.choice(ROUTES["staff" if one_in(12) else "public"])
    path = "/" + _typed(chance) if one_in(25) else _address(chance, route, site)
    some = chance.sample(HEADERS, chance.choice((0, 0, 0, 1, 2, 3)))
    headers = {name: _on_the_wire(_header(chance, name)) for name in some}
    sent, names = _fields(chance, site, route), []
    body, content_type, query = b"", "", ""
    if method == "POST" or (method in OTHER_METHODS and one_in(2)):
        if route.startswith("/admin/") and not one_in(10):
            sent.append((TOKEN, SECRET))
            headers["Cookie"] = f"staff-csrf={SECRET}"
        body, content_type = _body(chance, sent)
        names = [name for name, _ in sent]
        sent = _fields(chance, site, route) if one_in(8) else []
    elif one_in(3):
        sent = []
    query = quote(_typed(chance), errors="replace") if one_in(15) else urlencode(sent, errors="replace")
    if not one_in(20):
        headers["Host"] = site.host
    if not one_in(6):
        headers.pop("Transfer-Encoding", None)
    content_type = headers.pop("Content-Type", content_type)
    names += [name for name, _ in sent]
    return Request(route, names, method, quote(path, safe="/%", errors="replace"), query, body, content_type, headers)


def _typed(chance: Random) -> str:
    if chance.randrange(3):
        return chance.choice(NASTY)
    return "".join(chr(_letter(chance)) for _ in range(chance.randrange(40)))


def _letter(chance: Random) -> int:
    """Of any script, but no half of a pair: those cannot be sent."""
    code = chance.choice((chance.randrange(0x80), chance.randrange(0x800), chance.randrange(0x11_0000)))
    return code if not 0xD800 <= code < 0xE000 else code - 0x800


def _value(chance: Random, name: str, site: Site) -> str:
    own = site.fields.get(name)
    kind = chance.randrange(10)
    if own and kind < 6:
        return chance.choice(own)
    other = chance.choice(site.fields[chance.choice(list(site.fields))])
    if kind < 8:
        at = chance.randrange(80)
        return other[:at] + _typed(chance)[:2] + other[at + 1 :]
    return _typed(chance) if kind < 9 else MARK


def _fields(chance: Random, site: Site, route: str) -> list[tuple[str, str]]:
    together = site.together.get(route, site.together[""])
    sent = [(name, chance.choice(site.fields[name])) for name in together] if chance.randrange(2) else []
    for _ in range(chance.choice((0, 0, 1, 2, 3, 4, 5))):
        name = chance.choice(list(site.fields)) if chance.randrange(8) else _typed(chance)[:12]
        sent.append((name, _value(chance, name, site)))
    return sent


def _address(chance: Random, route: str, site: Site) -> str:
    def filled(found: re.Match) -> str:
        own = site.known.get(found[1])
        return chance.choice(own) if own and chance.randrange(6) else _typed(chance)

    return PART.sub(filled, route)


def _header(chance: Random, name: str) -> str:
    return chance.choice(PLAUSIBLE[name]) if name in PLAUSIBLE and chance.randrange(3) else _typed(chance)


def _body(chance: Random, sent: list[tuple[str, str]]) -> tuple[bytes, str]:
    form, usual = urlencode(sent, errors="replace").encode(), "application/x-www-form-urlencoded"
    if chance.randrange(3):
        return form, usual
    multipart = "multipart/form-data; boundary=made-up"
    start = '--made-up\r\nContent-Disposition: form-data; name="'
    parts = "".join(f'{start}{name}"\r\n\r\n{value}\r\n' for name, value in sent).encode(errors="replace")
    a_file = f'{start}stage"; filename="{MARK}"\r\nContent-Type: text/plain\r\n\r\n{MARK}\r\n--made-up--\r\n'.encode()
    return chance.choice(
        (
            (parts + b"--made-up--\r\n", multipart),
            (parts, multipart),
            (parts + a_file, multipart),
            (json.dumps(dict(sent)).encode(), "application/json"),
            (form, ""),
            (chance.randbytes(200), usual),
            (b"a=1&" * 1_200, usual),
            (b"x" * 140_000, usual),
        )
    )


def _on_the_wire(text: str) -> str:
    """As WSGI hands header values on. What no server lets through (line breaks, NUL) is taken out."""
    return text.encode(errors="replace").decode("latin-1").translate(dict.fromkeys(map(ord, "\r\n\x00")))


PART = re.compile(r"<(?:\w+:)?(\w+)>")
ROUTES = {
    "public": [route for route in routes() if not route.startswith("/admin/")],
    "staff": [route for route in routes() if route.startswith("/admin/")],
}
