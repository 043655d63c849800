"""Distances have no direction, and the nearest comes first."""

from __future__ import annotations

import pytest
from facts import seen, world
from support import observation, snapshot_of

from khasan.ledger.snapshot import Snapshot
from khasan.measures.distances import distances, shortest_distance


@pytest.mark.parametrize("pair", [("NEW", "AAA"), ("AAA", "NEW")])
def test_a_distance_has_no_direction_and_the_latest_year(pair: tuple[str, str]) -> None:
    rows = [
        observation("capital_distance", "AAA", "OLD", 1980, 700),
        observation("capital_distance", "NEW", "AAA", 2000, 650),
    ]
    snapshot = snapshot_of(rows)
    found = shortest_distance(snapshot, *pair, role="capital_distance")
    assert found is not None
    assert found.unit == "km"
    assert found.caveats == ("As of 2000, the last year of the data.",)
    assert len(found.evidence) == 1
    assert shortest_distance(snapshot, *pair) is None


def test_neighbours_share_a_border_and_the_nearest_comes_first(bundled: Snapshot) -> None:
    found = shortest_distance(bundled, "RUS", "PRK")
    assert found is not None
    assert found.value == 0
    values = [one.value for one in distances(bundled, "RUS", ("USA", "PRK", "JPN", "BRA"))]
    assert values == sorted(values)
    assert values[0] == 0


def test_a_row_in_other_units_of_length_is_kilometres() -> None:
    snapshot = world([seen("d", "border", "PAT", "CLI", "2010", 20)])
    assert shortest_distance(snapshot, "PAT", "CLI", "border_length") is not None
