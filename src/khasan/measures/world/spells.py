"""Dated spells laid out by calendar year, with what is carried beyond the end of a file said."""

from __future__ import annotations

import polars as pl

from khasan.measures.world.inputs import check_for_columns, check_for_gaps


def spell_years(spells: pl.DataFrame, first: int, last: int, name: str) -> pl.DataFrame:
    """List the calendar years that each spell touches, from first to last.

    A spell that is ``open``, which runs to the end of its file, is read as still true after it; these years are marked.

    Parameters
    ----------
    spells : DataFrame
        ``start`` and ``end`` (dates), ``open`` (boolean), and any other columns.
    first, last : int
        Calendar years.
    name : str
        What the frame is called in a message.

    Returns
    -------
    DataFrame
        One row a spell and year: the other columns, ``year`` and ``carried`` (no unit: whether the year lies after the
        end of the spell on file).

    Raises
    ------
    InputError
        For columns that are missing and empty dates.

    Source: the spells given.
    """
    check_for_columns(spells, ("start", "end", "open"), name)
    check_for_gaps(spells, ("start", "end"), name)
    begins = pl.max_horizontal(pl.col("start").dt.year().cast(pl.Int64()), first)
    ends = (
        pl.when(pl.col("open")).then(last).otherwise(pl.min_horizontal(pl.col("end").dt.year().cast(pl.Int64()), last))
    )
    listed = spells.with_columns(begins.alias("_first"), ends.cast(pl.Int64()).alias("_last"))
    return (
        listed.filter(pl.col("_first") <= pl.col("_last"))
        .with_columns(pl.int_ranges("_first", pl.col("_last") + 1).alias("year"))
        .explode("year")
        .with_columns((pl.col("year") > pl.col("end").dt.year()).alias("carried"))
        .drop("_first", "_last", "start", "end", "open")
    )
