"""Spells joined and cut: the same days and years, no two that touch, none that is an artefact of coarse ends."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from source_frames import OLD_AND_NEW

from khasan.sources.spells import Precision, merge_spells, split_spells, year_runs, year_spells


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


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(1990, 2000)), min_size=1))
def test_runs_hold_every_year_once_and_do_not_touch(listed: list[tuple[str, int]]) -> None:
    runs = year_runs(pl.DataFrame(listed, schema=["k", "year"], orient="row"), ["k"])
    held = [(key, year) for key, first, last in runs.iter_rows() for year in range(first, last + 1)]
    assert sorted(held) == sorted(set(listed))
    assert all(
        one[0] != other[0] or one[2] + 1 < other[1] for one, other in zip(runs.rows(), runs.rows()[1:], strict=False)
    )


def test_a_run_ends_where_what_it_holds_changes() -> None:
    years = pl.DataFrame({"k": ["a"] * 4, "km": [5.0, 5.0, 7.0, 5.0], "year": [2000, 2001, 2002, 2003]})
    assert year_runs(years, ["k", "km"]).sort("first_year").rows() == [
        ("a", 5.0, 2000, 2001),
        ("a", 7.0, 2002, 2002),
        ("a", 5.0, 2003, 2003),
    ]
    assert year_spells(years, ["k"]).rows() == [("a", date(2000, 1, 1), date(2003, 12, 31))]


@pytest.mark.parametrize(
    ("end", "precision", "held"),
    [
        (date(1991, 12, 31), "day", ["XOL", "XNE"]),
        (date(1991, 12, 31), "month", ["XOL"]),  # six days of the last month: the file knows months only
        (date(1992, 1, 31), "month", ["XOL", "XNE"]),
    ],
)
def test_a_spell_across_the_end_of_a_state(end: date, precision: Precision, held: list[str]) -> None:
    spells = pl.DataFrame({"code": [10], "start": [date(1950, 1, 1)], "end": [end]})
    split = split_spells(spells, OLD_AND_NEW, {"code": "actor"}, precision)
    assert split["actor"].to_list() == held
    assert split["end"].max() == (end if len(held) == 2 else date(1991, 12, 25))
