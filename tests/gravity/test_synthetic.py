"""A country made from its trade and a donor's technology: its accounts, and those of everybody else."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khasan.gravity import SectorEconomy
from khasan.gravity.scenario.document import scenario_of
from khasan.gravity.scenario.run import run
from khasan.gravity.uncertainty.donor import own_row
from khasan.gravity.uncertainty.scenarios import scenario_over_ranges
from khasan.gravity.uncertainty.synthetic import WithSyntheticRow, synthetic_row
from khasan.ledger.errors import InputError
from tests.conftest import Khasan
from tests.gravity.worlds import made_tables


def flows(scale: float = 1.0, sector: str | None = None) -> pl.DataFrame:
    made = pl.DataFrame(
        [("X", "r00", 0.02), ("r00", "X", 0.05), ("r01", "X", 0.01), ("X", "r02", 0.02), ("r02", "X", 0.01)],
        schema=["exporter", "importer", "value"],
        orient="row",
    ).with_columns(pl.col("value") * scale)
    return made if sector is None else made.with_columns(sector=pl.lit(sector))


def test_one_sector_by_hand() -> None:
    """Half of cost is inputs, so 100 of final demand and balanced trade need 200 of output: 100 of inputs and value."""
    row = own_row(
        exports=np.array([10.0]), imports=np.array([10.0]), spending=100.0, inputs=np.array([[5.0]]),
        added=np.array([5.0]), final=np.array([7.0]), sectors=["all"], client="X",
    )  # fmt: skip
    assert row.own[0] == pytest.approx(190.0)
    assert (row.inputs[0, 0], row.added[0], row.final[0]) == pytest.approx((100.0, 100.0, 100.0))
    assert row.bent == ()


def test_imports_beyond_use_bend_final_demand_by_hand() -> None:
    """The donor would use 50 of a good of which 80 are imported: it is all used, and 20 are left for the other."""
    row = own_row(
        exports=np.array([0.0, 80.0]), imports=np.array([80.0, 0.0]), spending=100.0, inputs=np.zeros((2, 2)),
        added=np.array([1.0, 1.0]), final=np.array([1.0, 1.0]), sectors=["bought", "made"], client="X",
    )  # fmt: skip
    assert row.bent == ("bought",)
    np.testing.assert_allclose(row.own, [0.0, 20.0], atol=1e-9)
    np.testing.assert_allclose(row.final, [80.0, 20.0], atol=1e-9)
    np.testing.assert_allclose(row.added, [0.0, 100.0], atol=1e-9)


def test_a_country_made_of_its_own_technology_is_itself() -> None:
    tables = made_tables(4, 3, seed=5)
    base = SectorEconomy.from_frames(**tables)
    # Tables made anew from the solved shares of one region, whose accounts have no gap.
    place = 1
    old = base.tables
    exports = old.trade[:, place].sum(axis=1) - old.trade[:, place, place]
    cost = 1.0 + old.tariff[:, :, place]
    imports = (old.trade[:, :, place] * cost).sum(axis=1) - old.trade[:, place, place]
    sales = old.trade[:, place].sum(axis=1)
    final = old.trade[:, place, place] + imports - old.inputs[place].sum(axis=1)
    row = own_row(
        exports=exports, imports=imports, spending=float(final.sum()), inputs=old.inputs[place],
        added=old.value_added[place], final=final, sectors=old.sectors, client="X",
    )  # fmt: skip
    np.testing.assert_allclose(row.own, old.trade[:, place, place], rtol=1e-9)
    np.testing.assert_allclose(row.added, old.value_added[place], rtol=1e-9)
    np.testing.assert_allclose(row.inputs.sum(axis=0) + row.added, sales, rtol=1e-9)


@given(seed=st.integers(0, 10**5), scale=st.floats(0.05, 1.0), size=st.floats(0.5, 3.0))
@settings(max_examples=15)
def test_accounts_hold_in_all_regions_and_the_others_keep_theirs(seed: int, scale: float, size: float) -> None:
    tables = made_tables(4, 3, seed)
    made = synthetic_row(tables, flows(scale), "r01", client="X", value_added=size, rest="r03")
    old, new = SectorEconomy.from_frames(**tables).tables, made.economy().tables
    assert new.regions == ("X", "r00", "r01", "r02", "r03")
    sales = new.trade.sum(axis=2).T
    np.testing.assert_allclose(new.value_added + new.inputs.sum(axis=1), sales, rtol=1e-9)
    between = new.trade.sum(axis=0)
    np.testing.assert_allclose(new.deficit, between.sum(axis=0) - between.sum(axis=1), atol=1e-9)
    assert new.deficit[0] == pytest.approx((0.05 + 0.01 + 0.01 - 0.04) * scale)
    assert new.value_added[0].sum() == pytest.approx(size)
    spent = (new.trade * (1.0 + new.tariff)).sum(axis=1).T
    np.testing.assert_allclose(spent[0], new.inputs[0].sum(axis=1) + new.final[0], rtol=1e-9)
    # The other regions sell, buy, make and spend what they did.
    np.testing.assert_allclose(sales[1:], old.trade.sum(axis=2).T, rtol=1e-9)
    np.testing.assert_allclose(spent[1:4], (old.trade * (1.0 + old.tariff)).sum(axis=1).T[:3], rtol=1e-9)
    np.testing.assert_array_equal(new.inputs[1:], old.inputs)
    np.testing.assert_array_equal(new.final[1:4], old.final[:3])
    # The incomes of the rest: what it spends falls by what its deficit and its duties fall.
    duties = (new.trade * new.tariff).sum(axis=(0, 1))[4] - (old.trade * old.tariff).sum(axis=(0, 1))[3]
    assert new.final[4].sum() - old.final[3].sum() == pytest.approx(
        new.deficit[4] - old.deficit[3] + duties, abs=1e-9
    )  # fmt: skip


def test_an_embargo_on_the_made_country_costs_it_and_the_caveat_says_what_it_is() -> None:
    made = synthetic_row(made_tables(4, 3, 2), flows(), "r01", client="X", value_added=1.0, rest="r03")
    economy = made.economy()
    still = economy.counterfactual(deficits="data")
    assert still.welfare["real_income"].abs().max() == pytest.approx(0.0, abs=1e-8)
    embargo = pl.DataFrame(
        [(s, a, b, float("inf")) for s in economy.sectors for a, b in (("X", "r00"), ("r00", "X"))],
        schema=["sector", "exporter", "importer", "factor"],
        orient="row",
    )
    welfare = economy.counterfactual(iceberg=embargo).welfare
    assert welfare.filter(region="X").item(0, "real_income") < -0.05
    assert "X is in no input-output table" in made.caveats[0]
    assert "technology of r01" in made.caveats[0]
    assert any("by sector is not known" in line for line in made.caveats)


def test_known_sectors_are_kept() -> None:
    made = synthetic_row(made_tables(4, 3, 2), flows(0.1, "s02"), "r01", client="X", value_added=1.0, rest="r03")
    trade = made.tables["trade"]
    assert trade.filter(exporter="X", importer="r00", sector="s02").item(0, "value") == pytest.approx(0.002)
    assert trade.filter(exporter="X", importer="r00", sector="s01").item(0, "value") == 0.0
    assert not any("by sector is not known" in line for line in made.caveats)


def test_goods_that_are_known_come_on_top_of_those_that_are_not() -> None:
    """Half of what r00 sells to X is s02; the other half is spread as what r00 sells to the rest."""
    tables = made_tables(4, 3, 2)
    half = flows(0.5).with_columns(sector=pl.lit(None, pl.String))
    known = pl.DataFrame({"exporter": ["r00"], "importer": ["X"], "value": [0.025], "sector": ["s02"]})
    made = synthetic_row(tables, pl.concat([half, known]), "r01", client="X", value_added=1.0, rest="r03")
    spread = synthetic_row(tables, flows(0.5), "r01", client="X", value_added=1.0, rest="r03")

    def sold(tables: WithSyntheticRow, sector: str) -> float:
        return float(tables.tables["trade"].filter(exporter="r00", importer="X", sector=sector).item(0, "value"))

    assert sold(made, "s02") == pytest.approx(sold(spread, "s02") + 0.025)
    assert sold(made, "s01") == pytest.approx(sold(spread, "s01"))
    assert any(line.startswith("most of what X trades") for line in made.caveats)


def test_trade_with_the_rest_is_made_up_as_what_the_rest_sells_abroad_and_not_at_home() -> None:
    """The rest sells s00 at home only, so neither its sales to X nor those of X to it hold any."""
    tables = made_tables(4, 3, 2)
    abroad = (pl.col("exporter") == "r03") & (pl.col("importer") != "r03") & (pl.col("sector") == "s00")
    trade = tables["trade"].with_columns(moved=pl.when(abroad).then("value").otherwise(0.0))
    at_home = (pl.col("exporter") == "r03") & (pl.col("importer") == "r03") & (pl.col("sector") == "s00")
    value = pl.when(abroad).then(0.0).when(at_home).then(pl.col("value") + pl.col("moved").sum()).otherwise("value")
    lost = trade.filter(abroad).group_by(region="importer").agg(lost=pl.col("value").sum())
    tables["trade"] = trade.with_columns(value=value)
    both = pl.col("D") - pl.col("lost").fill_null(0.0)
    both += pl.when(pl.col("region") == "r03").then(pl.lit(lost["lost"].sum())).otherwise(0.0)
    tables["deficit"] = tables["deficit"].join(lost, on="region", how="left").select("region", D=both)
    flow = pl.DataFrame({"exporter": ["X", "r03"], "importer": ["r03", "X"], "value": [0.02, 0.02]})
    made = synthetic_row(tables, flow, "r01", client="X", value_added=1.0, rest="r03").tables["trade"]
    sold = tables["trade"].filter((pl.col("exporter") == "r03") & (pl.col("importer") != "r03"))
    part = float(sold.filter(sector="s01")["value"].sum()) / float(sold["value"].sum())
    for exporter, importer in (("X", "r03"), ("r03", "X")):
        found = made.filter(exporter=exporter, importer=importer)
        assert found.filter(sector="s00").item(0, "value") == 0.0
        assert found.filter(sector="s01").item(0, "value") == pytest.approx(0.02 * part)


def test_the_least_home_share_is_kept_where_imports_are_all_that_is_used() -> None:
    """Of s02 X buys more than it would use: without a least share it makes none for itself, with a tenth a ninth."""
    tables = made_tables(4, 3, 2)
    trade = pl.DataFrame(
        [("r00", "X", 0.045, "s02"), ("X", "r00", 0.045, "s01")],
        schema=["exporter", "importer", "value", "sector"],
        orient="row",
    )

    def own(least: float) -> tuple[float, WithSyntheticRow]:
        made = synthetic_row(
            tables, trade, "r01", client="X", value_added=0.045, rest="r03", least_home_share=least
        )  # fmt: skip
        row = made.tables["trade"].filter(exporter="X", importer="X", sector="s02")
        return float(row.item(0, "value")), made

    none, bare = own(0.0)
    some, made = own(0.1)
    duty = SectorEconomy.from_frames(**tables).tables.tariff[2, 0, 3]
    assert (none, bare.bent) == (0.0, ("s02",))
    assert some == pytest.approx(0.045 * (1.0 + duty) / 9.0)
    assert made.bent == ("s02",)
    assert "10.0% of what it buys is assumed to be its own" in made.caveats[-1]
    assert "it sells nothing at home" in bare.caveats[-1]
    accounts = made.economy().tables
    np.testing.assert_allclose(
        accounts.value_added + accounts.inputs.sum(axis=1), accounts.trade.sum(axis=2).T, rtol=1e-9
    )
    assert accounts.value_added[0].sum() == pytest.approx(0.045)
    assert accounts.regions[0] == "X"


def test_caveats_travel_with_the_folder_of_tables(tmp_path: Path, khasan: Khasan) -> None:
    made = synthetic_row(made_tables(4, 3, 2), flows(), "r01", client="X", value_added=1.0, rest="r03")
    made.write(tmp_path / "made" / "tables")
    given = {"tables": "made/tables", "restriction": [{"sender": "r00", "target": "X", "cut": 1}]}
    scenario = scenario_of(given, "s.toml", tmp_path)
    found = run(scenario)
    assert found.as_dict()["caveats"][: len(made.caveats)] == list(made.caveats)
    (tmp_path / "s.toml").write_text(
        'tables = "made/tables"\n[[restriction]]\nsender = "r00"\ntarget = "X"\ncut = 1\n', encoding="utf-8"
    )
    said = khasan("gravity", "counterfactual", tmp_path / "s.toml", "--format", "json")
    assert json.loads(said.out)["caveats"] == list(found.caveats)
    printed = khasan("gravity", "counterfactual", tmp_path / "s.toml")
    assert "X is in no input-output table" in " ".join((printed.out + printed.err).split())
    spread = scenario_over_ranges(scenario, ["elasticity_inputs=0.5:1"], draws=8)
    assert spread.caveats[: len(made.caveats)] == made.caveats
    embargo = pl.DataFrame(
        [(sector, *pair, float("inf")) for sector in ("s00", "s01", "s02") for pair in (("X", "r00"), ("r00", "X"))],
        schema=["sector", "exporter", "importer", "factor"],
        orient="row",
    )
    welfare = made.economy().counterfactual(iceberg=embargo).welfare
    assert {row["country"]: row["welfare"] for row in found.welfare}["X"] == welfare.filter(region="X").item(
        0, "real_income"
    )


def test_tables_without_caveats_say_none_and_faulty_ones_are_refused(tmp_path: Path) -> None:
    for name, frame in made_tables(3, 2, 1).items():
        frame.write_csv(tmp_path / f"{name}.csv")
    given = {"tables": ".", "restriction": [{"sender": "r00", "target": "r01", "cut": 0.5}]}
    scenario = scenario_of(given, "s.toml", tmp_path)
    assert not any("input-output table" in line for line in run(scenario).caveats)
    (tmp_path / "caveats.csv").write_text("text\nmade\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"s\.toml, tables: caveats\.csv needs a column caveat"):
        run(scenario)
    (tmp_path / "caveats.csv").write_text('caveat\n"made, not measured"\n', encoding="utf-8")
    assert run(scenario).caveats[0] == "made, not measured"
    blocked = tmp_path / "caveats.csv" / "tables"
    made = synthetic_row(made_tables(4, 3, 2), flows(), "r01", client="X", value_added=1.0, rest="r03")
    with pytest.raises(InputError, match="cannot be written"):
        made.write(blocked)


def test_what_cannot_be_made_is_refused() -> None:
    tables = made_tables(4, 3, 2)

    def make(trade: pl.DataFrame, donor: str = "r01", client: str = "X", size: float = 1.0, rest: str = "r03") -> None:
        synthetic_row(tables, trade, donor, client=client, value_added=size, rest=rest)

    with pytest.raises(InputError, match="donor 'r09'"):
        make(flows(), donor="r09")
    with pytest.raises(InputError, match="rest 'r09'"):
        make(flows(), rest="r09")
    with pytest.raises(InputError, match="already a region"):
        make(flows(), client="r00")
    with pytest.raises(InputError, match="value_added 0"):
        make(flows(), size=0.0)
    with pytest.raises(InputError, match="least_home_share 1"):
        synthetic_row(tables, flows(), "r01", client="X", value_added=1.0, rest="r03", least_home_share=1.0)
    with pytest.raises(InputError, match="row 2, column sector: 's99'"):
        make(flows().with_columns(sector=pl.Series([None, "s99", None, "s00", None])))
    with pytest.raises(InputError, match="more trade than r03"):
        make(flows(1e4), size=1e5)
    with pytest.raises(InputError, match="cannot carry"):
        make(flows(1.0), size=1e-6)
    with pytest.raises(InputError, match="row 1: X must be"):
        make(flows().with_columns(exporter=pl.lit("r00"), importer=pl.lit("r01")))
    with pytest.raises(InputError, match="negative or infinite"):
        make(flows(-1.0))
    with pytest.raises(InputError, match="'r99' is not known"):
        make(flows().with_columns(importer=pl.col("importer").replace("r02", "r99")))
