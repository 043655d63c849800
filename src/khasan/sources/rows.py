"""Rows of the tables of a ledger, made from frames."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from khasan.ledger.errors import InputError
from khasan.ledger.schema import columns

ZERO_NOTE = "doubtful: a recorded 0 is not a measurement"
"""Note of a flow that is recorded as 0: less than the file can show, nothing, or what nobody reported."""


def completed(frame: pl.DataFrame, kinds: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Bring a frame to certain columns and types, in their order; a column that it lacks is empty, others are dropped.

    Parameters
    ----------
    frame : DataFrame
        Any rows.
    kinds : mapping of str to DataType
        The columns with their types.
    """
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name) for name, kind in kinds.items()
    )


def table_rows(table: str, frame: pl.DataFrame, **constants: str | int | None) -> pl.DataFrame:
    """Complete a frame to the columns and types of a table of the schema.

    Parameters
    ----------
    table : str
        Name of the table.
    frame : DataFrame
        Columns named as in the table.
    **constants
        Columns that have one value in all rows; they fill what the frame lacks.

    Raises
    ------
    InputError
        Where the frame or a constant has a column that the table does not know.
    """
    known: Mapping[str, pl.DataType] = {column.name: column.polars for column in columns(table)}
    for name in (*frame.columns, *constants):
        if name not in known:
            raise InputError(f"{table}, column {name}: not a column of the table; drop it before rows are made")
    filled = frame.with_columns(
        pl.lit(value).alias(name) for name, value in constants.items() if name not in frame.columns
    )
    return completed(filled, known)


def observations(frame: pl.DataFrame, **constants: str | int | None) -> pl.DataFrame:
    """Complete a frame to the columns and types of the table ``observation``; see :func:`table_rows`."""
    return table_rows("observation", frame, **constants)


def row_id(*parts: str | pl.Expr) -> pl.Expr:
    """Build ids such as ``d-cow-2005-chn-prk``: the parts in lower case, joined with dashes.

    The colon of an actor such as COW:260 becomes a dash.
    """
    pieces = [pl.lit(part) if isinstance(part, str) else part.cast(pl.String()) for part in parts]
    return pl.concat_str(pieces, separator="-").str.to_lowercase().str.replace_all(":", "-", literal=True)


def check_for_doubled_ids(rows: pl.DataFrame) -> None:
    """Refuse rows that share an id, and name them.

    Raises
    ------
    InputError
        With the first ids that occur more than once.
    """
    doubled = rows.filter(pl.col("id").is_duplicated())["id"].unique().sort().to_list()
    if doubled:
        raise InputError(f"observation, column id: given to more than one row: {', '.join(doubled[:5])}")


def year_span() -> list[pl.Expr]:
    """Return the first and the last day of the column ``year``."""
    return [pl.date("year", 1, 1).alias("start"), pl.date("year", 12, 31).alias("end")]
