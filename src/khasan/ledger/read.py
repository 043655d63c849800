"""Read the files of a casebook as text, cell by cell, with the limits that keep a bad file from doing harm."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from khasan.ledger.errors import InputError
from khasan.ledger.schema import columns, schema

LONGEST_LINE = 100_000
"""Bytes that one line of a casebook may hold; a longer one is refused before it is parsed."""

LARGEST_FILE = 512 * 1024 * 1024
"""Bytes that one file of a casebook may hold."""


def read_casebook(folder: Path) -> dict[str, pl.DataFrame]:
    """Read every table of a casebook as text.

    Parameters
    ----------
    folder : Path
        Folder with ``datapackage.json`` and one CSV or Parquet file a table.

    Returns
    -------
    dict of str to DataFrame
        Tables as text columns (empty cells are null), with the column ``_row`` for the line in the file.

    Raises
    ------
    InputError
        Where the folder or package is missing or malformed, or a file breaks a limit; it names file, row and column.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; give the folder of a casebook, which holds datapackage.json")
    tables: dict[str, pl.DataFrame] = {}
    for table, path in _resources(folder).items():
        tables[table] = _read_parquet(path, table) if path.suffix == ".parquet" else read_csv(path, table)
    return tables


def _resources(folder: Path) -> Mapping[str, Path]:
    """Map table names to files, as ``datapackage.json`` lists them."""
    package = folder / "datapackage.json"
    if not package.is_file():
        raise InputError(f"{package}: missing; a casebook is a folder with datapackage.json and one CSV a table")
    try:
        resources = json.loads(package.read_text(encoding="utf-8"))["resources"]
        listed = [(str(item["name"]), str(item["path"])) for item in resources]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(
            f"{package}: cannot be read as a data package ({error}); list each table under resources"
        ) from None
    found: dict[str, Path] = {}
    for name, relative in listed:
        if name not in schema():
            raise InputError(
                f"{package}: resource {name!r} is not a table of the schema; known are {', '.join(schema())}"
            )
        path = folder / relative
        if Path(relative).is_absolute() or not path.resolve().is_relative_to(folder.resolve()):
            raise InputError(
                f"{package}: resource {name!r} points outside the casebook ({relative}); keep its file in the folder"
            )
        if not path.is_file():
            raise InputError(
                f"{package}: resource {name!r} names {relative}, which is missing; add the file or drop the resource"
            )
        if name in found:
            raise InputError(f"{package}: resource {name!r} is listed twice; put its rows into one file")
        found[name] = path
    return found


def read_csv(path: Path, table: str) -> pl.DataFrame:
    """Read one table from CSV as text columns and ``_row``, the line in the file.

    Raises
    ------
    InputError
        For a line that is too long, text that is not UTF-8, a row with too many or too few cells, or columns
        that the schema does not know.
    """
    name = path.name
    if path.stat().st_size > LARGEST_FILE:
        raise InputError(f"{name}: larger than {LARGEST_FILE // 2**20} MB; split it or load it as Parquet")
    data = path.read_bytes()
    for number, line in enumerate(data.split(b"\n"), start=1):
        if len(line) > LONGEST_LINE:
            raise InputError(
                f"{name}, row {number}: the line has {len(line):,} bytes; the limit is {LONGEST_LINE:,}; shorten it"
            )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{name}, row {number}: not UTF-8 (byte {error.start}); save the file as UTF-8") from None
    # A stray carriage return becomes a line separator: it stays in its cell, where the checks refuse it by name.
    text = text.replace("\r\n", "\n").replace("\r", "\u2028")
    return _parse(name, table, text)


def _parse(name: str, table: str, text: str) -> pl.DataFrame:
    """Read the text of a CSV file into a frame of texts with the line of each row."""
    reader = csv.reader(io.StringIO(text, newline="\n"), strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        header = next(reader, [])
        _check_header(name, table, header)
        line = reader.line_num + 1
        for row in reader:
            if row and len(row) != len(header):
                raise InputError(
                    f"{name}, row {line}: {len(row)} cells where the header has {len(header)}; "
                    "quote cells that hold commas"
                )
            if row:
                rows.append(row)
                lines.append(line)
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"{name}, row {reader.line_num}: not well-formed CSV ({error}); check the quotes") from None
    cells = list(zip(*rows, strict=True)) if rows else [() for _ in header]
    data = {column: [cell or None for cell in values] for column, values in zip(header, cells, strict=True)}
    frame = pl.DataFrame(data, schema={column: pl.String() for column in header})
    return frame.with_columns(pl.Series("_row", lines, dtype=pl.Int64()))


def _read_parquet(path: Path, table: str) -> pl.DataFrame:
    """Read a Parquet file into a frame of texts with the number of each row."""
    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InputError(f"{path.name}: cannot be read as Parquet ({type(error).__name__}); write it again") from None
    _check_header(path.name, table, frame.columns)
    frame = frame.select(pl.all().cast(pl.String(), strict=False).replace("", None))
    return (
        frame.with_row_index("_row", offset=2)
        .with_columns(pl.col("_row").cast(pl.Int64()))
        .select(*frame.columns, "_row")
    )


def _check_header(name: str, table: str, header: list[str]) -> None:
    """Refuse unknown, doubled and missing columns, by name."""
    known = {column.name for column in columns(table)}
    if not header:
        raise InputError(f"{name}: empty; the first row must name the columns of {table}")
    for column in header:
        if column not in known:
            raise InputError(f"{name}, row 1, column {column}: not a column of {table}; remove it or move it to note")
        if header.count(column) > 1:
            raise InputError(f"{name}, row 1, column {column}: named twice; keep one")
    for needed in columns(table):
        if needed.required and needed.name not in header:
            raise InputError(
                f"{name}, row 1, column {needed.name}: missing; {table} needs it ({needed.description.lower()})"
            )
