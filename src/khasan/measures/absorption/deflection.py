"""Deflection: what partners that do not restrict gained, over what those who do lost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from khasan.measures.absorption.drift import MANY, Drifts
from khasan.measures.absorption.ratio import Interval, from_draws
from khasan.measures.absorption.sample import Group
from khasan.measures.absorption.window import Array

DRAWS = 999
"""Draws of an interval."""

SMOOTH = 0.65
"""Width of the smoothing as a share of Silverman's."""

FEW = 3.0
"""Draws are widened by ``sqrt(1 + FEW / placebos)``: few placebos show less than the whole range."""

_ENOUGH = 300
"""Fewest draws left after those are dropped in which a sender stood on the partner asked about."""


@dataclass(frozen=True, slots=True)
class Errors:
    """Draws of the expectation's error for every sender, and how they were made.

    Attributes
    ----------
    occasion : array of int
        For each draw 0 (around the shock) or the number of a pretended shock before it, from 1.
    senders : array
        Senders by draws: errors of the expectation (unit ``log points``).
    who : array of int
        Senders by draws: row of the partner whose error it was.
    """

    occasion: np.ndarray
    senders: Array
    who: np.ndarray


def deflections(group: Group, expected: Array, drifts: Drifts, seed: int = 0) -> dict[int, Interval]:
    """Give the deflection to each partner asked about, with its interval at 90 percent.

    ``D_p / L`` with ``D_p = sum_t (Y_pt - E_pt)`` and ``L = sum_s sum_t (E_st - Y_st)`` over the senders s and the same
    periods t. What would have been traded is not known: ``C = sum_t E_t exp(u)``, u drawn from the drifts of partners
    alike in size and volatility, around the shock and around pretended ones before it, for the partner and all senders
    on the same occasion. The interval is that of ``(Y_p - C_p) / (C_s - Y_s)`` over the draws.

    Parameters
    ----------
    group : Group
        Trade without gaps; rows from ``group.senders`` on are third parties.
    expected : array
        Rows by periods after, in the unit of the flows.
    drifts : Drifts
        Of the same group and expectation.
    seed : int
        Start of the random numbers.

    Returns
    -------
    dict of int to Interval
        By row: share of the loss (unit ``share``); the interval of L in the unit of the flows.

    Source: the design of the measure; prediction errors of placebos as in Abadie, Diamond and Hainmueller (2010).
    """
    generator = np.random.default_rng(seed)
    actual = group.window.values[:, group.window.split :].sum(axis=1)
    total = expected.sum(axis=1)
    senders = np.arange(group.senders)
    loss = float((total[senders] - actual[senders]).sum())
    errors = _sender_errors(drifts, group, generator)
    found = {}
    for row in group.asked:
        if row < group.senders:
            continue
        used = errors
        kept = np.flatnonzero((used.who != row).all(axis=0))
        if len(kept) < _ENOUGH:
            used = _sender_errors(drifts, group, generator, row)
            kept = np.arange(DRAWS)
        own, _ = draw(drifts, row, used.occasion[kept], generator, (row,))
        below = total[senders] @ np.exp(used.senders[:, kept]) - actual[senders].sum()
        above = actual[row] - total[row] * np.exp(own)
        found[row] = from_draws(float(actual[row] - total[row]), loss, above, below)
    return found


def _sender_errors(drifts: Drifts, group: Group, generator: np.random.Generator, without: int = -1) -> Errors:
    """Draw occasions, and on each an error for every sender; ``without`` is a row that lends none around the shock."""
    others = drifts.placebos.copy()
    if without >= 0:
        others[without] = False
    number = int(others.sum())
    occasions = drifts.past.shape[1]
    share = 1.0 if occasions == 0 else min(1.0, number / MANY)
    now = generator.random(DRAWS) < share
    pretended = generator.integers(1, occasions + 1, DRAWS) if occasions else np.zeros(DRAWS, dtype=int)
    occasion = np.where(now, 0, pretended)
    drawn = [draw(drifts, row, occasion, generator, (without,)) for row in range(group.senders)]
    return Errors(occasion, np.array([one for one, _ in drawn]), np.array([who for _, who in drawn]))


def draw(
    drifts: Drifts, row: int, occasion: np.ndarray, generator: np.random.Generator, without: tuple[int, ...] = ()
) -> tuple[Array, np.ndarray]:
    """Draw errors for one row: drifts of rows like it, on the occasions given, smoothed.

    Around the shock only placebos lend theirs; around pretended shocks all rows do, the row itself too. Where trade
    had left its expected level just before, part of that gap stays: the part that it has kept among the lenders (see
    :func:`persistence`). So an error is ``a + b gap + e``, e the rest of a lender.

    Parameters
    ----------
    drifts : Drifts
        Of a group.
    row : int
        For whom.
    occasion : array of int
        Of each draw, as in :class:`Errors`.
    generator : Generator
        Random numbers.
    without : tuple of int
        Rows that lend none around the shock.

    Returns
    -------
    (array, array of int)
        Errors (unit ``log points``) and the rows that lent them (-1 for pretended shocks).

    Source: Silverman, Density estimation (1986), the smoothed bootstrap.
    """
    alike = drifts.likeness(row)
    wider = np.sqrt(1 + FEW / max(1, int(drifts.placebos.sum()) - 1))
    errors = np.zeros(len(occasion))
    who = np.full(len(occasion), -1)
    for number in np.unique(occasion):
        at = np.flatnonzero(occasion == number)
        weights = alike.copy()
        if number == 0:
            weights[~drifts.placebos] = 0
            weights[[one for one in without if one >= 0]] = 0
        lent = drifts.now if number == 0 else drifts.past[:, number - 1]
        weights = weights / weights.sum()
        chosen = np.searchsorted(np.cumsum(weights), generator.random(len(at)), side="right").clip(max=len(weights) - 1)
        gaps = drifts.gap if number == 0 else drifts.past_gap[:, number - 1]
        kept = persistence(gaps, lent, weights)
        rest = lent - kept * gaps
        middle = float(weights @ rest)
        spread = float(np.sqrt(weights @ (rest - middle) ** 2))
        width = SMOOTH * spread * (1 / float((weights**2).sum())) ** -0.2
        away = rest[chosen] - middle + width * generator.standard_normal(len(at))
        errors[at] = middle + kept * drifts.gap[row] + wider * away
        if number == 0:
            who[at] = chosen
    return errors, who


def persistence(gap: Array, drift: Array, weights: Array) -> float:
    """Say how much of its last level trade keeps, rather than go to what was expected.

    Weighted least squares slope of drift on gap, held between 0 (all goes to the expectation) and 1 (none does).

    Parameters
    ----------
    gap, drift : array
        By partner: log of the last level, and of the actual, over the expected.
    weights : array
        Adding up to 1.

    Returns
    -------
    float
        Unit ``share``.

    Source: weighted least squares.
    """
    centred = gap - weights @ gap
    variance = float(weights @ centred**2)
    return 0.0 if variance <= 0 else min(1.0, max(0.0, float(weights @ (centred * drift)) / variance))
