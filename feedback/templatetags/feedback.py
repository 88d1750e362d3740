"""What the form at the end of a step of a plan needs."""

from django import template
from django.conf import settings

from feedback.models import LONGEST_TEXT
from feedback.stamp import Place, stamp
from pathway.plan import Plan, PlanStep

register = template.Library()


@register.simple_tag
def stamped(plan: Plan, step: PlanStep) -> str:
    """Which step of which plan, signed: the same bytes for the same plan on the same day."""
    return stamp(Place(plan.day, plan.release, plan.track, step.slug, step.number))


@register.filter
def that_have_a_title(blocks) -> list:
    """Of blocks (of a plan or of a release), those a reader can tell apart by name; each once."""
    return list({block.slug: block for block in blocks if block.title}.values())


@register.simple_tag
def longest_text() -> int:
    return LONGEST_TEXT


@register.simple_tag
def days_to_answer() -> int:
    return settings.FEEDBACK_DUE_DAYS
