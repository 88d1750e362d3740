"""What is said when a text is saved that readers would not see as it is meant."""

import pytest

from evidence.harmless import faults
from evidence.models import Reference
from medsearch.models import Drug
from medsearch.resources import DrugResource
from tests.history.test_meanwhile import opened, save, saved

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "words <b>strong</b>",
        "<!-- a note -->",
        "[press](javascript:alert(1))",
        "[press](&#106;avascript:alert(1))",
        "[press](java\\script:x)",
        "[press]( <data:text/html,x> )",
        "[press](//example.org)",
        "[press](example.org)",
        "turned \u202e around",
        "unseen \x07",
    ],
)
def test_what_is_not_meant_is_refused_in_words(text):
    assert faults(text)


@pytest.mark.parametrize(
    "text",
    [
        "HER2 < 1%",
        "a <3 cm tumour",
        "R&D",
        "“x” -> y",
        "{{ x }}",
        "[Ask](https://example.org/a_(b)) *now*",
        "[a](/en/about/)",
    ],
)
def test_words_are_words(text):
    assert faults(text) == []


@pytest.mark.parametrize(("model", "column"), [(Reference, "organisation"), (Drug, "summary_en")])
def test_the_form_says_it_beside_the_field_and_keeps_what_was_typed(admin_client, model, column):
    row = model.objects.first()
    response = save(admin_client, row, opened(admin_client, row), **{column: "<i>so</i> it is"})
    assert not saved(response)
    assert f'id="id_{column}_error"' in response.text
    assert "&lt;i&gt;so&lt;/i&gt; it is" in response.text


def test_an_import_says_it_too(admin_client):
    column = DrugResource().fields["summary_en"]
    with pytest.raises(ValueError, match="HTML"):
        column.clean({"summary_en": "<b>so</b>"})


def test_a_text_that_nobody_touched_stays_as_it_was_to_the_line_end(admin_client):
    row = Drug.objects.first()
    Drug.objects.filter(pk=row.pk).update(summary_en="One line.\n\nAnother.")
    row.refresh_from_db()
    assert saved(save(admin_client, row, opened(admin_client, row)))
    assert Drug.objects.get(pk=row.pk).summary_en == "One line.\n\nAnother."
