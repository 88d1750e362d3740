"""For staff: the plan of an example, as it is public and as it would be, and what differs between the two.

The answers stand in the address, because they are staff's own examples and nobody's.
"""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from evidence import releases
from personalization.ruleset import NotAPlainOption

from .changes import changes
from .content import content
from .example_form import ExampleForm, plan_of


@require_safe
def compare(request):
    """GET: the example's answers, as names of questions and options."""
    if not request.user.has_perm("pathway.view_track"):
        raise PermissionDenied
    found = releases.unpublished()
    context = {**admin.site.each_context(request), "title": _("A plan before and after")}
    try:
        after = content(found.draft)
    except (NotAPlainOption, KeyError):
        return render(request, "admin/pathway/compare.html", {**context, "unreadable": True})
    form = ExampleForm(request.GET or None, content=after)
    context["form"] = form
    if form.is_valid():
        then = plan_of(found.public, form) if found.public else None
        now = plan_of(found.draft, form)
        context |= {"then": then, "now": now, "changes": changes(then, now) if then and now else ()}
        context["sides"] = [
            {"key": "public", "title": _("Public now"), "plan": then},
            {"key": "saved", "title": _("Saved"), "plan": now},
        ]
    return render(request, "admin/pathway/compare.html", context)
