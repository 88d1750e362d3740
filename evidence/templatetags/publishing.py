"""Tells staff, on every admin page, what they have saved that the public does not see yet."""

from django import template

from evidence import releases

register = template.Library()


@register.simple_tag
def unpublished_changes() -> int:
    return len(releases.changes())
