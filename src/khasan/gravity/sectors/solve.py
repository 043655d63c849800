"""Find wages, returns, prices and expenditure at which all equations of a sector economy hold, jointly.

The plain step undoes what a region does to itself: prices and expenditure go through the region's own input-output
inverse, wages move by their gap over the own slope of labour demand. What regions do to each other is left to
Anderson mixing over all unknowns together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from khasan.gravity.anderson import Mixing
from khasan.gravity.sectors.sweep import Outcome, Point, Shock, outcome
from khasan.gravity.sectors.technology import Technology

Floats = NDArray[np.float64]

MEMORY = 8
"""Differences that the mixing remembers."""

ATTEMPTS = ((1.0, 1.0, 250), (0.3, 3.0, 500), (0.1, 8.0, 1000))
"""Longest step of a log, factor on the slopes, and sweeps of each attempt; each begins where the last stood best."""


@dataclass(frozen=True, slots=True)
class Slopes:
    """How strongly a region's own equations answer, worked out once for its tables.

    Attributes
    ----------
    inverse : array of shape (regions, sectors, sectors)
        Of one minus the region's own pass-through of prices; its transpose does the same for expenditure.
    passing : array of shape (regions, sectors)
        Log price of a good over log price of value added in the same cell, others held.
    wages : array of shape (regions,)
        How fast a wage gap closes as the wage rises.
    returns : array of shape (regions, sectors)
        The same for the return to fixed capacity.
    """

    inverse: Floats
    passing: Floats
    wages: Floats
    returns: Floats


def own_slopes(now: Technology) -> Slopes:
    """Work out a region's answer to itself at the shares of the tables.

    Parameters
    ----------
    now : Technology
        Shares.

    Returns
    -------
    Slopes
    """
    regions, sectors = now.value_added.shape
    home = np.diagonal(now.bought, axis1=1, axis2=2).T
    through = ((1.0 - now.own_share)[:, None, :] * now.mix).transpose(0, 2, 1)
    inverse = np.linalg.inv(np.eye(sectors) - home[:, :, None] * through)
    passing = home * now.own_share
    # Of one more percent on the wage, what reaches the cost of each sector through all home-made inputs.
    mobile = 1.0 - now.fixed
    priced = np.matmul(inverse, (passing * mobile)[:, :, None])
    cost = now.own_share * mobile + np.matmul(through, priced)[:, :, 0]
    sold = now.bought * now.spent.T[:, None, :] / (1.0 + now.tariff)
    output = sold.sum(axis=2)
    rivalry = ((sold * now.bought).sum(axis=2) / np.where(output > 0.0, output, 1.0)).T
    open_to = now.theta * (1.0 - rivalry)
    labour = now.labour
    weight = mobile * now.value_added / np.where(labour > 0.0, labour, 1.0)[:, None]
    return Slopes(
        inverse=inverse,
        passing=passing,
        wages=1.0 + (weight * open_to * cost).sum(axis=1),
        returns=1.0 + open_to * now.fixed * now.own_share,
    )


def begin(now: Technology) -> Point:
    """Begin at the tables: no change of prices, expenditure as recorded."""
    regions, sectors = now.value_added.shape
    return Point(np.zeros(regions), np.zeros((regions, sectors)), np.zeros((regions, sectors)), now.spent)


def solve(
    now: Technology, shock: Shock, slopes: Slopes, start: Point, tolerance: float
) -> tuple[Outcome, int]:  # fmt: skip
    """Solve a sector economy from a given point.

    Parameters
    ----------
    now : Technology
        Shares of the tables.
    shock : Shock
        Trade costs.
    slopes : Slopes
        From :func:`own_slopes`.
    start : Point
        Where to begin: the tables, or another solution.
    tolerance : float
        Largest relative gap of any equation.

    Returns
    -------
    found : Outcome
        The last one; its ``residual`` tells whether it is solved.
    sweeps : int
        Passes through the equations.
    """
    best = outcome(now, shock, settle(now, shock, slopes, start))
    sweeps = 0
    for longest, damping, most in ATTEMPTS:
        found, used = _iterate(now, shock, slopes, best, (longest, damping, most), tolerance)
        sweeps += used
        if found.residual <= tolerance:
            return found, sweeps
        if found.residual < best.residual:
            best = found
    return best, sweeps


def settle(now: Technology, shock: Shock, slopes: Slopes, start: Point) -> Point:
    """Bring expenditure near what wages and prices imply, since tables may be far from an equilibrium."""
    point = start
    for _ in range(3):
        found = outcome(now, shock, point)
        if not np.isfinite(found.residual):
            return start
        moved = np.matmul((found.spending_new - point.spending)[:, None, :], slopes.inverse)[:, 0, :]
        point = found.point._replace(spending=_positive(point.spending + moved, point.spending, found.spending_new))
    return point


def _iterate(
    now: Technology,
    shock: Shock,
    slopes: Slopes,
    found: Outcome,
    manner: tuple[float, float, int],
    tolerance: float,
) -> tuple[Outcome, int]:
    """Mixed sweeps until the equations hold, the numbers leave the range, or patience ends; the best is returned."""
    longest, damping, most = manner
    regions, sectors = now.value_added.shape
    cells = regions * sectors
    spent = found.point.spending.sum(axis=1, keepdims=True)
    share = found.point.spending / np.where(spent > 0.0, spent, 1.0)
    weight = np.sqrt(np.maximum(share, 1e-12))
    scale = weight / np.maximum(found.point.spending, 1e-12 * np.maximum(spent, 1e-300))
    anything_fixed = bool((now.fixed > 0.0).any())
    mixing = Mixing(regions + (2 + anything_fixed) * cells, MEMORY)
    best = found
    for sweep in range(most):
        if found.residual <= tolerance or not np.isfinite(found.residual):
            return (found if found.residual <= tolerance else best), sweep
        if found.residual < best.residual:
            best = found
        point = found.point
        wage_step = found.wage_gap / (damping * slopes.wages)
        return_step = found.return_gap / (damping * slopes.returns)
        factor_step = (1.0 - now.fixed) * wage_step[:, None] + now.fixed * return_step
        gap = found.price_gap + slopes.passing * factor_step
        price_step = np.matmul(slopes.inverse, gap[:, :, None])[:, :, 0]
        spending_step = np.matmul((found.spending_new - point.spending)[:, None, :], slopes.inverse)[:, 0, :]
        pieces = [(point.wages, wage_step), (point.prices * weight, price_step * weight)]
        pieces.append((point.spending * scale, spending_step * scale))
        if anything_fixed:
            pieces.append((point.returns * weight, return_step * weight))
        mixed = mixing.step(
            np.concatenate([place.ravel() for place, _ in pieces]), np.concatenate([step.ravel() for _, step in pieces])
        )
        wages = mixed[:regions]
        prices = mixed[regions : regions + cells].reshape(regions, sectors) / weight
        spending = mixed[regions + cells : regions + 2 * cells].reshape(regions, sectors) / scale
        returns = mixed[regions + 2 * cells :].reshape(regions, sectors) / weight if anything_fixed else point.returns
        size = max(float(np.abs(wages).max()), float(np.abs(prices).max()))
        if anything_fixed:
            size = max(size, float(np.abs(returns).max()))
        length = min(1.0, longest / size) if size > 0.0 else 1.0
        found = outcome(
            now, shock,
            Point(
                point.wages + length * wages,
                point.returns + length * returns if anything_fixed else point.returns,
                point.prices + length * prices,
                _positive(point.spending + length * spending, point.spending, found.spending_new),
            ),
        )  # fmt: skip
    return best if best.residual < found.residual else found, most


def _positive(step: Floats, old: Floats, new: Floats) -> Floats:
    """Keep expenditure positive: where a step would lose almost all of it, take what the equations imply."""
    return np.where(step > 0.02 * old, step, np.where(new > 0.0, new, 0.5 * old))
