"""A program reads what the programs before it published: a row of the fullest and of the emptiest kind of every table.

If one of these fails, a field was added without a default, renamed or taken away: mend that, or give up reading all releases
published so far, which plan codes on paper name. `documents/` is added to when FORMAT is raised, and never changed.
"""

from pathlib import Path

import msgspec
import pytest

from evidence import releases

DOCUMENTS = sorted((Path(__file__).parent / "documents").glob("format-*.json"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=[path.stem for path in DOCUMENTS])
def test_a_document_of_every_format_is_still_read(path):
    sections = releases.read(path.read_text())
    as_written = msgspec.json.decode(path.read_bytes())["sections"]
    for name, tables in as_written.items():
        now = msgspec.json.decode(msgspec.json.encode(sections[name]))
        for kind, rows in tables.items():
            for row, read in zip(rows, now[kind], strict=True):
                assert {field: read[field] for field in row} == row


def test_there_is_a_document_of_every_format():
    assert [path.stem for path in DOCUMENTS] == [f"format-{number}" for number in range(1, releases.FORMAT + 1)]
