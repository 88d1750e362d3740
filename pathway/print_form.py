"""What of a plan is to be printed, as a form."""

from collections.abc import Iterable

from django import forms
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.translation import gettext as _

from evidence.templatetags.words import words

from .plan import Plan
from .selection import FULL, SHORT, Selection, everything

PREFIX = "print"
"""Names of this form's fields begin with it and a hyphen, which no question's does."""
ID = "print-form"
"""Of the form in a page. It stands by itself, with the answers; its fields name it."""
EXTRAS = ("find_out", "glossary", "references", "questions_sheet", "care_team", "large")


class PrintForm(forms.Form):
    """Valid: `selection` is what was chosen of the plan."""

    reading = forms.ChoiceField(widget=forms.RadioSelect)
    steps = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, required=False)
    find_out = forms.BooleanField(required=False)
    glossary = forms.BooleanField(required=False)
    references = forms.BooleanField(required=False)
    questions_sheet = forms.BooleanField(required=False)
    care_team = forms.BooleanField(required=False)
    large = forms.BooleanField(required=False)

    def __init__(self, plan: Plan, data: QueryDict | None = None):
        offered = everything(plan)
        initial = {field: getattr(offered, field) for field in ("reading", *EXTRAS)}
        super().__init__(data, prefix=PREFIX, initial={**initial, "steps": [str(number) for number in offered.steps]})
        labels = {
            "reading": _("How much"),
            "steps": _("Which steps"),
            "find_out": _("What you could find out"),
            "glossary": _("Words used here, explained"),
            "references": _("Sources"),
            "questions_sheet": _("A sheet with lines for your own questions"),
            "care_team": _("A box for your care team, next appointment and notes"),
            "large": _("Large print (18 point)"),
        }
        for name, label in labels.items():
            self.fields[name].label = label
        self.fields["reading"].choices = [
            (FULL, _("Everything in each step")),
            (SHORT, _("In short: how soon, danger signs, decisions, drugs and questions")),
        ]
        self.fields["reading"].error_messages["required"] = _("Choose how much of each step is to be printed.")
        self.fields["steps"].choices = [(str(step.number), _labelled(step)) for step in plan.steps]
        for field in self.fields.values():
            field.widget.attrs["form"] = ID
        if not plan.find_out:
            del self.fields["find_out"]

    @property
    def extras(self) -> Iterable[forms.BoundField]:
        return [self[name] for name in EXTRAS if name in self.fields]

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not any(cleaned.get(part) for part in ("steps", "find_out", "questions_sheet", "care_team")):
            self.add_error(None, _("Nothing is chosen yet. Please choose at least one step or one sheet to print."))
        return cleaned

    @property
    def selection(self) -> Selection:
        return Selection(
            reading=self.cleaned_data["reading"],
            steps=tuple(sorted(map(int, self.cleaned_data["steps"]))),
            **{extra: self.cleaned_data.get(extra, False) for extra in EXTRAS},
        )


def parted(sent: QueryDict) -> tuple[QueryDict, QueryDict | None]:
    """The answers, and the choices of this form; None if it was not sent along."""
    answers, choices = sent.copy(), sent.copy()
    for name in sent:
        del (answers if name.startswith(f"{PREFIX}-") else choices)[name]
    return answers, choices or None


def _labelled(step):
    label = format_html("{}. {}", step.number, words(step.title))
    return (
        format_html('{} <span class="option-help">{}</span>', label, words(step.sensitive_label))
        if step.sensitive
        else label
    )
