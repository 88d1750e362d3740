"""The public tables as files."""

import csv
import io
import json

import pytest

from medsearch.downloads import TABLES

pytestmark = pytest.mark.from_memory

COUNTS = {
    "drugs": lambda release: len(release.sections["medsearch"].drugs),
    "indications": lambda release: len(release.sections["medsearch"].indications),
    "terms": lambda release: len(release.sections["glossary"].terms),
}


def as_csv(site, name):
    response = site.get(f"/en/medsearch/data/{name}.csv")
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("name", TABLES)
def test_csv_and_json_have_the_same_rows(site, name):
    rows = site.get(f"/en/medsearch/data/{name}.json").json()["rows"]
    flat = [{k: "; ".join(v) if isinstance(v, list) else v for k, v in row.items()} for row in rows]
    about = {"release", "release_published", "as_of", "licence"}
    assert [{k: v for k, v in row.items() if k not in about} for row in as_csv(site, name)] == flat


@pytest.mark.parametrize("name", TABLES)
def test_every_row_names_release_date_and_licence(site, release, name):
    rows = as_csv(site, name)
    assert rows
    assert {row["release"] for row in rows} == {str(release.number)}
    assert all(row["release_published"] and row["as_of"] and row["licence"] for row in rows)


@pytest.mark.parametrize("name", COUNTS)
def test_nothing_is_left_out(site, release, name):
    assert len(as_csv(site, name)) == COUNTS[name](release)


def test_funding_has_every_row_and_one_for_each_gap(site, release):
    rows = as_csv(site, "funding")
    section = release.sections["medsearch"]
    assert {row["slug"] for row in rows if row["slug"]} == {row.slug for row in section.funding}
    current = {(row["drug"], row["jurisdiction"]) for row in rows if row["standing"] != "history"}
    assert current == {(drug.slug, place.slug) for drug in section.drugs for place in section.jurisdictions}


def test_a_gap_is_told_as_no_information(site):
    gaps = [row for row in as_csv(site, "funding") if not row["slug"]]
    assert gaps
    assert {(row["status"], row["standing"], row["what_is_known"]) for row in gaps} == {
        ("unknown", "no-information", "We have no confirmed information")
    }


@pytest.mark.parametrize("address", ["secrets.csv", "drugs.exe", "drugs.CSV", "drugs"])
def test_what_is_no_table_is_not_found(site, address):
    assert site.get(f"/en/medsearch/data/{address}").status_code in (404, 301)


def test_the_file_is_named_after_its_release(site, release):
    response = site.get("/en/medsearch/data/drugs.csv")
    assert response["Content-Disposition"] == f'attachment; filename="pathway-drugs-release-{release.number}.csv"'


def test_json_names_the_release_by_its_hash(site, release):
    assert json.loads(site.get("/en/medsearch/data/terms.json").content)["sha256"] == release.sha256
