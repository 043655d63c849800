"""Scenarios: the world of a year, the cells that change, and what follows, against the solver and against algebra."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from khasan.gravity import SectorEconomy, equilibrium
from khasan.gravity.scenario.cells import Effect, Effects, effects
from khasan.gravity.scenario.document import Scenario, scenario_of
from khasan.gravity.scenario.names import Named, resolve
from khasan.gravity.scenario.one_sector import solve_changed, solve_one_sector
from khasan.gravity.scenario.result import Outcome
from khasan.gravity.scenario.sectors import read_tables, solve_sectors
from khasan.gravity.scenario.world import BaseWorld, base_world, with_flows_set_aside
from khasan.ledger.actors import Actor, Actors
from khasan.ledger.errors import InputError
from tests.gravity.worlds import made_tables, made_world

FLOW = {"exporter": pl.String(), "importer": pl.String(), "year": pl.Int64(), "value": pl.Float64()}
SIZE = {"actor": pl.String(), "year": pl.Int64(), "value": pl.Float64()}
NAFTA = Path(__file__).parents[3] / "shared" / "data" / "gravity" / "nafta"


def flows(*rows: tuple[str, str, int, float]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=FLOW, orient="row")


def sizes(*rows: tuple[str, int, float]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SIZE, orient="row")


TRADE = flows(("A", "B", 2011, 30.0), ("B", "A", 2011, 20.0), ("A", "C", 2011, 0.0), ("C", "B", 2011, 5.0))
SIZES = sizes(("A", 2011, 100.0), ("B", 2011, 200.0), ("C", 2011, 50.0), ("D", 2011, 70.0))


def made(size: int = 5, seed: int = 0) -> BaseWorld:
    """Make a world whose countries are called A, B, C and so on."""
    names = tuple("ABCDEFGHIJ"[:size])
    return BaseWorld(2011, names, made_world(size, seed), {}, (), 0, "Made up", "reported", "gdp", 1.0)


def named(world: BaseWorld) -> Any:
    """Return a way to find countries in a made world; letters together are a group."""

    def find(text: str, where: str) -> Named:
        for letter in text:
            if letter not in world.countries:
                raise InputError(f"{where}: unknown country {letter!r}")
        return Named(text, tuple(text), ())

    return find


def solved(world: BaseWorld, **given: Any) -> Outcome:
    scenario = scenario_of({"base_year": 2011, **given}, "s.toml")
    return solve_one_sector(scenario, world, effects(scenario, named(world)))


def cut(sender: str, target: str, direction: str = "both", **more: Any) -> dict[str, Any]:
    return {"sender": sender, "target": target, "direction": direction, **({"cut": 1} | more)}


def support(patron: str, client: str, **more: Any) -> dict[str, Any]:
    return {"patron": patron, "client": client, "kind": "transfer", "size": 1} | more


def of(outcome: Outcome, key: str) -> list[float]:
    return [row[key] for row in outcome.welfare]


# -- the world -----------------------------------------------------------------------------------------------


def test_own_sales_are_output_less_exports() -> None:
    world = base_world(TRADE, SIZES, 2011)
    assert world.countries == ("A", "B", "C")
    np.testing.assert_allclose(world.trade, [[70.0, 30.0, 0.0], [20.0, 180.0, 0.0], [0.0, 5.0, 45.0]])
    assert dict(world.left_out) == {"D": "no recorded trade"}
    # Of six directed pairs three are recorded above zero; a recorded 0 is no measurement.
    assert world.unrecorded == 3
    doubled = base_world(TRADE, SIZES, 2011, output_over_gdp=2.0)
    np.testing.assert_allclose(np.diagonal(doubled.trade), [170.0, 380.0, 95.0])


def test_sizes_are_brought_to_the_prices_of_the_year() -> None:
    later = TRADE.with_columns(year=pl.lit(2014, pl.Int64)), SIZES.with_columns(year=pl.lit(2014, pl.Int64))
    world = base_world(*later, 2014)
    # Consumer prices in the United States: 224.939 in 2011, 236.736 in 2014.
    assert world.trade.sum(axis=1)[0] == pytest.approx(100.0 * 236.736 / 224.939, rel=1e-12)
    assert base_world(*later, 2014, measure="gdp_current").trade.sum(axis=1)[0] == pytest.approx(100.0)


def test_who_cannot_be_placed_is_left_out_and_named() -> None:
    more = pl.concat([TRADE, flows(("A", "E", 2011, 1.0), ("D", "A", 2011, 70.0))])
    world = base_world(more, SIZES, 2011)
    assert world.countries == ("A", "B", "C")
    assert world.left_out["E"] == "no gdp"
    assert "exports reach its output" in world.left_out["D"]
    assert any("D (exports reach its output" in caveat for caveat in world.caveats)


def test_a_year_without_data_is_refused() -> None:
    with pytest.raises(InputError, match="base_year 1999: no trade recorded; years with trade are 2011 to 2011"):
        base_world(TRADE, SIZES, 1999)
    with pytest.raises(InputError, match="base_year 2011: no gdp recorded"):
        base_world(TRADE, sizes(("A", 1990, 1.0)), 2011)


def test_suspect_flows_of_the_client_are_set_aside_and_told() -> None:
    verdicts = pl.DataFrame(
        {
            "client": ["A", "A", "B"], "partner": ["B", "C", "A"], "year": [2011] * 3,
            "direction": ["import", "export", "import"], "suspect": [True, True, True],
        }
    )  # fmt: skip
    world = with_flows_set_aside(base_world(TRADE, SIZES, 2011), verdicts, ["A"])
    # B sold 20 to A; it is not believed, so B sells them at home. A sold nothing to C. B's own verdict is not asked.
    np.testing.assert_allclose(world.trade, [[70.0, 30.0, 0.0], [0.0, 200.0, 0.0], [0.0, 5.0, 45.0]])
    assert world.set_aside == (("B", "A", 20.0),)
    assert world.basis == "vetted"
    assert any("B to A 20" in caveat for caveat in world.caveats)


# -- names ---------------------------------------------------------------------------------------------------


def actor(code: str, *members: str, before: str | None = None) -> Actor:
    return Actor(code, code.title(), "bloc" if members else "state", None, None, before, members, ())


ACTORS = Actors(
    {
        one.id: one
        for one in (
            actor("SUN"), actor("RUS", before="SUN"), actor("CHN"), actor("PRK"), actor("TWO", "CHN", "RUS", "PRK")
        )
    }
)  # fmt: skip


def test_a_predecessor_holds_the_place_of_a_country_and_is_told() -> None:
    found = resolve(ACTORS, "RUS", 1980, {"SUN", "CHN"}, {}, "s.toml, restriction 1, sender")
    assert found.countries == ("SUN",)
    assert found.notes == ("Rus (RUS) was Sun (SUN) in 1980",)


def test_a_group_stands_for_its_members_that_are_in_the_world() -> None:
    found = resolve(ACTORS, "two", 2011, {"RUS", "CHN"}, {"PRK": "no gdp"}, "s.toml")
    assert (found.text, found.countries) == ("TWO", ("CHN", "RUS"))
    assert found.notes == ("Prk (PRK), a member of two, is not in the world of 2011 (no gdp)",)
    assert resolve(ACTORS, "RUS+CHN", 2011, {"RUS", "CHN"}, {}, "").countries == ("RUS", "CHN")


def test_names_that_mean_nobody_are_refused() -> None:
    with pytest.raises(InputError, match="restriction 1, target: unknown country 'XYZ'"):
        resolve(ACTORS, "XYZ", 2011, {"RUS"}, {}, "s.toml, restriction 1, target")
    with pytest.raises(InputError, match=r"target: Prk \(PRK\) is not in the world of 2011 \(no gdp\)"):
        resolve(ACTORS, "PRK", 2011, {"RUS"}, {"PRK": "no gdp"}, "s.toml, target")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("CHN+CHN", r"names a country twice \(CHN\)"),
        ("CHN+chn", r"names a country twice \(CHN, in CHN and in chn\)"),
        ("TWO+RUS", r"names a country twice \(RUS, in TWO and in RUS\)"),
        ("CHN++RUS", r"has a \+ without a name beside it"),
        ("+CHN", r"has a \+ without a name beside it"),
        ("CHN+ ", r"has a \+ without a name beside it"),
        ("CHN+XYZ", "unknown country 'XYZ'"),
    ],
)
def test_joined_names_that_hold_a_slip_are_refused(text: str, why: str) -> None:
    with pytest.raises(InputError, match=rf"^s\.toml, sender: .*{why}"):
        resolve(ACTORS, text, 2011, {"RUS", "CHN"}, {"PRK": "no gdp"}, "s.toml, sender")


# -- cells ---------------------------------------------------------------------------------------------------


def test_direction_is_seen_from_the_target() -> None:
    world = made()

    def cells(direction: str) -> set[tuple[str, str, str]]:
        scenario = scenario_of({"base_year": 2011, "restriction": [cut("AB", "C", direction)]})
        return set(effects(scenario, named(world)).cells)

    assert cells("import") == {("", "A", "C"), ("", "B", "C")}
    assert cells("export") == {("", "C", "A"), ("", "C", "B")}
    assert cells("both") == cells("import") | cells("export")


def test_a_cut_is_a_factor_on_trade_and_a_cost_one_to_the_power_of_minus_theta() -> None:
    assert Effect(1.0, 1.0, "").factor(4.0) == 0.0
    assert Effect(0.25, 1.0, "").factor(4.0) == 0.75
    assert Effect(0.0, 1.2, "").factor(4.0) == pytest.approx(1.2**-4)
    assert Effect(1.0, 1.0, "").iceberg(4.0) == float("inf")
    assert Effect(0.25, 1.0, "").iceberg(4.0) ** -4 == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"restriction": [cut("A", "B"), cut("A", "B", cut=0.5)]}, "restriction 2: sales of A to B are already"),
        ({"restriction": [cut("AB", "C"), cut("B", "C", "export")]}, "restriction 2: sales of C to B are"),
        ({"restriction": [cut("A", "B", "import"), cut("B", "A", "export")]}, "restriction 2: sales of A to B are"),
        ({"restriction": [cut("A", "AB")]}, "restriction 1, sender: A is both sender and target"),
        ({"restriction": [cut("A", "X")]}, "restriction 1, target: unknown country 'X'"),
        (
            {"restriction": [cut("A", "B")], "support": [support("A", "B", kind="cost", size=0.1)]},
            "support 1: sales of A to B are already changed by restriction 1; keep one of the two",
        ),
        ({"support": [support("A", "A")]}, "support 1, patron: A is both patron and client"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_refused(given: dict[str, Any], why: str) -> None:
    scenario = scenario_of({"base_year": 2011, **given}, "s.toml")
    with pytest.raises(InputError) as refused:
        effects(scenario, named(made()))
    assert str(refused.value).startswith(f"s.toml, {why}")


# -- results -------------------------------------------------------------------------------------------------


@given(st.integers(2, 7), st.integers(0, 10_000))
def test_a_cut_of_nothing_changes_nothing(size: int, seed: int) -> None:
    outcome = solved(made(size, seed), restriction=[cut("A", "B", cut=0)])
    for key in ("welfare", "price", "wage"):
        np.testing.assert_allclose(of(outcome, key), 0.0, atol=1e-9)


def test_a_restriction_is_what_the_solver_says_of_its_cells() -> None:
    world = made()
    outcome = solved(world, theta=5, restriction=[cut("AB", "C", "import", cut=0.4), cut("D", "C", "export")])
    change = np.ones((5, 5))
    change[0, 2] = change[1, 2] = 0.6
    change[2, 3] = 0.0
    direct = equilibrium(world.trade, change, 5.0)
    np.testing.assert_allclose(of(outcome, "welfare"), 100.0 * (direct.welfare - 1.0), atol=1e-9)
    np.testing.assert_allclose(of(outcome, "price"), 100.0 * (direct.prices - 1.0), atol=1e-9)
    assert [row["role"] for row in outcome.welfare] == ["sender", "sender", "target", "sender", "other"]
    found = {(row["exporter"], row["importer"]): row for row in outcome.trade}
    assert found["C", "D"]["value"] == 0.0
    assert found["A", "C"]["value"] == pytest.approx(direct.trade[0, 2])
    assert ("A", "B") not in found
    assert outcome.residual <= 1e-12


def test_a_transfer_is_spent_where_it_arrives() -> None:
    # Without costs of trade and with one taste everywhere prices do not move, so welfare moves with spending alone.
    shares = np.array([0.2, 0.3, 0.5])
    trade = np.outer(shares, [200.0, 300.0, 500.0])
    found = solve_changed(trade, np.ones((3, 3)), np.array([10.0, -10.0, 0.0]), 4.0, "additive", "error", "ABC")
    np.testing.assert_allclose(found.welfare, [1.05, 1 - 10 / 300, 1.0], atol=1e-12)
    np.testing.assert_allclose(found.prices, 1.0, atol=1e-12)


def test_a_group_that_gives_shares_the_transfer() -> None:
    world = made()
    together = solved(world, support=[{"patron": "AB", "client": "C", "kind": "transfer", "size": 0.1}])
    apart = solved(
        world, support=[{"patron": one, "client": "C", "kind": "transfer", "size": 0.05} for one in "AB"]
    )  # fmt: skip
    np.testing.assert_allclose(of(together, "welfare"), of(apart, "welfare"), atol=1e-12)
    assert together.welfare[2]["welfare"] > 0.0


def test_a_patron_cannot_give_as_much_as_it_spends() -> None:
    world = made()
    spending, income = world.trade[:, 0].sum(), world.trade[0].sum()
    with pytest.raises(InputError) as refused:
        solved(world, support=[{"patron": "A", "client": "C", "kind": "transfer", "size": 1e12}])
    assert str(refused.value) == (
        f"s.toml, support, size: A would give 1e+12 USD million, and spends {spending:,.10g} of an income of "
        f"{income:,.10g}; make its transfers smaller"
    )
    # Two halves make a whole, and what a patron is given it can give away.
    halves = [{"patron": "A", "client": one, "kind": "transfer", "size": spending / 2} for one in "BC"]
    with pytest.raises(InputError, match="A would give"):
        solved(world, support=halves)
    passed_on = [
        {"patron": "BD", "client": "A", "kind": "transfer", "size": 0.6 * spending},
        {"patron": "A", "client": "C", "kind": "transfer", "size": spending},
    ]
    assert solved(world, support=passed_on).welfare[2]["welfare"] > 0.0


def test_cheaper_trade_raises_the_welfare_of_the_client() -> None:
    world = made()
    outcome = solved(world, support=[{"patron": "A", "client": "C", "kind": "cost", "size": 0.1}])
    change = np.ones((5, 5))
    change[0, 2] = change[2, 0] = 0.9**-4
    np.testing.assert_allclose(of(outcome, "welfare"), 100 * (equilibrium(world.trade, change).welfare - 1), atol=1e-9)
    assert outcome.welfare[2]["welfare"] > 0.0


def test_isolation_is_refused_with_the_file_or_dropped_where_asked() -> None:
    world = made(3)
    with pytest.raises(InputError, match=r"^s\.toml: C: cut off from all other trade"):
        solved(world, restriction=[cut("AB", "C")])
    outcome = solved(world, imbalance_if_isolated="zero", restriction=[cut("AB", "C")])
    home = world.trade[2, 2] / world.trade[:, 2].sum()
    spending, income = world.trade[:, 2].sum(), world.trade[2].sum()
    assert outcome.welfare[2]["welfare"] == pytest.approx(100.0 * (income / spending * home**0.25 - 1.0), abs=1e-9)
    assert any("loses its imbalance" in caveat for caveat in outcome.caveats)


def test_caveats_and_parameters_travel_with_the_result() -> None:
    told = solved(made(), restriction=[cut("A", "B")]).as_dict()
    assert (told["base_year"], told["theta"], told["output_over_gdp"]) == (2011, 4.0, 1.0)
    assert "elasticity_inputs" not in told
    assert told["changes"] == [{"change": "restriction", "sender": "A", "target": "B", "direction": "both", "cut": 1}]
    assert any("output_over_gdp" in caveat for caveat in told["caveats"])


# -- many sectors --------------------------------------------------------------------------------------------


def sectoral(folder: Path, **given: Any) -> tuple[Scenario, SectorEconomy]:
    scenario = scenario_of({"tables": "tables", **given}, "s.toml", folder)
    return scenario, read_tables(folder / "tables", "s.toml, tables")


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """A folder with tables of three regions and two sectors, as CSV."""
    (tmp_path / "tables").mkdir()
    for name, frame in made_tables(3, 2, 1).items():
        frame.write_csv(tmp_path / "tables" / f"{name}.csv")
    return tmp_path


def test_a_sector_is_cut_in_the_tables_as_the_economy_says(tables: Path) -> None:
    scenario, economy = sectoral(tables, restriction=[cut("r00", "r02", "import", sector="s01", cut=0.5)])
    outcome = solve_sectors(scenario, economy)
    iceberg = pl.DataFrame({"sector": ["s01"], "exporter": ["r00"], "importer": ["r02"], "factor": [0.5 ** (-1 / 9)]})
    direct = economy.counterfactual(iceberg=iceberg)
    np.testing.assert_allclose(of(outcome, "welfare"), direct.welfare["real_income"].to_numpy(), atol=1e-8)
    assert outcome.welfare[2]["role"] == "target"
    assert {row["sector"] for row in outcome.trade} == {"s00", "s01"}


def test_a_tariff_brings_revenue(tables: Path) -> None:
    raised = {"importer": "r02", "exporter": "r00", "sector": "s00", "rate": 0.5}
    scenario, economy = sectoral(tables, tariff=[raised], deficits="data")
    outcome = solve_sectors(scenario, economy)
    rates = pl.DataFrame({"sector": ["s00"], "exporter": ["r00"], "importer": ["r02"], "tariff": [0.5]})
    direct = economy.counterfactual(tariff=rates, deficits="data")
    np.testing.assert_allclose(of(outcome, "welfare"), direct.welfare["real_income"].to_numpy(), atol=1e-8)
    np.testing.assert_allclose([row["value"] for row in outcome.revenue], direct.revenue["value"].to_numpy())


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"restriction": [cut("r00", "r02", sector="s09")]}, "restriction 1, sector: 's09' is not a sector"),
        ({"restriction": [cut("r09", "r02")]}, "restriction 1, sender: 'r09' is not a region of the tables"),
        ({"restriction": [cut("r00+r00", "r02")]}, "sender: 'r00+r00' names a region twice"),
        ({"restriction": [cut("r00", "r02"), cut("r00", "r02", sector="s00")]}, "sales of r00 to r02 in s00 are"),
        ({"restriction": [cut("r00", "r02", sector="s00"), cut("r00", "r02")]}, "restriction 2: sales of r00 to r02"),
        ({"tariff": [{"importer": "r00", "exporter": "r00", "rate": 0.1}]}, "r00 takes no tariff on itself"),
        ({"tariff": [{"importer": "r00", "exporter": "r01", "rate": 0.1}] * 2}, "tariff 2: the tariff of r00 on r01"),
        ({"fixed_capacity": ["s09"], "restriction": [cut("r00", "r02")]}, "fixed_capacity: 's09' is not a sector"),
        ({"support": [support("r00", "r01")]}, "a transfer needs the model of one sector"),
    ],
)  # fmt: skip
def test_what_the_tables_do_not_know_is_refused(tables: Path, given: dict[str, Any], why: str) -> None:
    with pytest.raises(InputError) as refused:
        solve_sectors(*sectoral(tables, **given))
    assert why in str(refused.value)
    assert str(refused.value).startswith("s.toml, ")


def test_tables_that_are_not_there_are_named(tables: Path) -> None:
    (tables / "tables" / "theta.csv").unlink()
    with pytest.raises(InputError, match=r"s\.toml, tables: tables holds no table theta"):
        read_tables(tables / "tables", "s.toml, tables")
    with pytest.raises(InputError, match="no folder"):
        read_tables(tables / "nowhere", "s.toml, tables")


@pytest.mark.skipif(not NAFTA.is_dir(), reason="the shared data are not here")
def test_tariffs_of_nafta_give_the_published_first_order_welfare() -> None:
    trade = pl.read_parquet(NAFTA / "trade.parquet")
    moved = trade.filter(pl.col("tariff_cfl") != pl.col("tariff_bln"))
    rows = moved.select("importer", "exporter", "sector", rate="tariff_cfl").to_dicts()
    scenario = scenario_of({"tables": "nafta", "tariff": rows}, "nafta.toml", NAFTA.parent)
    found = {row["country"]: row for row in solve_sectors(scenario, read_tables(NAFTA, "nafta.toml, tables")).welfare}
    assert found["Mexico"]["first_order"] == pytest.approx(1.3121, abs=5e-5)
    assert found["Mexico"]["welfare"] == pytest.approx(0.0073, abs=5e-5)
    assert {name for name, row in found.items() if row["role"] == "target"} == {"Canada", "Mexico", "USA"}


def test_effects_name_roles_once() -> None:
    found = Effects({}, (), ("C",), ("A",), ("B",), ())
    assert [found.role(one) for one in "ABCD"] == ["sender", "patron", "target", "other"]
