"""Who could still join: what one more member would add, and who must join to reach a given loss."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from khasan.gravity.coalition.game import Game
from khasan.gravity.coalition.shapley import sizes_of

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


def one_more(game: Game) -> list[dict[str, Any]]:
    """Add each country that is not a member to the coalition of all members, one at a time.

    Parameters
    ----------
    game : Game
        The members so far.

    Returns
    -------
    list of dict
        ``member``, ``value`` (loss of the target with it), ``gain`` (over the members alone), ``own_cost``; unit:
        percent; the largest gain first. Countries that do not trade with the target are left out: they add nothing.
        Where the world with the country in the coalition has no equilibrium, the three are None.
    """
    senders = game.countries_of((1 << len(game.labels)) - 1)
    outside = _trading(game, senders)
    if not len(outside):
        return []
    before = float(game.values_of([senders])[0])
    welfare = game.welfare_where_possible([np.append(senders, one) for one in outside])
    values = game.loss(welfare)
    own = 100.0 * (1.0 - welfare[np.arange(len(outside)), outside])
    rows: list[dict[str, Any]] = []
    for place, value, cost in zip(outside.tolist(), values.tolist(), own.tolist(), strict=True):
        row = {"member": game.world.countries[place], "value": value, "gain": value - before, "own_cost": cost}
        rows.append(
            row if math.isfinite(value) else {key: cell if key == "member" else None for key, cell in row.items()}
        )
    return sorted(rows, key=lambda row: (row["gain"] is None, -(row["gain"] or 0.0), row["member"]))


def who_must_join(game: Game, loss: float, values: Floats | None) -> dict[str, Any]:
    """Find who must join for the target to lose a given part of its welfare.

    Where the members reach it by themselves, the fewest of them that do are searched among all coalitions, which is
    exact; of equal numbers those with the largest value. Otherwise countries join in the order of what each would add
    alone, until the loss is reached, and whoever turns out not to be needed is let go: a small coalition, not proven to
    be the smallest. Where nobody reaches it, the coalition is the one on that way with the largest loss.

    Parameters
    ----------
    game : Game
        The members so far.
    loss : float
        Welfare loss to be reached; unit: percent.
    values : array of shape (2^n,), optional
        Values of all coalitions, where they are known.

    Returns
    -------
    dict
        ``loss``, ``reached``, ``members`` (of the coalition), ``joined`` (those of them that are new), ``value``
        (percent) and ``exact``.
    """
    everybody = (1 << len(game.labels)) - 1
    senders = game.countries_of(everybody)
    if values is not None and values.max() >= loss:
        reaching = np.flatnonzero(values >= loss)
        sizes = sizes_of(len(game.labels))[reaching]
        fewest = reaching[sizes == sizes.min()]
        best = int(fewest[np.argmax(values[fewest])])
        return _told(loss, True, game.named(best), [], float(values[best]), exact=True)
    order = [game.world.place(row["member"]) for row in one_more(game)]
    steps = [np.append(senders, order[:size]).astype(np.intp) for size in range(len(order) + 1)]
    reaches = game.loss(game.welfare_where_possible(steps))
    reached = bool((reaches >= loss).any())
    size = int(np.argmax(reaches >= loss)) if reached else int(np.nanargmax(reaches))
    joined, value = order[:size], float(reaches[size])
    for one in reversed(joined) if reached else ():
        fewer = [place for place in joined if place != one]
        less = float(game.loss(game.welfare_where_possible([np.append(senders, fewer).astype(np.intp)]))[0])
        if less >= loss:
            joined, value = fewer, less
    names = [game.world.countries[place] for place in joined]
    return _told(loss, reached, [*game.labels, *names], names, value, exact=False)


def _trading(game: Game, senders: Indices) -> Indices:
    """Return the places of the countries that trade with the target and do not restrict."""
    left = np.setdiff1d(game.others, senders)
    trades = (game.world.trade[left, game.place] > 0.0) | (game.world.trade[game.place, left] > 0.0)
    return np.asarray(left[trades])


def _told(
    loss: float, reached: bool, members: list[str], joined: list[str], value: float, *, exact: bool
) -> dict[str, Any]:
    """Put an answer into words and numbers."""
    return {
        "loss": loss, "reached": reached, "members": members, "joined": joined, "value": value, "exact": exact,
    }  # fmt: skip
