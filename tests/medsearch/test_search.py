"""Finding a drug by what people type. A few drugs written by hand; those of the content at the end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsearch.drug_list import searchable
from medsearch.search import Entry, Index, Tier, bits, edits_allowed, folded, numbers_in

ANTIBODY = ("HER2 antibody", "targeted therapy", "anticorps anti-HER2")
POSITIVE, NEGATIVE = "HER2-positive, metastatic", "HR-positive, HER2-negative, ductal or lobular, if your bones are weak"
INDEX = Index(
    [
        Entry("docetaxel", ("docetaxel", "Taxotere"), ("Taxane", "chemotherapy")),
        Entry("letrozole", ("letrozole", "létrozole", "Femara"), ("Aromatase inhibitor (AI)",), (NEGATIVE, "adjuvant")),
        Entry("nab-paclitaxel", ("nab-paclitaxel", "Abraxane"), ("Taxane", "chemotherapy")),
        Entry("paclitaxel", ("paclitaxel", "Taxol"), ("Taxane", "chemotherapy")),
        Entry("pertuzumab-trastuzumab", ("pertuzumab and trastuzumab", "Phesgo"), ANTIBODY, (POSITIVE,)),
        Entry("trastuzumab", ("trastuzumab", "Herceptin", "Ogivri"), ANTIBODY, (POSITIVE, "adjuvant")),
        Entry("trastuzumab-emtansine", ("trastuzumab emtansine", "T-DM1", "Kadcyla"), ("Conjugate",), (POSITIVE,)),
    ]
)


def found(query, index=INDEX):
    return [index.drugs[hit.number] for hit in index.find(query).hits]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        pytest.param("letrozole", "letrozole", id="generic name"),
        pytest.param("LÉTROZOLE", "letrozole", id="French name, accents and capitals"),
        pytest.param("Kadcyla", "trastuzumab-emtansine", id="brand"),
        pytest.param("tdm 1", "trastuzumab-emtansine", id="short name with its hyphen elsewhere"),
        pytest.param("nab paclitaxel", "nab-paclitaxel", id="space for hyphen"),
        pytest.param("fema", "letrozole", id="first letters"),
        pytest.param("emtansine trastuzumab", "trastuzumab-emtansine", id="words in another order"),
        pytest.param("kadcila", "trastuzumab-emtansine", id="one letter wrong"),
        pytest.param("herceptine", "trastuzumab", id="one letter too many"),
        pytest.param("taxotree", "docetaxel", id="letters swapped"),
        pytest.param("emtansin trastuzmab", "trastuzumab-emtansine", id="misspelt words in another order"),
        pytest.param("trastuzimab", "trastuzumab", id="misspelt: the whole name before a word of one"),
    ],
)
def test_by_name(query, first):
    assert found(query)[0] == first


@pytest.mark.parametrize(
    ("query", "drugs"),
    [
        ("taxanes", ["docetaxel", "nab-paclitaxel", "paclitaxel"]),
        ("the taxanes for cancer", ["docetaxel", "nab-paclitaxel", "paclitaxel"]),
        ("anticorps", ["pertuzumab-trastuzumab", "trastuzumab"]),
        ("chemotheraphy", ["docetaxel", "nab-paclitaxel", "paclitaxel"]),
        ("HER2-negative", ["letrozole"]),
        ("her2 negative", ["letrozole"]),
        ("her2negative", ["letrozole"]),
        ("metas", ["pertuzumab-trastuzumab", "trastuzumab", "trastuzumab-emtansine"]),
        ("paclitaxel taxane", ["nab-paclitaxel", "paclitaxel"]),
    ],
)
def test_by_kind_or_use(query, drugs):
    assert found(query) == drugs


def test_the_middle_of_a_name_finds_all_that_have_it():
    assert found("taxel") == ["docetaxel", "nab-paclitaxel", "paclitaxel"]


def test_words_count_together_only_within_one_use():
    assert found("her2-positive adjuvant") == []


@pytest.mark.parametrize("query", ["duct", "qwerty", "xyz", "blorp", "!!", " ", "the cancer", "taxo1", "bon"])
def test_nonsense_finds_nothing(query):
    assert found(query) == []


@pytest.mark.parametrize("query", ["blorp", "qwerty", "duct", "xyz", ""])
def test_nonsense_is_answered_with_no_name(query):
    assert INDEX.suggestions(query) == ()


def test_what_is_nearly_a_name_is_answered_with_it():
    assert [near.name for near in INDEX.suggestions("herzepdinn")] == ["Herceptin"]


def test_the_surest_reading_comes_first():
    index = Index(
        [
            Entry("use", ("a1",), (), ("for taxonia",)),
            Entry("kind", ("b1",), ("taxoids",)),
            Entry("contains", ("neotaxolin",)),
            Entry("word", ("new taxolin",)),
            Entry("begins", ("taxolin",)),
            Entry("exact", ("taxo",)),
        ]
    )
    assert found("taxo", index) == ["exact", "begins", "word", "contains"]
    assert found("taxol", index) == ["begins", "word", "contains"]
    assert found("taxoi", index) == ["kind"]
    assert found("taxonia", index) == ["use"]


def test_kind_and_use_come_after_names():
    index = Index([Entry("use", ("a1",), (), ("bone",)), Entry("kind", ("b1",), ("bone",)), Entry("name", ("boneva",))])
    assert found("bone", index) == ["name", "kind", "use"]


def test_a_drug_mentioned_in_anothers_use_does_not_lead_there():
    index = Index([Entry("letrozole", ("letrozole",)), Entry("exemestane", ("exemestane",), (), ("after letrozole",))])
    assert found("letrozole", index) == ["letrozole"]


def test_a_name_that_only_looks_alike_is_not_shown_beside_the_right_one():
    index = Index([Entry("celexa", ("celexa",)), Entry("celebra", ("celebra",)), Entry("celexb", ("celexb",))])
    assert found("celexa", index) == ["celexa"]


def test_a_name_in_another_order_is_still_that_name():
    assert INDEX.find("emtansine trastuzumab").hits[0].tier is Tier.EXACT


def test_only_the_nearest_misspelling_counts():
    index = Index([Entry("near", ("cisplatin",)), Entry("far", ("cisplaton",))])
    assert found("cisplatine", index) == ["near"]


@pytest.mark.parametrize(
    ("word", "letters"), [("duct", 0), ("taxol", 1), ("kadcyla", 2), ("trastuzumab", 3), ("tdm1234567", 0)]
)
def test_how_much_may_be_misspelt_depends_on_the_length(word, letters):
    assert edits_allowed(word) == letters


@given(st.text())
def test_anything_can_be_typed(query):
    numbers = [hit.number for hit in INDEX.find(query).hits]
    assert len(set(numbers)) == len(numbers)
    INDEX.suggestions(query)


@given(st.sampled_from(range(len(INDEX.drugs))), st.data())
def test_a_name_is_found_first_however_it_is_written(number, data):
    name = data.draw(st.sampled_from(["docetaxel", "létrozole", "nab-paclitaxel", "T-DM1", "trastuzumab emtansine"]))
    written = data.draw(st.sampled_from([name, name.upper(), folded(name), name.replace("-", " "), " ".join(name)]))
    assert INDEX.find(written).hits[0].tier is Tier.EXACT


@given(st.sets(st.integers(0, 300)))
def test_a_set_of_numbers_as_one_int_has_them_all(numbers):
    assert list(numbers_in(bits(numbers))) == sorted(numbers)


# The drugs of the content.


@pytest.mark.parametrize(
    ("query", "drug"),
    [
        ("herceptine", "trastuzumab"),
        ("kadcila", "trastuzumab-emtansine"),
        ("enhertoo", "trastuzumab-deruxtecan"),
        ("T-DM1", "trastuzumab-emtansine"),
        ("nab paclitaxel", "nab-paclitaxel"),
    ],
)
def test_the_spellings_people_come_with_find_their_drug_first(release, query, drug):
    assert found(query, searchable(release).index)[0] == drug


@pytest.mark.parametrize("query", ["duct", "ductal", "qwerty", "xyz", "blorp", "duct tape"])
def test_nonsense_finds_nothing_in_the_content(release, query):
    assert found(query, searchable(release).index) == []


def test_every_name_of_every_drug_finds_it_as_exact(release):
    index = searchable(release).index
    for drug in release.sections["medsearch"].drugs:
        for name in drug.names:
            exact = [index.drugs[hit.number] for hit in index.find(name).hits if hit.tier is Tier.EXACT]
            assert drug.slug in exact, name
