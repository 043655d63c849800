"""The normal distribution by table, against the standard library's."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from khasan.measures.world.normal_tables import probability_below, quantile

NORMAL = NormalDist()


def test_probabilities() -> None:
    points = np.linspace(-7.5, 7.5, 3001).astype(np.float32)
    expected = np.array([NORMAL.cdf(float(point)) for point in points])
    assert np.abs(probability_below(points) - expected).max() < 1e-6


def test_quantiles_down_to_one_in_a_hundred_million() -> None:
    shares = np.concatenate([10.0 ** -np.arange(1, 8, 0.1), np.linspace(0.01, 0.5, 99)]).astype(np.float32)
    expected = np.array([NORMAL.inv_cdf(float(share)) for share in shares])
    assert np.abs(quantile(shares) - expected).max() < 0.004


def test_far_points_stay_finite() -> None:
    assert probability_below(np.array([-50, 50], dtype=np.float32)).tolist() == pytest.approx([0, 1], abs=1e-12)
    assert np.isfinite(quantile(np.array([1e-30, 1e-9], dtype=np.float32))).all()
