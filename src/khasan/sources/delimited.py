"""Read a delimited text file as text cells, and refuse one that is cut, in another encoding, or no table.

No type is guessed here and no cell is repaired. Every row must have as many cells as the header; cells may hold line
ends in quotes. Only the columns that are asked for are kept.
"""

from __future__ import annotations

import csv
from collections.abc import Collection
from pathlib import Path

import polars as pl
import pyarrow
import pyarrow.csv

from khasan.ledger.errors import InputError

NOTHING = ("", "NA", ".", "NaN", "nan", "NULL")
"""How publishers write that there is no value."""

_HEAD = 1 << 16
_WEB = (b"<!doctype", b"<html", b"<head", b"<body", b"<?xml")
_TABULATED = (".txt", ".tab", ".tsv")
_DELIMITERS = {",": "commas", "\t": "tabulators", ";": "semicolons", "|": "bars"}


def header_of(path: Path, encoding: str) -> list[str]:
    """Return the names in the header of a delimited file, and refuse what is no such file.

    Raises
    ------
    InputError
        Where the file is empty, packed, a web page, not in the encoding, or has other delimiters than its name says.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip():
        raise InputError(f"{named(path)}: empty; fetch it again")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head[:200]:
        raise InputError(f"{named(path)}: in UTF-16 or not text at all; save it as text in UTF-8")
    if head.startswith((b"PK\x03\x04", b"\x1f\x8b")):
        raise InputError(f"{named(path)}: a packed file; unpack it and load what is in it")
    text = head.removeprefix(b"\xef\xbb\xbf")
    if text.lstrip()[:15].lower().startswith(_WEB):
        raise InputError(f"{named(path)}: a web page, not a table; fetch the file again from the publisher")
    first = text.replace(b"\r", b"\n").split(b"\n", 1)[0]
    try:
        line = first.decode(encoding)
    except UnicodeDecodeError:
        raise InputError(f"{named(path)}: the header is not in UTF-8; save the file in UTF-8") from None
    expected = delimiter_of(path)
    for other, name in _DELIMITERS.items():
        if other != expected and line.count(other) > line.count(expected):
            raise InputError(
                f"{named(path)}: columns are separated by {name}; "
                f"save it with {_DELIMITERS[expected]} between the columns"
            )
    names = [name.strip() for name in next(csv.reader([line], delimiter=expected), [])]
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice is not None:
        raise InputError(f"{named(path)}, column {twice}: stands twice in the header; take one out")
    return names


def named(path: Path) -> str:
    """Return the name of a file for a message, without characters that a terminal would obey."""
    return path.name if path.name.isprintable() else ascii(path.name)


def delimiter_of(path: Path) -> str:
    """Return the delimiter that the ending of a name promises: tabulators for .txt, .tab and .tsv, else commas."""
    return "\t" if path.suffix.casefold() in _TABULATED else ","


def read_delimited(path: Path, width: int, positions: Collection[int], encoding: str) -> pl.DataFrame:
    """Read some columns of a delimited file, every cell as text.

    Parameters
    ----------
    path : Path
        The file, whose header was read by :func:`header_of`.
    width : int
        Number of columns in the header.
    positions : collection of int
        Places of the columns in the header, from 0.
    encoding : str
        Encoding to use where the file is not in UTF-8; only some publishers have one of their own.

    Returns
    -------
    DataFrame
        Columns ``c0``, ``c1``, ... by position; cells that say there is no value are null.
    """
    _check_for_a_cut(path)
    try:
        return _read(path, width, positions, "utf8")
    except UnicodeError:
        if encoding.casefold() in ("utf8", "utf-8"):
            raise InputError(f"{named(path)}: not in UTF-8; save it in UTF-8 and load it again") from None
    try:
        return _read(path, width, positions, encoding)
    except UnicodeError:
        raise InputError(f"{named(path)}: neither in UTF-8 nor in {encoding}; save it in UTF-8") from None


def _read(path: Path, width: int, positions: Collection[int], encoding: str) -> pl.DataFrame:
    """Read with one encoding; raise UnicodeError where the cells are not in it."""
    names = [f"c{position}" for position in positions]
    wrong: list[pyarrow.csv.InvalidRow] = []

    def refuse(row: pyarrow.csv.InvalidRow) -> str:
        """Keep the row that does not fit, and stop reading."""
        wrong.append(row)
        return "error"

    try:
        table = pyarrow.csv.read_csv(
            path,
            read_options=pyarrow.csv.ReadOptions(
                column_names=[f"c{number}" for number in range(width)], skip_rows=1, encoding=encoding
            ),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=delimiter_of(path), newlines_in_values=True, invalid_row_handler=refuse
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                include_columns=names,
                column_types=dict.fromkeys(names, pyarrow.string()),
                null_values=list(NOTHING),
                strings_can_be_null=True,
            ),
        )
    except (pyarrow.ArrowException, UnicodeDecodeError, OSError) as error:
        if wrong:
            raise InputError(
                f"{named(path)}: the row {_clipped(wrong[0].text)} has {wrong[0].actual_columns} cells where the "
                f"header has {wrong[0].expected_columns}, as in a file that was cut; fetch it again"
            ) from None
        reason = " ".join(str(error).split())
        if isinstance(error, UnicodeDecodeError) or "utf8" in reason.casefold():
            raise UnicodeError from None
        if "empty" in reason.casefold():
            return pl.DataFrame(schema=dict.fromkeys(names, pl.String()))
        raise InputError(f"{named(path)}: cannot be read as a table ({_clipped(reason)}); fetch it again") from None
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame


def _check_for_a_cut(path: Path) -> None:
    """Refuse a file whose end is missing, as far as its end can tell.

    Programs end a data file with a line end; one typed by hand may lack it, but is small. A quote that opens and never
    closes shows a cut too; the count of all quotes is then odd, and the last line is no whole row.
    """
    quotes, last = 0, b""
    with path.open("rb") as file:
        while block := file.read(1 << 24):
            quotes += block.count(b'"')
            last = (last + block)[-_HEAD:]
    if last[-1:] not in b"\r\n" and path.stat().st_size > _HEAD:
        raise InputError(
            f"{named(path)}: the last row has no line end, as in a file that was cut; fetch it again, or end the row"
        )
    if quotes % 2:
        line = last.rstrip(b"\r\n").replace(b"\r", b"\n").rsplit(b"\n", 1)[-1].decode("latin-1")
        try:
            list(csv.reader([line], delimiter=delimiter_of(path), strict=True))
        except csv.Error:
            raise InputError(
                f"{named(path)}: ends inside a quoted cell, as in a file that was cut; fetch it again"
            ) from None


def _clipped(text: str) -> str:
    """Return the beginning of a text, without characters that a terminal would obey."""
    return ascii(text[:60]) if len(text) > 60 else ascii(text)
