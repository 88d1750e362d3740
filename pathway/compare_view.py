"""For staff: the plan of an example, as it is public and as it would be, and what differs between the two.

The answers stand in the address, because they are staff's own examples and nobody's.
"""

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from evidence import releases
from evidence.templatetags.words import bare_words
from personalization.profile import MissingAnswer, Profile, UnknownOption
from personalization.ruleset import NotAPlainOption

from .assembly import assemble
from .changes import changes
from .content import content
from .forms import ProfileForm


class ExampleForm(ProfileForm):
    """The public form as one short list."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for question in self.content.questions:
            field = self.fields[question.slug]
            choices = [(option.slug, bare_words(option.label)) for option in question.options]
            field.label = bare_words(question.short)
            field.widget = forms.Select(choices=choices if question.core else [("", _("not answered")), *choices])


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
        then = _plan(found.public, form) if found.public else None
        now = _plan(found.draft, form)
        context |= {"then": then, "now": now, "changes": changes(then, now) if then and now else ()}
        context["sides"] = [(_("Public now"), then), (_("Saved"), now)]
    return render(request, "admin/pathway/compare.html", context)


def _plan(release, form):
    """The example's plan from a release; None if its form does not allow these answers."""
    made_of = content(release)
    asked = {question.slug for question in made_of.questions}
    given = {q.slug: form.cleaned_data[q.slug] for q in form.content.questions if form.cleaned_data.get(q.slug)}
    try:
        profile = Profile.of(made_of.questions, {slug: option for slug, option in given.items() if slug in asked})
    except (MissingAnswer, UnknownOption):
        return None
    if made_of.ruleset.contradictions(profile):
        return None
    place = form.jurisdiction if form.jurisdiction in made_of.formulary.jurisdictions else ""
    return assemble(
        made_of,
        profile,
        on=timezone.localdate(),
        jurisdiction=place,
        moment=form.moment,
        check_days=settings.FUNDING_CHECK_DAYS,
    )
