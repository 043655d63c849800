"""Print rows as a table, JSON, CSV or Parquet."""

from __future__ import annotations

import io
import json
import math
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from khasan.cli.options import Format
from khasan.ledger.errors import InputError
from khasan.ledger.plain import plain

if TYPE_CHECKING:
    import polars as pl

MOST_SHOWN = 200
"""Rows of a table on a terminal; the other formats hold all."""


_NOT_ON_A_TERMINAL = "--format parquet writes bytes; redirect it into a file, for instance > rows.parquet"


def show(rows: Sequence[Mapping[str, Any]], how: Format, columns: Sequence[str] = (), title: str = "") -> None:
    """Print rows on standard output.

    Parameters
    ----------
    rows : sequence of mapping
        Rows with the same keys; JSON keys are the same words as the columns.
    how : Format
        The form.
    columns : sequence of str
        Columns of a table on a terminal; all of them elsewhere.
    title : str
        Heading of that table.
    """
    if how is Format.JSON:
        print(json.dumps([plain(row) for row in rows], indent=1, ensure_ascii=False, allow_nan=False))
    elif how is Format.CSV:
        from khasan.ledger.export import csv_text

        sys.stdout.write(csv_text(rows))
    elif how is Format.PARQUET:
        _parquet(rows)
    else:
        _table(rows, columns, title)


def show_object(value: Mapping[str, Any]) -> None:
    """Print one object as JSON."""
    print(json.dumps(plain(value), indent=1, ensure_ascii=False, allow_nan=False))


def _parquet(rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows to standard output as Parquet."""
    import polars as pl

    if sys.stdout.isatty():
        raise InputError(_NOT_ON_A_TERMINAL)
    flat = [
        {
            key: json.dumps(plain(item), allow_nan=False) if isinstance(item, (Mapping, list, tuple)) else item
            for key, item in row.items()
        }
        for row in rows
    ]
    buffer = io.BytesIO()
    pl.DataFrame(flat, infer_schema_length=None).write_parquet(buffer)
    sys.stdout.buffer.write(buffer.getvalue())


def _table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], title: str) -> None:
    """Print rows as a table."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if not rows:
        print("no rows")
        return
    names = list(columns) or list(rows[0])
    table = Table(title=title or None, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for name in names:
        number = all(isinstance(row.get(name), (int, float)) or row.get(name) is None for row in rows)
        table.add_column(name, justify="right" if number else "left", overflow="fold")
    for row in rows[:MOST_SHOWN]:
        table.add_row(*(Text(_cell(row.get(name))) for name in names))
    console = Console()
    if not sys.stdout.isatty():
        console = Console(width=160)
    console.print(table)
    if len(rows) > MOST_SHOWN:
        print(f"{len(rows) - MOST_SHOWN:,} more rows; narrow the question, or ask for --format csv", file=sys.stderr)


def _cell(value: Any) -> str:
    """Write a value as a cell of a table."""
    if value is None:
        return "no data"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        if not math.isfinite(value):
            return "no data"
        return f"{value:,.4f}".rstrip("0").rstrip(".")
    if isinstance(value, (list, tuple)):
        shown = ", ".join(str(item) for item in value[:4])
        return shown + (f" and {len(value) - 4} more" if len(value) > 4 else "")
    if isinstance(value, Mapping):
        return json.dumps(plain(value), ensure_ascii=False, allow_nan=False)
    return str(value)


def show_frame(frame: pl.DataFrame, how: Format, title: str = "") -> None:
    """Print a frame on standard output without making a row of Python objects of each of its rows, where it can.

    Parameters
    ----------
    frame : DataFrame
        What to print; lists are joined with semicolons in CSV.
    how : Format
        The form.
    title : str
        Heading of a table on a terminal.
    """
    import polars as pl

    if how is Format.CSV:
        lists = [name for name, kind in frame.schema.items() if isinstance(kind, pl.List)]
        flat = frame.with_columns(pl.col(name).cast(pl.List(pl.String)).list.join(";") for name in lists)
        sys.stdout.write(flat.write_csv())
    elif how is Format.PARQUET:
        if sys.stdout.isatty():
            raise InputError(_NOT_ON_A_TERMINAL)
        buffer = io.BytesIO()
        frame.write_parquet(buffer)
        sys.stdout.buffer.write(buffer.getvalue())
    elif how is Format.JSON:
        show(frame.to_dicts(), how)
    else:
        show(frame.head(MOST_SHOWN).to_dicts(), how, frame.columns, title)
        if frame.height > MOST_SHOWN:
            print(f"{frame.height - MOST_SHOWN:,} more rows; ask for --format csv or parquet", file=sys.stderr)
