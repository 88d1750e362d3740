"""Reads a page as a visitor's browser would: its links, its forms, its anchors, its words."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

from medsearch.frozen import OTHER_PAGES

EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Page(HTMLParser):
    """`links` and `actions`: addresses as written. `ids`: every id. `fields`: names and values of a form that are set."""

    def __init__(self, response):
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.actions: list[str] = []
        self.ids: list[str] = []
        self.fields: list[tuple[str, str]] = []
        self.titles: list[str] = []
        self._words: list[str] = []
        self._open: list[str] = []
        self.feed(response.text)
        self.close()

    def handle_starttag(self, tag, attributes):
        has = dict(attributes)
        if tag not in EMPTY:
            self._open.append(tag)
        if tag == "a" and "href" in has:
            self.links.append(has["href"])
        elif "href" in has or "src" in has:
            self.loaded.append(has.get("href") or has["src"])
        if tag == "form":
            self.actions.append(has.get("action", ""))
        if "id" in has:
            self.ids.append(has["id"])
        chosen = has.get("type") not in ("radio", "checkbox") or "checked" in has
        if tag == "input" and chosen and has.get("name") and has.get("value"):
            self.fields.append((has["name"], has["value"]))
        if tag in ("h1", "h2", "h3"):
            self.titles.append("")

    def handle_endtag(self, tag):
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data):
        self._words.append(data)
        if {"h1", "h2", "h3"} & set(self._open):
            self.titles[-1] += data

    @property
    def words(self) -> str:
        return " ".join("".join(self._words).split())

    @property
    def addresses(self) -> list[str]:
        return [*self.links, *self.loaded, *self.actions]

    @property
    def within_the_site(self) -> list[str]:
        return [address for address in self.addresses if not urlsplit(address).scheme and not address.startswith("//")]

    @property
    def broken_anchors(self) -> set[str]:
        """Links to a place on this page that does not exist."""
        return {link for link in self.links if link.startswith("#") and link[1:] not in self.ids}

    def drugs_linked(self, language="en") -> list[str]:
        """Slugs of the drug pages that this page links to, as often as it does."""
        start = f"/{language}/medsearch/"
        paths = (urlsplit(link).path.removeprefix(start).strip("/") for link in self.links if link.startswith(start))
        return [path for path in paths if path and path.split("/")[0] not in OTHER_PAGES]
