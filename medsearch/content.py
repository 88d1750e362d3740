"""Freezes drugs, indications and funding into a release."""

from collections.abc import Callable, Iterator, Mapping

from django.db.models import F

from evidence import releases
from evidence.content import NOT_REVIEWED, linked, slugs_by_row, slugs_of, text_in, text_of, with_review
from evidence.text import Text

from .formulary import Formulary
from .frozen import (
    LINES,
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
from .lines import line_names


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
        regimens=tuple(_regimens(models.Regimen.objects.order_by("slug"))),
        indications=tuple(_indications(models.Indication.objects.order_by("slug"))),
        jurisdictions=tuple(
            Jurisdiction(
                slug=row.code,
                name=text_of(row, "name"),
                hospital_drugs=text_of(row, "hospital_drugs"),
                home_drugs=text_of(row, "home_drugs"),
                status_words=text_of(row, "status_words"),
                map_column=row.map_column,
                map_row=row.map_row,
                references=slugs_of(row, "references"),
            )
            for row in models.Jurisdiction.objects.prefetch_related(*linked(models.Jurisdiction, "references")).order_by(
                "number"
            )
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
                drugs=slugs_of(row, "drugs"),
                references=slugs_of(row, "references"),
            )
            for row in models.Programme.objects.select_related("jurisdiction")
            .prefetch_related(*linked(models.Programme, "drugs", "references"))
            .order_by(F("jurisdiction__number").asc(nulls_last=True), "number", "slug")
        ),
        milestones=tuple(_milestones(models.Milestone.objects.order_by("slug"))),
        funding=tuple(_funding(models.Funding.objects.order_by("slug"))),
    )


# Tables that grow long are read as values: as an object, a row takes many times as long.


def _regimens(rows) -> Iterator[Regimen]:
    companions = slugs_by_row(rows, "companions")
    for row in rows.values("pk", "slug", "name_en", "name_fr", "lead__slug"):
        yield Regimen(slug=row["slug"], name=text_in(row, "name"), lead=row["lead__slug"], companions=companions[row["pk"]])


def _indications(rows) -> Iterator[Indication]:
    references = slugs_by_row(rows, "references")
    for row in rows.values(
        *("pk", "slug", "regimen__slug", "population__slug", "setting", "first_line", "second_line", "later_line"),
        *("condition_en", "condition_fr", "given_with_en", "given_with_fr", "note_en", "note_fr", "approval"),
        "superseded_by__slug",
    ):
        yield Indication(
            slug=row["slug"],
            regimen=row["regimen__slug"],
            population=row["population__slug"],
            setting=row["setting"],
            lines=tuple(line for line in LINES if row[f"{line}_line"]),
            condition=text_in(row, "condition"),
            given_with=text_in(row, "given_with"),
            note=text_in(row, "note"),
            approval=row["approval"],
            superseded_by=row["superseded_by__slug"] or "",
            references=references[row["pk"]],
        )


def _milestones(rows) -> Iterator[Milestone]:
    indications = slugs_by_row(rows, "indications")
    for row in rows.values(
        *("pk", "slug", "drug__slug", "about_en", "about_fr", "body", "outcome", "number", "date", "note_en", "note_fr"),
        "reference__slug",
    ):
        yield Milestone(
            slug=row["slug"],
            drug=row["drug__slug"],
            indications=indications[row["pk"]],
            about=text_in(row, "about"),
            body=row["body"],
            outcome=row["outcome"],
            number=row["number"],
            date=row["date"],
            note=text_in(row, "note"),
            reference=row["reference__slug"],
        )


def _funding(rows) -> Iterator[Funding]:
    for row in rows.values(
        *("slug", "drug__slug", "indication__slug", "jurisdiction__code", "several_en", "several_fr", "status"),
        *("programme_en", "programme_fr", "criteria_en", "criteria_fr", "effective", "checked", "check_days", "history"),
        "reference__slug",
    ):
        yield Funding(
            slug=row["slug"],
            drug=row["drug__slug"],
            indication=row["indication__slug"] or "",
            jurisdiction=row["jurisdiction__code"] or "",
            several=text_in(row, "several"),
            status=row["status"],
            programme=text_in(row, "programme"),
            criteria=text_in(row, "criteria"),
            effective=row["effective"],
            checked=row["checked"].isoformat() if row["checked"] else "",
            check_days=row["check_days"] or 0,
            history=row["history"],
            reference=row["reference__slug"],
        )


def frozen_classes(rows) -> Iterator[DrugClass]:
    """What a release keeps of these rows, in their order. A handful of queries."""
    for row in rows.prefetch_related(*linked(rows.model, "references")):
        said = DrugClass(
            slug=row.slug,
            name=text_of(row, "name"),
            therapy_group=row.therapy_group,
            how_it_works=text_of(row, "how_it_works"),
            benefit=text_of(row, "benefit"),
            harm=text_of(row, "harm"),
            experience=text_of(row, "experience"),
            call_at_once=text_of(row, "call_at_once"),
            references=slugs_of(row, "references"),
            review=NOT_REVIEWED,
        )
        yield with_review(row, said)


def frozen_drugs(rows) -> Iterator[Drug]:
    """The same for drugs."""
    routes, references = slugs_by_row(rows, "routes"), slugs_by_row(rows, "references")
    # Not read along: a class is a row of twenty texts, and thousands of drugs have the same few.
    classes = dict(rows.order_by().values_list("drug_class_id", "drug_class__slug").distinct())
    for row in rows:
        said = Drug(
            slug=row.slug,
            name=text_of(row, "name"),
            brands=_names(row.brands),
            biosimilars=_names(row.biosimilars),
            generics=row.generics,
            other_names=_names(row.other_names),
            drug_class=classes[row.drug_class_id],
            routes=routes[row.pk],
            atc=row.atc,
            summary=text_of(row, "summary"),
            benefit=text_of(row, "benefit"),
            harm=text_of(row, "harm"),
            experience=text_of(row, "experience"),
            call_at_once=text_of(row, "call_at_once"),
            references=references[row.pk],
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
    told = {("indications", "lines"): lambda lines, sections: line_names(lines)}
    releases.register("medsearch", freeze=freeze, shape=MedSearch, models=models, told=told)


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
