"""Small frames and folders for the tests of the sources."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from khasan.sources.actors import actors_of

ROOT = Path(__file__).parents[2]
CASEBOOK = ROOT / "casebooks" / "rus-prk"
STATES = ROOT.parent / "shared" / "data" / "states"

needs_states = pytest.mark.skipif(
    not STATES.is_dir(), reason="the data files on states (../shared/data/states) are not here"
)
needs_casebook = pytest.mark.skipif(
    not (CASEBOOK / "actor.csv").is_file(), reason="the casebook rus-prk has no actors yet"
)


def actors(*rows: tuple[str, str, str | None, str | None, str | None]) -> pl.DataFrame:
    """Make actors from id, code, ISO2, first and last day."""
    names = ["id", "cow", "iso2", "valid_from", "valid_to"]
    return actors_of(pl.DataFrame(rows, schema={name: pl.String() for name in names}, orient="row"))


OLD_AND_NEW = actors(
    ("XOL", "10", "XO", "1920-01-01", "1991-12-25"),
    ("XNE", "10", "XO", "1991-12-26", None),
    ("XAA", "20", "XA", "1948-09-09", None),
    ("XBB", "30", "XB", None, None),
)
"""A state that gave way to its successor in 1991, and two others."""


def trade(*rows: tuple[int, int, int, float | None, float | None]) -> pl.DataFrame:
    """Make rows of the dyadic trade file."""
    names = ["ccode1", "ccode2", "year", "flow1", "flow2"]
    types = dict(zip(names, [pl.Int64(), pl.Int64(), pl.Int64(), pl.Float64(), pl.Float64()], strict=True))
    return pl.DataFrame(rows, schema=types, orient="row")
