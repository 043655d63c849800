"""What ``khasan diff`` refuses, each with one sentence and status 2."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.casebooks import TWO_HARBOURS
from tests.conftest import Khasan

from khasan.cli.sides import name_row, sides
from khasan.ledger.errors import InputError


def refused(khasan: Khasan, *arguments: object) -> str:
    """Run the command, and return the one line with which it was refused."""
    said = khasan("diff", *arguments)
    assert (said.status, said.out) == (2, "")
    assert said.err.count("\n") == 1
    return said.err


@pytest.fixture
def vintages(tmp_path: Path, khasan: Khasan) -> Path:
    """A ledger with three loads of one data set, two of them of one version, and one of another."""
    path = tmp_path / "v.duckdb"
    for number, version in ((1, "4.0"), (2, "4.0"), (3, "4.1")):
        text = f"ccode1,ccode2,year,flow1,flow2\n365,731,2010,{number},51\n"
        (tmp_path / f"{number}.csv").write_text(text)
        said = khasan("load", "cow-trade", tmp_path / f"{number}.csv", "--ledger", path, "--version", version)
        assert said.status == 0, said.err
    return path


def test_files_that_are_not_there_or_no_ledger(khasan: Khasan, tmp_path: Path) -> None:
    (tmp_path / "text.duckdb").write_text("no database")
    assert "no such ledger or casebook" in refused(khasan, tmp_path / "none.duckdb", TWO_HARBOURS)
    assert "cannot be opened as a ledger" in refused(khasan, TWO_HARBOURS, tmp_path / "text.duckdb")
    assert "holds no datapackage.json" in refused(khasan, TWO_HARBOURS, tmp_path)


def test_days_that_are_none_or_in_the_wrong_order(khasan: Khasan, tmp_path: Path) -> None:
    tomorrow = (date.today() + timedelta(days=1)).isoformat()
    assert "give the earlier day first" in refused(khasan, "2024-06-30", "2018-04-30")
    assert "not a date" in refused(khasan, "2018-04-31", "2018-05-01")
    assert "lies in the future" in refused(khasan, "2018-04-30", tomorrow)
    assert "no such ledger" in refused(khasan, "2018-04-30", "2018-05-01", "--ledger", tmp_path / "none.duckdb")


def test_vintages_that_are_none_or_more_than_one(khasan: Khasan, vintages: Path) -> None:
    ledger = ("--ledger", vintages)
    both = "cow-trade@2 (version 4.0), cow-trade@3 (version 4.0), cow-trade@4 (version 4.1)"
    assert f"means more than one load in {vintages}; give one of {both}" in refused(
        khasan, "cow-trade@4.0", "cow-trade@4.1", *ledger
    )
    assert "no such vintage" in refused(khasan, "cow-trade@2", "cow-trade@9", *ledger)
    assert "no data set of that name" in refused(khasan, "cow-alliances@2", "cow-trade@3", *ledger)
    assert "give the earlier vintage first" in refused(khasan, "cow-trade@4.1", "cow-trade@2", *ledger)
    assert "name it with --ledger" in refused(khasan, "cow-trade@2", "cow-trade@3")


def test_sides_of_two_kinds_and_options_that_do_not_go_together(khasan: Khasan, vintages: Path) -> None:
    assert "2018-04-30 is a day" in refused(khasan, "2018-04-30", TWO_HARBOURS)
    assert "goes with two days or two vintages" in refused(khasan, vintages, vintages, "--ledger", vintages)
    assert "give both" in refused(khasan, vintages, vintages, "--patron", "RUS")
    assert "give both" in refused(khasan, vintages, vintages, "--opponent", "USA")
    assert "unknown country 'Atlantis'" in refused(
        khasan, "cow-trade@2", "cow-trade@3", "--ledger", vintages, "--patron", "RUS", "--client", "Atlantis"
    )


def test_a_word_that_is_a_day_and_a_file_is_not_guessed(
    khasan: Khasan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "2018-04-30").touch()
    assert "write ./2018-04-30 for the file" in refused(khasan, "2018-04-30", "2019-04-30")


def test_a_vintage_is_found_by_number_and_by_version(vintages: Path) -> None:
    one, other = sides("cow-trade@3", "cow-trade@4.1", vintages)
    assert ((one.data_set, one.load), (other.data_set, other.load)) == (("cow-trade", 3), ("cow-trade", 4))
    with pytest.raises(InputError, match="more than one"):
        sides("cow-trade@2", "cow-trade@4.0", vintages)


def test_rows_of_panels_are_named_as_why_knows_them_or_by_their_key() -> None:
    flow = {"exporter": "COW:260", "importer": "PRK", "year": 1960, "compiler": "Correlates of War"}
    assert name_row("trade_flow", flow) == "d-cow-1960-cow-260-prk"
    assert name_row("vote", {"roll_call": 5311, "actor": "RUS", "answer": "no"}) == "vote-5311-rus"
    span = {"one": "JPN", "other": "RUS", "first_year": 2000, "last_year": 2000, "kilometres": 45.9}
    assert name_row("distance", span) == "distance-jpn-rus-2000"
