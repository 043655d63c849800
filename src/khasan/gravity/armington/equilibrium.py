"""Solve a one-sector world after trade costs change: welfare, wages, prices and trade over the baseline."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from khasan.gravity.armington.inputs import (
    check_change,
    check_choice,
    check_prices,
    check_starts,
    check_theta,
    check_tolerance,
    check_trade,
)
from khasan.gravity.armington.one_way import check_ratios, check_ratios_again
from khasan.gravity.armington.path import follow_imbalances, why_none
from khasan.gravity.armington.solve import bid, solve
from khasan.gravity.armington.world import Imbalance, Markets, World, prices, trade_flows
from khasan.gravity.existence import (
    Isolated,
    check_for_buyers_and_sellers,
    settle_imbalances,
)
from khasan.gravity.failures import NoConvergence, NoEquilibrium
from khasan.gravity.reach import is_connected, parts
from khasan.ledger.errors import InputError

Floats = NDArray[np.float64]

TOLERANCE = 1e-12
"""Largest gap between exports and imports less the deficit, relative to a country's trade, that counts as solved."""

NEARLY = 1e-4
"""Imbalance, as a share of differences with single partners, that is summed without rounding on the way."""

REMEDY = 'set imbalance_if_isolated="zero" to drop it, or imbalance="multiplicative"'
"""What this solver offers for an imbalance that cannot be carried."""


@dataclass(frozen=True, slots=True)
class Equilibrium:
    """A solved world, as ratios to its baseline.

    Attributes
    ----------
    welfare : array of shape (n,)
        Unit: ratio. Additive: real expenditure; multiplicative: wage over price index.
    wages, prices : array of shape (n,)
        Unit: ratio, in units of constant world income.
    trade : array of shape (n, n)
        Exporter by importer, in the baseline's unit of money.
    residual : float
        Largest gap between what a country exports and what it imports less its deficit (so between its sales and its
        income), relative to the larger side: to the trade that it has left, however little that is.
    iterations : int
        Sweeps of the solver, and Newton steps where those were needed.
    factor : float
        World factor of the multiplicative closure: expenditure over income is everywhere 1 / factor of what it was;
        1 for the additive one. Where trade falls into parts without trade between them, that of the largest.
    """

    welfare: Floats
    wages: Floats
    prices: Floats
    trade: Floats
    residual: float
    iterations: int
    factor: float


def equilibrium(
    trade: ArrayLike,
    cost_change: ArrayLike,
    theta: float = 4.0,
    imbalance: Imbalance = "additive",
    *,
    imbalance_if_isolated: Isolated = "error",
    countries: Sequence[str] | None = None,
    start: ArrayLike | None = None,
    tolerance: float = TOLERANCE,
) -> Equilibrium:
    """Solve the general equilibrium of one sector after trade costs change, in exact hats.

    Each country makes one good of its own (Armington); trade falls with cost to the power -theta. The equations
    stand in :mod:`khasan.gravity.armington.world`. A factor of exactly 0 is an embargo and is taken as it is.

    Parameters
    ----------
    trade : array of shape (n, n)
        ``trade[i, j]`` is what exporter i sells to importer j, own sales included; any one unit of money.
    cost_change : array of shape (n, n)
        Factor on trade at given wages: the ratio of costs to the power -theta. 1 is no change, 0 an embargo.
    theta : float
        Trade elasticity, positive.
    imbalance : {"additive", "multiplicative"}
        Additive: what a country spends beyond its income stays in money, in units of constant world income.
        Multiplicative: expenditure over income stays, up to one world factor that makes world expenditure world
        income.
    imbalance_if_isolated : {"error", "zero"}
        What to do with an additive imbalance that no trade can carry: refuse, or drop it; the others then share in
        proportion to income what their imbalances lack of adding up to zero.
    countries : sequence of str, optional
        Names for error messages.
    start : array of shape (n,), optional
        Wages to begin from, as ratios, for instance those of a neighbouring scenario.
    tolerance : float
        Largest gap between exports and imports less the deficit, relative to the trade that a country has left.

    Returns
    -------
    Equilibrium

    Raises
    ------
    InputError
        For input that cannot be used.
    NoEquilibrium
        Where the scenario has none; the message names the countries.
    NoConvergence
        Where the equations could not be solved to the tolerance.

    Source: Dekle, Eaton and Kortum (2007), Unbalanced trade, American Economic Review 97(2); Head and Mayer (2014),
    Gravity equations, section 4.3.
    """
    tolerance = check_tolerance(tolerance)
    matrix, names = check_trade(trade, countries)
    change = check_change(cost_change, names)
    base = baseline_world(matrix, theta, imbalance, imbalance_if_isolated, names)
    world = World(
        base.income, base.expenditure, base.imbalance, base.pull * change, base.theta, base.multiplicative
    )  # fmt: skip
    return solve_world(world, check_starts(start, 1, len(names))[0], imbalance_if_isolated, names, tolerance)


@np.errstate(all="ignore")
def baseline_world(
    trade: Floats, theta: float, imbalance: Imbalance, isolated: Isolated, names: Sequence[str]
) -> World:
    """Turn checked trade into a world without change, and check the choices.

    Parameters
    ----------
    trade : array of shape (n, n)
        Exporter by importer, own sales included.
    theta : float
        Trade elasticity.
    imbalance : {"additive", "multiplicative"}
        Closure.
    isolated : {"error", "zero"}
        What to do with an imbalance that no trade can carry.
    names : sequence of str
        Countries, for messages.

    Returns
    -------
    World

    Raises
    ------
    InputError
        For an unknown choice, a bad elasticity, or a country that sells or buys nothing at all.
    """
    check_choice("imbalance", imbalance, "additive", "multiplicative")
    check_choice("imbalance_if_isolated", isolated, "error", "zero")
    income, spending = trade.sum(axis=1), trade.sum(axis=0)
    for total, word in ((income, "sells"), (spending, "buys")):
        if total.min() == 0.0:
            country = names[int(np.argmin(total))]
            raise InputError(f"trade: {country} {word} nothing, not even at home; leave it out or fill it in")
    return World(
        income=income,
        expenditure=spending,
        imbalance=_imbalance(trade),
        pull=trade / spending,
        theta=check_theta(theta),
        multiplicative=imbalance == "multiplicative",
    )


def _imbalance(trade: Floats) -> Floats:
    """Work out imports less exports, own sales left out, exact to the last digit also where they nearly cancel."""
    net = trade.T - trade
    imbalance = net.sum(axis=1)
    size = np.abs(net).sum(axis=1)
    for country in np.flatnonzero(np.abs(imbalance) < NEARLY * size):
        imbalance[country] = math.fsum([*trade[:, country].tolist(), *(-trade[country]).tolist()])
    return np.asarray(imbalance)


@np.errstate(all="ignore")
def solve_world(
    world: World, start: Floats, isolated: Isolated, countries: Sequence[str], tolerance: float
) -> Equilibrium:
    """Solve a world, part by part where trade falls apart.

    Each part keeps its own income, since nothing ties its wages to those of the others.

    Parameters
    ----------
    world : World
        Baseline and change.
    start : array of shape (n,)
        Log wages to begin from.
    isolated : {"error", "zero"}
        What to do with an imbalance that no trade can carry.
    countries : sequence of str
        Names for error messages.
    tolerance : float
        Largest gap between exports and imports less the deficit, relative to the trade that a country has left.

    Returns
    -------
    Equilibrium
    """
    sells = world.pull > 0.0
    if is_connected(sells):
        return _solve_part(world, start, countries, tolerance)
    check_for_buyers_and_sellers(world.pull, countries)
    settled = world.imbalance
    if not world.multiplicative:
        trade = np.minimum(world.abroad, 1.0) * world.expenditure
        settled = settle_imbalances(sells, settled, world.income, isolated, countries, REMEDY, trade)
    welfare, wages, index = np.empty(len(start)), np.empty(len(start)), np.empty(len(start))
    flows = np.zeros_like(world.pull)
    solved = []
    for members in parts(sells):
        part = World(
            world.income[members],
            world.expenditure[members],
            settled[members],
            np.ascontiguousarray(world.pull[np.ix_(members, members)]),
            world.theta,
            world.multiplicative,
        )
        if world.multiplicative:
            check_ratios(part, [countries[place] for place in members])
        one = _solve_part(part, start[members], [countries[place] for place in members], tolerance)
        welfare[members], wages[members], index[members] = one.welfare, one.wages, one.prices
        flows[np.ix_(members, members)] = one.trade
        solved.append(one)
    return Equilibrium(
        welfare=welfare,
        wages=wages,
        prices=index,
        trade=flows,
        residual=max(one.residual for one in solved),
        iterations=sum(one.iterations for one in solved),
        factor=solved[0].factor,
    )


def _solve_part(world: World, start: Floats, countries: Sequence[str], tolerance: float) -> Equilibrium:
    """Solve a world whose trade hangs together."""
    state, iterations = solve(world, start, tolerance)
    if not state.residual <= tolerance:
        state, iterations = _solve_along(world, state, iterations, countries, tolerance)
    index = prices(world, state)
    check_prices(index, state.competition, world.theta, countries)
    wages = np.exp(state.wages)
    welfare = wages / index if world.multiplicative else state.spending / (world.expenditure * index)
    return Equilibrium(welfare, wages, index, trade_flows(world, state), state.residual, iterations, state.factor)


def _solve_along(
    world: World, state: Markets, iterations: int, countries: Sequence[str], tolerance: float
) -> tuple[Markets, int]:
    """Solve a world by bidding or by way of balanced trade, or say why there is none, or that none was found."""
    if world.multiplicative:
        check_ratios_again(world, state, countries)
        state, iterations = _bid(world, state, iterations, tolerance)
        if state.residual <= tolerance:
            return state, iterations
    path = follow_imbalances(world)
    if path is not None:
        iterations += path.iterations
        if path.poorest is not None:
            raise NoEquilibrium(why_none(world, path, path.poorest, countries))
        if path.share == 1.0:
            state, more = solve(world, path.state.wages, tolerance)
            iterations += more
    if not world.multiplicative:
        state, iterations = _bid(world, state, iterations, tolerance)
    residual = state.residual
    if not residual <= tolerance:
        worst = countries[int(np.argmax(np.abs(state.balance)))]
        hint = "try a smaller change on the way, or the other closure"
        if not is_connected(world.pull > 0.0):
            hint = "some trade is left in one direction only, which often has no equilibrium: open or cut both"
        raise NoConvergence(
            f"no equilibrium found: after {iterations} iterations exports of {worst} and its imports less its deficit "
            f"still differ by {residual:.3g} of its trade (wanted {tolerance:g}), which does not prove that there is "
            f"none; {hint}",
            residual,
        )
    return state, iterations


def _bid(world: World, state: Markets, iterations: int, tolerance: float) -> tuple[Markets, int]:
    """Bid for wages from those of the baseline and from where the solver was left, and keep the better end."""
    for start in (np.zeros_like(state.wages), state.wages):
        if state.residual <= tolerance:
            break
        following, more = bid(world, start, tolerance)
        iterations += more
        if following.residual < state.residual:
            state = following
    return state, iterations
