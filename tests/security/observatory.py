"""Scores responses by the rules of the MDN HTTP Observatory, version 1.6.3 (github.com/mdn/mdn-http-observatory, MPL-2.0).

Written after src/analyzer/tests/*.js and src/grader/charts.js of that version, for what can be told from the responses of
one host: the preload list of browsers, foreign scripts and CORS proxies are theirs alone. Where a rule has finer shades than
a policy such as ours could show, the worst of them is given, so that the score is never better than theirs.
"""

from dataclasses import dataclass
from html.parser import HTMLParser

BASE = 100
ENOUGH_FOR_EXTRA_CREDIT = 90
"""Below this, what is better than needed does not count."""
BROAD = {"ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*"}
INLINE = {"'unsafe-inline'", "data:"}
SIX_MONTHS = 15_552_000


@dataclass(frozen=True)
class Seen:
    """The page asked for over HTTPS, and the redirects that plain HTTP led through: (address, location)."""

    page: object
    """A response of Django's test client."""
    redirects: tuple[tuple[str, str], ...]


def scores(seen: Seen) -> dict[str, int]:
    """Rule → points, given or taken."""
    return {rule.__name__.strip("_"): rule(seen) for rule in RULES}


def score(seen: Seen) -> int:
    """Of 100, and more with extra credit."""
    given = scores(seen).values()
    without_extra = BASE + sum(points for points in given if points < 0)
    return without_extra + (sum(points for points in given if points > 0) if without_extra >= ENOUGH_FOR_EXTRA_CREDIT else 0)


def policy(header: str) -> dict[str, set[str]]:
    """Raises ValueError on a directive that stands twice, as the Observatory does."""
    found: dict[str, set[str]] = {}
    for directive in filter(None, (part.strip().lower() for part in header.split(";"))):
        name, *sources = directive.split()
        if name in found:
            raise ValueError(name)
        found[name] = set(sources) or ({"'none'"} if name.endswith("-src") else set())
    return found


def content_security_policy(seen: Seen) -> int:
    try:
        csp = policy(seen.page.headers.get("Content-Security-Policy", ""))
    except ValueError:
        return -25
    if not csp:
        return -25
    default = csp.get("default-src", {"*"})
    script, style, objects = (csp.get(f"{name}-src", default) for name in ("script", "style", "object"))
    passive = csp.get("img-src", default) | csp.get("media-src", default)
    active = script.union(*(sources for name, sources in csp.items() if name not in ("script-src", "img-src", "media-src")))
    if script & (BROAD | INLINE) or objects & BROAD:
        return -20
    if _insecure(active):
        return -20
    if "'unsafe-eval'" in script | style:
        return -10
    if _insecure(passive):
        return -10
    if style & (BROAD | INLINE):
        return 0
    # What the Observatory says of these ten points, it says of form-action too.
    closed = default == {"'none'"} and csp.get("form-action", {"*"}) <= {"'self'", "'none'"}
    return 10 if closed else 5


def _insecure(sources: set[str]) -> bool:
    return any(source.startswith(("http:", "ftp:")) for source in sources)


def cookies(seen: Seen) -> int:
    kept = [morsel for morsel in seen.page.cookies.values() if morsel.value]
    if not kept:
        return 0
    protected = strict_transport_security(seen) >= 0
    worst = 5
    for cookie in kept:
        name = cookie.key.lower()
        session, csrf = "sess" in name or "login" in name, "csrf" in name
        faults = {
            -40: session and not cookie["secure"] and not protected,
            -30: session and not cookie["httponly"],
            -20: (csrf and not cookie["samesite"])
            or (not cookie["secure"] and not protected)
            or cookie["samesite"].lower() not in ("", "lax", "strict"),
            -10: session and not cookie["secure"],
            -5: not cookie["secure"],
            0: not cookie["samesite"],
        }
        worst = min([worst, *(points for points, found in faults.items() if found)])
    return worst


def cross_origin_resource_sharing(seen: Seen) -> int:
    allowed = seen.page.headers.get("Access-Control-Allow-Origin", "")
    with_credentials = seen.page.headers.get("Access-Control-Allow-Credentials", "").lower() == "true"
    return -50 if allowed and allowed != "*" and with_credentials else 0


def redirection(seen: Seen) -> int:
    if not seen.redirects:
        return -20
    address, location = seen.redirects[0]
    if not seen.redirects[-1][1].startswith("https:"):
        return -20
    if not location.startswith("https:"):
        return -10
    return 0 if _host(address) == _host(location) else -5


def _host(address: str) -> str:
    return address.split("/")[2]


def referrer_policy(seen: Seen) -> int:
    private = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
    said = seen.page.headers.get("Referrer-Policy")
    if said is None:
        return 0
    return 5 if said.split(",")[-1].strip().lower() in private else -5


def strict_transport_security(seen: Seen) -> int:
    parts = [part.strip().lower() for part in seen.page.headers.get("Strict-Transport-Security", "").split(";")]
    ages = [part.removeprefix("max-age=") for part in parts if part.startswith("max-age=")]
    if not ages or not ages[0].isdecimal():
        return -20
    return 0 if int(ages[0]) >= SIX_MONTHS else -10


def subresource_integrity(seen: Seen) -> int:
    scripts = _Scripts(seen.page.content.decode())
    if any(source.startswith(("//", "http:", "https:")) for source, _ in scripts.found):
        return -50
    return 5 if any(integrity for _, integrity in scripts.found) else 0


class _Scripts(HTMLParser):
    def __init__(self, page: str):
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        has = dict(attributes)
        if tag == "script" and has.get("src"):
            self.found.append((has["src"], has.get("integrity") or ""))


def x_content_type_options(seen: Seen) -> int:
    return 0 if seen.page.headers.get("X-Content-Type-Options", "").lower() == "nosniff" else -5


def x_frame_options(seen: Seen) -> int:
    if "frame-ancestors" in policy(seen.page.headers.get("Content-Security-Policy", "")):
        return 5
    return {"deny": 5, "sameorigin": 5}.get(seen.page.headers.get("X-Frame-Options", "").lower(), -20)


def cross_origin_resource_policy(seen: Seen) -> int:
    return _known(seen, "Cross-Origin-Resource-Policy", {"same-site": 10, "same-origin": 10, "cross-origin": 0})


def cross_origin_embedder_policy(seen: Seen) -> int:
    return _known(seen, "Cross-Origin-Embedder-Policy", {"require-corp": 10, "credentialless": 10, "unsafe-none": 0})


def cross_origin_opener_policy(seen: Seen) -> int:
    isolating = {"same-origin": 10, "same-origin-allow-popups": 10, "noopener-allow-popups": 10}
    return _known(seen, "Cross-Origin-Opener-Policy", {**isolating, "unsafe-none": 0})


def _known(seen: Seen, header: str, points: dict[str, int]) -> int:
    said = seen.page.headers.get(header)
    return 0 if said is None else points.get(said.strip().lower(), -5)


RULES = (
    content_security_policy,
    cookies,
    cross_origin_resource_sharing,
    redirection,
    referrer_policy,
    strict_transport_security,
    subresource_integrity,
    x_content_type_options,
    x_frame_options,
    cross_origin_resource_policy,
    cross_origin_embedder_policy,
    cross_origin_opener_policy,
)
