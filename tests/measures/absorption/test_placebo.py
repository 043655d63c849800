"""Placebo p."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from khasan.measures.absorption.placebo import over_dates, over_partners, placebo_p


def test_by_hand() -> None:
    assert placebo_p(3, np.array([1.0, 2.0, 3.0, 4.0])) == 3 / 5
    assert placebo_p(9, np.array([1.0, 2.0, 3.0, 4.0])) == 1 / 5
    assert placebo_p(9, np.array([])) == 1


def test_senders_are_asked_about_a_fall_and_lend_no_placebo() -> None:
    drift = np.array([-2.0, 1.0, 0.1, -0.1])
    thirds = np.array([False, True, True, True])
    p, number = over_partners(drift, np.ones(4), thirds)
    assert p.tolist() == [1 / 4, 1 / 3, 2 / 3, 3 / 3]
    assert number.tolist() == [3, 2, 2, 2]
    calm = over_partners(drift, np.array([1.0, 10.0, 0.1, 1.0]), thirds)[0]
    assert calm[1] == 2 / 3  # the wild partner's rise is no more than the calm one's


def test_over_dates() -> None:
    p, number = over_dates(
        np.array([-1.0, 1.0]), np.array([[-2.0, 0.0, 3.0], [0.0, 0.5, 2.0]]), np.array([False, True])
    )
    assert p.tolist() == [2 / 4, 2 / 4]
    assert number == 3


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=30, unique=True))
def test_ranks_of_exchangeable_partners_are_each_seen_once(drifts: list[float]) -> None:
    p, _ = over_partners(np.array(drifts), np.ones(len(drifts)), np.ones(len(drifts), dtype=bool))
    assert sorted(p) == pytest.approx([(n + 1) / len(drifts) for n in range(len(drifts))])
