"""Casebook folders for tests: where they are, and small ones that are broken on purpose."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from khasan.answers.assemble import Answers, assemble
from khasan.answers.triangle import resolve
from khasan.ledger.bundled import open_casebook
from khasan.ledger.snapshot import take_snapshot

TODAY = date(2026, 3, 1)
"""The day on which tests of the bundled casebook take place."""

TWO_HARBOURS = Path(__file__).parent / "data" / "two-harbours"
"""A casebook of invented actors, series, channels, money and compilers, which says nothing of its roles."""

THREE_RIVERS = Path(__file__).parents[2] / "shared" / "examples" / "three-rivers"
"""The minimal casebook beside the checkout; tests that need it are skipped where it is not."""

Row = dict[str, str]

BASE: Mapping[str, tuple[Row, ...]] = {
    "actor": (
        {"id": "QAA", "name": "Aland", "kind": "state", "valid_from": "1990-01-01", "predecessor": "QOL"},
        {"id": "QOL", "name": "Oldland", "kind": "state", "valid_to": "1989-12-31"},
        {"id": "QBB", "name": "Beland", "kind": "state"},
        {"id": "WLD", "name": "World", "kind": "group"},
    ),
    "source": (
        {
            "id": "file", "title": "A file", "publisher": "P", "published": "2020-06", "url": "https://example.org",
            "kind": "primary", "reliability": "B", "licence_class": "ship",
        },
    ),
    "channel": ({"id": "cargo", "name": "Cargo", "order": "1", "definition": "Cargo"},),
    "unit": (
        {"id": "million crowns", "dimension": "money", "factor": "1000000", "base": "crown"},
        {"id": "tonnes", "dimension": "mass", "factor": "1", "base": "tonne"},
    ),
    "series": (
        {
            "id": "landed", "channel": "cargo", "unit": "million crowns", "direction": "from_to", "adds_up": "yes",
            "definition": "Cargo landed",
        },
    ),
    "observation": (
        {
            "id": "r1", "series": "landed", "from_actor": "QAA", "to_actor": "QBB", "start": "2017-01-01",
            "end": "2017-12-31", "value": "12", "low": "11", "high": "13", "unit": "million crowns", "compiler": "C",
            "credibility": "2", "source": "file", "note": "as printed",
        },
        {
            "id": "r2", "series": "landed", "from_actor": "QBB", "to_actor": "QAA", "start": "2017-01-01",
            "end": "2017-12-31", "value": "6", "low": "", "high": "", "unit": "million crowns", "compiler": "C",
            "credibility": "2", "source": "file", "note": "",
        },
    ),
}  # fmt: skip
"""A casebook that passes every check."""


def write_casebook(folder: Path, tables: Mapping[str, Iterable[Row]]) -> Path:
    """Write a casebook folder from rows."""
    folder.mkdir()
    resources = [{"name": name, "path": f"{name}.csv"} for name in tables]
    (folder / "datapackage.json").write_text(json.dumps({"name": folder.name, "resources": resources}))
    for name, rows in tables.items():
        write_table(folder / f"{name}.csv", list(rows))
    return folder


def write_table(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """Write one table with every column that any of its rows has."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def read_table(path: Path) -> list[Row]:
    """Read one table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def edit_table(folder: Path, table: str, change: Callable[[Row], None]) -> None:
    """Change the rows of a table in place."""
    path = folder / f"{table}.csv"
    rows = read_table(path)
    for row in rows:
        change(row)
    write_table(path, rows)


def copy_of(folder: Path, place: Path) -> Path:
    """Copy a casebook, writable also where the original is not."""
    place.mkdir(parents=True)
    for path in folder.iterdir():
        shutil.copyfile(path, place / path.name)
    return place


def broken(folder: Path, table: str, row: int, **cells: str) -> Path:
    """Write the casebook that passes every check, with some cells of one row changed (rows count from 0)."""
    tables = {name: [dict(one) for one in rows] for name, rows in BASE.items()}
    tables[table][row].update(cells)
    return write_casebook(folder, tables)


def answers_of(folder: Path, *triangle: str, as_of: date | None = None) -> Answers:
    """Answer the five questions from a casebook folder."""
    snapshot = take_snapshot(open_casebook(folder), as_of, TODAY)
    return assemble(snapshot, resolve(snapshot, *triangle))
