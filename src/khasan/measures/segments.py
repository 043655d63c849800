"""Change points in the mean of several yearly layers, found exactly by dynamic programming."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

TIE = 1e-9
"""Difference of cost under which two solutions are equal; the earlier break is then taken."""


def segment(matrix: Matrix, penalty: float, minimum: int) -> list[int]:
    """Split years into segments of constant mean, at the lowest cost.

    Minimises ``sum_segments sum_layers sum_t (x_t - mean)**2 + penalty * breaks`` over all splits whose segments have
    at least ``minimum`` years. A missing cell (NaN) costs nothing and moves no mean, so nothing is interpolated.

    Parameters
    ----------
    matrix : array
        One row a year, one column a layer.
    penalty : float
        Cost of one break, in the squared unit of the layers.
    minimum : int
        Fewest years of a segment.

    Returns
    -------
    list of int
        First row of every segment but the first, in order (row numbers, no unit).

    Source: Auger and Lawrence, Algorithms for the optimal identification of segment neighborhoods, Bulletin of
    Mathematical Biology 51 (1989) 39-54; Jackson et al., An algorithm for optimal partitioning of data on an interval
    (2005).
    """
    years, step = matrix.shape[0], max(1, minimum)
    costs = segment_costs(matrix)
    best = np.full(years + 1, np.inf)
    best[0] = -penalty
    start = np.zeros(years + 1, dtype=np.int64)
    for end in range(step, years + 1):
        totals = best[: end - step + 1] + costs[: end - step + 1, end] + penalty
        lowest = totals.min()
        if np.isfinite(lowest):
            start[end] = int(np.flatnonzero(totals <= lowest + TIE)[0])
            best[end] = totals[start[end]]
    breaks: list[int] = []
    at = int(start[years]) if np.isfinite(best[years]) else 0
    while at > 0:
        breaks.append(at)
        at = int(start[at])
    return breaks[::-1]


def segment_costs(matrix: Matrix) -> Matrix:
    """Return the cost of every segment: entry (i, j) is that of rows i to j - 1, summed over the layers.

    The cost is the sum of squared deviations from the mean of the segment, in the squared unit of the layers.

    Source: see :func:`segment`.
    """
    known = ~np.isnan(matrix)
    filled = np.where(known, matrix, 0.0)
    zero = np.zeros((1, matrix.shape[1]))
    counts, sums, squares = (
        np.concatenate([zero, np.cumsum(part, axis=0)]) for part in (known.astype(np.float64), filled, filled**2)
    )
    many, total, square = (part[None, :, :] - part[:, None, :] for part in (counts, sums, squares))
    spread = square - np.divide(total**2, many, out=np.zeros_like(total), where=many > 0)
    return np.asarray(np.maximum(spread, 0.0).sum(axis=2), dtype=np.float64)


def standardise(layers: Matrix) -> Matrix:
    """Return each layer less its mean over its standard deviation, over the years that have data.

    A layer without variation has no scale and becomes missing.

    In standard deviations of the layer, so without unit.

    Source: the standard score, with the standard deviation over the years that have data (divisor n).
    """
    centred = layers - np.nanmean(layers, axis=0)
    scale = np.nanstd(layers, axis=0)
    return np.asarray(np.divide(centred, scale, out=np.full_like(centred, np.nan), where=scale > TIE), dtype=np.float64)


def stability(found: list[list[int]], point: int, near: int = 1) -> float:
    """Return the share of solutions (one a penalty) that hold a break within ``near`` rows of a point.

    In the unit ``share`` (0 to 1).

    Source: this package's own measure of how far a break rests on the penalty, for
    :func:`khasan.measures.phases.phases`.
    """
    return sum(any(abs(other - point) <= near for other in breaks) for breaks in found) / len(found)
