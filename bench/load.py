"""Time loading the whole folder of data on states against peers that read the same files and check nothing.

Run with ``python bench/load.py [RUNS]``; the files are those of ``../shared/data/states``. Every run is a process of
its own that starts with an empty ledger, all in turn, after one warm-up. Printed is the median of the wall time, which
holds the start of Python, and its ratio to ours; the processor time, which depends little on what else the machine
does; and the largest resident set. Peers: DuckDB copies the files into tables of a file as they are; Polars and pandas
(where it is installed) read them into memory.
The figures are also written to ``bench/results/load.csv``.
"""

from __future__ import annotations

import csv
import importlib.util
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

STATES = Path(__file__).parents[2] / "shared" / "data" / "states"
RESULTS = Path(__file__).parent / "results" / "load.csv"


def khasan_load(folder: Path) -> None:
    """Read, check, map and load every data set of the folder, in one transaction."""
    sys.argv = ["khasan", "load", "states", str(STATES), "--ledger", str(folder / "t.duckdb")]
    from khasan.cli import main

    sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    main()


def duckdb_copy(folder: Path) -> None:
    """Copy the files into DuckDB tables as they are."""
    import duckdb

    with duckdb.connect(folder / "t.duckdb", config={"threads": "2"}) as connection:
        for path in sorted(STATES.glob("*.parquet")):
            connection.execute(f'CREATE TABLE "{path.stem}" AS SELECT * FROM read_parquet(?)', [str(path)])


def polars_read(_: Path) -> None:
    """Read the files with Polars and count the rows."""
    import polars as pl

    print(sum(pl.read_parquet(path).height for path in sorted(STATES.glob("*.parquet"))))


def pandas_read(_: Path) -> None:
    """Read the files with pandas and count the rows."""
    import pandas as pd  # type: ignore[import-untyped, unused-ignore]

    print(sum(len(pd.read_parquet(path)) for path in sorted(STATES.glob("*.parquet"))))


CONTENDERS: dict[str, Callable[[Path], None]] = {
    "khasan load states (ours)": khasan_load,
    "DuckDB copies the files, unchecked": duckdb_copy,
    "Polars reads the files, unchecked": polars_read,
    "pandas reads the files, unchecked": pandas_read,
}


def in_a_process(name: str) -> tuple[float, float, float]:
    """Run one contender in a new process; return wall and processor seconds, and the largest resident set in MB."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        child = os.posix_spawn(
            sys.executable,
            [sys.executable, __file__, "--one", name, folder],
            os.environ,
            file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
        )
        _, status, used = os.wait4(child, 0)
        wall = time.perf_counter() - start
    if status:
        raise SystemExit(f"{name}: failed with status {status}")
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main(runs: int) -> None:
    """Run all contenders in turn, and print and write the medians."""
    if not STATES.is_dir():
        raise SystemExit(f"{STATES}: not here; the bench needs the data files on states")
    names = [name for name in CONTENDERS if "pandas" not in name or importlib.util.find_spec("pandas")]
    measured: dict[str, list[tuple[float, float, float]]] = {name: [] for name in names}
    for run in range(runs + 1):
        for name in names:
            figures = in_a_process(name)
            if run:  # the first one warms up
                measured[name].append(figures)
    found: list[dict[str, object]] = []
    for name, taken in measured.items():
        wall, processor, memory = (list(column) for column in zip(*taken, strict=True))
        ours = statistics.median(one for one, *_ in measured[names[0]])
        found.append(
            {
                "task": name,
                "runs": runs,
                "median_s": f"{statistics.median(wall):.2f}",
                "times_ours": f"{statistics.median(wall) / ours:.2f}",
                "processor_s": f"{statistics.median(processor):.2f}",
                "peak_mb": f"{max(memory):.0f}",
                "cores": os.cpu_count(),
                "load_average": f"{os.getloadavg()[0]:.1f}",
                "python": sys.version.split()[0],
            }
        )
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(found[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)
    for row in found:
        told = (
            "{task:36} {median_s:>6} s, {times_ours:>5} times ours, {processor_s:>6} s of processors, {peak_mb:>5} MB"
        )
        print(told.format(**row))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        CONTENDERS[sys.argv[2]](Path(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
