"""States beside each other as spells of actors: contiguity, capitals and the distance between them, rivalries.

Files of the R package peacesciencer (Miller 2022), each with its own source:

- direct contiguity, version 3.2 (Stinnett, Tir, Schafer, Diehl and Gochman 2002), with codes 1 for land and
  2, 3, 4, 5 for up to 12, 24, 150 and 400 miles of water; 0 (contact through a dependency only) is left out;
- capitals with coordinates in degrees;
- strategic rivalries, 1494 to 2020 (Thompson, Sakuwa and Suhas 2021).
"""

from __future__ import annotations

from types import MappingProxyType

import polars as pl

from khasan.sources.actors import LAST, name_yearly
from khasan.sources.spells import merge_spells, split_spells, year_spells

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the earth (IUGG)."""

MILES_OF_WATER = MappingProxyType({2: 12, 3: 24, 4: 150, 5: 400})
"""Contiguity code to the upper end of its band, in miles of water."""

PAIR = ["from_actor", "to_actor"]
_CODES = {"ccode1": "from_actor", "ccode2": "to_actor"}


def alphabetical(frame: pl.DataFrame) -> pl.DataFrame:
    """Order each pair of actors by id, and keep a pair of two different actors only."""
    return frame.with_columns(
        pl.min_horizontal(PAIR).alias("from_actor"), pl.max_horizontal(PAIR).alias("to_actor")
    ).filter(pl.col("from_actor") != pl.col("to_actor"))


def contiguity(frame: pl.DataFrame, actors: pl.DataFrame) -> pl.DataFrame:
    """Turn contiguity codes into spells of actors, by direction as in the file.

    The file knows months: a spell runs from the first day of its first month to the last day of its last.

    Returns
    -------
    DataFrame
        ``series`` (contiguity_land or contiguity_sea), ``from_actor``, ``to_actor``, ``value`` (1, or miles of water),
        ``start``, ``end``, ``open`` (whether the spell reaches the end of the file).
    """
    last = frame["enddate"].dt.month_end().max()
    dated = frame.filter(pl.col("conttype") > 0).select(
        "ccode1",
        "ccode2",
        pl.when(pl.col("conttype") == 1)
        .then(pl.lit("contiguity_land"))
        .otherwise(pl.lit("contiguity_sea"))
        .alias("series"),
        pl.col("conttype").replace_strict({1: 1, **MILES_OF_WATER}, return_dtype=pl.Int64).alias("value"),
        pl.col("stdate").dt.month_start().alias("start"),
        pl.col("enddate").dt.month_end().alias("end"),
    )
    split = split_spells(dated, actors, _CODES, "month")
    merged = merge_spells(split, ["series", *PAIR, "value"])
    return merged.with_columns((pl.col("end") == last).alias("open"))


def capitals(frame: pl.DataFrame, states: pl.DataFrame, actors: pl.DataFrame) -> pl.DataFrame:
    """Give each actor its capital over time, while its code was in the state system.

    Membership that reaches the last year of the state list counts as open.

    Returns
    -------
    DataFrame
        ``actor``, ``capital``, ``latitude``, ``longitude`` (degrees), ``start``, ``end``.
    """
    final = states["endyear"].max()
    member = states.select(
        "ccode",
        pl.date("styear", "stmonth", "stday").alias("_in"),
        pl.when(pl.col("endyear") == final)
        .then(pl.lit(LAST))
        .otherwise(pl.date("endyear", "endmonth", "endday"))
        .alias("_out"),
    )
    dated = (
        frame.join(member, on="ccode", how="inner")
        .with_columns(
            pl.max_horizontal("stdate", "_in").alias("start"), pl.min_horizontal("enddate", "_out").alias("end")
        )
        .filter(pl.col("start") <= pl.col("end"))
    )
    split = split_spells(dated, actors, {"ccode": "actor"}, "day")
    keys = ["actor", "capital", "latitude", "longitude"]
    return merge_spells(split.rename({"lat": "latitude", "lng": "longitude"}), keys).sort("actor", "start")


def great_circle_km(latitude1: pl.Expr, longitude1: pl.Expr, latitude2: pl.Expr, longitude2: pl.Expr) -> pl.Expr:
    """Return the great-circle distance in kilometres between points in degrees, by the haversine formula.

    d = 2 R asin(sqrt(sin^2((lat2 - lat1) / 2) + cos(lat1) cos(lat2) sin^2((lon2 - lon1) / 2))), R = 6371.0088 km
    (Sinnott 1984, Virtues of the haversine, Sky and Telescope 68(2), 159).
    """
    a, b = latitude1.radians(), latitude2.radians()
    half = ((b - a) / 2).sin() ** 2 + a.cos() * b.cos() * ((longitude2 - longitude1).radians() / 2).sin() ** 2
    return 2 * EARTH_RADIUS_KM * half.clip(0, 1).sqrt().arcsin()


def capital_distance(places: pl.DataFrame) -> pl.DataFrame:
    """Measure between the capitals of each pair of actors while both were capitals.

    Returns
    -------
    DataFrame
        ``from_actor`` < ``to_actor``, ``start``, ``end``, ``value`` (kilometres).
    """
    one = places.rename({name: f"{name}_1" for name in ("latitude", "longitude", "start", "end")}).rename(
        {"actor": "from_actor"}
    )
    other = places.rename({name: f"{name}_2" for name in ("latitude", "longitude", "start", "end")}).rename(
        {"actor": "to_actor"}
    )
    points = [pl.col(name) for name in ("latitude_1", "longitude_1", "latitude_2", "longitude_2")]
    return (
        one.join(other, how="cross", suffix="_2")
        .filter(pl.col("from_actor") < pl.col("to_actor"))
        .select(
            *PAIR,
            pl.max_horizontal("start_1", "start_2").alias("start"),
            pl.min_horizontal("end_1", "end_2").alias("end"),
            great_circle_km(*points).alias("value"),
        )
        .filter(pl.col("start") <= pl.col("end"))
        .sort(*PAIR, "start")
    )


def rivalries(frame: pl.DataFrame, actors: pl.DataFrame) -> pl.DataFrame:
    """Turn rivalries into spells of actors; the file knows years and ends with 2020.

    Returns
    -------
    DataFrame
        ``from_actor`` < ``to_actor``, ``start``, ``end``, ``open`` (whether the rivalry reaches the last year).
    """
    last = frame["end"].max()
    years = frame.select("ccode1", "ccode2", pl.int_ranges("start", pl.col("end") + 1).alias("year")).explode("year")
    named = name_yearly(name_yearly(years, actors, "ccode1", "from_actor"), actors, "ccode2", "to_actor")
    spells = year_spells(alphabetical(named.drop_nulls(PAIR)), PAIR)
    return spells.with_columns((pl.col("end").dt.year() == last).alias("open"))
