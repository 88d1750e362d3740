"""A new decision about paying for a drug takes the place of the one before, in one step."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from evidence.content_form import ContentForm

from .models import Funding


class FundingForm(ContentForm):
    replaces = forms.BooleanField(
        required=False,
        label=gettext_lazy("It replaces what holds now"),
        help_text=gettext_lazy("The current row of this drug, use and place is kept as history. Empty if there is none."),
    )
    replaced: Funding | None = None
    """What holds until this is saved."""

    class Meta:
        model = Funding
        fields = "__all__"

    def clean(self):
        cleaned = super().clean()
        self.replaced = None if self.instance.pk else self._current(cleaned)
        if self.replaced and not cleaned.get("replaces"):
            told = _("“%(status)s”, %(date)s, holds now. If this decision replaces it, tick here. If not, change that row.")
            date = self.replaced.effective or pgettext("date of a funding decision", "date not known")
            self.add_error("replaces", told % {"status": self.replaced.get_status_display(), "date": date})
        return cleaned

    def _current(self, cleaned) -> Funding | None:
        same = {name: cleaned.get(name) for name in ("drug", "indication", "jurisdiction")}
        not_one_place = any(cleaned.get(name) for name in ("history", "several_en", "several_fr"))
        if not_one_place or "indication" not in cleaned or not same["drug"] or not same["jurisdiction"]:
            return None
        return Funding.objects.filter(**same, history=False).first()

    def _get_validation_exclusions(self):
        """That there is a current row is told above, or it is one no longer when this is saved."""
        return super()._get_validation_exclusions() | ({"history"} if self.replaced else set())
