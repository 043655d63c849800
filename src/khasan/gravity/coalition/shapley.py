"""What each member of a coalition is worth, from the values of all coalitions.

Coalitions are numbers: bit i is set where member i restricts. The value of number 0, of nobody, is 0.
"""

from __future__ import annotations

from math import comb

import numpy as np
from numpy.typing import NDArray

from khasan.ledger.errors import InputError

Floats = NDArray[np.float64]
Masks = NDArray[np.intp]


def members_of(values: Floats) -> int:
    """Return the number of members for which there are values.

    Parameters
    ----------
    values : array of shape (2^n,)
        Value of each coalition; the first is 0.

    Raises
    ------
    InputError
        Where their number is no power of two, the first is not 0, or one is missing.
    """
    count = max(len(values).bit_length() - 1, 0)
    if values.ndim != 1 or len(values) != 1 << count or not np.isfinite(values).all() or values[0] != 0.0:
        raise InputError(
            f"coalition values: {len(values)} of them; give 2^n finite numbers by the bits of the members, the "
            "first one (nobody) 0"
        )
    return count


def sizes_of(count: int) -> Masks:
    """Return the number of members of every coalition of some members.

    Parameters
    ----------
    count : int
        Number of members, n.

    Returns
    -------
    array of shape (2^n,)
    """
    sizes = np.zeros(1, dtype=np.intp)
    for _ in range(count):
        sizes = np.concatenate([sizes, sizes + 1])
    return sizes


def shapley(values: Floats) -> Floats:
    """Share the value of all among the members by their mean marginal contribution over all orders of joining.

    ``phi_i = sum over S without i of s! (n - s - 1)! / n! (v(S + i) - v(S))``; the shares add up to v(all).

    Parameters
    ----------
    values : array of shape (2^n,)
        Value of each coalition, in any unit.

    Returns
    -------
    array of shape (n,)
        In the unit of the values.

    Source: Shapley (1953), A value for n-person games, Contributions to the Theory of Games II.
    """
    count = members_of(values)
    everybody = np.arange(len(values))
    sizes = sizes_of(count)
    weight = np.array([1.0 / (count * comb(count - 1, size)) for size in range(count)])
    found = np.empty(count)
    for member in range(count):
        without = everybody[everybody >> member & 1 == 0]
        found[member] = weight[sizes[without]] @ (values[without | 1 << member] - values[without])
    return found


def first_in(values: Floats) -> Floats:
    """Return what each member brings alone: ``v(i)``, in the unit of the values.

    Source: Shapley (1953), first term of the sum over orders.
    """
    return np.asarray(values[1 << np.arange(members_of(values))])


def last_in(values: Floats) -> Floats:
    """Return what each member brings when all others restrict: ``v(all) - v(all but i)``, in the unit of the values.

    Source: Shapley (1953), last term of the sum over orders.
    """
    everybody = len(values) - 1
    return np.asarray(values[everybody] - values[everybody ^ 1 << np.arange(members_of(values))])


def interaction(values: Floats) -> Floats:
    """Work out how much more two members bring together than apart, over all coalitions of the others.

    ``I_ij = sum over S without i and j of s! (n - s - 2)! / (n - 1)! (v(S + i + j) - v(S + i) - v(S + j) + v(S))``;
    below zero the two are substitutes, above zero complements.

    Parameters
    ----------
    values : array of shape (2^n,)
        Value of each coalition, in any unit.

    Returns
    -------
    array of shape (n, n)
        Symmetric, 0 on the diagonal; in the unit of the values.

    Source: Grabisch and Roubens (1999), An axiomatic approach to the concept of interaction among players in
    cooperative games, International Journal of Game Theory 28(4): the Shapley interaction index of pairs.
    """
    count = members_of(values)
    everybody = np.arange(len(values))
    sizes = sizes_of(count)
    found = np.zeros((count, count))
    weight = np.array([1.0 / ((count - 1) * comb(count - 2, size)) for size in range(count - 1)])
    for one in range(count):
        for other in range(one):
            pair = 1 << one | 1 << other
            without = everybody[everybody & pair == 0]
            gain = values[without | pair] - values[without | 1 << one] - values[without | 1 << other] + values[without]
            found[one, other] = found[other, one] = weight[sizes[without]] @ gain
    return found
