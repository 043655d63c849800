"""From the Correlates of War codes of a data file to the actors of a casebook, by calendar year.

One such code may name two actors, one after the other: the code of a state that was dissolved often passes to its
successor. Which of them a row belongs to follows from the years in which each existed, so a year always has one answer.
Files that say by themselves who is meant, by alpha-3 code, name or area number, are placed by
:mod:`khasan.sources.places` instead; rows of pairs of codes are named by :mod:`khasan.sources.mapped`, and spells of
codes are cut by :mod:`khasan.sources.spells`.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from khasan.ledger.errors import InputError
from khasan.ledger.read import read_csv

FIRST = date(1, 1, 1)
LAST = date(9999, 12, 31)


def read_actors(path: Path) -> pl.DataFrame:
    """Read the actors of a casebook that carry a Correlates of War code.

    Returns
    -------
    DataFrame
        ``actor``, ``cow`` (integer, one row a code), ``iso2``, ``valid_from`` and ``valid_to``
        (open ends are 0001-01-01 and 9999-12-31).
    """
    if not path.is_file():
        raise InputError(f"{path.name}: missing; the codes of the data files become actors through it")
    table = read_csv(path, "actor")
    for column in ("cow", "iso2", "valid_from", "valid_to"):
        if column not in table.columns:
            raise InputError(
                f"{path.name}, column {column}: missing; the codes of the data files become actors through it"
            )
    try:
        return actors_of(table)
    except pl.exceptions.PolarsError as error:
        raise InputError(f"{path.name}, columns cow, valid_from and valid_to: not codes and dates ({error})") from None


def actors_of(table: pl.DataFrame) -> pl.DataFrame:
    """Turn the table ``actor`` (text columns) into one row a code."""
    return (
        table.filter(pl.col("cow").is_not_null())
        .select(
            pl.col("id").alias("actor"),
            pl.col("cow").str.split(";"),
            pl.col("iso2"),
            pl.col("valid_from").cast(pl.String).str.to_date("%Y-%m-%d").fill_null(FIRST),
            pl.col("valid_to").cast(pl.String).str.to_date("%Y-%m-%d").fill_null(LAST),
        )
        .explode("cow")
        .with_columns(pl.col("cow").str.strip_chars().cast(pl.Int64()))
        .sort("cow", "valid_from", "actor")
    )


def actor_years(actors: pl.DataFrame, first: int, last: int) -> pl.DataFrame:
    """Name the actor of each code in each year: the one that existed first in the year.

    So the year in which a state gives way belongs to the state that gave way, and a state founded in June
    has that year where no other actor holds its code.

    Returns
    -------
    DataFrame
        ``cow``, ``year``, ``actor``.
    """
    years = pl.DataFrame({"year": pl.Series(range(first, last + 1), dtype=pl.Int64())})
    return (
        actors.join(years, how="cross")
        .filter((pl.col("valid_from").dt.year() <= pl.col("year")) & (pl.col("year") <= pl.col("valid_to").dt.year()))
        .sort("cow", "year", "valid_from", "actor")
        .unique(["cow", "year"], keep="first", maintain_order=True)
        .select("cow", "year", "actor")
    )


def name_yearly(frame: pl.DataFrame, actors: pl.DataFrame, code: str, actor: str) -> pl.DataFrame:
    """Add the actor of a code in the year of each row; null where no actor held the code then."""
    if frame.is_empty():
        return frame.with_columns(pl.lit(None, pl.String()).alias(actor))
    years = frame["year"].cast(pl.Int64())
    named = actor_years(actors, int(years.min()), int(years.max()))  # type: ignore[arg-type]
    named = named.rename({"cow": code, "actor": actor})
    keys = [pl.col(code).cast(pl.Int64()), pl.col("year").cast(pl.Int64())]
    return frame.with_columns(keys).join(named, on=[code, "year"], how="left", maintain_order="left")


def existence(actors: pl.DataFrame) -> pl.DataFrame:
    """Return each actor once: ``actor``, ``valid_from``, ``valid_to``."""
    return actors.select("actor", "valid_from", "valid_to").unique(maintain_order=True)


def clip(rows: pl.DataFrame, actors: pl.DataFrame) -> pl.DataFrame:
    """Keep the spell of a row within the existence of both its actors.

    Calendar years that a file prints are not clipped: they stay years, and belong to one actor.

    Parameters
    ----------
    rows : DataFrame
        With ``from_actor``, ``to_actor``, ``start`` and ``end``.
    actors : DataFrame
        As :func:`read_actors` returns it; an actor that is not in it sets no limit.
    """
    valid = existence(actors)
    for column in ("from_actor", "to_actor"):
        limits = valid.select(pl.col("actor").alias(column), pl.col("valid_from"), pl.col("valid_to"))
        rows = (
            rows.join(limits, on=column, how="left", maintain_order="left")
            .with_columns(
                pl.max_horizontal("start", "valid_from").alias("start"),
                pl.min_horizontal("end", "valid_to").alias("end"),
            )
            .drop("valid_from", "valid_to")
        )
    return rows
