"""Tells staff, on every admin page, that they have saved what the public does not see yet."""

from django import template

from evidence import releases

register = template.Library()


@register.simple_tag
def edited_since_published() -> int:
    return releases.edited_since_published()
