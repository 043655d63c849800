"""The normal distribution by table, for millions of values at once without further dependencies.

Values lie on an even grid and are read by linear interpolation. In single precision the error is below 1e-6 in
probability and, for probabilities from 1e-8 to a half, below 0.004 in quantiles: far under the noise of draws.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_REACH, _STEP = 8.0, 1 / 256
_POINTS = np.arange(-_REACH, _REACH + _STEP, _STEP)
_BELOW = np.array([0.5 * math.erfc(-point / math.sqrt(2)) for point in _POINTS])
_BELOW_FINE = _BELOW.astype(np.float32)
_BELOW_RISE = np.diff(_BELOW, append=_BELOW[-1]).astype(np.float32)

_ODDS_REACH, _ODDS = 18.4, np.linspace(-18.4, 18.4, 8193)
_QUANTILE = np.interp(_ODDS, np.log(_BELOW) - np.log(_BELOW[::-1]), _POINTS)
_QUANTILE_FINE = _QUANTILE.astype(np.float32)
_QUANTILE_RISE = np.diff(_QUANTILE, append=_QUANTILE[-1]).astype(np.float32)
_ODDS_STEP = float(_ODDS[1] - _ODDS[0])


def probability_below(points: Floats) -> Floats:
    """Return the probability that a standard normal value lies below each point.

    In the unit ``share`` (0 to 1); points beyond 8 standard deviations are read as 8.

    Source: the standard normal distribution function.
    """
    place = (np.clip(points, -_REACH + _STEP, _REACH - _STEP) + np.float32(_REACH)) * np.float32(1 / _STEP)
    step = place.astype(np.int32)
    return np.asarray(_BELOW_FINE[step] + (place - step) * _BELOW_RISE[step])


def quantile(probabilities: Floats) -> Floats:
    """Return the point below which a standard normal value lies with each probability.

    In standard deviations (no other unit); probabilities nearer to 0 or 1 than 1e-8 are read as that.

    Source: the inverse of :func:`probability_below`, on a grid of log odds, where it is nearly straight.
    """
    odds = np.log(probabilities) - np.log1p(-probabilities)
    place = (np.clip(odds, -_ODDS_REACH, _ODDS_REACH - _ODDS_STEP) + np.float32(_ODDS_REACH)) * np.float32(
        1 / _ODDS_STEP
    )
    step = place.astype(np.int32)
    return np.asarray(_QUANTILE_FINE[step] + (place - step) * _QUANTILE_RISE[step])
