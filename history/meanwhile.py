"""What others saved in a row, and in the rows on its page, while somebody had the form open.

The form carries how the rows stood when it was opened. Sent back, three states of each field are compared: as opened, as it
is now, as typed. What somebody did not touch is taken from now; what both changed is theirs to decide who saves last, and
knowingly.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django import forms
from django.apps import apps
from django.core import signing
from django.core.exceptions import FieldDoesNotExist, ValidationError

from . import records, words
from .records import State

SALT = "history.meanwhile"
States = dict[type, dict[Any, State]]
"""Model → id → how the row stands."""


def sealed(states: States) -> str:
    """How rows stand, as text for a hidden field."""
    written = {
        model._meta.label_lower: {
            str(pk): {key: _plain(value) for key, value in state.items()} for pk, state in rows.items()
        }
        for model, rows in states.items()
    }
    return signing.dumps(written, salt=SALT, compress=True)


def unsealed(text: str) -> States:
    """The states that `sealed` wrote. Raises signing.BadSignature."""
    found: States = {}
    for label, rows in signing.loads(text, salt=SALT).items():
        model = apps.get_model(label)
        found[model] = {model._meta.pk.to_python(pk): _read(model, state) for pk, state in rows.items()}
    return found


def _plain(value):
    if isinstance(value, frozenset):
        return sorted(value)
    return value.isoformat() if isinstance(value, date) else value


def _read(model, state: dict) -> State:
    """Columns that came or went with an update of the program in the meantime are left out."""
    read = {
        column.attname: state[column.attname] if column.is_relation else column.to_python(state[column.attname])
        for column in records.columns(model)
        if column.attname in state
    }
    return read | {held.name: frozenset(state[held.name]) for held in records.several(model) if held.name in state}


@dataclass(frozen=True)
class Field:
    """A field that somebody else changed, and that the form has otherwise."""

    name: str
    """As in the form."""
    theirs: words.Difference
    typed: str
    mine: bool
    """Whether who sends the form changed it, too."""


@dataclass(frozen=True)
class Row:
    what: str
    """What kind of row, in words."""
    name: str
    by: str
    """Empty: nobody in admin."""
    at: datetime | None
    why: str
    """One of the reasons of records.py; empty if it was simply edited."""
    gone: bool = False
    fields: list[Field] = field(default_factory=list)
    typed: list[tuple[str, str]] = field(default_factory=list)
    """Of a row that is gone: label and text of all that the form has."""


def compared(form: forms.ModelForm, opened: State, current: State) -> list[Field]:
    """What somebody else changed in the row of this bound form, and the form would take back or replace."""
    model = form._meta.model
    typed: State = {}
    mine, names = set(), {}
    for name, form_field in form.fields.items():
        key = _key(model, name)
        if key not in opened or key not in current or form_field.disabled or alike(opened[key], current[key]):
            continue
        said = form[name].data
        if _typed_is(form_field, said, current[key]):
            continue
        names[key] = name
        typed[key] = _value(form_field, said, current[key])
        if not _typed_is(form_field, said, opened[key]):
            mine.add(key)
    if not names:
        return []
    called = words.Names(model, [opened, current])
    theirs = words.differences(model, opened, opened | {key: current[key] for key in names}, called)
    return [
        Field(names[d.field], d, words.told(model, d.field, typed[d.field], called), d.field in mine)
        for d in theirs
        if d.field in names
    ]


def _key(model, name: str) -> str:
    try:
        column = model._meta.get_field(name)
    except FieldDoesNotExist:
        return ""
    return name if column.many_to_many else getattr(column, "attname", "")


def alike(one, other) -> bool:
    """Whether two values say the same: an empty text is sometimes null, and a line's end sometimes two characters."""
    return _folded(one) == _folded(other)


def _folded(value):
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else "" if value is None else value


def _typed_is(form_field: forms.Field, said, value) -> bool:
    """Whether what was sent stands for this value."""
    if isinstance(value, frozenset):
        return {str(pk) for pk in said or ()} == {str(pk) for pk in value}
    if isinstance(form_field, forms.ModelChoiceField):
        return str(said or "") == ("" if value is None else str(value))
    if isinstance(form_field, forms.BooleanField):
        return bool(form_field.to_python(said)) == bool(value)
    try:
        return alike(form_field.to_python(said), value)
    except ValidationError:
        return False


def _value(form_field: forms.Field, said, like):
    """What was sent, as a state has it; as it was sent if it cannot be read."""
    try:
        if isinstance(like, frozenset):
            return frozenset(int(pk) for pk in said or ())
        if isinstance(form_field, forms.ModelChoiceField):
            return int(said) if said else None
        return form_field.to_python(said)
    except (ValidationError, ValueError, TypeError):
        return str(said)


def put(data, form: forms.ModelForm, name: str, value) -> None:
    """Puts a value into what a form is sent with (a QueryDict), as a browser would send it."""
    key, form_field = form.add_prefix(name), form.fields[name]
    if isinstance(value, frozenset):
        data.setlist(key, [str(pk) for pk in sorted(value)])
    elif isinstance(form_field, forms.BooleanField):
        data.pop(key, None)
        if value:
            data[key] = "on"
    else:
        shown = form_field.widget.format_value(form_field.prepare_value(value))
        data[key] = (shown[0] if shown else "") if isinstance(shown, list | tuple) else shown or ""


def take_out(data, formset, place: int) -> None:
    """Takes a form out of what a formset is sent with; those behind it move up."""
    total, initial = (formset.add_prefix(name) for name in ("TOTAL_FORMS", "INITIAL_FORMS"))
    count = int(data[total])
    for number in range(place, count):
        here, there = f"{formset.prefix}-{number}-", f"{formset.prefix}-{number + 1}-"
        for key in [key for key in data if key.startswith(here)]:
            del data[key]
        for key in [key for key in data if key.startswith(there)]:
            data.setlist(here + key.removeprefix(there), data.getlist(key))
    data[total] = str(count - 1)
    data[initial] = str(int(data[initial]) - 1)


def last_change(model, pk) -> tuple[str, datetime | None, str]:
    """Who changed a row last, when, and the reason as records.py names it."""
    record = records.newest(model, [pk]).get(pk)
    return (record.by, record.history_date, record.history_change_reason or "") if record else ("", None, "")


def known(before: dict[Any, State], pk) -> Any:
    """The id of the row among those that were opened; None if it is none of them."""
    return next((one for one in before if str(one) == str(pk)), None)


def all_typed(form: forms.ModelForm) -> list[tuple[str, str]]:
    """Label and text of each field of a form for words that somebody filled in."""
    said = ((str(form[name].label), form[name].data) for name, f in form.fields.items() if isinstance(f, forms.CharField))
    return [(label, text) for label, text in said if text]
