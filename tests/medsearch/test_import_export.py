"""Tables out of admin and back in: what is wrong is named by row, column and mend, and then nothing is imported."""

import csv
import io
from datetime import date, datetime

import openpyxl
import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from modeltranslation.translator import translator

from evidence import sheets
from evidence.models import Reference
from evidence.resources import ReferenceResource
from medsearch.models import Drug, Funding, Indication
from medsearch.resources import DrugResource, FundingResource, IndicationResource

pytestmark = pytest.mark.django_db

TABLES = [DrugResource, IndicationResource, FundingResource, ReferenceResource]
BOM = b"\xef\xbb\xbf"


def export(resource, kind=sheets.CSV) -> bytes:
    return kind().export_data(resource().export())


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def file_of(rows, delimiter=",") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return BOM + out.getvalue().encode()


def bring(resource, data: bytes, *, dry_run=False):
    return resource().import_data(sheets.read(data), dry_run=dry_run)


def part(resource, *slugs, **cells) -> list[list[str]]:
    """The header and the rows of these slugs as exported, with these cells in the last of them."""
    header, *rows = rows_of(export(resource))
    found = [next(row for row in rows if row[0] == slug) for slug in slugs]
    for column, text in cells.items():
        found[-1][header.index(column)] = text
    return [header, *found]


def places(result) -> list[tuple[int, str]]:
    return [(finding.row, finding.column) for finding in result.findings]


@pytest.fixture
def funding_of_500_rows() -> list[list[str]]:
    """All funding there is, filled up to 500 rows with history made of the content's own drugs, uses and places."""
    header, *rows = rows_of(export(FundingResource))
    place = {name: header.index(name) for name in header}
    patterns = [row for row in rows if row[place["indication"]] and row[place["jurisdiction"]]]
    for number in range(500 - len(rows)):
        row = list(patterns[number % len(patterns)])
        row[place["slug"]] = f"filled-up-{number:03}"
        row[place["criteria_en"]] = 'Said "yes", after a year,\nand for everybody'
        row[place["criteria_fr"]] = "Après une année, à Québec"
        row[place["effective"]] = f"{1980 + number % 40}-05"
        row[place["history"]] = "yes"
        rows.append(row)
    return [header, *sorted(rows)]


@pytest.fixture
def staff(client, admin_user):
    client.force_login(admin_user)
    return client


def upload(client, data: bytes, table="medsearch/funding", name="file.csv"):
    file = SimpleUploadedFile(name, data)
    return client.post(f"/admin/{table}/import/", {"import_file": file, "format": "0", "resource": "0"})


def confirm(client, response, table="medsearch/funding"):
    return client.post(f"/admin/{table}/process_import/", response.context_data["confirm_form"].initial)


def download(client, table="medsearch/funding", kind=0) -> bytes:
    return client.post(f"/admin/{table}/export/", {"format": kind, "resource": "0"}).content


def test_ten_planted_errors_import_nothing_and_are_each_named_with_their_mend(funding_of_500_rows, staff):
    header = funding_of_500_rows[0]
    data = [list(row) for row in funding_of_500_rows]
    ours = [number for number, row in enumerate(data) if row[0].startswith("filled-up-")]
    at = {}

    def plant(nth, column, text, mend):
        data[ours[nth]][header.index(column)] = text
        at[ours[nth] + 1, column] = mend

    other = Indication.objects.exclude(regimen__lead__slug=data[ours[10]][1]).exclude(
        regimen__companions__slug=data[ours[10]][1]
    )[0]
    current = next(number for number, row in enumerate(data) if row[header.index("history")] == "no")
    plant(10, "indication", other.slug, "a regimen that the drug is not part of")
    plant(30, "drug", "trastuzumabb", "Did you mean “trastuzumab”?")
    plant(50, "checked", "31/05/2024", "Write year, month and day: 2024-05-31")
    plant(70, "effective", "May-24", "Write it as 2024, 2024-05 or 2024-05-31")
    plant(90, "slug", data[ours[0]][0], f"Row {ours[0] + 1} has this slug already")
    plant(110, "status", "paid", "Write one of: funded, funded-with-criteria")
    plant(130, "history", "perhaps", "Write yes or no")
    plant(150, "criteria_fr", "À QUÉBEC", "Save as, “CSV UTF-8 (Comma delimited)”")
    plant(170, "history", "no", f"(row {current + 1})")
    for column in ("drug", "indication", "jurisdiction"):
        data[ours[170]][header.index(column)] = data[current][header.index(column)]
    data[ours[190]].append("one cell more")
    at[ours[190] + 1, ""] = 'put " before and after such a cell'
    file = file_of(data).replace("À QUÉBEC".encode(), "À QUÉBEC".encode("cp1252"))
    before = export(FundingResource)

    response = upload(staff, file)

    findings = response.context_data["result"].findings
    assert [(finding.row, finding.column) for finding in findings] == sorted(at)
    assert all(at[finding.row, finding.column] in finding.message for finding in findings)
    assert "confirm_form" not in response.context_data
    assert b'name="confirm"' not in response.content
    assert export(FundingResource) == before


def test_the_corrected_file_imports_and_is_exported_as_the_same_file(funding_of_500_rows, staff):
    file = file_of(funding_of_500_rows)
    shown = upload(staff, file)
    assert shown.context_data["result"].added == sum(row[0].startswith("filled-up-") for row in funding_of_500_rows)
    assert not Funding.objects.filter(slug__startswith="filled-up-").exists()
    assert confirm(staff, shown).status_code == 302
    assert download(staff) == file


@pytest.mark.parametrize("kind", [sheets.CSV, sheets.XLSX])
@pytest.mark.parametrize("resource", TABLES)
def test_an_export_brought_back_changes_nothing(resource, kind):
    result = bring(resource, export(resource, kind))
    assert result.findings == []
    assert result.unchanged == resource._meta.model.objects.count() > 10
    assert result.changes == []


@pytest.mark.parametrize("resource", TABLES)
def test_every_field_of_the_table_is_a_column(resource):
    model = resource._meta.model
    fields = {field.name for field in (*model._meta.fields, *model._meta.many_to_many)} - {"id"}
    if model is not Reference:
        fields -= set(translator.get_options_for_model(model).get_field_names())
    # Nobody signs off by importing a table.
    fields -= set(getattr(model, "SIGN_OFF", ()))
    assert set(resource._meta.fields) == fields


@pytest.mark.parametrize(
    ("resource", "slug", "cells", "column", "mend"),
    [
        (DrugResource, "trastuzumab", {"drug_class": "her2"}, "drug_class", "No drug class has the slug “her2”."),
        (DrugResource, "trastuzumab", {"drug_class": ""}, "drug_class", "may not be empty"),
        (DrugResource, "trastuzumab", {"routes": "iv; by-mouth-ish"}, "routes", "No route has the slug “by-mouth-ish”."),
        (DrugResource, "trastuzumab", {"references": ""}, "references", "may not be empty"),
        (DrugResource, "trastuzumab", {"summary_en": ""}, "summary_en", "may not be empty"),
        (DrugResource, "trastuzumab", {"brands": "x" * 201}, "brands", "201 characters, and 200 fit"),
        (DrugResource, "trastuzumab", {"atc": "L01"}, "atc", "Write it as L01FD01"),
        (DrugResource, "trastuzumab", {"generics": ""}, "generics", "Write one of: yes, no, unknown"),
        (
            DrugResource,
            "trastuzumab",
            {"benefit_en": "It helps.", "harm_en": "", "experience_en": ""},
            "benefit_en, harm_en, experience_en",
            "fill in all three or none",
        ),
        (DrugResource, "trastuzumab", {"slug": "T DM1"}, "slug", "small letters, digits and hyphens"),
        (DrugResource, "trastuzumab", {"slug": "compare"}, "slug", "Another page has this address"),
        (ReferenceResource, None, {"url": "www.cancer.ca"}, "url", "Copy it whole, from https:// on"),
        (ReferenceResource, None, {"url": "ftp://cancer.ca/a"}, "url", "Copy it whole, from https:// on"),
        (ReferenceResource, None, {"published": "2024-02-30"}, "published", "2024, 2024-05 or 2024-05-31"),
        (ReferenceResource, None, {"title": "#NAME?"}, "title", "Excel put an error"),
        (ReferenceResource, None, {"title": "a\x0bb"}, "title", "control character"),
    ],
)
def test_a_fault_is_named_by_its_column_and_mend(resource, slug, cells, column, mend):
    slug = slug or resource._meta.model.objects.values_list("slug", flat=True).order_by("slug")[0]
    result = bring(resource, file_of(part(resource, slug, **cells)))
    assert places(result) == [(2, column)]
    assert mend in result.findings[0].message


def test_columns_that_are_missing_unknown_or_twice_are_named_beside_faults_in_rows():
    header, row = part(ReferenceResource, Reference.objects.order_by("slug")[0].slug, published="soon")
    header[header.index("title")] = "titel"
    header[header.index("accessed")] = "url"
    result = bring(ReferenceResource, file_of([header, row]))
    assert {(1, "title"), (1, "titel"), (1, "url"), (2, "published")} <= set(places(result))
    said = {finding.column: finding.message for finding in result.findings}
    assert "Did you mean “title”?" in said["titel"]
    assert "missing" in said["title"]


def test_rows_that_are_cut_short_and_quotation_marks_that_do_not_pair_up_are_named():
    slugs = Reference.objects.order_by("slug").values_list("slug", flat=True)[:3]
    rows = part(ReferenceResource, *slugs)
    data = file_of([*rows[:2], rows[2][:3], rows[3]]) + b'a-slug,"An open title,x\r\n'
    result = bring(ReferenceResource, data)
    assert places(result) == [(3, ""), (5, "")]


def test_empty_rows_are_passed_over_and_counted():
    header, row = part(ReferenceResource, Reference.objects.order_by("slug")[0].slug, published="soon")
    result = bring(ReferenceResource, file_of([header, [], [""] * len(header), row]))
    assert places(result) == [(4, "published")]


def test_semicolons_bare_line_ends_and_no_byte_order_mark_are_read_alike():
    slug = Reference.objects.order_by("slug")[0].slug
    rows = part(ReferenceResource, slug, organisation="Santé; à Québec")
    data = file_of(rows, delimiter=";").removeprefix(BOM).replace(b"\r\n", b"\n")
    result = bring(ReferenceResource, data)
    assert result.findings == []
    assert "semicolons" in result.notes[0]
    assert Reference.objects.get(slug=slug).organisation == "Santé; à Québec"


def test_a_workbook_may_hold_dates_numbers_and_truth_values_of_excel():
    header, row = part(FundingResource, Funding.objects.filter(history=False).order_by("slug")[0].slug)
    cells = dict(zip(header, row, strict=True))
    cells |= {"checked": datetime(2026, 11, 20), "effective": 2024, "check_days": 90.0, "history": False}
    book = openpyxl.Workbook()
    book.active.append(header)
    book.active.append([cells[name] for name in header])
    out = io.BytesIO()
    book.save(out)
    assert bring(FundingResource, out.getvalue()).findings == []
    saved = Funding.objects.get(slug=cells["slug"])
    assert (saved.checked, saved.effective, saved.check_days, saved.history) == (date(2026, 11, 20), "2024", 90, False)


@pytest.mark.parametrize(
    ("data", "mend"),
    [
        ("slug,title\r\n".encode("utf-16"), "CSV UTF-8"),
        (b"\xd0\xcf\x11\xe0 an older workbook", "Excel Workbook (.xlsx)"),
        (b"PK\x03\x04 a broken workbook", "Excel Workbook (.xlsx)"),
        (b"\r\nslug,title\r\n", "The first row is empty"),
        (b"slug,title\r\n" + b"x" * 1_500_000, "Split it"),
    ],
)
def test_a_file_that_is_no_table_says_how_to_make_it_one(staff, data, mend):
    response = upload(staff, data, "evidence/reference")
    assert mend in str(response.context_data["form"].errors["import_file"])


def test_the_dry_run_shows_the_cells_that_change_and_saves_nothing(staff):
    row = Funding.objects.filter(history=False, status="funded").order_by("slug")[0]
    data = file_of(part(FundingResource, row.slug, status="not-funded"))
    response = upload(staff, data)
    (change,) = response.context_data["result"].changes
    assert [(cell.column, cell.before, cell.after) for cell in change.diff] == [("status", "funded", "not-funded")]
    assert "<del>funded</del>" in response.content.decode()
    assert "<ins>not-funded</ins>" in response.content.decode()
    assert Funding.objects.get(pk=row.pk).status == "funded"


def test_a_fault_in_one_row_keeps_the_others_from_being_saved():
    first, second = Reference.objects.order_by("slug")[:2]
    header, fine, bad = part(ReferenceResource, first.slug, second.slug, published="soon")
    fine[header.index("organisation")] = "Somebody else"
    assert places(bring(ReferenceResource, file_of([header, fine, bad]))) == [(3, "published")]
    assert Reference.objects.get(pk=first.pk).organisation == first.organisation


def test_what_becomes_history_makes_place_for_the_current_row_before_it():
    old = Funding.objects.filter(history=False, jurisdiction__isnull=False).order_by("slug")[0]
    rows = part(FundingResource, old.slug, old.slug, history="yes")
    header = rows[0]
    newer = [*rows[1]]
    newer[0], newer[header.index("effective")], newer[header.index("history")] = "newer", "2026-11", "no"
    assert bring(FundingResource, file_of([header, newer, rows[2]])).findings == []
    assert Funding.objects.get(slug=old.slug).history
    assert not Funding.objects.get(slug="newer").history


def test_an_indication_may_be_superseded_by_one_further_down_in_the_file():
    slug = Indication.objects.order_by("slug")[0].slug
    header, older, newer = part(IndicationResource, slug, slug, slug="a-newer-one", superseded_by="")
    older = [*older]
    older[0], older[header.index("superseded_by")] = slug, "a-newer-one"
    assert bring(IndicationResource, file_of([header, older, newer])).findings == []
    assert Indication.objects.get(slug=slug).superseded_by.slug == "a-newer-one"


def test_columns_that_are_left_out_stay_as_they_are():
    row = Drug.objects.exclude(brands="").order_by("slug")[0]
    header, cells = part(DrugResource, row.slug, other_names="Another name")
    kept = [place for place, name in enumerate(header) if name not in ("brands", "benefit_en", "name_fr")]
    result = bring(DrugResource, file_of([[header[place] for place in kept], [cells[place] for place in kept]]))
    assert result.findings == []
    assert "brands" in result.notes[0]
    saved = Drug.objects.get(pk=row.pk)
    assert (saved.other_names, saved.brands, saved.benefit_en) == ("Another name", row.brands, row.benefit_en)


def test_many_to_many_cells_add_and_take_away():
    row = Drug.objects.order_by("slug")[0]
    other = Reference.objects.exclude(pk__in=row.references.all()).order_by("slug")[0]
    bring(DrugResource, file_of(part(DrugResource, row.slug, references=other.slug)))
    assert [reference.slug for reference in row.references.all()] == [other.slug]


def test_nothing_is_imported_if_somebody_changed_the_rows_since_they_were_shown(staff):
    row = Funding.objects.filter(history=False, status="funded").order_by("slug")[0]
    shown = upload(staff, file_of(part(FundingResource, row.slug, status="not-funded")))
    Funding.objects.filter(pk=row.pk).update(criteria_en="Changed meanwhile.")
    response = confirm(staff, shown)
    assert [finding.row for finding in response.context_data["result"].findings] == [0]
    assert Funding.objects.get(pk=row.pk).status == "funded"


def test_a_page_to_confirm_that_was_tampered_with_imports_nothing(staff):
    row = Funding.objects.filter(history=False, status="funded").order_by("slug")[0]
    shown = upload(staff, file_of(part(FundingResource, row.slug, status="not-funded")))
    shown.context_data["confirm_form"].initial["import_file_name"] += "x"
    assert confirm(staff, shown).url == "/admin/medsearch/funding/import/"
    assert Funding.objects.get(pk=row.pk).status == "funded"


@pytest.mark.parametrize(
    ("may", "imports", "exports"),
    [
        ({"view"}, 403, 200),
        ({"view", "change"}, 403, 200),
        ({"view", "add", "change"}, 200, 200),
        (set(), 403, 403),
    ],
)
def test_import_needs_add_and_change_and_export_needs_view(client, may, imports, exports):
    user = User.objects.create_user("someone", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=[f"{verb}_funding" for verb in may]))
    client.force_login(user)
    assert client.get("/admin/medsearch/funding/import/").status_code == imports
    assert client.get("/admin/medsearch/funding/export/").status_code == exports


def test_an_export_is_of_the_rows_that_the_list_is_filtered_to(staff):
    rows = rows_of(
        staff.post("/admin/medsearch/funding/export/?status__exact=not-funded", {"format": 0, "resource": "0"}).content
    )
    assert {row[rows[0].index("status")] for row in rows[1:]} == {"not-funded"}
