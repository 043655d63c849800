"""Trade of the whole world in one array, and how far each flow lies from what gravity expects of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Whole = NDArray[np.int64]

UNRECORDED = 0.5
"""USD million that a recorded 0 counts as in logarithms: it stands for anything below half a million."""

TYPICAL = 1.0
"""USD million of expected trade from which a pair counts in the median residual of its states."""

REACH = 12
"""Years before and after a flow that can be read."""


@dataclass(frozen=True)
class World:
    """Recorded trade and its distance from the expected, for every exporter, importer and year.

    Parameters
    ----------
    actors : tuple of str
        Names of the first two axes.
    first : int
        Calendar year of index 0 on the last axis.
    trade : array
        USD million, NaN where nothing is recorded.
    residual : array
        Log of recorded over expected trade, less the exporter's and the importer's median of the year; NaN where
        either is missing.
    """

    actors: tuple[str, ...]
    first: int
    trade: Floats
    residual: Floats

    @cached_property
    def index(self) -> dict[str, int]:
        """Place of each actor on the axes (no unit).

        Source: the order of the actors.
        """
        return {actor: place for place, actor in enumerate(self.actors)}

    @property
    def years(self) -> tuple[int, int]:
        """First and last calendar year (unit ``year``).

        Source: the length of the last axis.
        """
        return self.first, self.first + self.trade.shape[2] - 1

    @cached_property
    def logs(self) -> Floats:
        """Logarithms of trade (unit ``log points``), with unrecorded years around so that every window exists.

        Source: natural logarithm; a recorded 0 counts as half a million.
        """
        padded = np.pad(self.trade, ((0, 0), (0, 0), (REACH, REACH)), constant_values=np.nan)
        return np.log(np.maximum(padded, np.float32(UNRECORDED)))

    def windows(self, exporter: Whole, importer: Whole, year: Whole) -> Floats:
        """Return flows from ``REACH`` years before to ``REACH`` years after, one row a flow, in ``log points`` (unit).

        Source: the logarithms of this world.
        """
        offsets = np.arange(2 * REACH + 1)
        found: Floats = self.logs[exporter[:, None], importer[:, None], year[:, None] + offsets]
        return found

    def residual_windows(self, exporter: Whole, importer: Whole, year: Whole) -> Floats:
        """Return the residuals of flows over the same years, in the unit ``log points``.

        Source: the residuals of this world.
        """
        padded = np.pad(self.residual, ((0, 0), (0, 0), (REACH, REACH)), constant_values=np.nan)
        offsets = np.arange(2 * REACH + 1)
        windows: Floats = padded[exporter[:, None], importer[:, None], year[:, None] + offsets]
        return windows


def make_world(
    flows: pl.DataFrame,
    expected: pl.DataFrame,
    actors: tuple[str, ...] | None = None,
    years: tuple[int, int] | None = None,
) -> World:
    """Put flows (in the unit ``USD million``) and what gravity expects of them into arrays.

    The actors and the first and last year are those of the flows, or of another world where they are given.

    Source: frames of the shape of :func:`khasan.gravity.expectation.expected_flows`.
    """
    if actors is None:
        actors = tuple(sorted(set(flows["exporter"].unique()) | set(flows["importer"].unique())))
    if years is None:
        years = int(flows["year"].min()), int(flows["year"].max())  # type: ignore[arg-type]
    shape = (len(actors), len(actors), years[1] - years[0] + 1)
    trade = _array(flows, "value", actors, years[0], shape)
    usual = _array(expected, "expected", actors, years[0], shape)
    return World(actors, years[0], trade, _residual(trade, usual))


def _array(
    frame: pl.DataFrame, column: str, actors: tuple[str, ...], first: int, shape: tuple[int, int, int]
) -> Floats:
    """Spread a column over exporter, importer and year; rows of actors or years outside the array are left out."""
    named = pl.Enum(list(actors))
    known = frame.filter(
        pl.col("exporter").is_in(list(actors))
        & pl.col("importer").is_in(list(actors))
        & pl.col("year").is_between(first, first + shape[2] - 1)
    ).select(
        pl.col("exporter").cast(named).to_physical(),
        pl.col("importer").cast(named).to_physical(),
        pl.col("year") - first,
        column,
    )
    array = np.full(shape, np.nan, np.float32)
    array[known["exporter"].to_numpy(), known["importer"].to_numpy(), known["year"].to_numpy()] = known[column]
    return array


def _residual(trade: Floats, usual: Floats) -> Floats:
    """Compare trade with the expected, then take off how far each exporter and importer lies off in the year.

    The median over partners, and not the mean, so that a few confused flows do not move the level they are held to.
    """
    gap = np.log(np.maximum(trade, np.float32(UNRECORDED))) - np.log(usual)
    counted = np.where(usual >= TYPICAL, gap, np.float32(np.nan))
    of_exporter = median(counted, 1)[:, None, :]
    of_importer = median(counted - of_exporter, 0)[None, :, :]
    return gap - np.nan_to_num(of_exporter) - np.nan_to_num(of_importer)


def median(values: Floats, axis: int, fewest: int = 1) -> Floats:
    """Median of what is recorded along an axis, in the unit of the values; NaN where fewer than ``fewest`` are.

    Source: definition of the median; the mean of the middle two of an even number.
    """
    ordered = np.sort(values, axis=axis)  # NaN goes last
    count = np.isfinite(values).sum(axis=axis, keepdims=True)
    low = np.take_along_axis(ordered, np.maximum((count - 1) // 2, 0), axis)
    high = np.take_along_axis(ordered, np.minimum(count // 2, values.shape[axis] - 1), axis)
    middle = np.where(count >= fewest, (low + high) / 2, np.float32(np.nan))
    return np.squeeze(middle, axis=axis).astype(np.float32)
