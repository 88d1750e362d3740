"""What a cell of an imported or exported table may hold, by the kind of its field, and how to mend what it may not."""

from datetime import date
from difflib import get_close_matches

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from import_export import widgets

from .harmless import faults
from .models import PartialDateField
from .sheets import plain

BETWEEN = "; "
"""What stands between several slugs in one cell."""

FEW = 20
"""Up to so many slugs, all of them are listed to whoever names one that does not exist."""


class Known:
    """Every row that a cell may name, by its natural key (a slug, or a jurisdiction's code)."""

    def __init__(self):
        self._of = {}

    def of(self, model) -> dict:
        if model not in self._of:
            self._of[model] = {key_of(row): row for row in model._default_manager.all()}
        return self._of[model]

    def add(self, row):
        self.of(type(row))[key_of(row)] = row

    def find(self, model, key: str):
        """Raises ValueError, saying what else may have been meant."""
        rows = self.of(model)
        if key in rows:
            return rows[key]
        said = _("No %(what)s has the slug “%(key)s”.") % {"what": model._meta.verbose_name, "key": key}
        by_name = [slug for slug, row in rows.items() if str(row).casefold() == key.casefold()]
        near = by_name or get_close_matches(key.lower(), rows, n=1)
        if near:
            said += " " + _("Did you mean “%(near)s”?") % {"near": near[0]}
        elif len(rows) <= FEW:
            said += " " + _("There are: %(slugs)s.") % {"slugs": ", ".join(sorted(rows))}
        else:
            said += " " + _("Look it up in admin under %(what)s, or add it there first.") % {
                "what": model._meta.verbose_name_plural
            }
        raise ValueError(said)


def key_of(row) -> str:
    (key,) = row.natural_key()
    return key


class CellWidget(widgets.Widget):
    """One kind of cell: `clean` reads its text and raises ValueError with the mend, `render` writes it."""

    hint = ""

    def __init__(self, field, **kwargs):
        super().__init__(**kwargs)
        self.field = field
        self.known = Known()

    def render(self, value, **kwargs):
        return "" if value is None else plain(str(value))


class TextCell(CellWidget):
    @property
    def hint(self):
        longest = self.field.max_length
        return _("text, at most %(longest)s characters") % {"longest": longest} if longest else _("text")

    def clean(self, value, row=None, **kwargs):
        longest = self.field.max_length
        if longest and len(value) > longest:
            raise ValueError(
                _("This cell has %(length)s characters, and %(longest)s fit. Shorten it.")
                % {"length": len(value), "longest": longest}
            )
        try:
            self.field.run_validators(value)
        except ValidationError as error:
            raise ValueError(" ".join(error.messages)) from error
        if wrong := faults(value):
            raise ValueError(" ".join(wrong))
        return value


class SlugCell(TextCell):
    @property
    def hint(self):
        return _("small letters, digits and hyphens: names the row for good")

    def clean(self, value, row=None, **kwargs):
        try:
            return super().clean(value)
        except ValueError as error:
            if len(value) > self.field.max_length:
                raise
            raise ValueError(
                _("“%(value)s” is no slug. Use small letters, digits and hyphens, such as “abc-2024”.") % {"value": value}
            ) from error


class AddressCell(TextCell):
    @property
    def hint(self):
        return _("a web address, from https:// on")

    def clean(self, value, row=None, **kwargs):
        try:
            value = super().clean(value)
        except ValueError as error:
            if len(value) > self.field.max_length:
                raise
            raise ValueError(self._said(value)) from error
        if value and not value.startswith(("https://", "http://")):
            raise ValueError(self._said(value))
        return value

    def _said(self, value):
        return _("“%(value)s” is no web address. Copy it whole, from https:// on.") % {"value": value}


class PartialDateCell(TextCell):
    @property
    def hint(self):
        return _("a date as the source gives it: 2024, 2024-05 or 2024-05-31")

    def clean(self, value, row=None, **kwargs):
        try:
            value = super().clean(value)
            if len(value) == len("2024-05-31"):
                date.fromisoformat(value)
        except ValueError as error:
            said = _("“%(value)s” is no date we can read. Write it as 2024, 2024-05 or 2024-05-31.")
            raise ValueError(said % {"value": value}) from error
        return value


class DateCell(CellWidget):
    @property
    def hint(self):
        return _("a date: 2024-05-31")

    def clean(self, value, row=None, **kwargs):
        if not value:
            return None
        try:
            if len(value) != len("2024-05-31"):
                raise ValueError
            return date.fromisoformat(value)
        except ValueError as error:
            said = _("“%(value)s” is no date we can read. Write year, month and day: 2024-05-31.")
            raise ValueError(said % {"value": value}) from error

    def render(self, value, **kwargs):
        return value.isoformat() if value else ""


class NumberCell(CellWidget):
    @property
    def hint(self):
        return _("a whole number")

    def clean(self, value, row=None, **kwargs):
        if not value:
            return None
        if not value.isascii() or not value.isdigit():
            raise ValueError(_("“%(value)s” is no whole number. Write digits only.") % {"value": value})
        try:
            self.field.run_validators(int(value))
        except ValidationError as error:
            raise ValueError(" ".join(error.messages)) from error
        return int(value)


class YesNoCell(CellWidget):
    @property
    def hint(self):
        return _("yes or no")

    def clean(self, value, row=None, **kwargs):
        if value.lower() not in ("yes", "no"):
            raise ValueError(_("“%(value)s” is neither yes nor no. Write yes or no.") % {"value": value})
        return value.lower() == "yes"

    def render(self, value, **kwargs):
        return "yes" if value else "no"


class ChoiceCell(CellWidget):
    @property
    def allowed(self):
        return [value for value, _label in self.field.choices if value]

    @property
    def hint(self):
        return _("one of: %(allowed)s") % {"allowed": ", ".join(self.allowed)}

    def clean(self, value, row=None, **kwargs):
        if value not in self.allowed and (value or not self.field.blank):
            said = _("“%(value)s” is not allowed here. Write one of: %(allowed)s.")
            raise ValueError(said % {"value": value, "allowed": ", ".join(self.allowed)})
        return value


class NamedCell(CellWidget):
    """Another row, by its slug."""

    @property
    def hint(self):
        return _("slug of one of the %(what)s") % {"what": self.field.related_model._meta.verbose_name_plural}

    def clean(self, value, row=None, **kwargs):
        return self.known.find(self.field.related_model, value) if value else None

    def render(self, value, **kwargs):
        return key_of(value) if value else ""


class NamedSeveralCell(CellWidget, widgets.ManyToManyWidget):
    """Other rows, by their slugs."""

    def __init__(self, field):
        super().__init__(field, model=field.related_model)

    @property
    def hint(self):
        return _("slugs of %(what)s, with “; ” between them") % {"what": self.field.related_model._meta.verbose_name_plural}

    def clean(self, value, row=None, **kwargs):
        found, wrong = [], []
        for key in dict.fromkeys(filter(None, map(str.strip, value.split(BETWEEN.strip())))):
            try:
                found.append(self.known.find(self.field.related_model, key))
            except ValueError as error:
                wrong.append(str(error))
        if wrong:
            raise ValueError(" ".join(wrong))
        return found

    def render(self, value, **kwargs):
        rows = value.all() if isinstance(value, models.Manager) else value or ()
        return BETWEEN.join(sorted(map(key_of, rows)))


KINDS = [
    (models.ManyToManyField, NamedSeveralCell),
    (models.ForeignKey, NamedCell),
    (PartialDateField, PartialDateCell),
    (models.SlugField, SlugCell),
    (models.URLField, AddressCell),
    (models.DateField, DateCell),
    (models.BooleanField, YesNoCell),
    (models.PositiveSmallIntegerField, NumberCell),
    (models.CharField, TextCell),
    (models.TextField, TextCell),
]


def cell_of(field) -> CellWidget:
    if field.choices:
        return ChoiceCell(field)
    return next(kind(field) for of, kind in KINDS if isinstance(field, of))
