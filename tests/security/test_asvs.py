"""docs/asvs.md against the standard's own list, and against the files and tests that it names."""

import re
from collections import Counter
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PAGE = (ROOT / "docs/asvs.md").read_text()
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if re.match(r"\| V\d", line)]
LEFT_OUT = ("V10.", "V17.")
NAMED = re.compile(r"`([\w./-]+?)(?:::(\w+))?`")


def test_every_requirement_of_both_levels_has_its_row():
    listed = (Path(__file__).parent / "asvs-5.0.0.txt").read_text().splitlines()[1:]
    asked = [line.split() for line in listed if not line.startswith(LEFT_OUT)]
    assert [row[:2] for row in ROWS] == asked


def test_every_state_is_one_of_four_and_says_why():
    assert {row[3] for row in ROWS} <= {"met", "part", "not met", "n/a"}
    assert all(len(row) == 5 and row[4] for row in ROWS)
    counted = Counter(row[3] for row in ROWS)
    told = f"Of {len(ROWS)} requirements {counted['met']} are met, {counted['part']} in part, {counted['not met']} not"
    assert told in " ".join(PAGE.split())


def test_every_file_and_test_that_is_named_is_there():
    for row in ROWS:
        for name, test in NAMED.findall(row[4]):
            if "/" not in name.strip("/") or name.startswith("/"):
                continue
            file = ROOT / name
            assert file.exists(), f"{row[0]} names {name}"
            assert not test or f"def {test}(" in file.read_text(), f"{row[0]} names {name}::{test}"
