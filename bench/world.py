"""Time the measures over the whole world on the real files, against the way researchers count agreement with pandas.

Run with ``python bench/world.py [RUNS]``; needs ``../shared/data/states`` beside the project and pandas. Timed in one
process: dependence of all dyads, agreement of all dyads by this package and by the usual recipe with pandas (votes
merged with themselves on the roll call, grouped by pair and year), and ideal points. The recipe is given one year at a
time, since the whole merge does not fit into memory, and computes agreement alone, while ours computes all variants;
both answers are compared before anything is printed. The figures are also written to ``bench/results/world.csv``.
"""

from __future__ import annotations

import csv
import os
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl

from khasan.ledger.read import read_csv
from khasan.measures.world.alignment import alignment
from khasan.measures.world.dependence import dependence
from khasan.measures.world.ideal_points import ideal_points
from khasan.sources.actors import actors_of
from khasan.sources.datasets import data_sets, find_in_folder, names_of, read_data_set

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results" / "world.csv"
ACTORS = ROOT / "casebooks" / "rus-prk" / "actor.csv"
STATES = ROOT.parent / "shared" / "data" / "states"


def panels(name: str) -> Mapping[str, pl.DataFrame]:
    """Read a data set and map it to its panels."""
    table = read_csv(ACTORS, "actor")
    parts = find_in_folder(STATES)[name]
    return read_data_set(data_sets()[name], parts, actors_of(table), names_of(table)).mapped.panels


def agreement_by_pandas(votes: pd.DataFrame) -> pd.DataFrame:
    """Count agreement as the usual recipe does: merge, compare, group; one year at a time."""
    parts = []
    for year, cast in votes.groupby("year"):
        pairs = cast.merge(cast, on="roll_call", suffixes=("_one", "_other"))
        pairs = pairs[pairs["actor_one"] < pairs["actor_other"]]
        pairs = pairs.assign(same=pairs["answer_one"] == pairs["answer_other"])
        counted = pairs.groupby(["actor_one", "actor_other"])["same"].agg(["mean", "size"]).reset_index()
        parts.append(counted.assign(year=year))
    return pd.concat(parts, ignore_index=True)


def check_same(ours: pl.DataFrame, theirs: pd.DataFrame) -> None:
    """Refuse to time two answers that differ."""
    ordered = theirs.sort_values(["actor_one", "actor_other", "year"])
    assert ours.height == len(ordered)
    assert ours.get_column("one").to_list() == ordered["actor_one"].to_list()
    assert np.array_equal(ours.get_column("votes").to_numpy(), ordered["size"].to_numpy())
    assert np.allclose(ours.get_column("agreement").to_numpy(), ordered["mean"].to_numpy())


def timed(function: Callable[[], object], runs: int) -> list[float]:
    """Return the wall time of each run, in seconds."""
    walls = []
    for _ in range(runs):
        start = time.perf_counter()
        function()
        walls.append(time.perf_counter() - start)
    return walls


def main(runs: int) -> None:
    """Compare the answers, then time and write all."""
    flows = panels("cow-trade")["trade_flow"].select("exporter", "importer", "year", "value")
    assembly = panels("unga-votes")
    votes, roll_calls = assembly["vote"], assembly["roll_call"]
    predecessors = pl.read_csv(ACTORS, columns=["id", "predecessor"]).rename({"id": "actor"})
    cast = votes.join(roll_calls.select("roll_call", "year"), on="roll_call")
    frame = pd.DataFrame({name: cast.get_column(name).to_list() for name in ("roll_call", "actor", "answer", "year")})
    check_same(alignment(votes, roll_calls), agreement_by_pandas(frame))
    tasks: dict[str, tuple[int, Callable[[], object], int, float | None]] = {
        "dependence of all dyads (ours)": (flows.height, lambda: dependence(flows), runs, 2.0),
        "alignment of all dyads, all variants (ours)": (votes.height, lambda: alignment(votes, roll_calls), runs, 3.0),
        "agreement of all dyads (pandas recipe)": (votes.height, lambda: agreement_by_pandas(frame), 1, None),
        "ideal points, all sessions (ours)": (
            votes.height, lambda: ideal_points(votes, roll_calls, predecessors), 1, 60.0,
        ),
    }  # fmt: skip
    found = {name: statistics.median(timed(function, often)) for name, (_, function, often, _) in tasks.items()}
    ours = found["alignment of all dyads, all variants (ours)"]
    rows = [
        {
            "task": name, "rows": count, "runs": often, "median_s": f"{found[name]:.2f}",
            "limit_s": "" if limit is None else limit,
            "times_ours": f"{found[name] / ours:.1f}" if "dyads" in name and "dependence" not in name else "",
            "cores": os.cpu_count(), "python": sys.version.split()[0],
        }
        for name, (count, _, often, limit) in tasks.items()
    ]  # fmt: skip
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    for row in rows:
        print("{task:45} {median_s:>7} s, {times_ours:>6} times ours, {rows:,} rows".format(**row))


if __name__ == "__main__":
    if not STATES.is_dir():
        sys.exit(f"{STATES} is not here; the bench needs the data files on states")
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
