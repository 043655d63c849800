"""Time reading the bundled casebook against peers that do the same or less, and conflicts against a plain loop.

Run with ``python bench/ledger.py [RUNS]``. All are timed side by side in one process, in turn, after one warm-up run;
printed is the median in milliseconds and its ratio to ours. Peers: Frictionless checks types, constraints, keys and
references as ``datapackage.json`` lists them; DuckDB and Polars read the same files into types and check nothing.
The figures are also written to ``bench/results/ledger.csv``.
"""

from __future__ import annotations

import csv
import os
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from frictionless import validate

from khasan.ledger.bundled import bundled_folder, load_casebook, open_casebook
from khasan.ledger.knowledge import KEY, conflicts
from khasan.ledger.snapshot import take_snapshot
from khasan.ledger.store import Ledger

RESULTS = Path(__file__).parent / "results" / "ledger.csv"
FOLDER = bundled_folder()
FILES = sorted(FOLDER.glob("*.csv"))


def checked_read() -> int:
    """Read the casebook and check every value, without a database."""
    return sum(frame.height for frame in open_casebook(FOLDER).tables().values())


def checked_load() -> int:
    """Read, check and load the casebook into DuckDB, in one transaction."""
    with Ledger.memory() as ledger:
        return load_casebook(ledger, FOLDER)


def frictionless_validate() -> int:
    """Check the data package with Frictionless."""
    report = validate(str(FOLDER / "datapackage.json"))
    assert report.valid
    return sum(task.stats["rows"] or 0 for task in report.tasks)


def duckdb_unchecked() -> int:
    """Read the files into DuckDB with guessed types and no checks."""
    with duckdb.connect() as connection:
        for path in FILES:
            connection.execute(f'CREATE TABLE "{path.stem}" AS SELECT * FROM read_csv(?, header = true)', [str(path)])
        return sum(connection.execute(f'SELECT count(*) FROM "{path.stem}"').fetchall()[0][0] for path in FILES)


def polars_unchecked() -> int:
    """Read the files into Polars with guessed types and no checks."""
    return sum(pl.read_csv(path, infer_schema_length=None).height for path in FILES)


def plain_loop(rows: list[dict[str, Any]]) -> int:
    """Find the rows in conflict by a loop over dictionaries, as a first script would."""
    groups: defaultdict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["status"] is None:
            scenario = row["scenario"] if row["estimate_id"] is None else None
            groups[(*(row[name] for name in KEY), scenario)].append(row)
    found = 0
    for group in groups.values():
        estimates = {row["estimate_id"] for row in group}
        one_estimate = len(estimates) == 1 and None not in estimates
        if len({row["value"] for row in group}) > 1 and len({row["origin"] for row in group}) > 1 and not one_estimate:
            found += len(group)
    return found


def side_by_side(runs: int, contenders: dict[str, Callable[[], int]]) -> list[dict[str, object]]:
    """Time functions in turn; the first one is ours."""
    results = {name: function() for name, function in contenders.items()}
    walls: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(runs):
        for name, function in contenders.items():
            start = time.perf_counter()
            function()
            walls[name].append(time.perf_counter() - start)
    ours = statistics.median(next(iter(walls.values())))
    return [
        {
            "task": name, "rows": results[name], "runs": runs, "median_ms": f"{statistics.median(taken) * 1000:.1f}",
            "times_ours": f"{statistics.median(taken) / ours:.2f}", "cores": os.cpu_count(),
            "python": sys.version.split()[0],
        }
        for name, taken in walls.items()
    ]  # fmt: skip


def main(runs: int) -> None:
    """Run both comparisons and print and write the result."""
    observation = take_snapshot(open_casebook(FOLDER)).observation
    rows = observation.to_dicts()
    assert conflicts(observation).height == plain_loop(rows)
    reading: dict[str, Callable[[], int]] = {
        "checked read (ours)": checked_read,
        "checked load into DuckDB (ours)": checked_load,
        "frictionless validate": frictionless_validate,
        "DuckDB read_csv, unchecked": duckdb_unchecked,
        "Polars read_csv, unchecked": polars_unchecked,
    }
    finding: dict[str, Callable[[], int]] = {
        "conflicts (ours)": lambda: conflicts(observation).height,
        "conflicts, plain loop over rows": lambda: plain_loop(rows),
    }
    found = side_by_side(runs, reading) + side_by_side(runs, finding)
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(found[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)
    for row in found:
        print("{task:34} {median_ms:>8} ms, {times_ours:>6} times ours, {rows:,} rows".format(**row))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
