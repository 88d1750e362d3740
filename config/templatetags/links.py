"""Links between the two languages of the site."""

from django import template
from django.urls import translate_url

register = template.Library()


@register.simple_tag(takes_context=True)
def in_language(context, language: str) -> str:
    """The address of the page being shown, in the other language. Without the query: a search starts anew."""
    request = context.get("request")
    return translate_url(request.path, language) if request else f"/{language}/"
