"""A malformed casebook is refused whole: one line that names file, row and column, and nothing half-written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.casebooks import BASE, Row, broken, read_table, write_casebook, write_table

from khasan.ledger.bundled import load_casebook
from khasan.ledger.check import check_casebook
from khasan.ledger.errors import InputError
from khasan.ledger.read import LONGEST_LINE, read_casebook
from khasan.ledger.store import Ledger
from khasan.ledger.writing import writable

CELLS: Mapping[str, tuple[str, int, dict[str, str], str]] = {
    "a number that is text": ("observation", 1, {"value": "six"}, "observation.csv, row 3, column value"),
    "a thousands separator": ("observation", 0, {"value": "1,200"}, "observation.csv, row 2, column value"),
    "not a number": ("observation", 0, {"value": "nan"}, "observation.csv, row 2, column value"),
    "infinity": ("observation", 0, {"value": "inf"}, "observation.csv, row 2, column value"),
    "minus infinity": ("observation", 0, {"low": "-Infinity"}, "observation.csv, row 2, column low"),
    "too large a number": ("observation", 0, {"value": "1e400", "high": ""}, "observation.csv, row 2, column value"),
    "too long an integer": ("channel", 0, {"order": "9" * 30}, "channel.csv, row 2, column order"),
    "a digit that is no grade": ("observation", 0, {"credibility": "7"}, "observation.csv, row 2, column credibility"),
    "a letter that is no grade": ("source", 0, {"reliability": "G"}, "source.csv, row 2, column reliability"),
    "an unknown series": ("observation", 0, {"series": "sunk"}, "observation.csv, row 2, column series"),
    "an unknown actor": ("observation", 1, {"to_actor": "QZZ"}, "observation.csv, row 3, column to_actor"),
    "an unknown unit": ("observation", 0, {"unit": "bushels"}, "observation.csv, row 2, column unit"),
    "a unit of another dimension": ("observation", 0, {"unit": "tonnes"}, "observation.csv, row 2, column unit"),
    "an unknown source": ("observation", 0, {"source": "hearsay"}, "observation.csv, row 2, column source"),
    "no source": ("observation", 1, {"source": ""}, "observation.csv, row 3, column source"),
    "an unknown channel": ("series", 0, {"channel": "air"}, "series.csv, row 2, column channel"),
    "an id used twice": ("observation", 1, {"id": "r1"}, "observation.csv, row 3, column id"),
    "an id in capitals": ("observation", 1, {"id": "R2"}, "observation.csv, row 3, column id"),
    "a formula": ("observation", 0, {"note": "=1+1"}, "observation.csv, row 2, column note"),
    "an address": ("observation", 0, {"note": "@cmd"}, "observation.csv, row 2, column note"),
    "a plus": ("source", 0, {"title": "+A file"}, "source.csv, row 2, column title"),
    "a minus": ("source", 0, {"publisher": "-P"}, "source.csv, row 2, column publisher"),
    "a tab": ("observation", 0, {"note": "a\tb"}, "observation.csv, row 2, column note"),
    "a carriage return": ("observation", 0, {"note": "a\rb"}, "observation.csv, row 2, column note"),
    "a line break": ("channel", 0, {"definition": "a\nb"}, "channel.csv, row 2, column definition"),
    "a null byte": ("observation", 0, {"note": "a\0b"}, "observation.csv, row 2"),
    "a line separator": ("observation", 0, {"note": "a\u2028b"}, "observation.csv, row 2, column note"),
    "digits of another script": ("source", 0, {"published": "２０２０"}, "source.csv, row 2, column published"),
    "a day that is not": ("observation", 0, {"end": "2017-02-30"}, "observation.csv, row 2, column end"),
    "a month for a day": ("observation", 0, {"start": "2017-01"}, "observation.csv, row 2, column start"),
    "dates out of order": ("observation", 1, {"start": "2018-01-01"}, "observation.csv, row 3, column end"),
    "bounds out of order": ("observation", 0, {"low": "14"}, "observation.csv, row 2, column"),
    "a value outside its bounds": ("observation", 0, {"value": "20"}, "observation.csv, row 2, column high"),
    "an actor out of time": ("observation", 0, {"from_actor": "QOL"}, "observation.csv, row 2, column from_actor"),
    "an actor that ends before it begins": (
        "actor", 0, {"valid_to": "1980-01-01"}, "actor.csv, row 2, column valid_to",
    ),
    "a month that is not": ("source", 0, {"published": "2020-13"}, "source.csv, row 2, column published"),
    "a hedge that is not": ("observation", 0, {"qualifier": "roughly"}, "observation.csv, row 2, column qualifier"),
    "an unknown licence": ("source", 0, {"licence_class": "mine"}, "source.csv, row 2, column licence_class"),
}  # fmt: skip


def refusal(folder: Path) -> str:
    """Return why a casebook is refused; a ledger, in memory or on disk, is then as it was."""
    ledger = Ledger.memory()
    with pytest.raises(InputError) as refused:
        load_casebook(ledger, folder)
    assert not ledger.loads().height
    assert all(not frame.height for frame in ledger.tables().values())
    path = folder.parent / "new.duckdb"
    with pytest.raises(InputError), writable(path) as fresh:
        load_casebook(fresh, folder)
    assert [one for one in folder.parent.iterdir() if one != folder] == []
    message = str(refused.value)
    assert "\n" not in message
    assert len(message) < 400
    return message


@pytest.mark.parametrize("name", list(CELLS))
def test_a_bad_cell_is_named_by_file_row_and_column(tmp_path: Path, name: str) -> None:
    table, row, cells, place = CELLS[name]
    assert refusal(broken(tmp_path / "book", table, row, **cells)).startswith(place)


def test_the_unbroken_casebook_loads(tmp_path: Path) -> None:
    assert load_casebook(Ledger.memory(), write_casebook(tmp_path / "book", BASE)) == 11


def test_a_line_of_ten_megabytes_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    folder = broken(tmp_path / "book", "observation", 0, note="x" * 10_000_000)
    message = refusal(folder)
    assert message.startswith("observation.csv, row 2: the line has 10,000,")
    assert f"{LONGEST_LINE:,}" in message


def test_text_that_is_not_utf8_is_named_by_its_line(tmp_path: Path) -> None:
    folder = write_casebook(tmp_path / "book", BASE)
    path = folder / "observation.csv"
    path.write_bytes(path.read_bytes() + "r3,caf\u00e9".encode("latin-1"))
    assert refusal(folder).startswith("observation.csv, row 4: not UTF-8")


@pytest.mark.parametrize("line", ["a,b", "r3" + "," * 40])
def test_ragged_rows_are_named(tmp_path: Path, line: str) -> None:
    folder = write_casebook(tmp_path / "book", BASE)
    with (folder / "observation.csv").open("a") as file:
        file.write(line + "\n")
    assert refusal(folder).startswith("observation.csv, row 4: ")


def test_an_open_quote_is_named(tmp_path: Path) -> None:
    folder = write_casebook(tmp_path / "book", BASE)
    with (folder / "observation.csv").open("a") as file:
        file.write('"r3,')
    assert refusal(folder).startswith("observation.csv, row 4: not well-formed CSV")


def test_an_unknown_column_is_refused_by_name(tmp_path: Path) -> None:
    rows = [row | {"mood": ""} for row in BASE["observation"]]
    folder = write_casebook(tmp_path / "book", {**BASE, "observation": rows})
    assert refusal(folder).startswith("observation.csv, row 1, column mood: not a column of observation")


def test_a_missing_required_column_is_named(tmp_path: Path) -> None:
    rows = [{key: cell for key, cell in row.items() if key != "source"} for row in BASE["observation"]]
    folder = write_casebook(tmp_path / "book", {**BASE, "observation": rows})
    assert refusal(folder).startswith("observation.csv, row 1, column source: missing")


def test_a_column_named_twice_is_refused(tmp_path: Path) -> None:
    folder = write_casebook(tmp_path / "book", BASE)
    path = folder / "origin.csv"
    path.write_text("id,name,name\na,b,c\n")
    package = json.loads((folder / "datapackage.json").read_text())
    package["resources"].append({"name": "origin", "path": "origin.csv"})
    (folder / "datapackage.json").write_text(json.dumps(package))
    assert refusal(folder).startswith("origin.csv, row 1, column name: named twice")


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    folder = write_casebook(tmp_path / "book", BASE)
    (folder / "observation.csv").write_text("")
    assert refusal(folder).startswith("observation.csv: empty")


def test_a_predecessor_that_no_table_lists_is_refused(tmp_path: Path) -> None:
    assert "column predecessor" in refusal(broken(tmp_path / "book", "actor", 0, predecessor="QXX"))


PACKAGES: Mapping[str, Callable[[Path], object]] = {
    "missing": lambda folder: (folder / "datapackage.json").unlink(),
    "malformed": lambda folder: (folder / "datapackage.json").write_text('{"resources": ['),
    "a list": lambda folder: (folder / "datapackage.json").write_text("[]"),
    "a word": lambda folder: (folder / "datapackage.json").write_text('"resources"'),
    "not UTF-8": lambda folder: (folder / "datapackage.json").write_bytes(b'{"resources": "\xff"}'),
    "without resources": lambda folder: (folder / "datapackage.json").write_text('{"name": "x"}'),
    "with no table": lambda folder: (folder / "datapackage.json").write_text('{"resources": []}'),
    "deeply nested": lambda folder: (folder / "datapackage.json").write_text("[" * 100_000),
    "with a path that is a list": lambda folder: points_to(folder, [1, 2]),
    "with an unknown table": lambda folder: points_to(folder, "unit.csv", name="weather"),
    "pointing upwards": lambda folder: points_to(folder, "../outside.csv"),
    "pointing to the root": lambda folder: points_to(folder, "/etc/passwd"),
    "pointing to nothing": lambda folder: points_to(folder, "nothing.csv"),
    "pointing to a folder": lambda folder: points_to(folder, "."),
    "naming a table twice": lambda folder: points_to(folder, "unit.csv", name="unit"),
}


def points_to(folder: Path, path: object, name: str = "claim") -> None:
    """Add a resource to a package."""
    package = json.loads((folder / "datapackage.json").read_text())
    package["resources"].append({"name": name, "path": path})
    (folder / "datapackage.json").write_text(json.dumps(package))


@pytest.mark.parametrize("name", list(PACKAGES))
def test_a_malformed_package_is_refused(tmp_path: Path, name: str) -> None:
    folder = write_casebook(tmp_path / "book", BASE)
    PACKAGES[name](folder)
    assert "datapackage.json" in refusal(folder) or name == "with no table"


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    folder = write_casebook(tmp_path / "book", BASE)
    (folder / "unit.csv").unlink()
    (folder / "unit.csv").symlink_to("/etc/passwd")
    assert "outside the casebook" in refusal(folder)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        read_casebook(tmp_path / "nowhere")


def test_parquet_that_is_not_parquet_is_refused(tmp_path: Path) -> None:
    folder = write_casebook(tmp_path / "book", BASE)
    (folder / "unit.parquet").write_text("no")
    package = json.loads((folder / "datapackage.json").read_text())
    for resource in package["resources"]:
        if resource["name"] == "unit":
            resource["path"] = "unit.parquet"
    (folder / "datapackage.json").write_text(json.dumps(package))
    assert refusal(folder).startswith("unit.parquet: cannot be read as Parquet")


def test_rows_are_numbered_as_in_the_file_also_after_a_cell_of_two_lines(tmp_path: Path) -> None:
    folder = write_casebook(tmp_path / "book", BASE)
    rows = read_table(folder / "observation.csv")
    rows[0]["value"] = "six"
    write_table(folder / "observation.csv", rows)
    text = (folder / "observation.csv").read_text()
    head, rest = text.split("\n", 1)
    (folder / "observation.csv").write_text(f"{head}\n\n{rest}")
    assert refusal(folder).startswith("observation.csv, row 3, column value")


def test_windows_line_ends_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    folder = write_casebook(tmp_path / "book", BASE)
    for path in folder.glob("*.csv"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_casebook(Ledger.memory(), folder) == 11


@given(st.text(min_size=1, max_size=30))
def test_text_is_kept_as_it_is_or_refused_in_one_line(text: str) -> None:
    rows: list[Row] = [{"id": "a", "name": text}]
    frame = pl.DataFrame(rows).with_columns(_row=pl.lit(2, dtype=pl.Int64()))
    harmful = re.search(r"^[=@+-]|[\x00-\x1f\x7f-\x9f\u2028\u2029]", text)
    if harmful:
        with pytest.raises(InputError) as refused:
            check_casebook({"origin": frame})
        assert str(refused.value).startswith("origin.csv, row 2, column name")
        assert len(str(refused.value).splitlines()) == 1
    else:
        assert check_casebook({"origin": frame})["origin"].item(0, "name") == text


def test_the_name_of_a_package_cannot_steer_a_terminal(tmp_path: Path) -> None:
    folder = write_casebook(tmp_path / "book", BASE)
    package = json.loads((folder / "datapackage.json").read_text())
    (folder / "datapackage.json").write_text(json.dumps(package | {"name": "a\x1b[2Jb", "version": "1\n2"}))
    with Ledger.memory() as ledger:
        load_casebook(ledger, folder)
        assert ledger.loads().select("name", "version").row(0) == ("a[2Jb", "12")
