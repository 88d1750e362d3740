"""Narrowing down and counting, against the slow and obvious way to say the same, over random worlds; and the page of it."""

from collections.abc import Iterable
from datetime import date

import pytest
from django.http import QueryDict
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence import holding
from evidence.text import Text
from medsearch.drug_list import DrugList, asked_by, searchable
from medsearch.filters import FILTERS, Filters
from medsearch.formulary import PAID, Formulary
from medsearch.frozen import LINES, Drug, DrugClass, Funding, Indication, Jurisdiction, MedSearch, Regimen, Route
from medsearch.search import bits, numbers_in
from personalization.frozen import Personalization
from personalization.profile import Profile
from tests.page import Page
from tests.personalization.worlds import box, is_in, permitted, question, world
from tests.rows import row

pytestmark = pytest.mark.from_memory

DAY, LIMIT = date(2026, 6, 30), 180
STATUSES = (*PAID, "not-funded", "under-review", "unknown")
SETTINGS = ("adjuvant", "metastatic")
GROUPS = ("hormonal", "targeted")
PLACES = ("on", "qc")
ROUTES = ("oral", "vein")

PEOPLE = world(
    [question("hr", "positive negative"), question("her2", "positive low zero"), question("stage", "0 4")],
    populations={
        "hr-positive": [box(hr="positive")],
        "triple-negative": [box(hr="negative", her2="low zero")],
        "anybody": [],
        "her2-low": [box(her2="low")],
        "her2-positive-4": [box(her2="positive", stage="4")],
        "hr-negative-or-4": [box(hr="negative"), box(stage="4")],
        "never": [box(hr="negative", stage="0")],
    },
    exclusions=[box(hr="negative", stage="0")],
)
SUBTYPES = ("hr-positive", "triple-negative")
PEOPLE = Personalization(
    questions=PEOPLE.questions,
    exclusions=PEOPLE.exclusions,
    populations=tuple(
        row(type(p), slug=p.slug, name=p.name, rules=p.rules, subtype=p.slug in SUBTYPES) for p in PEOPLE.populations
    ),
)
POPULATIONS = [population.slug for population in PEOPLE.populations]
OPTIONS = {"subtype": SUBTYPES, "setting": SETTINGS, "line": LINES, "paid": PLACES, "route": ROUTES, "group": GROUPS}


@st.composite
def formularies(draw) -> Formulary:
    """One to four drugs, alone or together, with uses old and new, and decisions about uses, drugs, and none."""
    drugs = [f"drug-{n}" for n in range(draw(st.integers(1, 4)))]
    some = st.sampled_from
    regimens = [
        Regimen(f"regimen-{n}", Text(), lead, tuple(draw(st.sets(some(drugs), max_size=1)) - {lead}))
        for n, lead in enumerate(draw(st.lists(some(drugs), max_size=5)))
    ]
    uses = [
        row(
            Indication,
            slug=f"use-{n}",
            regimen=regimen.slug,
            population=draw(some(POPULATIONS)),
            setting=draw(some(SETTINGS)),
            lines=tuple(line for line in LINES if draw(st.booleans())),
            superseded_by=draw(some(["", "", "newer"])),
        )
        for n, regimen in enumerate(draw(st.lists(some(regimens), max_size=6)) if regimens else [])
    ]
    funding = [
        row(
            Funding,
            slug=f"row-{n}",
            drug=draw(some(drugs)),
            indication=draw(some(["", *(use.slug for use in uses)])),
            jurisdiction=draw(some(["", *PLACES])),
            status=draw(some(STATUSES)),
            history=draw(some([False, False, True])),
        )
        for n in range(draw(st.integers(0, 6)))
    ]
    return Formulary(
        row(
            MedSearch,
            routes=tuple(row(Route, slug=slug) for slug in ROUTES),
            classes=tuple(row(DrugClass, slug=slug, therapy_group=slug) for slug in GROUPS),
            drugs=tuple(
                row(Drug, slug=slug, drug_class=draw(some(GROUPS)), routes=tuple(draw(st.sets(some(ROUTES)))))
                for slug in drugs
            ),
            regimens=tuple(regimens),
            indications=tuple(uses),
            jurisdictions=tuple(row(Jurisdiction, slug=slug) for slug in PLACES),
            funding=tuple(funding),
        )
    )


CHOSEN = st.fixed_dictionaries({}, optional={name: st.sampled_from(options) for name, options in OPTIONS.items()})


# The slow and obvious way.

EVERYBODY = permitted(PEOPLE, Profile.of(PEOPLE.questions, {q.slug: "unknown" for q in PEOPLE.questions}))


def fits(use: Indication, subtype: str) -> bool:
    return any(is_in(PEOPLE, who, (use.population,)) and is_in(PEOPLE, who, (subtype,)) for who in EVERYBODY)


def pays(formulary: Formulary, drug: str, place: str, uses: tuple[str, ...]) -> bool:
    return any(now.status in PAID for now in formulary.funding_in(drug, place, uses, on=DAY, check_days=LIMIT))


def is_kept(formulary: Formulary, drug: Drug, chosen: dict[str, str]) -> bool:
    if "route" in chosen and chosen["route"] not in drug.routes:
        return False
    if "group" in chosen and chosen["group"] != formulary.classes[drug.drug_class].therapy_group:
        return False
    uses = [use for _, use in formulary.uses_of(drug.slug) if not use.superseded_by]
    if not uses:
        of_use = {"subtype", "setting", "line"} & set(chosen)
        return not of_use and ("paid" not in chosen or pays(formulary, drug.slug, chosen["paid"], ()))
    return any(
        ("subtype" not in chosen or fits(use, chosen["subtype"]))
        and chosen.get("setting", use.setting) == use.setting
        and ("line" not in chosen or chosen["line"] in use.lines)
        and ("paid" not in chosen or pays(formulary, drug.slug, chosen["paid"], (use.slug,)))
        for use in uses
    )


def kept(formulary: Formulary, chosen: dict[str, str], among: Iterable[int]) -> set[int]:
    drugs = list(formulary.drugs.values())
    return {number for number in among if is_kept(formulary, drugs[number], chosen)}


@given(formularies(), CHOSEN, st.sets(st.integers(0, 3)))
def test_what_is_left_is_what_fits_one_by_one(formulary, chosen, some):
    filters = Filters(formulary, PEOPLE, list(formulary.drugs))
    among = {number for number in some if number < len(formulary.drugs)}
    assert set(numbers_in(filters.narrowed(chosen, bits(among)))) == kept(formulary, chosen, among)


@given(formularies(), CHOSEN, st.sets(st.integers(0, 3)))
def test_every_count_is_what_choosing_the_option_would_leave(formulary, chosen, some):
    filters = Filters(formulary, PEOPLE, list(formulary.drugs))
    among = {number for number in some if number < len(formulary.drugs)}
    counts = filters.counts(chosen, bits(among))
    for name, options in OPTIONS.items():
        for option in options:
            left = len(kept(formulary, {**chosen, name: option}, among))
            assert counts[name].get(option, 0) == left, (name, option)


@given(formularies(), CHOSEN)
def test_the_uses_of_a_drug_that_is_left_have_all_that_is_of_a_use(formulary, chosen):
    filters = Filters(formulary, PEOPLE, list(formulary.drugs))
    for number in numbers_in(filters.narrowed(chosen, filters.everything)):
        drug = filters.drugs[number]
        assert filters.uses(drug, chosen) or not filters.current_uses(drug)


def of_one_drug(*funding: Funding, replaced: str = "") -> Filters:
    """A drug with an early and a late use, and what Ontario decided."""
    uses = (("early", "adjuvant"), ("late", "metastatic"))
    formulary = Formulary(
        row(
            MedSearch,
            classes=(row(DrugClass, slug="class", therapy_group="hormonal"),),
            drugs=(row(Drug, slug="d", drug_class="class"),),
            regimens=(Regimen("r", Text(), "d", ()),),
            indications=tuple(
                row(Indication, slug=slug, regimen="r", population="anybody", setting=when, superseded_by=replaced)
                for slug, when in uses
            ),
            jurisdictions=(row(Jurisdiction, slug="on"),),
            funding=funding,
        )
    )
    return Filters(formulary, PEOPLE, ["d"])


OF_DRUG = row(Funding, slug="a", drug="d", jurisdiction="on", status="funded")


def test_a_decision_about_a_use_goes_before_one_about_the_drug_which_speaks_for_its_other_uses():
    filters = of_one_drug(OF_DRUG, row(Funding, slug="b", drug="d", indication="early", jurisdiction="on", status="no"))
    assert filters.counts({"setting": "adjuvant"}, filters.everything)["paid"] == {"on": 0}
    assert filters.counts({"setting": "metastatic"}, filters.everything)["paid"] == {"on": 1}


def test_a_drug_whose_uses_were_all_replaced_is_paid_for_by_what_was_decided_about_them():
    decided = row(Funding, slug="b", drug="d", indication="early", jurisdiction="on", status="funded")
    filters = of_one_drug(decided, replaced="a newer use")
    assert filters.counts({}, filters.everything)["paid"] == {"on": 1}


@pytest.mark.parametrize(
    ("population", "fitting"), [("never", ()), ("her2-low", SUBTYPES), ("her2-positive-4", ("hr-positive",))]
)
def test_a_use_fits_a_subtype_if_somebody_can_be_both(population, fitting):
    filters = Filters(Formulary(row(MedSearch)), PEOPLE, [])
    assert tuple(subtype for subtype in SUBTYPES if filters.fits(population, subtype)) == fitting


def test_for_whom_a_use_is_in_words():
    filters = Filters(Formulary(row(MedSearch)), PEOPLE, [])
    assert filters.for_whom(frozenset({"her2-positive-4"})).en == "your her2 is positive"
    assert filters.for_whom(frozenset({"anybody"})) == Text()


# The page.


def listed(site, **asked):
    response = site.get("/en/medsearch/", asked)
    assert response.status_code == 200
    return Page(response)


def test_what_is_typed_and_what_is_chosen_narrow_together(site):
    assert listed(site, q="trastuzumab", setting="metastatic", route="subcutaneous").drugs_linked() == [
        "pertuzumab-trastuzumab-sc"
    ]


def test_every_number_on_the_page_is_what_its_link_leads_to(site, release):
    asked = {"subtype": "triple-negative", "setting": "metastatic", "q": "ab"}
    page = DrugList(release, asked, on=DAY, check_days=LIMIT)
    options = [option for one in page.filters for option in one.options if option.address and not option.chosen]
    assert len(options) > 5
    for option in options:
        followed = Page(site.get(option.address))
        assert len(followed.drugs_linked()) == option.drugs, option.label


def test_an_option_that_would_leave_nothing_is_told_but_no_link(site):
    page = listed(site, q="letrozole")
    assert "By needle into a muscle 0 drugs" in page.words
    assert not [link for link in page.links if "route=intramuscular" in link]


def test_a_chosen_filter_is_given_up_by_its_own_link_and_the_others_stay(site):
    links = listed(site, setting="metastatic", route="oral", q="ib").links
    assert "/en/medsearch/?q=ib&route=oral" in links
    assert "/en/medsearch/?q=ib&setting=metastatic" in links
    assert "/en/medsearch/?q=ib" in links


def test_the_form_keeps_the_filters(site):
    assert set(listed(site, setting="metastatic", place="on", funded="yes", q="ib").fields) == {
        ("q", "ib"),
        ("setting", "metastatic"),
        ("funded", "yes"),
    }


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"setting": "foo"}, "“foo” is not one of the choices under “When”"),
        ({"place": "atlantis"}, "“atlantis” is not one of the choices under “Where you live”"),
        ({"funded": "yes"}, "please choose where you live first"),
        ({"q": "x" * 101}, "longer than 100 characters"),
    ],
)
def test_what_makes_no_sense_is_told_and_left_out(site, asked, told):
    assert told in listed(site, **asked).words


def test_nothing_found_leads_to_the_nearest_name(site):
    page = listed(site, q="ibrans")
    assert "No drug found for “ibrans”" in page.words
    assert page.drugs_linked() == ["palbociclib"]


def test_nothing_found_says_what_there_would_be_without_each_choice(site):
    page = listed(site, q="kadcyla", route="oral", setting="metastatic")
    assert page.drugs_linked() == ["trastuzumab-emtansine"]
    assert "without “How it is given: by mouth” – 1 drug" in page.words
    assert "without “When: metastatic” – 0 drugs" in page.words
    assert "/en/medsearch/?q=kadcyla&setting=metastatic" in page.links


def test_a_misspelling_is_told(site):
    assert "These are for “Kadcyla”" in listed(site, q="kadcila").words


def test_a_chosen_place_is_told_by_row_and_unknown_is_not_no(site):
    words = listed(site, place="nu", q="letrozole").words
    assert "Nunavut:" in words
    assert "Not funded" not in words


def test_a_row_says_how_many_places_are_last_known_to_pay(site, release):
    letrozole = searchable(release).formulary.tally("letrozole", on=timezone.localdate(), check_days=LIMIT)
    told = f"Last known to be paid for in {letrozole.paid} of {letrozole.total} places"
    assert told in listed(site, q="letrozole").words


def test_a_long_list_has_pages(site, monkeypatch):
    monkeypatch.setattr("medsearch.drug_list.DRUGS_ON_A_PAGE", 10)
    seen = [slug for number in range(1, 6) for slug in listed(site, page=number).drugs_linked()]
    assert len(seen) == len(set(seen)) == len(searchable(holding.active()).filters.drugs)


ADDRESS_VALUES = st.text(max_size=120) | st.sampled_from(
    ["", "metastatic", "on", "yes", "oral", "triple-negative", "2", "-1"]
)


@settings(max_examples=60)
@given(
    st.dictionaries(st.sampled_from([*FILTERS, "q", "place", "funded", "page", "?"]), st.lists(ADDRESS_VALUES, max_size=2))
)
def test_any_address_gives_a_page(rendered, asked):
    query = QueryDict(mutable=True)
    for name, values in asked.items():
        query.setlist(name, values)
    assert rendered(asked_by({name: query[name] for name in query if query.getlist(name)}))


@pytest.fixture(scope="module")
def rendered(release):
    from django.template.loader import render_to_string

    def render(asked):
        return render_to_string("medsearch/drugs.html", {"page": DrugList(release, asked, on=DAY, check_days=LIMIT)})

    return render
