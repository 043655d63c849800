"""Which assumption carries a loss: cases that can be worked out by hand, and what must hold for any."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khasan.gravity.scenario.world import base_world
from khasan.gravity.uncertainty.assumption_sets import Assumptions, assumption_sets
from khasan.gravity.uncertainty.assumptions import assumption_table, what_carries
from khasan.gravity.uncertainty.cases import cut_off, scaled_to_tables
from khasan.gravity.uncertainty.synthetic import synthetic_row
from khasan.ledger.errors import InputError
from tests.conftest import Khasan
from tests.gravity.worlds import made_tables

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"

PAPER = Assumptions("paper", "as published", 1.0, 1.0, 1.0, 1.0, ())
HALF = replace(PAPER, name="half", theta_factor=0.5)
COMPLEMENTS = replace(PAPER, name="complements", elasticity_inputs=0.5, elasticity_value_added=0.5)


def hand_tables() -> dict[str, pl.DataFrame]:
    """Two regions that make 1000 each of one good and sell each other 100; value added is half of cost in A, 0.9 in R.

    Trade elasticity 4, no tariffs, no deficits.
    """
    return {
        "trade": pl.DataFrame(
            [("all", "A", "A", 900.0, 0.0), ("all", "A", "R", 100.0, 0.0), ("all", "R", "A", 100.0, 0.0),
             ("all", "R", "R", 900.0, 0.0)],
            schema=["sector", "exporter", "importer", "value", "tariff"], orient="row",
        ),
        "inputs": pl.DataFrame(
            {"input": ["all"] * 2, "sector": ["all"] * 2, "region": ["A", "R"], "value": [500.0, 100.0]}
        ),
        "final_demand": pl.DataFrame({"sector": ["all"] * 2, "region": ["A", "R"], "value": [500.0, 900.0]}),
        "value_added": pl.DataFrame({"sector": ["all"] * 2, "region": ["A", "R"], "value": [500.0, 900.0]}),
        "deficit": pl.DataFrame({"region": ["A", "R"], "D": [0.0, 0.0]}),
        "theta": pl.DataFrame({"sector": ["all"], "value": [4.0]}),
    }  # fmt: skip


def both_ways(value: float) -> pl.DataFrame:
    return pl.DataFrame({"exporter": ["X", "A"], "importer": ["A", "X"], "value": [value, value]})


def solved(*sets: Assumptions, donors: tuple[str, ...] = ("A",), trade: float = 10.0) -> pl.DataFrame:
    """Client X with value added of 50, cut off from A, with which alone it trades."""
    return assumption_table(
        hand_tables(), both_ways(trade), donors, 50.0, {"A leaves": cut_off("X", ["A"], ["all"])},
        client="X", rest="R", assumptions=sets,
    )  # fmt: skip


def test_autarky_by_hand() -> None:
    """X makes 100 and sells 90 at home: real income becomes 0.9 to the power 1 / (4 x 0.5), and with half of 4, 0.9."""
    table = solved(PAPER, HALF)
    assert table["value"].to_list() == pytest.approx([100.0 * (0.9**0.5 - 1.0), -10.0], abs=1e-7)
    assert table["difference"].to_list() == pytest.approx([0.0, -10.0 - 100.0 * (0.9**0.5 - 1.0)], abs=1e-7)
    assert table["low"].to_list() == table["high"].to_list() == table["value"].to_list()
    assert table["donors"].to_list() == ["A", "A"]
    assert table["failed"].null_count() == table["note"].null_count() == 2
    assert (table["residual"] < 1e-10).all()


def test_complements_by_hand() -> None:
    """With elasticity s between value added and inputs and bought price k = 0.9^(-1/4) times cost, all in wages.

    cost^(1-s) = 0.5 + 0.5 (k cost)^(1-s), and real income is 1 / (k cost).
    """
    k = 0.9**-0.25
    cost = (0.5 / (1.0 - 0.5 * k**0.5)) ** 2
    table = solved(PAPER, COMPLEMENTS)
    assert table.item(1, "value") == pytest.approx(100.0 * (1.0 / (k * cost) - 1.0), abs=1e-7)
    assert table.item(1, "value") == pytest.approx(-5.1648, abs=1e-3)


def test_where_production_eats_itself_the_error_stands_in_the_note() -> None:
    """With a trade elasticity of 0.072, half of cost times k^0.5 is above one (Hawkins and Simon)."""
    radius = 0.5 * 0.9 ** (-0.5 / 0.072)
    table = solved(PAPER, replace(COMPLEMENTS, theta_factor=0.018))
    assert radius > 1.0
    assert table.select("value", "low", "high", "difference", "residual").row(1) == (None,) * 5
    assert table.item(1, "failed") == "A"
    assert table.item(1, "donors") is None
    assert str(table.item(1, "note")).startswith("A: NoAutarky: X: production cannot sustain itself")
    assert f"{radius:.4g}" in table.item(1, "note")


def test_a_donor_that_cannot_carry_the_trade_is_named_and_the_others_count() -> None:
    """Of 50 of value added the technology of R makes 55.6, less than the 60 that are exported; that of A makes 100."""
    table = solved(PAPER, donors=("R", "A"), trade=60.0)
    assert table.select("donors", "failed").row(0) == ("A", "R")
    assert table.item(0, "value") == pytest.approx(100.0 * (0.4**0.5 - 1.0), abs=1e-6)
    assert "R: X: the donor's technology cannot carry" in table.item(0, "note")
    with pytest.raises(InputError, match="cannot carry"):
        solved(PAPER, donors=("R",), trade=60.0)


def test_the_value_is_the_middle_of_donors() -> None:
    """The technology of R makes 55.6 from 50 of value added, of which 45.6 are sold at home: 0.82 ^ (1 / 3.6)."""
    own = 50.0 / 0.9 - 10.0
    ends = [100.0 * (0.9**0.5 - 1.0), 100.0 * ((own / (own + 10.0)) ** (1.0 / 3.6) - 1.0)]
    table = solved(PAPER, donors=("A", "R"))
    assert table.select("low", "high", "value").row(0) == pytest.approx((min(ends), max(ends), sum(ends) / 2), abs=1e-6)


def test_a_cut_is_an_iceberg_cost_at_given_prices() -> None:
    cells = cut_off("X", ["A"], ["all"], imports_only=True, cut=0.36)
    assert cells.rows() == [("all", "A", "X", 0.36)]
    iceberg = cells.drop("cut").with_columns(factor=pl.lit(0.64 ** (-1.0 / 2.0)))
    table = assumption_table(
        hand_tables(), both_ways(10.0), ["A"], 50.0, {"cut": cells, "iceberg": iceberg}, client="X", rest="R",
        assumptions=[HALF],
    )  # fmt: skip
    assert table.item(0, "value") == pytest.approx(table.item(1, "value"), abs=1e-10)
    assert -10.0 < table.item(0, "value") < -0.1


def test_the_first_set_is_the_paper_and_equals_the_defaults() -> None:
    tables, trade = made_tables(4, 3, 7), flows()
    case = cut_off("X", ["r00"], ["s00", "s01", "s02"])
    table = assumption_table(
        tables, trade, ["r01"], 1.0, {"r00 leaves": case}, client="X", rest="r03", assumptions=assumption_sets()[:1]
    )
    economy = synthetic_row(tables, trade, "r01", client="X", value_added=1.0, rest="r03").economy()
    iceberg = case.drop("cut").with_columns(factor=pl.lit(float("inf")))
    plain = economy.counterfactual(iceberg=iceberg).welfare.filter(region="X").item(0, "real_income")
    assert table.item(0, "assumption") == "paper"
    assert table.item(0, "value") == pytest.approx(plain, abs=1e-10)


def flows() -> pl.DataFrame:
    return pl.DataFrame(
        [("X", "r00", 0.05), ("r00", "X", 0.06), ("X", "r02", 0.02), ("r02", "X", 0.01)],
        schema=["exporter", "importer", "value"],
        orient="row",
    )


def test_neither_the_order_of_donors_nor_that_of_rows_matters() -> None:
    tables, trade = made_tables(4, 3, 7), flows()
    sets = [PAPER, replace(HALF, elasticity_inputs=0.5, fixed_capacity=("s01",))]
    cases = {"r00 leaves": cut_off("X", ["r00"], ["s00", "s01", "s02"])}
    one = assumption_table(
        tables, trade, ["r00", "r01", "r02"], 1.0, cases, client="X", rest="r03", assumptions=sets
    )  # fmt: skip
    mixed = {name: frame.sample(fraction=1.0, shuffle=True, seed=3) for name, frame in tables.items()}
    cases = {name: frame.reverse() for name, frame in cases.items()}
    other = assumption_table(
        mixed, trade.reverse(), ["r02", "r00", "r01", "r00"], 1.0, cases, client="X", rest="r03", assumptions=sets
    )
    assert one.drop("residual", "value", "low", "high", "difference").equals(
        other.drop("residual", "value", "low", "high", "difference")
    )
    for name in ("value", "low", "high", "difference"):
        assert one[name].to_list() == pytest.approx(other[name].to_list(), abs=1e-8)
    # The donor whose technology the client has may be the one that leaves.
    assert one.item(0, "donors") == "r00, r01, r02"


@given(seed=st.integers(0, 10**5), factor=st.floats(0.3, 1.0), inputs=st.floats(0.4, 1.0))
@settings(max_examples=8)
def test_autarky_is_the_worst_and_no_cut_is_nothing(seed: int, factor: float, inputs: float) -> None:
    """Without tariffs, trade leaves nobody worse off than none, whatever the elasticities and the fixed capacity."""
    one = replace(PAPER, theta_factor=factor, elasticity_inputs=inputs, fixed_capacity=("s01",))
    goods, partners = ["s00", "s01", "s02"], ["r00", "r01", "r02", "r03"]
    table = assumption_table(
        made_tables(4, 3, seed, tariffs=False), flows(), ["r01"], 1.0,
        {
            "none": cut_off("X", partners, goods, cut=0.0),
            "one": cut_off("X", ["r00"], goods),
            "all": cut_off("X", partners, goods),
        },
        client="X", rest="r03", assumptions=[one], least_home_share=0.2,
    )  # fmt: skip
    nothing, leaves, autarky = table["value"].to_list()
    assert nothing == pytest.approx(0.0, abs=1e-8)
    assert autarky < -1e-6
    assert autarky <= leaves + 1e-8


def test_deficits_of_the_data_do_not_let_all_partners_leave() -> None:
    """X buys more than it sells: with deficits kept nobody could pay for it in goods, which the note says."""
    cases = {"all": cut_off("X", ["r00", "r01", "r02", "r03"], ["s00", "s01", "s02"])}
    tables, trade = made_tables(4, 3, 7), flows().filter(pl.col("importer") != "r02")
    kept, purged = (
        assumption_table(tables, trade, ["r01"], 1.0, cases, client="X", rest="r03", assumptions=[PAPER], deficits=how)
        for how in ("data", "zero")
    )
    assert kept.item(0, "value") is None
    assert "NoEquilibrium: X: cut off from all other trade with an imbalance of 0.02" in kept.item(0, "note")
    assert purged.item(0, "value") < 0.0
    assert "balanced trade" in purged.item(0, "caveats")
    assert "X is in no input-output table" in purged.item(0, "caveats")


def test_a_client_is_scaled_by_the_size_of_the_world_by_hand() -> None:
    """The tables' world has 1400, the client's own 2800: everything halves."""
    scaled = scaled_to_tables(hand_tables(), both_ways(10.0), 50.0, 2800.0)
    assert scaled.trade["value"].to_list() == [5.0, 5.0]
    assert (scaled.value_added, scaled.factor) == (25.0, 0.5)
    assert "another year" in scaled.caveat
    with pytest.raises(InputError, match="the world the larger one"):
        scaled_to_tables(hand_tables(), both_ways(10.0), 50.0, 50.0)


def test_what_carries_a_case_is_the_largest_single_difference() -> None:
    rows = [("c", "paper", 0.0), ("c", "complements", -0.2), ("c", "short run", -15.6), ("c", "all", -69.0),
            ("d", "paper", 0.0), ("d", "complements", None), ("d", "short run", None), ("d", "all", None)]  # fmt: skip
    table = pl.DataFrame(rows, schema=["case", "assumption", "difference"], orient="row")
    found = what_carries(table.with_columns(label=pl.col("assumption")))
    assert found.rows(named=True) == [
        {"case": "c", "assumption": "short run", "label": "short run", "difference": -15.6, "second": -0.2}
    ]


def test_the_sets_are_those_of_the_table() -> None:
    sets = {one.name: one for one in assumption_sets()}
    assert next(iter(sets)) == "paper"
    assert sets["paper"] == replace(PAPER, label=sets["paper"].label)
    assert sets["fixed energy"].fixed_capacity == ("Mining", "Petroleum")
    assert {one.theta_factor for one in sets.values() if one.name in ("paper", "complements", "fixed energy")} == {1.0}
    # "all" is the others put together.
    assert sets["all"] == replace(
        sets["complements"], name="all", label=sets["all"].label, theta_factor=sets["short run"].theta_factor,
        fixed_capacity=sets["fixed energy"].fixed_capacity,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"donors": ["B"]}, "donor 'B': not a region"),
        ({"donors": []}, "donors: none"),
        ({"cases": {}}, "cases: none"),
        ({"assumptions": []}, "assumptions: none"),
        ({"rest": "B"}, "rest 'B'"),
        ({"assumptions": [replace(PAPER, fixed_capacity=("coal",))]}, "coal"),
        ({"cases": {"one": cut_off("X", ["B"], ["all"])}}, "'B' is not known"),
        ({"cases": {"one": cut_off("X", ["A"], ["coal"])}}, "'coal' is not known"),
        ({"cases": {"one": cut_off("X", ["A"], ["all"], cut=1.5)}}, "case one, column cut"),
        ({"cases": {"one": cut_off("X", ["A"], ["all"]).drop("cut")}}, "either a column factor or a column cut"),
        ({"cases": {"one": cut_off("X", ["A"], ["all"]).drop("sector")}}, "column sector is missing"),
    ],
)  # fmt: skip
def test_a_faulty_question_is_refused(changed: dict[str, object], message: str) -> None:
    asked: dict[str, object] = {
        "donors": ["A"], "cases": {"one": cut_off("X", ["A"], ["all"])}, "rest": "R", "assumptions": [PAPER],
    }  # fmt: skip
    asked |= changed
    donors, cases = asked.pop("donors"), asked.pop("cases")
    with pytest.raises(InputError, match=message):
        assumption_table(hand_tables(), both_ways(10.0), donors, 50.0, cases, client="X", **asked)  # type: ignore[arg-type]


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("assumptions_rus_prk", ROOT / "scripts" / "assumptions_rus_prk.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_fuel_is_taken_out_of_flows_by_hand() -> None:
    """Exports to China of 200, of which 0.972 x 100 / 200 are fuel; 470 of crude oil come on top of imports of 300."""
    trade = pl.DataFrame({"exporter": ["PRK", "China"], "importer": ["China", "PRK"], "value": [200.0, 300.0]})
    found = script().with_fuel(trade, "China", {"g019": 100.0, "g020": 200.0, "g026": 6860.0, "f040": 6390.0})
    assert found.select("exporter", "value", "sector").rows() == [
        ("PRK", pytest.approx(102.8), None),
        ("China", pytest.approx(300.0), None),
        ("PRK", pytest.approx(97.2), "Mining"),
        ("China", pytest.approx(470.0), "Mining"),
    ]


def test_partners_keep_their_region_and_all_others_are_the_rest_by_hand() -> None:
    """Trade with Russia and Mongolia is the rest's; what is not recorded has no row."""
    flows = [("PRK", "CHN", 20.0), ("RUS", "PRK", 3.0), ("MNG", "PRK", 4.0), ("RUS", "CHN", 9.0), ("PRK", "RUS", 0.0)]
    trade = pl.DataFrame(flows, schema=["exporter", "importer", "value"], orient="row").with_columns(year=2011)
    sizes = pl.DataFrame(
        {"actor": ["CHN", "MNG", "PRK", "RUS"], "year": [2011] * 4, "value": [900.0, 90.0, 100.0, 400.0]}
    )
    found = script().client_trade(base_world(trade, sizes, 2011), {"CHN": "China"})
    assert found.rows() == [("PRK", "China", 20.0), ("Row", "PRK", 7.0)]


@pytest.mark.skipif(not (DATA / "gravity" / "nafta").is_dir(), reason="shared/data/gravity/nafta is absent")
def test_a_client_of_the_size_of_north_korea_in_the_tables_of_1993() -> None:
    """The trade elasticity alone moves the loss by far more than complements or fixed capacity in energy alone do."""
    tables = script().read_tables(DATA / "gravity" / "nafta")
    assert script().low_home_share(tables) == pytest.approx(0.185, abs=0.001)
    trade = pl.DataFrame(
        [("China", "PRK", 1e9, None), ("PRK", "China", 7e8, None), ("PRK", "China", 3e8, "Mining"),
         ("Row", "PRK", 2e8, None), ("PRK", "Row", 2e8, None)],
        schema=["exporter", "importer", "value", "sector"],
        orient="row",
    )  # fmt: skip
    cases = {"China leaves": cut_off("PRK", ["China"], tables["theta"]["sector"].to_list())}
    table = assumption_table(
        tables, trade, ["India"], 1e10, cases, client="PRK", rest="Row", assumptions=assumption_sets()[:4],
        least_home_share=0.2,
    )  # fmt: skip
    assert (table["residual"] < 1e-10).all()
    found = what_carries(table)
    assert found.item(0, "assumption") == "short run"
    assert found.item(0, "difference") < 5.0 * found.item(0, "second") < 0.0


@pytest.mark.skipif(not (DATA / "gravity" / "nafta").is_dir(), reason="shared/data/gravity/nafta is absent")
def test_the_table_of_north_korea_from_a_ledger(
    tmp_path: Path, khasan: Khasan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With recorded trade in the ledger, each case stands under each set, and what must be said stands beside it."""
    (tmp_path / "trade.csv").write_text(
        "ccode1,ccode2,year,flow1,flow2\n710,731,2014,2845,3883\n365,731,2014,10,90\n2,710,2014,90000,60000\n"
        "365,710,2014,9000,8000\n365,731,2014,10,90\n",
        encoding="utf-8",
    )
    (tmp_path / "cow_sdp_gdp.csv").write_text(
        "ccode,year,wbgdp2011est,wbpopest,sdpest\n710,2014,30.4,,\n731,2014,24.5,,\n365,2014,28.8,,\n2,2014,30.5,,\n",
        encoding="utf-8",
    )
    ledger = tmp_path / "made.duckdb"
    for data_set, name in (("cow-trade", "trade.csv"), ("anders-gdp", "cow_sdp_gdp.csv")):
        assert khasan("load", data_set, tmp_path / name, "--ledger", ledger).status == 0
    module = script()
    monkeypatch.setattr(module, "DONORS", ("India",))
    monkeypatch.setattr(module, "SIZES", (1.0,))
    found = module.rows(DATA, ledger)
    assert found.height == 4 * len(assumption_sets())
    assert set(found["case"]) == {
        "China leaves", "all partners leave", "no fuel from China", "no fuel from anybody"
    }  # fmt: skip
    paper = {row["case"]: row["value"] for row in found.filter(assumption="paper").iter_rows(named=True)}
    assert paper["all partners leave"] < paper["China leaves"] < paper["no fuel from China"] < 0.0
    assert found["caveats"].str.contains("PRK is in no input-output table").all()
    assert found["caveats"].str.contains("coal that North Korea digs stands in for oil").all()
    monkeypatch.setattr(module, "CLIENT", "IND")
    with pytest.raises(InputError, match="IND has no trade or no size in 2014"):
        module.rows(DATA, ledger)
