"""Many scenarios at once give what one at a time gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from khasan.gravity.armington.batch import Change, equilibria
from khasan.gravity.armington.equilibrium import equilibrium
from khasan.gravity.armington.world import Imbalance
from khasan.gravity.failures import NoEquilibrium
from khasan.ledger.errors import InputError
from tests.gravity.worlds import Floats, made_world


def dense(size: int, change: Change) -> Floats:
    matrix = np.ones((size, size))
    matrix[np.asarray(change.exporter, dtype=int), np.asarray(change.importer, dtype=int)] = change.factor
    return matrix


def made_changes(size: int, count: int, seed: int) -> list[Change]:
    """Make scenarios of a few cells each, some of them embargoes, some of nothing, some of trade with oneself."""
    random = np.random.default_rng(seed)
    changes = [Change([], [], []), Change([0], [0], [0.7])]
    for _ in range(count - 2):
        cells = random.choice(size * size, random.integers(1, 2 * size), replace=False)
        cells = cells[cells // size != cells % size]
        changes.append(Change(cells // size, cells % size, random.choice([0.0, 0.3, 1.0, 2.5], len(cells))))
    return changes


@settings(max_examples=15)
@given(st.integers(0, 10_000), st.sampled_from(["additive", "multiplicative"]))
def test_each_row_is_the_scenario_alone(seed: int, imbalance: Imbalance) -> None:
    trade, changes = made_world(11, seed), made_changes(11, 20, seed)
    try:
        found = equilibria(trade, changes, 5.0, imbalance)
    except NoEquilibrium:
        reject()
    assert (found.residual <= 1e-12).all()
    for number, change in enumerate(changes):
        alone = equilibrium(trade, dense(11, change), 5.0, imbalance)
        np.testing.assert_allclose(found.welfare[number], alone.welfare, rtol=1e-9)
        np.testing.assert_allclose(found.wages[number], alone.wages, rtol=1e-9)
        np.testing.assert_allclose(found.prices[number], alone.prices, rtol=1e-9)


def test_more_scenarios_than_are_swept_together() -> None:
    trade, changes = made_world(30, 1), made_changes(30, 150, 1)
    found = equilibria(trade, changes)
    for number in (0, 1, 63, 64, 128, 149):
        alone = equilibrium(trade, dense(30, changes[number]))
        np.testing.assert_allclose(found.welfare[number], alone.welfare, rtol=1e-10)


def test_starting_from_the_answer_takes_no_sweeps() -> None:
    trade, changes = made_world(15, 2), made_changes(15, 10, 2)
    first = equilibria(trade, changes)
    again = equilibria(trade, changes, start=first.wages)
    assert again.iterations.max() <= 1
    np.testing.assert_allclose(again.welfare, first.welfare, rtol=1e-11)


def closed(size: int, country: int, factor: float = 0.0) -> Change:
    others = np.delete(np.arange(size), country)
    away = np.full(size - 1, country)
    return Change(np.r_[others, away], np.r_[away, others], np.full(2 * size - 2, factor))


def test_autarky_among_the_scenarios() -> None:
    trade = made_world(9, 3)
    trade = (trade + trade.T) / 2.0
    found = equilibria(trade, [closed(9, 4), closed(9, 4, 1e-9), Change([1], [2], [0.0])])
    home = trade[4, 4] / trade[:, 4].sum()
    assert found.welfare[0, 4] == pytest.approx(home**0.25, rel=1e-12)
    assert found.welfare[1, 4] == pytest.approx(home**0.25, rel=1e-7)
    assert found.residual.max() <= 1e-12


@pytest.mark.parametrize("imbalance", ["additive", "multiplicative"])
def test_nearly_isolated_countries_among_the_scenarios(imbalance: Imbalance) -> None:
    trade = made_world(9, 3)
    trade = (trade + trade.T) / 2.0
    changes = [closed(9, 4, little) for little in (0.3, 1e-3, 1e-8, 1e-13)]
    found = equilibria(trade, changes, 4.0, imbalance)
    assert found.residual.max() <= 1e-12
    for number, change in enumerate(changes):
        alone = equilibrium(trade, dense(9, change), 4.0, imbalance)
        np.testing.assert_allclose(found.wages[number], alone.wages, rtol=1e-10)
    # The wage of the nearly isolated one has a limit, which is not that of autarky.
    np.testing.assert_allclose(found.wages[2], found.wages[3], rtol=1e-6)
    assert abs(found.wages[3, 4] - 1.0) > 1e-3


def test_one_way_trade_among_the_scenarios_is_refused_in_both_closures() -> None:
    trade = made_world(6, 3)
    trade = (trade + trade.T) / 2.0
    others = np.arange(1, 6)
    change = Change(others, np.zeros(5, dtype=int), np.zeros(5))
    for imbalance in ("additive", "multiplicative"):
        with pytest.raises(NoEquilibrium, match="scenario 1: country 0: can sell to the rest but not buy from it"):
            equilibria(trade, [Change([], [], []), change], 4.0, imbalance)


def test_an_elasticity_whose_prices_no_number_holds_is_refused() -> None:
    with pytest.raises(InputError, match=r"scenario 0: theta: 1e-06; the price index of .* at least about"):
        equilibria(made_world(4, 1), [Change([0], [1], [0.1])], 1e-6)


def test_the_scenario_without_an_equilibrium_is_named() -> None:
    trade = made_world(9, 3)
    with pytest.raises(NoEquilibrium, match=r"scenario 1: country 4: cut off"):
        equilibria(trade, [Change([1], [2], [0.0]), closed(9, 4)])
    dropped = equilibria(trade, [closed(9, 4)], imbalance_if_isolated="zero")
    alone = equilibrium(trade, dense(9, closed(9, 4)), imbalance_if_isolated="zero")
    np.testing.assert_allclose(dropped.welfare[0], alone.welfare, rtol=1e-12)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Change([1, 2], [2], [0.0, 0.0]), "scenario 0: exporter, importer and factor must be lists of one length"),
        (Change([9], [2], [0.0]), "scenario 0: a place lies outside 0 to 8"),
        (Change([1], [2], [-0.5]), "scenario 0: a factor is missing, infinite or negative"),
        (Change([1], [2], [np.nan]), "scenario 0: a factor is missing"),
        (Change([1], [2], [1j]), "scenario 0: complex numbers"),
        (Change([1, 1], [2, 2], [0.0, 0.5]), "scenario 0: a cell is given twice"),
        (Change([1.5], [2], [0.0]), "scenario 0: exporter and importer must be places of countries"),
        (Change(["a"], [2], [0.0]), "scenario 0: it must be an array of numbers"),
    ],
)
def test_bad_scenarios_are_refused(change: Change, said: str) -> None:
    with pytest.raises(InputError, match=said):
        equilibria(made_world(9, 3), [change])


@pytest.mark.parametrize("tolerance", [np.nan, -1.0, 0.0, 1.0, "a"])
def test_a_tolerance_that_is_none_is_refused(tolerance: float) -> None:
    with pytest.raises(InputError, match=r"tolerance: .* it must lie above 0 and below 1"):
        equilibria(made_world(4, 1), [Change([0], [1], [0.1])], tolerance=tolerance)
