"""From dated spells of pairs to columns of a panel, with leads and lags."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from khasan.ledger.errors import InputError

KEYS = ("exporter", "importer", "year")


def with_spells(
    panel: pl.DataFrame, spells: pl.DataFrame, leads: Sequence[int] = (), lags: Sequence[int] = ()
) -> tuple[pl.DataFrame, list[str]]:
    """Add a column of 0 and 1 for each regressor: whether it is in force on 1 July of the year.

    A lead of k looks at the year t + k and a lag of k at t - k. They are read off the spells, not off other rows, so
    that no year is lost at either end. Of sanctions in force at the same time that differ in depth alone only the
    deepest counts, so that each coefficient stands for all of it.

    Parameters
    ----------
    panel : DataFrame
        ``exporter``, ``importer``, ``year``.
    spells : DataFrame
        ``regressor``, ``exporter``, ``importer``, ``start``, ``end`` (dates; null while in force); ``depth`` (rank)
        where there is one.
    leads, lags : sequence of int
        Years, each above 0.

    Returns
    -------
    panel : DataFrame
        With a column for each regressor and for each lead and lag, named ``NAME lead 2`` or ``NAME lag 1``.
    regressors : list of str
        Their names, those of one spell together.

    Raises
    ------
    InputError
        For a lead or lag that is not above 0.
    """
    for word, years in (("lead", leads), ("lag", lags)):
        for number in years:
            if number < 1:
                raise InputError(f"{word} {number}: must be a whole number of years, 1 or more")
    if panel.is_empty() or spells.is_empty():
        return panel, []
    first, last = int(panel["year"].min()), int(panel["year"].max())  # type: ignore[arg-type]
    shifts = [(f" lead {k}", k) for k in sorted(set(leads), reverse=True)]
    shifts += [("", 0), *((f" lag {k}", -k) for k in sorted(set(lags)))]
    on = _in_force(spells, first + min(k for _, k in shifts), last + max(k for _, k in shifts))
    names: list[str] = []
    for regressor in spells["regressor"].unique(maintain_order=True):
        own = on.filter(pl.col("regressor") == regressor).select(*KEYS)
        for suffix, shift in shifts:
            name = f"{regressor}{suffix}"
            moved = own.with_columns(pl.col("year") - shift, pl.lit(1.0).alias(name))
            panel = panel.join(moved, on=KEYS, how="left", maintain_order="left").with_columns(
                pl.col(name).fill_null(0.0)
            )
            names.append(name)
    return panel, names


def _in_force(spells: pl.DataFrame, first: int, last: int) -> pl.DataFrame:
    """List the years in whose middle each regressor is in force for each pair."""
    start, end = pl.col("start"), pl.col("end")
    # The first 1 July that is not before the start, and the last one that is not after the end.
    begins = start.dt.year().cast(pl.Int64) + (
        (start.dt.month() > 7) | ((start.dt.month() == 7) & (start.dt.day() > 1))
    )
    ends = end.dt.year().cast(pl.Int64) - (end.dt.month() < 7).cast(pl.Int64)
    years = (
        spells.with_columns(
            pl.max_horizontal(begins, pl.lit(first)).alias("_from"),
            pl.min_horizontal(ends.fill_null(last), pl.lit(last)).alias("_to"),
        )
        .filter(pl.col("_from") <= pl.col("_to"))
        .with_columns(pl.int_ranges("_from", pl.col("_to") + 1).alias("year"))
        .explode("year")
        .with_columns(pl.col("year").cast(pl.Int64))
    )
    if "depth" in years.columns:
        # "sanction:full:export" and "sanction:partial:export" are one family: the name without the depth.
        family = pl.col("regressor").str.replace(r":(listing|partial|full)(:|$)", "$2")
        years = years.with_columns(family.alias("_family")).filter(
            pl.col("depth") == pl.col("depth").max().over("_family", *KEYS)
        )
    return years.select("regressor", *KEYS).unique(maintain_order=True)
