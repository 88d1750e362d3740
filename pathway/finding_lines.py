"""Findings of the checks as staff read them: the row by its name, linked to the page where it is mended."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import apps
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext

from evidence.text import Text
from medsearch.models import Setting
from medsearch.naming import use_in_words

from .assembly import Content
from .checking import in_a_line, told
from .finding import Finding
from .matrix import rows_of

TABLES = {
    "block": "pathway.Block",
    "drug": "medsearch.Drug",
    "drug class": "medsearch.DrugClass",
    "funding": "medsearch.Funding",
    "indication": "medsearch.Indication",
    "population": "personalization.Population",
    "programme": "medsearch.Programme",
    "question": "personalization.Question",
    "reference": "evidence.Reference",
    "step": "pathway.Step",
    "term": "glossary.Term",
    "track": "pathway.Track",
}

CALLED_BY = {"question": "text", "reference": "title", "step": "title"}
"""The field that staff know a row of the table by, where it is not its name."""


def lines(made: Content, found: Sequence[Finding]) -> list[str]:
    """Each finding as a line of HTML. A query for each table that they are about."""
    about = [min(rows_of(finding), default=("", "")) for finding in found]
    pages = _pages(about)
    return [_line(made, finding, row, pages.get(row, "")) for finding, row in zip(found, about, strict=True)]


def _line(made: Content, finding: Finding, row: tuple[str, str], page: str) -> str:
    if not page:
        return in_a_line(finding)
    name = name_of(made, *row)
    linked = format_html('<a href="{}">{}</a>', page, name or finding.where)
    return (
        format_html("{} ({}): {}", linked, finding.where, told(finding))
        if name
        else format_html("{}: {}", linked, told(finding))
    )


def _pages(rows: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    slugs: dict[str, set[str]] = defaultdict(set)
    for kind, slug in rows:
        if kind in TABLES:
            slugs[kind].add(slug)
    pages = {}
    for kind, of_kind in slugs.items():
        model = apps.get_model(TABLES[kind])
        change = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
        for slug, pk in model._default_manager.filter(slug__in=of_kind).values_list("slug", "pk"):
            pages[kind, slug] = reverse(change, args=[pk])
    return pages


def name_of(made: Content, kind: str, slug: str) -> str:
    """What staff call the row; empty if there is none of that kind."""
    if kind == "block":
        return _name_of_block(made, slug)
    if kind == "indication":
        return _name_of_use(made, slug)
    rows: dict[str, Any] = {
        "drug": made.formulary.drugs,
        "drug class": made.formulary.classes,
        "population": made.populations,
        "reference": made.references,
        "step": made.steps,
    }
    few: dict[str, Any] = {"question": made.questions, "track": made.pathway.tracks}
    row = rows.get(kind, {}).get(slug) or next((row for row in few.get(kind, ()) if row.slug == slug), None)
    called = getattr(row, CALLED_BY.get(kind, "name"), "")
    return called.en if isinstance(called, Text) else called


def _name_of_use(made: Content, slug: str) -> str:
    use = made.formulary.indications.get(slug)
    if use is None:
        return ""
    return use_in_words(
        regimen=made.formulary.regimens[use.regimen].name.en,
        setting=str(Setting(use.setting).label),
        lines=use.lines,
        population=made.populations[use.population].name.en,
    )


def _name_of_block(made: Content, slug: str) -> str:
    block = made.blocks.get(slug)
    if block is None:
        return ""
    heading = made.headings[block.heading].name.en if block.heading else ""
    called = block.title.en or heading or block.body.en[:60].rsplit(" ", 1)[0] + " …"
    return gettext("“%(block)s” in the step “%(step)s”") % {"block": called, "step": made.steps[block.step].title.en}
