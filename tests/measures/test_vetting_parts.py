"""The parts of a suspicion, on windows and worlds small enough to work out by hand."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from khasan.measures.scorecard import Stage, company, judge, read_card
from khasan.measures.suspicion import Suspects, material, suspects
from khasan.measures.suspicion_growth import CROWD, carried_on
from khasan.measures.suspicion_history import histories
from khasan.measures.suspicion_steps import steps
from khasan.measures.suspicion_world import REACH, Floats, World, make_world, median

NAN = float("nan")


def window(values: dict[int, float], usual: float = 10.0) -> Floats:
    """One window of logarithms: a usual value, with others at some distances from the year in the middle."""
    row = [values.get(years, usual) for years in range(-REACH, REACH + 1)]
    return np.log(np.array([row], np.float32))


def test_a_lone_peak_jumps_from_both_sides() -> None:
    history = histories(window({0: 80.0}))
    assert history.jump[0] == pytest.approx(math.log(8), rel=1e-5)
    assert history.over_trend[0] == pytest.approx(math.log(8), rel=1e-5)
    assert (history.sides[0], history.usual[0]) == (2, pytest.approx(math.log(10)))


def test_bad_years_next_to_a_flow_do_not_vouch_for_it() -> None:
    history = histories(window(dict.fromkeys(range(-4, 5), 80.0)))
    assert history.jump[0] == pytest.approx(math.log(8), rel=1e-5)


def test_trade_that_rose_and_stayed_does_not_jump() -> None:
    history = histories(window(dict.fromkeys(range(REACH + 1), 80.0)))
    assert history.jump[0] == pytest.approx(0, abs=1e-6)


def test_one_side_is_told_from_two_and_none() -> None:
    later = dict.fromkeys(range(1, REACH + 1), NAN)
    one = histories(window({0: 80.0, **later}))
    assert (one.sides[0], one.jump[0]) == (1, pytest.approx(math.log(8), rel=1e-5))
    none = histories(window({0: 80.0}, usual=NAN))
    assert none.sides[0] == 0
    assert np.isnan(none.usual[0])


@given(st.lists(st.one_of(st.just(NAN), st.floats(-100, 100, width=32)), min_size=1, max_size=9))
def test_the_median_is_that_of_what_is_recorded(values: list[float]) -> None:
    recorded = [value for value in values if not math.isnan(value)]
    found = float(median(np.array([values], np.float32), 1)[0])
    assert math.isnan(found) if not recorded else found == pytest.approx(float(np.median(recorded)), abs=1e-4)


def test_residuals_take_off_what_is_common_to_exporter_and_importer() -> None:
    rng = np.random.default_rng(0)
    names = [f"S{number}" for number in range(9)]
    sells, buys = rng.normal(0, 1, 9), rng.normal(0, 1, 9)
    rows = [
        (a, b, 2000, 100.0 * math.exp(sells[i] + buys[j]) * (20 if (i, j) == (2, 5) else 1))
        for i, a in enumerate(names)
        for j, b in enumerate(names)
        if i != j
    ]
    flows = pl.DataFrame(rows, schema=["exporter", "importer", "year", "value"], orient="row")
    expected = flows.select("exporter", "importer", "year", expected=pl.lit(100.0))
    world = make_world(flows, expected)
    assert world.residual[2, 5, 0] == pytest.approx(math.log(20), abs=0.8)
    others = world.residual[:, :, 0].copy()
    others[2, 5] = NAN
    assert np.nanmax(np.abs(others)) < 1.0


def growing(count: int) -> World:
    """A world in which some flows share the growth of five years and as many others grow each in its own way."""
    path = np.cumprod([100.0, 1.31, 0.87, 1.28, 1.12])
    trade = np.full((2 * count, 2, 5), NAN, np.float32)
    for number in range(count):
        trade[number, 0] = np.round(path * (1 + number))
        trade[count + number, 0] = [100, 100 + 9 * number, 150 + number, 90 + 5 * number, 300 - 11 * number]
    return World(tuple(map(str, range(2 * count))), 2010, trade, trade * 0)


def test_growth_that_a_crowd_shares_is_carried_on() -> None:
    marked = carried_on(growing(CROWD))
    assert marked[:CROWD, 0, 1:].all()
    assert not marked[:CROWD, 0, 0].any()  # the first year may be a measurement
    assert not marked[CROWD:].any()


def test_fewer_may_grow_alike_by_chance() -> None:
    assert not carried_on(growing(CROWD - 1)).any()


def test_steps_taken_together_are_counted() -> None:
    quiet = np.zeros((4, 2 * REACH + 1), np.float32)
    for row in range(3):
        quiet[row, REACH - 2 : REACH + 3] = 2.0  # up two years before, down after two years more
    quiet[3, REACH - 6 : REACH + 7] = 2.0
    parts = steps(quiet, np.zeros(4, np.int64), np.zeros(4, np.int64))
    assert parts["step_up"] == pytest.approx([2, 2, 2, 2])
    assert parts["step_down"] == pytest.approx([2, 2, 2, 2])
    both = [math.log(2.15 / 9)] * 3 + [math.log(0.15 / 9)]
    assert parts["both_together"] == pytest.approx(both, rel=1e-5)


def test_points_run_straight_between_supports_and_level_beyond() -> None:
    stage = Stage(-1.0, {"jump": (np.array([0.0, 2.0]), np.array([0.0, 3.0]))})
    odds = stage.points({"jump": np.array([-5, 0, 1, 2, 9], np.float32)})
    assert odds == pytest.approx([-1, -1, 0.5, 2, 2])


def test_the_card_has_points_for_every_part_that_is_measured() -> None:
    rng = np.random.default_rng(1)
    names = [f"S{number}" for number in range(6)]
    rows = [
        (a, b, year, float(rng.integers(5, 500))) for a in names for b in names if a != b for year in range(1980, 2011)
    ]
    flows = pl.DataFrame(rows, schema=["exporter", "importer", "year", "value"], orient="row")
    world = make_world(flows, flows.select("exporter", "importer", "year", expected=pl.lit(50.0)))
    found = suspects(world, material(world), [("S0", "S1")])
    measured = set(found.parts) | set(company(found, np.zeros(len(found.year), np.float32)))
    scored = set().union(*(stage.lines for stage in read_card()))
    assert scored <= measured
    assert len(scored) > 20
    assert np.isfinite(judge(found, read_card())).all()


def test_company_reads_neighbours_and_leaves_the_flow_itself_out() -> None:
    places = np.array([0, 0, 1, 2])
    one = np.zeros(4, np.int64)
    found = Suspects(one, one + 7, places, np.array([3, 4, 3, 3]), one, {})
    odds = np.array([0.0, 3.0, 0.0, -2.0], np.float32)
    parts = company(found, odds)
    assert parts["same_flow_next"][0] == 3.0
    assert parts["same_flow_next"][2] == -9.0
    assert parts["number_now"][0] == pytest.approx(math.log1p(0.5 + 1 / (1 + math.exp(2))), rel=1e-5)
    assert parts["number_now"][1] == pytest.approx(0, abs=1e-6)
