"""From frames with names to arrays: every cell once, nothing missing, nothing unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from khasan.ledger.errors import InputError

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Indices = NDArray[np.intp]


def check_for_columns(frame: pl.DataFrame, label: str, columns: Sequence[str]) -> None:
    """Refuse what is no frame, or lacks a column.

    Parameters
    ----------
    frame : DataFrame
        As given, so it may be anything.
    label : str
        What to call it in a message.
    columns : sequence of str
        That it needs.

    Raises
    ------
    InputError
        Which names what was given, or the first column that is missing.
    """
    if not isinstance(frame, pl.DataFrame):
        family = type(frame).__module__.partition(".")[0]
        kind = type(frame).__name__ if family == "builtins" else f"{type(frame).__name__} of {family}"
        raise InputError(
            f"{label}: {kind} given; it must be a DataFrame of polars with {', '.join(columns)}, so collect a "
            "LazyFrame and convert anything else"
        )
    lacking = [name for name in columns if name not in frame.columns]
    if lacking:
        raise InputError(f"{label}: column {lacking[0]} is missing; it needs {', '.join(columns)}")


def names_of(frame: pl.DataFrame, label: str, column: str) -> tuple[str, ...]:
    """List the names in a column, sorted, so that the order of rows does not matter.

    Parameters
    ----------
    frame : DataFrame
        Any.
    label : str
        What to call it in a message.
    column : str
        Of names.

    Returns
    -------
    tuple of str
    """
    check_for_columns(frame, label, [column])
    series = _names(frame, label, column)
    if not len(series):
        raise InputError(f"{label}, column {column}: no rows; give one for every cell")
    return tuple(sorted(series.unique()))


def _names(frame: pl.DataFrame, label: str, column: str) -> pl.Series:
    """Return a column of names as text; codes in whole numbers are names too."""
    series = frame.get_column(column)
    if not (series.dtype in (pl.String, pl.Categorical, pl.Enum, pl.Null) or series.dtype.is_integer()):
        raise InputError(f"{label}, column {column}: holds {series.dtype}; it must hold names, as text")
    if series.null_count():
        row = int(series.is_null().arg_max() or 0)
        raise InputError(f"{label}, row {row + 1}, column {column}: a name is missing; every row needs one")
    return series.cast(pl.String)


def places(frame: pl.DataFrame, label: str, column: str, names: Sequence[str]) -> Indices:
    """Find the place of each row's name among the known ones.

    Parameters
    ----------
    frame : DataFrame
        Any.
    label : str
        What to call it in a message.
    column : str
        Of names.
    names : sequence of str
        Known names.

    Returns
    -------
    array of shape (rows,)

    Raises
    ------
    InputError
        Which names the first unknown one.
    """
    given = _names(frame, label, column)
    coded = given.cast(pl.Enum(names), strict=False)
    if coded.null_count():
        row = int(coded.is_null().arg_max() or 0)
        raise InputError(
            f"{label}, row {row + 1}, column {column}: {given[row]!r} is not known; it must be one of {len(names)} "
            f"names such as {names[0]}, {names[-1]}"
        )
    return coded.to_physical().to_numpy().astype(np.intp)


def numbers(frame: pl.DataFrame, label: str, column: str) -> Floats:
    """Read a column of finite numbers.

    Parameters
    ----------
    frame : DataFrame
        Any.
    label : str
        What to call it in a message.
    column : str
        Of numbers.

    Returns
    -------
    array of shape (rows,)

    Raises
    ------
    InputError
        Where a value is missing or not a number; infinity passes, since it stands for an embargo in some columns.
    """
    given = frame.get_column(column)
    if not (given.dtype.is_numeric() or given.dtype in (pl.String, pl.Null)):
        raise InputError(f"{label}, column {column}: holds {given.dtype}; it must hold numbers")
    read = given.cast(pl.Float64, strict=False)
    lost = read.is_null() & given.is_not_null()
    if lost.any():
        row = int(lost.arg_max() or 0)
        raise InputError(f"{label}, row {row + 1}, column {column}: {str(given[row])[:40]!r} is no number; give one")
    values = read.fill_null(float("nan")).to_numpy()
    faulty = np.isnan(values)
    if faulty.any():
        row = int(np.argmax(faulty))
        raise InputError(f"{label}, row {row + 1}, column {column}: no number; missing is not zero, so give a value")
    return np.asarray(values, dtype=np.float64)


def grid(frame: pl.DataFrame, label: str, keys: Mapping[str, Sequence[str]], value: str) -> Floats:
    """Read a full grid of finite numbers: every combination of names once.

    Parameters
    ----------
    frame : DataFrame
        One row a cell, in any order; other columns are ignored.
    label : str
        What to call it in a message.
    keys : mapping of str to sequence of str
        Columns of names and what each may hold, in the order of the array's axes.
    value : str
        Column of numbers.

    Returns
    -------
    array
        One axis a key.

    Raises
    ------
    InputError
        Which names the first cell that is missing, given twice, or not a finite number.
    """
    check_for_columns(frame, label, [*keys, value])
    shape = tuple(len(names) for names in keys.values())
    flat = flat_places(frame, label, keys)
    values = numbers(frame, label, value)
    count = np.bincount(flat, minlength=int(np.prod(shape)))
    if (count != 1).any():
        twice = bool((count > 1).any())
        cell = int(np.argmax(count > 1 if twice else count == 0))
        raise InputError(
            f"{label}: {name_cell(cell, keys)} "
            + ("is given twice; keep one row" if twice else "is missing; give a row for every cell, 0 where it is 0")
        )
    if np.isinf(values).any():
        raise InputError(f"{label}: {name_cell(int(flat[np.argmax(np.isinf(values))]), keys)} is infinite")
    cells = np.empty(len(count))
    cells[flat] = values
    return cells.reshape(shape)


def changed(
    frame: pl.DataFrame | None, label: str, keys: Mapping[str, Sequence[str]], value: str, baseline: Floats
) -> Floats:
    """Read the cells that change, and keep the others.

    Parameters
    ----------
    frame : DataFrame or None
        One row a changed cell; None changes nothing.
    label : str
        What to call it in a message.
    keys : mapping of str to sequence of str
        Columns of names and what each may hold, in the order of the array's axes.
    value : str
        Column of numbers; infinity is allowed here.
    baseline : array
        What the other cells keep.

    Returns
    -------
    array
        ``baseline`` itself where nothing changes.

    Raises
    ------
    InputError
        Where a name is unknown, a cell is given twice, or a value is missing.
    """
    if frame is None:
        return baseline
    check_for_columns(frame, label, [*keys, value])
    if not frame.height:
        return baseline
    flat = flat_places(frame, label, keys)
    ordered = np.sort(flat)
    again = ordered[1:][ordered[1:] == ordered[:-1]]
    if len(again):
        raise InputError(f"{label}: {name_cell(int(again[0]), keys)} is given twice; keep one row")
    cells = baseline.copy()
    cells.reshape(-1)[flat] = numbers(frame, label, value)
    return cells


def flat_places(frame: pl.DataFrame, label: str, keys: Mapping[str, Sequence[str]]) -> Indices:
    """Find each row's cell in a flattened array with one axis a key."""
    found = [places(frame, label, column, names) for column, names in keys.items()]
    return np.ravel_multi_index(found, tuple(len(names) for names in keys.values())).astype(np.intp)


def name_cell(cell: int, keys: Mapping[str, Sequence[str]]) -> str:
    """Put a cell into words: ``sector Mining, region Peru``."""
    spot = np.unravel_index(cell, tuple(len(names) for names in keys.values()))
    return ", ".join(f"{column} {names[int(place)]}" for (column, names), place in zip(keys.items(), spot, strict=True))


def check_cells(faulty: Flags, label: str, cells: Floats, keys: Mapping[str, Sequence[str]], problem: str) -> None:
    """Refuse the first marked cell, by its names and what it holds.

    Parameters
    ----------
    faulty : array
        Marks, of the shape of ``cells``.
    label : str
        What to call the cells in a message.
    cells : array
        One axis a key.
    keys : mapping of str to sequence of str
        Names along each axis.
    problem : str
        What is wrong, and what to do.

    Raises
    ------
    InputError
        ``tariff: sector Mining, exporter Peru, importer Chile (-1.5) is ...``.
    """
    if faulty.any():
        cell = int(np.argmax(faulty))
        raise InputError(f"{label}: {name_cell(cell, keys)} ({cells.reshape(-1)[cell]:.6g}) {problem}")
