"""The form of every row of content: says what the database would refuse, and what readers would not see as it is meant."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Max, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from modeltranslation.translator import translator
from modeltranslation.utils import build_localized_fieldname

from .harmless import faults
from .written import MARKS, Written, written

STEP = 10
"""Between the numbers of rows that are in an order, so that another fits in."""


def free_number(rows: QuerySet) -> int:
    """A number after all of these."""
    last = rows.aggregate(Max("number"))["number__max"] or 0
    return last - last % STEP + STEP


class ContentForm(forms.ModelForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if one := written(self._meta.model, name):
                _say_how_to_write(one, field, self.instance.pk)

    def _widget_data_value(self, widget, html_name):
        """Browsers send a line's end as two characters, content has one: text that nobody touched is no change."""
        value = super()._widget_data_value(widget, html_name)
        return value.replace("\r\n", "\n") if isinstance(value, str) else value

    def clean(self):
        cleaned = super().clean()
        for name, value in list((self.cleaned_data if cleaned is None else cleaned).items()):
            if isinstance(value, str):
                for fault in faults(value):
                    self.add_error(name, fault)
        return cleaned

    def _post_clean(self):
        super()._post_clean()
        if self._meta.model in translator.get_registered_models():
            self._check_translated()

    def _check_translated(self):
        """Checks the database's constraints on translated fields, too.

        The form has `summary_en` and `summary_fr` but not `summary`, which is the column that constraints name: Django would
        leave such a constraint to the database, and staff would see an error page instead of a message.
        """
        translated = translator.get_options_for_model(self._meta.model).all_fields
        for field in translated:
            # Emptied, the default language leaves the column itself as it was until it is saved.
            if not getattr(self.instance, build_localized_fieldname(field, settings.MODELTRANSLATION_DEFAULT_LANGUAGE)):
                self.instance.__dict__[field] = ""
        told = set(self.non_field_errors())
        try:
            self.instance.validate_constraints(exclude=self._get_validation_exclusions() - set(translated))
        except ValidationError as error:
            self.add_error(None, [message for message in error.messages if message not in told])


def _say_how_to_write(one: Written, field: forms.Field, pk) -> None:
    """A line of help under Markdown, and for the script what the words are (static/admin/writing.js)."""
    if one.markdown:
        help_text = field.help_text
        how = format_lazy(_("Write {marks}. Drugs and explained words link themselves."), marks=MARKS)
        field.help_text = format_lazy("{} {}", help_text, how) if help_text else how
    field.widget.attrs |= {
        "data-written": one.model._meta.label_lower,
        "data-column": one.column,
        "data-other": one.other,
        "data-row": pk or "",
    }
