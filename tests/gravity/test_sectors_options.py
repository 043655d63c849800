"""What a counterfactual is asked for, and in which frames: anything else is refused in one line that says where."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from khasan.gravity import SectorEconomy
from khasan.ledger.errors import InputError
from tests.gravity.worlds import made_tables

REGIONS, SECTORS = 4, 3
INFINITE = float("inf")


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
            r"tariff: sector s00, exporter r00, importer r01 \(-1.5\) is infinite or -100 .* iceberg makes an embargo",
        ),
        ({"tariff": one(sector="s00", exporter="r00", importer="r01", tariff=None)}, "tariff, row 1, .* no number"),
        ({"tariff": one(sector="s00", exporter="r00", tariff=0.1)}, "tariff: column importer is missing"),
        (
            {"iceberg": one(sector="s00", exporter="r00", importer="r01", factor=0.0)},
            r"iceberg: sector s00, exporter r00, importer r01 \(0\) is zero or negative; .* infinity is an embargo",
        ),
        ({"iceberg": pl.concat([one(sector="s00", exporter="r00", importer="r01", factor=2.0)] * 2)}, "given twice"),
        ({"deficits": "keep"}, "deficits: 'keep'"),
        ({"elasticity_inputs": -0.1}, "elasticity_inputs: -0.1"),
        ({"elasticity_final": float("nan")}, "elasticity_final: nan"),
        ({"fixed_capacity": ["s07"]}, "fixed_capacity: 's07' is not known"),
        ({"fixed_capacity": {("s00", "r07"): 1.0}}, "fixed_capacity: .* is not known"),
        (
            {"fixed_capacity": {("s00", "r02"): 1.5}},
            r"fixed_capacity: region r02, sector s00 \(1.5\) is a share outside 0 to 1",
        ),
        ({"fixed_capacity": "s00"}, "fixed_capacity: 's00'; give a list"),
    ],
)
def test_scenarios_that_cannot_be_read_are_refused(options: dict[str, Any], said: str) -> None:
    economy = SectorEconomy.from_frames(**made_tables(REGIONS, SECTORS, 1))
    with pytest.raises(InputError, match=said):
        economy.counterfactual(**options)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"elasticity_inputs": "1"}, "elasticity_inputs: '1'; an elasticity"),
        ({"elasticity_value_added": True}, "elasticity_value_added: True; an elasticity"),
        ({"elasticity_final": None}, "elasticity_final: None; an elasticity"),
        ({"deficits": ["zero"]}, r"deficits: \['zero'\]; it is 'zero' or 'data'"),
        ({"fixed_capacity": {"s00": "a"}}, "fixed_capacity: 's00' has 'a'; a share is a number"),
        ({"fixed_capacity": {"s00": True}}, "fixed_capacity: 's00' has True; a share is a number"),
        ({"fixed_capacity": True}, "fixed_capacity: True; give a list"),
        ({"fixed_capacity": {("s00", "r00", "r01"): 1.0}}, "fixed_capacity: .* name a sector, or"),
        ({"fixed_capacity": [["s00"]]}, r"fixed_capacity: \['s00'\] is not known"),
        ({"tolerance": "a"}, "tolerance: 'a'; it is the largest relative gap"),
        ({"tolerance": 0.0}, "tolerance: 0.0; .* above 0"),
        ({"tolerance": INFINITE}, "tolerance: inf; .* below 1"),
        ({"tariff": pl.LazyFrame({"sector": ["s00"]})}, "tariff: LazyFrame of polars given; .* collect"),
        ({"iceberg": {"sector": ["s00"]}}, "iceberg: dict given; it must be a DataFrame of polars with sector"),
        (
            {"tariff": one(sector="s00", exporter="r00", importer="r01", tariff="high")},
            "tariff, row 1, column tariff: 'high' is no number; give one",
        ),
        (
            {"tariff": one(sector="s00", exporter="r00", importer="r01", tariff=[0.1])},
            r"tariff, column tariff: holds List\(Float64\); it must hold numbers",
        ),
        (
            {"iceberg": one(sector=["s00"], exporter="r00", importer="r01", factor=2.0)},
            r"iceberg, column sector: holds List\(String\); it must hold names",
        ),
    ],
)
def test_options_of_another_kind_are_refused_in_one_line(options: dict[str, Any], said: str) -> None:
    economy = SectorEconomy.from_frames(**made_tables(REGIONS, SECTORS, 1))
    with pytest.raises(InputError, match=said) as told:
        economy.counterfactual(**options)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("table", ["trade", "inputs", "final_demand", "value_added", "deficit", "theta"])
def test_tables_of_another_kind_are_refused_in_one_line(table: str) -> None:
    tables = made_tables(REGIONS, SECTORS, 1)
    column = "D" if table == "deficit" else "value"
    text = tables[table].with_columns(pl.lit("much").alias(column))
    given: list[tuple[Any, str]] = [
        (None, rf"^{table}: NoneType given; it must be a DataFrame of polars"),
        (tables[table].lazy(), rf"^{table}: LazyFrame of polars given"),
        (text, rf"^{table}, row 1, column {column}: 'much' is no number"),
    ]
    for other, said in given:
        with pytest.raises(InputError, match=said) as told:
            SectorEconomy.from_frames(**{**tables, table: other})
        assert "\n" not in str(told.value)


def test_a_frame_of_another_library_is_named() -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    economy = SectorEconomy.from_frames(**made_tables(REGIONS, SECTORS, 1))
    with pytest.raises(InputError, match="tariff: DataFrame of pandas given"):
        economy.counterfactual(tariff=pandas.DataFrame({"sector": ["s00"]}))


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
