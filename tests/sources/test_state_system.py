"""Borders, rivalries and capitals as spells of states, and distances on the sphere."""

from __future__ import annotations

import math
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from source_frames import OLD_AND_NEW

from khasan.sources import state_system as source


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


def test_a_rivalry_is_cut_by_year() -> None:
    frame = pl.DataFrame({"ccode1": [10], "ccode2": [30], "start": [1990], "end": [2020]})
    assert source.rivalries(frame, OLD_AND_NEW).rows() == [
        ("XBB", "XNE", date(1992, 1, 1), date(2020, 12, 31), True),
        ("XBB", "XOL", date(1990, 1, 1), date(1991, 12, 31), False),
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


def test_a_quarter_of_the_earth() -> None:
    assert distance(0, 0, 90, 0) == pytest.approx(math.pi / 2 * source.EARTH_RADIUS_KM)
    assert distance(0, 179, 0, -179) == pytest.approx(math.radians(2) * source.EARTH_RADIUS_KM)


places = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(places, places)
def test_distance_is_symmetric_and_at_most_half_the_earth(one: tuple[float, float], other: tuple[float, float]) -> None:
    there = distance(*one, *other)
    assert there == pytest.approx(distance(*other, *one), abs=1e-6)
    assert 0 <= there <= math.pi * source.EARTH_RADIUS_KM + 1e-6
