"""Looks for secrets in the repository, and for known weaknesses in the libraries. Part of `make check`.

    python scripts/audit.py [--strict]

Secrets are looked for without a network. Known weaknesses stand in a public database (OSV), which has to be asked. If it
cannot be reached, that is said in plain sight and is no failure, since a change is no worse for it; with --strict (`make
audit`, what to run before a deployment) it is one. What was not looked up is never counted as sound.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
BASELINE = ".secrets.baseline"
ONLY_LINES_MOVED = 3
"""What detect-secrets ends with where every exception is still there, on another line."""
ADVISORIES = "https://api.osv.dev/v1/vulns/PYSEC-2019-16"
"""An advisory that has long been there: who gets it can get the others."""
SECONDS = 10


def tool(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def secrets() -> int:
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607
    tracked = [file for file in files.stdout.split("\0") if file not in ("", BASELINE) and (ROOT / file).is_file()]
    with tempfile.TemporaryDirectory() as folder:
        # A copy, since the numbers of lines in it are brought up to date, which is no finding.
        known = shutil.copy(ROOT / BASELINE, folder)
        command = [tool("detect-secrets-hook"), "--baseline", known, *tracked]
        found = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    if found.returncode not in (0, ONLY_LINES_MOVED):
        print(
            f"{found.stdout}{found.stderr}\n"
            "A secret seems to stand in the files named above. Take it out, and change it wherever it is used:\n"
            "what was once committed is known. If it is none, write `pragma: allowlist secret` beside it.\n"
            f"Exceptions stand in {BASELINE}."
        )
        return found.returncode
    return 0


def reachable() -> bool:
    try:
        with urlopen(ADVISORIES, timeout=SECONDS) as answer:
            return "id" in json.load(answer)
    except (HTTPError, URLError, OSError, ValueError):
        return False


def libraries(*, strict: bool) -> int:
    if not reachable():
        print(
            "\n*** NOT AUDITED: the database of libraries’ weaknesses could not be reached; nothing is known about them.\n"
            "*** Run `make audit` where there is a network before anything is deployed.\n"
        )
        return int(strict)
    how = ["-r", "constraints.txt", "--no-deps", "--disable-pip", "-s", "osv", "-f", "json", "--progress-spinner", "off"]
    asked = subprocess.run([tool("pip-audit"), *how], cwd=ROOT, capture_output=True, text=True, check=False)
    try:
        told = json.loads(asked.stdout)["dependencies"]
    except (ValueError, KeyError):
        print(f"*** NOT AUDITED: pip-audit did not finish.\n{asked.stderr}")
        return int(strict)
    return judge(told, strict=strict)


def judge(told: list[dict], *, strict: bool) -> int:
    """0 if every library was looked up and is sound. `told`: pip-audit's list of dependencies."""
    weak = [(one, known) for one in told for known in one.get("vulns", [])]
    for one, known in weak:
        mended = ", ".join(known["fix_versions"]) or "no version yet"
        print(f"{one['name']} {one['version']}: {known['id']}, mended in {mended}")
    missing = [one["name"] for one in told if "skip_reason" in one]
    if missing or not told:
        print(f"*** NOT AUDITED: {', '.join(missing) or 'any library'}")
    print(f"Libraries: {len(told) - len(missing)} looked up, {len(weak)} known weaknesses.")
    return int(bool(weak) or (strict and bool(missing or not told)))


if __name__ == "__main__":
    strict = "--strict" in sys.argv[1:]
    sys.exit(secrets() | libraries(strict=strict))
