"""Spells: of codes, cut into those of actors; of years and of days, joined where one follows the other."""

from __future__ import annotations

from typing import Literal

import polars as pl

Precision = Literal["day", "month"]


def split_spells(
    spells: pl.DataFrame, actors: pl.DataFrame, codes: dict[str, str], precision: Precision
) -> pl.DataFrame:
    """Cut dated spells of codes into spells of actors.

    Parameters
    ----------
    spells : DataFrame
        Columns ``start`` and ``end`` (dates) and the code columns.
    actors : DataFrame
        As :func:`khasan.sources.actors.read_actors` returns it.
    codes : dict of str to str
        Code column to the name of the actor column that is added.
    precision : {"day", "month"}
        What the file knows of the ends. A piece that lies wholly in the first or the last unit of a longer
        spell is an artefact of that coarseness and is dropped.
    """
    unit = {"day": "1d", "month": "1mo"}[precision]
    pieces = spells.with_columns(pl.col("start").alias("_from"), pl.col("end").alias("_to"))
    for code, actor in codes.items():
        held = actors.select(pl.col("cow").alias(code), pl.col("actor").alias(actor), "valid_from", "valid_to")
        pieces = (
            pieces.with_columns(pl.col(code).cast(pl.Int64()))
            .join(held, on=code, how="inner", maintain_order="left")
            .with_columns(
                pl.max_horizontal("start", "valid_from").alias("start"),
                pl.min_horizontal("end", "valid_to").alias("end"),
            )
            .drop("valid_from", "valid_to")
        )
    within_first = pl.col("end").dt.truncate(unit) == pl.col("_from").dt.truncate(unit)
    within_last = pl.col("start").dt.truncate(unit) == pl.col("_to").dt.truncate(unit)
    longer = pl.col("_from").dt.truncate(unit) != pl.col("_to").dt.truncate(unit)
    kept = (pl.col("start") <= pl.col("end")) & ~(longer & (within_first | within_last))
    return pieces.filter(kept).drop("_from", "_to")


def merge_spells(spells: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Join spells of one key that overlap or follow each other without a day between."""
    ordered = spells.select(*keys, "start", "end").sort(*keys, "start", "end")
    reached = pl.col("end").cum_max().shift(1).over(keys)
    fresh = (pl.col("start") > reached.dt.offset_by("1d")).fill_null(True)
    return (
        ordered.with_columns(fresh.cast(pl.Int64()).cum_sum().over(keys).alias("_run"))
        .group_by(*keys, "_run", maintain_order=True)
        .agg(pl.col("start").min(), pl.col("end").max())
        .drop("_run")
    )


def year_runs(years: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Join the years of one key that follow each other into runs; a year that is lacking ends a run.

    Parameters
    ----------
    years : DataFrame
        The keys and ``year``; a year may stand twice.
    keys : list of str
        Columns that must stay the same within a run.

    Returns
    -------
    DataFrame
        The keys, ``first_year`` and ``last_year``.
    """
    ordered = years.select(*keys, "year").unique().sort(*keys, "year")
    changes = [pl.col(key) != pl.col(key).shift(1) for key in keys]
    fresh = pl.any_horizontal(*changes, pl.col("year") != pl.col("year").shift(1) + 1).fill_null(True)
    return (
        ordered.with_columns(fresh.cast(pl.Int64()).cum_sum().alias("_run"))
        .group_by("_run", maintain_order=True)
        .agg(
            *(pl.col(key).first() for key in keys),
            pl.col("year").first().alias("first_year"),
            pl.col("year").last().alias("last_year"),
        )
        .drop("_run")
    )


def year_spells(years: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Join the years of one key that follow each other (:func:`year_runs`) into spells of whole calendar years.

    Returns
    -------
    DataFrame
        The keys, ``start`` (1 January of the first year) and ``end`` (31 December of the last).
    """
    first, last = pl.date("first_year", 1, 1).alias("start"), pl.date("last_year", 12, 31).alias("end")
    return year_runs(years, keys).select(*keys, first, last)
