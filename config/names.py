"""The names of tables and columns in the language of staff. Django makes them from the code, where they are English."""

from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy
from modeltranslation.fields import TranslationField

TABLE = ("verbose_name", "verbose_name_plural")


def _ours() -> Iterator[type[models.Model]]:
    for app in apps.get_app_configs():
        if Path(app.path).parent == settings.BASE_DIR and app.label != "history":
            yield from app.get_models()


def _columns(model: type[models.Model]) -> list[models.Field]:
    """Those that staff see a name of; what one language holds comes after what it is a translation of."""
    columns = [*model._meta.concrete_fields, *model._meta.many_to_many]
    return sorted((one for one in columns if not one.primary_key), key=lambda one: isinstance(one, TranslationField))


def translate() -> None:
    """Has every name that the code leaves to Django looked up in locale/ when it is shown."""
    for model in _ours():
        for which in TABLE:
            # Django has made a plural itself by adding an s, which is none in French.
            if not isinstance(model._meta.original_attrs.get(which), Promise):
                setattr(model._meta, which, gettext_lazy(str(getattr(model._meta, which))))
        for column in _columns(model):
            if isinstance(column, TranslationField):
                column.verbose_name = format_lazy("{} [{}]", column.translated_field.verbose_name, column.language)
            elif not isinstance(column.verbose_name, Promise):
                column.verbose_name = gettext_lazy(column.verbose_name)


def to_translate() -> Iterator[tuple[str, str]]:
    """In English: each name, and the module it comes from."""
    with translation.override(None):
        for model in _ours():
            names = [getattr(model._meta, which) for which in TABLE]
            names += [column.verbose_name for column in _columns(model) if not isinstance(column, TranslationField)]
            yield from ((str(name), f"{model.__module__.replace('.', '/')}.py") for name in names)
