"""How wrong an expectation is for partners whom the restriction did not touch, and for all before it: drifts.

The drift of a partner is ``log(sum actual / sum expected)`` over the periods after a day. Other partners around the
same shock show how far trade strays at that time; pretended shocks before it show how far it strayed at other times.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from khasan.measures.absorption.sample import LEAST_BEFORE, Group
from khasan.measures.absorption.window import Array

Expect = Callable[[int, int], Array]
"""Expected trade in the periods from a split to a stop (unit of the flows), given those before the split."""

SPREAD = (1.5, 0.5)
"""Widths of the kernel in log size and in log volatility: placebos are likely alike within them."""

MANY = 20
"""With so many placebos nothing but they say how far trade strays; with fewer, pretended shocks say the rest."""

_RECENT = 2
"""Periods just before a day whose mean is the level from which trade goes on."""

_FLOOR = 0.05
"""Volatility below which partners count as equally calm."""


@dataclass(frozen=True, slots=True)
class Drifts:
    """Drifts of partners around the shock and around pretended shocks before it.

    Attributes
    ----------
    now : array
        Drift of each row around the shock (unit ``log points``).
    past : array
        Drifts by row and pretended shock, stretched to the horizon of the real one by the square root of time.
    gap, past_gap : array
        Log of the level just before the day over the mean expected after it, of the same shapes.
    traits : array
        Log size and log volatility before, by row.
    placebos : array of bool
        Rows that are neither senders nor left aside.
    """

    now: Array
    past: Array
    gap: Array
    past_gap: Array
    traits: Array
    placebos: np.ndarray

    def likeness(self, row: int) -> Array:
        """Weigh the rows by how alike they are to one: a Gaussian kernel in log size and log volatility.

        Unit: weights from 0 to 1.

        Source: Nadaraya (1964) and Watson (1964), weights of a kernel.
        """
        distance = (self.traits - self.traits[row]) / SPREAD
        return np.asarray(np.exp(-0.5 * (distance**2).sum(axis=1)) + 1e-4)


def drifts_of(group: Group, expect: Expect) -> Drifts:
    """Work the drifts of a group out.

    Parameters
    ----------
    group : Group
        Trade without gaps around the shock.
    expect : callable
        The expectation, from any split.

    Returns
    -------
    Drifts
        Drifts in the unit ``log points``.

    Source: the design of the measure: placebos over partners and over dates.
    """
    window = group.window
    split, stop = window.split, len(window.periods)
    values = above_zero(window.values)
    now, gap = _drift(values, split, stop, expect)
    past, past_gap = [], []
    for pretended in range(LEAST_BEFORE, split):
        end = min(split, pretended + stop - split)
        stretch = np.sqrt((stop - split) / (end - pretended))
        drift, then = _drift(values, pretended, end, expect)
        past.append(drift * stretch)
        past_gap.append(then * stretch)
    before = values[:, :split]
    steps = np.sqrt((np.diff(np.log(before), axis=1) ** 2).mean(axis=1))
    traits = np.column_stack([np.log(before.mean(axis=1)), np.log(np.maximum(steps, _FLOOR))])
    placebos = np.arange(len(values)) >= group.senders
    shape = len(past), len(values)
    return Drifts(now, np.array(past).reshape(shape).T, gap, np.array(past_gap).reshape(shape).T, traits, placebos)


def _drift(values: Array, split: int, stop: int, expect: Expect) -> tuple[Array, Array]:
    """Return log actual over expected from a split to a stop, and log of the level just before over the expected."""
    expected = np.log(expect(split, stop).mean(axis=1))
    recent = np.log(values[:, split - _RECENT : split].mean(axis=1))
    return np.log(values[:, split:stop].mean(axis=1)) - expected, recent - expected


def above_zero(values: Array) -> Array:
    """Put half of the smallest amount on record in the place of a recorded 0, so that it has a logarithm.

    Parameters
    ----------
    values : array
        Amounts of 0 or more.

    Returns
    -------
    array
        Amounts above 0, in the same unit.

    Source: a compiler that rounds to its smallest amount writes 0 for what is below half of it.
    """
    some = values[values > 0]
    return np.maximum(values, 0.5 * float(some.min())) if some.size else np.ones_like(values)
