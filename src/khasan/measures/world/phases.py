"""Phases of many pairs: change points of yearly layers, by the exact method of the phases of one bond."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import polars as pl

from khasan.measures.phases import FEWEST, GRID, MINIMUM
from khasan.measures.segments import Matrix, segment, stability, standardise
from khasan.measures.world.inputs import check_for_columns, check_for_gaps, check_for_repeats

COLUMNS = ("one", "other", "layer", "year", "value")

SCHEMA = {
    "one": pl.String(),
    "other": pl.String(),
    "phase": pl.Int64(),
    "first": pl.Int64(),
    "last": pl.Int64(),
    "stability": pl.Float64(),
    "layers": pl.Int64(),
}


def phases(layers: pl.DataFrame) -> pl.DataFrame:
    """Phases of each pair: years between which its layers change their level together.

    Breaks minimise ``sum_phases sum_layers sum_t (z_t - mean)**2 + log(T) * layers * breaks`` over standardised layers,
    with ``T`` years and phases of at least four, exactly. The years begin with the first in which two layers have data
    and end with the last of any; a layer needs twelve years, and a year that it lacks counts for nothing.

    Parameters
    ----------
    layers : DataFrame
        ``one``, ``other``, ``layer``, ``year``, ``value`` (each layer in a unit of its own, finite); a missing year has
        no row.

    Returns
    -------
    DataFrame
        One row a pair and phase, sorted: ``phase`` (from 1), ``first`` and ``last`` year, ``stability``, the share of
        penalties from half to twice the base with a break within a year of its beginning (unit ``share``, null for the
        first phase), and ``layers``, how many were used. A pair whose layers are too short has no row.

    Raises
    ------
    InputError
        For missing columns, empty cells, and two values of a layer in a year.

    Source: Auger and Lawrence (1989) and Jackson et al. (2005) for the algorithm; Yao (1988) for the penalty; see
    :func:`khasan.measures.phases.phases`.
    """
    check_for_columns(layers, COLUMNS, "layers")
    check_for_gaps(layers, COLUMNS, "layers")
    check_for_repeats(layers, COLUMNS[:4], "layers")
    rows: list[tuple[object, ...]] = []
    for (one, other), pair in layers.group_by("one", "other"):
        table = pair.pivot("layer", index="year", values="value").sort("year")
        rows += [(one, other, *row) for row in _phases(table)]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").sort("one", "other", "phase")


def _phases(table: pl.DataFrame) -> list[tuple[int, int, int, float | None, int]]:
    """Return the phases of one pair from its layers, one a column beside ``year``."""
    years = table.get_column("year").to_numpy()
    matrix = table.drop("year").to_numpy().astype(np.float64)
    known = ~np.isnan(matrix)
    varies = np.array([len(np.unique(column[~np.isnan(column)])) > 1 for column in matrix.T], dtype=bool)
    kept = (known.sum(axis=0) >= FEWEST) & varies
    if not kept.any():
        return []
    matrix, known = matrix[:, kept], known[:, kept]
    together = known.sum(axis=1)
    begin = int(np.argmax(together > 1)) if (together > 1).any() else int(np.argmax(together > 0))
    end = len(years) - int(np.argmax(together[::-1] > 0))
    filled = _every_year(years[begin:end], matrix[begin:end])
    standard = standardise(filled[:, ~np.isnan(filled).all(axis=0)])
    base = math.log(len(standard)) * standard.shape[1]
    found = [segment(standard, base * times, MINIMUM) for times in GRID]
    edges = [0, *found[len(GRID) // 2], len(standard)]
    first = int(years[begin])
    return [
        (number, first + start, first + stop - 1, stability(found, start) if start else None, standard.shape[1])
        for number, (start, stop) in enumerate(pairwise(edges), start=1)
    ]


def _every_year(years: np.ndarray[tuple[int], np.dtype[np.int64]], matrix: Matrix) -> Matrix:
    """Lay the rows out over every calendar year; a year without a row is missing."""
    filled = np.full((int(years[-1] - years[0]) + 1, matrix.shape[1]), np.nan)
    filled[years - years[0]] = matrix
    return filled
