"""The audit of `make check`: finds a secret, and takes no library that was not looked up for a sound one."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

sys.path.insert(0, str(settings.BASE_DIR / "scripts"))

from audit import BASELINE, judge

SOUND = {"name": "sound", "version": "1", "vulns": []}
WEAK = {"name": "weak", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]}
SKIPPED = {"name": "skipped", "skip_reason": "not found"}


def test_a_key_in_a_file_is_found(tmp_path):
    planted = tmp_path / "settings.py"
    planted.write_text('AWS = "AKIA' + "Q3EGRQZ6TUV5WXYZ" + '"\n')
    hook = Path(sys.executable).with_name("detect-secrets-hook")
    command = [hook, "--baseline", settings.BASE_DIR / BASELINE, planted]
    found = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    assert found.returncode == 1
    assert "AWS Access Key" in found.stdout


def test_what_is_excepted_is_no_more_than_what_is_there():
    excepted = json.loads((settings.BASE_DIR / BASELINE).read_text())["results"]
    assert all((settings.BASE_DIR / file).is_file() for file in excepted)


@pytest.mark.parametrize(
    ("told", "lenient", "strict"),
    [([SOUND], 0, 0), ([SOUND, WEAK], 1, 1), ([SOUND, SKIPPED], 0, 1), ([], 0, 1), ([WEAK, SKIPPED], 1, 1)],
)
def test_only_what_was_looked_up_counts_as_sound(told, lenient, strict, capsys):
    assert judge(told, strict=False) == lenient
    assert judge(told, strict=True) == strict
    said = capsys.readouterr().out
    assert ("NOT AUDITED" in said) == (not told or SKIPPED in told)
    assert ("weak 1: PYSEC-1, mended in 2" in said) == (WEAK in told)
