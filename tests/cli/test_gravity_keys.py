"""The page on keys of gravity holds exactly the keys that the commands print, with their types."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from tests.conftest import Khasan
from tests.gravity.worlds import made_tables

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "gravity-keys.md"
STATES = {
    "USA": 2, "CAN": 20, "MEX": 70, "BRA": 140, "GBR": 200, "NLD": 210, "BEL": 211, "FRA": 220, "ESP": 230, "DEU": 255,
    "POL": 290, "ITA": 325, "RUS": 365, "SWE": 380, "CHN": 710, "KOR": 732, "JPN": 740, "IND": 750, "PRK": 731,
}  # fmt: skip
"""Nineteen states with their numbers in the Correlates of War."""

SENDERS = ",".join([*list(STATES)[:16], "JPN+IND"])
"""Seventeen members, one more than are solved exactly; the last one is a group."""

ONE_SECTOR = """base_year = 2011
[[restriction]]
sender = "CHN"
target = "PRK"
cut = 0.9
[[restriction]]
sender = "JPN"
target = "PRK"
direction = "import"
cost = 0.2
[[support]]
patron = "RUS"
client = "PRK"
kind = "transfer"
size = 1
"""
RESTRICTED = """tables = "tables"
fixed_capacity = ["s00"]
[[restriction]]
sender = "r01"
target = "r00"
sector = "s01"
cut = 0.5
[[tariff]]
importer = "r00"
exporter = "r02"
rate = 0.1
"""
TARIFF = """tables = "tables"
[[tariff]]
importer = "r00"
exporter = "r02"
sector = "s01"
rate = 0.1
"""


class Told(NamedTuple):
    """What the page says of a key."""

    kind: str
    when: str


def page() -> dict[str, dict[str, Told]]:
    """Return the keys of the page by the heading under which they stand."""
    found: dict[str, dict[str, Told]] = {}
    heading = ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("##"):
            heading = line.strip("# ")
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `") and len(cells) == 5:
            for key in re.findall(r"`([^`]+)`", cells[0]):
                assert key not in found.setdefault(heading, {}), f"{heading}: {key} stands twice"
                found[heading][key] = Told(cells[1], cells[4])
    return found


def objects(
    result: Mapping[str, Any], heading: str, told: Mapping[str, Mapping[str, Told]]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every object of a result with the heading under which its keys must stand."""
    yield heading, dict(result)
    for key, value in result.items():
        if key in told and key in told[heading] and told[heading][key].kind in {"object", "list of objects"}:
            for one in value if isinstance(value, list) else [value]:
                if one is not None:
                    yield from objects(one, key, told)


def fits(value: object, kind: str) -> bool:
    """Whether a value is of a type in the words of the page."""
    if kind.startswith("list of ") and isinstance(value, list):
        return all(fits(one, kind.removeprefix("list of ").removesuffix("s")) for one in value)
    if kind.startswith("object of ") and isinstance(value, dict):
        return all(fits(one, kind.removeprefix("object of ").removesuffix("s")) for one in value.values())
    if isinstance(value, bool) or kind == "true or false":
        return isinstance(value, bool) and kind == "true or false"
    plain: dict[str, tuple[type, ...]] = {
        "text": (str,), "number": (int, float), "whole number": (int,), "object": (dict,), "list": (list,),
    }  # fmt: skip
    return isinstance(value, plain[kind])


def faults(results: Sequence[tuple[str, Mapping[str, Any]]]) -> list[str]:
    """List what the page and the results of some commands do not agree on."""
    told = page()
    seen: dict[str, list[dict[str, Any]]] = {}
    for command, result in results:
        for heading, one in objects(result, command, told):
            seen.setdefault(heading, []).append(one)
    said: list[str] = []
    for heading, found in seen.items():
        keys = told[heading]
        real = {key for one in found for key in one}
        said += [f"{heading}: {key} is not on the page" for key in sorted(real - set(keys))]
        said += [f"{heading}: {key} does not exist" for key in sorted(set(keys) - real)]
        for key in sorted(real & set(keys)):
            kind, when = keys[key]
            absent = any(key not in one for one in found)
            if absent != ("absent" in when):
                said.append(f"{heading}: {key} is {'' if absent else 'never '}absent")
            values = [one[key] for one in found if key in one]
            if None in values and "null" not in when:
                said.append(f"{heading}: {key} is null")
            if any(value in ([], {}, "") for value in values) and not re.search("empty|null", when):
                said.append(f"{heading}: {key} is empty")
            said += [f"{heading}: {key} holds {one!r}" for one in values if one is not None and not fits(one, kind)][:1]
    return said


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with trade and sizes of nineteen states, sanctions, tables of three regions, and scenarios."""
    made = tmp_path_factory.mktemp("keys")
    random = np.random.default_rng(5)
    numbers = tuple(STATES.values())
    trade, sizes = ["ccode1,ccode2,year,flow1,flow2"], ["ccode,year,wbgdp2011est,wbpopest,sdpest"]
    for year in range(2006, 2012):
        sizes += [f"{number},{year},{28.0 - (number == 731) * 3.0},," for number in numbers]
        for place, one in enumerate(numbers):
            for other in numbers[place + 1 :]:
                # South Korea and the North do not trade, so that there is a patron who has nothing to make cheaper.
                flows = np.exp(random.normal(5.0, 1.0, 2)) * ({one, other} != {731, 732})
                trade.append(f"{one},{other},{year},{flows[0]:.3f},{flows[1]:.3f}")
    (made / "trade.csv").write_text("\n".join(trade) + "\n", encoding="utf-8")
    (made / "cow_sdp_gdp.csv").write_text("\n".join(sizes) + "\n", encoding="utf-8")
    (made / "sanctions.csv").write_text(
        "sender,target,start,end,direction,depth\nCHN,PRK,2009-01-01,,both,partial\nJPN,PRK,2008-01-01,,both,full\n"
    )
    (made / "tables").mkdir()
    for name, frame in made_tables(3, 2, seed=1).items():
        frame.write_parquet(made / "tables" / f"{name}.parquet")
    for name, text in (("one", ONE_SECTOR), ("restricted", RESTRICTED), ("tariff", TARIFF)):
        (made / f"{name}.toml").write_text(text, encoding="utf-8")
    return made


@pytest.fixture
def ledger(folder: Path, khasan: Khasan) -> Path:
    path = folder / "world.duckdb"
    if not path.exists():
        assert khasan("load", "cow-trade", folder / "trade.csv", "--ledger", path).status == 0
        assert khasan("load", "anders-gdp", folder / "cow_sdp_gdp.csv", "--ledger", path).status == 0
    return path


def asked(khasan: Khasan, command: str, *words: object) -> tuple[str, dict[str, Any]]:
    """Run a command of gravity, and return its name with the object that it prints."""
    said = khasan("gravity", command, *words, "--format", "json")
    assert said.status == 0, said.err
    found: dict[str, Any] = json.loads(said.out)
    return command, found


def data_of(khasan: Khasan, command: str, *words: object) -> list[tuple[str, dict[str, Any]]]:
    """Return the rows on data of a command: those of loads, of files and of estimates stand under one heading."""
    _, told = asked(khasan, command, *words)
    return [("data", row) for row in told["data"]]


def test_keys_of_a_counterfactual_are_those_of_the_page(khasan: Khasan, folder: Path, ledger: Path) -> None:
    pytest.importorskip("SALib", reason="the extra uncertainty is not installed")
    one, theta = ("counterfactual", folder / "one.toml", "--ledger", ledger), ("--range", "theta=2:8", "--draws", 4)
    results = [
        asked(khasan, *one, "--as-of", "2016-01-01"),
        asked(khasan, *one, *theta, "--range", "output_over_gdp=1:2"),
        asked(khasan, "counterfactual", folder / "restricted.toml", "--range", "theta_factor=0.5:2", "--draws", 4),
        asked(khasan, "counterfactual", folder / "tariff.toml", "--range", "deficits=zero,data"),
    ]
    assert faults(results) == []


def test_keys_of_a_coalition_are_those_of_the_page(khasan: Khasan, folder: Path, ledger: Path) -> None:
    pytest.importorskip("SALib", reason="the extra uncertainty is not installed")
    three = ("PRK", "--senders", "CHN,JPN+IND,RUS", "--ledger", ledger)
    results = [
        asked(khasan, "coalition", *three, "--patron", "KOR", "--loss", 0.5, "--as-of", "2016-01-01"),
        asked(khasan, "coalition", *three, "--range", "theta=2:8", "--draws", 4),
        asked(khasan, "coalition", *three, "--range", "imbalance=additive,multiplicative"),
        asked(khasan, "coalition", "PRK", "--senders", SENDERS, "--ledger", ledger, "--orders", 4),
        *data_of(khasan, "counterfactual", folder / "tariff.toml"),
    ]
    assert faults(results) == []
    row = next(line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `outcome` |"))
    outcomes = {one["outcome"].split()[0] for one in results[1][1]["uncertainty"]["intervals"]}
    assert {words.split()[0] for words in re.findall("`([^`]+)`", row)} == outcomes | {
        "outcome", "welfare", "first_in", "last_in",
    }  # fmt: skip


def test_keys_of_an_estimate_are_those_of_the_page(khasan: Khasan, folder: Path, ledger: Path) -> None:
    pytest.importorskip("pyfixest", reason="the extra gravity is not installed")
    plain = ("--ledger", ledger, "--sanctions", folder / "sanctions.csv")
    results = [
        asked(khasan, "estimate", *plain, "--alliances", "none", "--as-of", "2016-01-01"),
        asked(khasan, "estimate", *plain, "--split", "depth", "--leads", 1, "--lags", 1),
    ]
    assert faults([*results, *data_of(khasan, "counterfactual", folder / "one.toml", "--ledger", ledger)]) == []


def test_an_estimate_names_its_data_and_its_files(khasan: Khasan, folder: Path, ledger: Path) -> None:
    pytest.importorskip("pyfixest", reason="the extra gravity is not installed")
    agreements = folder / "agreements.csv"
    agreements.write_text("one,other,kind,start,end\nCHN,RUS,treaty,2009-01-01,\n", encoding="utf-8")
    sanctions = folder / "sanctions.csv"
    more = ("--sanctions", sanctions, "--agreements", agreements, "--as-of", "2016-01-01")
    _, told = asked(khasan, "estimate", "--ledger", ledger, *more)
    listed = json.loads(khasan("ledger", "--ledger", ledger, "--format", "json").out)
    trade = next(row for row in listed if row["name"] == "cow-trade")
    assert [row["data_set"] for row in told["data"]] == ["cow-trade", "sanctions.csv", "agreements.csv"]
    assert {key: told["data"][0][key] for key in ("version", "sha256", "load")} == {
        key: trade[key] for key in ("version", "sha256", "load")
    }
    for path, row in ((sanctions, told["data"][1]), (agreements, told["data"][2])):
        assert row["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert told["as_of"] == "2016-01-01"


def test_columns_of_csv_are_those_of_the_page(khasan: Khasan, folder: Path, ledger: Path) -> None:
    pytest.importorskip("pyfixest", reason="the extra gravity is not installed")
    told = page()

    def columns(command: str, *words: object) -> list[str]:
        return khasan("gravity", command, *words, "--format", "csv").out.splitlines()[0].split(",")

    sectors = columns("counterfactual", folder / "tariff.toml")
    one = columns("counterfactual", folder / "one.toml", "--ledger", ledger)
    assert {*sectors, *one} == set(told["welfare"])
    estimated = columns("estimate", "--ledger", ledger, "--sanctions", folder / "sanctions.csv")
    assert set(estimated) == {*told["terms"], "percent"}
    row = next(line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `coalition` |"))
    named = re.findall(r"`([^`]+)`", row.partition(";")[0])[1:]
    asked_for = ("coalition", "PRK", "--senders", "CHN,JPN", "--ledger", ledger)
    assert columns(*asked_for) == named
    assert set(columns(*asked_for, "--range", "imbalance=additive,multiplicative")) == set(told["intervals"])


def test_every_heading_with_keys_is_asked_for() -> None:
    commands = {"counterfactual", "coalition", "estimate"}
    told = page()
    inner = {key for keys in told.values() for key in keys if key in told}
    assert set(told) == commands | inner


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"spare": 1}, "potential: spare is not on the page"),
        ({"value": "1"}, "potential: value holds '1'"),
        ({"value": None}, "potential: value is null"),
        ({"value": True}, "potential: value holds True"),
    ],
)
def test_what_the_page_does_not_say_is_found(change: dict[str, Any], fault: str) -> None:
    assert fault in faults([("potential", {"value": 1.0, "share": 0.5} | change)])
    assert faults([("potential", {"value": 1.0, "share": None})]) == []
    assert faults([("potential", {"value": 1.0})]) == ["potential: share does not exist"]
