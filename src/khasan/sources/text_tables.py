"""Read and write the CSV files of a casebook as text, so that what is not remade stays as it is, to the byte.

For scripts that remake rows of a casebook. What a ledger loads is made by :mod:`khasan.sources.raw_tables`.
"""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl

from khasan.ledger.errors import InputError
from khasan.sources.raw_tables import cell_text

Rows = list[dict[str, str]]


def read_text(path: Path) -> tuple[list[str], Rows]:
    """Read a CSV file as text: its header and its rows."""
    if not path.is_file():
        raise InputError(f"{path.name}: missing in {path.parent.name}; a table may be empty, but needs its header")
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
        return list(reader.fieldnames or []), rows


def write_text(path: Path, header: list[str], rows: Rows) -> None:
    """Write a CSV file in UTF-8 with line feeds."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def append_missing(path: Path, header: list[str], wanted: Rows, key: str | None) -> int:
    """Append rows that a table lacks, in their order, and say how many.

    Parameters
    ----------
    path : Path
        The table; it is made with ``header`` where it is absent.
    header : list of str
        Columns of a table that is made.
    wanted : list of dict
        Rows that must be there. A row whose key is there stays as it is.
    key : str or None
        Column that identifies a row; None where the whole row does.
    """

    def identity(row: dict[str, str]) -> tuple[str, ...]:
        """Return what tells a row from others: its key, or else all of its cells."""
        return (row[key],) if key else tuple(row[column] for column in sorted(row))

    header, present = read_text(path) if path.is_file() else (header, [])
    have = {identity(row) for row in present}
    missing = [row for row in wanted if identity(row) not in have]
    if missing:
        write_text(path, header, [*present, *missing])
    return len(missing)


def as_text(rows: pl.DataFrame) -> Rows:
    """Write rows as the cells of a CSV file: whole numbers without a point, empty for null."""
    text = rows.select(cell_text(name, kind) for name, kind in rows.schema.items())
    return text.fill_null("").to_dicts()
