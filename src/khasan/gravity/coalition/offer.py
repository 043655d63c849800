"""What a patron must offer to undo what a coalition does to its client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from khasan.gravity.armington.equilibrium import Equilibrium
from khasan.gravity.coalition.game import Game
from khasan.gravity.scenario.one_sector import solve_changed
from khasan.ledger.errors import InputError

Floats = NDArray[np.float64]

CLOSE = 1e-10
"""Welfare, as a ratio, within which the loss counts as undone."""

STEPS = 80
"""Steps after which the search for a size ends; halving alone would find it in fewer."""

DEAREST = 0.95
"""Largest fall of the cost of trade that is tried: at a theta of 4, trade at given wages grows 160,000 times."""


def what_undoes(game: Game, patron: str) -> list[dict[str, Any]]:
    """Find the transfer, and the fall of trade costs, with which a patron makes up for a restriction by all members.

    Each is the root of the client's welfare, as a ratio to the baseline, less one, where it rises with the size.

    Parameters
    ----------
    game : Game
        Who restricts; the client is the target.
    patron : str
        A country of the world that does not restrict.

    Returns
    -------
    list of dict
        For ``transfer`` and ``cost``: ``patron``, ``kind``, ``size`` (USD million a year, or the part by which the cost
        of trade falls; None where none is enough), ``patron_cost`` (its loss of welfare against the baseline; unit:
        percent), ``note``.

    Raises
    ------
    InputError
        Where the patron is the client or restricts too.
    """
    if patron == game.target:
        raise InputError(f"patron {patron}: is the target itself; name another country")
    if any(patron in countries for countries in game.members.values()):
        raise InputError(f"patron {patron}: is among the senders; a patron does not restrict")
    giver, client = game.world.place(patron), game.place
    cut = game.change(game.countries_of((1 << len(game.labels)) - 1))
    base = np.ones_like(game.world.trade)
    base[np.asarray(cut.exporter), np.asarray(cut.importer)] = np.asarray(cut.factor)
    wages = np.ones(len(game.world.countries))

    def solved(change: Floats, size: float) -> Equilibrium:
        """Solve the world with a transfer of some size, from the wages of the last one."""
        nonlocal wages
        received = np.zeros(len(wages))
        received[giver], received[client] = -size, size
        found = solve_changed(
            game.world.trade, change, received, game.theta, game.imbalance, "zero", game.world.countries, wages
        )
        wages = found.wages
        return found

    def cheaper(size: float) -> Equilibrium:
        """Solve the world with a lower cost of trade between the two."""
        change = base.copy()
        change[giver, client] *= (1.0 - size) ** -game.theta
        change[client, giver] *= (1.0 - size) ** -game.theta
        return solved(change, 0.0)

    spending = float(game.world.trade[:, client].sum())
    income = float(game.world.trade[giver].sum())
    lost = 1.0 - float(solved(base, 0.0).welfare[client])
    alone = game.isolates(game.countries_of((1 << len(game.labels)) - 1))

    def given(one: float) -> Equilibrium:
        """Solve the world with a transfer."""
        return solved(base, one)

    if game.imbalance != "additive":
        size, note = None, "a transfer is money, which this closure does not keep"
    elif alone:
        size, note = None, f"{game.target} has no trade left, so that money buys nothing"
    else:
        size = _root(given, client, max(lost, 1e-6) * spending, income)
        note = f"no transfer up to the income of {patron} is enough"
    offers = [_offer(patron, "transfer", size, given, giver, note)]
    if alone or not game.world.trade[giver, client] + game.world.trade[client, giver] > 0.0:
        size, note = None, f"{patron} and {game.target} have no trade to make cheaper"
    else:
        size, note = _root(cheaper, client, 0.05, DEAREST), f"no fall of trade costs up to {DEAREST:.0%} is enough"
    return [*offers, _offer(patron, "cost", size, cheaper, giver, note)]


def _offer(
    patron: str, kind: str, size: float | None, solve: Callable[[float], Equilibrium], giver: int, note: str
) -> dict[str, Any]:
    """Put an offer together, with what it costs the patron."""
    if size is None:
        return {"patron": patron, "kind": kind, "size": None, "patron_cost": None, "note": note}
    cost = 100.0 * (1.0 - float(solve(size).welfare[giver]))
    return {"patron": patron, "kind": kind, "size": size, "patron_cost": cost, "note": ""}


def _root(solve: Callable[[float], Equilibrium], client: int, guess: float, most: float) -> float | None:
    """Find the size at which the client's welfare is what it was, or None where none up to the largest is enough.

    The ends are brought together by the Illinois variant of false position, and halved where that is slow.

    Source: Dowell and Jarratt (1971), A modified regula falsi method, BIT 11.
    """

    def gap(size: float) -> float:
        """Return by how much welfare is short (negative) or over; what has no equilibrium is not an offer."""
        try:
            return float(solve(size).welfare[client]) - 1.0
        except InputError:
            return float("nan")

    low, short = 0.0, gap(0.0)
    if short >= 0.0:
        return 0.0
    high = min(guess, most)
    over = gap(high)
    while over < 0.0 and high < most:
        low, short = high, over
        high = min(2.0 * high, most)
        over = gap(high)
    if not over >= 0.0:
        return None
    kept = 0
    for step in range(STEPS):
        middle = high - over * (high - low) / (over - short) if step % 8 < 6 else (low + high) / 2.0
        reached = gap(middle)
        if abs(reached) <= CLOSE:
            return middle
        if reached > 0.0:
            high, over = middle, reached
            short = short / 2.0 if kept == 1 else short
            kept = 1
        else:
            low, short = middle, reached
            over = over / 2.0 if kept == -1 else over
            kept = -1
    return (low + high) / 2.0
