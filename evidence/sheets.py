"""Tables as files: CSV and XLSX read with each fault named by row and column, and written so that Excel keeps them.

A row's number is what a spreadsheet shows beside it: the header is row 1, and empty rows count.
"""

import codecs
import csv
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice

import openpyxl
import tablib
from django.core import signing
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from import_export.formats import base_formats
from import_export.tmp_storages import BaseStorage
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

ROW = "#"
"""Name of the column in which a `Sheet` keeps the number of each row."""

LARGEST = 1_500_000
"""Bytes of a file: as much as still fits, in base 64, into a form as large as the settings allow (see `InThePage`)."""

MOST_ROWS = 20_000
EXCEL_ERRORS = {"#NAME?", "#REF!", "#VALUE!", "#N/A", "#DIV/0!", "#NUM!", "#NULL!"}
CONTROL_CHARACTER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
BAD_BYTE = re.compile("[\udc80-\udcff]")
"""What Python puts in place of a byte that is not UTF-8 ("surrogateescape")."""


@dataclass(frozen=True, order=True)
class Finding:
    """What is wrong in one place of a file, and how to mend it. Row 0: the file as a whole. No column: the whole row."""

    row: int
    column: str
    message: str
    cell: str = ""


class Unreadable(Exception):
    """The file is not a table that we can read. Its text says how to make it one."""


class Sheet(tablib.Dataset):
    """The rows of a file as text, each with its number under `ROW`, and what was wrong with the file itself.

    `unread` holds the (row, column) of cells whose content is lost: a finding says so, and nothing more can be said.
    """

    def __init__(self, *rows, findings=(), unread=(), notes=(), **kwargs):
        super().__init__(*rows, **kwargs)
        self.findings = list(findings)
        self.unread = set(unread)
        self.notes = list(notes)

    def __bool__(self):
        return True


def plain(text: str) -> str:
    """Text as a cell holds it: one kind of line break, nothing blank around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


_FORMULA = re.compile(r"[=+\-@\t\r]")


def inert(cell: str) -> str:
    """The text with an apostrophe before it where programs for tables would take it for a formula, and carry it out."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def as_typed(cell: str) -> str:
    """The text without the apostrophe that `inert` put there."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell


def read(data: bytes) -> Sheet:
    """The table in the bytes of a CSV or XLSX file. Raises Unreadable."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(_("This is an older Excel file (.xls). In Excel: Save as, “Excel Workbook (.xlsx)”."))
    if data.startswith(b"PK"):
        return _sheet(_records_of_xlsx(data), cells_may_lack=True)
    records, findings, notes = _records_of_csv(data)
    return _sheet(records, findings, notes)


def _records_of_xlsx(data: bytes) -> list[list[str]]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        # The size that a file states is often wrong; without it every row that is there is read.
        sheet.reset_dimensions()
        return [[_text(value) for value in row] for row in islice(sheet.iter_rows(values_only=True), 100_000)]
    except (InvalidFileException, zipfile.BadZipFile, zlib.error, KeyError, IndexError, ValueError, OSError) as error:
        raise Unreadable(
            _("This is not an Excel workbook that we can read. In Excel: Save as, “Excel Workbook (.xlsx)”.")
        ) from error


def _text(value) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
        case date():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)


def _records_of_csv(data: bytes) -> tuple[list[list[str]], list[Finding], list[str]]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data:
        raise Unreadable(_("This is not a CSV file in UTF-8. In Excel: Save as, “CSV UTF-8 (Comma delimited)”."))
    text = data.removeprefix(codecs.BOM_UTF8).decode("utf-8", "surrogateescape")
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    records: list[list[str]] = []
    findings = []
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            records.append([as_typed(cell) for cell in record])
    except csv.Error:
        row = len(records) + 1
        findings.append(
            Finding(
                row,
                "",
                _(
                    "The quotation marks in this row do not pair up, so nothing from here on could be read. A cell that "
                    'begins with " must end with ", and a " inside it is written twice.'
                ),
            )
        )
    notes = []
    if delimiter == ";":
        notes.append(_("The cells of this file are separated by semicolons, as Excel does in French. It was read that way."))
    elif delimiter == "\t":
        notes.append(_("The cells of this file are separated by tabs. It was read that way."))
    return records, findings, notes


def _sheet(records, findings=(), notes=(), *, cells_may_lack=False) -> Sheet:
    header = [plain(cell).lower() for cell in records[0]] if records else []
    while header and not header[-1]:
        header.pop()
    if not header:
        raise Unreadable(_("The first row is empty. It must hold the names of the columns: begin with an export."))
    width = len(header)
    sheet = Sheet(headers=[ROW, *header], findings=findings, notes=notes)
    for number, record in enumerate(records[1:], 2):
        cells = [plain(cell) for cell in record]
        if not any(cells):
            continue
        if len(sheet) == MOST_ROWS:
            raise Unreadable(_("The file has more than 20,000 rows. Split it, and import the parts one after another."))
        beyond = any(cells[width:])
        if beyond or (len(cells) < width and not cells_may_lack):
            used = max(place for place, cell in enumerate(cells, 1) if cell) if beyond else len(cells)
            sheet.findings.append(Finding(number, "", _uneven(used, width)))
            continue
        cells = [*cells, *[""] * width][:width]
        sheet.append([number, *cells])
    if not len(sheet) and not sheet.findings:
        sheet.findings.append(Finding(0, "", _("The file has the names of the columns, and no row under them.")))
    _name_lost_cells(sheet, header)
    return sheet


def _uneven(cells: int, columns: int) -> str:
    few = _(
        "This row has %(cells)s cells and the header has %(columns)s. Perhaps a line break or a quotation mark cut it "
        'short: put " before and after such a cell. Empty cells need their separators too.'
    )
    many = _(
        "This row has %(cells)s cells and the header has %(columns)s. Perhaps a cell has the separator in its text: "
        'put " before and after such a cell.'
    )
    return (many if cells > columns else few) % {"cells": cells, "columns": columns}


def _name_lost_cells(sheet: Sheet, header: list[str]) -> None:
    rows = [dict(zip(sheet.headers, values, strict=True)) for values in sheet]
    not_utf8 = []
    for row in rows:
        for column in header:
            cell = row[column]
            if BAD_BYTE.search(cell):
                not_utf8.append((row[ROW], column, cell))
            elif cell in EXCEL_ERRORS:
                said = _("Excel put an error in place of what stood here. Write it again, with the cell formatted as text.")
                sheet.findings.append(Finding(row[ROW], column, said, cell))
            elif CONTROL_CHARACTER.search(cell):
                said = _("There is an invisible control character in this cell. Write it again.")
                sheet.findings.append(Finding(row[ROW], column, said, CONTROL_CHARACTER.sub("�", cell)))
            else:
                continue
            sheet.unread.add((row[ROW], column))
    if not_utf8:
        row, column, cell = not_utf8[0]
        byte = BAD_BYTE.search(cell).group().encode("utf-8", "surrogateescape").hex().upper()
        guess = cell.encode("utf-8", "surrogateescape").decode("cp1252", "replace")
        said = _(
            "The file is not in UTF-8: the first byte that does not belong (%(byte)s) is in this cell, which was perhaps "
            "meant to read “%(guess)s”. In Excel: Save as, “CSV UTF-8 (Comma delimited)”, and import that file."
        ) % {"byte": byte, "guess": guess[:80]}
        if others := len(not_utf8) - 1:
            said += " " + ngettext(
                "It is so in %(count)s more cell, in row %(rows)s.",
                "It is so in %(count)s more cells, in rows %(rows)s.",
                others,
            ) % {"count": others, "rows": ", ".join(map(str, sorted({lost[0] for lost in not_utf8[1:]})))}
        sheet.findings.append(Finding(row, column, said, BAD_BYTE.sub("�", cell)))


class Spreadsheet(base_formats.Format):
    """What can be imported. Which of the two a file is, it says itself."""

    def __init__(self, encoding=None):
        """The library passes an encoding; a file in another than UTF-8 is told apart by its bytes."""

    def get_title(self):
        return gettext_lazy("CSV or XLSX")

    def can_import(self):
        return True

    def create_dataset(self, in_stream):
        return read(in_stream)


class CSV(base_formats.CSV):
    """The bytes that Excel writes as “CSV UTF-8”: with a byte order mark, by which it knows the encoding again."""

    CONTENT_TYPE = "text/csv; charset=utf-8"

    def get_title(self):
        return format_lazy("CSV: {}", gettext_lazy("for other programs, and to compare"))

    def get_extension(self):
        return "csv"

    def is_binary(self):
        return True

    def export_data(self, dataset, **kwargs):
        rows = tablib.Dataset(*([inert(cell) for cell in row] for row in dataset), headers=dataset.headers)
        return rows.export("csv").encode("utf-8-sig")


class XLSX(base_formats.XLSX):
    """All cells are text, so that Excel turns no “2024-05” into a day and no “- ” into a formula."""

    def get_title(self):
        return format_lazy("XLSX: {}", gettext_lazy("for Excel, which would change dates and lists in a CSV file"))

    def get_extension(self):
        return "xlsx"

    def export_data(self, dataset, **kwargs):
        book = openpyxl.Workbook()
        sheet = book.active
        for number, row in enumerate([dataset.headers, *dataset], 1):
            for place, value in enumerate(row, 1):
                cell = sheet.cell(number, place)
                cell.value = ILLEGAL_CHARACTERS_RE.sub("", value) or None
                if cell.value:
                    cell.data_type = "s"
                cell.number_format = "@"
                cell.alignment = Alignment(vertical="top", wrap_text=len(value) > 40)
                cell.font = Font(bold=number == 1)
        for place, _header in enumerate(dataset.headers, 1):
            longest = max(len(value) for value in (dataset.headers[place - 1], *dataset.get_col(place - 1)))
            sheet.column_dimensions[get_column_letter(place)].width = min(60, longest + 2)
        sheet.freeze_panes = "B2"
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()


class _AsItIs:
    @staticmethod
    def dumps(data):
        return data

    loads = dumps


class InThePage(BaseStorage):
    """Keeps an uploaded file in the page that asks to confirm it, compressed and signed: nothing is left on the server.

    The name of what is kept is the content itself, so any process behind any address can read it back.
    """

    SALT = "evidence.sheets"
    HOURS = 12

    def save(self, data):
        self.name = signing.dumps(data, salt=self.SALT, serializer=_AsItIs, compress=True)

    def read(self):
        """Raises signing.BadSignature if it was changed or is too old."""
        return signing.loads(self.name, salt=self.SALT, serializer=_AsItIs, max_age=self.HOURS * 3600)

    def remove(self):
        """Nothing to remove."""
