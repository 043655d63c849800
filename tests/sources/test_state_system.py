"""Spells, distances and size of states."""

from __future__ import annotations

import math
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from source_frames import OLD_AND_NEW

from khasan.sources import state_system as source
from khasan.sources.actors import actor_years, merge_spells


def distance(*point: float) -> float:
    """Great-circle distance of two points in degrees."""
    frame = pl.DataFrame([point], schema=["a", "b", "c", "d"], orient="row")
    return float(frame.select(source.great_circle_km(*(pl.col(name) for name in "abcd"))).item())


def test_land_and_sea_are_cut_where_a_state_gives_way() -> None:
    frame = pl.DataFrame(
        {
            "ccode1": [10, 10, 10],
            "ccode2": [20, 30, 30],
            "conttype": [1, 4, 0],
            "stdate": [date(1948, 9, 1), date(1950, 1, 1), date(1900, 1, 1)],
            "enddate": [date(2016, 12, 1), date(1991, 12, 1), date(1949, 1, 1)],
        }
    )
    spells = source.contiguity(frame, OLD_AND_NEW).sort("to_actor", "start")
    assert spells.rows() == [
        ("contiguity_land", "XOL", "XAA", 1, date(1948, 9, 9), date(1991, 12, 25), False),
        ("contiguity_land", "XNE", "XAA", 1, date(1991, 12, 26), date(2016, 12, 31), True),
        ("contiguity_sea", "XOL", "XBB", 150, date(1950, 1, 1), date(1991, 12, 25), False),
    ]


def test_years_of_an_alliance_become_spells_by_type() -> None:
    years = [1960, 1961, 1990, 1991, 1992, 2012]
    both = pl.DataFrame({"ccode1": [20, 10], "ccode2": [10, 20]}).join(pl.DataFrame({"year": years}), how="cross")
    frame = both.with_columns(
        cow_defense=1, cow_neutral=0, cow_nonagg=(pl.col("year") == 1960).cast(pl.Int64()), cow_entente=0
    )
    spells = source.alliances(frame, OLD_AND_NEW).sort("series", "to_actor", "start")
    assert spells.rows() == [
        ("alliance_defence", "XAA", "XNE", date(1992, 1, 1), date(1992, 12, 31), False),
        ("alliance_defence", "XAA", "XNE", date(2012, 1, 1), date(2012, 12, 31), True),
        ("alliance_defence", "XAA", "XOL", date(1960, 1, 1), date(1961, 12, 31), False),
        ("alliance_defence", "XAA", "XOL", date(1990, 1, 1), date(1991, 12, 31), False),
        ("alliance_nonaggression", "XAA", "XOL", date(1960, 1, 1), date(1960, 12, 31), False),
    ]


def test_a_rivalry_is_cut_by_year() -> None:
    frame = pl.DataFrame({"ccode1": [10], "ccode2": [30], "start": [1990], "end": [2020]})
    assert source.rivalries(frame, OLD_AND_NEW).rows() == [
        ("XBB", "XNE", date(1992, 1, 1), date(2020, 12, 31), True),
        ("XBB", "XOL", date(1990, 1, 1), date(1991, 12, 31), False),
    ]


def test_distance_keeps_the_years_of_change_and_the_last() -> None:
    frame = pl.DataFrame(
        {"ccode1": 20, "ccode2": 30, "year": range(2000, 2006), "mindist": [5.0, 5.0, 7.0, 7.0, 7.0, 7.0]}
    )
    assert source.minimum_distance(frame, OLD_AND_NEW).select("year", "value").rows() == [
        (2000, 5.0),
        (2002, 7.0),
        (2005, 7.0),
    ]


def test_a_capital_counts_while_its_state_was_a_member() -> None:
    listed = pl.DataFrame(
        {
            "ccode": [10],
            "capital": ["Town"],
            "stdate": [date(1900, 1, 1)],
            "enddate": [date(2024, 12, 31)],
            "lat": [1.0],
            "lng": [2.0],
        }
    )
    members = pl.DataFrame(
        {
            "ccode": [10],
            "styear": [1950],
            "stmonth": [3],
            "stday": [2],
            "endyear": [2016],
            "endmonth": [12],
            "endday": [31],
        }
    )
    assert source.capitals(listed, members, OLD_AND_NEW).select("actor", "start", "end").rows() == [
        ("XNE", date(1991, 12, 26), date(2024, 12, 31)),
        ("XOL", date(1950, 3, 2), date(1991, 12, 25)),
    ]


def test_gross_domestic_product_is_the_exponential_in_millions() -> None:
    frame = pl.DataFrame({"ccode": [20, 20], "year": [2000, 2001], "wbgdp2011est": [math.log(46.47e9), None]})
    assert source.gdp_usd_million(frame, OLD_AND_NEW).rows() == [("XAA", 2000, pytest.approx(46470))]


def test_a_quarter_of_the_earth() -> None:
    assert distance(0, 0, 90, 0) == pytest.approx(math.pi / 2 * source.EARTH_RADIUS_KM)
    assert distance(0, 179, 0, -179) == pytest.approx(math.radians(2) * source.EARTH_RADIUS_KM)


places = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(places, places)
def test_distance_is_symmetric_and_at_most_half_the_earth(one: tuple[float, float], other: tuple[float, float]) -> None:
    there = distance(*one, *other)
    assert there == pytest.approx(distance(*other, *one), abs=1e-6)
    assert 0 <= there <= math.pi * source.EARTH_RADIUS_KM + 1e-6


@given(st.lists(st.tuples(st.dates(date(1950, 1, 1), date(1952, 1, 1)), st.integers(0, 90)), min_size=1))
def test_merged_spells_cover_the_same_days_without_touching(spans: list[tuple[date, int]]) -> None:
    frame = pl.DataFrame({"k": ["a"] * len(spans), "start": [day for day, _ in spans]})
    frame = frame.with_columns(end=pl.Series([date.fromordinal(day.toordinal() + length) for day, length in spans]))
    merged = merge_spells(frame, ["k"])

    def days(table: pl.DataFrame) -> set[int]:
        return {n for _, first, last in table.iter_rows() for n in range(first.toordinal(), last.toordinal() + 1)}

    assert days(merged) == days(frame)
    ends = merged["end"].to_list()
    assert all(
        start.toordinal() > end.toordinal() + 1 for start, end in zip(merged["start"].to_list()[1:], ends, strict=False)
    )


def test_each_code_has_one_actor_a_year() -> None:
    named = actor_years(OLD_AND_NEW, 1947, 1993)
    assert not named.select("cow", "year").is_duplicated().any()
    assert named.filter((pl.col("cow") == 10) & pl.col("year").is_in([1991, 1992]))["actor"].to_list() == ["XOL", "XNE"]
    assert named.filter(pl.col("cow") == 20)["year"].min() == 1948
