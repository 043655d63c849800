"""Many sectors: against a second method, by laws that must hold, and the frames that come out."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khasan.gravity import SectorEconomy
from khasan.gravity.sectors.counterfactual import Counterfactual
from tests.gravity.nested import from_frames
from tests.gravity.worlds import Floats, frames, made_tables

REGIONS, SECTORS = 4, 3
seeds = st.integers(0, 10_000)
Deficits = Literal["zero", "data"]


def economy(seed: int, regions: int = REGIONS, sectors: int = SECTORS) -> SectorEconomy:
    return SectorEconomy.from_frames(**made_tables(regions, sectors, seed))


def cells(**values: Any) -> pl.DataFrame:
    return pl.DataFrame(values)


def new_tariffs(seed: int) -> pl.DataFrame:
    """Change a third of all tariffs."""
    random = np.random.default_rng(seed)
    trade = made_tables(REGIONS, SECTORS, seed)["trade"]
    trade = trade.filter((pl.col("exporter") != pl.col("importer")) & pl.Series(random.random(trade.height) < 0.3))
    return trade.select("sector", "exporter", "importer").with_columns(
        tariff=pl.Series(random.uniform(0.0, 0.5, trade.height))
    )


def embargo(sectors: list[str], sellers: list[str], buyers: list[str], factor: float = float("inf")) -> pl.DataFrame:
    rows = [(j, i, n, factor) for j in sectors for i in sellers for n in buyers if i != n]
    return pl.DataFrame(rows, schema=["sector", "exporter", "importer", "factor"], orient="row")


def dense(change: pl.DataFrame | None, column: str, otherwise: Floats) -> Floats:
    """Put changed cells into an array (sector, exporter, importer) for the second method."""
    array = otherwise.copy()
    if change is not None:
        for sector, exporter, importer, value in change.select("sector", "exporter", "importer", column).iter_rows():
            array[int(sector[1:]), int(exporter[1:]), int(importer[1:])] = value
    return array


def check_against_nested(
    seed: int,
    deficits: Deficits,
    tariff: pl.DataFrame | None,
    iceberg: pl.DataFrame | None,
    sigmas: tuple[float, float, float],
    fixed: Floats | None = None,
) -> Counterfactual:
    """Solve by both methods and compare everything that comes out."""
    tables = made_tables(REGIONS, SECTORS, seed)
    second = from_frames(tables, deficits)
    second.sigma_inputs, second.sigma_added, second.sigma_final = sigmas
    second.fixed = fixed
    ones = np.ones_like(second.trade)
    before = second.solve(second.tariff, ones)
    new = dense(tariff, "tariff", second.tariff)
    after = second.solve(new, dense(iceberg, "factor", ones))
    capacity = None
    if fixed is not None:
        capacity = cells(
            region=np.repeat([f"r{n:02d}" for n in range(REGIONS)], SECTORS),
            sector=np.tile([f"s{j:02d}" for j in range(SECTORS)], REGIONS),
            share=fixed.reshape(-1),
        )
    found = SectorEconomy.from_frames(**tables).counterfactual(
        tariff, iceberg, deficits, *sigmas, fixed_capacity=capacity
    )
    assert found.residual <= 1e-11
    np.testing.assert_allclose(found.trade["value"].to_numpy(), after["trade"].reshape(-1), rtol=1e-7, atol=1e-12)
    np.testing.assert_allclose(found.trade["baseline"].to_numpy(), before["trade"].reshape(-1), rtol=1e-7, atol=1e-12)
    np.testing.assert_allclose(found.wages["wage"].to_numpy(), after["wages"] / before["wages"], rtol=1e-8)
    prices = after["living"] / before["living"]
    welfare = found.welfare
    real = 100 * (after["income"] / before["income"] / prices - 1)
    np.testing.assert_allclose(welfare["real_income"].to_numpy(), real, atol=1e-7)
    dearer = (after["cost"] / before["cost"]).T - 1
    flow, later = before["trade"], after["trade"]
    for n in range(REGIONS):
        terms = volume = 0.0
        for j in range(SECTORS):
            for i in range(REGIONS):
                terms += flow[j, n, i] * dearer[j, n] - flow[j, i, n] * dearer[j, i]
                if flow[j, i, n] > 0:
                    growth = later[j, i, n] / flow[j, i, n] - 1
                    volume += second.tariff[j, i, n] * flow[j, i, n] * (growth - dearer[j, i])
        assert welfare["terms_of_trade"][n] == pytest.approx(100 * terms / before["income"][n], abs=1e-7)
        assert welfare["volume_of_trade"][n] == pytest.approx(100 * volume / before["income"][n], abs=1e-7)
    total = welfare["terms_of_trade"] + welfare["volume_of_trade"]
    np.testing.assert_allclose(welfare["first_order"].to_numpy(), total.to_numpy(), atol=1e-12)
    return found


@pytest.mark.parametrize("deficits", ["zero", "data"])
@pytest.mark.parametrize(
    "sigmas", [(1.0, 1.0, 1.0), (0.5, 0.7, 0.9), (0.2, 1.0, 2.0), (1.0, 0.3, 1.0), (3.0, 2.0, 0.5)]
)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_second_method_gives_the_same(seed: int, sigmas: tuple[float, float, float], deficits: Deficits) -> None:
    check_against_nested(seed, deficits, new_tariffs(seed), None, sigmas)


@pytest.mark.parametrize("sigmas", [(1.0, 1.0, 1.0), (0.4, 0.6, 0.8)])
@pytest.mark.parametrize("deficits", ["zero", "data"])
def test_a_hard_embargo_by_both_methods(sigmas: tuple[float, float, float], deficits: Deficits) -> None:
    cut = embargo(["s00", "s02"], ["r00", "r01"], ["r03"])
    found = check_against_nested(5, deficits, None, cut, sigmas)
    flows = found.trade.join(cut, on=["sector", "exporter", "importer"])
    assert flows["value"].to_list() == [0.0] * 4
    assert flows["baseline"].min() > 0  # type: ignore[operator]


@pytest.mark.parametrize("share", [1.0, 0.4])
@pytest.mark.parametrize("sigmas", [(1.0, 1.0, 1.0), (0.5, 0.5, 0.7)])
def test_fixed_capacity_by_both_methods(sigmas: tuple[float, float, float], share: float) -> None:
    fixed = np.zeros((REGIONS, SECTORS))
    fixed[3, 0] = fixed[1, 2] = share
    found = check_against_nested(5, "zero", None, embargo(["s00"], ["r00", "r01"], ["r03"]), sigmas, fixed)
    assert found.returns.select("region", "sector", "share").rows() == [("r01", "s02", share), ("r03", "s00", share)]
    returns = found.returns.filter(region="r03")["return"][0]
    output = found.output.filter(region="r03", sector="s00")
    if share == 1.0:
        # All value added is stuck: with Cobb-Douglas its return is worth as much more as sales are.
        if sigmas[1] == 1.0:
            assert returns == pytest.approx(output["value"][0] / output["baseline"][0], rel=1e-9)
        assert returns > 1.0


@pytest.mark.parametrize("sigma", [1.0, 0.4])
def test_goods_that_are_not_made_or_not_wanted_somewhere(sigma: float) -> None:
    """Region 2 makes no s01, and nobody in region 3 wants s00: both stay so, and all the rest is solved."""
    second = from_frames(made_tables(REGIONS, SECTORS, 1), "zero")
    trade, inputs = second.trade.copy(), second.inputs.copy()
    trade[1, 2, :] = trade[0, :, 3] = 0.0
    inputs[3, 0, :] = 0.0
    sales = trade.sum(axis=2).T
    inputs = inputs / inputs.sum(axis=1, keepdims=True) * 0.5 * sales[:, None, :]
    bought = (trade * (1.0 + second.tariff)).sum(axis=1).T
    final = np.maximum(bought - inputs.sum(axis=2), 0.02 * bought)
    between = trade.sum(axis=0)
    deficit = between.sum(axis=0) - between.sum(axis=1)
    tables = frames(trade, second.tariff, inputs, final, 0.5 * sales, deficit, second.theta)
    change = cells(sector=["s02"], exporter=["r00"], importer=["r01"], tariff=[0.5])
    found = SectorEconomy.from_frames(**tables).counterfactual(change, None, "data", sigma, sigma, sigma)
    assert found.residual <= 1e-11
    nothing = found.trade.filter(pl.col("value") == 0.0)
    assert nothing.height == REGIONS * 2
    assert nothing.filter((pl.col("sector") == "s01") & (pl.col("exporter") == "r02")).height == REGIONS
    assert found.output.filter(pl.col("quantity").is_null()).select("sector", "region").rows() == [("s01", "r02")]
    assert found.welfare.null_count().sum_horizontal()[0] == 0


def test_capacity_that_cannot_move_makes_an_embargo_bite() -> None:
    cut = embargo(["s01"], ["r00", "r01", "r02"], ["r03"], 3.0)
    free = economy(4).counterfactual(iceberg=cut)
    stuck = economy(4).counterfactual(iceberg=cut, fixed_capacity=["s01"])
    hurt = [one.welfare.filter(region="r03")["real_income"][0] for one in (free, stuck)]
    assert hurt[1] < hurt[0] < 0.0


@settings(max_examples=12)
@given(seeds, st.sampled_from(["zero", "data"]))
def test_no_change_changes_nothing(seed: int, deficits: Deficits) -> None:
    found = economy(seed).counterfactual(deficits=deficits)
    assert found.iterations == 0
    assert np.abs(found.welfare.select(pl.exclude("region")).to_numpy()).max() < 1e-9
    np.testing.assert_allclose(found.trade["value"].to_numpy(), found.trade["baseline"].to_numpy(), rtol=1e-11)


@settings(max_examples=12)
@given(seeds, st.sampled_from([(1.0, 1.0, 1.0), (0.5, 0.7, 0.9)]))
def test_everything_adds_up(seed: int, sigmas: tuple[float, float, float]) -> None:
    found = economy(seed).counterfactual(new_tariffs(seed), None, "data", *sigmas)
    tables = made_tables(REGIONS, SECTORS, seed)
    between = found.trade.filter(pl.col("exporter") != pl.col("importer"))
    imports = between.group_by("importer").agg(pl.col("value").sum()).sort("importer")["value"]
    exports = between.group_by("exporter").agg(pl.col("value").sum()).sort("exporter")["value"]
    scale = float(found.trade["value"].sum())
    np.testing.assert_allclose((imports - exports).to_numpy(), tables["deficit"]["D"].to_numpy(), atol=1e-9 * scale)
    revenue = (found.trade["value"] * found.trade["tariff"]).sum()
    assert found.revenue["value"].sum() == pytest.approx(revenue, rel=1e-12)
    output = found.output.sort("sector", "region")
    sales = found.trade.group_by("sector", "exporter").agg(pl.col("value").sum()).sort("sector", "exporter")
    np.testing.assert_allclose(output["value"].to_numpy(), sales["value"].to_numpy(), rtol=1e-12)


@settings(max_examples=10)
@given(seeds)
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    tables = made_tables(REGIONS, SECTORS, seed)
    shuffled = {name: table.sample(fraction=1.0, shuffle=True, seed=seed) for name, table in tables.items()}
    change = new_tariffs(seed)
    straight = SectorEconomy.from_frames(**tables).counterfactual(change)
    again = SectorEconomy.from_frames(**shuffled).counterfactual(change.sample(fraction=1.0, shuffle=True, seed=seed))
    assert straight.welfare.equals(again.welfare)
    assert straight.trade.equals(again.trade)


@settings(max_examples=10)
@given(seeds, st.floats(1e-3, 1e3))
def test_the_unit_of_money_does_not_matter(seed: int, unit: float) -> None:
    tables = made_tables(REGIONS, SECTORS, seed)
    scaled = {
        name: table.with_columns(pl.col(column) * unit)
        for name, table in tables.items()
        for column in [{"deficit": "D"}.get(name, "value")]
    }
    scaled["theta"] = tables["theta"]
    change = new_tariffs(seed)
    one, other = (
        SectorEconomy.from_frames(**each).counterfactual(change, deficits="data") for each in (tables, scaled)
    )
    np.testing.assert_allclose(
        one.welfare["real_income"].to_numpy(), other.welfare["real_income"].to_numpy(), atol=1e-7
    )


@pytest.mark.parametrize("sigmas", [(1.0, 1.0, 1.0), (0.5, 0.7, 0.9)])
def test_a_solved_baseline_is_an_equilibrium_and_a_base(sigmas: tuple[float, float, float]) -> None:
    """Put into tables, the solved baseline solves at once, and from it a scenario is worth what it was from data.

    With elasticities of one the new tables' shares are the old ones'; otherwise they are those of the solution.
    """
    seed = 7
    found = economy(seed).counterfactual(None, None, "zero", *sigmas)
    second = from_frames(made_tables(REGIONS, SECTORS, seed), "zero")
    second.sigma_inputs, second.sigma_added, second.sigma_final = sigmas
    solved = second.solve(second.tariff, np.ones_like(second.trade))
    flow = solved["trade"]
    sales = flow.sum(axis=2).T
    now = found.before
    bills = sales - solved["made"]
    price = now.outcome.point.prices
    psi = 1 - sigmas[0]
    mix = now.technology.mix * np.exp(psi * price[:, :, None])
    inputs = mix / mix.sum(axis=1, keepdims=True) * bills[:, None, :]
    final = (flow * (1 + second.tariff)).sum(axis=1).T - inputs.sum(axis=2)
    between = flow.sum(axis=0)
    rebased = SectorEconomy.from_frames(
        **frames(
            flow, second.tariff, inputs, final, solved["made"], between.sum(axis=0) - between.sum(axis=1), second.theta
        )
    )
    assert rebased.baseline_gaps.filter(pl.col("relative").abs() > 1e-8).is_empty()
    still = rebased.counterfactual(None, None, "zero", *sigmas)
    np.testing.assert_allclose(still.trade["baseline"].to_numpy(), flow.reshape(-1), rtol=1e-8)
    change = new_tariffs(seed)
    direct = economy(seed).counterfactual(change, None, "zero", *sigmas)
    from_base = rebased.counterfactual(change, None, "zero", *sigmas)
    for column in ("real_income", "first_order", "real_wage"):
        np.testing.assert_allclose(direct.welfare[column].to_numpy(), from_base.welfare[column].to_numpy(), atol=1e-7)


@settings(max_examples=8)
@given(seeds)
def test_elasticity_one_is_met_smoothly(seed: int) -> None:
    tables, change = economy(seed), new_tariffs(seed)
    exact = tables.counterfactual(change)
    for distance, allowed in ((1e-4, 1e-3), (1e-8, 1e-7), (1e-12, 1e-9), (-1e-8, 1e-7)):
        sigmas = (1.0 - distance,) * 3
        near = tables.counterfactual(change, None, "zero", *sigmas)
        gap = (near.welfare["real_income"] - exact.welfare["real_income"]).abs().max()
        assert gap < allowed  # type: ignore[operator]


@pytest.mark.parametrize("sigma", [1.0, 0.6])
def test_autarky_is_the_limit_of_prohibitive_costs(sigma: float) -> None:
    names = ["r00", "r01", "r02", "r03"]
    goods = ["s00", "s01", "s02"]
    tables = economy(3)

    def hurt(factor: float) -> float:
        both = pl.concat([embargo(goods, names, ["r02"], factor), embargo(goods, ["r02"], names, factor)])
        found = tables.counterfactual(None, both, "zero", sigma, sigma, sigma)
        return float(found.welfare.filter(region="r02")["real_income"][0])

    closed = hurt(float("inf"))
    assert hurt(1e8) == pytest.approx(closed, rel=1e-6)
    assert closed < hurt(2.0) < 0.0


def test_autarky_with_one_factor_by_hand() -> None:
    """Cobb-Douglas and no tariffs: real income falls by the home shares' powers through the input-output inverse."""
    tables = made_tables(REGIONS, SECTORS, 3, tariffs=False)
    names, goods = [f"r{n:02d}" for n in range(REGIONS)], [f"s{j:02d}" for j in range(SECTORS)]
    both = pl.concat([embargo(goods, names, ["r02"]), embargo(goods, ["r02"], names)])
    found = SectorEconomy.from_frames(**tables).counterfactual(iceberg=both)
    second = from_frames(tables, "zero")
    base = found.trade["baseline"].to_numpy().reshape(SECTORS, REGIONS, REGIONS)
    home = base[:, 2, 2] / base[:, :, 2].sum(axis=1)
    cost = second.inputs[2] / (second.added[2] + second.inputs[2].sum(axis=0))
    tastes = second.final[2] / second.final[2].sum()
    # log P = log c - log(home) / theta with log c = inputs' log P at a wage of one.
    logs = np.linalg.solve(np.eye(SECTORS) - cost.T, -np.log(home) / second.theta)
    expected = 100 * (np.exp(-tastes @ logs) - 1)
    real_income = found.welfare.filter(region="r02")["real_income"][0]
    # The wage of autarky against that of the baseline: home prices relative to it are what the formula gives.
    assert real_income == pytest.approx(expected, abs=1e-7)
