"""The words of the interface that are translated: found in code and templates, and held against locale/."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

from .names import to_translate

# By Django's names: which arguments are words, and whether one is the context.
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
TEMPLATES = (".html", ".txt", ".xml", ".typ")


def catalogues() -> Iterator[tuple[Path, Catalog]]:
    """What locale/ holds of each language, with where it stands."""
    for path in sorted((settings.BASE_DIR / "locale").glob("*/LC_MESSAGES/django.po")):
        with path.open("rb") as lines:
            yield path, read_po(lines)


def in_source() -> Catalog:
    """All that is marked for translation, in the order of files and lines."""
    found = Catalog()
    for path in _sources():
        source = path.read_text()
        if path.suffix != ".py":
            # What templatize leaves of a template are calls, indented as the template was, which Python does not read.
            source = "\n".join(line.strip() for line in templatize(source, origin=str(path)).splitlines())
        where = str(path.relative_to(settings.BASE_DIR))
        for line, words, _comments, context in extract("python", BytesIO(source.encode()), keywords=KEYWORDS):
            found.add(words, locations=[(where, line)], context=context)
    for name, where in to_translate():
        found.add(name, locations=[(where, 0)])
    return found


def _sources() -> list[Path]:
    packages = {path.parent for path in settings.BASE_DIR.glob("*/__init__.py")} - {settings.BASE_DIR / "tests"}
    python = [path for package in packages for path in package.rglob("*.py") if "migrations" not in path.parts]
    templates = [path for path in (settings.BASE_DIR / "templates").rglob("*") if path.suffix in TEMPLATES]
    return sorted([*python, *templates])


def untranslated(source: Catalog, catalogue: Catalog) -> list[Message]:
    """What the source says and the catalogue does not, or not surely."""
    return [message for message in source if message.id and not _is_translated(catalogue.get(message.id, message.context))]


def _is_translated(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


def unused(source: Catalog, catalogue: Catalog) -> list[Message]:
    """What the catalogue translates and the source says no more."""
    return [message for message in catalogue if message.id and source.get(message.id, message.context) is None]
