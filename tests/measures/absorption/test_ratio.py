"""Intervals of a ratio."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from khasan.measures.absorption.ratio import HOLDS_ZERO, fieller, from_draws


def test_fieller_by_hand() -> None:
    # a = 2, b = 4, both with variance 0.25, independent, many degrees of freedom: (2 - 4r)^2 = 1.645^2 (1 + r^2) / 4.
    found = fieller(2, 4, 0.25, 0.25, 0, 1000)
    square = 1.645**2 / 4
    roots = np.sort(np.roots([16 - square, -16, 4 - square]))
    assert (found.low, found.high) == pytest.approx(tuple(roots))
    assert found.value == 0.5


@given(
    st.floats(-50, 50), st.floats(1, 50), st.floats(0.01, 30), st.floats(0.01, 30), st.floats(-0.9, 0.9),
    st.integers(1, 60),
)  # fmt: skip
def test_fieller_holds_the_ratio_or_says_undefined(
    above: float, below: float, one: float, other: float, correlation: float, freedom: int
) -> None:
    found = fieller(above, below, one, other, correlation * math.sqrt(one * other), freedom)
    if found.value is None:
        assert found.reason == HOLDS_ZERO
        assert found.below_low <= 0 <= found.below_high
    else:
        assert found.low is not None
        assert found.high is not None
        assert found.below_low > 0
        assert found.low <= found.value + 1e-9
        assert found.value <= found.high + 1e-9


def test_fieller_covers_nine_in_ten() -> None:
    generator = np.random.default_rng(0)
    held = 0
    for _ in range(2000):
        sample = generator.multivariate_normal([3, 6], [[4, 1], [1, 4]], 10)
        covariance = np.cov(sample.T) / 10
        mean = sample.mean(axis=0)
        found = fieller(mean[0], mean[1], covariance[0, 0], covariance[1, 1], covariance[0, 1], 9)
        held += found.low is not None and found.high is not None and found.low <= 0.5 <= found.high
    assert 0.87 < held / 2000 < 0.93


def test_draws() -> None:
    below = np.linspace(9, 11, 201)
    found = from_draws(5.0, 10.0, np.full(201, 5.0), below)
    assert found.value == 0.5
    assert (found.low, found.high) == pytest.approx((5 / 10.9, 5 / 9.1), rel=1e-3)
    wide = from_draws(5.0, 10.0, np.full(201, 5.0), np.linspace(-2, 30, 201))
    assert (wide.value, wide.reason) == (None, HOLDS_ZERO)
    assert from_draws(20.0, 10.0, np.full(201, 5.0), below).high == 2.0
    assert from_draws(5.0, -1.0, np.full(201, 5.0), below).value is None
