"""Laws of the leans of a patron, and of their drift."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import Row, event, observation, snapshot_of, trade, votes

from khasan.ledger.bundled import open_ledger
from khasan.ledger.errors import InputError
from khasan.ledger.finding import Finding
from khasan.ledger.snapshot import Snapshot, take_snapshot
from khasan.measures import equidistance as room
from khasan.measures.equidistance import drift, equidistance, layers_disagree, lean_record, lean_trade, lean_votes
from khasan.measures.thirds import change_over_thirds

AMOUNT = st.floats(0.5, 1e5)
FEW = settings(max_examples=12, deadline=None)
SIDES = ("AAA", "BBB", "CCC")


def context(year: int, gdp: tuple[float, float] = (100, 100), km: tuple[float, float] = (1000, 1000)) -> list[Row]:
    return [
        observation("gdp_constant_2011", "BBB", "BBB", year, gdp[0]),
        observation("gdp_constant_2011", "CCC", "CCC", year, gdp[1]),
        observation("capital_distance", "AAA", "BBB", year, km[0]),
        observation("capital_distance", "AAA", "CCC", year, km[1]),
    ]


def years(count: int) -> list[Row]:
    """Make years in which trade and votes move from one side to the other."""
    rows: list[Row] = []
    for year in range(2000, 2000 + count):
        step = year - 1999
        rows += [*context(year), *trade("AAA", "BBB", year, 10 * step, 5), *trade("AAA", "CCC", year, 100, 7)]
        rows += votes("AAA", "BBB", year, [step, 1, 0, 0, 1, 0, 0, 1, 1]) + votes("AAA", "CCC", year, [2] + [1] * 8)
    return rows


@FEW
@given(AMOUNT, AMOUNT, AMOUNT, AMOUNT, st.tuples(AMOUNT, AMOUNT), st.tuples(AMOUNT, AMOUNT))
def test_swapping_the_two_flips_the_sign_and_the_formula_holds(
    a: float, b: float, c: float, d: float, gdp: tuple[float, float], km: tuple[float, float]
) -> None:
    snapshot = snapshot_of(
        [*trade("AAA", "BBB", 2005, a, b), *trade("AAA", "CCC", 2005, c, d), *context(2005, gdp, km)]
    )
    found = lean_trade(snapshot, *SIDES, 2005, "C")
    back = lean_trade(snapshot, "AAA", "CCC", "BBB", 2005, "C")
    assert found is not None
    assert back is not None
    expected = math.log((a + b) / (gdp[0] / km[0])) - math.log((c + d) / (gdp[1] / km[1]))
    assert found.value == pytest.approx(expected / 2, abs=1e-4)
    assert (back.value, back.low, back.high) == pytest.approx((-found.value, -found.high, -found.low))
    assert found.low <= found.value <= found.high


@FEW
@given(AMOUNT, AMOUNT)
def test_trade_as_expected_is_no_lean(gdp: float, km: float) -> None:
    rows = [*trade("AAA", "BBB", 2005, 8, 2), *trade("AAA", "CCC", 2005, 3, 7)]
    found = lean_trade(snapshot_of([*rows, *context(2005, (gdp, gdp), (km, km))]), *SIDES, 2005, "C")
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((0, 0, 0))


def test_trade_leans_rest_on_data_only() -> None:
    full = [*trade("AAA", "BBB", 2005, 8, 2), *trade("AAA", "CCC", 2005, 3, 7), *context(2005)]
    assert lean_trade(snapshot_of(full), *SIDES, 2005, "C") is not None
    assert lean_trade(snapshot_of(full), *SIDES, 2005, "another") is None
    for missing in range(4, 8):
        assert lean_trade(snapshot_of(full[:missing] + full[missing + 1 :]), *SIDES, 2005, "C") is None
    zero = [*trade("AAA", "BBB", 2005, 0, 0), *full[2:]]
    assert lean_trade(snapshot_of(zero), *SIDES, 2005, "C") is None
    assert lean_trade(snapshot_of(full), "AAA", "BBB", "BBB", 2005, "C") is None


def test_a_direction_that_one_side_lacks_is_left_out_with_both() -> None:
    full = [*trade("AAA", "BBB", 2005, 8, 2), *trade("AAA", "CCC", 2005, 4, 7), *context(2005)]
    found = lean_trade(snapshot_of([full[0], *full[2:]]), *SIDES, 2005, "C")
    assert found is not None
    assert found.value == pytest.approx(math.log(8 / 4) / 2)
    assert found.detail["directions"] == "exports of the patron"
    assert any("One direction lacks data" in text for text in found.caveats)
    assert "goods-export-ccc-aaa-2005--c" not in found.evidence


@FEW
@given(st.lists(st.integers(0, 9), min_size=18, max_size=18))
def test_a_lean_on_votes_is_bounded_and_flips(counts: list[int]) -> None:
    snapshot = snapshot_of([*votes("AAA", "BBB", 2005, counts[:9]), *votes("AAA", "CCC", 2005, counts[9:])])
    found = lean_votes(snapshot, *SIDES, 2005)
    back = lean_votes(snapshot, "AAA", "CCC", "BBB", 2005)
    assert (found is None) == (back is None)
    if found is not None and back is not None:
        assert -1 <= found.value <= 1
        assert found.value == -back.value
        total = found.detail["agreement_one"] + found.detail["agreement_other"]
        assert found.value * total == pytest.approx(found.detail["agreement_one"] - found.detail["agreement_other"])


def test_a_record_counts_acts_with_one_and_not_the_other() -> None:
    events = [
        event("e1", "1990-05-01", "OLD;BBB", "treaty"),
        event("e2", "2001-05-01", "NEW;BBB;UN", "treaty"),
        event("e3", "2002-05-01", "NEW;CCC", "recognition"),
        event("e4", "2002-06-01", "NEW;BBB;CCC", "treaty"),
        event("e5", "2002-07-01", "BBB;CCC", "treaty"),
        event("e6", "2003-05-01", "NEW;BBB", "visit"),
        event("e7", "2003-06-01", "NEW;CCC", "treaty", credibility="5"),
        event("e8", "2030-06-01", "NEW;CCC", "treaty"),
    ]
    snapshot = snapshot_of(event=events)
    found = lean_record(snapshot, "NEW", "BBB", "CCC", 1980, 2025, "treaty")
    assert found is not None
    assert found.value == pytest.approx(1 / 3)
    assert found.evidence == ("e1", "e2", "e3")
    assert (found.detail["events_one"], found.detail["events_other"]) == (2, 1)
    back = lean_record(snapshot, "NEW", "CCC", "BBB", 1980, 2025, "treaty")
    assert back is not None
    assert back.value == -found.value
    assert lean_record(snapshot, "NEW", "BBB", "CCC", 1980, 2025, "link") is None
    assert lean_record(snapshot, "AAA", "BBB", "CCC", 1980, 2025, "treaty") is None


def test_a_drift_needs_nine_years_and_has_the_sign_of_the_move() -> None:
    assert drift(snapshot_of(years(8)), *SIDES, "trade", 1990, 2020, "C") is None
    snapshot = snapshot_of(years(12))
    for layer, compiler in (("trade", "C"), ("votes", "")):
        found = drift(snapshot, *SIDES, layer, 1990, 2020, compiler)
        back = drift(snapshot, "AAA", "CCC", "BBB", layer, 1990, 2020, compiler)
        assert found is not None
        assert back is not None
        assert 0 < found.low <= found.value <= found.high
        assert back.value == pytest.approx(-found.value)
        leans = [
            one.value
            for year in range(2000, 2012)
            if (
                one := lean_votes(snapshot, *SIDES, year)
                if layer == "votes"
                else lean_trade(snapshot, *SIDES, year, compiler)
            )
        ]
        assert all(one < two for one, two in pairwise(leans))
        assert found.value == pytest.approx(np.mean(leans[-4:]) - np.mean(leans[:4]))
        assert found.detail["early"]["last"] == 2003
        assert found.detail["late"]["first"] == 2008
    assert drift(snapshot, *SIDES, "trade", 1990, 2020, "another") is None


def test_a_span_and_a_layer_are_checked() -> None:
    snapshot = snapshot_of(years(9))
    with pytest.raises(InputError, match="known are trade, votes"):
        drift(snapshot, *SIDES, "treaty", 2000, 2010)
    calls: list[Callable[[], object]] = [
        lambda: drift(snapshot, *SIDES, "votes", 2010, 2000),
        lambda: equidistance(snapshot, *SIDES, 2010, 2000),
        lambda: lean_record(snapshot, *SIDES, 2010, 2000, "treaty"),
    ]
    for call in calls:
        with pytest.raises(InputError, match="swap them"):
            call()


@given(st.lists(st.floats(-5, 5), min_size=9, max_size=40))
def test_the_interval_of_a_change_holds_it_and_ignores_a_shift(values: list[float]) -> None:
    value, low, high = change_over_thirds(np.array(values))
    assert low <= value <= high
    assert change_over_thirds(np.array(values) + 3) == pytest.approx((value, low, high), abs=1e-9)
    assert change_over_thirds(np.array(values)) == (value, low, high)


def _again(snapshot: Snapshot, finding: Finding) -> None:
    method: Callable[..., Finding | None] = getattr(room, finding.method)
    again = method(snapshot.only(finding.evidence), **finding.parameters)
    assert again is not None
    assert (again.id, again.value, again.low, again.high) == (finding.id, finding.value, finding.low, finding.high)


def test_every_finding_is_made_again_from_its_evidence_alone() -> None:
    events = [event("e1", "2004-05-01", "AAA;BBB", "treaty"), event("e2", "2005-05-01", "AAA;CCC", "treaty")]
    other = [*trade("AAA", "UN", 2005, 1, 1), *votes("BBB", "CCC", 2005, [1] * 9)]
    alone, more = snapshot_of(years(12), events), snapshot_of([*years(12), *other], events)
    found = equidistance(alone, *SIDES, 1990, 2020)
    assert {one.method for one in found} == {"lean_trade", "lean_votes", "lean_record", "drift"}
    assert [one.id for one in found] == [one.id for one in equidistance(more, *SIDES, 1990, 2020)]
    for one in found:
        _again(more, one)


def test_layers_disagree_where_their_latest_signs_differ() -> None:
    found = equidistance(snapshot_of(years(12)), *SIDES, 2000, 2001)
    trades = [one for one in found if one.method == "lean_trade"]
    ballots = [one for one in found if one.method == "lean_votes"]
    assert trades[-1].high < 0 < ballots[-1].low
    assert layers_disagree(found)
    assert not layers_disagree(trades)
    assert not layers_disagree([])
    unclear = [replace(trades[-1], high=0.1), ballots[-1]]
    assert not layers_disagree(unclear)


def test_the_bundled_casebook_can_be_computed_and_recomputed() -> None:
    casebook = take_snapshot(open_ledger(None))
    found = equidistance(casebook, "RUS", "PRK", "KOR", 1990, 2020)
    assert {"lean_trade", "lean_votes", "lean_record", "drift"} <= {one.method for one in found}
    for one in found:
        _again(casebook, one)
    votes_2019 = lean_votes(casebook, "RUS", "PRK", "KOR", 2019)
    assert votes_2019 is not None
    assert votes_2019.value == pytest.approx(0.1454, abs=1e-4)
