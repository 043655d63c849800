"""Tables that lie in this package beside the code: codes, words, units, files and columns of publishers."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

import polars as pl


def packaged_rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a table of the package as text, for what is no frame; empty cells are empty texts.

    Parameters
    ----------
    name : str
        Name of the CSV file in :mod:`khasan.sources`.
    """
    text = files("khasan.sources").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def packaged(name: str) -> pl.DataFrame:
    """Return a table of the package as a frame of text; empty cells are null.

    Parameters
    ----------
    name : str
        Name of the CSV file in :mod:`khasan.sources`; it has one row at least.
    """
    rows = packaged_rows(name)
    cells = [{column: cell or None for column, cell in row.items()} for row in rows]
    return pl.DataFrame(cells, schema=dict.fromkeys(rows[0], pl.String()))
