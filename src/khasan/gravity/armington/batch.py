"""Many scenarios of one baseline at once: sweeps as matrix products that all scenarios share.

A scenario changes few cells of a large matrix, so the product with its matrix is the product with the baseline's,
which is one matrix product for all, and a correction for its cells. What that does not suit (worlds that fall apart,
corrections that would cancel, scenarios that do not settle) is solved one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from khasan.gravity.armington.equilibrium import TOLERANCE, baseline_world, solve_world
from khasan.gravity.armington.flock import Flock, solve_flock
from khasan.gravity.armington.inputs import check_numbers, check_starts, check_tolerance, check_trade
from khasan.gravity.armington.world import Imbalance, World
from khasan.gravity.existence import Isolated
from khasan.gravity.reach import is_connected
from khasan.ledger.errors import InputError

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

TOGETHER = 64
"""Scenarios that are swept together: enough to fill the matrix product, few enough to stay in cache."""

CANCELLING = 100.0
"""How many times what is left a correction may take away before digits are lost that the tolerance needs."""


class Change(NamedTuple):
    """One scenario: the cells of trade whose cost changes; all others keep a factor of 1.

    Attributes
    ----------
    exporter, importer : sequence of int
        Places of the cells.
    factor : sequence of float
        Factor on trade at given wages; 0 is an embargo.
    """

    exporter: ArrayLike
    importer: ArrayLike
    factor: ArrayLike


@dataclass(frozen=True, slots=True)
class Equilibria:
    """Solved scenarios, one a row, as ratios to the baseline; fields as in ``Equilibrium``, without trade."""

    welfare: Floats
    wages: Floats
    prices: Floats
    residual: Floats
    iterations: Indices


def equilibria(
    trade: ArrayLike,
    changes: Sequence[Change],
    theta: float = 4.0,
    imbalance: Imbalance = "additive",
    *,
    imbalance_if_isolated: Isolated = "error",
    countries: Sequence[str] | None = None,
    start: ArrayLike | None = None,
    tolerance: float = TOLERANCE,
) -> Equilibria:
    """Solve many scenarios of one baseline, as :func:`equilibrium` solves one.

    Parameters
    ----------
    trade : array of shape (n, n)
        Exporter by importer, own sales included.
    changes : sequence of Change
        Scenarios.
    theta, imbalance, imbalance_if_isolated, countries, tolerance
        As in :func:`equilibrium`.
    start : array of shape (n,) or (scenarios, n), optional
        Wages to begin from, as ratios: one solution for all, or one for each.

    Returns
    -------
    Equilibria
        ``welfare``, ``wages`` and ``prices`` of shape (scenarios, n); unit: ratio.

    Raises
    ------
    InputError, NoEquilibrium, NoConvergence
        As :func:`equilibrium`.

    Source: the same as of :func:`equilibrium`.
    """
    tolerance = check_tolerance(tolerance)
    matrix, names = check_trade(trade, countries)
    world = baseline_world(matrix, theta, imbalance, imbalance_if_isolated, names)
    size = len(names)
    cells = [_cells(change, size, number) for number, change in enumerate(changes)]
    begin = check_starts(start, len(cells), size)
    found = Equilibria(
        welfare=np.empty((len(cells), size)),
        wages=np.empty((len(cells), size)),
        prices=np.empty((len(cells), size)),
        residual=np.full(len(cells), np.inf),
        iterations=np.zeros(len(cells), dtype=np.intp),
    )
    hubs = np.flatnonzero((world.pull > 0.0).all(axis=0) & (world.pull > 0.0).all(axis=1))
    suited = [number for number, cell in enumerate(cells) if _suits(world, cell, hubs)]
    for first in range(0, len(suited), TOGETHER):
        numbers = np.array(suited[first : first + TOGETHER])
        solved = solve_flock(Flock(world, [cells[number] for number in numbers]), begin[numbers], tolerance)
        found.welfare[numbers], found.wages[numbers] = solved.welfare, solved.wages
        found.prices[numbers], found.residual[numbers] = solved.prices, solved.residual
        found.iterations[numbers] = solved.sweeps
    for number in np.flatnonzero(~(found.residual <= tolerance)):
        exporter, importer, factor = cells[number]
        pull = world.pull.copy()
        pull[exporter, importer] *= factor
        shifted = World(world.income, world.expenditure, world.imbalance, pull, world.theta, world.multiplicative)
        try:
            one = solve_world(shifted, begin[number], imbalance_if_isolated, names, tolerance)
        except InputError as error:
            error.args = (f"scenario {number}: {error}",)
            raise
        found.welfare[number], found.wages[number], found.prices[number] = one.welfare, one.wages, one.prices
        found.residual[number], found.iterations[number] = one.residual, one.iterations
    return found


def _cells(change: Change, size: int, number: int) -> tuple[Indices, Indices, Floats]:
    """Check the cells of one scenario."""
    exporter, importer = (
        _places(f"changes, scenario {number}", places) for places in (change.exporter, change.importer)
    )
    factor = check_numbers(f"changes, scenario {number}", change.factor)
    if not exporter.shape == importer.shape == factor.shape or exporter.ndim != 1:
        raise InputError(f"changes, scenario {number}: exporter, importer and factor must be lists of one length")
    if len(exporter) and (min(exporter.min(), importer.min()) < 0 or max(exporter.max(), importer.max()) >= size):
        raise InputError(f"changes, scenario {number}: a place lies outside 0 to {size - 1}")
    if not (np.isfinite(factor).all() and (factor >= 0.0).all()):
        raise InputError(f"changes, scenario {number}: a factor is missing, infinite or negative; 0 is an embargo")
    flat = exporter * size + importer
    if len(np.unique(flat)) != len(flat):
        raise InputError(f"changes, scenario {number}: a cell is given twice; keep one")
    return exporter, importer, factor


def _places(label: str, values: ArrayLike) -> Indices:
    """Take in places of countries, which are whole numbers."""
    numbers = check_numbers(label, values)
    if not (np.isfinite(numbers).all() and (numbers == np.floor(numbers)).all()):
        raise InputError(f"{label}: exporter and importer must be places of countries, whole numbers from 0")
    return numbers.astype(np.intp)


def _suits(world: World, cells: tuple[Indices, Indices, Floats], hubs: Indices) -> bool:
    """Tell whether a scenario can be swept with others: its trade hangs together and no correction cancels."""
    exporter, importer, factor = cells
    size = len(world.income)
    taken = world.abroad[exporter, importer] * (1.0 - factor)
    for places, whole in ((importer, world.abroad.sum(axis=0)), (exporter, world.abroad.sum(axis=1))):
        lost = np.bincount(places, taken, minlength=size)
        if (lost > CANCELLING * (whole - lost)).any():
            return False
    cut = factor == 0.0
    if not cut.any():
        return len(hubs) > 0 or is_connected(world.pull > 0.0)
    if np.setdiff1d(hubs, np.concatenate([exporter[cut], importer[cut]])).size:
        return True
    pull = world.pull.copy()
    pull[exporter, importer] *= factor
    return is_connected(pull > 0.0)
