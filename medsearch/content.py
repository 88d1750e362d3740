"""Freezes drugs, indications and funding into a release."""

from collections.abc import Callable, Iterator, Mapping

from django.db.models import F

from evidence import releases
from evidence.content import NOT_REVIEWED, slugs_of, text_of, with_review
from evidence.text import Text

from .formulary import Formulary
from .frozen import (
    Appearance,
    Drug,
    DrugClass,
    Funding,
    Indication,
    Jurisdiction,
    MedSearch,
    Milestone,
    Programme,
    Regimen,
    Route,
)


def _names(listed: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in listed.split(",") if name.strip())


def freeze() -> MedSearch:
    from . import models

    return MedSearch(
        routes=tuple(
            Route(slug=row.slug, name=text_of(row, "name"), taken_home=row.taken_home)
            for row in models.Route.objects.order_by("slug")
        ),
        classes=tuple(frozen_classes(models.DrugClass.objects.order_by("slug"))),
        drugs=tuple(frozen_drugs(models.Drug.objects.order_by("slug"))),
        regimens=tuple(
            Regimen(slug=row.slug, name=text_of(row, "name"), lead=row.lead.slug, companions=slugs_of(row.companions))
            for row in models.Regimen.objects.select_related("lead").prefetch_related("companions").order_by("slug")
        ),
        indications=tuple(
            Indication(
                slug=row.slug,
                regimen=row.regimen.slug,
                population=row.population.slug,
                setting=row.setting,
                lines=tuple(
                    line
                    for line, holds in (
                        ("first", row.first_line),
                        ("second", row.second_line),
                        ("later", row.later_line),
                    )
                    if holds
                ),
                condition=text_of(row, "condition"),
                given_with=text_of(row, "given_with"),
                note=text_of(row, "note"),
                approval=row.approval,
                superseded_by=row.superseded_by.slug if row.superseded_by else "",
                references=slugs_of(row.references),
            )
            for row in models.Indication.objects.select_related("regimen", "population", "superseded_by")
            .prefetch_related("references")
            .order_by("slug")
        ),
        jurisdictions=tuple(
            Jurisdiction(
                slug=row.code,
                name=text_of(row, "name"),
                hospital_drugs=text_of(row, "hospital_drugs"),
                home_drugs=text_of(row, "home_drugs"),
                status_words=text_of(row, "status_words"),
                map_column=row.map_column,
                map_row=row.map_row,
                references=slugs_of(row.references),
            )
            for row in models.Jurisdiction.objects.prefetch_related("references").order_by("number")
        ),
        programmes=tuple(
            Programme(
                slug=row.slug,
                jurisdiction=row.jurisdiction.code if row.jurisdiction else "",
                kind=row.kind,
                covers=row.covers,
                name=text_of(row, "name"),
                what=text_of(row, "what"),
                phone=row.phone,
                url=row.url,
                drugs=slugs_of(row.drugs),
                references=slugs_of(row.references),
            )
            for row in models.Programme.objects.select_related("jurisdiction")
            .prefetch_related("drugs", "references")
            .order_by(F("jurisdiction__number").asc(nulls_last=True), "number", "slug")
        ),
        milestones=tuple(
            Milestone(
                slug=row.slug,
                drug=row.drug.slug,
                indications=slugs_of(row.indications),
                about=text_of(row, "about"),
                body=row.body,
                outcome=row.outcome,
                number=row.number,
                date=row.date,
                note=text_of(row, "note"),
                reference=row.reference.slug,
            )
            for row in models.Milestone.objects.select_related("drug", "reference")
            .prefetch_related("indications")
            .order_by("slug")
        ),
        funding=tuple(
            Funding(
                slug=row.slug,
                drug=row.drug.slug,
                indication=row.indication.slug if row.indication else "",
                jurisdiction=row.jurisdiction.code if row.jurisdiction else "",
                several=text_of(row, "several"),
                status=row.status,
                programme=text_of(row, "programme"),
                criteria=text_of(row, "criteria"),
                effective=row.effective,
                checked=row.checked.isoformat() if row.checked else "",
                check_days=row.check_days or 0,
                history=row.history,
                reference=row.reference.slug,
            )
            for row in models.Funding.objects.select_related("drug", "indication", "jurisdiction", "reference").order_by(
                "slug"
            )
        ),
    )


def frozen_classes(rows) -> Iterator[DrugClass]:
    """What a release keeps of these rows, in their order. A handful of queries."""
    for row in rows.prefetch_related("references"):
        said = DrugClass(
            slug=row.slug,
            name=text_of(row, "name"),
            therapy_group=row.therapy_group,
            how_it_works=text_of(row, "how_it_works"),
            benefit=text_of(row, "benefit"),
            harm=text_of(row, "harm"),
            experience=text_of(row, "experience"),
            call_at_once=text_of(row, "call_at_once"),
            references=slugs_of(row.references),
            review=NOT_REVIEWED,
        )
        yield with_review(row, said)


def frozen_drugs(rows) -> Iterator[Drug]:
    """The same for drugs."""
    for row in rows.select_related("drug_class").prefetch_related("routes", "references"):
        said = Drug(
            slug=row.slug,
            name=text_of(row, "name"),
            brands=_names(row.brands),
            biosimilars=_names(row.biosimilars),
            generics=row.generics,
            other_names=_names(row.other_names),
            drug_class=row.drug_class.slug,
            routes=slugs_of(row.routes),
            atc=row.atc,
            summary=text_of(row, "summary"),
            benefit=text_of(row, "benefit"),
            harm=text_of(row, "harm"),
            experience=text_of(row, "experience"),
            call_at_once=text_of(row, "call_at_once"),
            references=slugs_of(row.references),
            review=NOT_REVIEWED,
        )
        yield with_review(row, said)


def register():
    models = {
        "routes": "Route",
        "classes": "DrugClass",
        "drugs": "Drug",
        "regimens": "Regimen",
        "indications": "Indication",
        "jurisdictions": "Jurisdiction",
        "programmes": "Programme",
        "milestones": "Milestone",
        "funding": "Funding",
    }
    releases.register("medsearch", freeze=freeze, shape=MedSearch, models=models)


_appearances: list[Callable[[releases.Active], Mapping[str, tuple[Appearance, ...]]]] = []


def register_appearances(find: Callable[[releases.Active], Mapping[str, tuple[Appearance, ...]]]) -> None:
    """Has drug pages told in which plans a drug appears: `find(release)`, drug slug → appearances."""
    _appearances.append(find)


def appearances(release: releases.Active, drug: str) -> tuple[Appearance, ...]:
    return tuple(appearance for find in _appearances for appearance in release.derived(find).get(drug, ()))


def population_names(release: releases.Active) -> dict[str, Text]:
    return release.derived(_population_names)


def _population_names(release: releases.Active) -> dict[str, Text]:
    return {population.slug: population.name for population in release.sections["personalization"].populations}


def formulary(release: releases.Active) -> Formulary:
    """The drugs of a release, with their uses and funding at hand."""
    return release.derived(_formulary)


def _formulary(release: releases.Active) -> Formulary:
    return Formulary(release.sections["medsearch"])
