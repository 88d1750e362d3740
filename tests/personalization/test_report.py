"""An example of a line on a report: which of its words are ringed, and releases from before there were any."""

import re

import msgspec
import pytest
from django.core.exceptions import ValidationError

from evidence.text import Text
from personalization.frozen import Piece, Question, lines_of
from personalization.models import Question as Row
from tests.rows import row


@pytest.mark.parametrize(
    ("example", "lines"),
    [
        ("", ()),
        ("ER: **positive**", ((Piece("ER: ", False), Piece("positive", True)),)),
        ("**2+**, equivocal", ((Piece("2+", True), Piece(", equivocal", False)),)),
        ("A: **x**\n\n  B: y \n", ((Piece("A: ", False), Piece("x", True)), (Piece("B: y", False),))),
        ("A: **x", ((Piece("A: ", False), Piece("x", True)),)),
    ],
    ids=["nothing", "at the end", "at the start", "two lines", "not closed"],
)
def test_lines(example, lines):
    assert lines_of(example) == lines


def test_a_release_from_before_there_were_examples_is_still_read():
    older = msgspec.to_builtins(row(Question, slug="hr"))
    for field in ("report", "report_example", "report_answer"):
        del older[field]
    question = msgspec.convert(older, Question)
    assert (question.report, question.report_example, question.report_answer) == ("pathology", Text(), "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "words", "told"),
    [
        ("report_example_en", "HER2: positive", "Put two stars on each side"),
        ("report_example_en", "HER2: **positive", "Put two stars on each side"),
        ("report_example_fr", "HER2 : positif", "Put two stars on each side"),
        ("clause_en", "your cancer is", "Put {} where the answer belongs."),
    ],
    ids=["nothing ringed", "ring not closed", "in French", "a clause without a place"],
)
def test_admin_says_what_is_wrong_with_a_question(field, words, told):
    her2 = Row.objects.get(slug="her2")
    her2.full_clean()
    setattr(her2, field, words)
    with pytest.raises(ValidationError, match=re.escape(told)):
        her2.clean()
