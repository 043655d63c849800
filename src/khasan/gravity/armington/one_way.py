"""Whether ratios of spending to income can be kept where trade is left in one direction only.

In the multiplicative closure all ratios of expenditure to income change by one world factor f. Let S be countries that
nobody outside sells to and that sell there. Left to themselves they would balance at a factor of their own, f_S; since
they sell more than that without spending more, ``f > f_S``. For countries R that sell to nobody outside and buy there
it is ``f < f_R``. So there is no equilibrium where some f_S is at or above some f_R. For a country alone the factor is
its ratio of expenditure to income.

Proof, for S: scale the wages w' that balance S alone so that they touch the wages w of an equilibrium from below, at
country i. What i sells within S before the division by the factor rises with the wages of the others, so at w it is no
less than at w', which is f_S times what i earns; and it is at most f times that, since i also sells outside or to who
does. For R scale w' from above.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from khasan.gravity.armington.solve import solve
from khasan.gravity.armington.world import Markets, World
from khasan.gravity.existence import BALANCED, named
from khasan.gravity.failures import NoEquilibrium
from khasan.gravity.reach import classes, parts

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

EXACT = 1e-10
"""Residual of a group that is solved for its factor."""


def check_ratios(world: World, countries: Sequence[str]) -> None:
    """Refuse a world of the multiplicative closure whose one-way trade leaves no factor for all.

    Parameters
    ----------
    world : World
        One that does not fall into parts.
    countries : sequence of str
        Names, for the message.

    Raises
    ------
    NoEquilibrium
        Which names the countries.
    """
    groups = classes(world.pull > 0.0)
    if len(groups) > 1:
        _compare(world, groups, countries)


def check_ratios_again(world: World, state: Markets, countries: Sequence[str]) -> None:
    """Look for groups without a common factor where wages have run apart: those above any cut through them.

    Parameters
    ----------
    world : World
        One that could not be solved.
    state : Markets
        Where the solver was left.
    countries : sequence of str
        Names, for the message.

    Raises
    ------
    NoEquilibrium
        Which names the countries.
    """
    groups = sorted(classes(world.pull > 0.0), key=lambda group: -float(state.wages[group].mean()))
    cuts = [np.sort(np.concatenate(groups[:count])) for count in range(1, len(groups))]
    everybody = np.arange(len(world.income))
    _compare(world, [side for cut in cuts for side in (cut, np.setdiff1d(everybody, cut))], countries)


def _compare(world: World, groups: Iterable[Indices], countries: Sequence[str]) -> None:
    """Compare the factors of those who cannot buy outside their group with those of who cannot sell outside."""
    sells = world.pull > 0.0
    cannot_buy, cannot_sell = [], []
    for group in groups:
        for part in parts(sells[np.ix_(group, group)]):
            members = group[part]
            outside = np.ones(len(sells), dtype=np.bool_)
            outside[members] = False
            if not sells[np.ix_(outside, members)].any():
                cannot_buy.append(members)
            elif not sells[np.ix_(members, outside)].any():
                cannot_sell.append(members)
    known: dict[bytes, tuple[float, float]] = {}
    for seller in cannot_buy:
        for buyer in cannot_sell:
            least, most = _range(world, seller)[0], _range(world, buyer)[1]
            if _overlap(world, seller, buyer):
                least, most = _factor(world, seller, known)[0], _factor(world, buyer, known)[1]
            if least >= most - BALANCED:
                raise NoEquilibrium(_why(seller, buyer, least, most, countries))


def _why(seller: Indices, buyer: Indices, least: float, most: float, countries: Sequence[str]) -> str:
    """Name the fewer of those who only sell and those who only buy, with their ratio and that of the others."""
    if len(seller) <= len(buyer):
        few, many, words, one, other = (
            seller,
            buyer,
            "sell to the rest but not buy from it, which takes less",
            least,
            most,
        )
    else:
        few, many, words, one, other = (
            buyer,
            seller,
            "buy from the rest but not sell to it, which takes more",
            most,
            least,
        )
    return (
        f"{named(few, countries)}: can {words} spending out of income than {named(many, countries)} can have, but the "
        f"ratio is {one:.6g} against {other:.6g}, so wages run apart without bound and there is no equilibrium; cut "
        "both directions for autarky, or leave a little of the other one open"
    )


def _range(world: World, group: Indices) -> tuple[float, float]:
    """Bound the factor of a group, which is an average of the ratios of its members."""
    ratios = 1.0 + world.lack[group]
    return float(ratios.min()), float(ratios.max())


def _overlap(world: World, seller: Indices, buyer: Indices) -> bool:
    """Tell whether ratios alone do not decide."""
    low, high = _range(world, seller), _range(world, buyer)
    return low[0] < high[1] - BALANCED and low[1] >= high[0] - BALANCED


def _factor(world: World, group: Indices, known: dict[bytes, tuple[float, float]]) -> tuple[float, float]:
    """Solve a group alone; where that fails, its bounds are all that is known, and they prove nothing wrong."""
    key = group.tobytes()
    if key not in known:
        alone = World(
            world.income[group], world.expenditure[group], world.imbalance[group],
            np.ascontiguousarray(world.pull[np.ix_(group, group)]), world.theta, multiplicative=True,
        )  # fmt: skip
        state, _ = solve(alone, np.zeros(len(group)), EXACT)
        known[key] = (state.factor, state.factor) if state.residual <= EXACT else _range(world, group)
    return known[key]
