"""How much of a spread is due to each factor: exactly from a full grid, or by Sobol's sequence."""

from __future__ import annotations

import warnings
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from khasan.ledger.errors import InputError

Floats = NDArray[np.float64]

INSTALL = "ranges of numbers need SALib; install it with: pip install 'khasan[uncertainty]'"

RESAMPLES = 100
"""Bootstrap samples behind the error of a share."""

ROUNDING = 1e-12
"""Spread relative to the size of the values below which there is none but rounding."""


class Shares(NamedTuple):
    """Shares in the variance of one outcome; arrays of shape (factors,).

    Attributes
    ----------
    first_order : array
        What a factor does by itself; unit: share of the variance.
    total : array
        What it does by itself and together with others; unit: share of the variance.
    first_order_error, total_error : array
        Half of the 95 percent interval; 0 where exact.
    """

    first_order: Floats
    total: Floats
    first_order_error: Floats
    total_error: Floats


def shares_of_grid(values: Floats) -> Shares | None:
    """Decompose the variance over a full grid of equally likely cells, exactly.

    With x_i the i-th factor and x_-i all others::

        first order_i = Var(E(y | x_i)) / Var(y)
        total_i       = E(Var(y | x_-i)) / Var(y)

    Parameters
    ----------
    values : array with one axis a factor
        Outcome in each cell.

    Returns
    -------
    Shares or None
        None where nothing varies.

    Source: Saltelli and others (2008), Global sensitivity analysis: the primer, section 1.2.
    """
    if _is_flat(values):
        return None
    variance = values.var()
    axes = range(values.ndim)
    first = [values.mean(axis=tuple(other for other in axes if other != axis)).var() / variance for axis in axes]
    total = [values.var(axis=axis).mean() / variance for axis in axes]
    return Shares(np.array(first), np.array(total), np.zeros(values.ndim), np.zeros(values.ndim))


def sobol_points(count: int, draws: int, seed: int) -> Floats:
    """Draw points of a scrambled Sobol sequence in Saltelli's arrangement.

    Parameters
    ----------
    count : int
        Factors.
    draws : int
        Base draws; a power of two, of which draws * (factors + 2) points are made.
    seed : int
        Of the scrambling.

    Returns
    -------
    array of shape (draws * (count + 2), count)
        Each from 0 to 1.

    Raises
    ------
    InputError
        Where draws is no power of two, seed is negative, or SALib is not installed.

    Source: Saltelli and others (2010), Variance based sensitivity analysis of model output, Computer Physics
    Communications 181(2); Herman and Usher (2017), SALib, Journal of Open Source Software 2(9).
    """
    if draws < 2 or draws & (draws - 1):
        raise InputError(f"draws {draws}: must be a power of two, for instance 64 or 256")
    if seed < 0:
        raise InputError(f"seed {seed}: must be a whole number, 0 or more")
    try:
        from SALib.sample import sobol
    except ImportError:
        raise InputError(INSTALL) from None
    return np.asarray(sobol.sample(_problem(count), draws, calc_second_order=False, seed=seed), dtype=np.float64)


def shares_of_sobol(values: Floats, count: int, seed: int) -> Shares | None:
    """Estimate shares from the values at the points of :func:`sobol_points`.

    Parameters
    ----------
    values : array of shape (points,)
        Outcome at each point.
    count : int
        Factors.
    seed : int
        Of the bootstrap behind the errors.

    Returns
    -------
    Shares or None
        None where nothing varies.

    Source: as of :func:`sobol_points`; total shares by Jansen (1999).
    """
    if _is_flat(values):
        return None
    from SALib.analyze import sobol

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # SALib takes a seed of 0 for none at all.
        found = sobol.analyze(_problem(count), values, calc_second_order=False, num_resamples=RESAMPLES, seed=seed + 1)
    return Shares(*(np.asarray(found[name], dtype=np.float64) for name in ("S1", "ST", "S1_conf", "ST_conf")))


def _problem(count: int) -> dict[str, object]:
    """Describe a unit cube to SALib."""
    return {"num_vars": count, "names": [f"x{one}" for one in range(count)], "bounds": [[0.0, 1.0]] * count}


def _is_flat(values: Floats) -> bool:
    """Whether values differ by rounding only."""
    return bool(np.ptp(values) <= ROUNDING * max(1.0, float(np.abs(values).max())))
