"""States beside each other as panels: members, capitals, borders, distances, alliances, rivalries, disputes, leaders.

Contiguity, capitals and rivalries are described in :mod:`khasan.sources.state_system`, whose spells are used here. The
other files:

- minimum distance in kilometres on 1 January of the year, from the borders of CShapes 2.0 (Schvitz et al. 2022);
- formal alliances, version 4.1 (Gibler 2009), by directed pair and year, to 2012;
- ATOP 5.1, alliance commitments by directed pair and year (Leeds, Ritter, Mitchell and Long 2002);
- GML militarized interstate disputes 2.2.1 (Gibler, Miller and Little 2016), by dispute and by pair;
- Archigos 4.1, leaders of states (Goemans, Gleditsch and Chiozza 2009), with codes of Gleditsch and Ward.
"""

from __future__ import annotations

import polars as pl

from khasan.ledger.errors import InputError
from khasan.sources import state_system as states
from khasan.sources.actors import name_yearly
from khasan.sources.mapped import Mapped, check_for_one_state, check_orders_agree, name_pairs
from khasan.sources.spells import split_spells, year_runs, year_spells
from khasan.sources.state_sizes import to_correlates

_PAIR = ["ccode1", "ccode2"]
_SWAPPED = {"ccode1": "ccode2", "ccode2": "ccode1"}
PACTS = ("defence", "neutrality", "nonaggression", "consultation")
OBLIGATIONS = ("defence", "offence", "neutrality", "nonaggression", "consultation")
_LAST_MONTH = 12


def membership(frame: pl.DataFrame, actors: pl.DataFrame) -> Mapped:
    """Map the spells in which states belong to the system of states."""
    spells = frame.select("ccode", _days(frame, "st").alias("start"), _days(frame, "end").alias("end"))
    split = split_spells(spells, actors, {"ccode": "actor"}, "day")
    panel = split.group_by("actor", "start").agg(pl.col("end").max()).sort("actor", "start")
    return Mapped({"membership": panel}, spells.join(split, on="ccode", how="anti").height)


def _days(frame: pl.DataFrame, prefix: str) -> pl.Series:
    """Put year, month and day into one column, and refuse a day that no calendar has."""
    parts = [f"{prefix}year", f"{prefix}month", f"{prefix}day"]
    day = frame.select(pl.format("{}-{}-{}", *parts).str.to_date("%Y-%m-%d", strict=False)).to_series()
    if day.null_count():
        row = int(day.is_null().arg_true()[0])
        told = "-".join(str(frame.item(row, part)) for part in parts)
        raise InputError(f"columns {', '.join(parts)}: {told} in data row {row + 1} is no day")
    return day


def capitals(frame: pl.DataFrame, members: pl.DataFrame, actors: pl.DataFrame) -> Mapped:
    """Map the capitals of states, with coordinates in degrees, while each was the capital."""
    _days(members, "st")
    _days(members, "end")
    return Mapped({"capital": states.capitals(frame, members, actors)})


def in_months(years: pl.DataFrame) -> pl.DataFrame:
    """Turn contiguity by pair and year into spells of months, from January of the first year to December of the last.

    Parameters
    ----------
    years : DataFrame
        ``ccode1``, ``ccode2``, ``year``, ``conttype``: the publisher's file of directed pairs and years.

    Returns
    -------
    DataFrame
        ``ccode1``, ``ccode2``, ``conttype``, ``stdate``, ``enddate`` (first days of months), as the file of spells.
    """
    check_orders_agree(years, ["year"], ["conttype"])
    spells = year_spells(years, [*_PAIR, "conttype"])
    return spells.select(
        *_PAIR, "conttype", pl.col("start").alias("stdate"), pl.col("end").dt.month_start().alias("enddate")
    )


def borders(frame: pl.DataFrame, actors: pl.DataFrame) -> Mapped:
    """Map direct contiguity, in both orders, also where the file lists each pair once."""
    check_for_one_state(frame)
    close = frame.filter(pl.col("conttype") > 0)
    check_orders_agree(close, ["stdate"], ["conttype", "enddate"])
    both = pl.concat([close, close.rename(_SWAPPED).select(close.columns)]).unique(maintain_order=True)
    spells = states.contiguity(both, actors).with_columns(
        pl.col("series").str.strip_prefix("contiguity_").alias("kind"),
        pl.col("value").alias("miles"),
        (pl.col("end") == frame.get_column("enddate").dt.month_end().max()).alias("open"),
    )
    named = spells.rename({"from_actor": "one", "to_actor": "other"}).filter(pl.col("one") != pl.col("other"))
    return Mapped({"border": named.select("one", "other", "kind", "miles", "start", "end", "open")})


def distances(frame: pl.DataFrame, actors: pl.DataFrame) -> Mapped:
    """Map minimum distances as spells of years in which a distance stands unchanged; a year without one ends a spell.

    Where the codes of two states name one actor in the year in which one gave way to the other, the first row counts.
    """
    check_for_one_state(frame)
    check_orders_agree(frame, ["year"], ["mindist"])
    named, aside = name_pairs(frame.drop_nulls("mindist"), actors, "a", "b")
    pairs = named.select(
        pl.min_horizontal("a", "b").alias("one"), pl.max_horizontal("a", "b").alias("other"), "year", "mindist"
    ).unique(["one", "other", "year"], keep="first", maintain_order=True)
    panel = year_runs(pairs, ["one", "other", "mindist"]).rename({"mindist": "kilometres"})
    return Mapped({"distance": panel.sort("one", "other", "first_year")}, aside)


def pacts(frame: pl.DataFrame, actors: pl.DataFrame) -> Mapped:
    """Map the alliances of the Correlates of War as spells of years, in both orders.

    The file types treaties, not promises: what it says of a pair it says of both. The publisher's file lists a pair
    once for each of its treaties, and not always in both orders, so a commitment stands where any row of either order
    has it. A year 0 is no year (two rows of version 4.1); such a row is set aside.
    """
    check_for_one_state(frame)
    dated = frame.drop_nulls("year")
    named, aside = name_pairs(dated, actors, "one", "other")
    both = pl.concat([named, named.rename({"one": "other", "other": "one"}).select(named.columns)])
    last = _last_year(dated)
    return Mapped({"alliance": _committed(both, PACTS, "Correlates of War", last)}, aside + frame.height - dated.height)


def obligations(frame: pl.DataFrame, actors: pl.DataFrame) -> Mapped:
    """Map the obligations of ATOP as spells of years, from who is obliged to whom, in the direction of the file."""
    check_for_one_state(frame)
    named, aside = name_pairs(frame, actors, "one", "other")
    return Mapped({"alliance": _committed(named, OBLIGATIONS, "ATOP", _last_year(frame))}, aside)


def _last_year(frame: pl.DataFrame) -> int:
    """Return the last year of a file."""
    return int(frame.get_column("year").max())  # type: ignore[arg-type]


def _committed(named: pl.DataFrame, commitments: tuple[str, ...], compiler: str, last: int) -> pl.DataFrame:
    """Join the years in which a commitment stands into spells; ``open`` where one reaches the last year of the file."""
    spells = pl.concat(
        year_spells(named.filter(pl.col(commitment) == 1), ["one", "other"]).with_columns(
            pl.lit(commitment).alias("commitment")
        )
        for commitment in commitments
    )
    return spells.select(
        "one",
        "other",
        "commitment",
        pl.lit(compiler).alias("compiler"),
        "start",
        "end",
        (pl.col("end").dt.year() == last).alias("open"),
    )


def rivalries(frame: pl.DataFrame, actors: pl.DataFrame) -> Mapped:
    """Map strategic rivalries, each pair once with the first by code; the file knows years.

    A rivalry is set aside where no year of it has both states.
    """
    check_for_one_state(frame)
    spells = states.rivalries(frame, actors).rename({"from_actor": "one", "to_actor": "other"})
    numbered = frame.with_row_index("_row")
    years = numbered.select("_row", *_PAIR, pl.int_ranges("start", pl.col("end") + 1).alias("year")).explode("year")
    both = name_yearly(name_yearly(years, actors, "ccode1", "one"), actors, "ccode2", "other")
    held = both.drop_nulls(["one", "other"]).get_column("_row").n_unique()
    return Mapped({"rivalry": spells}, frame.height - held)


def disputes(frame: pl.DataFrame) -> Mapped:
    """Map disputes, one row a dispute; the file names no sides. A month that no calendar has is unknown."""
    month = pl.when(pl.col("stmon").is_between(1, _LAST_MONTH)).then("stmon")
    panel = frame.select(
        pl.col("dispnum").alias("dispute"),
        pl.col("styear").alias("start_year"),
        month.alias("start_month"),
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
    """Map disputes by pair and year, in both orders, also where the file lists each pair once."""
    check_for_one_state(frame)
    check_orders_agree(frame, ["dispnum", "year"], ["hostlev"])
    named, aside = name_pairs(frame, actors, "one", "other")
    listed = named.select(
        pl.col("dispnum").alias("dispute"), "one", "other", "year", pl.col("hostlev").alias("hostility")
    )
    swapped = listed.rename({"one": "other", "other": "one"}).select(listed.columns)
    keys = ["dispute", "one", "other", "year"]
    return Mapped({"dispute_pair": pl.concat([listed, swapped]).unique(keys, keep="first", maintain_order=True)}, aside)


def leaders(frame: pl.DataFrame, actors: pl.DataFrame) -> Mapped:
    """Map leaders with their first and last day in office."""
    coded = to_correlates(frame.with_columns(pl.col("startdate").dt.year().cast(pl.Int64).alias("year")), "gwcode")
    dated = coded.select(
        "leader", "entry", "exit", "gwcode", pl.col("startdate").alias("start"), pl.col("enddate").alias("end")
    ).with_row_index("_row")
    split = split_spells(dated, actors, {"gwcode": "actor"}, "day")
    panel = split.select("actor", "leader", "start", "end", "entry", "exit").unique(
        ["actor", "leader", "start"], keep="first", maintain_order=True
    )
    return Mapped({"leader": panel}, dated.height - split.get_column("_row").n_unique())
