"""Findings of the checks as staff read them: the row by its name, linked to the page where it is mended."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.apps import apps
from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext

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


def lines(made: Content, found: Sequence[Finding]) -> list[str]:
    """Each finding as a line of HTML. A query for each table that they are about, or few if they are thousands."""
    about = [min(rows_of(finding), default=("", "")) for finding in found]
    saved = _saved(about)
    return [_line(made, finding, row, saved.get(row)) for finding, row in zip(found, about, strict=True)]


def _line(made: Content, finding: Finding, row: tuple[str, str], saved: Model | None) -> str:
    if saved is None:
        return in_a_line(finding)
    page = reverse(f"admin:{saved._meta.app_label}_{saved._meta.model_name}_change", args=[saved.pk])
    linked = format_html('<a href="{}">{}</a> ({})', page, name_of(made, *row) or str(saved), finding.where)
    return format_html(gettext("{row}: {said}"), row=linked, said=told(finding))


def _saved(rows: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Model]:
    """Those of the rows that are there, as the tables have them."""
    slugs: dict[str, set[str]] = defaultdict(set)
    for kind, slug in rows:
        if kind in TABLES:
            slugs[kind].add(slug)
    # In bulk, since an import can leave more findings than a query may have values.
    return {
        (kind, slug): row
        for kind, of_kind in slugs.items()
        for slug, row in apps.get_model(TABLES[kind])._default_manager.in_bulk(of_kind, field_name="slug").items()
    }


def name_of(made: Content, kind: str, slug: str) -> str:
    """What a block or a use is called where it stands alone; empty for others, and for what the content has not."""
    if kind == "block":
        return _name_of_block(made, slug)
    return _name_of_use(made, slug) if kind == "indication" else ""


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
