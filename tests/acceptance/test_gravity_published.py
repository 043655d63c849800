"""Published counterfactuals: the enlargement of the European Union in one sector, and NAFTA in forty."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl
import pytest

from khasan.gravity import SectorEconomy, equilibrium
from khasan.gravity.sectors.counterfactual import Counterfactual
from khasan.gravity.sectors.frames import changed
from khasan.gravity.sectors.welfare import welfare

GRAVITY = Path(__file__).parents[3] / "shared" / "data" / "gravity"
NAFTA = GRAVITY / "nafta"
BLOC = ["Mexico", "Canada", "USA"]

pytestmark = pytest.mark.skipif(
    not GRAVITY.is_dir(), reason="the data files on gravity (../shared/data/gravity) are not here"
)


# -- one sector: Zylkin and Kudlay, GEGravity --------------------------------------------------------------------------


def test_the_enlargement_of_the_european_union() -> None:
    rows = pl.read_parquet(GRAVITY / "wiod44_2000_2014.parquet").filter(year=2000).sort("exporter", "importer")
    size = rows["exporter"].n_unique()
    shaped = {name: rows[name].to_numpy().reshape(size, size) for name in ("trade", "eu_effect", "w_eu", "X_eu")}
    found = equilibrium(shaped["trade"], np.exp(shaped["eu_effect"]), theta=4.0, imbalance="additive")
    np.testing.assert_allclose(found.welfare, shaped["w_eu"][:, 0], rtol=1e-6)
    np.testing.assert_allclose(found.trade, shaped["X_eu"], rtol=1e-6)
    gains = dict(zip(rows["exporter"].unique(maintain_order=True), found.welfare, strict=True))
    newcomers = {"BGR", "HRV", "CYP", "CZE", "EST", "HUN", "LVA", "LTU", "MLT", "POL", "ROU", "SVK", "SVN"}
    assert min(gains[name] for name in newcomers) > max(gain for name, gain in gains.items() if name not in newcomers)
    assert min(gains, key=gains.__getitem__) == "RUS"


# -- many sectors: Caliendo and Parro (2015), Table 2 ------------------------------------------------------------------


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    names = {"inputs": "intermediate_consumption", "final_demand": "final_consumption"}
    return {
        name: pl.read_parquet(NAFTA / f"{names.get(name, name)}.parquet")
        for name in ("trade", "inputs", "final_demand", "value_added", "deficit", "theta")
    }


@pytest.fixture(scope="module")
def economy(tables: dict[str, pl.DataFrame]) -> SectorEconomy:
    return SectorEconomy.from_frames(**tables)


@pytest.fixture(scope="module")
def agreement(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    return tables["trade"].select("sector", "exporter", "importer", tariff="tariff_cfl")


def of(found: Counterfactual, column: str) -> list[float]:
    """Read a measure of Mexico, Canada and the United States."""
    values = dict(found.welfare.select("region", column).iter_rows())
    return [values[region] for region in BLOC]


def bloc_imports(found: Counterfactual) -> list[float]:
    """Work out by how many percent imports from the other two grow."""
    within = found.trade.filter(
        pl.col("exporter").is_in(BLOC) & pl.col("importer").is_in(BLOC) & (pl.col("exporter") != pl.col("importer"))
    )
    sums = within.group_by("importer").agg(growth=100 * (pl.col("value").sum() / pl.col("baseline").sum() - 1))
    growth = dict(sums.iter_rows())
    return [growth[region] for region in BLOC]


@pytest.fixture(scope="module")
def purged(economy: SectorEconomy, agreement: pl.DataFrame) -> Counterfactual:
    return economy.counterfactual(tariff=agreement)


def test_nafta_as_published(purged: Counterfactual) -> None:
    assert purged.residual <= 1e-10
    assert np.round(of(purged, "first_order"), 4).tolist() == [1.3121, -0.0638, 0.0848]
    assert np.round(of(purged, "terms_of_trade"), 4).tolist() == [-0.4118, -0.1081, 0.0435]
    assert np.round(of(purged, "volume_of_trade"), 4).tolist() == [1.7239, 0.0443, 0.0412]
    assert np.round(of(purged, "real_wage"), 4).tolist() == [1.7153, 0.3228, 0.1124]
    # cp2015 at a tolerance of 1e-7, another program in C++.
    assert of(purged, "first_order") == pytest.approx([1.31211373, -0.06381639, 0.08475321], abs=2e-7)


def test_nafta_exactly(purged: Counterfactual) -> None:
    assert np.round(of(purged, "real_income"), 4).tolist() == [0.0073, -0.1101, 0.0741]


def test_nafta_trade_within_the_bloc(purged: Counterfactual) -> None:
    assert np.round(bloc_imports(purged), 2).tolist() == [118.28, 11.11, 40.52]


def test_nafta_with_deficits_as_in_the_data(economy: SectorEconomy, agreement: pl.DataFrame) -> None:
    found = economy.counterfactual(tariff=agreement, deficits="data")
    assert np.round(of(found, "first_order"), 4).tolist() == [1.1743, -0.0405, 0.085]
    assert np.round(of(found, "real_wage"), 4).tolist() == [1.6405, 0.3341, 0.1178]
    assert np.round(of(found, "real_income"), 4).tolist() == [-0.0451, -0.0821, 0.0758]


def test_the_first_order_sum_along_a_path_leads_to_the_exact_change(
    economy: SectorEconomy, agreement: pl.DataFrame
) -> None:
    """Cut the change of tariffs into equal steps, each from the last: 1.3121 in one step, 0.1304 in ten.

    A step starts where the last one ended, so its first-order sum uses that solution's trade, income and tariffs.
    """
    base = economy.tables.tariff
    steps = 10
    cells = {"sector": economy.sectors, "exporter": economy.regions, "importer": economy.regions}
    last = changed(agreement, "tariff", cells, "tariff", base)
    names = {
        "sector": np.repeat(economy.sectors, len(economy.regions) ** 2),
        "exporter": np.tile(np.repeat(economy.regions, len(economy.regions)), len(economy.sectors)),
        "importer": np.tile(economy.regions, len(economy.sectors) * len(economy.regions)),
    }
    stations = [
        economy.counterfactual(pl.DataFrame({**names, "tariff": (base + (last - base) * k / steps).reshape(-1)}))
        for k in range(steps + 1)
    ]
    total = sum(
        welfare(one.after.outcome, two.after.outcome, one.after.trade(), two.after.trade(), one.tariff).first_order
        for one, two in pairwise(stations)
    )
    mexico = economy.regions.index("Mexico")
    assert np.asarray(total)[mexico] == pytest.approx(0.1304, abs=5e-5)


@pytest.mark.parametrize("deficits", ["zero", "data"])
def test_complements_nest_the_paper(
    economy: SectorEconomy, agreement: pl.DataFrame, deficits: Literal["zero", "data"]
) -> None:
    paper = economy.counterfactual(tariff=agreement, deficits=deficits)
    near = economy.counterfactual(agreement, None, deficits, 1 - 1e-9, 1 - 1e-9, 1 - 1e-9)
    for column in ("real_income", "first_order", "real_wage"):
        np.testing.assert_allclose(near.welfare[column].to_numpy(), paper.welfare[column].to_numpy(), atol=1e-10)


def test_shuffled_rows_give_the_same(
    tables: dict[str, pl.DataFrame], agreement: pl.DataFrame, purged: Counterfactual
) -> None:
    shuffled = {name: table.sample(fraction=1.0, shuffle=True, seed=3) for name, table in tables.items()}
    again = SectorEconomy.from_frames(**shuffled).counterfactual(agreement.sample(fraction=1.0, shuffle=True, seed=4))
    assert again.welfare.equals(purged.welfare)


def test_the_gaps_of_the_published_data_are_reported(economy: SectorEconomy) -> None:
    gaps = economy.baseline_gaps
    negative = gaps.filter(check="negative input").select("region", "sector", "input").rows()
    assert negative == [("Canada", "Basic metals", "Other")]
    expenditure = gaps.filter(check="expenditure")
    assert expenditure.height > 1000
    added = dict(zip(economy.regions, economy.tables.value_added.sum(axis=1), strict=True))
    by_region = expenditure.group_by("region").agg(pl.col("gap").abs().sum())
    assert max(gap / added[region] for region, gap in by_region.iter_rows()) == pytest.approx(0.19, abs=0.0005)


def test_mexico_alone_lacks_goods_that_it_does_not_make(economy: SectorEconomy) -> None:
    others = [region for region in economy.regions if region != "Mexico"]
    rows = [(j, i, n, float("inf")) for j in economy.sectors for o in others for i, n in ((o, "Mexico"), ("Mexico", o))]
    cut = pl.DataFrame(rows, schema=["sector", "exporter", "importer", "factor"], orient="row")
    with pytest.raises(ValueError, match="Communication in Mexico; Electrical in Mexico: the only suppliers"):
        economy.counterfactual(iceberg=cut)
