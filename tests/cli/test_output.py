"""What commands print: tables, JSON, CSV that no spreadsheet runs, and Parquet."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from tests.casebooks import TWO_HARBOURS
from tests.conftest import Khasan

from khasan.cli.options import Format
from khasan.cli.output import show
from khasan.ledger.plain import plain
from khasan.ledger.read import read_casebook

ROWS = [{"id": "=1+1", "value": -2.5, "day": date(2017, 8, 5), "parts": ["a", "b"], "note": None, "yes": True}]


def test_csv_is_harmless_and_numbers_stay_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    show(ROWS, Format.CSV)
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert row == {"id": "'=1+1", "value": "-2.5", "day": "2017-08-05", "parts": '["a", "b"]', "note": "", "yes": "yes"}


def test_json_has_the_same_words_as_the_columns(capsys: pytest.CaptureFixture[str]) -> None:
    show(ROWS, Format.JSON)
    (row,) = json.loads(capsys.readouterr().out)
    assert row == {**ROWS[0], "day": "2017-08-05"}
    assert plain({1: (date(2017, 8, 5), {"a": {2}})}) == {"1": ["2017-08-05", {"a": [2]}]}


def test_a_table_says_no_data_and_takes_ledger_text_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    show([{"id": "[bold]x[/bold]", "value": None}], Format.TABLE)
    out = capsys.readouterr().out
    assert "[bold]x[/bold]" in out
    assert "no data" in out
    show([], Format.TABLE)
    assert capsys.readouterr().out == "no rows\n"


def test_nothing_is_an_empty_list_and_an_empty_sheet(capsys: pytest.CaptureFixture[str]) -> None:
    show([], Format.JSON)
    assert json.loads(capsys.readouterr().out) == []
    show([], Format.CSV)
    assert capsys.readouterr().out == ""


def test_parquet_goes_to_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(buffer, write_through=True))
    show([{"year": 2005, "share": 0.5, "evidence": ["a"], "day": date(2017, 8, 5)}], Format.PARQUET)
    frame = pl.read_parquet(io.BytesIO(buffer.getvalue()))
    assert frame.to_dicts() == [{"year": 2005, "share": 0.5, "evidence": '["a"]', "day": date(2017, 8, 5)}]


@pytest.mark.parametrize("how", ["table", "json", "csv"])
def test_rows_and_the_ledger_in_each_form(khasan: Khasan, harbour_ledger: Path, how: str) -> None:
    for arguments in (
        ("rows", "--series", "casks_declared"),
        ("rows", "--table", "source"),
        ("rows", "--text", "no such text"),
        ("ledger",),
    ):
        said = khasan(*arguments, "--ledger", harbour_ledger, "--format", how)
        assert (said.status, said.err) == (0, "")
        if how == "json":
            assert isinstance(json.loads(said.out), list)


def test_doubtful_rows_are_marked_and_not_hidden(khasan: Khasan, harbour_ledger: Path) -> None:
    rows = json.loads(khasan("rows", "--series", "rowers_present", "--ledger", harbour_ledger, "--format", "json").out)
    assert {row["status"] for row in rows} == {None, "doubtful"}


def test_the_ledger_lists_its_loads(khasan: Khasan, harbour_ledger: Path) -> None:
    loads = json.loads(khasan("ledger", "--ledger", harbour_ledger, "--format", "json").out)
    assert [one["kind"] for one in loads] == ["seed", "casebook"]
    assert (loads[1]["name"], loads[1]["first"], loads[1]["last"], loads[1]["age_days"]) == (
        "two-harbours",
        1985,
        2023,
        0,
    )
    (own,) = json.loads(khasan("ledger", "--format", "json").out)
    assert own["name"] == "rus-prk"


@pytest.mark.parametrize("options", [(), ("--parquet",)], ids=["csv", "parquet"])
def test_an_export_is_a_package_that_loads(
    khasan: Khasan, tmp_path: Path, harbour_ledger: Path, options: tuple[str, ...]
) -> None:
    said = khasan("ledger", "--ledger", harbour_ledger, "--export", tmp_path / "out", *options)
    assert (said.status, said.out) == (0, "")
    assert read_casebook(tmp_path / "out")["observation"].height == 92
    assert khasan("load", "casebook", tmp_path / "out", "--ledger", tmp_path / "t.duckdb").status == 0


def test_a_new_casebook_is_valid(khasan: Khasan, tmp_path: Path) -> None:
    assert khasan("casebook", "new", tmp_path / "mine").status == 0
    said = khasan("casebook", "validate", tmp_path / "mine")
    assert said.status == 0
    assert "observation: 0 rows" in said.out
    assert "valid" in said.err
    assert khasan("casebook", "validate", TWO_HARBOURS).status == 0


def test_no_data_is_said_on_standard_error(khasan: Khasan) -> None:
    said = khasan("measure", "dependence", "PRK", "--partner", "BRA", "--from", 1950, "--to", 1951, "--format", "json")
    assert (said.status, json.loads(said.out)) == (0, [])
    assert said.err.startswith("no data: ")


@pytest.mark.parametrize(
    "commands",
    [
        ("why", "un-1718"),
        ("cite", "un-1718", "--style", "bibtex"),
        ("rows", "--table", "event", "--actor", "Russia", "--text", "treaty"),
    ],
    ids=lambda one: one[0],
)
def test_questions_about_the_bundled_casebook(khasan: Khasan, commands: tuple[str, ...]) -> None:
    said = khasan(*commands)
    assert (said.status, said.err) == (0, "")
    assert said.out.strip()


def test_a_pipe_that_is_closed_is_no_error(khasan: Khasan, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(*_: object, **__: object) -> None:
        raise BrokenPipeError

    target: Callable[..., None] = closed
    monkeypatch.setattr("khasan.cli.asking.show", target)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert khasan("rows", "--table", "event").status == 0
