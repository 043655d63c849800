"""A casebook read straight from its folder: checked tables without a database, for reading only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Protocol

import polars as pl

from khasan.ledger.schema import empty_frame, schema

LOAD_TYPES = {
    "load": pl.Int64(), "name": pl.String(), "kind": pl.String(), "version": pl.String(), "sha256": pl.String(),
    "loaded": pl.Date(), "known_from": pl.Date(), "first_year": pl.Int64(), "last_year": pl.Int64(),
    "set_aside": pl.Int64(), "rows": pl.Int64(),
}  # fmt: skip
RETRACTION_TYPES = {"row_id": pl.String(), "reason": pl.String(), "retracted": pl.Date()}


class Tables(Protocol):
    """What a snapshot is taken of: a ledger file, or a casebook folder."""

    name: str

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return every table of the schema with ``_load``, the number of the load that brought each row."""

    def loads(self) -> pl.DataFrame:
        """Return what was loaded."""

    def retractions(self) -> pl.DataFrame:
        """Return the retracted rows."""

    def close(self) -> None:
        """Let go of what is open."""


class Casebook:
    """The checked tables of one casebook, as a ledger would hold them after loading nothing else."""

    def __init__(self, typed: Mapping[str, pl.DataFrame], name: str, version: str, sha256: str) -> None:
        self.name = name
        self._version, self._sha256 = version, sha256
        one = pl.lit(1, dtype=pl.Int64()).alias("_load")
        self._tables = {table: typed.get(table, empty_frame(table)).with_columns(one) for table in schema()}

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return every table of the schema with ``_load``."""
        return dict(self._tables)

    def loads(self) -> pl.DataFrame:
        """Return the one load."""
        rows = sum(frame.height for frame in self._tables.values())
        values = [1, self.name, "casebook", self._version, self._sha256, None, None, None, None, 0, rows]
        return pl.DataFrame([values], schema=LOAD_TYPES, orient="row")

    def retractions(self) -> pl.DataFrame:
        """Return the rows that the casebook itself marks as retracted."""
        frame = self._tables["observation"].filter(pl.col("status") == "retracted")
        rows = [
            (row["id"], row["note"] or "retracted by the casebook", date.min) for row in frame.iter_rows(named=True)
        ]
        return pl.DataFrame(rows, schema=RETRACTION_TYPES, orient="row")

    def close(self) -> None:
        """Do nothing: no file is held open."""
