"""Freezes questions, exclusions and populations into a release."""

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext

from evidence import releases
from evidence.content import linked, slugs_of, text_of

from .frozen import Answers, Exclusion, Option, Personalization, Population, Question
from .ruleset import in_words


def answers_of(options) -> Answers:
    box: dict[str, list[str]] = {}
    for option in sorted(options, key=lambda option: (option.question.number, option.number)):
        box.setdefault(option.question.slug, []).append(option.slug)
    return {question: tuple(slugs) for question, slugs in box.items()}


def _answers_by_row(model) -> dict[Any, Answers]:
    """Primary key of each rule or exclusion → the answers that its options name. One query, and no object an option."""
    options = model._meta.get_field("options")
    here, there = options.m2m_field_name(), options.m2m_reverse_field_name()
    links = options.remote_field.through._default_manager.order_by(f"{there}__question__number", f"{there}__number")
    found: dict[Any, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for pk, question, option in links.values_list(f"{here}_id", f"{there}__question__slug", f"{there}__slug"):
        found[pk][question].append(option)
    return {pk: {question: tuple(slugs) for question, slugs in box.items()} for pk, box in found.items()}


def questions() -> tuple[Question, ...]:
    """The questions as the tables have them now."""
    from . import models

    return tuple(
        Question(
            slug=row.slug,
            core=row.core,
            text=text_of(row, "text"),
            short=text_of(row, "short"),
            clause=text_of(row, "clause"),
            explanation=text_of(row, "explanation"),
            on_the_report=text_of(row, "on_the_report"),
            test=text_of(row, "test"),
            say=text_of(row, "say"),
            assumed=row.assumed.slug if row.assumed else "",
            asked_of=row.asked_of.slug if row.asked_of else "",
            options=tuple(
                Option(
                    slug=option.slug,
                    kind=option.kind,
                    label=text_of(option, "label"),
                    phrase=text_of(option, "phrase"),
                    explanation=text_of(option, "explanation"),
                    covers=tuple(covered.slug for covered in sorted(option.covers.all(), key=lambda o: o.number)),
                )
                for option in sorted(row.options.all(), key=lambda option: option.number)
            ),
            references=slugs_of(row, "references"),
            report=row.report,
            report_example=text_of(row, "report_example"),
            report_answer=row.report_answer.slug if row.report_answer else "",
        )
        for row in models.Question.objects.select_related("assumed", "asked_of", "report_answer")
        .prefetch_related("options__covers", *linked(models.Question, "references"))
        .order_by("number")
    )


def freeze() -> Personalization:
    from . import models

    forbidden, allowed = _answers_by_row(models.Exclusion), _answers_by_row(models.Rule)
    exclusions = tuple(
        Exclusion(
            slug=row.slug,
            answers=forbidden.get(row.pk, {}),
            message=text_of(row, "message"),
            references=slugs_of(row, "references"),
        )
        for row in models.Exclusion.objects.prefetch_related(*linked(models.Exclusion, "references")).order_by("slug")
    )
    populations = tuple(
        Population(
            slug=row.slug,
            name=text_of(row, "name"),
            rules=tuple(allowed.get(rule.pk, {}) for rule in sorted(row.rules.all(), key=lambda rule: rule.number)),
            subtype=row.subtype,
        )
        for row in models.Population.objects.prefetch_related("rules").order_by("slug")
    )
    return Personalization(questions=questions(), exclusions=exclusions, populations=populations)


def register():
    models = {"questions": "Question", "exclusions": "Exclusion", "populations": "Population"}
    told = {
        ("populations", "rules"): _told_rules,
        ("exclusions", "answers"): lambda box, sections: _told_rules([box], sections),
    }
    releases.register("personalization", freeze=freeze, shape=Personalization, models=models, told=told)


def _told_rules(rules, sections) -> str:
    """The boxes of answers in the words of the questions, a line each."""
    questions = sections["personalization"].questions
    asked = {question.slug for question in questions}
    boxes = [{slug: tuple(options) for slug, options in rule.items() if slug in asked} for rule in rules]
    return "\n".join(in_words(questions, [box]).en if box else gettext("everybody") for box in boxes)
