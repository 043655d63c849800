"""Read a Parquet file of public data and check that its columns are there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from khasan.ledger.errors import InputError


def read_parquet(path: Path, columns: Sequence[str]) -> pl.DataFrame:
    """Read the named columns of a Parquet file.

    Parameters
    ----------
    path : Path
        The file.
    columns : sequence of str
        Columns that must be there; others are left out.

    Raises
    ------
    InputError
        Where the file or a column is missing; the message names both.
    """
    if not path.is_file():
        raise InputError(f"{path.name}: no such file in {path.parent.name}; give the folder that holds it")
    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InputError(f"{path.name}: cannot be read as Parquet ({type(error).__name__}); fetch it again") from None
    for column in columns:
        if column not in frame.columns:
            raise InputError(f"{path.name}, column {column}: missing; the file has {', '.join(frame.columns)}")
    return frame.select(columns)


def check_for_nulls(frame: pl.DataFrame, columns: Sequence[str], file: str) -> None:
    """Refuse a file whose key columns have gaps, by name and with the number of rows.

    Raises
    ------
    InputError
        For the first column with a missing value.
    """
    for column in columns:
        gaps = frame[column].null_count()
        if gaps:
            raise InputError(f"{file}, column {column}: empty in {gaps} rows; a row without it cannot be placed")
