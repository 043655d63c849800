"""Regions that hardly trade: what trade they have left is as exact as everything else."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khasan.gravity import SectorEconomy
from tests.gravity.worlds import frames, made_tables


def dear(economy: SectorEconomy, region: str, factor: float) -> pl.DataFrame:
    rows = [
        (sector, *pair, factor)
        for sector in economy.sectors
        for other in economy.regions
        if other != region
        for pair in ((region, other), (other, region))
    ]
    return pl.DataFrame(rows, schema=["sector", "exporter", "importer", "factor"], orient="row")


@pytest.mark.parametrize("factor", [1e3, 1e5, 1e8])
@pytest.mark.parametrize("fixed", [None, ["s00"]])
def test_relative_incomes_on_the_way_to_autarky_by_hand(fixed: list[str] | None, factor: float) -> None:
    """One good made by one factor, balanced trade of 2, home shares h of 0.8 and 0.95, elasticity 4.

    Where trade goes to nothing, exports of A are k (w_B/w_A)^4 2/38 Y_B w_B and imports k (w_A/w_B)^4 2/8 Y_A w_A, with
    Y of 40 and 10; balance gives (w_A/w_B)^9 = (8 x 40) / (38 x 10) = h_A/h_B.
    """
    trade = np.array([[[8.0, 2.0], [2.0, 38.0]]])
    sales = np.array([[10.0], [40.0]])
    economy = SectorEconomy.from_frames(
        **frames(trade, np.zeros_like(trade), np.zeros((2, 1, 1)), sales, sales, np.zeros(2), np.array([4.0]))
    )
    found = economy.counterfactual(iceberg=dear(economy, "r00", factor), fixed_capacity=fixed)
    earned = found.wages["wage"] if fixed is None else found.returns.sort("region")["return"]
    assert earned[0] / earned[1] == pytest.approx((0.8 / 0.95) ** (1.0 / 9.0), rel=1e-9)
    assert found.residual <= 1e-11


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 10_000),
    st.sampled_from([5.0, 30.0, 300.0, 1e5]),
    st.sampled_from([1.0, 0.5, 0.1]),
    st.sampled_from([None, ["s00"], ["s00", "s01"]]),
)
def test_what_is_left_of_trade_balances(seed: int, factor: float, sigma: float, fixed: list[str] | None) -> None:
    economy = SectorEconomy.from_frames(**made_tables(3, 2, seed))
    found = economy.counterfactual(
        None, dear(economy, "r02", factor), "zero", sigma, sigma, sigma, fixed_capacity=fixed
    )
    abroad = found.trade.filter(pl.col("exporter") != pl.col("importer"))
    exports = abroad.filter(exporter="r02")["value"].sum()
    assert exports > 0.0
    assert exports == pytest.approx(abroad.filter(importer="r02")["value"].sum(), rel=1e-8)


def test_a_deficit_that_comes_to_most_of_trade_is_carried() -> None:
    """Imports are a deficit and little else: exports of a thousandth of them, and both together stay balanced."""
    trade = np.array([[[1000.0, 0.004], [4.004, 3000.0]]])
    added = trade.sum(axis=2).T
    deficit = np.array([4.0, -4.0])
    final = trade.sum(axis=1).T
    economy = SectorEconomy.from_frames(
        **frames(trade, np.zeros_like(trade), np.zeros((2, 1, 1)), final, added, deficit, np.array([4.0]))
    )
    change = pl.DataFrame({"sector": ["s00"], "exporter": ["r00"], "importer": ["r01"], "factor": [3.0]})
    found = economy.counterfactual(iceberg=change, deficits="data")
    flows = {(row["exporter"], row["importer"]): row["value"] for row in found.trade.to_dicts()}
    assert flows["r01", "r00"] - flows["r00", "r01"] == pytest.approx(4.0, rel=1e-10)
