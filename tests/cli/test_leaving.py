"""A brief of loaded data sets has the chapter on what the client would lose, and each of its ids is computed again."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.conftest import Khasan, Said

from khasan.ledger.finding import parse_id
from khasan.measures.leaving.again import OF_WORLDS

LITTLE_WORLD = Path(__file__).parents[1] / "data" / "little-world"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("leaving")


@pytest.fixture
def ledger(folder: Path, khasan: Khasan) -> Path:
    """A ledger with the files of the little world."""
    path = folder / "world.duckdb"
    if not path.exists():
        assert khasan("load", "states", LITTLE_WORLD, "--ledger", path, "--known-from", "2020-01-01").status == 0
    return path


@pytest.fixture
def brief(folder: Path, ledger: Path, khasan: Khasan) -> dict[str, Any]:
    """The brief of a triangle of it."""
    out = folder / "brief"
    if not out.exists():
        said = khasan("brief", "RUS", "PRK", "--opponent", "USA", "--no-pdf", "--ledger", ledger, "--out", out)
        assert said.status == 0, said.err
        assert "was not computed" not in said.err
    return read(out)


def read(out: Path) -> dict[str, Any]:
    held: dict[str, Any] = json.loads((out / "brief.json").read_text(encoding="utf-8"))
    return held


def leaving(brief: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in brief["findings"] if one["method"] in OF_WORLDS]


def first_id(brief: dict[str, Any], method: str = "leaving_loss") -> str:
    return str(next(one["id"] for one in leaving(brief) if one["method"] == method))


def why(khasan: Khasan, ledger: Path, identifier: str) -> Said:
    return khasan("why", identifier, "--ledger", ledger, "--format", "json")


def test_the_chapter_stands_in_the_brief_and_the_brief_follows_its_schema(brief: dict[str, Any], folder: Path) -> None:
    (chapter,) = brief["chapters"]
    schema = json.loads(files("khasan.brief").joinpath("brief.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(brief)
    assert chapter["question"] == "leaving"
    assert chapter["title"].startswith("In the model, North Korea would lose ")
    assert chapter["chart"]["kind"] == "coalition"
    assert [row[0] for row in chapter["tables"][0]["rows"]] == [
        "China", "Russia", "China and Russia", "All partners (real wage)",
    ]  # fmt: skip
    assert len(brief["answers"]) == 5
    held = {one["id"] for one in brief["findings"]}
    assert {span["finding"] for span in (*chapter["title_spans"], *chapter["spans"])} <= held
    page = (folder / "brief" / "brief.html").read_text(encoding="utf-8")
    assert chapter["title"].split(",")[0] in page
    assert 'id="question-6"' in page


def test_every_id_of_the_chapter_is_computed_again_from_the_ledger(
    brief: dict[str, Any], ledger: Path, khasan: Khasan
) -> None:
    told = leaving(brief)
    assert {one["method"] for one in told} >= set(OF_WORLDS) - {"leaving_replaced"}
    # One id of each method and group of those who leave; the others of a method come from the same solution.
    chosen = {(one["method"], one["parameters"].get("leaving", "") in ("all", "CHN;RUS")): one for one in told}
    assert len(chosen) >= 7
    for one in chosen.values():
        said = why(khasan, ledger, one["id"])
        assert said.status == 0, said.err
        found = json.loads(said.out)
        assert found["changed"] == ""
        assert found["finding"]["id"] == one["id"]
        for key in ("value", "low", "high", "unit", "evidence"):
            assert found["finding"][key] == one[key], (one["id"], key)
        assert {row["id"] for row in found["rows"]} == set(one["evidence"])


def test_a_row_of_the_evidence_is_of_the_client(brief: dict[str, Any]) -> None:
    for one in leaving(brief):
        assert one["evidence"]
        assert all("prk" in row for row in one["evidence"])
        assert any("from the trade of all states" in line for line in one["caveats"])


def test_another_year_that_the_ledger_holds_is_computed(brief: dict[str, Any], ledger: Path, khasan: Khasan) -> None:
    identifier = first_id(brief).replace("year=2014", "year=2013")
    said = why(khasan, ledger, identifier)
    assert said.status == 0
    found = json.loads(said.out)
    assert found["finding"]["parameters"]["year"] == 2013
    assert found["finding"]["value"] != leaving(brief)[0]["value"]
    assert "it is now leaving_loss:" in found["changed"]
    assert parse_id(found["finding"]["id"])[1] == parse_id(identifier)[1]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("year=2014", "year=1700", "base_year 1700: no trade recorded"),
        ("year=2014", "year=late", "do not fit the method leaving_loss"),
        ("client=PRK", "client=XXX", "XXX: not in the world of 2014"),
        ("among=CHN;RUS", "among=CHN;CHN", "each once"),
        ("among=CHN;RUS", "among=CHN;QQQ", "QQQ: not in the world of 2014"),
        ("draws=0", "draws=few", "copy it whole"),
        ("draws=0", "draws=3", "power of two"),
        ("theta:2:8", "theta:8:2", "must be below the second"),
        ("over=theta", "other=theta", "copy it whole"),
        ("leaving=CHN", "leaving=DZA", "this ledger has no data for it"),
    ],
)
def test_an_id_that_was_changed_gets_one_line(
    brief: dict[str, Any], ledger: Path, khasan: Khasan, old: str, new: str, message: str
) -> None:
    identifier = first_id(brief)
    assert old in identifier
    for said in (
        why(khasan, ledger, identifier.replace(old, new)),
        khasan("cite", identifier.replace(old, new), "--ledger", ledger),
    ):
        assert said.status == 2
        assert said.out == ""
        assert message in said.err
        assert said.err.count("\n") == 1


def test_an_id_of_a_gift_that_was_changed_gets_one_line(brief: dict[str, Any], ledger: Path, khasan: Khasan) -> None:
    said = why(khasan, ledger, first_id(brief, "leaving_offer").replace("patron=RUS", "patron=XXX"))
    assert (said.status, said.err.count("\n")) == (2, 1)
    assert "XXX: not in the world of 2014" in said.err


def test_a_brief_of_an_earlier_day_has_the_chapter_with_that_day_in_its_ids(
    folder: Path, brief: dict[str, Any], ledger: Path, khasan: Khasan
) -> None:
    out = folder / "dated"
    said = khasan(
        "brief", "RUS", "PRK", "--opponent", "USA", "--no-pdf", "--ledger", ledger, "--out", out, "--as-of",
        "2021-05-01",
    )  # fmt: skip
    assert said.status == 0, said.err
    dated = read(out)
    today = {first_of(one): one["value"] for one in leaving(brief)}
    assert {first_of(one): one["value"] for one in leaving(dated)} == today
    assert len(dated["chapters"]) == 1
    one = leaving(dated)[0]
    assert one["parameters"]["as_of"] == "2021-05-01"
    again = why(khasan, ledger, one["id"])
    assert again.status == 0, again.err
    assert json.loads(again.out)["finding"]["id"] == one["id"]
    assert json.loads(again.out)["changed"] == ""


def first_of(one: dict[str, Any]) -> tuple[str, str]:
    """Return what a finding is of, whatever the day."""
    given = {key: value for key, value in one["parameters"].items() if key != "as_of"}
    return one["method"], json.dumps(given, sort_keys=True)


def test_nothing_is_news_that_was_computed_for_both_days(folder: Path, ledger: Path, khasan: Khasan) -> None:
    out = folder / "since"
    said = khasan(
        "brief", "CHN", "PRK", "--opponent", "USA", "--no-pdf", "--ledger", ledger, "--out", out, "--since",
        "2021-05-01",
    )  # fmt: skip
    assert said.status == 0, said.err
    assert "leaving" not in json.dumps(read(out)["news"])
    assert len(read(out)["chapters"]) == 1


def test_without_sizes_or_verdicts_there_is_no_chapter(tmp_path: Path, khasan: Khasan) -> None:
    path = tmp_path / "trade.duckdb"
    assert khasan("load", "cow-trade", LITTLE_WORLD / "Dyadic_COW_4.0.csv", "--ledger", path).status == 0
    said = khasan("brief", "CHN", "PRK", "--no-pdf", "--ledger", path, "--out", tmp_path / "out")
    assert said.status == 0, said.err
    assert read(tmp_path / "out")["chapters"] == []
    assert "was not computed" not in said.err


def test_without_trade_there_is_no_chapter(harbour_ledger: Path, tmp_path: Path, khasan: Khasan) -> None:
    said = khasan("brief", "QOS", "QVE", "--no-pdf", "--ledger", harbour_ledger, "--out", tmp_path / "out")
    assert said.status == 0, said.err
    assert read(tmp_path / "out")["chapters"] == []
    identifier = "leaving_offer:client=QVE,leaving=QSU,over=theta:2:8,patron=QOS,year=2019@01234567"
    asked = why(khasan, harbour_ledger, identifier)
    assert (asked.status, asked.err.count("\n")) == (2, 1)
    assert "no data for it" in asked.err


def test_a_client_outside_the_world_of_trade_is_told(ledger: Path, tmp_path: Path, khasan: Khasan) -> None:
    said = khasan("brief", "CHN", "VEN", "--no-pdf", "--ledger", ledger, "--out", tmp_path / "out")
    assert said.status == 0, said.err
    assert read(tmp_path / "out")["chapters"] == []
    assert "what the client would lose was not computed: VEN: no recorded trade in 2014" in said.err


def test_the_bundled_casebook_reads_what_it_keeps(tmp_path: Path, khasan: Khasan) -> None:
    said = khasan("brief", "RUS", "PRK", "--no-pdf", "--out", tmp_path / "out")
    assert said.status == 0, said.err
    found = read(tmp_path / "out")
    one = next(each for each in leaving(found) if each["parameters"].get("leaving") == "CHN")
    asked = khasan("why", one["id"], "--format", "json")
    assert asked.status == 0, asked.err
    assert json.loads(asked.out)["finding"]["value"] == one["value"]
    assert json.loads(asked.out)["changed"] == ""
