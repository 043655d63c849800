"""Anderson mixing: what the last few steps of a fixed-point iteration tell about the next one."""

from __future__ import annotations

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
        self._points = np.empty((memory, size))
        self._steps = np.empty((memory, size))
        self._gram = np.zeros((memory, memory))
        self._kept = 0
        self._last: tuple[Floats, Floats] | None = None

    def forget(self) -> None:
        """Begin again from the next point, as after a step that led nowhere."""
        self._kept = 0
        self._last = None

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
        memory = len(self._points)
        if self._last is not None:
            place = self._kept % memory
            np.subtract(point, self._last[0], out=self._points[place])
            np.subtract(step, self._last[1], out=self._steps[place])
            self._kept += 1
            filled = min(self._kept, memory)
            products = np.einsum("mx,x->m", self._steps[:filled], self._steps[place])
            self._gram[place, :filled] = products
            self._gram[:filled, place] = products
        self._last = (point, step)
        filled = min(self._kept, memory)
        if not filled:
            return step
        weights = self._weights(filled, step)
        # Not by BLAS, which would call up threads for products that are too small for them.
        return np.asarray(step - np.einsum("m,mx->x", weights, self._points[:filled] + self._steps[:filled]))

    def _weights(self, filled: int, step: Floats) -> Floats:
        """Solve the normal equations, scaled to a unit diagonal so that old and new differences weigh alike."""
        scale = np.sqrt(np.diagonal(self._gram)[:filled])
        scale[scale == 0.0] = 1.0
        matrix = self._gram[:filled, :filled] / np.outer(scale, scale)
        # A trace of ridge: differences that have become parallel must not blow up the weights.
        matrix.flat[:: filled + 1] += 1e-14
        wanted = np.einsum("mx,x->m", self._steps[:filled], step) / scale
        try:
            return np.asarray(np.linalg.solve(matrix, wanted) / scale)
        except np.linalg.LinAlgError:
            return np.asarray(np.linalg.lstsq(matrix, wanted, rcond=1e-12)[0] / scale)
