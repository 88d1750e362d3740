"""One page with every component the pages are made of, filled from the public release: for whoever changes their look."""

from django.conf import settings
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from evidence import holding
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
def components(request):
    release = holding.active()
    today = holding.today(release)
    plan = _richest_plan(release, today)
    blocks = {}
    for step in plan.steps:
        for block in step.blocks:
            blocks.setdefault(block.kind, block)
    drugs = (drug_page(release, drug.slug, on=today, check_days=settings.FUNDING_CHECK_DAYS) for drug in _drugs(release))
    context = {
        "colours": COLOURS,
        "plan": plan,
        "glance": glance(plan, get_language()),
        "blocks": [blocks[kind] for kind in Block.Kind.values if kind in blocks],
        "statuses": FundingStatus.choices,
        "drug": max(drugs, key=lambda page: sum(len(way.stops) for way in page.journeys)),
        "reader": Reader(release, get_language()),
        "answers": {},
    }
    return render(request, "components.html", context)


def _drugs(release):
    return release.sections["medsearch"].drugs


def _richest_plan(release, today):
    """The plan with the most kinds of blocks, the first of those."""
    made = content(release)
    plans = (assemble(made, found.profile, on=today) for found in _some(every_answer_set(made.ruleset)))
    return max(plans, key=lambda plan: len({block.kind for step in plan.steps for block in step.blocks}))


def _some(answer_sets):
    """Few enough to be quick: every fortieth."""
    return (found for number, found in enumerate(answer_sets) if number % 40 == 0)
