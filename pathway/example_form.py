"""For staff: the public form as one short list, for made-up examples, and the plan of such an example from any release."""

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from evidence.releases import Active
from evidence.templatetags.words import bare_words
from personalization.profile import MissingAnswer, Profile, UnknownOption

from .assembly import assemble
from .content import content
from .forms import ProfileForm
from .plan import Plan


class ExampleForm(ProfileForm):
    """The public form as one short list."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for question in self.content.questions:
            field = self.fields[question.slug]
            choices = [(option.slug, bare_words(option.label)) for option in question.options]
            field.label = bare_words(question.short)
            field.widget = forms.Select(choices=choices if question.core else [("", _("not answered")), *choices])


def plan_of(release: Active, form: ExampleForm) -> Plan | None:
    """The plan of a valid form from a release; None if that release does not allow these answers."""
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
