"""Freezes the courses of care into a release, and composes all sections into the Content that plans are made of."""

from collections.abc import Iterator, Mapping
from functools import partial

from django.db.models import Prefetch

from evidence import releases
from evidence.content import NOT_REVIEWED, linked, slugs_by_key, slugs_by_row, slugs_of, text_of, with_review
from glossary.content import Reader, entries
from glossary.marking import Entry, Lexicon
from medsearch.frozen import Appearance

from .appearances import Appearances, Naming
from .assembly import Content
from .frozen import Block, DecisionOption, Heading, Pathway, Step, Track
from .plan_code import Scheme


def freeze() -> Pathway:
    from . import models

    return Pathway(
        tracks=tuple(
            Track(
                slug=row.slug,
                name=text_of(row, "name"),
                intro=text_of(row, "intro"),
                population=row.population.slug if row.population else "",
                steps=tuple(place.step.slug for place in sorted(row.places.all(), key=lambda place: place.number)),
                references=slugs_of(row, "references"),
            )
            for row in models.Track.objects.select_related("population")
            .prefetch_related("places__step", *linked(models.Track, "references"))
            .order_by("number")
        ),
        steps=tuple(
            Step(
                slug=row.slug,
                title=text_of(row, "title"),
                summary=text_of(row, "summary"),
                moment=row.moment,
                sensitive=row.sensitive,
                sensitive_label=text_of(row, "sensitive_label"),
            )
            for row in models.Step.objects.order_by("slug")
        ),
        headings=tuple(Heading(slug=row.slug, name=text_of(row, "name")) for row in models.Section.objects.order_by("slug")),
        blocks=tuple(frozen_blocks(models.Block.objects.order_by("step__slug", "number"))),
    )


def frozen_blocks(rows) -> Iterator[Block]:
    """What a release keeps of these rows, in their order. A handful of queries."""
    sources = slugs_by_row(rows, "references")
    steps, headings, populations = (slugs_by_key(rows.model, field) for field in ("step", "section", "population"))
    options = rows.model._meta.get_field("options").related_model._default_manager.order_by("number")
    for row in rows.prefetch_related(Prefetch("options", options, to_attr="options_in_order")):
        said = Block(
            slug=row.slug,
            step=steps[row.step_id],
            heading=headings.get(row.section_id, ""),
            kind=row.kind,
            population=populations[row.population_id],
            title=text_of(row, "title"),
            body=text_of(row, "body"),
            interval=text_of(row, "interval"),
            therapy_group=row.therapy_group,
            setting=row.setting,
            combination=row.combination,
            alternatives=row.alternatives,
            urgent=row.urgent,
            options=tuple(
                DecisionOption(
                    name=text_of(option, "name"),
                    benefit=text_of(option, "benefit"),
                    harm=text_of(option, "harm"),
                    experience=text_of(option, "experience"),
                )
                for option in row.options_in_order
            ),
            references=sources[row.pk],
            review=NOT_REVIEWED,
        )
        yield with_review(row, said)


def register():
    releases.register(
        "pathway",
        freeze=freeze,
        shape=Pathway,
        models={"tracks": "Track", "steps": "Step", "headings": "Section", "blocks": "Block"},
        told={("blocks", "heading"): _told_heading},
    )


def _told_heading(slug, sections) -> str:
    return next((heading.name.en for heading in sections["pathway"].headings if heading.slug == slug), slug)


def appearances_of_drugs(release: releases.Active) -> Mapping[str, tuple[Appearance, ...]]:
    """In which plans each drug appears; told to MedSearch, which knows nothing of plans."""
    return Appearances(content(release), naming(release))


def naming(release: releases.Active) -> Naming:
    """What names a drug or a term. A text parsed for it is parsed for the plans, too."""
    words = lexicon(release, "en")
    return Naming(words, Reader(release, "en", words).prose)


def content(release: releases.Active) -> Content:
    return release.derived(_content)


def _content(release: releases.Active) -> Content:
    return Content(
        number=release.number,
        published_at=release.published_at,
        evidence=release.sections["evidence"],
        personalization=release.sections["personalization"],
        medsearch=release.sections["medsearch"],
        pathway=release.sections["pathway"],
    )


def scheme(release: releases.Active) -> Scheme:
    """How the codes printed on plans of this release are made and read."""
    return release.derived(_scheme)


def _scheme(release: releases.Active) -> Scheme:
    return Scheme(
        release.sections["personalization"].questions,
        release.sections["medsearch"].jurisdictions,
        number=release.number,
        sha256=release.sha256,
    )


def lexicon(release: releases.Active, language: str) -> Lexicon:
    """Drug names and terms to find in a plan's text. A drug's name goes to its page, even if it is also a term."""
    return release.derived(_LEXICONS[language])


def _lexicon(language: str, release: releases.Active) -> Lexicon:
    drugs = [
        Entry(words=name, kind="drug", key=drug.slug)
        for drug in release.sections["medsearch"].drugs
        for name in (getattr(drug.name, language), *drug.other_names, *drug.brands, *drug.biosimilars)
        if name
    ]
    return Lexicon([*drugs, *entries(release.sections["glossary"], language)])


_LEXICONS = {language: partial(_lexicon, language) for language in ("en", "fr")}
