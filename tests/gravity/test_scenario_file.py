"""Scenario files: what is read, and what is refused with the file and the key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from khasan.gravity.scenario.document import read_scenario, scenario_of
from khasan.gravity.scenario.schema import ROOT, keys
from khasan.ledger.errors import InputError

CUT = {"sender": "CHN", "target": "PRK", "direction": "import", "cut": 1}


def one(**changed: Any) -> dict[str, Any]:
    """Return a scenario with one restriction, some of whose keys are changed; None takes a key out."""
    restriction = {key: value for key, value in (CUT | changed).items() if value is not None}
    return {"base_year": 2012, "restriction": [restriction]}


def test_a_file_is_read_with_its_defaults(tmp_path: Path) -> None:
    path = tmp_path / "embargo.toml"
    path.write_text(
        'base_year = 2014\ntheta = 5\n[[restriction]]\nsender = "EU"\ntarget = "RUS"\ncut = 0.25\n'
        '[[support]]\npatron = "CHN"\nclient = "RUS"\nkind = "cost"\nsize = 0.1\n',
        encoding="utf-8",
    )
    read = read_scenario(path)
    assert (read.name, read.folder, read.has_sectors) == ("embargo.toml", tmp_path, False)
    assert (read.settings["base_year"], read.settings["theta"], read.settings["imbalance"]) == (2014, 5, "additive")
    assert (read.settings["basis"], read.settings["output_over_gdp"]) == ("reported", 1.0)
    (restriction,), (support,) = read.restrictions, read.supports
    assert (restriction["direction"], restriction["cut"], restriction["cost"]) == ("both", 0.25, None)
    assert (support.place, support["kind"], support["size"]) == ("support 1", "cost", 0.1)


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown key": ({"base_year": 2012, "thetta": 4}, "s.toml, thetta: not a key of a scenario; did you mean"),
    "a key unknown to a restriction": (one(direktion="both"), "restriction 1, direktion: not a key"),
    "an unknown table": ({"base_year": 2012, "embargo": [{"sender": "CHN"}]}, "s.toml, embargo: not a table"),
    "nothing that changes": ({"base_year": 2012}, "s.toml, scenario: nothing changes; add a [[restriction]]"),
    "tables and nothing that changes": (
        {"tables": "nafta", "restriction": []}, "nothing changes; add a [[restriction]], [[support]] or [[tariff]]"
    ),
    "no base year": ({"theta": 4.0}, "s.toml, base_year: missing"),
    "a year as text": ({"base_year": "2012"}, "s.toml, base_year: '2012' is not a whole number"),
    "a year that is true": ({"base_year": True}, "s.toml, base_year: True is not a whole number"),
    "a theta of zero": ({"base_year": 2012, "theta": 0}, "s.toml, theta: 0 is out of range; it must be above 0"),
    "a theta that is no number": ({"base_year": 2012, "theta": float("nan")}, "theta: nan is not a number"),
    "an unknown closure": ({"base_year": 2012, "imbalance": "fixed"}, "imbalance: 'fixed' is not known"),
    "no sender": (one(sender=None), "restriction 1, sender: missing"),
    "an empty sender": (one(sender=" "), "restriction 1, sender: ' ' is not a word"),
    "a list of senders": (one(sender=["CHN"]), "restriction 1, sender: ['CHN'] is not a word"),
    "an unknown direction": (one(direction="in"), "direction: 'in' is not known; choose import, export or both"),
    "a cut above one": (one(cut=1.5), "restriction 1, cut: 1.5 is out of range; it must be from 0 to 1"),
    "a cut below zero": (one(cut=-0.1), "restriction 1, cut: -0.1 is out of range"),
    "a cut as text": (one(cut="all"), "restriction 1, cut: 'all' is not a number"),
    "neither cut nor cost": (one(cut=None), "restriction 1, cut: give either cut or cost"),
    "both cut and cost": (one(cost=0.2), "restriction 1, cut: give either cut or cost"),
    "a cost that does not rise": (one(cut=None, cost=0), "restriction 1, cost: 0 is out of range"),
    "a sector without tables": (one(sector="Mining"), "restriction 1, sector: it needs tables of many sectors"),
    "one table for a list": ({"base_year": 2012, "restriction": CUT}, "restriction: not a list of tables"),
    "an unknown kind": (
        {"base_year": 2012, "support": [{"patron": "RUS", "client": "PRK", "kind": "oil", "size": 1}]},
        "support 1, kind: 'oil' is not known; choose transfer or cost",
    ),
    "a cost that falls to nothing": (
        {"base_year": 2012, "support": [{"patron": "RUS", "client": "PRK", "kind": "cost", "size": 1}]},
        "support 1, size: 1 is out of range",
    ),
    "a transfer of nothing": (
        {"base_year": 2012, "support": [{"patron": "RUS", "client": "PRK", "kind": "transfer", "size": 0}]},
        "support 1, size: 0 is out of range; it must be above 0",
    ),
    "a transfer that ratios cannot hold": (
        {
            "base_year": 2012, "imbalance": "multiplicative",
            "support": [{"patron": "RUS", "client": "PRK", "kind": "transfer", "size": 5}],
        },
        "support 1, kind: a transfer is money",
    ),
    "a tariff without tables": ({"base_year": 2012, "tariff": [{}]}, "tariff 1: tariffs need tables of many sectors"),
    "theta beside tables": ({"tables": "nafta", "theta": 4.0}, "theta: with tables of many sectors it has no meaning"),
    "a tariff that eats the price": (
        {"tables": "nafta", "tariff": [{"importer": "A", "exporter": "B", "rate": -1}]},
        "tariff 1, rate: -1 is out of range; it must be above -1",
    ),
    "fixed capacity as one word": ({"tables": "nafta", "fixed_capacity": "Mining"}, "is not a list of words"),
}  # fmt: skip


@pytest.mark.parametrize("name", list(REFUSED))
def test_what_is_wrong_is_named_with_file_and_key(name: str) -> None:
    given, why = REFUSED[name]
    with pytest.raises(InputError) as refused:
        scenario_of(given, "s.toml")
    assert why in str(refused.value)
    assert str(refused.value).startswith("s.toml, ")


def test_what_is_no_scenario_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_scenario(tmp_path / "none.toml")
    with pytest.raises(InputError, match="cannot be read"):
        read_scenario(tmp_path)
    (tmp_path / "a.toml").write_text("base_year = \n", encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.toml: not TOML .*line 1"):
        read_scenario(tmp_path / "a.toml")
    (tmp_path / "b.toml").write_bytes(b"base_year = 2012 # \xff")
    with pytest.raises(InputError, match="not text in UTF-8"):
        read_scenario(tmp_path / "b.toml")


def test_the_reference_page_names_every_key_with_its_default() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "scenario-file.md").read_text(encoding="utf-8")
    for table, own in keys().items():
        assert table == ROOT or f"[[{table}]]" in page
        for key in own:
            row = next((line for line in page.splitlines() if line.startswith(f"| `{key.name}` |")), "")
            assert row, f"{table}, {key.name}"
            assert all(choice in row for choice in key.choices)
