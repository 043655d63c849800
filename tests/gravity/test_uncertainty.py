"""Ranges, laws and shares of a spread: by hand, by published indices, and in worlds with a known answer."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from khasan.gravity import equilibrium
from khasan.gravity.coalition.game import Game
from khasan.gravity.scenario.world import BaseWorld
from khasan.gravity.uncertainty.coalitions import game_over_ranges
from khasan.gravity.uncertainty.factors import LOG_UNIFORM, UNIFORM, Factor, factors_of, points
from khasan.gravity.uncertainty.shares import shares_of_grid, shares_of_sobol, sobol_points
from khasan.gravity.uncertainty.spread import Point, explore
from khasan.gravity.uncertainty.worlds import Worlds, least_output, with_output
from khasan.ledger.errors import InputError
from tests.gravity.worlds import made_world

Floats = NDArray[np.float64]

needs_salib = pytest.mark.skipif(
    __import__("importlib.util").util.find_spec("SALib") is None, reason="the extra uncertainty is not installed"
)


# -- shares ------------------------------------------------------------------------------------------------------------


def test_shares_of_a_sum_by_hand() -> None:
    """y = a + 2 b with a and b in 0, 1: variances 1/4 and 1, so one fifth and four fifths, and nothing together."""
    found = shares_of_grid(np.array([[0.0, 2.0], [1.0, 3.0]]))
    assert found is not None
    np.testing.assert_allclose(found.first_order, [0.2, 0.8], atol=1e-15)
    np.testing.assert_allclose(found.total, [0.2, 0.8], atol=1e-15)
    assert not found.total_error.any()


def test_shares_of_a_product_by_hand() -> None:
    """y = a b with a and b in 0, 1: Var(y) = 3/16, Var(E(y|a)) = 1/16, E(Var(y|b)) = 1/8."""
    found = shares_of_grid(np.array([[0.0, 0.0], [0.0, 1.0]]))
    assert found is not None
    np.testing.assert_allclose(found.first_order, [1 / 3, 1 / 3], atol=1e-15)
    np.testing.assert_allclose(found.total, [2 / 3, 2 / 3], atol=1e-15)


@given(seed=st.integers(0, 10**6), shape=st.lists(st.integers(2, 4), min_size=2, max_size=4))
def test_first_orders_are_at_most_totals_and_add_to_at_most_one(seed: int, shape: list[int]) -> None:
    found = shares_of_grid(np.random.default_rng(seed).normal(size=shape))
    assert found is not None
    assert (found.first_order <= found.total + 1e-12).all()
    assert found.first_order.sum() <= 1.0 + 1e-12 <= found.total.sum() + 2e-12


def test_what_does_not_vary_has_no_shares() -> None:
    assert shares_of_grid(np.full((2, 3), 7.0)) is None
    assert shares_of_sobol(np.full(40, 1.0), 3, 0) is None


@needs_salib
def test_ishigami_by_sobol() -> None:
    """sin x + 7 sin^2 y + 0.1 z^4 sin x, of Ishigami and Homma (1990), whose indices are known."""
    x, y, z = (sobol_points(3, 1024, 5) * 2.0 * np.pi - np.pi).T
    found = shares_of_sobol(np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x), 3, 5)
    assert found is not None
    np.testing.assert_allclose(found.first_order, [0.3139, 0.4424, 0.0], atol=0.05)
    np.testing.assert_allclose(found.total, [0.5576, 0.4424, 0.2437], atol=0.05)


@needs_salib
def test_the_same_seed_draws_the_same_points_and_another_seed_others() -> None:
    assert np.array_equal(sobol_points(2, 16, 1), sobol_points(2, 16, 1))
    assert not np.array_equal(sobol_points(2, 16, 1), sobol_points(2, 16, 2))
    assert sobol_points(2, 16, 1).shape == (16 * 4, 2)
    with pytest.raises(InputError, match="power of two"):
        sobol_points(2, 100, 0)
    with pytest.raises(InputError, match="seed -1"):
        sobol_points(2, 16, -1)


def test_without_salib_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "SALib", None)
    monkeypatch.setitem(sys.modules, "SALib.sample", None)
    with pytest.raises(InputError, match=r"khasan\[uncertainty\]"):
        sobol_points(2, 16, 0)


# -- ranges and laws ---------------------------------------------------------------------------------------------------


def test_laws_put_the_middle_of_a_range_where_they_should() -> None:
    half = np.array([[0.5], [0.0], [1.0]])
    factor = (Factor("theta", 2.0, 8.0),)
    assert [one["theta"] for one in points(factor, half, UNIFORM)] == pytest.approx([5.0, 2.0, 8.0])
    assert [one["theta"] for one in points(factor, half, LOG_UNIFORM)] == pytest.approx([4.0, 2.0, 8.0])
    choice = (Factor("basis", choices=("reported", "vetted")),)
    assert [one["basis"] for one in points(choice, np.array([[0.0], [0.49], [0.5], [1.0]]), UNIFORM)] == [
        "reported", "reported", "vetted", "vetted",
    ]  # fmt: skip
    from_zero = (Factor("elasticity_inputs", 0.0, 1.0),)
    assert points(from_zero, half, LOG_UNIFORM) == points(from_zero, half, UNIFORM)


def test_ranges_as_typed() -> None:
    assert factors_of(["theta=2:8", "basis=vetted,reported"], "one") == (
        Factor("theta", 2.0, 8.0), Factor("basis", choices=("vetted", "reported")),
    )  # fmt: skip
    assert [one.name for one in factors_of(["cut=0.5:1", "theta=1:2"], "coalition")] == ["cut", "theta"]


@pytest.mark.parametrize(
    ("text", "model", "message"),
    [
        ("colour=1:2", "one", "cannot be varied"),
        ("elasticity_inputs=0:1", "one", "cannot be varied"),
        ("theta=8:2", "one", "must be below the second"),
        ("theta=2", "one", "write two numbers"),
        ("theta=0:2", "one", "must be above 0"),
        ("theta=1:nan", "one", "below the second"),
        ("cut=0.5:1.5", "coalition", "at most 1"),
        ("basis=reported", "one", "two or more"),
        ("basis=reported,guessed", "one", "'guessed' is not known"),
        ("theta", "one", "write two numbers"),
    ],
)
def test_a_range_that_is_none_is_refused(text: str, model: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        factors_of([text], model)


def test_a_range_given_twice_is_refused() -> None:
    with pytest.raises(InputError, match="given twice"):
        factors_of(["theta=1:2", "theta=2:3"], "one")


# -- spreads -----------------------------------------------------------------------------------------------------------


def squares(given: Sequence[Point]) -> Floats:
    """Outcomes x^2 and a constant, of a setting theta that is 3 where not given."""
    return np.array([[float(one.get("theta", 3.0)) ** 2, 1.0] for one in given])


@needs_salib
def test_intervals_follow_the_law_and_law_that_matters_is_named() -> None:
    found = explore("squares", squares, ["x2", "one"], (Factor("theta", 1.0, 9.0),), draws=256, unit="none")
    by_law = {(row["outcome"], row["law"]): row for row in found.intervals}
    uniform, log_uniform = by_law["x2", UNIFORM], by_law["x2", LOG_UNIFORM]
    # The square grows with theta, so its quantiles are the squares of theta's.
    assert uniform["median"] == pytest.approx(25.0, rel=0.02)
    assert (uniform["low"], uniform["high"]) == pytest.approx((1.4**2, 8.6**2), rel=0.03)
    assert log_uniform["median"] == pytest.approx(9.0, rel=0.02)
    assert (log_uniform["low"], log_uniform["high"]) == pytest.approx((9**0.1, 9**1.9), rel=0.03)
    assert uniform["value"] == 9.0
    assert found.law_matters == ("x2",)
    shares = {(row["outcome"], row["law"]): row for row in found.shares}
    assert shares["x2", UNIFORM]["first_order"] == pytest.approx(1.0, abs=0.02)
    assert shares["one", UNIFORM]["first_order"] is None
    assert found.points == 2 * 256 * 3


def test_choices_alone_are_solved_exactly() -> None:
    def sums(given: Sequence[Point]) -> Floats:
        a, b = {"reported": 0.0, "vetted": 1.0}, {"additive": 0.0, "multiplicative": 2.0}
        return np.array([[a[str(p.get("basis", "reported"))] + b[str(p.get("imbalance", "additive"))]] for p in given])

    factors = factors_of(["basis=reported,vetted", "imbalance=additive,multiplicative"], "one")
    found = explore("sums", sums, ["y"], factors)
    assert [row["total"] for row in found.shares] == pytest.approx([0.2, 0.8])
    assert (found.points, found.draws) == (4, 0)
    assert (found.intervals[0]["least"], found.intervals[0]["most"]) == (0.0, 3.0)


def test_points_without_equilibrium_are_counted_and_take_the_shares_away() -> None:
    def some(given: Sequence[Point]) -> Floats:
        return np.array([[np.nan if p.get("basis") == "vetted" else 1.0] for p in given])

    found = explore("some", some, ["y"], factors_of(["basis=reported,vetted"], "one"))
    assert found.failed == 1
    assert found.shares[0]["total"] is None
    assert any("1 of 2 points have no equilibrium" in line for line in found.caveats)
    with pytest.raises(InputError, match="no point of the ranges"):
        explore("none", lambda given: np.full((len(given), 1), np.nan), ["y"], found.factors)
    with pytest.raises(InputError, match="none given"):
        explore("none", some, ["y"], ())


# -- worlds ------------------------------------------------------------------------------------------------------------


def world_of(trade: Floats) -> BaseWorld:
    names = tuple(f"C{place}" for place in range(len(trade)))
    return BaseWorld(2000, names, trade, MappingProxyType({}), (), 0, "made up", "reported", "gdp", 1.0)


@given(seed=st.integers(0, 10**6), ratio=st.floats(1.0, 5.0))
def test_more_output_moves_own_sales_only(seed: int, ratio: float) -> None:
    world = world_of(made_world(5, seed))
    more = with_output(world, ratio)
    np.testing.assert_allclose(more.trade.sum(axis=1), ratio * world.trade.sum(axis=1))
    off = ~np.eye(5, dtype=bool)
    np.testing.assert_array_equal(more.trade[off], world.trade[off])
    assert more.output_over_gdp == ratio


def test_a_world_is_read_at_the_least_output_of_all() -> None:
    assert least_output(factors_of(["output_over_gdp=1.5:2"], "one"), 1.0) == 1.0
    assert least_output(factors_of(["output_over_gdp=0.8:2", "theta=1:2"], "one"), 1.0) == 0.8


def balanced(seed: int) -> BaseWorld:
    trade = made_world(4, seed)
    return world_of((trade + trade.T) / 2.0)


@needs_salib
def test_autarky_over_a_range_of_elasticities_is_the_formula_at_its_quantiles() -> None:
    """Cut off from everybody, real income falls to the own share to the power 1 / theta (Arkolakis and others 2012)."""
    world = balanced(3)
    own = world.trade[0, 0] / world.trade[:, 0].sum()
    worlds = Worlds(world, None, 1.0, "reported")
    members: dict[str, tuple[str, ...]] = {"all": ("C1", "C2", "C3")}
    game = Game(world, "C0", members, 1.0, 4.0, "multiplicative")
    found = game_over_ranges(game, worlds, factors_of(["theta=2:8"], "coalition"), draws=64)
    loss = {row["law"]: row for row in found.intervals if row["outcome"] == "loss"}

    def at(theta: float) -> float:
        return float(100.0 * (1.0 - own ** (1.0 / theta)))

    assert loss[UNIFORM]["value"] == pytest.approx(at(4.0), abs=1e-7)
    assert loss[UNIFORM]["median"] == pytest.approx(at(5.0), rel=0.03)
    assert loss[LOG_UNIFORM]["median"] == pytest.approx(at(4.0), rel=0.03)
    assert at(8.0) < loss[UNIFORM]["least"] < loss[UNIFORM]["low"] < loss[UNIFORM]["high"] < at(2.0)


def test_shapley_values_over_choices_are_those_of_each_world() -> None:
    world = world_of(made_world(4, 8))
    vetted = world_of(
        np.where(np.arange(16).reshape(4, 4) == 1, 0.0, world.trade) + np.diag([world.trade[0, 1], 0, 0, 0])
    )
    game = Game(world, "C0", {"C1": ("C1",), "C2": ("C2",)}, 0.5, 4.0, "additive")
    factors = factors_of(["basis=reported,vetted"], "coalition")
    found = game_over_ranges(game, Worlds(world, vetted, 1.0, "reported"), factors)
    rows = {row["outcome"]: row for row in found.intervals}
    for outcome in ("loss", "potential"):
        cutters = [1, 2] if outcome == "loss" else [1, 2, 3]
        losses = []
        for each in (world, vetted):
            change = np.ones((4, 4))
            change[cutters, 0] = change[0, cutters] = 0.5
            losses.append(100.0 * (1.0 - equilibrium(each.trade, change, theta=4.0).welfare[0]))
        assert (rows[outcome]["least"], rows[outcome]["most"]) == pytest.approx((min(losses), max(losses)), abs=1e-7)
        assert rows[outcome]["value"] == pytest.approx(losses[0], abs=1e-7)
    assert rows["shapley C1"]["value"] + rows["shapley C2"]["value"] == pytest.approx(rows["loss"]["value"], abs=1e-9)
    with pytest.raises(InputError, match="at most 8"):
        game_over_ranges(
            Game(world, "C0", {str(one): ("C1",) for one in range(9)}, 0.5, 4.0, "additive"),
            Worlds(world, None, 1.0, "reported"),
            factors,
        )


@needs_salib
@given(seed=st.integers(0, 100))
@settings(max_examples=3)
def test_a_seed_gives_the_same_spread_again(seed: int) -> None:
    one = explore("squares", squares, ["x2", "one"], (Factor("theta", 1.0, 9.0),), draws=8, seed=seed)
    again = explore("squares", squares, ["x2", "one"], (Factor("theta", 1.0, 9.0),), draws=8, seed=seed)
    assert one.as_dict() == again.as_dict()
