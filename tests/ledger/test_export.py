"""What leaves a ledger: data packages that load again, Parquet, and CSV that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import polars as pl
import pytest
from frictionless import Package, validate
from hypothesis import given
from hypothesis import strategies as st
from tests.casebooks import BASE, TWO_HARBOURS, write_casebook

from khasan.ledger.bundled import bundled_folder, load_casebook, open_casebook
from khasan.ledger.casebook import Casebook
from khasan.ledger.check import check_casebook
from khasan.ledger.errors import InputError
from khasan.ledger.export import csv_text, exportable, write_package
from khasan.ledger.read import read_casebook
from khasan.ledger.scaffold import new_casebook
from khasan.ledger.schema import schema
from khasan.ledger.store import Ledger
from khasan.ledger.writing import writable


def without_load(frames: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Leave out empty tables and the number of the load."""
    return {name: frame.drop("_load", strict=False) for name, frame in frames.items() if frame.height}


@pytest.mark.parametrize("parquet", [False, True])
def test_a_casebook_that_is_written_and_read_again_is_the_same(
    tmp_path: Path, casebook: Casebook, parquet: bool
) -> None:
    written = write_package(casebook, tmp_path / "out", "again", parquet=parquet)
    again = check_casebook(read_casebook(tmp_path / "out"))
    before = exportable(casebook)
    assert set(written) == set(before) == set(again)
    for table, frame in before.items():
        assert frame.equals(again[table]), table


@pytest.mark.parametrize("parquet", [False, True])
def test_a_ledger_that_is_exported_and_loaded_again_is_the_same(tmp_path: Path, parquet: bool) -> None:
    with writable(tmp_path / "one.duckdb") as one, writable(tmp_path / "two.duckdb") as other:
        load_casebook(one, write_casebook(tmp_path / "book", BASE))
        write_package(one, tmp_path / "out", "again", parquet=parquet)
        load_casebook(other, tmp_path / "out")
        assert without_load(other.tables()).keys() == without_load(one.tables()).keys()
        for table, frame in without_load(one.tables()).items():
            assert frame.equals(without_load(other.tables())[table]), table


def test_rows_of_licence_local_stay_behind(tmp_path: Path) -> None:
    book = open_casebook(TWO_HARBOURS)
    local = set(book.tables()["observation"].filter(pl.col("source") == "private-file").get_column("id"))
    assert local
    for parquet in (False, True):
        folder = tmp_path / f"out-{parquet}"
        write_package(book, folder, "out", parquet=parquet)
        tables = read_casebook(folder)
        assert not local & set(tables["observation"].get_column("id"))
        assert "private-file" not in tables["source"].get_column("id").to_list()
        assert all(b"one disk" not in path.read_bytes() for path in folder.iterdir())


def test_retracted_rows_leave_with_their_status(tmp_path: Path) -> None:
    with Ledger.memory() as ledger:
        load_casebook(ledger, write_casebook(tmp_path / "book", BASE))
        ledger.retract("r1", "misprint")
        write_package(ledger, tmp_path / "out", "out")
    rows = {row["id"]: row["status"] for row in read_casebook(tmp_path / "out")["observation"].iter_rows(named=True)}
    assert rows == {"r1": "retracted", "r2": None}
    assert open_casebook(tmp_path / "out").retractions().get_column("row_id").to_list() == ["r1"]


@pytest.mark.parametrize("folder", [TWO_HARBOURS, bundled_folder()], ids=["invented", "bundled"])
def test_frictionless_accepts_a_casebook_as_it_stands(folder: Path) -> None:
    report = validate(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "note"])[:3]


def test_frictionless_accepts_what_is_written(tmp_path: Path) -> None:
    write_package(open_casebook(TWO_HARBOURS), tmp_path / "csv", "out")
    new_casebook(tmp_path / "new")
    for name in ("csv", "new"):
        package = Package(str(tmp_path / name / "datapackage.json"))
        assert package.validate().valid
        assert all(resource.schema.fields for resource in package.resources)


def test_a_new_casebook_is_valid_and_describes_every_column(tmp_path: Path) -> None:
    new_casebook(tmp_path / "my_book")
    tables = check_casebook(read_casebook(tmp_path / "my_book"))
    assert {"actor", "source", "series", "observation", "event", "restriction"} <= set(tables)
    package = json.loads((tmp_path / "my_book" / "datapackage.json").read_text())
    for resource in package["resources"]:
        fields = {field["name"]: field["description"] for field in resource["schema"]["fields"]}
        assert fields == {column.name: column.description for column in schema()[resource["name"]]}


def test_nothing_is_written_over_and_nothing_half_written_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = open_casebook(TWO_HARBOURS)
    (tmp_path / "there").mkdir()
    for make in (lambda place: write_package(book, place, "x"), new_casebook):
        with pytest.raises(InputError, match="exists already"):
            make(tmp_path / "there")
        with pytest.raises(InputError, match="parent folder"):
            make(tmp_path / "nowhere" / "deeper")

    def fail(*_: object) -> str:
        raise OSError("the disk is full")

    monkeypatch.setattr("khasan.ledger.export.csv_text", fail)
    with pytest.raises(OSError, match="disk"):
        write_package(book, tmp_path / "out", "x")
    assert [one.name for one in tmp_path.iterdir()] == ["there"]


@given(st.lists(st.one_of(st.text(), st.floats(allow_nan=False), st.integers(), st.none(), st.booleans()), min_size=1))
def test_no_cell_of_a_csv_is_a_formula(values: list[object]) -> None:
    text = csv_text([{str(place): value for place, value in enumerate(values)}])
    _, row = csv.reader(io.StringIO(text, newline=""))
    for value, cell in zip(values, row, strict=True):
        if isinstance(value, str):
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
            lines = value.replace("\r\n", "\n").replace("\r", "\n")
            assert cell in (lines, f"'{lines}")
        elif isinstance(value, float):
            assert float(cell) == value
