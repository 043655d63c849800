"""Give the cells of one column its type, and refuse the first one that the column cannot hold.

``columns.csv`` says of every column what it holds: a whole number, a number, text, a day, a month, or a code of the
Correlates of War. A cell that says there is no value (empty, NaN, the publisher's code) is null.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import polars as pl

from khasan.ledger.check import CONTROL
from khasan.ledger.errors import InputError
from khasan.sources.delimited import NOTHING

_ARTICLES: Mapping[str, str] = MappingProxyType(
    {
        "integer": "not a whole number",
        "cow": "not a whole number",
        "number": "not a number",
        "date": "not a day (write YYYY-MM-DD)",
        "month": "not a month (write YYYYMM)",
        "text": "not text",
        "title": "not text",
    }
)
_FORMATS = ("%Y-%m-%d", "%Y%m%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y")
_SLASHED = ("%d/%m/%Y", "%m/%d/%Y")
_WRITTEN = r"^(\d{4}-\d{1,2}-\d{1,2}|\d{8}|\d{1,2}[/.]\d{1,2}[/.]\d{4})$"
_WHOLE = 2.0**53


@dataclass(frozen=True, slots=True)
class FileColumn:
    """One column of a public file: its names, type, range, code for missing and place in the key."""

    name: str
    also: tuple[str, ...]
    type: str
    required: bool
    optional: bool
    key: bool
    missing: float | None
    least: float | None
    most: float | None
    not_before: str
    allowed: tuple[str, ...]


def checked(held: pl.Series, column: FileColumn, file: str, codes: pl.Series | None) -> pl.Series:
    """Give a column its type.

    Parameters
    ----------
    held : Series
        The cells as read: text, or the type that Parquet gives them.
    column : FileColumn
        What the column may hold.
    file : str
        Name of the file, for messages.
    codes : Series, optional
        The codes that a column of the type ``cow`` may hold.

    Raises
    ------
    InputError
        Naming file, column, cell and data row of the first cell that does not fit.
    """
    held = _cleaned(held)
    typed = _typed(held, column, file)
    _refuse(held, typed.is_null() & held.is_not_null(), column, file, _ARTICLES[column.type])
    if column.type in ("text", "title"):
        controlled = typed.str.contains(CONTROL).fill_null(False)
        if column.type == "title":  # titles are printed, never compared: what a publisher left in them becomes a blank
            typed = typed.str.replace_all(CONTROL, " ").str.strip_chars()
        else:
            _refuse(held, controlled, column, file, "a text with a control character; take it out")
    if column.type == "number":
        _refuse(held, typed.is_infinite().fill_null(False), column, file, "not finite")
    if column.missing is not None:
        typed = pl.select(pl.when(typed != column.missing).then(typed)).to_series()
    if column.required:
        empty = held.is_null()
        if empty.any():
            row = int(empty.arg_true()[0]) + 1
            raise InputError(f"{file}, column {column.name}: empty in data row {row} ({int(empty.sum())} such rows)")
    if column.allowed:
        other = typed.is_not_null() & ~typed.cast(pl.String()).is_in(column.allowed)
        _refuse(held, other, column, file, f"none of {', '.join(column.allowed)}")
    amount = typed.dt.year() if column.type in ("date", "month") else typed
    if column.least is not None:
        _refuse(held, (amount < column.least).fill_null(False), column, file, f"below {column.least:g}")
    if column.most is not None:
        _refuse(held, (amount > column.most).fill_null(False), column, file, f"above {column.most:g}")
    if column.type == "cow" and codes is not None:
        unknown = typed.is_not_null() & ~typed.is_in(codes.implode())
        _refuse(held, unknown, column, file, "no Correlates of War code of a state; mend it or take the row out")
    return typed.alias(column.name)


def _cleaned(held: pl.Series) -> pl.Series:
    """Return the cells without blanks around text, and with null for what says that there is no value."""
    if held.dtype in (pl.Categorical, pl.Enum):
        held = held.cast(pl.String())
    if held.dtype == pl.String:
        stripped = held.str.strip_chars()
        return pl.select(pl.when(~stripped.is_in(NOTHING)).then(stripped)).to_series()
    return held.fill_nan(None) if held.dtype.is_float() else held


def _typed(held: pl.Series, column: FileColumn, file: str) -> pl.Series:
    """Cast the cells; what cannot be cast becomes null."""
    kind = column.type
    if held.dtype == pl.Null:
        held = held.cast(pl.String())
    if held.dtype.is_nested() or held.dtype in (pl.Binary, pl.Boolean, pl.Object):
        raise InputError(f"{file}, column {column.name}: holds {held.dtype}, {_ARTICLES[kind]}; fetch the file again")
    if kind in ("text", "title"):
        return held.cast(pl.String(), strict=False)
    if kind in ("date", "month"):
        return _days(held, column, file)
    if held.dtype.is_temporal():
        return pl.Series(held.name, [None] * held.len(), dtype=pl.Float64())
    if kind == "number":
        return held.cast(pl.Float64(), strict=False)
    if held.dtype.is_integer():
        return held.cast(pl.Int64(), strict=False)
    number = held.cast(pl.Float64(), strict=False)
    whole = pl.select(pl.when((number == number.floor()) & (number.abs() < _WHOLE)).then(number)).to_series()
    return whole.cast(pl.Int64(), strict=False)


def _days(held: pl.Series, column: FileColumn, file: str) -> pl.Series:
    """Read days or months, all cells of a column in one way of writing.

    A column is never read in two ways: 3/4/1990 means the third of April in one file and the fourth of March in
    another. Where both ways fit every cell and differ, the file is refused.
    """
    if held.dtype.is_temporal():
        return held.cast(pl.Date(), strict=False)
    text = held.cast(pl.String(), strict=False)
    if column.type == "month":
        digits = text.str.extract(r"^(\d{6})(?:\.0)?$", 1)
        first = pl.select(pl.when(digits.is_not_null()).then(pl.lit(digits) + "01")).to_series()
        months = first.str.to_date("%Y%m%d", strict=False)
        days = text.str.to_date("%Y-%m-%d", strict=False)
        chosen: pl.Series = months if months.null_count() <= days.null_count() else days
        return chosen
    text = text.str.replace(r"[T ]00:00(:00)?(\.0+)?(Z|\+00:?00)?$", "")
    cells = pl.select(pl.when(text.str.contains(_WRITTEN)).then(text)).to_series()
    ways = {way: cells.str.to_date(way, strict=False) for way in _FORMATS}
    best = min(ways, key=lambda way: ways[way].null_count())
    one, other = (ways[way] for way in _SLASHED)
    if best in _SLASHED and one.null_count() == other.null_count() and not one.equals(other):
        raise InputError(
            f"{file}, column {column.name}: {held.drop_nulls()[0]!r} may be day and month or month and day; "
            "write YYYY-MM-DD"
        )
    read: pl.Series = ways[best]
    return read


def _refuse(held: pl.Series, wrong: pl.Series, column: FileColumn, file: str, why: str) -> None:
    """Raise the error that names the first wrong cell of a column, if there is one."""
    if not wrong.any():
        return
    row = int(wrong.arg_true()[0])
    cell = held[row]
    shown = ascii(cell[:40]) if isinstance(cell, str) else str(cell)
    raise InputError(
        f"{file}, column {column.name}: {shown} in data row {row + 1} is {why} ({int(wrong.sum())} such rows)"
    )
