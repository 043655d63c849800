"""Panels: the public data sets of the whole world, held whole and by column in a ledger file.

A casebook holds graded rows, thousands of them; a public data set holds a million values that share one source,
one unit and one grade. It is held as a panel, in columns, and becomes rows of ``observation`` for the actors that
somebody asks about (:mod:`khasan.sources.world`). Panels and their columns are listed in ``panels.csv``.

Each load of a data set is a **vintage**: a new version stands beside the old one, and what is asked for a day reads
the latest vintage that was known then.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import duckdb
import polars as pl

from khasan.ledger.errors import InputError
from khasan.ledger.streams import frame_of

_POLARS: Mapping[str, pl.DataType] = MappingProxyType(
    {"number": pl.Float64(), "integer": pl.Int64(), "date": pl.Date(), "flag": pl.Boolean()}
)
_DUCKDB: Mapping[str, str] = MappingProxyType(
    {"number": "DOUBLE", "integer": "BIGINT", "date": "DATE", "flag": "BOOLEAN"}
)

PANEL = "panel"
"""Kind of a load that brought panels."""

VERDICTS = "trade-vetting"
"""Name of the load that keeps the verdicts on trade."""


@dataclass(frozen=True, slots=True)
class PanelColumn:
    """One column of a panel."""

    name: str
    type: str
    required: bool
    key: bool
    description: str

    @property
    def polars(self) -> pl.DataType:
        """The Polars type of the column."""
        return _POLARS.get(self.type, pl.String())

    @property
    def duckdb(self) -> str:
        """The DuckDB type of the column."""
        return _DUCKDB.get(self.type, "VARCHAR")


@cache
def panels() -> Mapping[str, tuple[PanelColumn, ...]]:
    """Return every panel with its columns, in the order of ``panels.csv``."""
    text = files("khasan.ledger").joinpath("panels.csv").read_text(encoding="utf-8")
    found: dict[str, list[PanelColumn]] = {}
    for row in csv.DictReader(text.splitlines()):
        column = PanelColumn(
            row["column"], row["type"], row["required"] == "yes", row["key"] == "yes", row["description"]
        )
        found.setdefault(row["panel"], []).append(column)
    return MappingProxyType({name: tuple(columns) for name, columns in found.items()})


def panel_keys(panel: str) -> list[str]:
    """Return the columns that tell the rows of a panel apart."""
    return [column.name for column in panels()[panel] if column.key]


def typed_panel(panel: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Bring a frame to the columns and types of a panel, and check that its rows can be told apart.

    Parameters
    ----------
    panel : str
        Name of the panel.
    frame : DataFrame
        Columns named as in the panel; one that is missing is empty.

    Raises
    ------
    InputError
        Where a column is unknown, a required one has gaps, or two rows have one key.
    """
    columns = panels()[panel]
    known = {column.name for column in columns}
    extra = [name for name in frame.columns if name not in known]
    if extra:
        raise InputError(f"panel {panel}, column {extra[0]}: not a column of the panel; drop it before the load")
    try:
        typed = frame.select(
            (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
            for name, kind in ((column.name, column.polars) for column in columns)
        )
    except pl.exceptions.PolarsError as error:
        reason = " ".join(str(error).split())[:120]
        raise InputError(f"panel {panel}: a column has another type than it should ({reason})") from None
    for column in columns:
        gaps = typed.get_column(column.name).null_count()
        if column.required and gaps:
            raise InputError(f"panel {panel}, column {column.name}: empty in {gaps} rows; a row needs it")
        if column.type == "number" and not typed.get_column(column.name).drop_nulls().is_finite().all():
            raise InputError(f"panel {panel}, column {column.name}: holds a value that is not finite")
    keys = panel_keys(panel)
    varying = [key for key in keys if typed.get_column(key).null_count() < typed.height]
    if typed.height and typed.select(pl.struct(varying).n_unique()).item() != typed.height:
        first = typed.filter(pl.struct(varying).is_duplicated()).select(varying).row(0, named=True)
        told = ", ".join(f"{name} {value}" for name, value in first.items() if value is not None)
        raise InputError(f"panel {panel}: more than one row for {told}; keep one")
    return typed


def years_of(frames: Mapping[str, pl.DataFrame]) -> tuple[int | None, int | None]:
    """Return the first and the last year that panels speak of, or two Nones."""
    found: list[int] = []
    for frame in frames.values():
        for name, last in (("year", "year"), ("first_year", "last_year"), ("start_year", "start_year")):
            if name in frame.columns and frame.height:
                found += [frame.get_column(name).min(), frame.get_column(last).max()]  # type: ignore[list-item]
        if "start" in frame.columns and frame.height:
            found += [frame.get_column("start").min().year, frame.get_column("end").max().year]  # type: ignore[union-attr]
    return (min(found), max(found)) if found else (None, None)


class Panels:
    """The panels of an open ledger."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    @staticmethod
    def columns() -> Mapping[str, Mapping[str, str]]:
        """Return the DuckDB types of the columns of every panel, with ``_load``."""
        return {
            name: {column.name: column.duckdb for column in columns} | {"_load": "BIGINT"}
            for name, columns in panels().items()
        }

    def vintages(self, as_of: date | None = None) -> dict[str, int]:
        """Return, for each data set, the number of the load that was current on a day.

        Of the vintages that were known on the day, the one that became known last counts, and of several from one day
        the one that was loaded last. A vintage without a day, as the first one usually is, was known before all
        others, since its rows carry the day from which each could be known; so it also stands for any earlier day.
        """
        query = "SELECT load, name, known_from FROM load WHERE kind = ? ORDER BY known_from NULLS FIRST, load"
        current: dict[str, int] = {}
        for number, name, known in self._connection.execute(query, [PANEL]).fetchall():
            if name not in current or as_of is None or known is None or known <= as_of:
                current[name] = number
        return current

    def read(
        self,
        panel: str,
        *,
        as_of: date | None = None,
        of: Mapping[str, Iterable[str]] | None = None,
        either: Mapping[str, Iterable[str]] | None = None,
        columns: Iterable[str] | None = None,
        loads: Iterable[int] | None = None,
    ) -> pl.DataFrame:
        """Return the rows of a panel.

        Parameters
        ----------
        panel : str
            Name of the panel.
        as_of : date, optional
            Use the vintages that were known on this day; the latest where not given.
        of : mapping of str to iterable of str
            Rows whose every named column is among the values.
        either : mapping of str to iterable of str
            Rows of which at least one named column is among the values.
        columns : iterable of str, optional
            Columns to return; all where not given. ``_load`` may be named.
        loads : iterable of int, optional
            Read these vintages instead.
        """
        known = {column.name for column in panels()[panel]} | {"_load"}
        chosen = list(columns) if columns is not None else [column.name for column in panels()[panel]]
        for name in (*chosen, *(of or {}), *(either or {})):
            if name not in known:
                raise ValueError(f"panel {panel} has no column {name}")
        numbers = list(loads) if loads is not None else sorted(self.vintages(as_of).values())
        values: list[Any] = []

        def one_of(name: str, wanted: Iterable[Any]) -> str:
            """Write that a column is among some values; a list, unlike a join, keeps the order of the load."""
            held = sorted(set(wanted))
            values.extend(held)
            return f'"{name}" IN ({", ".join("?" * len(held))})' if held else "false"

        clauses = [one_of("_load", numbers), *(one_of(name, wanted) for name, wanted in (of or {}).items())]
        if either:
            clauses.append(f"({' OR '.join(one_of(name, wanted) for name, wanted in either.items())})")
        picked = ", ".join(f'"{name}"' for name in chosen)
        query = f'SELECT {picked} FROM "{panel}" WHERE {" AND ".join(clauses)}'
        return frame_of(self._connection.sql(query, params=values))

    def rows(self) -> dict[int, int]:
        """Return the number of rows that each load holds over all panels."""
        parts = " UNION ALL ".join(f'SELECT _load, count(*) AS n FROM "{name}" GROUP BY _load' for name in panels())
        query = f"SELECT _load, sum(n)::BIGINT FROM ({parts}) GROUP BY _load"
        return dict(self._connection.execute(query).fetchall())
