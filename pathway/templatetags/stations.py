"""The steps of a plan's page, each written by whoever writes the page (plan_page.py)."""

from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def station(context, short, place, to_come):
    """The step of this StepGlance; `place` counts from 0, `to_come` is how many come after it."""
    return context["write_step"](context, short, place, to_come)
