"""PURE. Addresses that links may lead to, and when two of them are the same page."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

SCHEMES = ("https", "http", "mailto", "tel")
"""What a link in a text may begin with; besides, "/" for a page of this site."""

_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|msclkid|mc_[ce]id|_ga|_gl|igshid|srsltid|ref_src")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)


def linkable(address: str) -> bool:
    """Whether a link in a text may lead there: the web, mail, telephone, or a page of this site.

    Browsers drop tabs and line breaks within an address and read a backslash as a slash, so these are refused altogether.
    """
    if re.search(r"[\x00-\x20\\]", address):
        return False
    if found := _SCHEME.match(address):
        return found.group(1).lower() in SCHEMES
    return address.startswith("/") and not address.startswith("//")


def web(address: str) -> str:
    """The address if it is one of the web, else nothing: what stands in a field for web pages is linked only so."""
    return address if re.match(r"https?://", address, re.IGNORECASE) and linkable(address) else ""


def page(address: str) -> str:
    """What two addresses of the same page share: neither http or https, www, nor the order of what is asked, a slash at
    the end, a place on the page or what counts visitors tells pages apart. Empty for what is no address of the web."""
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        return ""
    host = parts.hostname.removeprefix("www.") + (f":{port}" if port not in (None, 80, 443) else "")
    asked = sorted((k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(k.lower()))
    return host + parts.path.rstrip("/") + (f"?{urlencode(asked)}" if asked else "")
