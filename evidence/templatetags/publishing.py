"""Tells staff, on every admin page, what waits between saving and the public: unpublished edits, reviews, dates missed.

And what is wrong with the public release itself.
"""

from contextlib import suppress

from django import template
from django.utils import timezone

from evidence import holding, releases, reviewing, scheduling

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


@register.simple_tag
def public_release() -> dict:
    """`refused`: why the release that is marked as public is not served; `file`: why this server has no copy of it.

    `told`: the day that readers are told, if it is not the `clock`'s.
    """
    with suppress(holding.CannotServe, releases.NoRelease):
        holding.active()
    refused = holding.details() if holding.problem() == holding.Problem.UNREADABLE else ""
    held = holding.held()
    told = holding.today(held) if holding.clock_is_wrong() else None
    return {"refused": refused, "held": held, "file": holding.file_problem(), "told": told, "clock": timezone.localdate()}
