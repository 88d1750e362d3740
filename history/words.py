"""What changed from one state of rows to the next, field by field, in the words of the forms."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.utils import formats
from django.utils.translation import gettext as _

from . import wording
from .reading import reading_along
from .records import State, columns, name_of_deleted, put_back, several


@dataclass(frozen=True)
class Difference:
    """One field before and after. `parts`: its words, where only some of a longer text change."""

    field: str
    """Name of the column or of the many-to-many field."""
    label: str
    before: str
    after: str
    may_go_back: bool = True
    """Going back to an earlier state brings this field back."""

    @property
    def parts(self) -> wording.Marked:
        return wording.in_one_line(self.before, self.after)


class Names:
    """What the rows are called that others name: looked up once for a whole page, one query a model."""

    def __init__(self, model: type[models.Model], states: Iterable[State | None]):
        wanted: dict[type[models.Model], set] = defaultdict(set)
        for state in filter(None, states):
            for field in columns(model):
                if field.is_relation and state[field.attname] is not None:
                    wanted[field.related_model].add(state[field.attname])
            for field in several(model):
                wanted[field.related_model] |= state[field.name]
        self._names = {}
        for related, pks in wanted.items():
            relations = [field.name for field in related._meta.concrete_fields if field.is_relation]
            for row in reading_along(related._base_manager.filter(pk__in=pks), relations):
                self._names[related, row.pk] = str(row)

    def of(self, model, pk) -> str:
        if (model, pk) not in self._names:
            row = model._base_manager.filter(pk=pk).first()
            self._names[model, pk] = str(row) if row else _("%(row)s (deleted)") % {"row": name_of_deleted(model, pk)}
        return self._names[model, pk]


def differences(model, was: State | None, is_now: State | None, names: Names) -> list[Difference]:
    """What differs, in the order of the fields. A state of None: there was no row. What is empty in both is left out."""
    found = []
    goes_back = put_back(model)
    for field in filter(lambda column: column.editable, columns(model)):
        before, after = ((state or {}).get(field.attname) for state in (was, is_now))
        if before != after:
            said = [_said(field, value, names) for value in (before, after)]
            if said[0] != said[1]:
                found.append(Difference(field.attname, str(field.verbose_name), *said, field.attname in goes_back))
    for field in several(model):
        before, after = ((state or {}).get(field.name, frozenset()) for state in (was, is_now))
        if before != after:
            gone, come = (
                "; ".join(sorted(names.of(field.related_model, pk) for pk in pks))
                for pks in (before - after, after - before)
            )
            found.append(Difference(field.name, str(field.verbose_name), gone, come))
    return found


def told(model, key: str, value: Any, names: Names) -> str:
    """One value of a state in words. `key`: as in the state."""
    for field in several(model):
        if field.name == key:
            return "; ".join(sorted(names.of(field.related_model, pk) for pk in value))
    return _said(next(field for field in columns(model) if field.attname == key), value, names)


def _said(field, value: Any, names: Names) -> str:
    if value is None or value == "":
        return ""
    if field.is_relation:
        return names.of(field.related_model, value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return formats.date_format(value)
    return str(value)
