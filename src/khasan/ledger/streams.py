"""A query's result as a frame, read through the Arrow stream that every relation offers.

Polars remembers the types that it was given until the process ends, and DuckDB complains of types that outlive it. So
what is given to Polars is a type of this module, which knows nothing of DuckDB.
"""

from __future__ import annotations

from typing import Protocol

import polars as pl


class Streamed(Protocol):
    """Whatever offers its rows as an Arrow stream."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Return the stream."""


class _Rows:
    """The rows of a relation."""

    def __init__(self, relation: Streamed) -> None:
        self._relation = relation

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Return the stream of the relation."""
        return self._relation.__arrow_c_stream__(requested_schema)


def frame_of(relation: Streamed) -> pl.DataFrame:
    """Read a relation into a frame, without pyarrow, whose import alone takes a fifth of a second."""
    return pl.DataFrame(_Rows(relation))
