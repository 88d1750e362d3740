"""Small releases made by hand, to be read by page builders and views."""

from datetime import UTC, datetime

from evidence.frozen import Evidence, Reference
from evidence.releases import Active
from evidence.text import Text
from glossary.frozen import Glossary
from medsearch.frozen import Drug, DrugClass, Funding, Indication, Jurisdiction, MedSearch, Programme, Regimen, Route
from personalization.frozen import Personalization, Population
from tests.rows import row


def text(words: str) -> Text:
    return Text(en=words)


def drug(slug, *, route="mouth", group="class", **more):
    return row(Drug, slug=slug, name=text(slug), drug_class=group, routes=(route,), summary=text(f"about {slug}"), **more)


def use(slug, *, of, **more):
    return row(Indication, slug=slug, regimen=of, population="population", setting="adjuvant", approval="approved", **more)


def place(code, **more):
    return row(Jurisdiction, slug=code, name=text(f"Place {code}"), **more)


def funding(slug, of, *, where="on", status="funded", **more):
    return row(Funding, slug=slug, drug=of, jurisdiction=where, status=status, reference="source", **more)


def programme(slug, kind, *, where="", **more):
    return row(Programme, slug=slug, kind=kind, jurisdiction=where, name=text(f"Programme {slug}"), **more)


def small_release(*, drugs, regimens=(), indications=(), classes=(), places=("on", "qc"), rows=(), programmes=()) -> Active:
    """Every drug is of class "class" (hormonal) and has a regimen of its own; its source is "source"."""
    medsearch = row(
        MedSearch,
        routes=(row(Route, slug="mouth", name=text("by mouth"), taken_home=True), row(Route, slug="vein")),
        classes=classes or (row(DrugClass, slug="class", name=text("class"), therapy_group="hormonal"),),
        drugs=tuple(drugs),
        regimens=(*(row(Regimen, slug=one.slug, name=one.name, lead=one.slug) for one in drugs), *regimens),
        indications=tuple(indications),
        jurisdictions=tuple(place(one) if isinstance(one, str) else one for one in places),
        programmes=tuple(programmes),
        funding=tuple(rows),
    )
    sections = {
        "evidence": Evidence(references=(row(Reference, slug="source", title="A source"),)),
        "personalization": row(Personalization, populations=(row(Population, slug="population", name=text("HR-positive")),)),
        "glossary": row(Glossary),
        "medsearch": medsearch,
    }
    return Active(number=1, published_at=datetime(2026, 1, 1, tzinfo=UTC), sha256="", sections=sections)
