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

PAST = 6.0
"""Weight of pretended shocks, as a number of other partners: with few partners the past says most."""

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
    traits : array
        Log size and log volatility before, by row.
    placebos : array of bool
        Rows that are neither senders nor left aside.
    """

    now: Array
    past: Array
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
        In log points.

    Source: the design of the measure: placebos over partners and over dates.
    """
    window = group.window
    split, stop = window.split, len(window.periods)
    values = window.values
    now = np.log(values[:, split:].sum(axis=1)) - np.log(expect(split, stop).sum(axis=1))
    past = []
    for pretended in range(LEAST_BEFORE, split):
        end = min(split, pretended + stop - split)
        drift = np.log(values[:, pretended:end].sum(axis=1)) - np.log(expect(pretended, end).sum(axis=1))
        past.append(drift * np.sqrt((stop - split) / (end - pretended)))
    before = values[:, :split]
    steps = np.sqrt((np.diff(np.log(before), axis=1) ** 2).mean(axis=1))
    traits = np.column_stack([np.log(before.mean(axis=1)), np.log(np.maximum(steps, _FLOOR))])
    placebos = np.arange(len(values)) >= group.senders
    return Drifts(now, np.array(past).reshape(len(past), len(values)).T, traits, placebos)
