"""The interval of a ratio of two uncertain amounts: by Fieller, and from draws."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from khasan.measures.absorption.window import Array

LEVEL = 0.90
"""Share of cases in which an interval should hold the true value."""

_T95 = (
    6.314, 2.920, 2.353, 2.132, 2.015, 1.943, 1.895, 1.860, 1.833, 1.812, 1.796, 1.782, 1.771, 1.761, 1.753, 1.746,
    1.740, 1.734, 1.729, 1.725, 1.721, 1.717, 1.714, 1.711, 1.708, 1.706, 1.703, 1.701, 1.699, 1.697,
)  # fmt: skip
"""95 percent points of Student's t for 1 to 30 degrees of freedom: two-sided 90 percent."""

_Z95 = 1.645


@dataclass(frozen=True, slots=True)
class Interval:
    """A ratio with its interval, and the interval of its denominator.

    ``low`` and ``high`` are None, and ``reason`` says why, where the ratio is undefined.
    """

    value: float | None
    low: float | None
    high: float | None
    below_low: float
    below_high: float
    reason: str = ""


HOLDS_ZERO = "the interval of the senders' loss holds 0: nothing was lost for sure, so there is no share of it"


def fieller(
    above: float, below: float, above_variance: float, below_variance: float, covariance: float, freedom: int
) -> Interval:
    """Give the interval of a ratio of two means by Fieller's theorem, at 90 percent.

    All r with ``(a - r b)^2 <= t^2 (v_a - 2 r c + r^2 v_b)``: bounded where ``b^2 > t^2 v_b``, that is where the
    interval of b does not hold 0.

    Parameters
    ----------
    above, below : float
        Numerator a and denominator b, in one unit.
    above_variance, below_variance, covariance : float
        Variances of a and b as estimates, and their covariance, in the unit squared.
    freedom : int
        Degrees of freedom of Student's t.

    Returns
    -------
    Interval
        Unit ``ratio``; undefined where the interval of b reaches down to 0.

    Source: Fieller, Some problems in interval estimation, Journal of the Royal Statistical Society B 16 (1954).
    """
    if freedom < 1:
        return Interval(None, None, None, -math.inf, math.inf, "no degrees of freedom are left for an interval")
    quantile = _T95[freedom - 1] if freedom <= len(_T95) else _Z95
    margin = quantile * math.sqrt(below_variance)
    low, high = below - margin, below + margin
    if low <= 0:
        return Interval(None, None, None, low, high, HOLDS_ZERO)
    square = quantile**2
    a, b, c = (
        below**2 - square * below_variance,
        above * below - square * covariance,
        above**2 - square * above_variance,
    )
    half = math.sqrt(max(0.0, b**2 - a * c))
    return Interval(above / below, (b - half) / a, (b + half) / a, low, high)


def from_draws(value_above: float, value_below: float, above: Array, below: Array) -> Interval:
    """Give the interval of a ratio from draws of numerator and denominator, at 90 percent.

    The 5 and 95 percent points of ``above / below`` over the draws, stretched to hold the ratio of the two values
    themselves: both what was expected and what others' errors suggest are inside.

    Parameters
    ----------
    value_above, value_below : float
        Numerator and denominator as estimated.
    above, below : array
        Draws of both, made together, in one unit.

    Returns
    -------
    Interval
        Unit ``ratio``; undefined where the 90 percent interval of the denominator's draws, or the denominator
        itself, is not above 0.

    Source: Efron and Tibshirani, An introduction to the bootstrap (1993), the percentile interval.
    """
    tail = (1 - LEVEL) / 2
    low, high = (float(one) for one in np.quantile(below, [tail, 1 - tail]))
    if low <= 0 or value_below <= 0:
        return Interval(None, None, None, low, high, HOLDS_ZERO)
    ratio = above / np.where(below > 0, below, np.nan)
    # A draw in which nothing was lost has no ratio: it stands for one as far out as can be, on its own side.
    ratio = np.where(np.isnan(ratio), np.where(above > 0, np.inf, -np.inf), ratio)
    ends = np.quantile(ratio, [tail, 1 - tail], method="closest_observation")
    value = value_above / value_below
    return Interval(value, min(float(ends[0]), value), max(float(ends[1]), value), low, high)
