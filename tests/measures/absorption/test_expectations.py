"""Four expectations, each on a case that it must get right by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khasan.measures.absorption.expectations import (
    mean_before,
    project,
    scaled_gravity,
    simplex_weights,
    synthetic,
    trend_before,
)


def test_mean_trend_and_gravity() -> None:
    doubling = np.array([[1.0, 2.0, 4.0]])
    assert mean_before(doubling, 2).tolist() == [[7 / 3, 7 / 3]]
    assert trend_before(doubling, np.array([3.0, 5.0]))[0] == pytest.approx([8, 32])
    gravity = scaled_gravity(doubling, np.array([[10.0, 10.0, 15.0]]), np.array([[20.0, 30.0]]))
    assert gravity[0] == pytest.approx([4, 6])  # 7 / 35 = 0.2


def test_a_partner_that_is_a_mix_of_donors_is_found_and_followed() -> None:
    generator = np.random.default_rng(3)
    donors = generator.uniform(50, 150, (6, 14))
    shares = np.array([0.5, 0.3, 0.2, 0, 0, 0])
    level = donors[:, :10].mean(axis=1)
    partner = 400 * (shares @ (donors / level[:, None]))[None, :]
    found = synthetic(partner[:, :10], donors[:, :10], donors[:, 10:], np.array([-1]))
    assert found[0] == pytest.approx(partner[0, 10:], rel=1e-3)


def test_nobody_is_its_own_donor() -> None:
    donors = np.random.default_rng(1).uniform(1, 2, (8, 5))
    weights = simplex_weights(donors, donors, np.arange(5))
    assert np.diag(weights).tolist() == [0.0] * 5
    assert weights.sum(axis=0) == pytest.approx(np.ones(5))


@settings(max_examples=60)
@given(st.integers(2, 7), st.integers(0, 10**6))
def test_weights_are_convex_and_no_vertex_is_nearer(number: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    donors, target = generator.uniform(0.2, 3, (5, number)), generator.uniform(0.2, 3, (5, 1))
    weights = simplex_weights(donors, target, np.array([-1]))
    assert (weights >= 0).all()
    assert float(weights.sum()) == pytest.approx(1)
    miss = float(((donors @ weights - target) ** 2).sum())
    assert miss <= float(((donors - target) ** 2).sum(axis=0).min()) + 1e-6
    # At the minimum no weight can be moved to another donor with gain (Karush, Kuhn and Tucker).
    slope = (donors.T @ (donors @ weights - target))[:, 0]
    assert float(weights[:, 0] @ slope) <= slope.min() + 2e-2


def test_projection_on_the_simplex() -> None:
    columns = np.array([[0.5, 2.0, -1.0], [0.5, 0.0, -np.inf], [0.3, 0.0, -1.0]])
    expected = np.array([[0.4, 0.4, 0.2], [1.0, 0.0, 0.0], [0.5, 0.0, 0.5]])
    assert np.abs(project(columns).T - expected).max() < 1e-12
