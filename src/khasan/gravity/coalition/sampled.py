"""Shapley values of many members from orders of joining drawn by chance, with their confidence interval."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from khasan.gravity.coalition.student import reach_of
from khasan.ledger.errors import InputError

Floats = NDArray[np.float64]

Evaluate = Callable[[Sequence[int]], Floats]
"""From coalitions as numbers, with a bit a member, to their values."""

LEVEL = 0.90
"""Level of the confidence interval."""


class Sampled(NamedTuple):
    """Estimated values, and the ends of their intervals at 90 percent, in the unit of the values."""

    shapley: Floats
    low: Floats
    high: Floats


def check_drawing(orders: int, seed: int) -> None:
    """Refuse a number of orders, or a seed, with which nothing can be drawn.

    Raises
    ------
    InputError
        The message begins with the name of what is wrong.
    """
    if orders < 4 or orders % 2:
        raise InputError(f"orders {orders}: give an even number from 4 on, since each order comes with its reverse")
    if seed < 0:
        raise InputError(f"seed {seed}: give a whole number from 0 on")


def sampled_shapley(evaluate: Evaluate, count: int, orders: int, seed: int) -> Sampled:
    """Estimate Shapley values by the marginal contributions along orders of joining drawn by chance.

    Each order comes with its reverse, in which who joined early joins late, so that errors partly cancel. Along every
    order the contributions add up to the value of all, and so do the estimates. The interval is that of the mean
    over independent pairs of orders, by Student's t with one degree of freedom less than there are pairs.

    A pair's contribution is skewed (who joins last may bring most), so that few orders make too short an interval all
    the same. In games of 17 senders against two sanctioned states in 2014, of which all coalitions were solved, it held
    the exact value in 80 to 83 percent of all draws of 4 orders, 88 to 89 of 20, and 89 to 90 from 50 on.

    Parameters
    ----------
    evaluate : callable
        Values of coalitions; each coalition is asked for once.
    count : int
        Number of members.
    orders : int
        Orders, reverses included; an even number from 4 on.
    seed : int
        Of the random numbers; the same seed gives the same orders.

    Returns
    -------
    Sampled

    Source: Castro, Gomez and Tejada (2009), Polynomial calculation of the Shapley value based on sampling, Computers
    and Operations Research 36(5); Mitchell, Cooper, Frank and Holmes (2022), Sampling permutations for Shapley value
    estimation, Journal of Machine Learning Research 23, for reverses.
    """
    check_drawing(orders, seed)
    random = np.random.default_rng(seed)
    half = [random.permutation(count) for _ in range(orders // 2)]
    lines = [line for order in half for line in (order, order[::-1])]
    chains: list[list[int]] = []
    for line in lines:
        chain = [0]
        for member in line.tolist():
            chain.append(chain[-1] | 1 << member)
        chains.append(chain)
    wanted = sorted({coalition for chain in chains for coalition in chain} - {0})
    known = dict(zip(wanted, evaluate(wanted).tolist(), strict=True)) | {0: 0.0}
    brought = np.empty((orders, count))
    for row, (line, chain) in enumerate(zip(lines, chains, strict=True)):
        brought[row, line] = np.diff([known[coalition] for coalition in chain])
    pairs = brought.reshape(-1, 2, count).mean(axis=1)
    mean = pairs.mean(axis=0)
    reach = reach_of(LEVEL, len(pairs) - 1) * pairs.std(axis=0, ddof=1) / np.sqrt(len(pairs))
    return Sampled(mean, mean - reach, mean + reach)
