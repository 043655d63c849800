"""Checks that a frame of the world holds what a measure needs, before anything is computed."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from khasan.ledger.errors import InputError


def check_for_columns(frame: pl.DataFrame, columns: Sequence[str], name: str) -> None:
    """Refuse a frame that lacks a column.

    No unit: a check.

    Raises
    ------
    InputError
        Naming the frame and the columns that it lacks.

    Source: the columns that the measure's docstring lists.
    """
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise InputError(f"{name}: column {', '.join(missing)} missing; it needs {', '.join(columns)}")


def check_for_gaps(frame: pl.DataFrame, columns: Sequence[str], name: str) -> None:
    """Refuse empty cells in columns that must be known; what is missing has no row.

    No unit: a check.

    Raises
    ------
    InputError
        Naming the frame, the column and how many cells are empty.

    Source: the rule that missing is never zero.
    """
    for column in columns:
        empty = frame.get_column(column).null_count()
        if empty:
            raise InputError(f"{name}, column {column}: {empty} empty cells; leave out rows of which it is not known")


def check_for_amounts(frame: pl.DataFrame, column: str, name: str) -> None:
    """Refuse amounts that are negative, infinite or not a number.

    In the unit of the column, which is not changed.

    Raises
    ------
    InputError
        Naming the first such row.

    Source: the rule that missing is never zero, and that codes for missing are not amounts.
    """
    value = pl.col(column)
    wrong = frame.filter(~(value.is_finite() & (value >= 0)))
    if wrong.height:
        first = ", ".join(f"{key} {cell}" for key, cell in wrong.row(0, named=True).items())
        raise InputError(
            f"{name}, column {column}: {wrong.height} rows are negative or no number, the first {first}; "
            "a flow that is missing has no row"
        )


def check_for_repeats(frame: pl.DataFrame, keys: Sequence[str], name: str) -> None:
    """Refuse a key that stands in more than one row.

    No unit: a check.

    Raises
    ------
    InputError
        Naming the frame and the first key that repeats.

    Source: one value a key; two of them are a conflict that the reader has to settle.
    """
    if frame.select(keys).is_unique().all():
        return
    repeated = frame.select(keys).filter(frame.select(keys).is_duplicated())
    first = ", ".join(f"{key} {cell}" for key, cell in repeated.row(0, named=True).items())
    raise InputError(f"{name}: {repeated.height} rows share their key with another, the first {first}; keep one a key")


def check_for_words(frame: pl.DataFrame, column: str, words: Sequence[str], name: str) -> None:
    """Refuse words that a column may not hold.

    No unit: a check.

    Raises
    ------
    InputError
        Naming the words found and those that are known.

    Source: the words that the measure's docstring lists.
    """
    odd = frame.filter(~pl.col(column).cast(pl.String()).is_in(list(words))).get_column(column)
    if len(odd):
        found = ", ".join(sorted({str(word) for word in odd.unique()})[:5])
        raise InputError(f"{name}, column {column}: {found} not known; known are {', '.join(words)}")
