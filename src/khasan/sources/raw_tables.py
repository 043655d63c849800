"""Turn typed rows into the text tables that a ledger loads, so that they pass the checks of every casebook.

The tables stay frames here; :mod:`khasan.sources.text_tables` reads and writes the files of a casebook.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from khasan.ledger.schema import columns


def raw_tables(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Write tables as a casebook has them: text cells, empty ones null, with ``_row``.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Rows by table, with columns of the schema; columns that are wholly empty and not required are left out.

    Returns
    -------
    dict of str to DataFrame
        What :meth:`khasan.ledger.store.Ledger.load` takes.
    """
    return {name: raw_table(name, frame) for name, frame in tables.items()}


def raw_table(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Write one table as text with the line that each row would have in a file (the header is line 1)."""
    held = [column for column in columns(name) if column.name in frame.columns]
    kept = [column.name for column in held if column.required or frame[column.name].null_count() < frame.height]
    text = frame.select(cell_text(column, frame.schema[column]) for column in kept)
    return text.with_row_index("_row", offset=2).with_columns(pl.col("_row").cast(pl.Int64())).select(*kept, "_row")


def cell_text(name: str, kind: pl.DataType) -> pl.Expr:
    """Write a column as the text of cells: whole numbers have no point, days are ISO, an empty text is null."""
    column = pl.col(name)
    if kind.is_float():
        whole = (column == column.round()) & (column.abs() < 1e15)
        text = (
            pl.when(whole)
            .then(column.cast(pl.Int64(), strict=False).cast(pl.String()))
            .otherwise(column.cast(pl.String()))
        )
        return text.alias(name)
    if kind == pl.Date():
        return column.dt.to_string("%Y-%m-%d")
    return column.cast(pl.String()).replace("", None)
