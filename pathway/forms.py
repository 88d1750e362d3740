"""The form that asks for a profile. Its questions are the content's, so that form and rules cannot drift apart."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _

from evidence.templatetags.words import bare_words, words
from personalization.frozen import Question
from personalization.profile import Profile

from .assembly import Content
from .models import Moment

PROVINCE = "province"
NOW = "now"


def _label(option):
    if not option.explanation:
        return words(option.label)
    return format_html(
        '<span class="option-label">{}</span> <span class="option-help">{}</span>',
        words(option.label),
        words(option.explanation),
    )


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
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.form_show_errors = True
        further = [question.slug for question in content.questions if not question.core]
        self.helper.layout = Layout(
            *(Field(question.slug, template="pathway/question.html") for question in content.questions if question.core),
            Field(NOW),
            Field(PROVINCE),
            Div(
                *(Field(slug, template="pathway/question.html") for slug in further),
                template="pathway/further_questions.html",
                css_class="open" if self._brings_any_of(further) else "",
            ),
        )

    def _brings_any_of(self, questions: list[str]) -> bool:
        """Whether one of them is answered already, or is what the reader came to change."""
        given = self.data or self.initial
        return any(given.get(slug) for slug in questions) or given.get("change") in questions

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
            if name not in self.fields and name != "change":
                self.add_error(None, _("There was an answer to a question that this form does not ask. It was left out."))
            elif len(self.data.getlist(name)) > 1:
                self.add_error(
                    name if name in self.fields else None,
                    _("There were two answers to the same question. Please choose the one that is right."),
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
