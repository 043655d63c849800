"""Regions cut off from everybody: autarky is an answer wherever it exists, whatever cannot move."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from khasan.gravity import SectorEconomy
from khasan.gravity.failures import NoAutarky
from khasan.gravity.sectors.local import inverted
from tests.gravity.worlds import frames, made_tables

INFINITE = float("inf")


def two_alike() -> SectorEconomy:
    """Two regions and two sectors: 0.8 and 0.9 of what is bought is made at home, and 0.6 of cost is value added."""
    trade = np.array([[[8.0, 2.0], [2.0, 8.0]], [[9.0, 1.0], [1.0, 9.0]]])
    six = np.full((2, 2), 6.0)
    inputs = np.full((2, 2, 2), 2.0)
    return SectorEconomy.from_frames(
        **frames(trade, np.zeros_like(trade), inputs, six, six, np.zeros(2), np.full(2, 4.0))
    )


def isolated(economy: SectorEconomy, region: str) -> pl.DataFrame:
    rows = [
        (sector, *pair, INFINITE)
        for sector in economy.sectors
        for other in economy.regions
        if other != region
        for pair in ((region, other), (other, region))
    ]
    return pl.DataFrame(rows, schema=["sector", "exporter", "importer", "factor"], orient="row")


@pytest.mark.parametrize("fixed", [None, ["s00"], ["s00", "s01"]])
def test_autarky_by_hand_whatever_capacity_cannot_move(fixed: list[str] | None) -> None:
    """With Cobb-Douglas, prices rise by (0.8 x 0.9)^(-1/4), once more by inputs, and half weighs each good.

    No sector's value added changes, so nothing would move that is held.
    """
    found = two_alike().counterfactual(iceberg=isolated(two_alike(), "r01"), fixed_capacity=fixed)
    by_hand = 100.0 * (0.72 ** (1.0 / (4.0 * 2.0 * 0.6)) - 1.0)
    np.testing.assert_allclose(found.welfare["real_income"].to_numpy(), by_hand, atol=1e-9)
    assert by_hand == pytest.approx(-6.6149, abs=5e-5)


@settings(max_examples=15)
@given(st.integers(0, 10_000), st.sampled_from([1.0, 0.5, 0.2]))
def test_isolation_with_all_capacity_fixed_is_the_limit_of_prohibitive_costs(seed: int, sigma: float) -> None:
    economy = SectorEconomy.from_frames(**made_tables(3, 2, seed))
    closed = isolated(economy, "r02")
    dear = closed.with_columns(factor=pl.lit(1e6))
    all_sectors = list(economy.sectors)
    try:
        one, other = (
            economy.counterfactual(None, change, "zero", sigma, sigma, sigma, fixed_capacity=all_sectors).welfare
            for change in (closed, dear)
        )
    except NoAutarky:
        # Complements may leave production nothing to live on; that is told by other tests.
        reject()
    np.testing.assert_allclose(one["real_income"].to_numpy(), other["real_income"].to_numpy(), atol=1e-6)
    assert one["real_wage"].null_count() == 3


def test_a_region_that_the_tables_already_isolate_keeps_its_own_money() -> None:
    """One region without any trade abroad, in which nothing can move: what the others do does not reach it."""
    tables = made_tables(3, 2, 5)
    trade = tables["trade"].filter((pl.col("exporter") != "r02") & (pl.col("importer") != "r02"))
    alone = tables["trade"].filter((pl.col("exporter") == "r02") | (pl.col("importer") == "r02"))
    home = pl.col("exporter") == pl.col("importer")
    alone = alone.with_columns(value=pl.when(home).then("value").otherwise(0.0))
    flow = pl.concat([trade, alone]).sort("sector", "exporter", "importer")["value"].to_numpy().reshape(2, 3, 3)
    rates = tables["trade"].sort("sector", "exporter", "importer")["tariff"].to_numpy().reshape(2, 3, 3)
    sales, between = flow.sum(axis=2).T, flow.sum(axis=0)
    inputs = np.full((3, 2, 2), 0.25) * sales[:, None, :]
    final = np.maximum((flow * (1.0 + rates)).sum(axis=1).T - inputs.sum(axis=2), 0.1 * sales)
    economy = SectorEconomy.from_frames(
        **frames(
            flow, rates, inputs, final, 0.5 * sales, between.sum(axis=0) - between.sum(axis=1), np.array([3.0, 5.0])
        )
    )
    cut = pl.DataFrame({"sector": ["s00"], "exporter": ["r00"], "importer": ["r01"], "factor": [INFINITE]})
    welfare = economy.counterfactual(None, cut, "data", 0.5, 0.5, 0.5, fixed_capacity=economy.sectors).welfare
    assert welfare["real_income"][2] == pytest.approx(0.0, abs=1e-9)
    assert welfare["real_income"][1] < -0.1


def test_a_matrix_without_an_inverse_gives_the_shortest_steps() -> None:
    """The two rows of the second are one: of all steps that answer a gap of (2, 2), (1, 1) is the shortest."""
    stack = np.array([[[2.0, 0.0], [0.0, 4.0]], [[1.0, 1.0], [1.0, 1.0]], [[float("nan"), 0.0], [0.0, 1.0]]])
    found = inverted(stack)
    np.testing.assert_allclose(found[0], [[0.5, 0.0], [0.0, 0.25]], atol=1e-12)
    np.testing.assert_allclose(found[1] @ [2.0, 2.0], [1.0, 1.0], atol=1e-12)
    assert np.isnan(found[2]).all()


def test_the_result_lists_the_gaps_of_the_tables() -> None:
    economy = SectorEconomy.from_frames(**made_tables(4, 3, 1))
    assert not economy.baseline_gaps.is_empty()
    assert economy.counterfactual().baseline_gaps.equals(economy.baseline_gaps)
