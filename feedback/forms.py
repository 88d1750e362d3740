"""What a reader sends: where it is about, what kind of thing it is, a few words, and their answers if they tick it.

Nothing is asked or noted about who sends. What keeps programs out instead: a field that people do not see, the page's
stamp (stamp.py), at most two links, no message twice on a day, and a limit of open messages a day over all.
"""

import re
from datetime import date, timedelta

from django import forms
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from pathway.assembly import Content

from .models import LONGEST_TEXT, Feedback
from .stamp import Place, Unreadable, read, stamp

MOST_LINKS = 2
LINK = re.compile(r"https?:|www\.", re.IGNORECASE)


class TooMuchToday(Exception):
    """As many messages as staff could ever read have come today."""


class FeedbackForm(forms.Form):
    """Valid: `keep` writes it down. `place` is the step it is about, or None if the page's stamp cannot be read.

    Its fields begin with "feedback-", since the answers that travel with them have the names of the form's questions.
    """

    prefix = "feedback"

    page = forms.CharField(required=False)
    kind = forms.ChoiceField(choices=Feedback.Kind)
    block = forms.CharField(required=False)
    text = forms.CharField(required=False)
    with_answers = forms.BooleanField(required=False)
    website = forms.CharField(required=False)

    def __init__(self, data, *, content: Content, today: date):
        # Browsers send a line break as two characters, and count it as one.
        self.sent = data
        data = data.copy()
        data["feedback-text"] = data.get("feedback-text", "").replace("\r\n", "\n").strip()
        super().__init__(data)
        self.content = content
        self.today = today
        self.fields["kind"].error_messages = dict.fromkeys(
            ["required", "invalid_choice"], _("Please choose one: unclear, wrong or missing.")
        )
        try:
            self.place: Place | None = read(data.get("feedback-page", ""))
        except Unreadable:
            self.place = None

    def clean_page(self):
        if self.place is None:
            raise forms.ValidationError(
                _("We cannot tell which step this is about. Please send it from the step in your plan. Your text is below.")
            )
        if not self.place.is_fresh(self.today):
            raise forms.ValidationError(
                _("Your plan page is from an earlier day. If you still mean it, please send it again.")
            )
        return self.cleaned_data["page"]

    def clean_block(self):
        """What is no block of the step (any more) leaves the step as a whole."""
        block = self.cleaned_data["block"]
        known = self.place and block in {b.slug for b in self.content.blocks_of.get(self.place.step, ())}
        return block if known else ""

    def clean_text(self):
        text = self.cleaned_data["text"]
        if len(text) > LONGEST_TEXT:
            raise forms.ValidationError(
                _("That is %(length)s characters, and there is room for %(most)s. Please shorten it.")
                % {"length": len(text), "most": LONGEST_TEXT}
            )
        if len(LINK.findall(text)) > MOST_LINKS:
            raise forms.ValidationError(_("Please leave in two links at most. Advertising programs send many."))
        return text

    def clean_website(self):
        if self.cleaned_data["website"]:
            raise forms.ValidationError(
                _("A hidden field was filled in, as programs do. If you are a person, please send it again.")
            )
        return ""

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("kind") in (Feedback.Kind.WRONG, Feedback.Kind.MISSING) and cleaned.get("text") == "":
            self.add_error("text", _("Please say in a few words what is wrong or missing."))
        return cleaned

    @property
    def is_written(self) -> bool:
        """Whether anything came beside the step's stamp, which is all that a button of the plan sends."""
        return any(name.startswith("feedback-") and name != self.add_prefix("page") for name in self.sent)

    @property
    def fresh_stamp(self) -> str:
        """The same place, stamped today; empty if it is not known."""
        return stamp(self.place._replace(day=self.today)) if self.place else ""

    def given(self) -> dict:
        """What the reader wrote and chose, to be shown again; unchecked."""
        fields = ("kind", "block", "text", "with_answers")
        return {name: self.data.get(self.add_prefix(name), "") for name in fields}

    def answers(self) -> dict[str, str]:
        """Question → option, of what was sent: what the form asks and knows, nothing else."""
        return {
            question.slug: self.data[question.slug]
            for question in self.content.questions
            if question.option(self.data.get(question.slug, ""))
        }

    @transaction.atomic
    def keep(self, *, language: str) -> None:
        """Writes it down, unless the same was said today. Raises TooMuchToday, DatabaseError."""
        said = {
            "release": self.place.release,
            "language": language,
            "track": self.place.track,
            "step": self.place.step,
            **{name: self.cleaned_data[name] for name in ("block", "kind", "text")},
            "answers": self.answers() if self.cleaned_data["with_answers"] else {},
            "received": self.today,
        }
        if Feedback.objects.filter(**said).exists():
            return
        if Feedback.objects.open().filter(received=self.today).count() >= settings.FEEDBACK_PER_DAY:
            raise TooMuchToday
        Feedback.objects.create(**said, due=self.today + timedelta(days=settings.FEEDBACK_DUE_DAYS))
