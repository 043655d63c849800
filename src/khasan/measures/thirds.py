"""Change of a yearly series between its first and its last third, with an interval from resampled blocks of years."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

SEED, RESAMPLES = 1861, 2000


def change_over_thirds(values: Values) -> tuple[float, float, float]:
    """Return the mean of the last third less that of the first, with low and high, in the unit of the values.

    Low and high are the 2.5 and 97.5 percentiles over 2000 circular moving-block resamples within each third (blocks
    of ``ceil(k ** (1/3))`` of its ``k`` values, so that neighbouring years stay together), with a fixed seed.

    Source: Kuensch, The jackknife and the bootstrap for general stationary observations, Annals of Statistics 17
    (1989) 1217-1241; Politis and Romano (1992) for circular blocks.
    """
    third = len(values) // 3
    early, late = values[:third], values[-third:]
    value = float(late.mean() - early.mean())
    random = np.random.default_rng(SEED)
    low, high = np.percentile(_means(late, random) - _means(early, random), [2.5, 97.5])
    return value, min(value, float(low)), max(value, float(high))


def _means(part: Values, random: np.random.Generator) -> Values:
    """Return the means of resampled circular blocks, in the unit of the values."""
    count = len(part)
    length = math.ceil(count ** (1 / 3))
    starts = random.integers(0, count, size=(RESAMPLES, math.ceil(count / length), 1))
    picked = (starts + np.arange(length)) % count
    return np.asarray(part[picked.reshape(RESAMPLES, -1)[:, :count]].mean(axis=1), dtype=np.float64)
