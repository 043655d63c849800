"""Products of stacked matrices, cut into blocks that BLAS does in the calling thread.

OpenBLAS calls up a second thread for products that are far too small for it; with thousands of them in a row, and all
the more where another program holds the core, the waiting costs several times what the product does. A sweep is bound
by memory and gains nothing from threads.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

VECTOR = 2304 * 4 - 1
"""Cells of a matrix up to which OpenBLAS multiplies it with a vector in one thread."""

MATRIX = 65536 * 4
"""Multiplications up to which OpenBLAS multiplies two matrices in one thread."""


def rows_times(vectors: Floats, matrices: Floats) -> Floats:
    """Multiply each vector from the left with its matrix.

    Parameters
    ----------
    vectors : array of shape (stack, m)
    matrices : array of shape (stack, m, n)

    Returns
    -------
    array of shape (stack, n)
    """
    rows, columns = matrices.shape[1:]
    if rows * columns <= VECTOR:
        return np.asarray(np.matmul(vectors[:, None, :], matrices)[:, 0, :])
    width = max(1, VECTOR // rows)
    found = np.empty((len(vectors), columns))
    for first in range(0, columns, width):
        block = slice(first, first + width)
        found[:, block] = np.matmul(vectors[:, None, :], matrices[:, :, block])[:, 0, :]
    return found


def times_columns(matrices: Floats, vectors: Floats) -> Floats:
    """Multiply each matrix with its vector.

    Parameters
    ----------
    matrices : array of shape (stack, m, n)
    vectors : array of shape (stack, n)

    Returns
    -------
    array of shape (stack, m)
    """
    rows, columns = matrices.shape[1:]
    if rows * columns <= VECTOR:
        return np.asarray(np.matmul(matrices, vectors[:, :, None])[:, :, 0])
    height = max(1, VECTOR // columns)
    found = np.empty((len(vectors), rows))
    for first in range(0, rows, height):
        block = slice(first, first + height)
        found[:, block] = np.matmul(matrices[:, block], vectors[:, :, None])[:, :, 0]
    return found


def times_matrices(left: Floats, right: Floats) -> Floats:
    """Multiply each matrix with another.

    Parameters
    ----------
    left : array of shape (stack, m, k)
    right : array of shape (stack, k, n)

    Returns
    -------
    array of shape (stack, m, n)
    """
    rows, inner = left.shape[1:]
    columns = right.shape[2]
    width = max(1, MATRIX // (rows * inner))
    if width >= columns:
        return np.asarray(np.matmul(left, right))
    found = np.empty((len(left), rows, columns))
    for first in range(0, columns, width):
        block = slice(first, first + width)
        found[:, :, block] = np.matmul(left, right[:, :, block])
    return found


INVERSE = 80
"""Rows up to which OpenBLAS inverts a matrix in one thread."""


def inverses(matrices: Floats) -> Floats:
    """Invert each matrix, large ones by halves.

    With the halves a, b, c, d of a matrix and s = d - c a^-1 b, the inverse has the halves a^-1 + a^-1 b s^-1 c a^-1,
    -a^-1 b s^-1, -s^-1 c a^-1 and s^-1. Rows are not exchanged between the halves, so the upper left half must be
    invertible by itself.

    Parameters
    ----------
    matrices : array of shape (stack, n, n)

    Returns
    -------
    array of shape (stack, n, n)

    Source: Golub and Van Loan (2013), Matrix Computations, 4th edition, section 3.2.11.
    """
    size = matrices.shape[1]
    if size <= INVERSE:
        return np.asarray(np.linalg.inv(matrices))
    half = size // 2
    first = inverses(matrices[:, :half, :half])
    left = times_matrices(matrices[:, half:, :half], first)
    last = inverses(matrices[:, half:, half:] - times_matrices(left, matrices[:, :half, half:]))
    found = np.empty_like(matrices)
    found[:, half:, half:] = last
    found[:, half:, :half] = -times_matrices(last, left)
    right = times_matrices(first, matrices[:, :half, half:])
    found[:, :half, half:] = -times_matrices(right, last)
    found[:, :half, :half] = first - times_matrices(right, found[:, half:, :half])
    return found
