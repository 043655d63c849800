"""Student's t distribution for whole degrees of freedom, without a library of statistics."""

from __future__ import annotations

import math

import numpy as np

from khasan.ledger.errors import InputError


def within(reach: float, degrees: int) -> float:
    """Return how likely a value of Student's t is to lie between minus and plus some reach.

    For whole degrees of freedom it is a finite sum of powers of the cosine of ``atan(reach / sqrt(degrees))``.

    Parameters
    ----------
    reach : float
        0 or more, in standard errors.
    degrees : int
        Degrees of freedom, 1 or more.

    Returns
    -------
    float
        Unit: probability, 0 to 1.

    Source: Abramowitz and Stegun (1964), Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
    """
    angle = math.atan(reach / math.sqrt(degrees))
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = degrees % 2
    # Each term is the one before times (2k - 1) / 2k, or 2k / (2k + 1), and the square of the cosine.
    step = np.arange(1, degrees // 2)
    ratios = (2 * step - 1) / (2 * step) if not odd else (2 * step) / (2 * step + 1)
    total = 1.0 + float(np.cumprod(ratios * cosine**2).sum())
    if not odd:
        return sine * total
    return 2.0 / math.pi * (angle + (sine * cosine * total if degrees > 1 else 0.0))


def reach_of(level: float, degrees: int) -> float:
    """Return how many standard errors an interval reaches to each side by Student's t.

    The reach is found by halving until no number lies between its ends.

    Parameters
    ----------
    level : float
        Probability of the interval, between 0 and 1.
    degrees : int
        Degrees of freedom, 1 or more: independent values less one.

    Returns
    -------
    float
        Unit: standard errors.

    Raises
    ------
    InputError
        For no degree of freedom, or a level that is none.

    Source: Student (1908), The probable error of a mean, Biometrika 6(1); the probability is that of :func:`within`.
    """
    if degrees < 1 or not 0.0 < level < 1.0:
        raise InputError(
            f"level {level:g} with {degrees} degrees of freedom: give a level between 0 and 1, and 1 or more"
        )
    low, high = 0.0, 1.0
    while within(high, degrees) < level:
        low, high = high, 2.0 * high
    while low < (middle := (low + high) / 2.0) < high:
        low, high = (middle, high) if within(middle, degrees) < level else (low, middle)
    return high
