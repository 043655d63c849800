"""Find the wages at which all markets clear: mixed sweeps, Newton's steps where those do not settle, and bidding."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from khasan.gravity.anderson import Mixing
from khasan.gravity.armington.world import Markets, World, markets, own_slope, slopes

Floats = NDArray[np.float64]

MEMORY = 6
"""Differences that the mixing remembers."""

SWEEPS = 80
"""Mixed sweeps before Newton takes over; all but hopeless worlds of 180 countries need 10 to 30."""

NEWTON_STEPS = 60
"""Newton steps before the world is given up."""

BIDDING = 200
"""Implicit steps of bidding before it is given up."""

PLAIN = 500
"""Plain sweeps, where neither has found anything, before Newton's last try."""

LONGEST = 1.0
"""Longest step of a log wage."""

REFRESH = 25
"""Sweeps after which the own slopes are worked out again."""


@np.errstate(all="ignore")
def solve(world: World, wages: Floats, tolerance: float) -> tuple[Markets, int]:
    """Solve a world from given wages.

    A sweep moves each log wage by its log balance over its own slope, so that a country that trades little moves as
    far as it must; Anderson mixing takes care of the rest. It is judged by the residual, never by the length of a step.

    Parameters
    ----------
    world : World
        Baseline and change.
    wages : array of shape (n,)
        Log wages to begin from: zeros, or those of a neighbouring scenario.
    tolerance : float
        Residual that counts as solved.

    Returns
    -------
    state : Markets
        The last state; its ``residual`` tells whether it is solved.
    iterations : int
        Sweeps and Newton steps.
    """
    state = markets(world, wages)
    if not state.feasible:
        state = markets(world, np.zeros_like(wages))
    best, residual = state, state.residual
    least = residual
    mixing = Mixing(len(wages), MEMORY)
    slope = np.ones_like(wages)
    for sweep in range(SWEEPS):
        if residual <= tolerance:
            return state, sweep
        if sweep % REFRESH == 0:
            slope = own_slope(world, state)
            slope[~(slope > 1e-9)] = 1.0 + world.theta
        step = state.balance / slope
        if not (step.min() > -LONGEST and step.max() < LONGEST):
            step = np.clip(step, -LONGEST, LONGEST)
        following = _advance(world, state, mixing.step(state.wages, step))
        if following is None:
            break
        state, residual = following, following.residual
        if residual < least:
            best, least = state, residual
    state, count = _newton(world, best, tolerance, everybody_spends=True)
    if state.residual <= tolerance:
        return state, SWEEPS + count
    following = _plain(world, markets(world, np.zeros_like(wages)))
    better = following if following.residual < state.residual else state
    state, more = _newton(world, better, tolerance, everybody_spends=True)
    return state, SWEEPS + count + PLAIN + more


@np.errstate(all="ignore")
def bid(world: World, wages: Floats, tolerance: float) -> tuple[Markets, int]:
    """Follow the bidding for wages by implicit steps, for as long as everybody has something to spend.

    Wages rise where more is exported than paid for, and fall elsewhere. The steps grow as the gaps shrink, and so end
    as Newton's; but gaps may widen on the way. Damped Newton steps forbid that, and end in a hollow where the way to
    the equilibrium leads over a rise.

    Parameters
    ----------
    world : World
        Baseline and change.
    wages : array of shape (n,)
        Log wages to begin from.
    tolerance : float
        Residual that counts as solved.

    Returns
    -------
    state : Markets
        The last state.
    iterations : int
        Steps.

    Source: Arrow, Block and Hurwicz (1959), On the stability of the competitive equilibrium II, Econometrica 27(1);
    Kelley and Keyes (1998), Convergence analysis of pseudo-transient continuation, SIAM J. Numerical Analysis 35(2).
    """
    state = markets(world, wages)
    still = np.eye(len(state.wages))
    time = 0.1
    for count in range(BIDDING):
        if state.residual <= tolerance:
            return state, count
        matrix = slopes(world, state)
        for _ in range(40):
            try:
                step = np.linalg.solve(matrix + still / time, state.balance)
            except np.linalg.LinAlgError:
                return state, count
            if np.isfinite(step).all() and np.abs(step).max() <= LONGEST:
                following = markets(world, state.wages + step)
                if following.feasible and math.isfinite(following.residual):
                    break
            time /= 4.0
        else:
            return state, count
        left = float(np.linalg.norm(following.balance)) / float(np.linalg.norm(state.balance))
        time *= min(max(2.0 / max(left, 1e-300), 0.5), 10.0)
        state = following
    return state, BIDDING


def newton(world: World, wages: Floats, tolerance: float) -> tuple[Markets, int]:
    """Solve a world by Newton's method from near its solution, even if somebody spends less than nothing there.

    Parameters
    ----------
    world : World
        Baseline and change.
    wages : array of shape (n,)
        Log wages to begin from.
    tolerance : float
        Residual that counts as solved.

    Returns
    -------
    state : Markets
        The last state.
    iterations : int
        Newton steps.
    """
    return _newton(world, markets(world, wages), tolerance, everybody_spends=False)


def _plain(world: World, state: Markets) -> Markets:
    """Iterate as the textbook does, slowly and seldom astray, for as long as everybody has something to spend."""
    for _ in range(PLAIN):
        following = markets(world, state.wages + state.gap / (1.0 + world.theta))
        if not (following.feasible and np.isfinite(following.residual)):
            break
        state = following
    return state


def _advance(world: World, state: Markets, step: Floats) -> Markets | None:
    """Take a step, halved until everybody has something to spend; None where none is short enough."""
    longest = max(float(step.max()), -float(step.min()))
    if not longest < math.inf:
        return None
    length = min(1.0, LONGEST / longest) if longest > 0.0 else 1.0
    for _ in range(40):
        following = markets(world, state.wages + length * step)
        if following.feasible:
            return following
        length /= 2.0
    return None


def _newton(world: World, state: Markets, tolerance: float, *, everybody_spends: bool) -> tuple[Markets, int]:
    """Take Newton's steps, halved until the gaps shrink."""
    for count in range(NEWTON_STEPS):
        if state.residual <= tolerance:
            return state, count
        try:
            step = np.linalg.solve(slopes(world, state), state.balance)
        except np.linalg.LinAlgError:
            return state, count
        if not np.isfinite(step).all():
            return state, count
        length = min(1.0, 2.0 * LONGEST / max(float(np.abs(step).max()), 1e-300))
        size = float(np.linalg.norm(state.balance))
        for _ in range(40):
            following = markets(world, state.wages + length * step)
            if (following.feasible or not everybody_spends) and float(np.linalg.norm(following.balance)) < size:
                state = following
                break
            length /= 2.0
        else:
            return state, count
    return state, NEWTON_STEPS
