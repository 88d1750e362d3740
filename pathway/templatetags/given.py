"""Carries the answers on in a form, in hidden fields."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from pathway.sent import hidden

register = template.Library()


@register.simple_tag
def given(answers, but="") -> SafeString:
    """`answers`: question → option, or a place that is kept free for them. Without the one about the question `but`."""
    # Names and values are escaped one by one while they are written.
    return mark_safe(answers.place(but) if hasattr(answers, "place") else hidden(answers, but))  # noqa: S308
