"""What each side gave the other, never added twice."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from facts import bundled, same, seen, world
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from khasan.measures.balance import balance, cover, given

DAY = date(2020, 1, 1)


def _period(first: int, length: int) -> dict[str, object]:
    return {"start": DAY + timedelta(days=first), "end": DAY + timedelta(days=first + length)}


periods = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 15)), max_size=8)


@settings(max_examples=80)
@drawn(periods)
def test_cover_never_overlaps_and_covers_most(drawn_periods: list[tuple[int, int]]) -> None:
    rows = [_period(*one) for one in drawn_periods]
    chosen = cover(rows, date.min, date.max)
    for one, other in pairwise(chosen):
        assert one["end"] < other["start"]
    days = sum((row["end"] - row["start"]).days + 1 for row in chosen)
    assert days == _most(rows)


def _most(rows: list[dict[str, object]], after: date = date.min) -> int:
    """Return the most days that rows cover, by trying every choice."""
    best = 0
    for row in rows:
        start, end = row["start"], row["end"]
        assert isinstance(start, date)
        assert isinstance(end, date)
        if start > after:
            best = max(best, (end - start).days + 1 + _most(rows, end))
    return best


@settings(max_examples=40)
@drawn(periods, st.tuples(st.integers(0, 40), st.integers(0, 15)))
def test_cover_grows_with_rows(drawn_periods: list[tuple[int, int]], extra: tuple[int, int]) -> None:
    def days(rows: list[dict[str, object]]) -> int:
        return sum((row["end"] - row["start"]).days + 1 for row in cover(rows, date.min, date.max))

    rows = [_period(*one) for one in drawn_periods]
    assert days([*rows, _period(*extra)]) >= days(rows)


def test_year_stands_for_its_months_and_only_the_giver_gives() -> None:
    rows = [
        seen("y", "goods_sold", "PAT", "CLI", "2020", 100),
        *(seen(f"m{n}", "goods_sold", "PAT", "CLI", f"2020-{n:02d}", 9) for n in range(1, 13)),
        seen("next", "goods_sold", "PAT", "CLI", "2021-01", 7),
        seen("back", "goods_sold", "CLI", "PAT", "2020", 3),
        seen("two", "both_ways", "PAT", "CLI", "2021", 500),
        seen("out", "goods_sold", "PAT", "CLI", "2019", 1000),
    ]
    snapshot = world(rows)
    found = given(snapshot, "PAT", "CLI", "trade", 2020, 2021)
    assert found is not None
    assert found.value == 107
    assert [bar["value"] for bar in found.detail["bars"]] == [100, 7]
    same(snapshot, found, given)
    assert [(one.parameters["giver"], one.value) for one in balance(snapshot, "PAT", "CLI", 2020, 2021)] == [
        ("PAT", 107),
        ("CLI", 3),
    ]


def test_interval_runs_over_scenarios_and_compilers_of_the_same_days() -> None:
    rows = [
        seen("a", "goods_sold", "PAT", "CLI", "2020", 10, compiler="One"),
        seen("b", "goods_sold", "PAT", "CLI", "2020", 13, compiler="Two"),
        seen("c", "goods_sold", "PAT", "CLI", "2018", 90, compiler="Three", credibility="3"),
    ]
    found = given(world(rows), "PAT", "CLI", "trade", 2015, 2021)
    assert found is not None
    assert (found.low, found.high) == (10, 13)
    estimate = [
        seen(f"e{n}", "light_fuel_estimate", "PAT", "CLI", "2020", n, estimate_id="e", scenario=str(n))
        for n in (3, 4, 9)
    ]
    fuel = given(world(estimate), "PAT", "CLI", "fuel", 2020, 2020)
    assert fuel is not None
    assert (fuel.value, fuel.low, fuel.high) == (4, 3, 9)


def test_level_is_the_latest_and_debt_is_not_given() -> None:
    rows = [
        seen("m1", "men_sent", "CLI", "PAT", "2019", 300),
        seen("m2", "men_sent", "CLI", "PAT", "2020", 200),
        seen("o", "owed", "CLI", "PAT", "2020", 900),
    ]
    snapshot = world(rows)
    found = given(snapshot, "CLI", "PAT", "men", 2010, 2021)
    assert found is not None
    assert found.value == 200
    assert given(snapshot, "CLI", "PAT", "debt", 2010, 2021) is None
    assert given(snapshot, "PAT", "CLI", "men", 2010, 2021) is None


def test_bundled_casebook() -> None:
    snapshot = bundled()
    for patron, client in snapshot.triangle.select("patron", "client").iter_rows():
        for first in (1900, 2022):
            for found in balance(snapshot, patron, client, first, 2026):
                same(snapshot, found, given)
                assert found.low <= found.value <= found.high
    arms = given(snapshot, "PRK", "RUS", "arms", 2022, 2026)
    assert arms is not None
    assert (arms.value, arms.high) == pytest.approx((15809, 20000))
