"""Tables that lie in this package beside the code: codes, words and units that publishers use."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

import polars as pl


@cache
def packaged(name: str) -> pl.DataFrame:
    """Return a table of the package as text; empty cells are null.

    Parameters
    ----------
    name : str
        Name of the CSV file in :mod:`khasan.sources`.
    """
    reader = csv.DictReader(files("khasan.sources").joinpath(name).read_text(encoding="utf-8").splitlines())
    rows = [{key: cell or None for key, cell in row.items()} for row in reader]
    return pl.DataFrame(rows, schema=dict.fromkeys(reader.fieldnames or [], pl.String()))
