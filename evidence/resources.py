"""Importing and exporting rows as tables, by the words people use: slugs, yes and no, dates as sources give them.

`Rows` is what every table shares: a file with any fault imports nothing, and every fault is named by row, column and mend.
What a cell of each kind may hold, cells.py says.
"""

from collections import defaultdict
from dataclasses import dataclass
from difflib import get_close_matches
from hashlib import sha256

import tablib
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from import_export import fields, resources, results
from modeltranslation.fields import TranslationField
from modeltranslation.settings import DEFAULT_LANGUAGE
from modeltranslation.translator import translator
from modeltranslation.utils import build_localized_fieldname

from history import wording
from history.reading import reading_along

from .cells import ChoiceCell, Known, YesNoCell, cell_of
from .models import Reference
from .sheets import ROW, Finding, Sheet


class Column(fields.Field):
    """A column of the file, which is a field of the model. `required`: its cells may not be empty."""

    def __init__(self, field):
        super().__init__(attribute=field.name, column_name=field.name, widget=cell_of(field))
        self.several = isinstance(field, models.ManyToManyField)
        translated = isinstance(field, TranslationField)
        original = field.translated_field if translated else field
        self.help_text = original.help_text
        self.required = not original.blank and (not translated or field.language == DEFAULT_LANGUAGE)
        self.in_every_file = field.name == "slug" or (self.required and not original.has_default())

    def clean(self, row, **kwargs):
        text = row[self.column_name]
        if self.required and not text and not isinstance(self.widget, (ChoiceCell, YesNoCell)):
            raise ValueError(_("This cell may not be empty. What belongs here: %(hint)s.") % {"hint": self.widget.hint})
        return self.widget.clean(text, row=row)

    def save(self, instance, row, is_m2m=False, **kwargs):
        # What says the same already stays as it is: an empty translation is sometimes null and sometimes "".
        if row[self.column_name] != self.export(instance) or (self.required and not row[self.column_name]):
            super().save(instance, row, is_m2m, **kwargs)


@dataclass(frozen=True)
class CellChange:
    """One cell before and after. `parts`: its words, where only some of a longer text change."""

    column: str
    before: str
    after: str

    @property
    def parts(self) -> wording.Marked:
        return wording.in_one_line(self.before, self.after)


class Diff(resources.Diff):
    def __init__(self, resource, instance, new):
        self.columns = [field.column_name for field in resource.get_import_fields()]
        self.left = [""] * len(self.columns) if new else self._read_field_values(resource, instance)

    def as_html(self):
        """Despite the library's name: the changes, which the template makes HTML of."""
        both = zip(self.columns, self.left, self.right, strict=True)
        return [CellChange(column, before, after) for column, before, after in both if before != after]


class Result(results.Result):
    """What an import did, or would do."""

    def __init__(self):
        super().__init__()
        self.findings: list[Finding] = []
        self.notes: list[str] = []

    @property
    def changes(self) -> list:
        return [row for row in self.rows if row.is_new() or row.is_update()]

    @property
    def added(self) -> int:
        return self.totals[results.RowResult.IMPORT_TYPE_NEW]

    @property
    def changed(self) -> int:
        return self.totals[results.RowResult.IMPORT_TYPE_UPDATE]

    @property
    def unchanged(self) -> int:
        return self.totals[results.RowResult.IMPORT_TYPE_SKIP]

    @property
    def rows_with_findings(self) -> int:
        return len({finding.row for finding in self.findings})

    @property
    def fingerprint(self) -> str:
        """Stands for exactly these changes: what somebody confirmed is what is imported, or nothing is."""
        said = [(row.number, [(cell.column, cell.before, cell.after) for cell in row.diff]) for row in self.changes]
        return sha256(repr(said).encode()).hexdigest()

    def has_validation_errors(self):
        return bool(self.findings) or super().has_validation_errors()


class Rows(resources.ModelResource):
    """A table whose rows are named by `slug`. A subclass's `Meta.fields` lists its columns in order."""

    mends: dict[str, str] = {}
    """Constraint → how to mend what breaks it, for those of which the model says nothing."""

    checked_together: frozenset[str] = frozenset()
    """Columns that the model's `clean` compares: with a fault in one of them, it has nothing to say."""

    class Meta:
        import_id_fields = ["slug"]
        skip_unchanged = True
        clean_model_instances = True
        use_transactions = True

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.known = Known()
        for field in self.fields.values():
            field.widget.known = self.known

    @classmethod
    def field_from_django_field(cls, field_name, django_field, readonly):
        return Column(django_field)

    @classmethod
    def get_result_class(cls):
        return Result

    @classmethod
    def get_diff_class(cls):
        return Diff

    def get_queryset(self):
        relations = {True: [], False: []}
        for field in self.fields.values():
            relations[field.several].append(field.attribute)
        single = [name for name in relations[False] if self._meta.model._meta.get_field(name).is_relation]
        return reading_along(super().get_queryset(), single).prefetch_related(*relations[True])

    def filter_export(self, queryset, **kwargs):
        # Sorted here, because databases differ in how they sort hyphens.
        rows = self.get_queryset().filter(pk__in=queryset.order_by().values("pk"))
        return sorted(rows, key=lambda row: row.slug)

    def in_order(self, rows: list[dict]) -> list[dict]:
        """The order in which rows are saved, for tables in which one row makes place for another."""
        return rows

    def import_data(self, dataset: Sheet, dry_run=False, raise_errors=False, **kwargs):
        """All or nothing. `shown`: the fingerprint of the changes that were confirmed; with others, nothing is imported."""
        self.findings = [*dataset.findings, *self._about_columns(dataset.headers[1:])]
        self.lost = defaultdict(set)
        for number, column in dataset.unread:
            self.lost[number].add(column)
        self.notes = [*dataset.notes, *self._about_absent_columns(dataset.headers)]
        self.missing = [n for n, column in self.fields.items() if column.in_every_file and n not in dataset.headers]
        self.existing = {row.slug: row for row in self.get_queryset()}
        self.numbers: dict[str, int] = {}
        rows = []
        for values in dataset:
            row = dict(zip(dataset.headers, values, strict=True))
            slug = row.get("slug")
            if slug and slug in self.numbers:
                said = _("Row %(row)s has this slug already. Each row of a file needs its own: delete or rename one.")
                self.findings.append(Finding(row[ROW], "slug", said % {"row": self.numbers[slug]}, slug))
                continue
            if slug:
                self.numbers[slug] = row[ROW]
            rows.append(row)
        headers = list(dict.fromkeys(dataset.headers))
        ordered = tablib.Dataset(*(tuple(row.values()) for row in self.in_order(rows)), headers=headers)
        kwargs |= {"use_transactions": True, "rollback_on_validation_errors": True}
        return super().import_data(ordered, dry_run, raise_errors, **kwargs)

    def _about_columns(self, headers: list[str]) -> list[Finding]:
        found = []
        for place, header in enumerate(headers, 1):
            if not header:
                said = _("The %(place)s. column has no name. Name it in row 1, or delete it.") % {"place": place}
                found.append(Finding(1, "", said))
            elif header not in self.fields:
                near = get_close_matches(header, self.fields, n=1)
                said = _("There is no column of this name here.") + " "
                said += _("Did you mean “%(near)s”?") % {"near": near[0]} if near else _("Delete it.")
                found.append(Finding(1, header, said, header))
            elif header in headers[: place - 1]:
                found.append(Finding(1, header, _("This column is there twice. Delete one of them."), header))
        found += [
            Finding(1, name, _("This column is missing. Add it: every file needs it, and an export has it."))
            for name, column in self.fields.items()
            if column.in_every_file and name not in headers
        ]
        return found

    def _about_absent_columns(self, headers: list[str]) -> list[str]:
        absent = [name for name, column in self.fields.items() if name not in headers and not column.in_every_file]
        if not absent:
            return []
        said = _("Columns that are not in the file stay as they are: %(columns)s.")
        return [said % {"columns": ", ".join(absent)}]

    def _check_import_id_fields(self, headers):
        """A missing column is a finding like any other."""

    def handle_import_error(self, result, error, raise_errors=False):
        # What is wrong with a file never comes here: this is a fault of the program.
        raise error

    def get_instance(self, instance_loader, row):
        return self.existing.get(row.get("slug"))

    def before_import_row(self, row, **kwargs):
        self.row = row

    def _lost(self, row) -> set[str]:
        return self.lost.get(row[ROW], set())

    def _columns(self, row, *, several: bool):
        return [
            column
            for name, column in self.fields.items()
            if name in row and column.several == several and name not in self._lost(row)
        ]

    def import_instance(self, instance, row, **kwargs):
        errors = {}
        for column in [*self._columns(row, several=False), *self._columns(row, several=True)]:
            try:
                if column.several:
                    column.clean(row)
                else:
                    column.save(instance, row)
            except ValueError as error:
                errors[column.attribute] = ValidationError(str(error))
        if errors:
            raise ValidationError(errors)

    def skip_row(self, instance, original, row, import_validation_errors=None):
        if import_validation_errors or original.pk is None or self._lost(row):
            return False
        # At this point several rows are still only named in the file.
        return all(
            column.export(instance) == column.export(original) for column in self._columns(row, several=False)
        ) and all(
            column.widget.render(column.clean(row)) == column.export(original) for column in self._columns(row, several=True)
        )

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        errors = {name: list(said) for name, said in (import_validation_errors or {}).items()}
        translated = self._translated()
        unsound = {*errors, *self._lost(self.row), *self.missing}
        unsound |= {original for original, column in translated.items() if column in unsound}
        if "slug" in unsound:
            # Which row it is remains to be seen, and with it what it may collide with.
            raise ValidationError(errors)
        for look in (self.clean, self.check):
            try:
                look(instance, unsound)
            except ValidationError as error:
                error.update_error_dict(errors)
        for constraint in self._meta.model._meta.constraints:
            try:
                constraint.validate(self._meta.model, instance, exclude={*unsound, *errors})
            except ValidationError as error:
                said = str(self.mends.get(constraint.name) or " ".join(error.messages))
                errors.setdefault(self._columns_of(constraint, translated), []).append(said)
        if errors:
            raise ValidationError(errors)

    def clean(self, instance, unsound: set[str]):
        """What the model itself says about a whole row."""
        if not self.checked_together & unsound:
            instance.clean()

    def check(self, instance, unsound: set[str]):
        """What only an import has to look at. `unsound`: columns that hold no usable value. Raises ValidationError."""

    def _translated(self) -> dict[str, str]:
        """Field as the model has it → the column that holds it in the default language."""
        model = self._meta.model
        if model not in translator.get_registered_models():
            return {}
        names = translator.get_options_for_model(model).get_field_names()
        return {name: build_localized_fieldname(name, DEFAULT_LANGUAGE) for name in names if name not in self.fields}

    def _columns_of(self, constraint, translated) -> str:
        names = set(getattr(constraint, "fields", ()))
        if constraint.condition is not None:
            names |= constraint.condition.referenced_base_fields
        columns = {translated.get(name, name) for name in names}
        return ", ".join(name for name in self.fields if name in columns)

    def save_instance(self, instance, is_create, row, **kwargs):
        # Nothing of a file with faults is kept. Rows without faults are saved all the same where they can be, because
        # rows after them may name them or be in their way.
        if self.missing or self._lost(row):
            return
        with transaction.atomic():
            super().save_instance(instance, is_create, row, **kwargs)
        self.known.add(instance)

    def save_m2m(self, instance, row, **kwargs):
        if instance.pk:
            for column in self._columns(row, several=True):
                column.save(instance, row, is_m2m=True)

    def after_import(self, dataset, result, *, shown=None, **kwargs):
        findings = [*self.findings]
        for place, row in enumerate(dataset.dict):
            done = result.rows[place]
            done.number = row[ROW]
            for error in done.errors:
                findings.append(Finding(row[ROW], "", _("This row could not be saved: %(why)s") % {"why": error.error}))
            said = done.validation_error.message_dict if done.validation_error else {}
            for column, messages in said.items():
                column = "" if column == NON_FIELD_ERRORS else column
                findings.append(Finding(row[ROW], column, " ".join(messages), row.get(column) or ""))
        places = {name: place for place, name in enumerate(self.fields)}
        findings.sort(key=lambda finding: (finding.row, places.get(finding.column.partition(",")[0], -1)))
        result.rows.sort(key=lambda row: row.number)
        if shown is not None and not findings and shown != result.fingerprint:
            findings.append(Finding(0, "", _("Somebody changed these rows since you looked. Choose the file again.")))
        result.findings = findings
        result.notes = self.notes
        if not findings:
            super().after_import(dataset, result, **kwargs)


class ReferenceResource(Rows):
    class Meta(Rows.Meta):
        model = Reference
        fields = ("slug", "title", "organisation", "url", "published", "accessed")
