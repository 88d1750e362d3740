"""One page with every component the pages are made of, filled from the public release: for whoever changes their look."""

from django.conf import settings
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from evidence import holding
from evidence.kept import Made, kept
from evidence.pages import content_page
from glossary.content import Reader
from medsearch.drug_page import drug_page
from medsearch.models import FundingStatus
from pathway.assembly import assemble
from pathway.content import content
from pathway.glance import glance
from pathway.models import Block
from personalization.ruleset import every_answer_set

COLOURS = (
    *("paper", "raised", "sunken", "ink", "ink-soft", "line", "brand", "brand-soft", "link", "focus"),
    *("good", "good-soft", "wait", "wait-soft", "stop", "stop-soft", "calm", "calm-soft", "way", "bed", "flag"),
)


@require_safe
@content_page
def components(request):
    release = holding.active()
    today = holding.today(release)
    profile, drug = kept(release, on=today).get(("components",), lambda: Made(_richest(release, today), 1_000))
    plan = assemble(content(release), profile, on=today)
    blocks = {}
    for step in plan.steps:
        for block in step.blocks:
            blocks.setdefault(block.kind, block)
    context = {
        "colours": COLOURS,
        "plan": plan,
        "glance": glance(plan, get_language()),
        "blocks": [blocks[kind] for kind in Block.Kind.values if kind in blocks],
        "statuses": FundingStatus.choices,
        "drug": _drug_page(release, drug, today),
        "reader": Reader(release, get_language()),
        "answers": {},
    }
    return render(request, "components.html", context)


def _drug_page(release, slug, today):
    return drug_page(release, slug, on=today, check_days=settings.FUNDING_CHECK_DAYS)


def _richest(release, today):
    """Whose plan has the most kinds of blocks, and which drug the most stops on its way; the first of those."""
    made = content(release)

    def kinds(profile) -> int:
        return len({block.kind for step in assemble(made, profile, on=today).steps for block in step.blocks})

    def stops(slug) -> int:
        return sum(len(way.stops) for way in _drug_page(release, slug, today).journeys)

    profiles = (found.profile for found in _some(every_answer_set(made.ruleset)))
    return max(profiles, key=kinds), max((drug.slug for drug in release.sections["medsearch"].drugs), key=stops)


def _some(answer_sets):
    """Few enough to be quick: every fortieth."""
    return (found for number, found in enumerate(answer_sets) if number % 40 == 0)
