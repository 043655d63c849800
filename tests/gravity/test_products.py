"""Products in blocks are the products."""

from __future__ import annotations

import numpy as np
import pytest

from khasan.gravity.products import inverses, rows_times, times_columns, times_matrices


@pytest.mark.parametrize(("rows", "columns"), [(3, 4), (95, 97), (96, 97), (200, 130), (1, 10_000), (10_000, 1)])
def test_blocks_change_nothing(rows: int, columns: int) -> None:
    random = np.random.default_rng(1)
    matrices = random.normal(size=(3, rows, columns))
    left, right = random.normal(size=(3, rows)), random.normal(size=(3, columns))
    np.testing.assert_allclose(rows_times(left, matrices), np.einsum("bi,bij->bj", left, matrices), atol=1e-10)
    np.testing.assert_allclose(times_columns(matrices, right), np.einsum("bij,bj->bi", matrices, right), atol=1e-10)


@pytest.mark.parametrize(("rows", "inner", "columns"), [(3, 4, 5), (65, 65, 131), (600, 600, 2)])
def test_blocks_of_matrices_change_nothing(rows: int, inner: int, columns: int) -> None:
    random = np.random.default_rng(2)
    left, right = random.normal(size=(2, rows, inner)), random.normal(size=(2, inner, columns))
    np.testing.assert_allclose(times_matrices(left, right), np.einsum("bik,bkj->bij", left, right), atol=1e-10)


@pytest.mark.parametrize("size", [1, 7, 80, 81, 131, 170])
def test_inverses_by_halves_are_inverses(size: int) -> None:
    random = np.random.default_rng(3)
    matrices = np.eye(size) + 0.5 / size * random.normal(size=(4, size, size))
    found = inverses(matrices)
    np.testing.assert_allclose(matrices @ found, np.tile(np.eye(size), (4, 1, 1)), atol=1e-12)
