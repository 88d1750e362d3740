"""What `make bench` calls: measures Pathway beside what it could be compared with, prints tables, writes a chart.

    python scripts/bench            everything; makes an environment under .local/bench/ for what Pathway is compared with
    python scripts/bench served     pages as a server sends them
    python scripts/bench rules      to whom a statement belongs, beside rule engines
    python scripts/bench growth     how the time grows with the content

docs/performance.md says how to read the tables. Every entry is measured beside another one in the same run: ratios hold on
any machine, milliseconds do not.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

from local import ROOT, prepare, settle_environment  # noqa: E402

CHART = ROOT / "docs" / "pictures" / "bench.svg"


def served() -> None:
    import chart
    import served as pages

    prepare()
    rates, others = pages.measure()
    rows = pages.table(rates)
    print("\n| what is sent | answers a second | of this site's empty view | of Django alone |\n| --- | --- | --- | --- |")
    for what, found, of_empty, of_bare in rows:
        print(f"| {what} | {found:,.0f} | {of_empty:.2f} | {of_bare:.2f} |")
    print("\n| what | how much |\n| --- | --- |")
    for what, found in others.items():
        print(f"| {what} | {found} |")
    drawn = [(what, found, f"{found:,.0f} · {ratio:.2f}") for what, found, ratio, _ in rows]
    CHART.write_text(chart.bars("Answers a second, one process; and as part of the empty view's", drawn))
    print(f"\nThe chart is at {CHART.relative_to(ROOT)}.")


def rules() -> None:
    import served as pages
    from rules import SIZES

    command = [pages.rivals(), HERE / "rules.py", ROOT]
    taken = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    print("\n| one profile among the populations | " + " | ".join(f"{size:,} rules" for size in SIZES) + " |")
    print("| --- |" + " --- |" * len(SIZES))
    for engine, times in taken.items():
        compared = [f"{t * 1e6:,.0f} µs ({t / mine:,.0f} ×)" for t, mine in zip(times, taken["Pathway"], strict=True)]
        print(f"| {engine} | {' | '.join(compared)} |")


def growth() -> None:
    # In a process of its own: its database is in memory.
    code = "import growth; growth.measure()"
    environment = {**os.environ, "DATABASE_URL": "sqlite://:memory:", "PYTHONPATH": f"{HERE}{os.pathsep}{ROOT}"}
    print(flush=True)
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)


if __name__ == "__main__":
    settle_environment()
    # One client asks for more than any reader may.
    os.environ["PATHWAY_RATE_LIMITS"] = "0"
    chosen = sys.argv[1:] or ["served", "rules", "growth"]
    for part in chosen:
        {"served": served, "rules": rules, "growth": growth}[part]()
