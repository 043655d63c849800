"""Small files in the formats of publishers, and the actors to map them to."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import polars as pl
from source_frames import CASEBOOK

from khasan.ledger.bundled import seed
from khasan.ledger.read import read_csv
from khasan.ledger.store import Ledger
from khasan.sources.catalogue import source_row
from khasan.sources.raw_tables import raw_tables

ACTORS = read_csv(CASEBOOK / "actor.csv", "actor")
SHARED = CASEBOOK.parents[2] / "shared" / "data"


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """Write a text file."""
    path.write_bytes(text.encode(encoding))
    return path


def as_json(path: Path, value: Any) -> Path:
    """Write a JSON file."""
    return written(path, json.dumps(value))


def rows_of(path: Path) -> list[list[str]]:
    """Read the cells of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def loaded(source: str, published: str, **tables: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Load tables with the row of their source into a ledger that holds the reference tables; return what it holds."""
    raw = raw_tables({"source": source_row(source, published), **tables})
    with Ledger.memory() as ledger:
        seed(ledger)
        added = ledger.load(raw, source, kind="source")
        assert added == 1 + sum(table.height for table in tables.values())
        return ledger.tables()
