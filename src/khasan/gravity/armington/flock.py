"""Scenarios swept together: the equations of ``world.py`` and the sweeps of ``solve.py`` with one row a scenario."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from khasan.gravity.armington.solve import LONGEST, MEMORY, REFRESH
from khasan.gravity.armington.world import World

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

SWEEPS = 60
"""Sweeps after which what has not settled is left to be solved alone."""


UNTHREADED = 65536 * 4
"""Multiplications up to which OpenBLAS keeps a matrix product in one thread."""


class Flock:
    """A baseline and the cells that scenarios change, ready for products with all their matrices at once.

    Parameters
    ----------
    world : World
        Baseline.
    cells : sequence of (exporter, importer, factor)
        Of each scenario.
    """

    def __init__(self, world: World, cells: Sequence[tuple[Indices, Indices, Floats]]) -> None:
        self.world = world
        self.count = len(cells)
        self._size = len(world.income)
        self._scenario = np.repeat(np.arange(self.count), [len(exporter) for exporter, _, _ in cells])
        self._exporter = np.concatenate([exporter for exporter, _, _ in cells])
        self._importer = np.concatenate([importer for _, importer, _ in cells])
        factor = np.concatenate([factor for _, _, factor in cells])
        own = self._exporter == self._importer
        self.home = np.tile(world.home, (self.count, 1))
        self.home[self._scenario[own], self._exporter[own]] *= factor[own]
        was = world.abroad[self._exporter, self._importer]
        self._shift = was * (factor - 1.0)
        self._square_shift = np.square(was) * (np.square(factor) - 1.0)
        self._square = np.square(world.abroad)

    def to_importers(self, rows: Floats) -> Floats:
        """Multiply each row from the left with its scenario's foreign trade: from exporters to importers."""
        return self._product(rows, self.world.abroad) + self._correct(rows, self._exporter, self._importer, self._shift)

    def to_exporters(self, rows: Floats) -> Floats:
        """Multiply each scenario's foreign trade with its row: from importers to exporters."""
        return self._product(rows, self.world.abroad.T) + self._correct(
            rows, self._importer, self._exporter, self._shift
        )

    def squares_to_exporters(self, rows: Floats) -> Floats:
        """Do as ``to_exporters`` with the squares of all cells."""
        return self._product(rows, self._square.T) + self._correct(
            rows, self._importer, self._exporter, self._square_shift
        )

    def _product(self, rows: Floats, matrix: Floats) -> Floats:
        """Multiply rows with a matrix, a few rows at a time, so that BLAS does it in this thread.

        Products of this size gain nothing from a second thread and lose much where another program holds the core.
        """
        block = max(1, UNTHREADED // matrix.size)
        whole = len(rows) - len(rows) % block
        if whole == 0:
            return np.asarray(rows @ matrix)
        stacked = np.matmul(rows[:whole].reshape(-1, block, self._size), matrix).reshape(whole, self._size)
        return np.concatenate([stacked, rows[whole:] @ matrix]) if whole < len(rows) else stacked

    def _correct(self, rows: Floats, source: Indices, target: Indices, shift: Floats) -> Floats:
        weights = shift * rows[self._scenario, source]
        flat = np.bincount(self._scenario * self._size + target, weights, minlength=self.count * self._size)
        return np.asarray(flat.reshape(self.count, self._size))


class Settled(NamedTuple):
    """Solved rows: ratios of shape (scenarios, n), and by scenario the residual and the sweeps taken."""

    welfare: Floats
    wages: Floats
    prices: Floats
    residual: Floats
    sweeps: Indices


class _State(NamedTuple):
    """As ``Markets`` of one world, with one row a scenario."""

    ratio: Floats
    wages: Floats
    appeal: Floats
    competition: Floats
    spending: Floats
    intensity: Floats
    exports: Floats
    imports: Floats
    received: Floats
    paid: Floats
    earnings: Floats
    imbalance: Floats
    floor: Floats


@np.errstate(all="ignore")
def solve_flock(flock: Flock, wages: Floats, tolerance: float) -> Settled:
    """Sweep all scenarios until each is settled or patience ends.

    Parameters
    ----------
    flock : Flock
        Scenarios.
    wages : array of shape (scenarios, n)
        Log wages to begin from.
    tolerance : float
        Residual that counts as solved.

    Returns
    -------
    Settled
        A scenario with a residual above the tolerance is not settled, and its row means nothing.
    """
    world = flock.world
    count, size = wages.shape
    points, steps = np.zeros((count, MEMORY, size)), np.zeros((count, MEMORY, size))
    gram = np.zeros((count, MEMORY, MEMORY))
    gram[:, np.arange(MEMORY), np.arange(MEMORY)] = 1.0
    taken = np.zeros(count, dtype=np.intp)
    state = _state(flock, wages)
    residual = _residual(state)
    last: tuple[Floats, Floats] | None = None
    slope = np.ones_like(wages)
    for sweep in range(SWEEPS):
        going = ~(residual <= tolerance)
        if not going.any():
            break
        taken[going] += 1
        if sweep % REFRESH == 0:
            slope = _own_slope(flock, state)
            slope[~(slope > 1e-9)] = 1.0 + world.theta
        plain = np.clip(np.nan_to_num(np.log(state.ratio) / slope), -LONGEST, LONGEST)
        if last is not None:
            place = (sweep - 1) % MEMORY
            points[:, place] = state.wages - last[0]
            steps[:, place] = plain - last[1]
            products = np.matmul(steps, steps[:, place, :, None])[:, :, 0]
            gram[:, place] = products
            gram[:, :, place] = products
        last = (state.wages, plain)
        mixed = plain - _mixed(points, steps, gram, plain)
        longest = np.abs(mixed).max(axis=1, keepdims=True)
        mixed *= np.where(longest > LONGEST, LONGEST / longest, 1.0)
        mixed[~going | ~np.isfinite(mixed).all(axis=1)] = 0.0
        following = _state(flock, state.wages + mixed)
        broke = following.spending.min(axis=1) <= 0.0
        if broke.any():
            # Whoever would have nothing to spend stays where it was, to be solved alone with shorter steps.
            mixed[broke] = 0.0
            following = _state(flock, state.wages + mixed)
        state = following
        residual = _residual(state)
    prices = np.exp(state.floor - np.log(state.competition) / world.theta)
    ratios = np.exp(state.wages)
    welfare = ratios / prices if world.multiplicative else state.spending / (world.expenditure * prices)
    # Prices beyond what a number can hold are left to be refused alone.
    residual[~((prices > 0.0) & np.isfinite(prices)).all(axis=1)] = np.inf
    return Settled(welfare, ratios, prices, residual, taken)


def _state(flock: Flock, wages: Floats) -> _State:
    """Work out spending and sales at given wages; see ``markets``."""
    world = flock.world
    total = float(world.income.sum())
    earnings = world.income * np.exp(wages)
    level = earnings.sum(axis=1, keepdims=True) / total
    earnings /= level
    wages = wages - np.log(level)
    if world.multiplicative:
        largest = world.lack[earnings.argmax(axis=1)][:, None]
        lack = world.lack - largest
        average = (earnings * lack).sum(axis=1, keepdims=True) / total
        imbalance = earnings * ((lack - average) / (1.0 + largest + average))
        deficit, surplus = np.maximum(imbalance, 0.0), np.maximum(-imbalance, 0.0)
    else:
        imbalance, deficit, surplus = world.imbalance, world.deficit, world.surplus
    spending = earnings + imbalance
    floor = wages.min(axis=1, keepdims=True)
    appeal = np.exp(-world.theta * (wages - floor))
    foreign = flock.to_importers(appeal)
    competition = foreign + appeal * flock.home
    intensity = spending / competition
    imports = foreign * intensity
    exports = appeal * flock.to_exporters(intensity)
    received, paid = exports + deficit, imports + surplus
    return _State(
        received / paid, wages, appeal, competition, spending, intensity, exports, imports, received, paid, earnings,
        imbalance, floor,
    )  # fmt: skip


def _residual(state: _State) -> Floats:
    """Find the largest relative gap of each scenario; infinity where a gap is no number."""
    return np.asarray(np.nan_to_num(np.abs(state.ratio - 1.0).max(axis=1), nan=np.inf))


def _own_slope(flock: Flock, state: _State) -> Floats:
    """Work out how fast each country's balance closes as its own wage rises; see ``own_slope``."""
    theta, multiplicative = flock.world.theta, flock.world.multiplicative
    rivalry = np.square(state.appeal) * flock.squares_to_exporters(state.intensity / state.competition)
    falling = theta * (state.exports - rivalry)
    grown = state.imports if multiplicative else state.imports * state.earnings / state.spending
    rising = grown + theta * (state.appeal * flock.home / state.competition) * state.imports
    if multiplicative:
        falling = falling - np.maximum(state.imbalance, 0.0)
        rising = rising + np.maximum(-state.imbalance, 0.0)
    return np.asarray(falling / state.received + rising / state.paid)


def _mixed(points: Floats, steps: Floats, gram: Floats, plain: Floats) -> Floats:
    """Work out what Anderson mixing takes off the plain steps; see ``Mixing``."""
    scale = np.sqrt(np.diagonal(gram, axis1=1, axis2=2))
    scale = np.where(scale > 0.0, scale, 1.0)
    matrix = gram / (scale[:, :, None] * scale[:, None, :])
    # Places that are still empty must not make the matrix singular, nor differences that have become parallel.
    matrix[:, np.arange(MEMORY), np.arange(MEMORY)] = 1.0 + 1e-14
    wanted = np.matmul(steps, plain[:, :, None])[:, :, 0] / scale
    try:
        weights = np.linalg.solve(matrix, wanted[:, :, None])[:, :, 0] / scale
    except np.linalg.LinAlgError:
        return np.zeros_like(plain)
    return np.asarray(np.matmul(weights[:, None, :], points + steps)[:, 0])
