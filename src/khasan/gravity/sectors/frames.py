"""From frames with names to arrays: every cell once, nothing missing, nothing unknown."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from khasan.ledger.errors import InputError

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

FixedCapacity = pl.DataFrame | Mapping[str, float] | Mapping[tuple[str, str], float] | Collection[str]
"""Cells whose capacity cannot move: a frame, a share by sector or by (sector, region), or sectors."""


def check_for_columns(frame: pl.DataFrame, label: str, columns: Sequence[str]) -> None:
    """Refuse a frame that lacks a column."""
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
    series = frame.get_column(column)
    if series.null_count() or not len(series):
        raise InputError(f"{label}, column {column}: a name is missing; every row needs one")
    return tuple(sorted(str(name) for name in series.unique()))


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
    given = frame.get_column(column)
    if given.dtype != pl.String:
        given = given.cast(pl.String)
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
    try:
        values = frame.get_column(column).cast(pl.Float64).fill_null(float("nan")).to_numpy()
    except pl.exceptions.PolarsError as error:
        raise InputError(f"{label}, column {column}: {error}; it must hold numbers") from error
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


def fixed_shares(given: FixedCapacity | None, sectors: Sequence[str], regions: Sequence[str]) -> Floats:
    """Read which share of value added goes to capacity that cannot move.

    Parameters
    ----------
    given : frame, mapping, collection or None
        A frame with ``sector``, ``region`` and ``share`` (without it, 1); or shares by sector or by (sector, region);
        or sectors whose value added is all fixed. What is not named moves freely.
    sectors, regions : sequence of str
        Known names.

    Returns
    -------
    array of shape (regions, sectors)

    Raises
    ------
    InputError
        For an unknown name, or a share outside 0 to 1.
    """
    shares = np.zeros((len(regions), len(sectors)))
    if given is None:
        return shares
    label = "fixed_capacity"
    if isinstance(given, pl.DataFrame):
        keys = {"region": regions, "sector": sectors}
        frame = given if "share" in given.columns else given.with_columns(share=pl.lit(1.0))
        shares = changed(frame, label, keys, "share", shares)
    elif isinstance(given, str):
        raise InputError(f"{label}: {given!r}; give a list of sectors, a mapping or a frame")
    else:
        pairs = given.items() if isinstance(given, Mapping) else [(name, 1.0) for name in given]
        for key, share in pairs:
            sector, region = key if isinstance(key, tuple) else (key, None)
            if sector not in sectors or (region is not None and region not in regions):
                raise InputError(f"{label}: {key!r} is not known; name sectors and regions of the tables")
            rows = slice(None) if region is None else list(regions).index(region)
            shares[rows, list(sectors).index(sector)] = share
    if not ((shares >= 0.0) & (shares <= 1.0)).all():
        raise InputError(f"{label}: a share lies outside 0 to 1; it is the part of value added that cannot move")
    return shares
