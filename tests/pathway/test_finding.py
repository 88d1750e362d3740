"""What the checks find, in words: in either language, with the row's name and the way to its page."""

import ast
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils.translation import override
from msgspec.structs import replace

from evidence.text import Text
from medsearch.models import Funding
from pathway import audit, readability
from pathway.finding import CHECKS, Finding, Severity, filled
from pathway.finding_lines import TABLES, lines
from pathway.matrix import KIND_OF
from personalization.models import Population

TWINS = Finding(
    Severity.WARNING,
    "identical-populations",
    "stage-0",
    "It holds for the same answers as {other}.",
    "Use one of the two.",
    filled(other="Stage {0}"),
)


def words_in(module) -> set[str]:
    tree = ast.parse(Path(module.__file__).read_text())
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_every_check_has_a_name_and_every_name_a_check():
    assert set(CHECKS) <= words_in(audit) | words_in(readability)
    assert set(KIND_OF) <= set(CHECKS)


def test_values_are_filled_in_and_their_braces_left_alone():
    assert TWINS.told() == "It holds for the same answers as Stage {0}. Use one of the two."


def test_a_value_is_told_in_the_language_of_the_page_where_it_has_one():
    finding = Finding(Severity.ERROR, "no-track", "", "For: {answers}.", "", filled(answers=Text(en="all", fr="tous")))
    assert finding.said(language="fr") == "For: tous."
    assert finding.said(language="en") == "For: all."


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "said"), [("en", "the same answers"), ("fr", "les mêmes réponses")])
def test_a_line_names_the_row_leads_to_its_page_and_speaks_the_language(content, language, said):
    with override(language):
        (line,) = lines(content, [TWINS])
    page = reverse("admin:personalization_population_change", args=[Population.objects.get(slug="stage-0").pk])
    assert f'<a href="{page}">' in line
    assert content.populations["stage-0"].name.en in line
    assert said in line


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("where", "called"),
    [
        ("drug letrozole", "letrozole"),
        ("track metastatic", "Metastatic breast cancer"),
        ("question stage", "Stage"),
        ("block met-advance-care-plan", "“An advance care plan” in the step “Ending treatment and end-of-life care”"),
    ],
)
def test_rows_are_called_as_staff_know_them(content, where, called):
    (line,) = lines(content, [Finding(Severity.ERROR, "without-reference", where, "The statement rests on no source.", "")])
    assert f">{called}</a> ({where})" in line


@pytest.mark.one_database
@pytest.mark.django_db
@pytest.mark.parametrize("kind", TABLES)
def test_more_findings_than_a_query_takes_values_are_told(content, kind):
    slugs = [f"gone-{number}" for number in range(300_000 if kind == "funding" else 2)]
    finding = Finding(Severity.WARNING, "without-reference", "", "The statement rests on no source.", "Add it.")
    found = [replace(finding, where=f"{kind} {slug}") for slug in slugs]
    if kind in ("funding", "population"):
        check = {"funding": "funding-to-confirm", "population": "unused-population"}[kind]
        found = [replace(finding, check=check, where=slug) for slug in slugs]
    assert len(lines(content, found)) == len(slugs)


@pytest.mark.django_db
def test_funding_is_called_by_its_drug_and_place(content):
    row = Funding.objects.filter(drug__slug="letrozole", jurisdiction__code="on").first()
    (line,) = lines(content, [Finding(Severity.WARNING, "funding-to-confirm", row.slug, "Never checked.", "Confirm it.")])
    assert "letrozole" in line.partition("</a>")[0]
    assert "Ontario" in line.partition("</a>")[0]


@pytest.mark.django_db
def test_what_is_about_no_row_or_one_that_is_gone_is_told_without_a_link(content):
    gone = Finding(Severity.ERROR, "unreachable-block", "no-such-block", "No answers lead to this block.", "Delete it.")
    nowhere = Finding(Severity.ERROR, "no-track", "stage 0 <b>", "Nobody.", "Widen.")
    assert lines(content, [gone, nowhere]) == [
        "no-such-block: No answers lead to this block. Delete it.",
        "stage 0 <b>: Nobody. Widen.",
    ]


@pytest.mark.django_db
def test_lines_of_many_findings_ask_once_for_each_table(content, django_assert_num_queries):
    found = [
        Finding(Severity.WARNING, "reading-grade", f"block {slug}", "Reading grade.", "Shorter.") for slug in content.blocks
    ]
    with django_assert_num_queries(1):
        assert all(line.startswith("<a ") for line in lines(content, found))
