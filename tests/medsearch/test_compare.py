"""Two to four drugs side by side, in the reader's order."""

import re

import pytest

from evidence.text import Text
from medsearch.comparison_page import Choice, choose, comparison_page
from medsearch.frozen import DrugClass, Regimen
from tests.conftest import DAY
from tests.page import Page
from tests.rows import row

from .worlds import drug, funding, place, small_release, use

pytestmark = pytest.mark.from_memory

KNOWN = ("a", "b", "c", "d", "e", "f")


def compared(world, *asked, place=""):
    return comparison_page(world, asked, place, on=DAY, check_days=180)


def of(page, slug):
    return next(one for one in page.drugs if one.drug.slug == slug)


def cells_of(response):
    """The words of a page, with a bar between the cells of a table."""
    return " ".join(re.sub(r"<[^>]*>", " ", response.text.replace("<td", "| <td")).split())


@pytest.mark.parametrize(
    ("asked", "choice"),
    [
        pytest.param(["b", "a"], Choice(("b", "a")), id="the reader's order"),
        pytest.param([], Choice(()), id="nothing"),
        pytest.param(["a", "", " "], Choice(("a",)), id="selects left empty"),
        pytest.param(["a", "b", "a"], Choice(("a", "b"), twice=("a",)), id="the same twice"),
        pytest.param(["a", "x<b>", "b"], Choice(("a", "b"), unknown=("x<b>",)), id="one that is not there"),
        pytest.param(list("fedcba"), Choice(("f", "e", "d", "c"), left_out=("b", "a")), id="more than four"),
        pytest.param(list("aabbccdd"), Choice(tuple("abcd"), twice=tuple("abcd")), id="four, each twice"),
        pytest.param(["y" * 500], Choice((), unknown=("y" * 60,)), id="an endless name is cut"),
    ],
)
def test_nothing_that_was_asked_for_is_lost(asked, choice):
    assert choose(asked, KNOWN) == choice


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("drug=&drug=", "You have not chosen a drug yet. Choose two to four."),
        ("drug=letrozole", "You have chosen letrozole. Choose at least one more drug"),
        ("drug=letrozole&drug=letrozole", "You chose letrozole more than once."),
        ("drug=letrozole&drug=<b>x", "We know no drug called “<b>x”."),
        (
            "drug=letrozole&drug=tamoxifen&drug=tucatinib&drug=olaparib&drug=docetaxel",
            "Four drugs fit side by side. Left out for now: docetaxel.",
        ),
        ("drug=letrozole&drug=tamoxifen&in=<b>y", "We know no province, territory or federal programme called “<b>y”."),
    ],
)
def test_what_cannot_be_compared_is_told_plainly(site, query, told):
    response = site.get(f"/en/medsearch/compare/?{query}")
    assert response.status_code == 200
    assert told in Page(response).words
    assert "called “<b>" not in response.text


def test_without_a_choice_there_is_only_the_form(site, release):
    response = site.get("/en/medsearch/compare/")
    assert "<table" not in response.text
    assert "You have not chosen" not in response.text
    offered = response.text.count("<option value=") - len(release.sections["medsearch"].jurisdictions) - 1 - 4
    assert offered == 4 * len(release.sections["medsearch"].drugs)


def test_the_form_keeps_what_was_chosen(site):
    page = site.get("/en/medsearch/compare/?drug=tamoxifen&drug=letrozole&in=on").text
    for value in ("tamoxifen", "letrozole", "on"):
        assert page.count(f'<option value="{value}" selected>') == 1


def test_every_drug_can_be_compared_in_both_languages(site, release):
    slugs = [drug.slug for drug in release.sections["medsearch"].drugs]
    for four in ([*slugs[n : n + 3], slugs[n - 1]] for n in range(0, len(slugs), 3)):
        for path in ("/en/medsearch/compare/", "/fr/medsearch/compare/?in=qc"):
            response = site.get(path + ("&" if "?" in path else "?") + "&".join(f"drug={slug}" for slug in four))
            assert response.status_code == 200, four
            page = Page(response)
            assert not page.broken_anchors, four
            assert len(page.ids) == len(set(page.ids)), four


def test_the_drugs_stand_in_the_readers_order():
    world = small_release(drugs=[drug("a"), drug("b"), drug("c")])
    assert [one.drug.slug for one in compared(world, "c", "a", "b").drugs] == ["c", "a", "b"]


def test_uses_are_the_current_ones_with_what_else_is_given_and_the_approvals_counted():
    pair = row(Regimen, slug="pair", lead="a", companions=("b",))
    uses = [
        use("now", of="a"),
        use("together", of="pair"),
        row(type(use("x", of="a")), slug="open", regimen="a", population="population", approval="unknown"),
        use("before", of="a", superseded_by="now"),
    ]
    a = of(compared(small_release(drugs=[drug("a"), drug("b")], regimens=[pair], indications=uses), "a", "b"), "a")
    told = {one.use.indication.slug: [other.slug for other in one.use.companions] for one in a.uses}
    assert told == {"now": [], "together": ["b"], "open": []}
    assert a.approvals == (("approved", 2), ("unknown", 1))


def test_a_drugs_own_words_are_told_apart_from_those_of_its_kind(site, monkeypatch):
    words = {name: Text(en=name) for name in ("benefit", "harm", "experience", "call_at_once")}
    group = row(DrugClass, slug="class", therapy_group="hormonal", **words)
    own = {name: Text(en=f"own {name}") for name in words}
    world = small_release(drugs=[drug("a", **own), drug("b")], classes=[group])
    page = compared(world, "a", "b")
    assert [of(page, slug).balance.of_class for slug in "ab"] == [False, True]
    monkeypatch.setattr("evidence.holding.active", lambda: world)
    cells = cells_of(site.get("/en/medsearch/compare/?drug=a&drug=b"))
    assert "What it can do to you | own harm | For drugs of this kind: harm" in cells
    assert "What to call about at once | own call_at_once | For drugs of this kind: call_at_once" in cells


def test_without_a_place_who_pays_is_counted_over_all():
    page = compared(small_release(drugs=[drug("a"), drug("b")], rows=[funding("row", "a")]), "a", "b")
    assert (of(page, "a").tally.paid, of(page, "a").tally.no_information, of(page, "a").statements) == (1, 1, ())


def test_in_a_place_each_statement_there_is_told_and_silence_is_not_no(site, monkeypatch):
    world = small_release(
        drugs=[drug("a"), drug("b")],
        places=[place("on", home_drugs=Text(en="The plan pays."), references=("source",)), "qc"],
        rows=[funding("row", "a", effective="2022-11"), funding("elsewhere", "b", where="qc")],
    )
    monkeypatch.setattr("evidence.holding.active", lambda: world)
    cells = cells_of(site.get("/en/medsearch/compare/?drug=a&drug=b&in=on"))
    assert "| Last known: funded (November 2022), not checked since 1 For: the drug as a whole |" in cells
    assert "| We have no confirmed information Who pays there for this kind of drug: The plan pays." in cells
    assert "All about who pays there 1 |" in cells
    assert "Not funded" not in cells


def test_the_other_language_keeps_the_choice(site):
    links = Page(site.get("/en/medsearch/compare/?drug=tamoxifen&drug=letrozole&drug=tamoxifen&in=on")).links
    assert "/fr/medsearch/compare/?drug=tamoxifen&drug=letrozole&in=on" in links
