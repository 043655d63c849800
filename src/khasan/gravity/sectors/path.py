"""Reach a hard problem from an easy one: straight away if that works, in steps along a path if not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from khasan.gravity.sectors.solve import solve, solve_closely
from khasan.gravity.sectors.sweep import Outcome, Point, Shock
from khasan.gravity.sectors.technology import Elasticities, Technology

Floats = NDArray[np.float64]

Problem = tuple[Technology, Shock]

ON_THE_WAY = 1e-6
"""Tolerance at the stations of a path, which only serve as starts for the next."""

SHORTEST = 1.0 / 64.0
"""Shortest step along a path before the problem is given up."""


def follow(
    problem: Callable[[float], Problem], start: Point, tolerance: float, inverse: Floats | None = None
) -> tuple[Outcome, Floats, int]:
    """Solve the problem at the end of a path.

    Parameters
    ----------
    problem : function
        From 0 (which ``start`` solves, or nearly) to 1 (wanted).
    start : Point
        Where to begin.
    tolerance : float
        Largest relative gap of any equation at the end.
    inverse : array, optional
        Local inverse to try first.

    Returns
    -------
    found : Outcome
        At the end of the path; its ``residual`` tells whether it is solved.
    inverse : array
        Local inverse there.
    sweeps : int
        All passes through the equations.
    """
    found, used, sweeps = solve_closely(*problem(1.0), start, tolerance, inverse)
    if found.residual <= tolerance:
        return found, used, sweeps
    done, step = 0.0, 0.5
    while step >= SHORTEST:
        wanted = min(1.0, done + step)
        if wanted == 1.0:
            station, used, more = solve_closely(*problem(wanted), start, tolerance)
        else:
            station, used, more = solve(*problem(wanted), start, ON_THE_WAY)
        sweeps += more
        if station.residual <= (tolerance if wanted == 1.0 else ON_THE_WAY):
            if wanted == 1.0:
                return station, used, sweeps
            done, start, step = wanted, station.point, 1.5 * step
        else:
            if wanted == 1.0 and station.residual < found.residual:
                found = station
            step /= 2.0
    return found, used, sweeps


def from_cobb_douglas(wanted: Technology, shock: Shock) -> Callable[[float], Problem]:
    """Path of baselines: from elasticities of one and mobile capacity to what is wanted.

    Parameters
    ----------
    wanted : Technology
        At the end.
    shock : Shock
        The same throughout.

    Returns
    -------
    function
        Of how far along, 0 to 1.
    """
    end = wanted.elasticities

    def problem(along: float) -> Problem:
        if along == 1.0:
            return wanted, shock
        between = Elasticities(
            1.0 + along * (end.inputs - 1.0),
            1.0 + along * (end.value_added - 1.0),
            1.0 + along * (end.final - 1.0),
        )
        return replace(wanted, elasticities=between, fixed=along * wanted.fixed), shock

    return problem


def from_baseline(now: Technology, baseline: Shock, wanted: Shock) -> Callable[[float], Problem]:
    """Path of shocks: from the baseline's trade costs to the scenario's, an embargo closing gradually.

    Parameters
    ----------
    now : Technology
        The same throughout.
    baseline, wanted : Shock
        At the beginning and at the end.

    Returns
    -------
    function
        Of how far along, 0 to 1.
    """

    def problem(along: float) -> Problem:
        if along == 1.0:
            return now, wanted
        # On the way the world hangs together as it does in the tables, however little is left of some trade.
        pull, net = _between(baseline.pull, wanted.pull, along), _between(baseline.net, wanted.net, along)
        return now, Shock(pull, net, baseline.part)

    return problem


def _between(first: Floats, last: Floats, along: float) -> Floats:
    """Go from one array of pulls to another by equal ratios, and to zero by the square of what is left."""
    ratio = np.divide(last, first, out=np.ones_like(first), where=first > 0.0)
    return np.asarray(first * np.where(ratio > 0.0, np.power(ratio, along), (1.0 - along) ** 2))
