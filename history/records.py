"""Keeps every state of a row, and brings rows back to one.

What is loaded from fixtures writes no history: it is not a change. Before the first change of a row, and whenever a row is
found otherwise than its history left it (a migration, a command, somebody in the database), how it stands is written down
first, so that every change has its before.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import simple_history
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import ProtectedError, RestrictedError
from django.db.models.deletion import SET_NULL, Collector
from django.db.models.signals import pre_save
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from modeltranslation.translator import translator
from modeltranslation.utils import build_localized_fieldname
from simple_history.models import HistoricalRecords

from .models import Kept

State = dict[str, Any]
"""Column → value as the row has it; many-to-many field → the ids it holds, as a frozenset."""

FOUND = "found"
IMPORT = "import"
SIGNED = "signed"
WITHDRAWN = "withdrawn"
REVIEW = "review"
"""A row was given to a clinician, or its state follows its text: a change of no word that readers see."""
UNDO = "undo"
RESTORE = "restore"

_batch: ContextVar[tuple[uuid.UUID, str, str] | None] = ContextVar("batch", default=None)
_kept: list[type[models.Model]] = []


def kept() -> tuple[type[models.Model], ...]:
    """All models whose rows have a history."""
    return tuple(_kept)


def keep(*kinds: type[models.Model]) -> None:
    """Keeps the history of these models from now on. To be called in `ready`, once modeltranslation added its columns."""
    for model in kinds:
        if model in _kept:
            continue
        _kept.append(model)
        simple_history.register(
            model,
            app="history",
            manager_name="kept",  # funding has a column called history
            records_class=Records,
            bases=[Kept],
            excluded_fields=list(originals(model)),
            m2m_fields=[field.name for field in several(model)],
        )


def originals(model) -> list[str]:
    """Translated fields, which only mirror the column of the default language."""
    if model not in translator.get_registered_models():
        return []
    return list(translator.get_options_for_model(model).all_fields)


def several(model) -> list[models.ManyToManyField]:
    """Many-to-many fields without a table of their own, which would have its own history."""
    return [field for field in model._meta.many_to_many if field.remote_field.through._meta.auto_created]


def columns(model) -> list[models.Field]:
    left_out = {*originals(model), model._meta.pk.name}
    return [field for field in model._meta.concrete_fields if field.name not in left_out]


def put_back(model) -> set[str]:
    """What going back to an earlier state brings back: names as in State. The rest stays as it is."""
    names = {field.attname for field in columns(model)} | {field.name for field in several(model)}
    return names - set(getattr(model, "NOT_PUT_BACK", ()))


@contextmanager
def with_reason(reason: str) -> Iterator[None]:
    """What is changed inside belongs to the change that goes on around it, with a reason of its own."""
    batch, _, by = _now()
    token = _batch.set((batch, reason, by))
    try:
        yield
    finally:
        _batch.reset(token)


@contextmanager
def together(reason: str = "", *, by: str = "") -> Iterator[uuid.UUID]:
    """All that is changed inside is one change, made for this reason. Yields its batch."""
    batch = uuid.uuid4()
    token = _batch.set((batch, reason, by))
    try:
        yield batch
    finally:
        _batch.reset(token)


def _now() -> tuple[uuid.UUID, str, str]:
    """Batch, reason and name of whatever goes on."""
    batch, reason, by = _batch.get() or (None, "", "")
    request = getattr(HistoricalRecords.context, "request", None)
    user = getattr(request, "user", None)
    if not by and user is not None and user.is_authenticated:
        by = user.get_username()
    if batch is None and request is not None:
        if not hasattr(request, "history_batch"):
            request.history_batch = uuid.uuid4()
        batch = request.history_batch
    return batch or uuid.uuid4(), reason, by


class Records(HistoricalRecords):
    """How django-simple-history writes a state here: also the one before the first change, and nothing for fixtures."""

    def finalize(self, sender, **kwargs):
        super().finalize(sender, **kwargs)
        pre_save.connect(self.pre_save, sender=sender, weak=False)

    def copy_fields(self, model):
        fields = super().copy_fields(model)
        for field in fields.values():
            # A query made while the program started has the field remember the table of the row.
            field.__dict__.pop("cached_col", None)
            if not field.deconstruct()[1].startswith("django."):
                # A kind of field of our own: history keeps what was, and checks nothing.
                field.__class__ = models.CharField
        return fields

    def pre_save(self, instance, raw=False, **kwargs):
        if raw:
            # The library passes over raw rows, and this also passes over their many-to-many fields.
            instance.skip_history_when_saving = True
        elif instance.pk and not hasattr(instance, "skip_history_when_saving"):
            note_as_found([instance.pk], type(instance))

    def m2m_changed(self, instance, action, attr, pk_set, reverse, **_):
        if hasattr(instance, "skip_history_when_saving"):
            return
        rows = [instance]
        if reverse:
            rows = list(self.cls._base_manager.filter(pk__in=pk_set or ()))
        if action.startswith("pre_"):
            current = getattr(instance, "_history_is_current", False) and not reverse
            if not current:
                note_as_found([row.pk for row in rows], self.cls)
        elif pk_set is None or pk_set:
            for row in rows:
                self.create_historical_record(row, "~")

    def pre_delete(self, instance, **kwargs):
        super().pre_delete(instance, **kwargs)
        note_as_found([instance.pk], type(instance))
        # The database takes this row out of other rows without telling anybody.
        instance._history_losing = [(model, pks) for model, pks in naming(instance).items()]
        for model, pks in instance._history_losing:
            note_as_found(pks, model)

    def post_delete(self, instance, **kwargs):
        super().post_delete(instance, **kwargs)
        for model, pks in getattr(instance, "_history_losing", ()):
            for row in model._base_manager.filter(pk__in=pks):
                write(row, "~")

    def create_historical_record(self, instance, history_type, using=None):
        write(instance, history_type)
        instance._history_is_current = True

    def create_historical_record_m2ms(self, history_instance, instance):
        _write_several(history_instance, instance.pk, type(instance))


def naming(row) -> dict[type[models.Model], set]:
    """Rows that name this one and stay without it when it is deleted: model → ids."""
    found: dict[type[models.Model], set] = defaultdict(set)
    for model in _kept:
        fields = [field for field in several(model) if field.related_model is type(row)]
        fields += [
            field
            for field in columns(model)
            if field.related_model is type(row) and field.remote_field.on_delete is SET_NULL
        ]
        for field in fields:
            found[model] |= set(model._base_manager.filter(**{field.name: row.pk}).values_list("pk", flat=True))
    return {model: pks for model, pks in found.items() if pks}


def write(row, kind: str, *, reason: str | None = None):
    """Writes down how a row stands. `kind`: +, ~ or - (added, changed, deleted)."""
    model = type(row)
    batch, why, by = _now()
    if reason == FOUND:
        batch, by = uuid.uuid4(), ""
    request = getattr(HistoricalRecords.context, "request", None)
    user = getattr(request, "user", None)
    record = model.kept.model(
        history_date=timezone.now(),
        history_type=kind,
        history_change_reason=(reason if reason is not None else why) or None,
        history_user_id=user.pk if by and user is not None and user.is_authenticated else None,
        by=by,
        batch=batch,
        **{model._meta.pk.attname: row.pk},
        **{field.attname: getattr(row, field.attname) for field in columns(model)},
    )
    record.save()
    if kind != "-":
        _write_several(record, row.pk, model)
    return record


def _write_several(record, pk, model) -> None:
    for field in several(model):
        through = field.remote_field.through
        kept_as = HistoricalRecords.m2m_models[field]
        rows = through._base_manager.filter(**{field.m2m_field_name(): pk}).values()
        kept_as.objects.bulk_create(kept_as(history=record, **values) for values in rows)


def states(rows: Iterable[models.Model]) -> dict[Any, State]:
    """How rows of one model stand, by id."""
    return _states(list(rows), of_records=False)


def states_then(records: Iterable) -> dict[int, State]:
    """How rows of one model stood, by the id of the record."""
    return _states(list(records), of_records=True)


def _states(rows: list, *, of_records: bool) -> dict[Any, State]:
    if not rows:
        return {}
    model = rows[0].instance_type if of_records else type(rows[0])
    found = {row.pk: {field.attname: getattr(row, field.attname) for field in columns(model)} for row in rows}
    for field in several(model):
        for state in found.values():
            state[field.name] = frozenset()
        held = defaultdict(set)
        table = HistoricalRecords.m2m_models[field] if of_records else field.remote_field.through
        here, there = (
            ("history_id" if of_records else f"{field.m2m_field_name()}_id"),
            f"{field.m2m_reverse_field_name()}_id",
        )
        for pk, other in table._base_manager.filter(**{f"{here}__in": list(found)}).values_list(here, there):
            held[pk].add(other)
        for pk, others in held.items():
            found[pk][field.name] = frozenset(others)
    return found


def newest(model, pks: Iterable) -> dict:
    """Row's id → the newest record of it."""
    key = model._meta.pk.attname
    last = model.kept.filter(**{f"{key}__in": list(pks)}).order_by().values(key).annotate(last=models.Max("history_id"))
    records = model.kept.filter(history_id__in=[row["last"] for row in last]).order_by()
    return {getattr(record, key): record for record in records}


def note_as_found(pks: Iterable, model) -> None:
    """Writes down how these rows stand, where their history does not say it already."""
    rows = list(model._base_manager.filter(pk__in=list(pks)))
    if not rows:
        return
    last = newest(model, [row.pk for row in rows])
    then, are = states_then(last.values()), states(rows)
    for row in rows:
        record = last.get(row.pk)
        if record is None or record.history_type == "-":
            write(row, "+", reason=FOUND)
        elif then[record.pk] != are[row.pk]:
            write(row, "~", reason=FOUND)


def update(queryset, **values) -> int:
    """`queryset.update(**values)` with history: every row that changes is saved by itself, all or none. Returns how many."""
    with transaction.atomic():
        rows = [row for row in queryset if any(getattr(row, name) != value for name, value in values.items())]
        for row in rows:
            for name, value in values.items():
                setattr(row, name, value)
            row.save(update_fields=list(values))
    return len(rows)


def before(record):
    """The record of the same row before this one; None if there is none."""
    model = record.instance_type
    key = model._meta.pk.attname
    same = {key: getattr(record, key), "history_id__lt": record.history_id}
    return model.kept.filter(**same).order_by("-history_id").first()


def before_batch(record):
    """How the row of this record stood before all of the record's batch; None if it did not exist."""
    model = record.instance_type
    key = model._meta.pk.attname
    of_row = model.kept.filter(**{key: getattr(record, key)})
    first = of_row.filter(batch=record.batch).order_by("history_id").first()
    was = before(first)
    return was if was is not None and was.history_type != "-" else None


@transaction.atomic
def restore(record, only: str = "", *, reason: str = RESTORE):
    """Brings a row back to what a record says: all of it, or one field (a column, or a many-to-many field).

    A row that was deleted comes back under its old id, with what was deleted along with it because it belonged to it.
    Returns the row. Raises ValidationError, and changes nothing, if that cannot be: each message a reason for people.
    """
    model = record.instance_type
    pk = getattr(record, model._meta.pk.attname)
    wanted = states_then([record])[record.pk]
    row = model._base_manager.select_related(None).select_for_update().filter(pk=pk).order_by("pk").first()
    gone = row is None
    if gone:
        if only:
            raise ValidationError(_("The row was deleted. Bring back the whole row."))
        row = model(pk=pk)
    if gone:
        # What may not be put back stays as it last was, also through a deletion.
        last = states_then(newest(model, [pk]).values())
        wanted |= {name: value for state in last.values() for name, value in state.items() if name not in put_back(model)}
    restored = wanted.keys() if gone else put_back(model)
    chosen = {name: value for name, value in wanted.items() if name in restored and (not only or name == only)}
    _refuse_what_is_gone(model, chosen)
    current = _batch.get()
    with together(reason, by=current[2] if current else "") if current is None else _as_it_is():
        # The constraints name the column that mirrors the default language.
        with translation.override(settings.MODELTRANSLATION_DEFAULT_LANGUAGE):
            plain = [field for field in columns(model) if field.attname in chosen]
            for field in plain:
                setattr(row, field.attname, chosen[field.attname])
            for name in originals(model):
                default = build_localized_fieldname(name, settings.MODELTRANSLATION_DEFAULT_LANGUAGE)
                row.__dict__[name] = getattr(row, default) or ""
            _refuse_what_is_wrong(row, {field.name for field in plain})
            row.save(force_insert=gone)
        for field in several(model):
            if field.name in chosen:
                getattr(row, field.name).set(chosen[field.name])
        if gone:
            for part in _deleted_with(record, pk):
                restore(part, reason=reason)
    return row


@contextmanager
def _as_it_is():
    yield


def _refuse_what_is_gone(model, chosen: State) -> None:
    gone = []
    for field in [*columns(model), *several(model)]:
        name = field.name if field.many_to_many else getattr(field, "attname", field.name)
        if not field.is_relation or name not in chosen or not chosen[name]:
            continue
        pks = chosen[name] if field.many_to_many else {chosen[name]}
        there = set(field.related_model._base_manager.filter(pk__in=pks).values_list("pk", flat=True))
        for pk in sorted(pks - there):
            said = _("“%(field)s” names a %(what)s that was deleted since (%(which)s). Bring that back first.")
            which = name_of_deleted(field.related_model, pk)
            gone.append(said % {"field": field.verbose_name, "what": field.related_model._meta.verbose_name, "which": which})
    if gone:
        raise ValidationError(gone)


def name_of_deleted(model, pk) -> str:
    """What a row that is gone was called."""
    last = newest(model, [pk]).get(pk) if model in _kept else None
    return str(pk) if last is None else called(last)


def called(record) -> str:
    """What a row was called when this was written down, as its list calls it."""
    names = (getattr(record, name, "") for name in ("title_en", "name_en", "label_en", "slug", "code", "number"))
    return str(next((name for name in names if name), record.id))


def _refuse_what_is_wrong(row, names: set[str]) -> None:
    model = type(row)
    try:
        row.clean_fields(exclude={field.name for field in model._meta.fields} - names)
        row.clean()
        row.validate_unique()
        row.validate_constraints()
    except ValidationError as error:
        raise ValidationError(error.messages) from error


def _deleted_with(record, pk) -> list:
    """Records, as they were before, of rows that belonged to this one and were deleted along with it."""
    model = record.instance_type
    key = model._meta.pk.attname
    deletion = model.kept.filter(**{key: pk}, history_type="-", history_id__gt=record.history_id).order_by("-history_id")
    deletion = deletion.first()
    if deletion is None:
        return []
    found = []
    for other in _kept:
        for field in columns(other):
            if field.related_model is model and field.remote_field.on_delete is models.CASCADE:
                lost = other.kept.filter(**{field.attname: pk}, batch=deletion.batch, history_type="-")
                there = set(other._base_manager.filter(pk__in=[part.id for part in lost]).values_list("pk", flat=True))
                found += [before(part) for part in lost.order_by("history_id") if part.id not in there]
    return [part for part in found if part is not None]


def touched(batch, model) -> list:
    """The last record of each row that a batch touched, the one touched last first."""
    key = model._meta.pk.attname
    last: dict[Any, Any] = {}
    for record in model.kept.filter(batch=batch).order_by("-history_id"):
        last.setdefault(getattr(record, key), record)
    return list(last.values())


def why_not_undo(batch, model) -> list[str]:
    """Why the rows of a batch cannot go back to before it: a line for each row that changed since. Empty: they can."""
    key = model._meta.pk.attname
    records = {getattr(record, key): record for record in touched(batch, model)}
    last = newest(model, records)
    rows = {row.pk: row for row in model._base_manager.filter(pk__in=list(records))}
    then, are = states_then(records.values()), states(rows.values())
    matters = put_back(model)
    said = []
    for pk, record in records.items():
        name = str(rows[pk]) if pk in rows else name_of_deleted(model, pk)
        if pk in rows and record.history_type != "-" and all(then[record.pk][field] == are[pk][field] for field in matters):
            continue
        if pk not in rows and record.history_type == "-":
            continue
        if last[pk].pk == record.pk:
            said.append(_("“%(row)s” was changed since, outside admin.") % {"row": name})
            continue
        told = _("“%(row)s” was changed on %(date)s by %(who)s.")
        if pk not in rows:
            told = _("“%(row)s” was deleted on %(date)s by %(who)s.")
        when = formats.date_format(timezone.localtime(last[pk].history_date), "DATETIME_FORMAT")
        said.append(told % {"row": name, "date": when, "who": last[pk].by or _("the program")})
    if said:
        return said
    return _why_not_delete([rows[pk] for pk, record in records.items() if before_batch(record) is None])


def _why_not_delete(rows: list) -> list[str]:
    if not rows:
        return []
    collector = Collector(using=rows[0]._state.db)
    try:
        collector.collect(rows)
    except (ProtectedError, RestrictedError) as error:
        held = getattr(error, "protected_objects", None) or error.restricted_objects
        return [_("“%(row)s” uses what was new in the file.") % {"row": row} for row in list(held)[:20]]
    more = [row for model, found in collector.data.items() if model is not type(rows[0]) for row in found]
    more += [row for row in collector.data.get(type(rows[0]), ()) if row not in rows]
    more += [row for found in collector.fast_deletes for row in found if type(row) in _kept]
    return [_("“%(row)s” was added since to what was new in the file.") % {"row": row} for row in more[:20]]


@transaction.atomic
def undo(batch, model, *, by: str) -> int:
    """Brings all rows of a batch back to before it; what it added is deleted. Returns how many rows.

    Raises ValidationError, and changes nothing, if any of them changed since, or a row cannot be as it was.
    """
    if reasons := why_not_undo(batch, model):
        raise ValidationError(reasons)
    # Backwards, so that a row that made place for another takes its place again once that is gone.
    records = touched(batch, model)
    with together(UNDO, by=by):
        for record in records:
            was = before_batch(record)
            if was is None:
                model._base_manager.get(pk=getattr(record, model._meta.pk.attname)).delete()
            else:
                restore(was)
    return len(records)
