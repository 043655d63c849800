"""One debt at several valuations."""

from __future__ import annotations

import pytest
from facts import bundled, same, seen, world

from khasan.measures.debt import debt_forgiven, debt_owed, debt_remaining

ROWS = [
    seen("hi", "owed", "CLI", "OLD", "1990-01-01", 1000, estimate_id="d", scenario="old rate"),
    seen("lo", "owed", "CLI", "OLD", "1990-01-01", 50, estimate_id="d", scenario="new rate"),
    seen("off", "written_off", "PAT", "CLI", "1992-01-01", 80, unit="percent"),
    seen("aid", "set_aside", "PAT", "CLI", "1992-01-01/2012-01-01", 150),
    seen("back", "owed", "PAT", "CLI", "1995-01-01", 7),
]


def test_face_value_forgiven_and_remaining() -> None:
    snapshot = world(ROWS)
    owed, forgiven, remaining = (
        method(snapshot, "CLI", "PAT") for method in (debt_owed, debt_forgiven, debt_remaining)
    )
    assert owed is not None
    assert forgiven is not None
    assert remaining is not None
    assert (owed.value, owed.low, owed.high) == (1000, 50, 1000)
    assert [one["scenario"] for one in owed.detail["valuations"]] == ["old rate", "new rate"]
    assert (forgiven.value, forgiven.low, forgiven.high) == pytest.approx((800, 40, 800))
    assert (remaining.value, remaining.low, remaining.high) == pytest.approx((200, 10, 200))
    assert remaining.detail["for_aid"] == 150
    assert remaining.detail["aid_of_remaining"] == pytest.approx(0.75)
    assert forgiven.value + remaining.value == pytest.approx(owed.value)
    for finding, method in ((owed, debt_owed), (forgiven, debt_forgiven), (remaining, debt_remaining)):
        same(snapshot, finding, method)


def test_none_without_rows() -> None:
    assert debt_owed(world(ROWS), "CLI", "RIV") is None
    assert debt_forgiven(world(ROWS[:2]), "CLI", "PAT") is None


def test_bundled_casebook() -> None:
    snapshot = bundled()
    remaining = debt_remaining(snapshot, "PRK", "RUS")
    assert remaining is not None
    assert (remaining.value, remaining.low) == pytest.approx((1100, 23.8))
    for method in (debt_owed, debt_forgiven, debt_remaining):
        found = method(snapshot, "PRK", "RUS")
        assert found is not None
        same(snapshot, found, method)
