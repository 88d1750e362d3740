"""Who pays, told honestly. Drug "d" has uses "u1" and "u2"; the day is 30 June 2026, and checks are good for 180 days."""

from datetime import date

import pytest

from evidence.text import Text
from medsearch.formulary import Formulary, is_recent
from medsearch.frozen import Drug, DrugClass, Funding, Jurisdiction, MedSearch, Route
from tests.rows import row

DAY, LIMIT = date(2026, 6, 30), 180


def funding(slug="row", *, where="on", use="", status="funded", **more):
    return row(Funding, slug=slug, drug="d", indication=use, jurisdiction=where, status=status, **more)


def formulary(*rows, taken_home=False):
    who = {"hospital_drugs": Text(en="hospital"), "home_drugs": Text(en="home")}
    return Formulary(
        row(
            MedSearch,
            routes=(row(Route, slug="route", taken_home=taken_home),),
            classes=(row(DrugClass, slug="class", therapy_group="hormonal"),),
            drugs=(row(Drug, slug="d", drug_class="class", routes=("route",)),),
            jurisdictions=tuple(row(Jurisdiction, slug=code, **who) for code in ("bc", "on", "qc")),
            funding=rows,
        )
    )


def known(*rows, uses=()):
    """What is known about Ontario."""
    return formulary(*rows).funding_in("d", "on", uses, on=DAY, check_days=LIMIT)


def counted(*rows):
    """How the three jurisdictions are counted: those that are counted at all."""
    tally = formulary(*rows).tally("d", on=DAY, check_days=LIMIT)
    assert tally.total == 3
    return {name: getattr(tally, name) for name in tally.__struct_fields__ if getattr(tally, name)}


@pytest.mark.parametrize(
    ("checked", "recent"),
    [
        pytest.param("2026-06-30", True, id="today"),
        pytest.param("2026-01-01", True, id="180 days ago"),
        pytest.param("2025-12-31", False, id="181 days ago"),
        pytest.param("", False, id="never"),
    ],
)
def test_a_check_counts_for_as_long_as_the_limit(checked, recent):
    assert is_recent(funding(checked=checked), on=DAY, check_days=LIMIT) is recent


def test_a_row_with_a_limit_of_its_own_keeps_to_it():
    assert not is_recent(funding(checked="2026-06-01", check_days=28), on=DAY, check_days=LIMIT)
    assert is_recent(funding(checked="2026-06-01", check_days=29), on=DAY, check_days=LIMIT)


def test_a_row_checked_recently_is_sure():
    (now,) = known(funding(checked="2026-06-01"))
    assert (now.status, now.sure) == ("funded", True)


def test_a_row_checked_long_ago_is_last_known():
    (now,) = known(funding(checked="2024-06-01"))
    assert (now.status, now.sure) == ("funded", False)


def test_a_row_never_checked_is_last_known():
    (now,) = known(funding())
    assert not now.sure


def test_without_a_row_there_is_no_information():
    (now,) = known(funding(where="bc"))
    assert (now.row, now.status, now.sure) == (None, "no-information", False)


def test_the_row_of_the_jurisdiction_is_found_among_others():
    (now,) = known(funding("a", where="bc"), funding("b", where="on"), funding("c", where="qc"))
    assert now.row.slug == "b"


@pytest.mark.parametrize(
    "past",
    [funding(history=True), funding(where="", several=Text(en="most provinces"), history=True)],
    ids=["replaced by a newer one", "of several at once"],
)
def test_history_fills_no_jurisdiction(past):
    assert counted(past) == {"no_information": 3}
    assert [now.row for now in known(past)] == [None]


def test_a_row_about_the_use_asked_for_beats_one_about_the_whole_drug():
    (now,) = known(funding("whole", effective="2026"), funding("use", use="u1"), uses=("u1",))
    assert now.row.slug == "use"


def test_a_row_about_the_whole_drug_speaks_for_a_use_without_one():
    (now,) = known(funding("whole"), funding("other", use="u2"), uses=("u1",))
    assert now.row.slug == "whole"


def test_a_row_about_another_use_says_nothing_about_this_one():
    (now,) = known(funding(use="u2"), uses=("u1",))
    assert now.row is None


def test_every_row_about_the_uses_is_told_the_newest_first():
    rows = [
        funding("old", use="u1", effective="2019"),
        funding("new", use="u2", effective="2025-02"),
        funding("x", use="u3"),
    ]
    assert [now.row.slug for now in known(*rows, uses=("u1", "u2"))] == ["new", "old"]


def test_no_information_is_never_counted_as_not_funded():
    assert counted(funding(where="bc", status="not-funded")) == {"not_paid": 1, "no_information": 2}


@pytest.mark.parametrize(
    ("status", "counted_as"),
    [
        ("funded", {"paid": 1, "no_information": 2}),
        ("funded-with-criteria", {"paid": 1, "no_information": 2}),
        ("special-authorization", {"paid": 1, "no_information": 2}),
        ("not-funded", {"not_paid": 1, "no_information": 2}),
        ("under-review", {"under_review": 1, "no_information": 2}),
        ("unknown", {"no_information": 3}),
    ],
)
def test_what_each_status_is_counted_as(status, counted_as):
    assert counted(funding(status=status)) == counted_as


@pytest.mark.parametrize(
    ("statuses", "counted_as"),
    [
        (["under-review", "funded"], "paid"),
        (["not-funded", "funded"], "paid"),
        (["not-funded", "under-review"], "under_review"),
    ],
)
def test_a_jurisdiction_is_counted_once_by_the_best_that_is_known_of_it(statuses, counted_as):
    rows = [funding(f"row-{n}", use=f"u{n}", status=status) for n, status in enumerate(statuses)]
    assert counted(*rows) == {counted_as: 1, "no_information": 2}


@pytest.mark.parametrize(("taken_home", "who"), [(True, "home"), (False, "hospital")])
def test_who_pays_in_general_depends_on_where_the_drug_is_taken(taken_home, who):
    (now,) = formulary(taken_home=taken_home).funding_in("d", "on", on=DAY, check_days=LIMIT)
    assert now.who_pays.en == who


GENERAL = {"benefit": "helps most", "harm": "harms some", "experience": "tiring", "call_at_once": "call", "references": "c"}
OWN = {"benefit": "helps", "harm": "harms", "experience": "calm", "references": "d"}


def balance(drug, group):
    """The balance of drug "d" of class "class", told in plain words."""

    def texts(fields):
        return {name: (words,) if name == "references" else Text(en=words) for name, words in fields.items()}

    section = row(
        MedSearch,
        classes=(row(DrugClass, slug="class", **texts(group)),),
        drugs=(row(Drug, slug="d", drug_class="class", **texts(drug)),),
    )
    told = Formulary(section).balance_of("d")
    words = (told.benefit.en, told.harm.en, told.experience.en, told.call_at_once.en)
    return words, told.of_class, told.call_of_class, told.references


@pytest.mark.parametrize(
    ("drug", "group", "told"),
    [
        pytest.param(
            {**OWN, "call_at_once": "run"},
            GENERAL,
            (("helps", "harms", "calm", "run"), False, False, ("d",)),
            id="the drug's own words stand in front",
        ),
        pytest.param(
            {"references": "d"},
            GENERAL,
            (("helps most", "harms some", "tiring", "call"), True, True, ("c",)),
            id="failing them, those of its class",
        ),
        pytest.param(
            OWN,
            GENERAL,
            (("helps", "harms", "calm", "call"), False, True, ("d", "c")),
            id="signs to call about are the class's if only they are missing",
        ),
        pytest.param(
            {"call_at_once": "run", "references": "d"},
            GENERAL,
            (("helps most", "harms some", "tiring", "run"), True, False, ("d", "c")),
            id="and the drug's own if it has only them",
        ),
        pytest.param({"references": "d"}, {"references": "c"}, (("", "", "", ""), False, False, ()), id="nobody has any"),
    ],
)
def test_the_balance_of_a_drug(drug, group, told):
    assert balance(drug, group) == told
