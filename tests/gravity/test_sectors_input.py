"""What is no economy, or leaves none, is refused by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest

from khasan.gravity import SectorEconomy
from khasan.gravity.failures import NoAutarky, NoConvergence, NoEquilibrium, NoSupplier
from khasan.gravity.sectors import autarky
from khasan.gravity.sectors.technology import Elasticities, technology
from khasan.ledger.errors import InputError
from tests.gravity.worlds import frames, made_tables

REGIONS, SECTORS = 4, 3
Tables = dict[str, pl.DataFrame]
INFINITE = float("inf")


def spoil(name: str, column: str, value: object, **where: str) -> Callable[[Tables], Tables]:
    """Put a value into the cells of a table."""

    def change(tables: Tables) -> Tables:
        chosen = pl.all_horizontal(pl.col(key) == pl.lit(cell) for key, cell in where.items())
        table = tables[name].with_columns(pl.when(chosen).then(pl.lit(value)).otherwise(pl.col(column)).alias(column))
        return {**tables, name: table}

    return change


def drop(name: str, **where: str) -> Callable[[Tables], Tables]:
    def change(tables: Tables) -> Tables:
        chosen = pl.all_horizontal(pl.col(key) == cell for key, cell in where.items())
        return {**tables, name: tables[name].filter(~chosen)}

    return change


def double(name: str) -> Callable[[Tables], Tables]:
    return lambda tables: {**tables, name: pl.concat([tables[name], tables[name].head(1)])}


def without(name: str, column: str) -> Callable[[Tables], Tables]:
    return lambda tables: {**tables, name: tables[name].drop(column)}


CELL = {"sector": "s01", "exporter": "r02", "importer": "r00"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (spoil("trade", "value", -1.0, **CELL), "trade: s01, r02, r00 .* is negative"),
        (spoil("trade", "value", None, **CELL), "trade, row .*, column value: no number; missing is not zero"),
        (spoil("trade", "value", float("nan"), **CELL), "trade, row .*, column value: no number"),
        (spoil("trade", "value", INFINITE, **CELL), "trade: sector s01, exporter r02, importer r00 is infinite"),
        (drop("trade", **CELL), "trade: sector s01, exporter r02, importer r00 is missing"),
        (double("trade"), "trade: sector s00, exporter r00, importer r00 is given twice"),
        (without("trade", "tariff"), "trade: column tariff is missing; it needs sector, exporter, importer, tariff"),
        (spoil("trade", "tariff", -1.0, **CELL), "tariff: s01, r02, r00 .* -100 percent or less"),
        (
            drop("inputs", region="r01", input="s00", sector="s02"),
            "inputs: region r01, input s00, sector s02 is missing",
        ),
        (double("inputs"), "inputs: region r00, input s00, sector s00 is given twice"),
        (
            spoil("inputs", "sector", "spaceships", region="r01", sector="s02"),
            "inputs, row .*: 'spaceships' is not known",
        ),
        (spoil("final_demand", "value", -2.0, region="r01", sector="s02"), "final_demand: r01, s02 .* is negative"),
        (spoil("final_demand", "value", 0.0, region="r01"), "final_demand: r01 .* is zero over all sectors"),
        (
            spoil("value_added", "value", 1e9, region="r01", sector="s02"),
            "region r01, sector s02: value added and inputs",
        ),
        (spoil("value_added", "value", 0.0, region="r01"), "value_added: r01 .* is zero over all sectors"),
        (spoil("deficit", "D", 1e6, region="r03"), "deficit: r03 has .* but imports less exports are"),
        (spoil("deficit", "region", "r09", region="r03"), "deficit, row 4, column region: 'r09' is not known"),
        (spoil("theta", "value", 0.0, sector="s00"), "theta: s00 .* is not positive"),
        (spoil("theta", "value", -3.0, sector="s00"), "theta: s00 .* is not positive"),
        (drop("theta", sector="s01"), "theta: sector s01 is missing"),
    ],
)
def test_tables_that_are_no_accounts_are_refused(change: Callable[[Tables], Tables], said: str) -> None:
    with pytest.raises(InputError, match=said):
        SectorEconomy.from_frames(**change(made_tables(REGIONS, SECTORS, 1)))


def one(**values: Any) -> pl.DataFrame:
    return pl.DataFrame({key: [value] for key, value in values.items()})


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            {"tariff": one(sector="s09", exporter="r00", importer="r01", tariff=0.1)},
            "tariff, row 1, column sector: 's09'",
        ),
        (
            {"tariff": one(sector="s00", exporter="PRK", importer="r01", tariff=0.1)},
            "column exporter: 'PRK' is not known",
        ),
        (
            {"tariff": one(sector="s00", exporter="r00", importer="r01", tariff=-1.5)},
            "tariff: a rate is infinite or -100",
        ),
        ({"tariff": one(sector="s00", exporter="r00", importer="r01", tariff=None)}, "tariff, row 1, .* no number"),
        ({"tariff": one(sector="s00", exporter="r00", tariff=0.1)}, "tariff: column importer is missing"),
        ({"iceberg": one(sector="s00", exporter="r00", importer="r01", factor=0.0)}, "iceberg: a factor is zero"),
        ({"iceberg": pl.concat([one(sector="s00", exporter="r00", importer="r01", factor=2.0)] * 2)}, "given twice"),
        ({"deficits": "keep"}, "deficits: 'keep'"),
        ({"elasticity_inputs": -0.1}, "elasticity_inputs: -0.1"),
        ({"elasticity_final": float("nan")}, "elasticity_final: nan"),
        ({"fixed_capacity": ["s07"]}, "fixed_capacity: 's07' is not known"),
        ({"fixed_capacity": {("s00", "r07"): 1.0}}, "fixed_capacity: .* is not known"),
        ({"fixed_capacity": {"s00": 1.5}}, "fixed_capacity: a share lies outside 0 to 1"),
        ({"fixed_capacity": "s00"}, "fixed_capacity: 's00'; give a list"),
    ],
)
def test_scenarios_that_cannot_be_read_are_refused(options: dict[str, Any], said: str) -> None:
    economy = SectorEconomy.from_frames(**made_tables(REGIONS, SECTORS, 1))
    with pytest.raises(InputError, match=said):
        economy.counterfactual(**options)


def test_fixed_capacity_may_be_named_in_four_ways() -> None:
    economy = SectorEconomy.from_frames(**made_tables(REGIONS, SECTORS, 1))
    regions = [f"r{n:02d}" for n in range(REGIONS)]
    ways: list[Any] = [
        ["s01"],
        {"s01": 1.0},
        {("s01", region): 1.0 for region in regions},
        pl.DataFrame({"sector": ["s01"] * REGIONS, "region": regions}),
    ]
    change = one(sector="s01", exporter="r00", importer="r01", tariff=0.5)
    found = [economy.counterfactual(change, fixed_capacity=way).welfare for way in ways]
    assert all(frame.equals(found[0]) for frame in found)


def cut(sectors: list[str], country: str) -> pl.DataFrame:
    """Cut a country off, in both directions."""
    rows = [
        (sector, *pair, INFINITE)
        for sector in sectors
        for other in (f"r{n:02d}" for n in range(REGIONS))
        if other != country
        for pair in ((other, country), (country, other))
    ]
    return pl.DataFrame(rows, schema=["sector", "exporter", "importer", "factor"], orient="row")


ALL = ["s00", "s01", "s02"]


def test_an_isolated_region_keeps_no_deficit() -> None:
    economy = SectorEconomy.from_frames(**made_tables(REGIONS, SECTORS, 1))
    with pytest.raises(NoEquilibrium, match=r"r02: cut off from all other trade .* deficits=\"zero\""):
        economy.counterfactual(iceberg=cut(ALL, "r02"), deficits="data")
    assert economy.counterfactual(iceberg=cut(ALL, "r02")).residual <= 1e-11


def test_a_surplus_of_more_than_income_is_named() -> None:
    """Two regions, one of which lends 60 percent of what it earns: it cannot when its exports become dear."""
    trade = np.array([[[10.0, 100.0], [4.0, 500.0]]])
    sales = trade.sum(axis=2).T
    inputs = 0.2 * sales[:, None, :]
    added = 0.8 * sales
    final = np.maximum(trade.sum(axis=1).T - inputs.sum(axis=2), 1.0)
    tables = frames(trade, np.zeros_like(trade), inputs, final, added, np.array([-96.0, 96.0]), np.array([1.5]))
    economy = SectorEconomy.from_frames(**tables)
    dear = pl.DataFrame({"sector": ["s00"], "exporter": ["r00"], "importer": ["r01"], "factor": [30.0]})
    with pytest.raises(NoEquilibrium, match=r"r00: its surplus of 96 comes to all that it earns .* deficits=\"zero\""):
        economy.counterfactual(iceberg=dear, deficits="data")
    assert economy.counterfactual(iceberg=dear, deficits="zero").residual <= 1e-11


def test_who_can_only_buy_needs_a_deficit() -> None:
    economy = SectorEconomy.from_frames(**made_tables(REGIONS, SECTORS, 1))
    exports = cut(ALL, "r02").filter(pl.col("exporter") == "r02")
    with pytest.raises(NoEquilibrium, match="r02: can buy from the rest but not sell to it"):
        economy.counterfactual(iceberg=exports)


def test_a_good_whose_only_supplier_is_cut_off_is_named() -> None:
    tables = made_tables(REGIONS, SECTORS, 1)
    trade = tables["trade"].with_columns(
        value=pl.when((pl.col("sector") == "s01") & (pl.col("importer") == "r02") & (pl.col("exporter") != "r00"))
        .then(0.0)
        .otherwise("value")
    )
    flow = trade["value"].to_numpy().reshape(SECTORS, REGIONS, REGIONS)
    sales = flow.sum(axis=2).T
    inputs = tables["inputs"]["value"].to_numpy().reshape(REGIONS, SECTORS, SECTORS)
    inputs = inputs / inputs.sum(axis=1, keepdims=True) * 0.5 * sales[:, None, :]
    between = flow.sum(axis=0)
    economy = SectorEconomy.from_frames(
        **frames(
            flow,
            trade["tariff"].to_numpy().reshape(flow.shape),
            inputs,
            tables["final_demand"]["value"].to_numpy().reshape(REGIONS, SECTORS),
            0.5 * sales,
            between.sum(axis=0) - between.sum(axis=1),
            tables["theta"]["value"].to_numpy(),
        )
    )
    block = pl.DataFrame({"sector": ["s01"], "exporter": ["r00"], "importer": ["r02"], "factor": [INFINITE]})
    with pytest.raises(NoSupplier, match="s01 in r02: the only suppliers in the tables are under embargo"):
        economy.counterfactual(iceberg=block)


def hungry_tables() -> Tables:
    """Make tables of one region whose inputs come from abroad, for the most part."""
    trade = np.zeros((2, 2, 2))
    trade[0] = [[2.0, 2.0], [18.0, 98.0]]
    trade[1] = [[40.0, 20.0], [2.0, 60.0]]
    sales = trade.sum(axis=2).T
    inputs = np.array([[[0.1, 0.3], [0.5, 0.1]], [[0.2, 0.2], [0.2, 0.2]]]) * sales[:, None, :]
    added = sales - inputs.sum(axis=1)
    final = np.maximum(trade.sum(axis=1).T - inputs.sum(axis=2), 1.0)
    between = trade.sum(axis=0)
    deficit = between.sum(axis=0) - between.sum(axis=1)
    return frames(trade, np.zeros_like(trade), inputs, final, added, deficit, np.array([1.0, 1.0]))


def test_production_that_eats_itself_is_told_with_its_radius() -> None:
    economy = SectorEconomy.from_frames(**hungry_tables())
    both = pl.DataFrame(
        [(j, i, n, INFINITE) for j in ("s00", "s01") for i, n in (("r00", "r01"), ("r01", "r00"))],
        schema=["sector", "exporter", "importer", "factor"],
        orient="row",
    )
    assert economy.counterfactual(iceberg=both).residual <= 1e-11
    # By hand, as Hawkins and Simon: inputs' cost shares of the closed region, at the home shares' prices.
    tables = economy.tables
    cost = tables.inputs[0] / (tables.value_added[0] + tables.inputs[0].sum(axis=0))
    home = tables.trade[:, 0, 0] / tables.trade[:, :, 0].sum(axis=1)
    for sigma, exists in ((0.9, True), (0.2, False), (0.0, False)):
        radius = max(abs(np.linalg.eigvals(cost * (home ** -((1.0 - sigma) / tables.theta))[:, None])))
        assert bool(radius < 1.0) is exists
        if exists:
            assert economy.counterfactual(None, both, "zero", sigma, sigma, sigma).residual <= 1e-11
            continue
        with pytest.raises(NoAutarky, match=r"r00: production cannot sustain itself .*\(Hawkins and Simon\)") as told:
            economy.counterfactual(None, both, "zero", sigma, sigma, sigma)
        assert told.value.radius == pytest.approx(radius, rel=1e-9)


def test_the_radius_of_one_elasticity_is_that_of_the_matrix() -> None:
    economy = SectorEconomy.from_frames(**made_tables(REGIONS, SECTORS, 2))
    sigma = 0.3
    now = technology(economy.tables, np.zeros((REGIONS, SECTORS)), np.zeros(REGIONS), Elasticities(sigma, sigma, 1.0))
    pull = now.bought * np.eye(REGIONS)
    radii = []
    for n in range(REGIONS):
        cost = (1.0 - now.own_share[n])[None, :] * now.mix[n]
        radii.append(max(abs(np.linalg.eigvals(cost * (pull[:, n, n] ** ((sigma - 1.0) / now.theta))[:, None]))))
    assert autarky.input_radius(now, pull)[0] == pytest.approx(max(radii), rel=1e-9)


def test_a_tolerance_out_of_reach_is_told_with_what_was_reached() -> None:
    economy = SectorEconomy.from_frames(**made_tables(REGIONS, SECTORS, 1))
    with pytest.raises(NoConvergence, match="no equilibrium found: after") as told:
        economy.counterfactual(tolerance=1e-30)
    assert told.value.residual < 1e-12


def test_gaps_of_the_tables_are_reported() -> None:
    tables = made_tables(REGIONS, SECTORS, 1)
    tables["final_demand"] = tables["final_demand"].with_columns(
        value=pl.when((pl.col("region") == "r01") & (pl.col("sector") == "s02"))
        .then(pl.col("value") * 2)
        .otherwise("value")
    )
    sales = float(tables["trade"].filter(exporter="r03", sector="s00")["value"].sum())
    inputs = tables["inputs"]
    at = (pl.col("region") == "r03") & (pl.col("input") == "s01") & (pl.col("sector") == "s00")
    small = inputs.filter(at)["value"][0]
    tables["inputs"] = inputs.with_columns(value=pl.when(at).then(-0.0005 * sales).otherwise("value"))
    tables["value_added"] = tables["value_added"].with_columns(
        value=pl.when((pl.col("region") == "r03") & (pl.col("sector") == "s00"))
        .then(pl.col("value") + small + 0.0005 * sales)
        .otherwise("value")
    )
    gaps = SectorEconomy.from_frames(**tables).baseline_gaps
    negative = gaps.filter(check="negative input")
    assert negative.select("region", "sector", "input").rows() == [("r03", "s00", "s01")]
    assert negative["relative"][0] == pytest.approx(-0.0005, rel=1e-9)
    doubled = gaps.filter(check="expenditure", region="r01", sector="s02")
    assert doubled.height == 1
    assert "r01" in gaps.filter(check="income")["region"].to_list()
    beyond = inputs.with_columns(value=pl.when(at).then(-0.01 * sales).otherwise("value"))
    with pytest.raises(InputError, match=r"inputs: r03, s01, s00 .* negative by more than 0.1%"):
        SectorEconomy.from_frames(**{**tables, "inputs": beyond})
