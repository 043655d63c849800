"""Read what publishers send, CSV and JSON, as it stands, and say in one sentence what is wrong with it.

These files are small and have a layout that one module knows: a list, a timeline, an answer of an interface. Data sets
of millions of rows, whose columns and types are listed in a table, are read by :mod:`khasan.sources.tabular`.

Columns are found by name, in whatever order they come; columns that nobody asked for are left out. Values stay text
until :func:`numbers` reads them, so that an error can name file, line and column.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from khasan.ledger.errors import InputError, at_cell

MOST_BYTES = 512 * 2**20
"""Size above which a file of a publisher is refused."""

LONGEST_CELL = 1 << 20
"""Letters that one cell may hold."""

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


def file_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """Return the bytes of a file, unless it is missing or too large.

    Raises
    ------
    InputError
        Naming the file.
    """
    try:
        size = path.stat().st_size
        if size > most:
            raise InputError(f"{path.name}: {size / 2**20:,.0f} MB; the limit is {most // 2**20:,} MB")
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path.name}: cannot be read ({error.strerror}); give the path of the file") from None


def text_of(path: Path, most: int = MOST_BYTES) -> str:
    """Return the text of a file in UTF-8.

    Raises
    ------
    InputError
        For a file that is missing, too large, empty or in another encoding; the line is named.
    """
    data = file_bytes(path, most)
    if not data.strip():
        raise InputError(f"{path.name}: empty; fetch it again")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path.name}, row {line}: not UTF-8; save the file as UTF-8") from None


def read_table(
    path: Path,
    columns: Sequence[str],
    optional: Sequence[str] = (),
    *,
    delimiter: str = ",",
    header: Sequence[str] | None = None,
) -> pl.DataFrame:
    """Read a CSV file of a publisher as text.

    Parameters
    ----------
    path : Path
        The file.
    columns, optional : sequence of str
        Columns that must be there, and those that may be.
    delimiter : str
        What separates the cells.
    header : sequence of str, optional
        Names of the columns of a file that has no header row; every row must then have as many cells.

    Returns
    -------
    DataFrame
        The columns that were asked for as text (empty cells are null), and ``_row``, the line in the file.

    Raises
    ------
    InputError
        For a page in the place of a table, another delimiter, a column that is missing or named twice, a row with
        too many or too few cells (the last one tells of a file that was cut off), and cells that are too long.
    """
    text = text_of(path)
    if text.lstrip()[:1] == "<":
        raise InputError(f"{path.name}: a page or XML, not a table; fetch it again")
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text.rstrip("\x1a\r\n") + "\n", newline=""), delimiter=delimiter)
    names = list(header) if header is not None else [cell.strip() for cell in next(reader, [])]
    if header is None:
        _check_header(path.name, names, columns, delimiter)
    cells: list[list[str]] = []
    lines: list[int] = []
    try:
        for row in reader:
            if row:
                cells.append(row)
                lines.append(reader.line_num)
    except csv.Error as error:
        raise InputError(
            f"{path.name}, row {reader.line_num}: not well-formed CSV ({error}); check the quotes"
        ) from None
    _check_cells(path.name, cells, lines, names, delimiter)
    wanted = [name for name in names if name in (*columns, *optional)]
    places = {name: names.index(name) for name in wanted}
    data = {name: [row[place].strip() or None for row in cells] for name, place in places.items()}
    frame = pl.DataFrame(data, schema={name: pl.String() for name in wanted})
    return frame.with_columns(pl.Series("_row", lines, dtype=pl.Int64()))


def _check_header(file: str, names: list[str], columns: Sequence[str], delimiter: str) -> None:
    """Refuse a header that lacks or doubles a column, and say where the delimiter seems to be another."""
    missing = [name for name in columns if name not in names]
    if missing and len(names) == 1:
        for sign, word in _DELIMITERS.items():
            if sign != delimiter and sign in names[0]:
                raise InputError(
                    f"{file}: cells are separated by a {word}, not a {_DELIMITERS[delimiter]}; save it with "
                    f"{_DELIMITERS[delimiter]}s"
                )
    if missing:
        raise InputError(f"{file}, column {missing[0]}: missing; the file has {', '.join(names[:12])}")
    doubled = [name for name in columns if names.count(name) > 1]
    if doubled:
        raise InputError(f"{file}, column {doubled[0]}: named twice; keep one")


def _check_cells(file: str, cells: list[list[str]], lines: list[int], names: list[str], delimiter: str) -> None:
    """Refuse a row with another number of cells than the header."""
    if not cells:
        raise InputError(f"{file}: holds no row; fetch it again")
    for row, line in zip(cells, lines, strict=True):
        if len(row) == len(names):
            continue
        if len(row) == 1 and line == lines[0]:
            other = next((word for sign, word in _DELIMITERS.items() if sign != delimiter and sign in row[0]), None)
            if other:
                raise InputError(
                    f"{file}: cells are separated by a {other}, not a {_DELIMITERS[delimiter]}; save it so"
                )
        cut = "; the file was cut off, so fetch it again" if line == lines[-1] else "; quote cells that hold commas"
        raise InputError(f"{file}, row {line}: {len(row)} cells where {len(names)} are expected{cut}")


def read_json(path: Path, most: int = MOST_BYTES) -> Any:
    """Read a JSON file of a publisher.

    Raises
    ------
    InputError
        For a page in the place of JSON, a file that was cut off or is damaged, and numbers that are none.
    """
    text = text_of(path, most)
    if text.lstrip()[:1] == "<":
        raise InputError(f"{path.name}: a page or XML, not JSON; fetch it again")

    def refuse(constant: str) -> float:
        """Refuse what JSON does not know as a number."""
        raise InputError(f"{path.name}: holds {constant}, which is no number; fetch it again")

    try:
        return json.loads(text, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise InputError(
            f"{path.name}, row {error.lineno}: the JSON is damaged or was cut off; fetch it again"
        ) from None
    except RecursionError:
        raise InputError(f"{path.name}: the JSON is nested too deeply; it is refused") from None


def numbers(frame: pl.DataFrame, file: str, column: str, *, least: float | None = None) -> pl.DataFrame:
    """Read a column of text as numbers.

    Parameters
    ----------
    frame : DataFrame
        As :func:`read_table` returns it.
    file, column : str
        Names for the error.
    least : float, optional
        Smallest number that may stand; below it the row is refused.

    Raises
    ------
    InputError
        For the first cell that is no number or too small, with its line.
    """
    read = frame[column].cast(pl.Float64(), strict=False)
    bad = frame.filter((read.is_null() & frame[column].is_not_null()) | read.is_infinite() | read.is_nan())
    if bad.height:
        raise at_cell(file, bad["_row"][0], column, f"{bad[column][0]!r} is no number; correct or remove the row")
    if least is not None and frame.filter(read < least).height:
        first = frame.filter(read < least)
        raise at_cell(
            file, first["_row"][0], column, f"{first[column][0]!r} is below {least:g}; the file is wrong here"
        )
    return frame.with_columns(read.alias(column))


def check_for_doubled_rows(frame: pl.DataFrame, keys: Sequence[str], file: str) -> None:
    """Refuse rows that share a key, and name the first.

    Raises
    ------
    InputError
        With the number of such keys and the first of them.
    """
    doubled = frame.filter(frame.select(keys).is_duplicated())
    if doubled.height:
        first = ", ".join(f"{key} {doubled[key][0]}" for key in keys if doubled[key][0] is not None)
        count = doubled.select(keys).n_unique()
        raise InputError(f"{file}: {count} rows stand more than once, the first {first}; keep one of each")
