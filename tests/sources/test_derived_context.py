"""Borders that a file of distances contradicts, and rows that are the same for whatever circle they are made."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from khasan.sources.derived_context import FAR_NOTE, border_rows, distance_rows

BORDERS = pl.DataFrame(
    [
        ("XAA", "XBB", date(1948, 1, 4), date(2016, 12, 31), "land", None, True),
        ("XAA", "XCC", date(1948, 1, 4), date(2016, 12, 31), "land", None, True),
        ("XAA", "XDD", date(1948, 1, 4), date(2016, 12, 31), "sea", 24, True),
        ("XAA", "XEE", date(1990, 1, 1), date(2016, 12, 31), "land", None, True),
    ],
    schema={
        "one": pl.String(), "other": pl.String(), "start": pl.Date(), "end": pl.Date(), "kind": pl.String(),
        "miles": pl.Int64(), "open": pl.Boolean(),
    },
    orient="row",
)  # fmt: skip
DISTANCES = pl.DataFrame(
    [
        ("XAA", "XBB", 1948, 2019, 0.0),
        ("XAA", "XCC", 1949, 1971, 0.0),
        ("XAA", "XCC", 1972, 2019, 1919.6),
        ("XAA", "XDD", 1948, 2019, 400.0),
        ("XAA", "XEE", 1990, 2019, 850.0),
    ],
    schema={
        "one": pl.String(), "other": pl.String(), "first_year": pl.Int64(), "last_year": pl.Int64(),
        "kilometres": pl.Float64(),
    },
    orient="row",
)  # fmt: skip


def rows_of(with_distances: bool = True) -> dict[str, tuple[date, date, str | None, str | None]]:
    made = border_rows(BORDERS, ["XAA"], DISTANCES if with_distances else None)
    return {row["id"]: (row["start"], row["end"], row["status"], row["note"]) for row in made.iter_rows(named=True)}


def test_a_land_border_ends_where_the_two_came_apart() -> None:
    rows = rows_of()
    assert rows["d-land-xaa-xcc-1948-01"][:3] == (date(1948, 1, 4), date(1971, 12, 31), None)
    assert rows["d-land-xaa-xcc-1972-01"] == (date(1972, 1, 1), date(2016, 12, 31), "doubtful", FAR_NOTE)


def test_one_that_was_never_near_is_doubtful_from_its_first_day() -> None:
    rows = rows_of()
    assert rows["d-land-xaa-xee-1990-01"][:3] == (date(1990, 1, 1), date(2016, 12, 31), "doubtful")


@pytest.mark.parametrize("row", ["d-land-xaa-xbb-1948-01", "d-sea-xaa-xdd-1948-01"])
def test_other_borders_stay_as_they_are(row: str) -> None:
    assert rows_of()[row] == rows_of(with_distances=False)[row]


def test_distances_stand_as_in_the_panel_where_asked() -> None:
    turned = distance_rows(DISTANCES, ["XBB"], ["XBB"], ["XAA"])
    plain = distance_rows(DISTANCES, ["XBB"], ["XBB"], ["XAA"], outward_first=False)
    assert turned["id"].to_list() == ["d-mindist-xbb-xaa-1948", "d-mindist-xbb-xaa-2019"]
    assert plain["id"].to_list() == ["d-mindist-xaa-xbb-1948", "d-mindist-xaa-xbb-2019"]
    assert plain["value"].to_list() == turned["value"].to_list() == [0.0, 0.0]


def test_a_distance_has_a_row_where_it_first_stands_where_it_changed_and_in_its_last_year() -> None:
    spells = [("XAA", "XBB", 2000, 2001, 5.0), ("XAA", "XBB", 2002, 2005, 7.0), ("XAA", "XBB", 2007, 2009, 7.0)]
    made = distance_rows(pl.DataFrame(spells, schema=DISTANCES.schema, orient="row"), ["XAA", "XBB"], [], [])
    assert made.select(pl.col("start").dt.year(), "value").sort("start").rows() == [
        (2000, 5.0),
        (2002, 7.0),
        (2009, 7.0),
    ]
