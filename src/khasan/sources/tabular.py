"""Read a public table, Parquet or delimited text, and check every column against ``columns.csv``.

This is the way of the data sets that are held whole (:mod:`khasan.sources.datasets`): text is read by
:mod:`khasan.sources.delimited`, columns get their types in :mod:`khasan.sources.cells`. Small files with a layout of
their own, and those without a header, are read by :mod:`khasan.sources.publisher_files`.

Columns are found by name, in any order, under the names of the R packages or those of the publisher (column
``also``); columns that nobody needs are not read. What a file may not be is said in one sentence, with the data row
(the first row under the header is data row 1).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import polars as pl

from khasan.ledger.errors import InputError
from khasan.sources.cells import FileColumn, checked
from khasan.sources.delimited import header_of, named, read_delimited
from khasan.sources.packaged import packaged_rows

MOST_BYTES = 2_000_000_000
"""Size above which a file is refused."""


@cache
def file_columns(part: str) -> tuple[FileColumn, ...]:
    """Return the columns that a part of a data set must have, as ``columns.csv`` lists them."""

    def number(cell: str) -> float | None:
        """Return the number in a cell, or None where it is empty."""
        return float(cell) if cell else None

    return tuple(
        FileColumn(
            name=row["column"],
            also=tuple(row["also"].split(";")) if row["also"] else (),
            type=row["type"],
            required=row["required"] == "yes",
            optional=row["required"] == "optional",
            key=row["key"] == "yes",
            missing=number(row["missing"]),
            least=number(row["least"]),
            most=number(row["most"]),
            not_before=row["not_before"],
            allowed=tuple(row["allowed"].split(";")) if row["allowed"] else (),
        )
        for row in packaged_rows("columns.csv")
        if row["part"] == part
    )


def read_table(path: Path, part: str, codes: pl.Series | None = None, encoding: str = "utf-8") -> pl.DataFrame:
    """Read one file of a data set with the columns and types of its part.

    Parameters
    ----------
    path : Path
        A Parquet file, or a text file with a header: commas between the columns, or tabulators where the name ends
        in ``.txt``, ``.tab`` or ``.tsv``.
    part : str
        Part of ``columns.csv``.
    codes : Series, optional
        The Correlates of War codes that states have; columns of the type ``cow`` hold no other. Not checked where
        they are not given.
    encoding : str
        Encoding of the publisher where the file is not in UTF-8.

    Returns
    -------
    DataFrame
        Columns named as in ``columns.csv``, in the order of the rows of the file; the file's code for missing, NaN and
        empty cells are null.

    Raises
    ------
    InputError
        Where the file cannot be read, lacks a column, has no rows, holds a value that the column cannot have, or
        speaks twice of what its key names.
    """
    _check_the_file(path)
    columns = file_columns(part)
    try:
        if _is_parquet(path):
            raw = _parquet(path, columns)
        else:
            raw = _text(path, columns, encoding)
    except OSError as error:
        raise InputError(f"{named(path)}: cannot be read ({error.strerror or type(error).__name__})") from None
    if raw.is_empty():
        raise InputError(f"{named(path)}: has no rows; fetch it again")
    frame = pl.DataFrame([checked(raw.get_column(column.name), column, named(path), codes) for column in columns])
    _check_order(frame, columns, named(path))
    _check_keys(frame, [column.name for column in columns if column.key], named(path))
    return frame


def _check_the_file(path: Path) -> None:
    """Refuse what is no file of a size that a public data set has."""
    if path.is_dir():
        raise InputError(f"{named(path)}: a folder; give the file")
    if not path.is_file():
        raise InputError(f"{named(path)}: no such file in {named(path.parent)}; give the file or its folder")
    if path.stat().st_size > MOST_BYTES:
        raise InputError(f"{named(path)}: larger than {MOST_BYTES:,} bytes; this is no file of a public data set")


def _is_parquet(path: Path) -> bool:
    """Tell by its first bytes or its ending whether a file is Parquet."""
    with path.open("rb") as file:
        return file.read(4) == b"PAR1" or path.suffix.casefold() == ".parquet"


def _found(held: list[str], columns: tuple[FileColumn, ...], file: str) -> dict[str, int | None]:
    """Find the place of each column in a header, by one of its names; None for an optional one that is not there."""
    folded = [name.strip().casefold() for name in held]
    places: dict[str, int | None] = {}
    for column in columns:
        names = [name.casefold() for name in (column.name, *column.also)]
        place = next((folded.index(name) for name in names if name in folded), None)
        if place is None and not column.optional:
            also = f" (or {', '.join(column.also)})" if column.also else ""
            raise InputError(f"{file}, column {column.name}{also}: missing; the file has {_listed(held)}")
        places[column.name] = place
    return places


def _parquet(path: Path, columns: tuple[FileColumn, ...]) -> pl.DataFrame:
    """Read the columns of a Parquet file."""
    try:
        held = list(pl.read_parquet_schema(path))
        places = _found(held, columns, named(path))
        raw = pl.read_parquet(path, columns=[held[place] for place in places.values() if place is not None])
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise InputError(f"{named(path)}: cannot be read as Parquet ({type(error).__name__}); fetch it again") from None
    return raw.select(
        (pl.col(held[place]) if place is not None else pl.lit(None, pl.String())).alias(name)
        for name, place in places.items()
    )


def _text(path: Path, columns: tuple[FileColumn, ...], encoding: str) -> pl.DataFrame:
    """Read the columns of a delimited file as text; the types come from ``columns.csv``, never from a guess."""
    header = header_of(path, encoding)
    places = _found(header, columns, named(path))
    raw = read_delimited(path, len(header), [place for place in places.values() if place is not None], encoding)
    return raw.select(
        (pl.col(f"c{place}") if place is not None else pl.lit(None, pl.String())).alias(name)
        for name, place in places.items()
    )


def _check_order(frame: pl.DataFrame, columns: tuple[FileColumn, ...], file: str) -> None:
    """Refuse a spell that ends before it starts."""
    for column in columns:
        if column.not_before:
            wrong = (frame.get_column(column.name) < frame.get_column(column.not_before)).fill_null(False)
            if wrong.any():
                row = int(wrong.arg_true()[0])
                end, start = frame.item(row, column.name), frame.item(row, column.not_before)
                raise InputError(
                    f"{file}, column {column.name}: {end} in data row {row + 1} is before its {column.not_before}, "
                    f"{start} ({int(wrong.sum())} such rows)"
                )


def _check_keys(frame: pl.DataFrame, keys: list[str], file: str) -> None:
    """Refuse two rows that speak of the same, and say whether they agree; a row whose key has a gap is no such row."""
    if not keys:
        return
    known = frame.select(keys).with_row_index("_row").drop_nulls()
    if known.select(keys).n_unique() == known.height:
        return
    doubled = known.filter(pl.struct(keys).is_duplicated())
    first = doubled.row(0, named=True)
    same = doubled.filter(pl.col(key) == first[key] for key in keys).get_column("_row").to_list()
    told = ", ".join(f"{key} {first[key]}" for key in keys)
    agree = frame[same].n_unique() == 1
    raise InputError(
        f"{file}, column{'s' if len(keys) > 1 else ''} {', '.join(keys)}: data rows {same[0] + 1} and {same[1] + 1} "
        f"both speak of {told}, {'with the same values' if agree else 'with different values'}; keep one "
        f"({doubled.height} such rows)"
    )


def _listed(names: list[str]) -> str:
    """List the columns of a file, the first dozen, without characters that a terminal would obey."""
    shown = ", ".join(name if name.isprintable() else ascii(name) for name in (name[:40] for name in names[:12]))
    return (shown or "none") + (" ..." if len(names) > 12 else "")
