"""Finding a drug by what people type."""

import pytest

from evidence.text import Text
from medsearch.frozen import Drug
from medsearch.search import find
from tests.rows import row


def drug(slug, name, *, french="", brands=(), other_names=()):
    return row(Drug, slug=slug, name=Text(en=name, fr=french), brands=tuple(brands), other_names=tuple(other_names))


DRUGS = [
    drug("trastuzumab", "trastuzumab", brands=["Herceptin", "Ogivri"]),
    drug("trastuzumab-emtansine", "trastuzumab emtansine", brands=["Kadcyla"], other_names=["T-DM1"]),
    drug("pertuzumab-trastuzumab", "pertuzumab and trastuzumab", brands=["Phesgo"]),
    drug("letrozole", "letrozole", french="létrozole", brands=["Femara"]),
]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("letrozole", ["letrozole"], id="generic name"),
        pytest.param("LÉTROZOLE", ["letrozole"], id="accents and capitals"),
        pytest.param("Kadcyla", ["trastuzumab-emtansine"], id="brand"),
        pytest.param("tdm1", ["trastuzumab-emtansine"], id="short name without its hyphen"),
        pytest.param("fema", ["letrozole"], id="first letters"),
        pytest.param(
            "trastuzumab",
            ["trastuzumab", "trastuzumab-emtansine", "pertuzumab-trastuzumab"],
            id="names that begin with it come first",
        ),
        pytest.param("aspirin", [], id="not there"),
        pytest.param("", [d.slug for d in sorted(DRUGS, key=lambda d: d.name.en)], id="nothing typed: all of them"),
    ],
)
def test_found(query, expected):
    assert [found.slug for found in find(DRUGS, query)] == expected


def test_the_order_of_the_drugs_does_not_matter():
    assert find(DRUGS, "a") == find(reversed(DRUGS), "a")
