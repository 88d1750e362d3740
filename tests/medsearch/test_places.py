"""Who pays where: the list of places, and the page of each."""

from datetime import date

import pytest

from evidence import holding
from evidence.text import Text
from medsearch.formulary import NO_INFORMATION
from medsearch.province_page import FILTERS, province_page
from medsearch.templatetags.phones import dialled
from tests.conftest import DAY
from tests.page import Page

from .worlds import drug, funding, place, programme, small_release, use

LIMIT = 180


def page_of(world, code="on", *, status="", on=DAY):
    return province_page(world, code, status=status, on=on, check_days=LIMIT)


def drugs_on(page):
    return {there.drug.slug: there for _, drugs in page.groups for there in drugs}


def counts_of(page):
    return {choice.name: choice.count for choice in page.counts}


def served(site, monkeypatch, world, path):
    """A page of the site as if this release were the active one."""
    monkeypatch.setattr(holding, "active", lambda: world)
    return Page(site.get(path))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_place_has_a_page_with_every_drug_and_its_own_sources(site, release, language):
    every = {f"/{language}/medsearch/{drug.slug}/" for drug in release.sections["medsearch"].drugs}
    for there in release.sections["medsearch"].jurisdictions:
        response = site.get(f"/{language}/medsearch/where/{there.slug}/")
        assert response.status_code == 200, there.slug
        page = Page(response)
        assert not every - set(page.links), there.slug
        assert not page.broken_anchors, there.slug
        assert len(page.ids) == len(set(page.ids)), there.slug


def test_every_programme_stands_on_the_page_of_its_place_and_the_help_for_all_of_canada_on_each(site, release):
    section = release.sections["medsearch"]
    for there in section.jurisdictions:
        words = Page(site.get(f"/en/medsearch/where/{there.slug}/")).words
        expected = [one.name.en for one in section.programmes if one.jurisdiction in ("", there.slug)]
        assert expected
        assert not [name for name in expected if " ".join(name.split()) not in words], there.slug


def test_the_list_links_to_every_place(site, release):
    linked = [link for link in Page(site.get("/en/medsearch/where/")).links if link.startswith("/en/medsearch/where/")]
    assert linked == [f"/en/medsearch/where/{there.slug}/" for there in release.sections["medsearch"].jurisdictions]


@pytest.mark.parametrize("code", ["zz", "ON"])
def test_a_place_that_does_not_exist_is_not_found(site, code):
    assert site.get(f"/en/medsearch/where/{code}/").status_code == 404


def test_the_filters_share_out_all_drugs_and_their_counts_are_true(release):
    for code in release.sections["medsearch"].jurisdictions:
        everything = page_of(release, code.slug)
        shown = {name: drugs_on(page_of(release, code.slug, status=name)) for name in FILTERS}
        assert {name: len(drugs) for name, drugs in shown.items()} | {"": len(drugs_on(everything))} == counts_of(everything)
        assert sorted(slug for drugs in shown.values() for slug in drugs) == sorted(drugs_on(everything))


@pytest.mark.parametrize(
    ("status", "name"),
    [
        ("funded", "paid"),
        ("special-authorization", "paid"),
        ("not-funded", "not"),
        ("under-review", "deciding"),
        ("unknown", "none"),
    ],
)
def test_what_each_status_is_filtered_as(status, name):
    world = small_release(drugs=[drug("told"), drug("other")], rows=[funding("row", "told", status=status)])
    assert "told" in drugs_on(page_of(world, status=name))


def test_a_drug_without_a_row_is_listed_as_unknown_and_never_as_no(site, monkeypatch):
    world = small_release(drugs=[drug("letrozole")])
    assert counts_of(page_of(world)) == {"": 1, "paid": 0, "not": 0, "deciding": 0, "none": 1}
    assert drugs_on(page_of(world))["letrozole"].unknown.status == NO_INFORMATION
    words = served(site, monkeypatch, world, "/en/medsearch/where/on/").words
    assert "any use We have no confirmed information" in words
    assert "Not funded" not in words


def test_a_filter_that_does_not_exist_shows_all_drugs():
    page = page_of(small_release(drugs=[drug("a"), drug("b")]), status="<b>")
    assert (page.status, sorted(drugs_on(page))) == ("", ["a", "b"])


def test_all_that_is_current_there_is_stated_uses_first_and_the_newest_first():
    rows = [
        funding("whole", "a", effective="2026"),
        funding("old", "a", indication="u1", effective="2019"),
        funding("new", "a", indication="u2", effective="2025-02"),
        funding("past", "a", indication="u1", effective="2011", history=True),
        funding("elsewhere", "a", where="qc"),
        funding("another", "b"),
    ]
    world = small_release(drugs=[drug("a"), drug("b")], indications=[use("u1", of="a"), use("u2", of="a")], rows=rows)
    assert [stated.now.row.slug for stated in drugs_on(page_of(world))["a"].statements] == ["new", "old", "whole"]
    assert [bool(stated.use) for stated in drugs_on(page_of(world))["a"].statements] == [True, True, False]


@pytest.mark.parametrize(
    ("rows", "unknown"),
    [
        pytest.param([], False, id="nothing is stated at all"),
        pytest.param([funding("1", "a", indication="u1")], True, id="one use of two"),
        pytest.param([funding("1", "a", indication="u1"), funding("2", "a", indication="u2")], False, id="both uses"),
        pytest.param([funding("1", "a", indication="u1"), funding("2", "a")], False, id="one use, and the drug as a whole"),
    ],
)
def test_the_page_says_where_nothing_is_known_of_a_drugs_other_uses(rows, unknown):
    uses = [use("u1", of="a"), use("u2", of="a"), use("u3", of="a", superseded_by="u1")]
    world = small_release(drugs=[drug("a")], indications=uses, rows=rows)
    assert drugs_on(page_of(world))["a"].others_unknown is unknown


def test_only_what_was_checked_within_the_limit_counts_as_sure():
    rows = [
        funding("last day", "a", indication="u1", checked="2026-01-01"),
        funding("never", "a", indication="u2"),
        funding("elsewhere", "a", where="qc", checked="2026-01-01"),
    ]
    world = small_release(drugs=[drug("a")], indications=[use("u1", of="a"), use("u2", of="a")], rows=rows)
    on_the_last_day, a_day_later = (page_of(world, on=day) for day in (date(2026, 6, 30), date(2026, 7, 1)))
    assert [(page.stated, page.sure) for page in (on_the_last_day, a_day_later)] == [(2, 1), (2, 0)]


def test_programmes_are_told_apart_by_what_they_do_and_where():
    kinds = [
        programme("plan", "public", where="on"),
        programme("elsewhere", "public", where="qc"),
        programme("nurse", "navigator", where="on"),
        programme("line", "navigator"),
        programme("maker", "manufacturer", drugs=("a",)),
    ]
    page = page_of(small_release(drugs=[drug("a")], programmes=kinds))
    told = {
        name: [one.programme.slug for one in getattr(page, name)]
        for name in ("programmes", "helpers", "across_canada", "makers")
    }
    assert told == {"programmes": ["plan"], "helpers": ["nurse"], "across_canada": ["line"], "makers": ["maker"]}
    assert [drug.slug for drug in page.makers[0].drugs] == ["a"]


def test_a_programme_says_what_it_covers_how_to_apply_and_whom_to_call(site, monkeypatch):
    plan = programme(
        "plan",
        "public",
        where="on",
        covers="home",
        what=Text(en="Send the form."),
        phone="905-472-7373 ext. 2020",
        url="https://example.org/plan",
        references=("source",),
    )
    page = served(site, monkeypatch, small_release(drugs=[drug("a")], programmes=[plan]), "/en/medsearch/where/on/")
    assert "Programme plan For drugs taken at home Send the form.1 Phone: 905-472-7373 ext. 2020 Web page" in page.words
    assert {"tel:+19054727373;ext=2020", "https://example.org/plan", "#source-1"} <= set(page.links)


def test_a_place_of_which_nothing_is_known_says_so_and_whom_to_ask(site, monkeypatch):
    world = small_release(drugs=[drug("a")], places=[place("on")])
    words = served(site, monkeypatch, world, "/en/medsearch/where/on/").words
    assert words.count("We have no confirmed information. Ask your cancer centre’s drug access navigator") == 2
    assert "That does not mean that there are none." in words
    assert "We found no statement on any drug here." in words


def test_the_filter_is_kept_in_the_other_language(site):
    links = Page(site.get("/en/medsearch/where/on/", {"status": "paid"})).links
    assert "/fr/medsearch/where/on/?status=paid" in links


@pytest.mark.parametrize(
    ("phone", "dial"),
    [
        ("1-800-663-7100", "+18006637100"),
        ("(867) 667-5403", "+18676675403"),
        ("905-472-7373 ext. 2020", "+19054727373;ext=2020"),
        ("514-555-0100 poste 12", "+15145550100;ext=12"),
        ("811", "811"),
        ("call the hospital", ""),
        ("", ""),
        ("12345", ""),
    ],
)
def test_a_number_is_dialled_as_people_dial_it(phone, dial):
    assert dialled(phone) == dial
