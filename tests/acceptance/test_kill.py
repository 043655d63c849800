"""A load that is killed at any moment leaves the old content or the new, never half, and the next load succeeds.

Processes are killed at 20 moments, drawn with a seed over the time that a load takes, on a fresh file and on one that
holds an older vintage. The files are small parts of the real ones, so that the test takes seconds.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from khasan.ledger.bundled import seed
from khasan.ledger.store import Ledger
from khasan.ledger.writing import writable
from khasan.sources.loading import load_data_sets

STATES = Path(__file__).parents[3] / "shared" / "data" / "states"
MOMENTS = 20
SEED = 2397

# A warm process that loads on command, so that a kill hits the load and not the start of Python.
PROGRAM = """
import sys
import khasan.cli, khasan.sources.loading, khasan.ledger.writing, khasan.ledger.bundled
print("ready", flush=True)
sys.stdin.readline()
sys.argv = ["khasan", "load", "states", sys.argv[1], "--ledger", sys.argv[2]]
khasan.cli.main()
"""

pytestmark = pytest.mark.skipif(
    not STATES.is_dir(), reason="the data files on states (../shared/data/states) are not here"
)


def part(folder: Path, change: float) -> Path:
    """Write small parts of the real files; the values of trade are multiplied by a number."""
    folder.mkdir()
    trade = pl.read_parquet(STATES / "cow_trade_dyads.parquet").filter(pl.col("year") >= 2011)
    trade.with_columns(pl.col("flow1", "flow2") * change).write_parquet(folder / "cow_trade_dyads.parquet")
    for name in ("cow_states", "cow_contdir", "tss_rivalries"):
        frame = pl.read_parquet(STATES / f"{name}.parquet")
        frame.head(int(frame.height * (1.0 if change == 1 else 0.5))).write_parquet(folder / f"{name}.parquet")
    return folder


def start(data: Path, ledger: Path) -> subprocess.Popen[str]:
    """Start a process that waits to load."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(data), str(ledger)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def load(data: Path, ledger: Path) -> None:
    """Load in this process, as the command does."""
    with writable(ledger) as store, store.transaction():
        if not store.loads().height:
            seed(store)
        load_data_sets(store, "states", [data])


def timed(data: Path, ledger: Path) -> float:
    """Load in a process of its own, and return the seconds that it took."""
    process = start(data, ledger)
    began = time.perf_counter()
    _, said = process.communicate("go\n")
    assert process.returncode == 0, said
    return time.perf_counter() - began


def kill(data: Path, ledger: Path, after: float) -> None:
    """Load, and kill the process some seconds after it began."""
    process = start(data, ledger)
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()
    time.sleep(after)
    process.kill()
    process.communicate()


def content(ledger: Path) -> tuple[tuple[str, ...], dict[str, int], float]:
    """Return what a ledger holds: its loads, the rows of each, and the sum of all trade; opened read-only."""
    with Ledger.open(ledger) as held:
        loads = held.loads()
        rows = {f"{row['load']} {row['name']}": row["rows"] for row in loads.iter_rows(named=True)}
        value = held.panels.read("trade_flow", columns=["value"]).get_column("value").sum()
        return tuple(loads.get_column("name")), rows, float(value)


@pytest.mark.parametrize("held", [False, True], ids=["fresh file", "older vintage"])
def test_killed_at_any_moment(tmp_path: Path, held: bool) -> None:
    old, new = part(tmp_path / "old", 1.0), part(tmp_path / "new", 1.5)
    room = tmp_path / "room"
    room.mkdir()
    before, ledger = tmp_path / "before.duckdb", room / "t.duckdb"
    load(old, before)
    finished = tmp_path / "finished.duckdb"
    if held:
        shutil.copy(before, finished)
    took = timed(new, finished)
    old_content, new_content = content(before), content(finished)
    assert old_content != new_content
    draw = random.Random(SEED + held)
    seen = set()
    for _ in range(MOMENTS // 2):
        for left in room.iterdir():
            left.unlink()
        if held:
            shutil.copy(before, ledger)
        kill(new, ledger, draw.uniform(0, 1.1 * took))
        if ledger.exists():
            found = content(ledger)
            assert found in ((old_content, new_content) if held else (new_content,))
            seen.add(found == new_content)
        else:
            assert not held
            seen.add(False)
        load(new, ledger)
        assert content(ledger) == new_content
        assert [place.name for place in room.iterdir()] == ["t.duckdb"]
    assert False in seen, "no kill came before the end of a load"
