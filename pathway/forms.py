"""The form that asks for a profile. Its questions are the content's, so that form and rules cannot drift apart."""

from datetime import date
from typing import NamedTuple

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import gettext as _

from evidence.templatetags.words import bare_words, words
from personalization.frozen import Question
from personalization.profile import Profile

from .assembly import Content, assemble
from .models import Moment
from .plan import Plan
from .plan_code import Mistyped, NewerRelease, UnknownRelease

PROVINCE = "province"
NOW = "now"
READING = "reading"
NOT_ANSWERS = ("change", READING)
"""What buttons send beside the answers."""


def code_problem(error: Exception) -> str:
    """Why a plan code does not lead to a plan, and what to do about it."""
    match error:
        case Mistyped(stranger=stranger) if stranger:
            return _(
                "There is no “%(character)s” in plan codes: only digits and letters, and of those not I, L, O and U. "
                "Please compare it with your paper."
            ) % {"character": stranger}
        case Mistyped():
            return _(
                "This code is not complete, or a character in it is not the right one. Please compare it with your paper, "
                "group by group. B and 8, S and 5, Z and 2 are easily confused."
            )
        case NewerRelease():
            return _(
                "This code was typed correctly, but it comes from release %(number)s, and the newest one here is release "
                "%(newest)s. It may belong to another copy of this site: please use the address printed with your plan. "
                "Or answer the questions below."
            ) % {"number": error.number, "newest": error.newest}
        case UnknownRelease():
            return _(
                "This code was typed correctly, but the release %(number)s it comes from was never published here. It may "
                "belong to another copy of this site: please use the address printed with your plan. Or answer the "
                "questions below."
            ) % {"number": error.number}
        case _:
            return _(
                "This code was typed correctly, but we cannot look it up right now. Please try again in a few minutes. Or "
                "answer the questions below: your plan can be made all the same."
            )


def _label(option):
    if not option.explanation:
        return format_html('<span class="option-label">{}</span>', words(option.label))
    return format_html(
        '<span class="option-label">{}</span> <span class="option-help">{}</span>',
        words(option.label),
        words(option.explanation),
    )


class SoFar(NamedTuple):
    """What the form was given for one of its fields."""

    name: str
    short: str
    answer: str
    """Empty if nothing (or nothing the form knows) was given."""
    core: bool


class ProfileForm(forms.Form):
    """Valid: `profile` is the Profile, `jurisdiction` the code of the reader's province and
    `moment` where they are on the way, or empty."""

    def __init__(self, data=None, *, content: Content, **kwargs):
        super().__init__(data, **kwargs)
        self.content = content
        self.profile: Profile | None = None
        for question in content.questions:
            self.fields[question.slug] = self._question_field(question)
        places = [(place.slug, bare_words(place.name)) for place in content.formulary.jurisdictions.values()]
        self.fields[PROVINCE] = forms.ChoiceField(
            label=_("Where do you live? (optional)"),
            choices=[("", _("I’d rather not say")), *places, ("unknown", _("I don’t know"))],
            required=False,
            help_text=_(
                "Only used to show first who pays for each drug where you live. Care is planned the same way everywhere."
            ),
            error_messages={"invalid_choice": _("Choose a province or territory from the list, or leave it open.")},
        )
        self.fields[NOW] = forms.ChoiceField(
            label=_("Where are you now? (optional)"),
            choices=[("", _("I’d rather not say")), *Moment.choices, ("unknown", _("I don’t know"))],
            required=False,
            help_text=_("The plan opens at that step. Nothing is hidden for it."),
            error_messages={"invalid_choice": _("Choose one from the list, or leave it open.")},
        )

    @property
    def helper(self) -> FormHelper:
        """How crispy-forms lays the form out."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.form_show_errors = True
        core = [question.slug for question in self.content.questions if question.core]
        further = [question.slug for question in self.content.questions if not question.core]
        folded = Div(
            *(Field(slug, template="pathway/question.html") for slug in further),
            template="pathway/further_questions.html",
            css_class="open" if self._needs_a_look_at_any_of(further) else "",
        )
        folded.answered = sum(entry.name in further and bool(entry.answer) for entry in self.so_far())
        helper.layout = Layout(
            *(Field(slug, template="pathway/question.html") for slug in core), Field(NOW), Field(PROVINCE), folded
        )
        return helper

    def _needs_a_look_at_any_of(self, questions: list[str]) -> bool:
        """Whether one of them is what the reader came to change, or has an error."""
        return self.initial.get("change") in questions or (self.is_bound and bool(set(questions) & set(self.errors)))

    def so_far(self) -> list[SoFar]:
        """What was given, field by field, in the order of the form; unchecked."""
        given = self.data if self.is_bound else self.initial
        found = []
        for question in self.content.questions:
            option = question.option(given.get(question.slug, ""))
            found.append(SoFar(question.slug, words(question.short), words(option.label) if option else "", question.core))
        core = sum(entry.core for entry in found)
        # Where they stand on the form: after the core questions, before the further ones.
        found[core:core] = [
            SoFar(name, short, dict(self.fields[name].choices).get(given[name], "") if given.get(name) else "", False)
            for name, short in ((NOW, _("Where you are now")), (PROVINCE, _("Where you live")))
        ]
        return found

    def anything_so_far(self) -> bool:
        return any(entry.answer for entry in self.so_far())

    def _question_field(self, question: Question) -> forms.ChoiceField:
        text = bare_words(question.text)
        field = forms.ChoiceField(
            label=text,
            choices=[(option.slug, _label(option)) for option in question.options],
            widget=forms.RadioSelect,
            required=question.core,
            error_messages={
                "required": _("%(question)s Please choose an answer. “I don’t know” is as good as any other.")
                % {"question": text},
                "invalid_choice": _("%(question)s That answer is not on the list. Please choose one of those shown.")
                % {"question": text},
            },
        )
        field.question = question
        return field

    def clean(self):
        cleaned = super().clean()
        self._refuse_what_no_form_sends()
        if self.errors:
            return cleaned
        answers = {q.slug: cleaned[q.slug] for q in self.content.questions if cleaned.get(q.slug)}
        profile = Profile.of(self.content.questions, answers)
        for exclusion in self.content.ruleset.contradictions(profile):
            self.add_error(next(reversed(exclusion.answers)), bare_words(exclusion.message))
        self.profile = profile
        return cleaned

    def _refuse_what_no_form_sends(self):
        for name in self.data:
            if name not in self.fields and name not in NOT_ANSWERS:
                self.add_error(None, _("There was an answer to a question that this form does not ask. It was left out."))
            elif len(self.data.getlist(name)) > 1:
                self.add_error(
                    name if name in self.fields else None,
                    _("There were two answers to the same question. Please choose the one that is right."),
                )

    def plan(self, *, on: date) -> Plan:
        """The plan for these answers on that day. The form must be valid."""
        return assemble(
            self.content,
            self.profile,
            on=on,
            jurisdiction=self.jurisdiction,
            moment=self.moment,
            check_days=settings.FUNDING_CHECK_DAYS,
        )

    @property
    def jurisdiction(self) -> str:
        return self._chosen(PROVINCE)

    @property
    def moment(self) -> str:
        return self._chosen(NOW)

    def _chosen(self, field: str) -> str:
        chosen = self.cleaned_data.get(field, "")
        return "" if chosen == "unknown" else chosen
