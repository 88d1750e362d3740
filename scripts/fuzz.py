"""A long run of tests/security/test_fuzz.py, on every processor at once. What `make fuzz` calls.

    python scripts/fuzz.py [requests] [seed]      100,000 and 1 if not said

Ends with what was counted: requests by status, and what must be 0. Exits 1 if it is not.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MUST_BE_NONE = ("tracebacks", "answers in a log")


def main() -> int:
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    runs = min(os.cpu_count() or 1, 8)
    counts: Counter[str] = Counter()
    found: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="pathway-fuzz-") as folder:
        reports = [Path(folder) / f"{run}.json" for run in range(runs)]
        started = [
            _start(requests // runs + (run < requests % runs), seed * runs + run, reports[run]) for run in range(runs)
        ]
        output = [run.communicate()[0] for run in started]
        for report, text in zip(reports, output, strict=True):
            if not report.exists():
                print(text)
                return 1
            told = json.loads(report.read_text())
            counts.update(told["counts"])
            found |= told["found"]
    statuses = {name: count for name, count in sorted(counts.items()) if name.isdigit()}
    for what, example in found.items():
        print(f"FOUND {what}\n  {example}\n")
    print(f"requests {sum(statuses.values()):,}")
    for status, count in statuses.items():
        print(f"  answered {status}: {count:,}")
    print(f"answered with 500: {statuses.get('500', 0)}")
    for what in MUST_BE_NONE:
        print(f"{what}: {counts[what]}")
    print(f"other findings: {len(found)}")
    return int(bool(found or any(counts[what] for what in MUST_BE_NONE)))


def _start(requests: int, seed: int, report: Path) -> subprocess.Popen:
    told = {"PATHWAY_FUZZ_REQUESTS": str(requests), "PATHWAY_FUZZ_SEED": str(seed), "PATHWAY_FUZZ_REPORT": str(report)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:logging", "tests/security/test_fuzz.py"]
    return subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **told}, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


if __name__ == "__main__":
    sys.exit(main())
