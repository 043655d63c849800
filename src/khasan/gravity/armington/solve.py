"""Find the wages at which all markets clear: mixed sweeps, and damped Newton steps where those do not settle."""

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

PLAIN = 500
"""Plain sweeps, where neither has found anything, before Newton's last try."""

GENTLE = 10_000
"""Gentle sweeps in which it is looked whether a surplus comes to more than income."""

LONGEST = 1.0
"""Longest step of a log wage."""

REFRESH = 25
"""Sweeps after which the own slopes are worked out again."""


def solve(world: World, wages: Floats, tolerance: float) -> tuple[Markets, int]:
    """Solve a world from given wages.

    A sweep moves each log wage by its gap over its own slope, so that a country that trades little moves as far as it
    must; Anderson mixing takes care of the rest. It is judged by the residual, never by the length of a step.

    Parameters
    ----------
    world : World
        Baseline and change.
    wages : array of shape (n,)
        Log wages to begin from: zeros, or those of a neighbouring scenario.
    tolerance : float
        Largest relative gap between sales and income that counts as solved.

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
        step = state.gap / slope
        if not (step.min() > -LONGEST and step.max() < LONGEST):
            step = np.clip(step, -LONGEST, LONGEST)
        following = _advance(world, state, mixing.step(state.wages, step))
        if following is None:
            break
        state, residual = following, following.residual
        if residual < least:
            best, least = state, residual
    state, count = _newton(world, best, tolerance, SWEEPS)
    if state.residual <= tolerance:
        return state, count
    following = _plain(world, markets(world, np.zeros_like(wages)))
    state, count = _newton(world, following if following.residual < state.residual else state, tolerance, count + PLAIN)
    return state, count


def _plain(world: World, state: Markets) -> Markets:
    """Iterate as the textbook does, slowly and seldom astray, for as long as everybody has something to spend."""
    for _ in range(PLAIN):
        following = markets(world, state.wages + state.gap / (1.0 + world.theta))
        if not (following.feasible and np.isfinite(following.residual)):
            break
        state = following
    return state


def runs_out(world: World) -> int | None:
    """Look whether a country is left with nothing to spend when wages move gently to where markets would clear.

    Parameters
    ----------
    world : World
        One that could not be solved.

    Returns
    -------
    int or None
        The country, whose surplus in money comes to more than it earns.
    """
    state = markets(world, np.zeros_like(world.income))
    for _ in range(GENTLE):
        following = markets(world, state.wages + 0.5 * state.gap / (1.0 + world.theta))
        if following.spending.min() <= 0.0:
            return int(np.argmin(following.spending))
        if not np.isfinite(following.residual):
            break
        state = following
    return None


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


def _newton(world: World, state: Markets, tolerance: float, done: int) -> tuple[Markets, int]:
    """Newton's method with steps halved until the gaps shrink."""
    for count in range(NEWTON_STEPS):
        if state.residual <= tolerance:
            return state, done + count
        try:
            step = np.linalg.solve(slopes(world, state), state.gap)
        except np.linalg.LinAlgError:
            return state, done + count
        if not np.isfinite(step).all():
            return state, done + count
        length = min(1.0, 2.0 * LONGEST / max(float(np.abs(step).max()), 1e-300))
        size = float(np.linalg.norm(state.gap))
        for _ in range(40):
            following = markets(world, state.wages + length * step)
            if following.feasible and float(np.linalg.norm(following.gap)) < size:
                state = following
                break
            length /= 2.0
        else:
            return state, done + count
    return state, done + NEWTON_STEPS
