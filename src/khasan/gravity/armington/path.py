"""Follow an equilibrium from balanced trade to the imbalances that are wanted, and see whether it gets there.

Let additive imbalances be a share of those wanted, from none to all. Where every country reaches every other along
sales, balanced trade has one equilibrium, and from there the path of equilibria is followed; elsewhere it begins at a
small share. It tells for certain whether there is one at its end:

- Hold imbalances and let the level of all incomes vary instead, which is the same. What each country sells rises with
  the wages of all others (gross substitutes), and what sales lack of income adds up to zero over countries. So at each
  level there is at most one equilibrium with no negative spending, and all wages, with them all spending, rise with it.
- An equilibrium at the wanted imbalances could therefore be followed back to balanced trade, with spending ever larger
  beside imbalances. If on the way there somebody is left with nothing to spend, there is none at its end.

Source: Arrow, Block and Hurwicz (1959), On the stability of the competitive equilibrium II, Econometrica 27(1), for
gross substitutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from khasan.gravity.armington.solve import newton, solve
from khasan.gravity.armington.world import Markets, World, markets
from khasan.gravity.reach import is_connected

Floats = NDArray[np.float64]

BEGINNINGS = (0.0, 0.3, 0.1, 0.03, 1e-2, 1e-3, 1e-4, 1e-6)
"""Shares of the imbalances to begin from; where trade is left in one direction only, none of them is too few."""

FIRST = 0.25
"""First step along the path, as a share of all imbalances."""

LEAST = 1e-12
"""Step below which the path is given up."""

NARROW = 1e-4
"""Shares between which spending is known to end, when that is near enough."""

POINTS = 120
"""Points of the path before it is given up."""

CLOSE = 1e-9
"""Residual of a point on the way."""


SUSPECTS = 3
"""Countries of which it is tried whether more could be carried without their imbalance."""


class Path(NamedTuple):
    """How far an equilibrium could be followed.

    Attributes
    ----------
    state : Markets
        The last equilibrium in which everybody has something to spend.
    share : float
        Of the imbalances, at that point.
    poorest : int or None
        Who has nothing left to spend just beyond it, which proves that there is no equilibrium at the end.
    iterations : int
        Sweeps and Newton steps.
    """

    state: Markets
    share: float
    poorest: int | None
    iterations: int


@np.errstate(all="ignore")
def follow_imbalances(world: World) -> Path | None:
    """Follow the equilibrium of balanced trade, or of small imbalances, to the imbalances of a world.

    Parameters
    ----------
    world : World
        One that does not fall into parts.

    Returns
    -------
    Path or None
        None where there was nothing to begin from.
    """
    count = 0
    for share in BEGINNINGS if is_connected(world.pull > 0.0) else BEGINNINGS[1:]:
        state, steps = solve(_scaled(world, share), np.zeros_like(world.income), CLOSE)
        count += steps
        if state.residual <= CLOSE and state.feasible:
            break
    else:
        return None
    step, beyond, poorest = max(share, FIRST), 1.0, None
    for _ in range(POINTS):
        if share == 1.0 or step < LEAST or (poorest is not None and beyond - share <= NARROW):
            break
        following = min(1.0, share + step)
        if poorest is not None:
            following = min(following, (share + beyond) / 2.0)
        found, steps = newton(_scaled(world, following), state.wages, CLOSE)
        count += steps
        if not found.residual <= CLOSE:
            step = (following - share) / 4.0
        elif found.feasible:
            share, state, step = following, found, 2.0 * (following - share)
        else:
            beyond, poorest = following, int(np.argmin(found.spending))
    proven = poorest is not None and beyond - share <= NARROW
    return Path(state, share, poorest if proven else None, count)


def _scaled(world: World, share: float) -> World:
    """Take a share of the imbalances."""
    return replace(world, imbalance=share * world.imbalance)


@np.errstate(all="ignore")
def why_none(world: World, path: Path, poorest: int, countries: Sequence[str]) -> str:
    """Say whose imbalance cannot be carried: who has too little trade left for it, or else who runs out.

    Parameters
    ----------
    world : World
        One without an equilibrium.
    path : Path
        How far one could be followed.
    poorest : int
        Who has nothing left to spend beyond it.
    countries : sequence of str
        Names.

    Returns
    -------
    str
        A sentence for an error.
    """
    short = _too_little_trade(world, path.share)
    owed = f"{path.share:.4g} of all imbalances is as much as this world can carry"
    if short is None or short == poorest:
        return (
            f"{countries[poorest]}: its additive surplus of {-world.imbalance[poorest]:.6g} comes to all that it earns "
            f"before markets clear, which it cannot give away, so there is no equilibrium ({owed}); "
            'try a smaller change, or imbalance="multiplicative"'
        )
    return (
        f"{countries[short]}: what trade it has left is too little for its additive imbalance of "
        f"{world.imbalance[short]:.6g}; wages that would make it enough leave {countries[poorest]} with nothing to "
        f"spend, so there is no equilibrium ({owed}); leave it more trade, drop its imbalance, or "
        'set imbalance="multiplicative"'
    )


def _too_little_trade(world: World, share: float) -> int | None:
    """Find who has least trade at given wages for its imbalance, and without whose more of the others' is carried."""
    state = markets(world, np.zeros_like(world.income))
    trade = np.where(world.imbalance > 0.0, state.imports, state.exports)
    # Without an imbalance no trade is needed, also where there is none left.
    needed = np.where(world.imbalance == 0.0, 0.0, np.abs(world.imbalance) / trade)
    for country in np.argsort(-needed)[:SUSPECTS]:
        if needed[country] > 1.0:
            imbalance = world.imbalance.copy()
            imbalance[country] = 0.0
            others = np.arange(len(imbalance)) != country
            imbalance[others] -= imbalance.sum() * world.income[others] / world.income[others].sum()
            path = follow_imbalances(replace(world, imbalance=imbalance))
            if path is not None and path.share > 1.1 * share:
                return int(country)
    return None
