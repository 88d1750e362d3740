"""For staff: the public form as one short list, for made-up examples, and the plan of such an example from any release."""

from datetime import date

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from evidence import holding
from evidence.releases import Active
from evidence.templatetags.words import bare_words

from .content import content
from .forms import NOW, PROVINCE, ProfileForm
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


def plan_of(release: Active, form: ExampleForm, on: date | None = None) -> Plan | None:
    """The plan of a valid form from a release, today or on another day; None if that release does not allow these answers.

    Answers to what that release does not ask are left out, and so is a province that it does not know.
    """
    made_of = content(release)
    asked = {NOW, *(question.slug for question in made_of.questions)}
    if form.jurisdiction in made_of.formulary.jurisdictions:
        asked.add(PROVINCE)
    data = QueryDict(mutable=True)
    data.update({name: value for name, value in form.cleaned_data.items() if name in asked and value})
    there = ExampleForm(data, content=made_of)
    return there.plan(on=on or holding.today(holding.held())) if there.is_valid() else None
