"""Change of a client's whole trade: over the flows of both years, beside all that is recorded."""

from __future__ import annotations

import pytest
from facts import Row, same, seen, world
from hypothesis import given
from hypothesis import strategies as st

from khasan.measures.whole_change import flows_of, whole_change


def flow(giver: str, taker: str, year: int, value: float, **cells: str) -> Row:
    return seen(f"{giver}-{taker}-{year}".lower(), "goods_sold", giver, taker, str(year), value, **cells)


ROWS = (
    flow("CLI", "PAT", 2010, 60),
    flow("CLI", "PAT", 2012, 30),
    flow("PAT", "CLI", 2010, 40),
    flow("PAT", "CLI", 2012, 30),
    flow("CLI", "RIV", 2010, 10),
    flow("CLI", "RIV", 2012, 15),
    flow("CLI", "HST", 2010, 90),  # the file has no later value
    flow("OPP", "CLI", 2012, 5),  # and no earlier one here
    flow("OPP", "CLI", 2010, 0),  # a recorded 0 is no trade to fall from
)


def test_only_flows_of_both_years_are_compared() -> None:
    snapshot = world(ROWS)
    found = whole_change(snapshot, "CLI", 2010, 2012, "Office")
    assert found is not None
    # 60 + 40 + 10 = 110 before, 30 + 30 + 15 = 75 after; all that is recorded: 200 before, 80 after
    assert found.value == pytest.approx(75 / 110 - 1)
    assert found.low == pytest.approx(80 / 200 - 1)
    assert found.high == pytest.approx(75 / 110 - 1)
    assert found.detail["compared"] == pytest.approx(110 / 200)
    assert (found.detail["lost"], found.detail["gained"]) == (40, 5)
    assert found.detail["partners"] == {"PAT": (100, 60), "RIV": (10, 15)}
    assert not any("Less than half" in caveat for caveat in found.caveats)
    same(snapshot, found, whole_change)


def test_it_says_where_most_of_the_earlier_trade_is_not_recorded_later() -> None:
    rows = (*ROWS, flow("HST", "CLI", 2010, 500))
    found = whole_change(world(rows), "CLI", 2010, 2012, "Office")
    assert found is not None
    assert found.detail["compared"] == pytest.approx(110 / 700)
    assert any("Less than half" in caveat for caveat in found.caveats)


def test_trade_both_ways_stands_in_where_a_partner_has_no_direction() -> None:
    both = (
        seen("b10", "both_ways", "CLI", "HST", "2010", 8),
        seen("b12", "both_ways", "HST", "CLI", "2012", 6),
        seen("p10", "both_ways", "CLI", "PAT", "2010", 100),  # told by direction already
    )
    snapshot = world((*ROWS[:4], *both))
    assert len(flows_of(snapshot, "CLI", 2010, "Office")) == 3
    found = whole_change(snapshot, "CLI", 2010, 2012, "Office")
    assert found is not None
    assert found.detail["partners"] == {"HST": (8, 6), "PAT": (100, 60)}


@pytest.mark.parametrize(("client", "compiler"), [("CLI", "Nobody"), ("HST", "Office"), ("OLD", "Office")])
def test_without_flows_of_both_years_there_is_none(client: str, compiler: str) -> None:
    assert whole_change(world(ROWS), client, 2010, 2012, compiler) is None


@given(st.lists(st.tuples(st.floats(1, 1e6), st.floats(1, 1e6)), min_size=1, max_size=3))
def test_what_was_gained_less_what_was_lost_is_the_change(amounts: list[tuple[float, float]]) -> None:
    partners = ("PAT", "RIV", "HST")
    rows = [
        flow("CLI", partner, year, value)
        for partner, pair in zip(partners, amounts, strict=False)
        for year, value in zip((2010, 2012), pair, strict=True)
    ]
    found = whole_change(world(rows), "CLI", 2010, 2012, "Office")
    assert found is not None
    moved = found.detail["after"] - found.detail["before"]
    assert found.detail["gained"] - found.detail["lost"] == pytest.approx(moved, abs=1e-6)
    assert found.low == found.value == found.high


def doubt(giver: str, taker: str, year: int) -> list[Row]:
    name = f"{giver}-{taker}-{year}".lower()
    return [
        seen(f"v-{name}", "doubts", giver, taker, str(year), 0.9, scenario="CLI", note="extrapolated"),
        seen(f"n-{name}", "doubts_counted", "CLI", "WLD", str(year), 1.0),
    ]


def test_a_flow_that_is_suspect_in_one_year_counts_in_neither() -> None:
    snapshot = world([*ROWS, *doubt("CLI", "PAT", 2012)])
    found = whole_change(snapshot, "CLI", 2010, 2012, "Office", "vetted")
    assert found is not None
    # without CLI to PAT: 40 + 10 = 50 before, 30 + 15 = 45 after
    assert found.value == pytest.approx(45 / 50 - 1)
    assert found.detail["suspect"] == {"PAT": (60, 30)}
    assert found.detail["partners"] == {"PAT": (40, 30), "RIV": (10, 15)}
    assert found.detail["compared"] == pytest.approx(50 / 140)
    same(snapshot, found, whole_change)
    reported = whole_change(snapshot, "CLI", 2010, 2012, "Office")
    assert reported is not None
    assert reported.value == pytest.approx(75 / 110 - 1)
    assert reported.detail["suspect"] == {}
    assert "basis" not in reported.parameters


def test_where_nothing_is_suspect_the_vetted_change_is_the_reported_one() -> None:
    snapshot = world(ROWS)
    vetted, reported = (whole_change(snapshot, "CLI", 2010, 2012, "Office", basis) for basis in ("vetted", ""))
    assert vetted is not None
    assert reported is not None
    assert (vetted.value, vetted.low, vetted.high) == (reported.value, reported.low, reported.high)
