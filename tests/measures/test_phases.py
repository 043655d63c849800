"""Change points against another implementation, and the phases of a bond."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import ruptures
from hypothesis import given, settings
from hypothesis import strategies as st
from support import Row, event, observation, snapshot_of, trade, votes

from khasan.ledger.bundled import open_ledger
from khasan.ledger.errors import InputError
from khasan.ledger.snapshot import Snapshot, take_snapshot
from khasan.measures.phases import GRID, MINIMUM, phases
from khasan.measures.segments import Matrix, segment, segment_costs, stability, standardise


@st.composite
def matrices(draw: st.DrawFn) -> Matrix:
    years, layers = draw(st.integers(8, 26)), draw(st.integers(1, 3))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    steps = np.cumsum(random.random((years, layers)) < draw(st.floats(0, 0.3)), axis=0)
    return np.asarray(random.normal(size=(years, layers)) + 2 * steps, dtype=np.float64)


def cost_of(matrix: Matrix, breaks: list[int]) -> float:
    edges = [0, *breaks, len(matrix)]
    parts = [matrix[start:end] for start, end in itertools.pairwise(edges)]
    return float(sum(((part - part.mean(axis=0)) ** 2).sum() for part in parts))


@settings(max_examples=60, deadline=None)
@given(matrices(), st.floats(0.1, 30), st.integers(2, 5))
def test_segments_cost_no_more_than_those_of_ruptures(matrix: Matrix, penalty: float, minimum: int) -> None:
    found = segment(matrix, penalty, minimum)
    edges = [0, *found, len(matrix)]
    assert all(end - start >= minimum for start, end in itertools.pairwise(edges))
    exact = ruptures.Dynp(model="l2", min_size=minimum, jump=1).fit(matrix)
    options = [cost_of(matrix, [])]
    for count in range(1, len(matrix) // minimum):
        options.append(cost_of(matrix, exact.predict(n_bkps=count)[:-1]) + penalty * count)
    assert cost_of(matrix, found) + penalty * len(found) == pytest.approx(min(options))
    pruned = ruptures.Pelt(model="l2", min_size=minimum, jump=1).fit(matrix).predict(pen=penalty)[:-1]
    assert cost_of(matrix, found) + penalty * len(found) <= cost_of(matrix, pruned) + penalty * len(pruned) + 1e-9


@given(matrices(), st.floats(0.1, 30))
def test_a_higher_penalty_never_finds_more_breaks(matrix: Matrix, penalty: float) -> None:
    assert len(segment(matrix, 2 * penalty, 2)) <= len(segment(matrix, penalty, 2))
    assert segment(matrix + 5, penalty, 2) == segment(matrix, penalty, 2)


@given(matrices())
def test_a_layer_without_data_changes_nothing(matrix: Matrix) -> None:
    wider = np.column_stack([matrix, np.full(len(matrix), np.nan)])
    assert segment(wider, 5, 3) == segment(matrix, 5, 3)
    assert segment_costs(matrix)[2, 7] == pytest.approx(cost_of(matrix[2:7], []))


def test_missing_years_are_not_interpolated() -> None:
    matrix = np.array([[0.0]] * 5 + [[np.nan]] * 3 + [[9.0]] * 5)
    assert segment(matrix, 1, 4) == [5]
    assert segment(matrix, 1e6, 4) == []
    assert segment(matrix[:3], 1, 4) == []


def test_a_standardised_layer_has_no_mean_and_one_deviation() -> None:
    layers = np.array([[1.0, 7], [np.nan, 7], [5, 7]])
    done = standardise(layers)
    assert done[:, 0].tolist() == pytest.approx([-1, math.nan, 1], nan_ok=True)
    assert np.isnan(done[:, 1]).all()


def test_stability_is_the_share_of_penalties_with_a_break_near() -> None:
    assert stability([[3], [4, 9], [], [6]], 4) == 0.5
    assert GRID[0] == 0.5
    assert GRID[len(GRID) // 2] == 1
    assert GRID[-1] == 2


def bond(*, until: int = 2010, since: int = 1980) -> list[Row]:
    """Make a bond whose trade and votes fall when OLD gives way to NEW."""
    rows: list[Row] = []
    for year in range(since, until):
        patron, level = ("OLD", 9) if year < 1992 else ("NEW", 2)
        rows += trade(patron, "AAA", year, 10 * level + year % 3, 5 * level)
        rows.append(observation("client_trade_total", "AAA", "WLD", year, 400 + year % 2))
        rows += votes("AAA", patron, year, [level, 1 + year % 2, 1, 0, 1, 0, 0, 0, 1])
    return rows


EVENTS = (
    event("e-treaty", "1992-06-01", "NEW;AAA", "treaty"),
    event("e-end", "1991-12-26", "OLD", "dissolution"),
    event("e-third", "1992-02-01", "NEW;BBB", "treaty"),
    event("e-early", "1981-02-01", "OLD;AAA", "visit"),
    event("e-late", "2005-02-01", "NEW;AAA", "visit"),
    event("e-other", "1992-01-01", "BBB;CCC", "recognition"),
)


def test_a_fall_is_one_break_named_by_its_events() -> None:
    found = phases(snapshot_of(bond(), EVENTS), "NEW", "AAA", 1950, 2025)
    assert found is not None
    (turn,) = found.detail["breaks"]
    assert (found.value, found.low, found.unit) == (2, 2, "phases")
    assert (turn["year"], turn["stability"]) == (1992, 1)
    assert [one["id"] for one in turn["events"]] == ["e-end", "e-treaty"]
    assert turn["moved"]["two-way trade (log)"] < -1
    assert found.detail["spans"] == [{"first": 1980, "last": 1991}, {"first": 1992, "last": 2009}]
    assert len(found.detail["layers"]) == 4
    assert found.detail["compiler"] == "C"
    assert "From 1980 to 1991 Oldland held the place of Newland." in found.caveats


def _again(snapshot: Snapshot, patron: str, client: str, first: int, last: int) -> None:
    found = phases(snapshot, patron, client, first, last)
    assert found is not None
    again = phases(snapshot.only(found.evidence), patron, client, first, last)
    assert again is not None
    assert (again.id, again.value, again.low, again.high) == (found.id, found.value, found.low, found.high)
    assert dict(again.detail) == dict(found.detail)


def test_phases_are_made_again_from_their_evidence_alone() -> None:
    more = [
        *bond(),
        *trade("AAA", "BBB", 2000, 5, 5),
        *votes("AAA", "CCC", 2000, [1] * 9),
        observation("goods_export", "NEW", "AAA", 2001, 77, compiler="D"),
    ]
    _again(snapshot_of(more, EVENTS), "NEW", "AAA", 1950, 2025)
    one, two = (phases(snapshot_of(rows, EVENTS), "NEW", "AAA", 1950, 2025) for rows in (bond(), more))
    assert one is not None
    assert two is not None
    assert one.id == two.id


def test_few_years_give_no_phases() -> None:
    assert phases(snapshot_of(bond(since=1999)), "NEW", "AAA", 1950, 2025) is None
    assert phases(snapshot_of(bond()), "NEW", "AAA", 2000, 2010) is None
    assert phases(snapshot_of(bond()), "NEW", "CCC", 1950, 2025) is None
    assert phases(snapshot_of(), "NEW", "AAA", 1950, 2025) is None


def test_a_span_is_checked() -> None:
    with pytest.raises(InputError, match="swap them"):
        phases(snapshot_of(), "NEW", "AAA", 2010, 2000)


def test_a_break_that_rests_on_one_layer_is_said_to() -> None:
    late = [event(f"e-{year}-{place}", f"{year}-03-0{place}", "NEW;AAA", "visit")
            for year in range(2014, 2026) for place in range(1, 7)]  # fmt: skip
    found = phases(snapshot_of(bond(), [*EVENTS, *late]), "NEW", "AAA", 1950, 2025)
    assert found is not None
    assert found.detail["breaks"][-1]["year"] == 2014
    assert "The break of 2014 rests on one layer alone: public events between the two." in found.caveats


def test_the_bundled_casebook_has_phases_of_four_years_or_more() -> None:
    casebook = take_snapshot(open_ledger(None))
    found = phases(casebook, "RUS", "PRK", 1948, 2025)
    assert found is not None
    assert found.low <= found.value <= found.high
    assert all(span["last"] - span["first"] + 1 >= MINIMUM for span in found.detail["spans"])
    _again(casebook, "RUS", "PRK", 1948, 2025)
