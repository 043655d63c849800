"""Panels of states beside each other: membership, capitals, borders, distances, alliances, rivalries, disputes, leaders.

The files and their sources are described in :mod:`khasan.sources.state_system`, whose spells are used here, and:

- ATOP 5.1, alliance commitments by directed pair and year (Leeds, Ritter, Mitchell and Long 2002);
- GML militarized interstate disputes 2.2.1 (Gibler, Miller and Little 2016), by dispute and by pair;
- Archigos 4.1, leaders of states (Goemans, Gleditsch and Chiozza 2009), with codes of Gleditsch and Ward.
"""

from __future__ import annotations

import polars as pl

from khasan.sources import state_system as states
from khasan.sources.actors import split_spells, year_spells
from khasan.sources.mapped import Mapped, check_for_unknown_codes, name_pairs
from khasan.sources.state_sizes import to_correlates

_PAIR = ["ccode1", "ccode2"]
COMMITMENTS = ("defence", "offence", "neutrality", "nonaggression", "consultation")


def membership(frame: pl.DataFrame, actors: pl.DataFrame) -> Mapped:
    """Map the spells in which states belong to the system of states."""
    check_for_unknown_codes(frame, ["ccode"], actors, "states")
    spells = frame.select(
        "ccode",
        pl.date("styear", "stmonth", "stday").alias("start"),
        pl.date("endyear", "endmonth", "endday").alias("end"),
    )
    split = split_spells(spells, actors, {"ccode": "actor"}, "day")
    panel = split.group_by("actor", "start").agg(pl.col("end").max()).sort("actor", "start")
    return Mapped({"membership": panel}, spells.join(split, on="ccode", how="anti").height)


def capitals(frame: pl.DataFrame, members: pl.DataFrame, actors: pl.DataFrame) -> Mapped:
    """Map the capitals of states, with coordinates in degrees, while each was the capital."""
    check_for_unknown_codes(frame, ["ccode"], actors, "capitals")
    return Mapped({"capital": states.capitals(frame, members, actors)})


def borders(frame: pl.DataFrame, actors: pl.DataFrame) -> Mapped:
    """Map direct contiguity, in both orders."""
    check_for_unknown_codes(frame, _PAIR, actors, "contiguity")
    both = pl.concat([frame, frame.rename({"ccode1": "ccode2", "ccode2": "ccode1"}).select(frame.columns)]).unique(
        maintain_order=True
    )
    spells = states.contiguity(both, actors).with_columns(
        pl.col("series").str.strip_prefix("contiguity_").alias("kind"), pl.col("value").alias("miles")
    )
    named = spells.rename({"from_actor": "one", "to_actor": "other"})
    return Mapped({"border": named.select("one", "other", "kind", "miles", "start", "end", "open")})


def distances(frame: pl.DataFrame, actors: pl.DataFrame) -> Mapped:
    """Map minimum distances as spells of years in which a distance stands unchanged."""
    check_for_unknown_codes(frame, _PAIR, actors, "distances")
    named, aside = name_pairs(frame.drop_nulls("mindist"), actors, "a", "b")
    pairs = (
        named.select(
            pl.min_horizontal("a", "b").alias("one"), pl.max_horizontal("a", "b").alias("other"), "year", "mindist"
        )
        .unique(["one", "other", "year"], keep="first", maintain_order=True)
        .sort("one", "other", "year")
    )
    fresh = (
        (pl.col("mindist") != pl.col("mindist").shift(1))
        | (pl.col("one") != pl.col("one").shift(1))
        | (pl.col("other") != pl.col("other").shift(1))
        | (pl.col("year") != pl.col("year").shift(1) + 1)
    ).fill_null(True)
    panel = (
        pairs.with_columns(fresh.cast(pl.Int64).cum_sum().alias("run"))
        .group_by("run", maintain_order=True)
        .agg(
            pl.col("one", "other").first(),
            pl.col("year").first().alias("first_year"),
            pl.col("year").last().alias("last_year"),
            pl.col("mindist").first().alias("kilometres"),
        )
        .drop("run")
    )
    return Mapped({"distance": panel}, aside)


def alliances(frame: pl.DataFrame, actors: pl.DataFrame, compiler: str) -> Mapped:
    """Map alliance commitments as spells of years, from who is committed to whom, in both orders as the file has them."""
    check_for_unknown_codes(frame, _PAIR, actors, f"alliances of {compiler}")
    named, aside = name_pairs(frame, actors, "one", "other")
    last = frame.get_column("year").max()
    years = pl.concat(
        named.filter(pl.col(commitment) == 1).select(
            "one", "other", pl.lit(commitment).alias("commitment"), pl.lit(compiler).alias("compiler"), "year"
        )
        for commitment in COMMITMENTS
    )
    spells = year_spells(years, ["one", "other", "commitment", "compiler"])
    return Mapped({"alliance": spells.with_columns((pl.col("end").dt.year() == last).alias("open"))}, aside)


def rivalries(frame: pl.DataFrame, actors: pl.DataFrame) -> Mapped:
    """Map strategic rivalries; the file knows years."""
    spells = states.rivalries(frame, actors).rename({"from_actor": "one", "to_actor": "other"})
    unknown = frame.filter(
        pl.any_horizontal(pl.col(code).is_in(actors.get_column("cow").implode()).not_() for code in _PAIR)
    )
    return Mapped({"rivalry": spells}, unknown.height)


def disputes(frame: pl.DataFrame) -> Mapped:
    """Map disputes, one row a dispute; the file names no sides."""
    panel = frame.select(
        pl.col("dispnum").alias("dispute"),
        pl.col("styear").alias("start_year"),
        pl.col("stmon").alias("start_month"),
        "outcome",
        pl.col("settle").alias("settlement"),
        "fatality",
        pl.col("mindur").alias("shortest_days"),
        pl.col("maxdur").alias("longest_days"),
        pl.col("hiact").alias("highest_action"),
        pl.col("hostlev").alias("hostility"),
        pl.col("recip").alias("reciprocated"),
    )
    return Mapped({"dispute": panel})


def dispute_pairs(frame: pl.DataFrame, actors: pl.DataFrame) -> Mapped:
    """Map disputes by pair and year, as the publisher's dyadic file has them."""
    check_for_unknown_codes(frame, _PAIR, actors, "dispute pairs")
    named, aside = name_pairs(frame, actors, "one", "other")
    panel = named.select(
        pl.col("dispnum").alias("dispute"), "one", "other", "year", pl.col("hostlev").alias("hostility")
    )
    return Mapped({"dispute_pair": panel}, aside)


def leaders(frame: pl.DataFrame, actors: pl.DataFrame) -> Mapped:
    """Map leaders with their first and last day in office."""
    coded = to_correlates(frame.with_columns(pl.col("startdate").dt.year().cast(pl.Int64).alias("year")), "gwcode")
    dated = coded.select(
        "leader", "entry", "exit", "gwcode", pl.col("startdate").alias("start"), pl.col("enddate").alias("end")
    )
    split = split_spells(dated, actors, {"gwcode": "actor"}, "day")
    panel = split.select("actor", "leader", "start", "end", "entry", "exit").unique(
        ["actor", "leader", "start"], keep="first", maintain_order=True
    )
    return Mapped({"leader": panel}, dated.join(split, on=["leader", "gwcode"], how="anti").height)
