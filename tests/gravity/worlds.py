"""Worlds made up for the tests of the solvers, and the plain iterations that they are checked against."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def made_world(size: int, seed: int, home: float = 3.0, uneven: float = 1.5) -> Floats:
    """Make trade among countries of uneven size, with imbalances."""
    random = np.random.default_rng(seed)
    weight = np.exp(random.normal(0.0, uneven, size))
    trade = np.outer(weight, weight) / weight.sum() * np.exp(random.normal(0.0, 0.5, (size, size)))
    trade[np.diag_indices(size)] *= home * size / 3.0
    return np.asarray(trade)


def plain_one_sector(
    trade: Floats, change: Floats, theta: float, imbalance: str, rounds: int = 400_000
) -> tuple[Floats, Floats, Floats]:
    """Solve a one-sector world by the textbook fixed point, as ge_gravity does; wages, prices and welfare as ratios."""
    income, spending = trade.sum(axis=1), trade.sum(axis=0)
    share = trade / spending
    deficit = spending - income
    wages, now = np.ones(len(trade)), spending.copy()
    price = (share * change).T @ wages**-theta
    for _ in range(rounds):
        demand = (share * change) @ (now / price)
        following = (demand / income) ** (1.0 / (1.0 + theta))
        following *= income.sum() / (income * following).sum()
        change_of_wages = np.abs(following / wages - 1.0).max()
        wages = following
        price = (share * change).T @ wages**-theta
        now = income * wages + deficit if imbalance == "additive" else spending * wages
        if change_of_wages < 1e-15:
            break
    index = price ** (-1.0 / theta)
    welfare = (income * wages + deficit) / spending / index if imbalance == "additive" else wages / index
    return wages, index, welfare


def made_tables(regions: int, sectors: int, seed: int, tariffs: bool = True) -> dict[str, pl.DataFrame]:
    """Make tables that are accounts: sales are costs, and deficits are imports less exports."""
    random = np.random.default_rng(seed)
    shape = (sectors, regions, regions)
    weight = np.exp(random.normal(0.0, 1.0, regions))
    trade = np.exp(random.normal(0.0, 0.7, shape)) * weight[:, None] * weight[None, :]
    # Mostly balanced, so that no surplus comes near to income.
    trade = 0.2 * trade + 0.4 * (trade + trade.transpose(0, 2, 1))
    trade[:, np.arange(regions), np.arange(regions)] *= 4.0 * regions
    tariff = random.uniform(0.0, 0.2, shape) if tariffs else np.zeros(shape)
    tariff[:, np.arange(regions), np.arange(regions)] = 0.0
    sales = trade.sum(axis=2).T
    added = random.uniform(0.3, 0.7, (regions, sectors)) * sales
    mix = random.dirichlet(np.ones(sectors), (regions, sectors)).transpose(0, 2, 1)
    inputs = mix * (sales - added)[:, None, :]
    final = (trade * (1.0 + tariff)).sum(axis=1).T - inputs.sum(axis=2)
    # Where inputs alone are more than what is bought, some final demand is put in, so the tables are no equilibrium.
    final = np.maximum(final, 0.05 * sales)
    between = trade.sum(axis=0)
    return frames(
        trade, tariff, inputs, final, added, between.sum(axis=0) - between.sum(axis=1), np.linspace(3, 9, sectors)
    )


def frames(
    trade: Floats, tariff: Floats, inputs: Floats, final: Floats, added: Floats, deficit: Floats, theta: Floats
) -> dict[str, pl.DataFrame]:
    """Put arrays into the frames that an economy is read from; names are r0, r1 and s0, s1 and so on."""
    sectors, regions = trade.shape[0], trade.shape[1]
    goods, places = [f"s{j:02d}" for j in range(sectors)], [f"r{n:02d}" for n in range(regions)]
    cells = {"region": np.repeat(places, sectors), "sector": np.tile(goods, regions)}
    return {
        "trade": pl.DataFrame(
            {
                "sector": np.repeat(goods, regions * regions),
                "exporter": np.tile(np.repeat(places, regions), sectors),
                "importer": np.tile(places, sectors * regions),
                "value": trade.reshape(-1),
                "tariff": tariff.reshape(-1),
            }
        ),
        "inputs": pl.DataFrame(
            {
                "region": np.repeat(places, sectors * sectors),
                "input": np.tile(np.repeat(goods, sectors), regions),
                "sector": np.tile(goods, sectors * regions),
                "value": inputs.reshape(-1),
            }
        ),
        "final_demand": pl.DataFrame({**cells, "value": final.reshape(-1)}),
        "value_added": pl.DataFrame({**cells, "value": added.reshape(-1)}),
        "deficit": pl.DataFrame({"region": places, "D": deficit}),
        "theta": pl.DataFrame({"sector": goods, "value": theta}),
    }
