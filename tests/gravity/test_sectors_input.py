"""What is no economy, or leaves none, is refused by name."""

from __future__ import annotations

from collections.abc import Callable

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
        (
            without("trade", "tariff"),
            "trade: column tariff is missing; it needs sector, exporter, importer, value, tariff",
        ),
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


@pytest.mark.parametrize(("wrong_by", "refused"), [(2e-5, True), (5e-6, False), (-2e-5, True), (-5e-6, False)])
def test_deficits_are_measured_against_themselves(wrong_by: float, refused: bool) -> None:
    tables = made_tables(REGIONS, SECTORS, 1)
    deficit = tables["deficit"].filter(region="r01")["D"][0]
    wrong = spoil("deficit", "D", deficit * (1.0 + wrong_by), region="r01")(tables)
    if refused:
        with pytest.raises(InputError, match=r"deficit: r01 has .* allowed 1e-05"):
            SectorEconomy.from_frames(**wrong)
    else:
        SectorEconomy.from_frames(**wrong)


@pytest.mark.parametrize(("recorded", "refused"), [(0.0, False), (-9e-8, False), (1.1e-7, True)])
def test_rounding_beside_balanced_trade_is_no_break(recorded: float, refused: bool) -> None:
    """Imports and exports are 10 each, so 1e-8 of trade is 1e-7, whatever the deficit is in relation to that."""
    trade = np.array([[[90.0, 10.0], [10.0, 90.0]]])
    inputs, added = np.full((2, 1, 1), 40.0), np.full((2, 1), 60.0)
    tables = frames(
        trade, np.zeros_like(trade), inputs, added, added, np.array([recorded, 0.0]), np.array([4.0])
    )  # fmt: skip
    if refused:
        with pytest.raises(InputError, match=r"deficit: r00 has 1\.1e-07 but imports less exports are 0"):
            SectorEconomy.from_frames(**tables)
    else:
        assert SectorEconomy.from_frames(**tables).counterfactual(deficits="data").residual <= 1e-11


@pytest.mark.parametrize(("wrong_by", "refused"), [(2e-5, True), (5e-6, False)])
def test_zero_profit_is_asked_of_each_sector_by_itself(wrong_by: float, refused: bool) -> None:
    tables = made_tables(REGIONS, SECTORS, 1)
    at = {"region": "r01", "sector": "s02"}
    added = float(tables["value_added"].filter(**at)["value"][0])
    sales = float(tables["trade"].filter(exporter="r01", sector="s02")["value"].sum())
    wrong = spoil("value_added", "value", added + wrong_by * sales, **at)(tables)
    if refused:
        with pytest.raises(InputError, match=r"region r01, sector s02: value added and inputs are .* \(gap 2\.00e-05"):
            SectorEconomy.from_frames(**wrong)
    else:
        SectorEconomy.from_frames(**wrong)


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
