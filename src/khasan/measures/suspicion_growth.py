"""Flows that a compiler carried on: one path of growth, shared by many pairs of states in the same years."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from khasan.measures.suspicion_world import World

STEPS = 4
"""Years of growth in a row that must be shared."""

LARGE = 30.0
"""USD million in each of the years: below, rounding to the million hides what the growth was."""

WIDTH = 0.03
"""Log points within which two growths are the same: twice what rounding does to a flow of 30 million."""

CROWD = 8
"""Flows that must share a path. Of some 5,000 flows with growth spread over half a log point in each of four years,
fewer than one would share it by chance."""


def carried_on(world: World) -> NDArray[np.bool_]:
    """Mark flows whose growth over four years is that of at least seven others (no unit: true or false).

    Growth is compared on two grids, the second shifted by half a cell, so that a path near an edge is found too. The
    first year of a path may be a measurement and is not marked.

    Returns
    -------
    array of bool
        One entry for each exporter, importer and year of the world.

    Source: formula of the package; compilers fill flows that nobody reported with the growth of an aggregate
    (International Monetary Fund 1993, A Guide to Direction of Trade Statistics).
    """
    trade = world.trade
    marked = np.zeros(trade.shape, bool)
    with np.errstate(invalid="ignore"):
        large = trade >= LARGE
    whole = large[:, :, STEPS:].copy()
    for back in range(1, STEPS + 1):
        whole &= large[:, :, STEPS - back : trade.shape[2] - back]
    exporter, importer, end = np.nonzero(whole)
    if not len(end):
        return marked
    end += STEPS
    logs = np.log(np.stack([trade[exporter, importer, end - back] for back in range(STEPS, -1, -1)], axis=1))
    growth = np.diff(logs, axis=1)
    shared = np.zeros(len(end), bool)
    for shift in (0.0, 0.5):
        cell = np.floor(growth / WIDTH + shift).astype(np.int64) + 512
        key = end.astype(np.int64)
        for step in range(STEPS):
            key = key * 1024 + np.clip(cell[:, step], 0, 1023)
        _, member, number = np.unique(key, return_inverse=True, return_counts=True)
        shared |= number[member] >= CROWD
    for back in range(STEPS):
        marked[exporter[shared], importer[shared], end[shared] - back] = True
    return marked
