"""Tells staff, on every admin page, what waits between saving and the public: unpublished edits, reviews, dates missed."""

from django import template

from evidence import releases, reviewing, scheduling

register = template.Library()


@register.simple_tag
def edited_since_published() -> int:
    return releases.edited_since_published()


@register.simple_tag
def may_look(user) -> bool:
    """Whether this account may see the page from which staff publish."""
    return reviewing.may_look(user)


@register.inclusion_tag("admin/evidence/release/notices.html")
def publishing_notices(user):
    """For whoever has a part in publishing. A handful of small queries, however much there is."""
    if not reviewing.may_look(user):
        return {}
    return {
        "asked": reviewing.waits_for(user),
        "sent_back": reviewing.sent_back_to(user),
        "failed": scheduling.failed(),
        "overdue": scheduling.overdue(),
    }
