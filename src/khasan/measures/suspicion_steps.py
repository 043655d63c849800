"""Steps up and down next to a flow, and the client's other flows that took theirs in the same years.

Confusion begins and ends with a clerk, a code list or a compiler, so that the flows of a client with several partners
step up in one year and down in another. Steps are those of the residual, from which what is common to all flows of the
client and of the partner in a year is taken off: a boom is no step.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from khasan.measures.suspicion_world import REACH, Floats, Whole, median

LONGEST = 8
"""Years before and after a flow in which its largest step up and down are looked for."""

Parts = dict[str, NDArray[np.float32]]


def steps(residuals: Floats, group: Whole, year: Whole) -> Parts:
    """Measure the largest step up before each flow and down after it, and how many others took them together.

    Parameters
    ----------
    residuals : array
        Log distance to the expected, one row a flow, from ``REACH`` years before to ``REACH`` years after it.
    group : array
        Number of the client, namesake and direction of each flow.
    year : array
        Year of each flow.

    Returns
    -------
    dict of str to array
        ``step_up`` and ``step_down`` in the unit ``log points``, and over the usual yearly change ``step_up_unusual``
        and ``step_down_unusual``; ``up_together``, ``down_together`` and ``both_together``: logs of the share of the
        group's other flows of the year that took the same step in the same year.

    Source: formulas of the package.
    """
    change = np.diff(residuals, axis=1)
    usual = np.nan_to_num(median(np.abs(change), 1), nan=0.5) + 0.1
    up, up_year = _largest(change[:, REACH - LONGEST : REACH])
    down, down_year = _largest(-change[:, REACH : REACH + LONGEST])
    total = _together(group, year)
    parts = {
        "step_up": up,
        "step_down": down,
        "step_up_unusual": np.clip(up / usual, 0, 20),
        "step_down_unusual": np.clip(down / usual, 0, 20),
        "up_together": _share(_together(group, year, up_year), total, up > 0),
        "down_together": _share(_together(group, year, down_year), total, down > 0),
        "both_together": _share(_together(group, year, up_year, down_year), total, (up > 0) & (down > 0)),
    }
    return {name: np.asarray(part, np.float32) for name, part in parts.items()}


def _largest(change: Floats) -> tuple[Floats, Whole]:
    """Return the largest recorded change of each row, 0 where none is up, and its place."""
    filled = np.where(np.isfinite(change), change, np.float32(-np.inf))
    place = filled.argmax(axis=1)
    highest = np.maximum(filled[np.arange(len(filled)), place], 0) if len(filled) else np.zeros(0, np.float32)
    return highest.astype(np.float32), place.astype(np.int64)


def _together(*keys: Whole) -> Whole:
    """Count the rows that agree with each row in all keys."""
    key = np.zeros(len(keys[0]), np.int64)
    for one in keys:
        key = key * (int(one.max(initial=0)) + 1) + one
    _, member, number = np.unique(key, return_inverse=True, return_counts=True)
    counts: Whole = number[member]
    return counts


def _share(count: Whole, total: Whole, taken: NDArray[np.bool_]) -> Floats:
    """Log of the share of others, drawn towards one in forty; that of none where no step was taken."""
    others = np.where(taken, count - 1, 0)
    return np.log((others + 0.15) / (total - 1 + 6)).astype(np.float32)
