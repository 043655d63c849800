"""The tables of the ledger and of a casebook, read from ``tables.csv``.

The schema is data: every table, column, type, allowed word and reference stands in
``tables.csv`` beside this module, from which the checks, the DuckDB tables, the Frictionless
package and the reference pages are all made.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import polars as pl

LIST_TYPES = frozenset({"list", "units"})
"""Types whose cells hold several values, separated by a semicolon."""

SEED = "seed"
"""Kind of a load that only brings reference tables; a casebook may replace its rows."""

SEED_TABLES = ("actor", "channel", "unit", "series", "role", "label")

_POLARS: Mapping[str, pl.DataType] = MappingProxyType(
    {"number": pl.Float64(), "integer": pl.Int64(), "date": pl.Date()}
)
_DUCKDB: Mapping[str, str] = MappingProxyType({"number": "DOUBLE", "integer": "BIGINT", "date": "DATE"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its type, whether it must be filled, its words and what it refers to."""

    name: str
    type: str
    required: bool
    allowed: tuple[str, ...]
    references: tuple[str, str] | None
    description: str

    @property
    def is_list(self) -> bool:
        """Whether a cell holds several values, separated by a semicolon."""
        return self.type in LIST_TYPES

    @property
    def polars(self) -> pl.DataType:
        """The Polars type of the checked column."""
        return _POLARS.get(self.type, pl.String())

    @property
    def duckdb(self) -> str:
        """The DuckDB type of the column."""
        return _DUCKDB.get(self.type, "VARCHAR")


@cache
def schema() -> Mapping[str, tuple[Column, ...]]:
    """Return every table with its columns, in the order of ``tables.csv``."""
    tables: dict[str, list[Column]] = {}
    text = files("khasan.ledger").joinpath("tables.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        table, _, column = row["references"].partition(".")
        tables.setdefault(row["table"], []).append(
            Column(
                name=row["column"],
                type=row["type"],
                required=row["required"] == "yes",
                allowed=tuple(row["allowed"].split(";")) if row["allowed"] else (),
                references=(table, column) if column else None,
                description=row["description"],
            )
        )
    return MappingProxyType({name: tuple(columns) for name, columns in tables.items()})


def columns(table: str) -> tuple[Column, ...]:
    """Return the columns of one table."""
    return schema()[table]


def has_id(table: str) -> bool:
    """Whether the rows of a table carry an id of their own."""
    return columns(table)[0].name == "id"


def empty_frame(table: str) -> pl.DataFrame:
    """Return the table without rows, with the right types."""
    return pl.DataFrame(schema={column.name: column.polars for column in columns(table)})
