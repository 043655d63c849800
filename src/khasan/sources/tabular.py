"""Read a public table, Parquet or CSV, and check every column against ``columns.csv``.

Columns are found by name, in any order, under the names of the R packages or those of the publisher (column
``also``). What a file may not be is said in one sentence, with the line where that helps.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

import polars as pl

from khasan.ledger.errors import InputError

MOST_BYTES = 2_000_000_000
"""Size above which a file is refused."""

_TYPES: Mapping[str, pl.DataType] = MappingProxyType(
    {"integer": pl.Int64(), "number": pl.Float64(), "text": pl.String(), "date": pl.Date(), "month": pl.Date()}
)
_DATES = ("%Y-%m-%d", "%Y%m%d", "%d/%m/%Y", "%m/%d/%Y")


@dataclass(frozen=True, slots=True)
class FileColumn:
    """One column of a public file: its names, type, range and code for missing."""

    name: str
    also: tuple[str, ...]
    type: str
    required: bool
    optional: bool
    missing: float | None
    least: float | None
    most: float | None


@cache
def file_columns(part: str) -> tuple[FileColumn, ...]:
    """Return the columns that a part of a data set must have, as ``columns.csv`` lists them."""
    text = files("khasan.sources").joinpath("columns.csv").read_text(encoding="utf-8")

    def number(cell: str) -> float | None:
        """Return the number in a cell, or None where it is empty."""
        return float(cell) if cell else None

    return tuple(
        FileColumn(
            row["column"],
            tuple(row["also"].split(";")) if row["also"] else (),
            row["type"],
            row["required"] == "yes",
            row["required"] == "optional",
            number(row["missing"]),
            number(row["least"]),
            number(row["most"]),
        )
        for row in csv.DictReader(text.splitlines())
        if row["part"] == part
    )


def read_table(path: Path, part: str) -> pl.DataFrame:
    """Read one file of a data set with the columns and types of its part.

    Parameters
    ----------
    path : Path
        A Parquet file, or a CSV file with a header; tabulators instead of commas where the name ends in ``.txt``.
    part : str
        Part of ``columns.csv``.

    Returns
    -------
    DataFrame
        Columns named as in ``columns.csv``; the file's code for missing, NaN and empty cells are null.

    Raises
    ------
    InputError
        Where the file cannot be read, lacks a column, or holds a value that the column cannot have.
    """
    columns = file_columns(part)
    if not path.is_file():
        raise InputError(f"{path.name}: no such file in {path.parent.name}; give the file or the folder that holds it")
    if path.stat().st_size > MOST_BYTES:
        raise InputError(f"{path.name}: larger than {MOST_BYTES:,} bytes; this is not the file of a public data set")
    raw = _parquet(path) if _is_parquet(path) else _csv(path)
    held = {name.strip().casefold(): name for name in raw.columns}
    made: list[pl.Expr] = []
    for column in columns:
        found = next((held[name.casefold()] for name in (column.name, *column.also) if name.casefold() in held), None)
        if found is None and not column.optional:
            also = f" (or {', '.join(column.also)})" if column.also else ""
            raise InputError(f"{path.name}, column {column.name}{also}: missing; the file has {_listed(raw.columns)}")
        made.append((pl.col(found) if found is not None else pl.lit(None)).alias(column.name))
    frame = raw.select(made)
    return frame.select(_checked(frame, column, path.name) for column in columns)


def _is_parquet(path: Path) -> bool:
    """Tell by its first bytes whether a file is Parquet."""
    with path.open("rb") as file:
        return file.read(4) == b"PAR1" or path.suffix == ".parquet"


def _parquet(path: Path) -> pl.DataFrame:
    """Read a Parquet file."""
    try:
        return pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InputError(f"{path.name}: cannot be read as Parquet ({type(error).__name__}); fetch it again") from None


def _csv(path: Path) -> pl.DataFrame:
    """Read a CSV file as text; the types come from ``columns.csv``, never from a guess."""
    with path.open("rb") as file:
        head = file.read(4096)
    if head.lstrip()[:15].lower().startswith((b"<!doctype", b"<html")):
        raise InputError(f"{path.name}: a web page, not a table; fetch the file again from the publisher")
    if b"\0" in head:
        raise InputError(f"{path.name}: neither Parquet nor text; unpack it first")
    delimiter = "\t" if path.suffix == ".txt" else ","
    first = head.split(b"\n", 1)[0].decode("utf-8", "replace")
    for other, name in ((";", "semicolons"), ("\t", "tabulators"), (",", "commas"), ("|", "bars")):
        if other != delimiter and first.count(other) > first.count(delimiter):
            raise InputError(f"{path.name}: columns are separated by {name}; save it with commas between the columns")
    try:
        return pl.read_csv(
            path, separator=delimiter, infer_schema=False, encoding="utf8", null_values=["", "NA", ".", "NaN"]
        )
    except pl.exceptions.NoDataError:
        raise InputError(f"{path.name}: empty; fetch it again") from None
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InputError(_reason(path, error)) from None


def _reason(path: Path, error: Exception) -> str:
    """Say why a CSV file could not be read."""
    text = " ".join(str(error).split())
    if "utf-8" in text.lower() or "utf8" in text.lower():
        return f"{path.name}: not in UTF-8; save it in UTF-8 and load it again"
    return f"{path.name}: a row does not fit the header, as in a file that was cut ({text[:120]}); fetch it again"


def _checked(frame: pl.DataFrame, column: FileColumn, file: str) -> pl.Expr:
    """Check one column and return it with its type."""
    held = frame.get_column(column.name)
    typed = _typed(held, column)
    lost = typed.null_count() - held.null_count()
    if lost > 0 and not (column.missing is not None or held.dtype.is_float()):
        _refuse(held, typed.is_null() & held.is_not_null(), column, file, f"not {_article(column.type)}")
    if held.dtype == pl.String and column.missing is not None:
        wrong = typed.is_null() & held.is_not_null()
        numbers = held.filter(wrong).cast(pl.Float64, strict=False)
        if numbers.null_count():
            _refuse(held, wrong, column, file, f"not {_article(column.type)}")
    if column.required and typed.null_count():
        row = int(typed.is_null().arg_true()[0])
        raise InputError(f"{file}, column {column.name}: empty in {typed.null_count()} rows, first in data row {row + 1}")
    for limit, wrong, word in (
        (column.least, None if column.least is None else typed < column.least, "below"),
        (column.most, None if column.most is None else typed > column.most, "above"),
    ):
        if wrong is not None and wrong.any():
            _refuse(held, wrong.fill_null(False), column, file, f"{word} {limit:g}")
    return pl.lit(typed).alias(column.name)


def _typed(held: pl.Series, column: FileColumn) -> pl.Series:
    """Cast a column to its type; what cannot be cast, NaN and the code for missing become null."""
    if column.type in ("date", "month") and held.dtype != pl.Date:
        return _dates(held.cast(pl.String), column.type)
    if column.type == "integer" and not held.dtype.is_integer():
        number = held.cast(pl.Float64, strict=False)
        whole = pl.select(pl.when(number == number.floor()).then(number)).to_series()
        typed = whole.cast(pl.Int64, strict=False)
    else:
        typed = held.cast(_TYPES[column.type], strict=False)
    if column.type == "number":
        finite = pl.select(pl.when(typed.is_finite()).then(typed)).to_series()
        typed = finite
    if column.missing is not None:
        typed = pl.select(pl.when(typed != column.missing).then(typed)).to_series()
    return typed.cast(_TYPES[column.type]).alias(column.name)


def _dates(held: pl.Series, kind: str) -> pl.Series:
    """Read dates in the ways publishers write them; a month (198705) is its first day."""
    if kind == "month":
        compact = held.str.extract(r"^(\d{6})$", 1) + "01"
        months = compact.str.to_date("%Y%m%d", strict=False)
        return pl.select(pl.coalesce(months, held.str.to_date("%Y-%m-%d", strict=False))).to_series()
    return pl.select(pl.coalesce(held.str.to_date(form, strict=False) for form in _DATES)).to_series()


def _refuse(held: pl.Series, wrong: pl.Series, column: FileColumn, file: str, why: str) -> None:
    """Raise the error that names the first wrong cell of a column."""
    row = int(wrong.arg_true()[0])
    raise InputError(
        f"{file}, column {column.name}: {held[row]!r} in data row {row + 1} is {why} ({int(wrong.sum())} such rows)"
    )


def _article(kind: str) -> str:
    """Name a type in words."""
    return {"integer": "a whole number", "number": "a number", "date": "a date", "month": "a month"}.get(kind, "text")


def _listed(names: list[str]) -> str:
    """List the columns of a file, the first dozen."""
    return ", ".join(names[:12]) + (" ..." if len(names) > 12 else "")
