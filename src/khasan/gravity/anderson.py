"""Anderson mixing: what the last few steps of a fixed-point iteration tell about the next one."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Mixing:
    """Memory of the last differences of points and steps, and the step that they suggest.

    With the points x and the plain steps g (the next point minus this one), and their differences over the last sweeps
    as rows of dX and dG, the mixed step is ``g - c (dX + dG)`` where c is the least-squares solution of ``c dG = g``.

    Source: Anderson (1965), Iterative procedures for nonlinear integral equations, JACM 12(4); Walker and Ni (2011),
    Anderson acceleration for fixed-point iterations, SIAM J. Numerical Analysis 49(4).

    Parameters
    ----------
    size : int
        Number of unknowns.
    memory : int
        Number of differences kept.
    """

    def __init__(self, size: int, memory: int) -> None:
        # Rows are scaled to a length of one in the steps, so that old and new differences weigh alike.
        self._moves = np.empty((memory, size))
        self._steps = np.empty((memory, size))
        self._gram = np.zeros((memory, memory))
        self._seen = 0
        self._last: tuple[Floats, Floats] | None = None
        self._times = _by_blas if memory * size < UNTHREADED else _by_hand

    def step(self, point: Floats, step: Floats) -> Floats:
        """Take in a point and its plain step, and return the mixed step.

        Parameters
        ----------
        point, step : array of shape (size,)
            Where the iteration stands, and the plain step from there; neither may be changed afterwards.

        Returns
        -------
        array of shape (size,)
            The step to take.
        """
        if self._last is not None:
            self._remember(point - self._last[0], step - self._last[1])
        self._last = (point, step)
        filled = min(self._seen, len(self._steps))
        if not filled:
            return step
        weights = _solved(self._gram[:filled, :filled], self._times(self._steps[:filled], step))
        return np.asarray(step - self._times(self._moves[:filled].T, weights))

    def _remember(self, move: Floats, change: Floats) -> None:
        """Put the newest difference in the place of the oldest; one of no length says nothing and is left out."""
        length = math.sqrt(float(change @ change))
        if not 0.0 < length < math.inf:
            return
        place = self._seen % len(self._steps)
        np.divide(change, length, out=self._steps[place])
        np.divide(move + change, length, out=self._moves[place])
        self._seen += 1
        filled = min(self._seen, len(self._steps))
        products = self._times(self._steps[:filled], self._steps[place])
        self._gram[place, :filled] = products
        self._gram[:filled, place] = products
        # A trace of ridge: differences that have become parallel must not blow up the weights.
        self._gram[place, place] = 1.0 + 1e-14


UNTHREADED = 2304 * 4
"""Cells up to which OpenBLAS multiplies a matrix with a vector in one thread."""


def _by_blas(matrix: Floats, vector: Floats) -> Floats:
    """Multiply small ones by BLAS."""
    return np.asarray(matrix @ vector)


def _by_hand(matrix: Floats, vector: Floats) -> Floats:
    """Multiply large ones not by BLAS, which would call up threads for what is too small for them."""
    return np.asarray(np.einsum("ij,j->i", matrix, vector))


def _solved(matrix: Floats, wanted: Floats) -> Floats:
    """Solve the normal equations, or the best of them where they are singular."""
    try:
        return np.asarray(np.linalg.solve(matrix, wanted))
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.lstsq(matrix, wanted, rcond=1e-12)[0])
