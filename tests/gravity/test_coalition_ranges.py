"""Sizes, ends and middles of ranges, pairs of senders over ranges, and what a dollar of another year is."""

from __future__ import annotations

import math
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from khasan.gravity import equilibrium
from khasan.gravity.coalition.game import Game
from khasan.gravity.scenario.world import BaseWorld, price_ratio
from khasan.gravity.uncertainty.coalitions import game_over_ranges
from khasan.gravity.uncertainty.factors import Factor, factors_of
from khasan.gravity.uncertainty.worlds import Worlds, with_size
from khasan.ledger.errors import InputError
from tests.gravity.worlds import made_world


def world_of(trade: np.ndarray) -> BaseWorld:
    names = tuple(f"C{place}" for place in range(len(trade)))
    return BaseWorld(2000, names, trade, MappingProxyType({}), (), 0, "made up", "reported", "gdp", 1.0)


@given(seed=st.integers(0, 10**6), size=st.floats(0.9, 4.0), place=st.integers(0, 4))
def test_another_size_moves_own_sales_of_one_country_only(seed: int, size: float, place: int) -> None:
    trade = made_world(5, seed)
    trade[place, place] += trade[place].sum()  # so that at most half of output is exported
    world = world_of(trade)
    sized = with_size(world, f"C{place}", size)
    moved = sized.trade != world.trade
    moved[place, place] = False
    assert not moved.any()
    assert sized.trade[place].sum() == pytest.approx(size * trade[place].sum())
    assert with_size(sized, f"C{place}", 1.0 / size).trade[place, place] == pytest.approx(trade[place, place])


def test_a_size_below_what_is_exported_is_refused() -> None:
    world = world_of(np.array([[60.0, 40.0], [30.0, 500.0]]))  # 40 of 100 are exported
    assert with_size(world, "C0", 0.5).trade[0, 0] == pytest.approx(10.0)
    with pytest.raises(InputError, match=r"size 0\.3: C0 would export 40 and make only 30 USD million"):
        with_size(world, "C0", 0.3)
    with pytest.raises(InputError, match="begin the range higher"):
        with_size(world, "C0", 0.4)


def test_levels_are_the_middle_and_the_ends() -> None:
    assert Factor("theta", 2.0, 8.0).levels.choices == (4.0, 2.0, 8.0)
    assert list(Factor("size", 0.35, 1.0).levels.choices) == pytest.approx([math.sqrt(0.35), 0.35, 1.0])
    assert Factor("cut", 0.0, 1.0).levels.choices == (0.5, 0.0, 1.0)
    choice = Factor("basis", choices=("reported", "vetted"))
    assert choice.levels == choice
    assert choice.levels.levels == choice
    assert Factor("theta", 2.0, 8.0).levels.as_dict() == {"factor": "theta", "choices": [4.0, 2.0, 8.0]}


def test_a_size_can_be_varied_in_coalitions_only() -> None:
    assert factors_of(["size=0.35:1"], "coalition") == (Factor("size", 0.35, 1.0),)
    for model in ("one", "sectors"):
        with pytest.raises(InputError, match="cannot be varied"):
            factors_of(["size=0.35:1"], model)


def test_last_and_together_are_differences_of_worlds() -> None:
    world = world_of(made_world(5, 4))
    members = {"a": ("C1",), "b": ("C2", "C3"), "c": ("C4",)}
    game = Game(world, "C0", members, 0.6, 4.0, "additive")
    factors = [one.levels for one in factors_of(["theta=2:8", "size=1:2.25"], "coalition")]
    found = game_over_ranges(
        game, Worlds(world, None, 1.0, "reported"), factors, draws=0, together=[("a", "b"), ("c", "a")]
    )
    rows = {row["outcome"]: row for row in found.intervals}

    def loss(theta: float, size: float, *places: int) -> float:
        trade = world.trade.copy()
        trade[0, 0] += (size - 1.0) * trade[0].sum()
        change = np.ones((5, 5))
        change[list(places), 0] = change[0, list(places)] = 0.4
        return float(100.0 * (1.0 - equilibrium(trade, change, theta=theta).welfare[0]))

    settings = [(theta, size) for theta in (4.0, 2.0, 8.0) for size in (1.5, 1.0, 2.25)]
    by_hand = {
        "both a b": [loss(*at, 1, 2, 3) for at in settings],
        "beyond a b": [loss(*at, 1, 2, 3) - loss(*at, 1) - loss(*at, 2, 3) for at in settings],
        "both c a": [loss(*at, 4, 1) for at in settings],
        "beyond c a": [loss(*at, 4, 1) - loss(*at, 4) - loss(*at, 1) for at in settings],
        "last a": [loss(*at, 1, 2, 3, 4) - loss(*at, 2, 3, 4) for at in settings],
        "last c": [loss(*at, 1, 2, 3, 4) - loss(*at, 1, 2, 3) for at in settings],
    }
    for outcome, values in by_hand.items():
        row = rows[outcome]
        found_here = (row["value"], row["median"], row["least"], row["most"])
        expected = (values[1], float(np.median(values)), min(values), max(values))
        assert found_here == pytest.approx(expected, abs=1e-6), outcome
    assert found.points == 9
    assert not {"both a c", "beyond a c"} & set(rows)


def test_a_dollar_of_another_year() -> None:
    """Consumer price index of the United States, Bureau of Labor Statistics: 218.056 in 2010, 236.736 in 2014."""
    assert price_ratio(2010, 2014) == pytest.approx(236.736 / 218.056)
    assert price_ratio(2014, 2014) == 1.0
    assert price_ratio(2024, 2014) == pytest.approx(236.736 / 313.689)
    for years in ((1800, 2014), (2014, 1800)):
        with pytest.raises(InputError, match="1800: no price level of the dollar; years are"):
            price_ratio(*years)


@given(one=st.integers(1913, 2024), middle=st.integers(1913, 2024), other=st.integers(1913, 2024))
def test_prices_chain(one: int, middle: int, other: int) -> None:
    assert price_ratio(one, middle) * price_ratio(middle, other) == pytest.approx(price_ratio(one, other))
