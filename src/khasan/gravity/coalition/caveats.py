"""What must be said beside the values of coalitions, and when a loss is a share of what the world could do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from khasan.gravity.coalition.game import Game
from khasan.gravity.scenario.one_sector import SIMPLE

ENOUGH = 50
"""Orders from which on the interval holds the exact value about as often as it says; see ``sampled.py``."""

ROUNDING = 1e-9
"""What a share may be above 1, or below 0, by the gaps that the solver leaves."""


def share_of(total: float, potential: float, *, alone: bool) -> float | None:
    """Return which part of the potential is reached.

    Parameters
    ----------
    total, potential : float
        Loss to all members, and to the whole world; unit: percent of the target's welfare.
    alone : bool
        Whether the members isolate the target.

    Returns
    -------
    float or None
        Unit: ratio, 0 to 1. 1 in isolation, where the two differ by the imbalance that is dropped; None where the loss
        is no part of the potential.
    """
    if potential <= 0.0:
        return None
    if alone:
        return 1.0
    share = total / potential
    return min(max(share, 0.0), 1.0) if -ROUNDING <= share <= 1.0 + ROUNDING else None


def why_no_share(game: Game, total: float, potential: float) -> str:
    """Say why the loss to all members is no part of the potential; both in percent of the target's welfare."""
    if potential <= 0.0:
        return f"{game.target} loses nothing where all other countries restrict, so there is no share of it"
    if total < 0.0:
        return (
            f"{game.target} gains where all members restrict ({-total:.4g} percent, its imbalance included), so there "
            "is no share of the potential"
        )
    why = (
        f"fewer partners are left to carry the imbalance of {game.target}, which costs more than to trade with nobody"
        if game.imbalance == "additive"
        else "those who are left buy and sell on worse terms"
    )
    return (
        f"all members cost {game.target} more ({total:.4g} percent) than all other countries would "
        f"({potential:.4g} percent), so there is no share of the potential: {why}"
    )


def without_equilibrium(further: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say with which further members there is no equilibrium."""
    names = ", ".join(row["member"] for row in further if row["gain"] is None)
    return [f"no equilibrium with one more member: {names}"] if names else []


def isolating(game: Game, further: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say which further members would leave the target alone, so that its imbalance is part of what they add."""
    senders = game.countries_of((1 << len(game.labels)) - 1)
    if game.imbalance != "additive" or game.isolates(senders):
        return []
    alone = [row["member"] for row in further if game.isolates(np.append(senders, game.world.place(row["member"])))]
    if not alone:
        return []
    return [
        f"with one more member ({', '.join(alone)}) {game.target} is cut off from all trade and its imbalance dropped, "
        "which that value and gain count and the potential does not"
    ]


def caveats_of(game: Game, notes: Sequence[str], everybody: int, orders: int | None) -> tuple[str, ...]:
    """Say what must be said beside any of the numbers.

    Parameters
    ----------
    game : Game
        The game.
    notes : sequence of str
        What was found out on the way.
    everybody : int
        The coalition of all members.
    orders : int or None
        Orders that were drawn; None where values are exact.
    """
    said = [*notes, *game.world.caveats, SIMPLE, f"theta is {game.theta:g} for all goods; vary it"]
    kept = "in money" if game.imbalance == "additive" else "as a ratio of expenditure to income"
    said.append(
        f"imbalances stay {kept}: whoever is left must carry that of {game.target}, however small its trade, until "
        "nobody is left and it is dropped; compare the other closure before calling members substitutes or complements"
    )
    senders = game.countries_of(everybody)
    said += [
        f"{label}: no trade with {game.target} is recorded (a recorded 0 is doubtful), so its worth is 0 by the data"
        for label in game.idle
    ]
    if game.isolates(senders):
        counted = ", which the loss to all of them counts and the potential does not"
        said.append(
            f"together the members cut {game.target} off from all trade; its imbalance is then dropped"
            + (counted if game.imbalance == "additive" else "")
        )
    if game.leaves_one_way(senders):
        said.append(
            f"where {game.target} is left with sales or purchases only, nothing pays for them "
            "and they count as cut off too"
        )
    if orders is not None:
        said.append("Shapley values are sampled, with a 90 percent interval; pair interaction is not computed")
        if orders < ENOUGH:
            said.append(f"the interval of a value from only {orders} orders is too short; draw {ENOUGH} or more")
    said.append(
        "a member's worth is attribution within this model, not blame; values are of all coalitions, also unlikely ones"
    )
    return tuple(dict.fromkeys(said))
