"""Four expectations of trade after a shock, each from trade before it.

All take complete tables (partners by periods, no gaps) and return the expected trade in the periods after the shock.
"""

from __future__ import annotations

import numpy as np

from khasan.measures.absorption.window import Array

EXPECTATIONS = ("mean", "trend", "gravity", "synthetic")
"""Names of the four, in the order in which they are printed."""

DONORS = 40
"""At most so many donors: the largest. More of them fit a short past by chance."""

_STEPS = 200
"""Steps of the projected gradient."""


def mean_before(before: Array, horizon: int) -> Array:
    """Expect the mean of the periods before.

    ``E_pt = sum_{s before} Y_ps / n``.

    Parameters
    ----------
    before : array
        Partners by periods before the shock.
    horizon : int
        Number of periods after it.

    Returns
    -------
    array
        Partners by periods after, in the unit of ``before``.

    Source: the design of the measure; the plainest before-and-after comparison.
    """
    return np.repeat(before.mean(axis=1, keepdims=True), horizon, axis=1)


def trend_before(before: Array, ahead: Array) -> Array:
    """Expect the log-linear trend of the periods before to go on.

    ``log E_pt = a_p + b_p t`` with a and b by least squares of log trade on time before the shock.

    Parameters
    ----------
    before : array
        Partners by n periods before the shock, above 0, taken as times 0 to n - 1.
    ahead : array
        Times of the periods after the shock, on the same count.

    Returns
    -------
    array
        Partners by periods after, in the unit of ``before``.

    Source: ordinary least squares.
    """
    times = np.arange(before.shape[1], dtype=float)
    logs = np.log(before)
    centred = times - times.mean()
    slope = logs @ centred / (centred @ centred)
    return np.asarray(np.exp(logs.mean(axis=1)[:, None] + slope[:, None] * (ahead - times.mean())[None, :]))


def scaled_gravity(before: Array, gravity_before: Array, gravity_after: Array) -> Array:
    """Expect what a gravity equation expects, scaled to the pair's own trade before the shock.

    ``E_pt = G_pt * sum_{s before} Y_ps / sum_{s before} G_ps``: whatever is constant in the pair cancels.

    Parameters
    ----------
    before, gravity_before, gravity_after : array
        Partners by periods: trade before, and the expectation G before and after, in any unit.

    Returns
    -------
    array
        Partners by periods after, in the unit of ``before``.

    Source: the gravity expectation given.
    """
    return np.asarray(gravity_after * (before.sum(axis=1) / gravity_before.sum(axis=1))[:, None])


def synthetic(before: Array, donors_before: Array, donors_after: Array, own: np.ndarray) -> Array:
    """Expect the convex mix of donors that moved like the partner before the shock.

    Every row is divided by its mean before; the weights w >= 0 with sum 1 minimise the squared distance before, and
    ``E_pt = mean before_p * sum_j w_pj y_jt``. Levels are matched by the scale, movements by the weights.

    Parameters
    ----------
    before : array
        Partners by periods before the shock.
    donors_before, donors_after : array
        Donors by periods before and after.
    own : array of int
        For every partner the row of the donors that is itself, which has weight 0; -1 where it is none.

    Returns
    -------
    array
        Partners by periods after, in the unit of ``before``.

    Source: Abadie, Diamond and Hainmueller, Synthetic control methods (2010); weights by accelerated projected
    gradient (Beck and Teboulle 2009) on the simplex.
    """
    level = before.mean(axis=1)
    scale = donors_before.mean(axis=1, keepdims=True)
    weights = simplex_weights((donors_before / scale).T, (before / level[:, None]).T, own)
    return np.asarray(((donors_after / scale).T @ weights).T * level[:, None])


def simplex_weights(donors: Array, targets: Array, own: np.ndarray) -> Array:
    """Find for every target the convex mix of donors nearest to it.

    Minimises ``|| donors w - target ||^2`` over ``w >= 0, sum w = 1`` for each column of ``targets``.

    Parameters
    ----------
    donors : array
        Periods by donors.
    targets : array
        Periods by targets.
    own : array of int
        Donor that is the target itself, or -1.

    Returns
    -------
    array
        Donors by targets: weights (unit ``share``).

    Source: Beck and Teboulle, A fast iterative shrinkage-thresholding algorithm (2009); projection after Held, Wolfe
    and Crowder (1974).
    """
    shape = (donors.shape[1], targets.shape[1])
    barred = np.zeros(shape, dtype=bool)
    barred[own[own >= 0], np.flatnonzero(own >= 0)] = True
    steepness = float(np.linalg.norm(donors, 2)) ** 2
    gram, cross = donors.T @ donors / steepness, donors.T @ targets / steepness
    weights = project(np.where(barred, -np.inf, 0.0))
    ahead, momentum = weights, 1.0
    for _ in range(_STEPS):
        step = project(np.where(barred, -np.inf, ahead - gram @ ahead + cross))
        following = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead = step + (momentum - 1) / following * (step - weights)
        weights, momentum = step, following
    return weights


def project(columns: Array) -> Array:
    """Project every column on the simplex: the nearest weights that are 0 or more and add up to 1.

    Parameters
    ----------
    columns : array
        Any numbers; minus infinity is projected to 0.

    Returns
    -------
    array
        Weights (unit ``share``).

    Source: Held, Wolfe and Crowder, Validation of subgradient optimization (1974).
    """
    ordered = -np.sort(-columns, axis=0)
    count = np.arange(1, len(columns) + 1)[:, None]
    with np.errstate(invalid="ignore"):
        excess = (np.cumsum(np.where(np.isinf(ordered), 0.0, ordered), axis=0) - 1) / count
        inside = (ordered - excess > 0).sum(axis=0)
    threshold = excess[inside - 1, np.arange(columns.shape[1])]
    return np.asarray(np.maximum(columns - threshold, 0.0))
