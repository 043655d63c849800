"""Find wages, returns, prices and expenditure at which all equations of a sector economy hold, jointly.

The plain step is Newton's for each region by itself, all others held; what regions do to each other is left to
Anderson mixing over all unknowns together.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from khasan.gravity.anderson import Mixing
from khasan.gravity.products import times_columns
from khasan.gravity.sectors.local import local_inverse
from khasan.gravity.sectors.near_autarky import who_hardly_trades
from khasan.gravity.sectors.sweep import Outcome, Point, Shock, outcome
from khasan.gravity.sectors.technology import Technology

Floats = NDArray[np.float64]

MEMORY = 8
"""Differences that the mixing remembers."""

ATTEMPTS = ((1.0, 60), (1.0, 60), (0.3, 100))
"""Longest step of a log, and sweeps, of each attempt; each works the local slopes out anew where the last was best."""


def begin(now: Technology) -> Point:
    """Begin at the tables: no change of prices, expenditure as recorded."""
    regions, sectors = now.value_added.shape
    return Point(np.zeros(regions), np.zeros((regions, sectors)), np.zeros((regions, sectors)), now.spent)


def solve(
    now: Technology, shock: Shock, start: Point, tolerance: float, inverse: Floats | None = None
) -> tuple[Outcome, Floats, int]:
    """Solve a sector economy from a given point.

    Parameters
    ----------
    now : Technology
        Shares of the tables.
    shock : Shock
        Trade costs.
    start : Point
        Where to begin: the tables, or another solution.
    tolerance : float
        Largest relative gap of any equation.
    inverse : array, optional
        Local inverse of a similar problem; without it, it is worked out here.

    Returns
    -------
    found : Outcome
        The last one; its ``residual`` tells whether it is solved.
    inverse : array of shape (regions, unknowns, unknowns)
        The local inverse that was used, for similar problems.
    sweeps : int
        Passes through the equations.
    """
    best = outcome(now, shock, start)
    sweeps = 0
    if best.residual > tolerance and inverse is None:
        best = _settle(now, shock, best)
    for longest, most in ATTEMPTS:
        if best.residual <= tolerance or not np.isfinite(best.residual):
            break
        if inverse is None or sweeps:
            inverse = local_inverse(now, shock, best)
        best, used = _iterate(now, shock, inverse, best, longest, most, tolerance)
        sweeps += used
    return best, local_inverse(now, shock, best) if inverse is None else inverse, sweeps


def solve_closely(
    now: Technology, shock: Shock, start: Point, tolerance: float, inverse: Floats | None = None
) -> tuple[Outcome, Floats, int]:
    """Solve a sector economy, and regions that hardly trade as exactly in their trade as in the rest.

    Parameters and what is returned are as in :func:`solve`; ``residual`` knows the trade of these regions, relative to
    itself, and ``inverse`` does not.
    """
    found, inverse, sweeps = solve(now, shock, start, tolerance, inverse)
    if not found.residual <= NEARLY:
        return found, inverse, sweeps
    intensity = found.point.spending.T / found.competition
    near = who_hardly_trades(now, shock.pull, found.appeal, intensity, found.point.spending)
    if not len(near):
        return found, inverse, sweeps
    found, _, more = solve(now, replace(shock, near=near), found.point, tolerance)
    return found, inverse, sweeps + more


NEARLY = 1e-6
"""Largest relative gap from which on it is told who hardly trades; rounding alone may keep such a world from less."""


def _settle(now: Technology, shock: Shock, found: Outcome) -> Outcome:
    """Bring expenditure near what wages and prices imply, since tables may be far from an equilibrium."""
    for _ in range(3):
        spending = np.where(found.spending_new > 0.0, found.spending_new, 0.5 * found.point.spending)
        following = outcome(now, shock, found.point._replace(spending=spending))
        if not np.isfinite(following.residual):
            return found
        found = following
    return found


@np.errstate(all="ignore")
def _iterate(
    now: Technology, shock: Shock, inverse: Floats, found: Outcome, longest: float, most: int, tolerance: float
) -> tuple[Outcome, int]:
    """Mixed sweeps until the equations hold, the numbers leave the range, or patience ends; the best is returned."""
    regions, sectors = now.value_added.shape
    spent = found.point.spending.sum(axis=1, keepdims=True)
    weight = np.sqrt(np.maximum(found.point.spending / np.where(spent > 0.0, spent, 1.0), 1e-12))
    reference = np.where(found.point.spending > 0.0, found.point.spending, 1.0)
    fixed = now.capacity is not None
    # Steps in cells that matter little must not steer those in cells that matter.
    weights = np.concatenate([np.ones((regions, 1)), *([weight] * (2 + fixed))], axis=1)
    mixing = Mixing(weights.size, MEMORY)
    best = found
    for sweep in range(most):
        if found.residual <= tolerance or not np.isfinite(found.residual):
            return (found if found.residual <= tolerance else best), sweep
        point = found.point
        gaps = [found.wage_gap[:, None], found.price_gap, (found.spending_new - point.spending) / reference]
        places = [point.wages[:, None], point.prices, point.spending / reference]
        if found.return_gap is not None:
            gaps.insert(1, found.return_gap)
            places.insert(1, point.returns)
        step = times_columns(inverse, np.concatenate(gaps, axis=1))
        mixed = mixing.step(
            (np.concatenate(places, axis=1) * weights).ravel(), (step * weights).ravel()
        ).reshape(weights.shape)  # fmt: skip
        mixed = mixed / weights
        if not np.isfinite(mixed).all():
            return best, sweep
        size = float(np.abs(mixed[:, :-sectors]).max())
        length = min(1.0, longest / size) if size > 0.0 else 1.0
        mixed *= length
        found = outcome(
            now, shock,
            Point(
                point.wages + mixed[:, 0],
                point.returns + mixed[:, 1 : 1 + sectors] if fixed else point.returns,
                point.prices + mixed[:, -2 * sectors : -sectors],
                _positive(point.spending + reference * mixed[:, -sectors:], point.spending, found.spending_new),
            ),
        )  # fmt: skip
        if found.residual < best.residual:
            best = found
    return best, most


def _positive(step: Floats, old: Floats, new: Floats) -> Floats:
    """Keep expenditure positive: where a step would lose almost all of it, take what the equations imply."""
    return np.where(step > 0.02 * old, step, np.where(new > 0.0, new, 0.5 * old))
