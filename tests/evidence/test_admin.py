"""What admin tells staff, where the database alone would have refused with an error page."""

from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.test import RequestFactory

from glossary.models import Term
from medsearch.models import Drug, DrugClass
from pathway.models import Block, Step
from personalization.models import Question

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("model", "lookup", "field", "wrong"),
    [
        (Drug, {}, "summary_en", ""),
        (DrugClass, {"harm__gt": ""}, "harm_en", ""),
        (Term, {}, "definition_en", ""),
        (Block, {"kind": "text"}, "body_en", ""),
        (Block, {"kind": "standard"}, "interval_en", ""),
        (Step, {"sensitive": True}, "sensitive_label_en", ""),
        (Question, {}, "clause_en", "you are"),
    ],
    ids=lambda value: value if isinstance(value, str) else getattr(value, "__name__", None),
)
def test_a_constraint_on_a_translated_field_is_told_in_the_form(admin_user, model, lookup, field, wrong):
    request = RequestFactory().get("/")
    request.user = admin_user
    row = model.objects.filter(**lookup).first()
    request.resolver_match = SimpleNamespace(kwargs={"object_id": str(row.pk)})
    form = admin.site.get_model_admin(model).get_form(request, row, change=True)
    unchanged = {
        name: given.value() for name, given in ((f.name, f) for f in form(instance=row)) if given.value() is not None
    }
    unchanged = {
        name: [getattr(v, "pk", v) for v in value] if isinstance(value, list) else value for name, value in unchanged.items()
    }
    assert form(unchanged, instance=row).is_valid(), form(unchanged, instance=row).errors
    assert not form({**unchanged, field: wrong}, instance=row).is_valid()
