"""Whom the goods of a country can reach, and the groups of countries that follow from it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Indices = NDArray[np.intp]


def is_connected(sells: Flags) -> bool:
    """Tell whether every country reaches every other along sales, by a hub first and by search otherwise.

    Parameters
    ----------
    sells : array of shape (n, n)
        Whether exporter i can sell to importer j.
    """
    if sells.all():
        return True
    hub = int(np.argmax(sells.sum(axis=0)))
    if sells[:, hub].all() and sells[hub].all():
        return True
    return bool(reached(sells, hub).all() and reached(sells.T, hub).all())


def reached(sells: Flags, first: int) -> Flags:
    """Mark the countries that goods of the first one reach, by itself or by others."""
    found = np.zeros(len(sells), dtype=np.bool_)
    found[first] = True
    edge = found
    while edge.any():
        edge = sells[edge].any(axis=0) & ~found
        found |= edge
    return found


def parts(sells: Flags) -> list[Indices]:
    """Split a world into parts between which nothing can be sold in either direction.

    Parameters
    ----------
    sells : array of shape (n, n)
        Whether exporter i can sell to importer j.

    Returns
    -------
    list of arrays
        The members of each part, the part with most members first.
    """
    either = sells | sells.T
    return sorted(_groups(len(sells), lambda first: reached(either, first)), key=len, reverse=True)


def classes(sells: Flags) -> list[Indices]:
    """Group countries so that within a group everybody reaches everybody along sales.

    Parameters
    ----------
    sells : array of shape (n, n)
        Whether exporter i can sell to importer j.

    Returns
    -------
    list of arrays
        The members of each group. Between groups trade goes in one direction at most.
    """
    return _groups(len(sells), lambda first: reached(sells, first) & reached(sells.T, first))


def _groups(count: int, members_with: Callable[[int], Flags]) -> list[Indices]:
    """Take countries out in groups, each with the first one that is left."""
    left = np.ones(count, dtype=np.bool_)
    found: list[Indices] = []
    while left.any():
        members = members_with(int(np.argmax(left)))
        left &= ~members
        found.append(np.flatnonzero(members))
    return found
