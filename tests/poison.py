"""What somebody would write into content to harm whoever reads it, put into every text field there is, and how to tell
whether a page let any of it through."""

import re
from html.parser import HTMLParser

from django.db import DataError, IntegrityError, models, transaction
from modeltranslation.translator import translator

from evidence.models import Release
from feedback.models import Feedback
from history import records

PAYLOADS = (
    "<script>pwned(1)</script>",
    "<img src=pwned onerror=pwned(2)>",
    '"><svg onload=pwned(3)>',
    "' onmouseover='pwned(4)' pwned='",
    "[press](javascript:pwned%285%29)",
    "[press](&#106;avascript:pwned(6))",
    "[press](data:text/html;base64,cHduZWQ=)",
    "[press](JaVa\tscript:pwned(7))",
    "[press](//pwned.example/8)",
    '[press](https://x.example/"onclick="pwned(9))',
    "<javascript:pwned(10)>",
    "![](javascript:pwned(11))",
    "javascript:pwned(12)",
    "{{ pwned }}{% load pwned %}{{ settings.SECRET_KEY }}",
    "%(pwned)s %s {0.__class__} {pwned!r}",
    "</title></textarea></script><script>pwned(13)</script>",
    "&lt;script&gt;pwned(14)&lt;/script&gt; &#60;img onerror=pwned(15)&#62;",
    "\u202e<b\u200b pwned>\u2066\ufeff＜script＞pwned(16)＜/script＞",
    "--><iframe srcdoc=pwned></iframe><base href=//pwned.example>",
    "`${pwned(17)}` ]]> <![CDATA[ <?pwned",
    '=HYPERLINK("https://pwned.example")',
    "@SUM(1+1)*cmd|' /C pwned'!A0",
    '#pwned("18") $x$ \\ " // /* @pwned',
)
NEEDED = "{} **a**"
"""What some fields must have in them for the database to take them."""


def text_fields(model) -> list[models.Field]:
    """Columns for words. Not slugs, of which addresses are made, nor choices, which have constraints of their own."""
    kinds = (models.CharField, models.TextField)
    mirrors = ()
    if model in translator.get_registered_models():
        mirrors = translator.get_options_for_model(model).all_fields
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, kinds)
        and not isinstance(field, models.SlugField)
        and not field.choices
        and field.name not in mirrors
    ]


def content_models() -> list[type[models.Model]]:
    return [*records.kept(), Feedback]


def payload(number: int, longest: int | None) -> str:
    """All payloads if they fit, beginning with another one each time; else as many as do."""
    start = number % len(PAYLOADS)
    text = " ".join([*PAYLOADS[start:], *PAYLOADS[:start]])
    if longest is None or len(text) <= longest:
        return f"{text} {number}"
    fitting = PAYLOADS[start] if len(PAYLOADS[start]) < longest - 5 else "<b pwned onclick=pwned(19)>"
    return f"{fitting} {number}"[:longest]


def poison() -> dict[str, int]:
    """Writes payloads over every text field of every row, past all forms. Field → how many rows took it."""
    taken: dict[str, int] = {}
    for model in content_models():
        fields = text_fields(model)
        taken |= {f"{model._meta.label_lower}.{field.name}": 0 for field in fields}
        for place, pk in enumerate(models.QuerySet(model).order_by("pk").values_list("pk", flat=True)):
            row = models.QuerySet(model).filter(pk=pk)
            values = {f.name: payload(place + n, f.max_length) for n, f in enumerate(fields)}
            if not _written(row, values):
                for name, value in list(values.items()):
                    longest = model._meta.get_field(name).max_length
                    needing = f"{value[: (longest or 9999) - len(NEEDED) - 1]} {NEEDED}"
                    values[name] = next((v for v in (value, needing) if _written(row, {name: v})), None)
                values = {name: value for name, value in values.items() if value is not None}
            for name in values:
                taken[f"{model._meta.label_lower}.{name}"] += 1
    return taken


def _written(row: models.QuerySet, values: dict[str, str]) -> bool:
    """Columns that mirror a translated one are written along, as saving would."""
    mirrors = {name.removesuffix("_en"): value for name, value in values.items() if name.endswith("_en")}
    try:
        with transaction.atomic():
            row.update(**values, **mirrors)
    except (IntegrityError, DataError):
        return False
    return True


def poison_feedback() -> None:
    day = "2026-11-01"
    for kind in Feedback.Kind.values:
        Feedback.objects.create(
            release=1, language="en", track="early", step="any", kind=kind, text="Any.", received=day, due=day
        )


def poisonous_release() -> Release:
    """Publishes what is poisoned, unchecked, by somebody and with notes that are so, too; and marks it wrong."""
    from unittest.mock import patch

    from evidence import releases

    with patch.object(releases, "_checks", []):
        release = releases.publish(by=payload(0, 150), notes=payload(1, None))
    releases.mark_wrong(release, payload(2, None), by=payload(3, 150))
    return release


class _Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.intruders: list[str] = []

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        wrong = [name for name in given if name.startswith("on") or "pwned" in name or name in ("srcdoc", "style")]
        for name in ("href", "src", "action", "formaction", "data", "poster", "xlink:href"):
            scheme = re.match(r"([a-z][a-z0-9+.-]*):", re.sub(r"[\x00-\x20]", "", given.get(name, "")), re.IGNORECASE)
            allowed = ("http", "https", "mailto", "tel", *(("data",) if tag == "img" else ()))
            if given.get(name, "").startswith("//") or (scheme and scheme.group(1).lower() not in allowed):
                wrong.append(name)
            if "pwned" in given.get(name, "") and name in ("src", "action", "formaction"):
                wrong.append(name)
        foreign = tag in ("iframe", "object", "embed", "base", "math") or "pwned" in tag
        if (
            tag == "script"
            and not given.get("src", "").startswith(("/static/", "/admin/jsi18n/"))
            and given.get("type") != "application/json"
        ):
            foreign = True
        if wrong or foreign:
            self.intruders.append(self.get_starttag_text() or tag)


def intruders(html: str) -> list[str]:
    """Elements of a page that come from a payload, or carry an attribute that does."""
    page = _Page()
    page.feed(html)
    page.close()
    return page.intruders
