"""Time whole processes, from the shell's point of view: help, one ``why``, and the brief with and without its PDF.

Run with ``python bench/brief.py [RUNS]``. Each command starts cold in a process of its own; printed are the median,
the shortest and the longest wall time in seconds, and the largest resident memory in MB (2**20 bytes). The figures are
also written to ``bench/results/brief.csv``.
"""

from __future__ import annotations

import csv
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RESULTS = Path(__file__).parent / "results" / "brief.csv"
KHASAN = (sys.executable, "-m", "khasan")
FINDING = ("measure", "dependence", "PRK", "--partner", "CHN", "--from", "2005", "--to", "2005", "--compiler", "KOTRA")
LIMITS = {"help": 0.3, "why": 1.0, "brief without PDF": 5.0, "brief with PDF": 6.0}
"""Seconds that the project allows on two cores."""


def timed(arguments: tuple[str, ...]) -> tuple[float, float]:
    """Run a command and return its wall time in seconds and its largest resident memory in MB."""
    start = time.perf_counter()
    with subprocess.Popen([*KHASAN, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - start
        if process.returncode:
            assert process.stderr is not None
            raise SystemExit(f"{' '.join(arguments)}: {process.stderr.read().decode()}")
    return wall, usage.ru_maxrss / 1024


def a_finding() -> str:
    """Return the id of one finding of the bundled casebook."""
    done = subprocess.run([*KHASAN, *FINDING, "--format", "csv"], capture_output=True, text=True, check=True)
    return next(csv.DictReader(done.stdout.splitlines()))["finding"]


def main(runs: int) -> None:
    """Time every command and print and write the result."""
    with tempfile.TemporaryDirectory() as out:
        brief = ("brief", "RUS", "PRK", "--out", out)
        commands = {
            "help": ("--help",),
            "why": ("why", a_finding()),
            "brief without PDF": (*brief, "--no-pdf"),
            "brief with PDF": brief,
        }
        rows = []
        for name, arguments in commands.items():
            taken = [timed(arguments) for _ in range(runs)]
            walls = [wall for wall, _ in taken]
            rows.append(
                {
                    "command": name, "runs": runs, "median_s": f"{statistics.median(walls):.2f}",
                    "min_s": f"{min(walls):.2f}", "max_s": f"{max(walls):.2f}", "limit_s": LIMITS[name],
                    "peak_mb": f"{max(peak for _, peak in taken):.0f}",
                    "cores": os.cpu_count(), "python": sys.version.split()[0],
                }
            )  # fmt: skip
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    for row in rows:
        print(
            "{command:18} median {median_s} s (min {min_s}, max {max_s}; limit {limit_s} s), {peak_mb} MB".format(**row)
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
