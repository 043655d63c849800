"""Ideal points and the lean in them, on rows made by hand."""

from __future__ import annotations

import math

import pytest
from facts import Row, same, seen, world

from khasan.ledger.errors import InputError
from khasan.measures.equidistance import drift, equidistance
from khasan.measures.ideal_lean import ideal_point, ideal_points_of, lean_points

MARGIN = 1.6449


def point(actor: str, year: int, value: float, error: float = 0.1) -> Row:
    half = MARGIN * error
    return seen(
        f"p-{actor}-{year}".lower(),
        "stand",
        actor,
        actor,
        str(year),
        value,
        low=repr(value - half),
        high=repr(value + half),
    )


def test_a_point_has_its_interval() -> None:
    snapshot = world([point("PAT", 2012, 0.5)])
    found = ideal_point(snapshot, "PAT", 2012)
    assert found is not None
    assert (found.value, found.unit) == (0.5, "standard deviations")
    assert found.high - found.low == pytest.approx(2 * MARGIN * 0.1)
    same(snapshot, found, ideal_point)
    assert ideal_point(snapshot, "CLI", 2012) is None


def test_the_lean_is_towards_the_nearer_with_an_interval_by_the_delta_method() -> None:
    snapshot = world([point("PAT", 2012, 0.0), point("CLI", 2012, -1.0), point("OPP", 2012, 3.0, 0.2)])
    found = lean_points(snapshot, "PAT", "CLI", "OPP", 2012)
    assert found is not None
    assert found.value == pytest.approx((3 - 1) / 4)
    # p moves both distances: d lean / dp = 2 (near * sign(p - b) - far * sign(p - a)) / total**2
    spread = math.sqrt(((-1 - 3) * 0.1) ** 2 + (3 * 0.1) ** 2 + (1 * 0.2) ** 2)
    assert found.value - found.low == pytest.approx(MARGIN * 2 * spread / 16)
    assert found.high <= 1
    same(snapshot, found, lean_points)


def test_turning_the_two_round_turns_the_sign() -> None:
    snapshot = world([point("PAT", 2012, 0.3), point("CLI", 2012, -1.0), point("OPP", 2012, 2.0)])
    one, other = (lean_points(snapshot, "PAT", *pair, 2012) for pair in (("CLI", "OPP"), ("OPP", "CLI")))
    assert one is not None
    assert other is not None
    assert one.value == pytest.approx(-other.value)
    assert one.low == pytest.approx(-other.high)


def test_a_state_without_a_point_gives_no_lean() -> None:
    assert lean_points(world([point("PAT", 2012, 0.0), point("CLI", 2012, -1.0)]), "PAT", "CLI", "OPP", 2012) is None


def test_the_layer_stands_beside_the_others_and_has_a_drift() -> None:
    rows = [
        point(actor, year, value)
        for year in range(2000, 2012)
        for actor, value in (("PAT", (year - 2000) / 10), ("CLI", -1.0), ("OPP", 2.0))
    ]
    snapshot = world(rows)
    found = equidistance(snapshot, "PAT", "CLI", "OPP", 2000, 2011)
    assert [one.method for one in found] == ["lean_points"] * 12 + ["drift"]
    moved = found[-1]
    assert moved.parameters["layer"] == "points"
    assert moved.value < 0  # it moved towards the other
    same(snapshot, moved, drift)


def test_spans_are_asked_in_order() -> None:
    snapshot = world([point("PAT", 2011, 0.1), point("PAT", 2012, 0.2)])
    assert [one.value for one in ideal_points_of(snapshot, ["PAT"], 2000, 2020)] == [0.1, 0.2]
    with pytest.raises(InputError, match="swap them"):
        ideal_points_of(snapshot, ["PAT"], 2020, 2000)
