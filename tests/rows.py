"""Rows of a release, made by hand with only what a test is about."""

from types import GenericAlias

import msgspec

from evidence.frozen import Review
from evidence.text import Text

BLANK = {Text: Text(), Review: Review("draft"), str: "", bool: False, int: 0}


def row(kind, /, **given):
    """A `kind` with these fields, every other one blank."""
    blank = {
        field.name: () if isinstance(field.type, GenericAlias) else BLANK[field.type]
        for field in msgspec.structs.fields(kind)
        if field.required and field.name not in given
    }
    return kind(**blank, **given)
