"""``khasan gravity``: what is printed for scenarios and coalitions, and what is refused."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Khasan, Said
from tests.gravity.worlds import made_tables

TRADE = """ccode1,ccode2,year,flow1,flow2
710,731,2011,900,1500
365,731,2011,60,300
740,731,2011,20,10
710,365,2011,20000,30000
2,710,2011,90000,60000
2,365,2011,9000,8000
740,710,2011,50000,60000
740,2,2011,50000,70000
740,365,2011,4000,9000
732,731,2011,0,0
732,710,2011,3000,2000
"""
SIZES = """ccode,year,wbgdp2011est,wbpopest,sdpest
710,2011,30.4,,
731,2011,24.5,,
365,2011,28.8,,
2,2011,30.5,,
740,2011,29.2,,
732,2011,28.1,,
710,2013,30.5,,
"""
EMBARGO = 'base_year = 2011\n[[restriction]]\nsender = "CHN"\ntarget = "North Korea"\ncut = 1\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the two files of a made-up world."""
    made = tmp_path_factory.mktemp("world")
    (made / "trade.csv").write_text(TRADE, encoding="utf-8")
    (made / "cow_sdp_gdp.csv").write_text(SIZES, encoding="utf-8")
    return made


@pytest.fixture
def ledger(folder: Path, khasan: Khasan) -> Path:
    """A ledger with that world."""
    path = folder / "world.duckdb"
    if not path.exists():
        assert khasan("load", "cow-trade", folder / "trade.csv", "--ledger", path).status == 0
        assert khasan("load", "anders-gdp", folder / "cow_sdp_gdp.csv", "--ledger", path).status == 0
    return path


@pytest.fixture
def embargo(tmp_path: Path) -> Path:
    path = tmp_path / "embargo.toml"
    path.write_text(EMBARGO, encoding="utf-8")
    return path


def asked(said: Said) -> Any:
    """Read the object that a command printed."""
    assert said.status == 0, said
    return json.loads(said.out)


def refused(said: Said) -> str:
    assert said.status == 2, said
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    return said.err


def test_a_scenario_prints_one_object_with_its_provenance(khasan: Khasan, ledger: Path, embargo: Path) -> None:
    told = asked(khasan("gravity", "counterfactual", embargo, "--ledger", ledger, "--format", "json"))
    assert (told["scenario"], told["base_year"], told["theta"], told["basis"]) == (
        "embargo.toml",
        2011,
        4.0,
        "reported",
    )
    welfare = {row["country"]: row for row in told["welfare"]}
    assert welfare["PRK"]["role"] == "target"
    assert -2.0 < welfare["PRK"]["welfare"] < -0.5
    assert [row["data_set"] for row in told["data"]] == ["cow-trade", "anders-gdp"]
    trade = {(row["exporter"], row["importer"]): row for row in told["trade"]}
    assert [trade["CHN", "PRK"][key] for key in ("baseline", "value", "change")] == [1500.0, 0.0, -100.0]
    assert told["residual"] <= 1e-12
    assert told["caveats"]


def test_other_forms_hold_the_same_and_notes_go_beside_them(khasan: Khasan, ledger: Path, embargo: Path) -> None:
    table = khasan("gravity", "counterfactual", embargo, "--ledger", ledger)
    assert "change in percent" in table.out
    assert "note: no data set holds own sales" in table.out
    rows = khasan("gravity", "counterfactual", embargo, "--ledger", ledger, "--format", "csv")
    assert rows.out.splitlines()[0] == "country,role,welfare,price,wage"
    assert len(rows.out.splitlines()) == 7
    assert "note: no data set holds own sales" in rows.err


def test_a_coalition_prints_the_agreed_keys_and_adds_up(khasan: Khasan, ledger: Path) -> None:
    arguments = ("gravity", "coalition", "PRK", "--senders", "CHN,RUS,KOR", "--ledger", ledger, "--format", "json")
    told = asked(khasan(*arguments))
    assert (told["target"], told["members"], told["base_year"]) == ("PRK", ["CHN", "RUS", "KOR"], 2011)
    assert len(told["coalitions"]) == 8
    assert sum(told["shapley"].values()) == pytest.approx(told["coalitions"][-1]["value"], abs=1e-12)
    assert told["shapley"]["KOR"] == 0.0
    assert any(caveat.startswith("KOR: no trade with PRK is recorded") for caveat in told["caveats"])
    scenario = {one["members"][0]: one["value"] for one in told["coalitions"] if len(one["members"]) == 1}
    assert told["first_in"] == pytest.approx(scenario)


def test_scenario_and_coalition_agree(khasan: Khasan, ledger: Path, embargo: Path) -> None:
    welfare = asked(khasan("gravity", "counterfactual", embargo, "--ledger", ledger, "--format", "json"))["welfare"]
    value = asked(khasan("gravity", "coalition", "PRK", "--senders", "CHN", "--ledger", ledger, "--format", "json"))
    lost = next(-row["welfare"] for row in welfare if row["country"] == "PRK")
    assert value["coalitions"][1]["value"] == pytest.approx(lost, abs=1e-9)


def test_questions_of_a_coalition_are_answered(khasan: Khasan, ledger: Path) -> None:
    said = khasan(
        "gravity", "coalition", "PRK", "--senders", "CHN,JPN", "--patron", "RUS", "--loss", "1", "--ledger", ledger
    )
    for words in ("PRK loses", "One more member", "Who must join", "What undoes it", "transfer"):
        assert words in said.out
    rows = khasan("gravity", "coalition", "PRK", "--senders", "CHN,JPN", "--ledger", ledger, "--format", "csv")
    assert rows.out.splitlines()[0] == "member,shapley,low,high,first_in,last_in,own_cost,unit"


def test_charts_are_drawn_beside_the_result(khasan: Khasan, ledger: Path, embargo: Path, tmp_path: Path) -> None:
    one, other = tmp_path / "scenario.svg", tmp_path / "coalition.svg"
    khasan("gravity", "counterfactual", embargo, "--ledger", ledger, "--chart", one)
    khasan("gravity", "coalition", "PRK", "--senders", "CHN,JPN", "--ledger", ledger, "--chart", other)
    for path in (one, other):
        text = path.read_text(encoding="utf-8")
        assert text.startswith("<svg")
        assert ">CHN</text>" in text


def restricted(sender: str, target: str = "PRK", year: int = 2011) -> str:
    return f'base_year = {year}\n[[restriction]]\nsender = "{sender}"\ntarget = "{target}"\ncut = 1\n'


AGAIN = '[[restriction]]\nsender = "CHN"\ntarget = "PRK"\ndirection = "import"\ncut = 1\n'
WRONG = {
    "year": (restricted("CHN", year=1999), "embargo.toml, base_year 1999: no trade recorded"),
    "country": (restricted("Atlantis"), "embargo.toml, restriction 1, sender: unknown country 'Atlantis'"),
    "twice in one": (restricted("CHN+CHN"), "restriction 1, sender: 'CHN+CHN' names a country twice (CHN)"),
    "a plus too many": (restricted("CHN++RUS"), "restriction 1, sender: 'CHN++RUS' has a + without a name beside it"),
    "nothing": ("base_year = 2011\n", "embargo.toml, scenario: nothing changes; add a [[restriction]] or [[support]]"),
    "all that it has": (
        EMBARGO + '[[support]]\npatron = "RUS"\nclient = "PRK"\nkind = "transfer"\nsize = 1e12\n',
        "embargo.toml, support, size: RUS would give 1e+12 USD million, and spends ",
    ),
    "left out": (restricted("FRA"), "restriction 1, sender: France (FRA) is not in the world of 2011"),
    "twice": (EMBARGO + AGAIN, "embargo.toml, restriction 2: sales of CHN to PRK are already changed by restriction 1"),
    "isolated": (restricted("CHN+RUS+JPN"), "embargo.toml: PRK: cut off from all other trade"),
    "vetted": ('basis = "vetted"\n' + EMBARGO, "its trade was not vetted"),
    "compiler": ('compiler = "Nobody"\n' + EMBARGO, "compiler 'Nobody': no trade by it"),
    "current": ('gdp = "gdp_current"\n' + EMBARGO, "holds no panel state_year with gdp_current"),
}


@pytest.mark.parametrize("name", list(WRONG))
def test_a_wrong_scenario_is_refused_in_one_line(khasan: Khasan, ledger: Path, embargo: Path, name: str) -> None:
    text, why = WRONG[name]
    embargo.write_text(text, encoding="utf-8")
    assert why in refused(khasan("gravity", "counterfactual", embargo, "--ledger", ledger, "--format", "json"))


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("PRK", "--senders", "CHN,CHN"), "senders: CHN (in CHN) is already a sender"),
        (("PRK", "--senders", "PRK,CHN"), "PRK (in PRK) is already the target"),
        (("PRK", "--senders", "Atlantis"), "senders: unknown country 'Atlantis'"),
        (("PRK", "--senders", ","), "senders: none given"),
        (("PRK", "--senders", "CHN", "--base-year", "2013"), "base_year 2013: no trade recorded"),
        (("PRK", "--senders", "CHN", "--theta", "-1"), "--theta -1: must be a number above 0"),
        (("PRK", "--senders", "CHN", "--cut", "1.5"), "--cut 1.5: must be above 0 and at most 1"),
        (("PRK", "--senders", "CHN", "--seed", "-1"), "--seed -1: give a whole number from 0 on"),
        (("PRK", "--senders", "CHN", "--orders", "0"), "--orders 0: give an even number from 4 on"),
        (("PRK", "--senders", "CHN", "--orders", "5"), "--orders 5: give an even number from 4 on"),
        (("PRK", "--senders", "CHN+CHN,RUS"), "senders: 'CHN+CHN' names a country twice (CHN)"),
        (("PRK", "--senders", "CHN", "--imbalance", "none"), "--imbalance none: not known"),
        (("PRK", "--senders", "CHN", "--patron", "CHN"), "patron CHN: is among the senders"),
        (("CHN+RUS", "--senders", "JPN"), "target CHN+RUS: a group"),
    ],
)
def test_a_wrong_question_is_refused_in_one_line(
    khasan: Khasan, ledger: Path, arguments: tuple[str, ...], why: str
) -> None:
    assert why in refused(khasan("gravity", "coalition", *arguments, "--ledger", ledger))


def test_a_seed_of_ranges_is_refused_too(khasan: Khasan, ledger: Path, embargo: Path) -> None:
    arguments = ("gravity", "counterfactual", embargo, "--ledger", ledger, "--seed", "-1")
    assert "--seed -1: give a whole number from 0 on" in refused(khasan(*arguments))


def test_one_year_with_effects_of_the_pair_is_refused_in_one_line(khasan: Khasan, ledger: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyfixest", reason="the extra gravity is not installed")
    agreements = tmp_path / "agreements.csv"
    agreements.write_text("one,other,kind,start,end\nCHN,RUS,treaty,2001-07-16,\n", encoding="utf-8")
    arguments = ("gravity", "estimate", "--ledger", ledger, "--alliances", "none", "--agreements", agreements)
    assert "three-way effects need two years or more, and only 2011 is left" in refused(khasan(*arguments))


def test_a_share_that_is_none_is_left_out_of_the_title(khasan: Khasan, ledger: Path) -> None:
    arguments = ("gravity", "coalition", "PRK", "--senders", "CHN,JPN", "--ledger", ledger, "--imbalance", "additive")
    shown = " ".join(khasan(*arguments).out.partition("member")[0].split())
    told = asked(khasan(*arguments, "--format", "json"))
    share = told["potential"]["share"]
    wanted = "" if share is None else f", {share:.1%} of what the whole world could do"
    assert shown == f"PRK loses {told['coalitions'][-1]['value']:.4f} percent to CHN, JPN{wanted}"


DAY = ("--as-of", "2015-06-01")


def test_the_day_of_as_of_is_printed(khasan: Khasan, ledger: Path, embargo: Path) -> None:
    for command in (("counterfactual", embargo), ("coalition", "PRK", "--senders", "CHN")):
        arguments = ("gravity", *command, "--ledger", ledger)
        assert asked(khasan(*arguments, *DAY, "--format", "json"))["as_of"] == "2015-06-01"
        assert "as_of" not in asked(khasan(*arguments, "--format", "json"))
        assert "note: of the ledger nothing was used that was not known on 2015-06-01" in khasan(*arguments, *DAY).out
        assert "known on 2015-06-01" in khasan(*arguments, *DAY, "--format", "csv").err


def test_tables_are_named_with_the_hash_of_each_file(khasan: Khasan, tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    for name, frame in made_tables(3, 2, seed=1).items():
        frame.write_csv(tmp_path / "tables" / f"{name}.csv")
    (tmp_path / "tables" / "caveats.csv").write_text("caveat\nMade up.\n", encoding="utf-8")
    (tmp_path / "tables" / "notes.csv").write_text("not read\n", encoding="utf-8")
    scenario = tmp_path / "cut.toml"
    scenario.write_text(
        'tables = "tables"\n[[restriction]]\nsender = "r01"\ntarget = "r00"\ncut = 0.5\n', encoding="utf-8"
    )
    told = asked(khasan("gravity", "counterfactual", scenario, *DAY, "--format", "json"))
    names = ("trade", "inputs", "final_demand", "value_added", "deficit", "theta", "caveats")
    assert [row["data_set"] for row in told["data"]] == [f"tables/{name}.csv" for name in names]
    for name, row in zip(names, told["data"], strict=True):
        digest = hashlib.sha256((tmp_path / "tables" / f"{name}.csv").read_bytes()).hexdigest()
        assert (row["sha256"], row["version"]) == (digest, digest[:8])
    assert told["as_of"] == "2015-06-01"
    assert any("carry no day from which they were known" in caveat for caveat in told["caveats"])
    chart = tmp_path / "cut.svg"
    assert khasan("gravity", "counterfactual", scenario, "--chart", chart).status == 0
    assert chart.read_text(encoding="utf-8").startswith("<svg")


def test_without_trade_nothing_is_solved(khasan: Khasan, embargo: Path) -> None:
    assert "needs recorded trade" in refused(khasan("gravity", "counterfactual", embargo))
    assert "--ledger" in refused(khasan("gravity", "coalition", "PRK", "--senders", "CHN"))
