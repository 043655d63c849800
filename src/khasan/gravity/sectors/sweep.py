"""One pass through the equations of a sector economy: what follows from given wages, prices and expenditure.

In the notation of the tables' shares, with hats as ratios to the tables and primes as new levels (region n buys from
i, good j, input k)::

    c_nj^    = [own_nj v_nj^(1-va) + (1 - own_nj) M_nj^(1-va)]^(1/(1-va))
    M_nj^    = [sum_k mix_nkj P_nk^(1-in)]^(1/(1-in))
    P_nj^    = [sum_i bought_jin (kappa_jin c_ij^)^(-theta_j)]^(-1/theta_j),  kappa^ = (1 + t') / (1 + t) d^
    Y'_nj    = sum_m share'_jnm X'_jm / (1 + t'_jnm)
    X'_nk    = sum_j (inputs of k into j) + tastes'_nk I'_n
    I'_n     = value added + tariff revenue + deficit
    labour   : sum_j (1 - fixed) VA'_nj = w_n^ labour_n;    capacity: VA'_nj = r_nj^ VA_nj where it is fixed

The price of value added is v = w^(1 - fixed) r^fixed. World value added is the unit of money.

Source: Caliendo and Parro (2015), Review of Economic Studies 82(1), equations 9 to 14, for elasticities of one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from khasan.gravity.products import rows_times, times_columns
from khasan.gravity.sectors.near_autarky import Abroad, by_trade, sides, trade_abroad
from khasan.gravity.sectors.technology import Technology, input_prices, living_costs, unit_costs

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Shock:
    """What trade costs become.

    Attributes
    ----------
    pull : array of shape (sectors, exporters, importers)
        Share in the tables, times the change of costs to the power -theta; zero under an embargo.
    net : array of shape (sectors, exporters, importers)
        ``pull`` over one plus the new tariff: what reaches the exporter.
    part : array of shape (regions,), optional
        Which part of the world each region belongs to, where trade falls into parts between which nothing is sold;
        each keeps its own level of money.
    near : array of int, optional
        Regions that hardly trade, whose incomes are judged by their trade.
    """

    pull: Floats
    net: Floats
    part: Indices | None = None
    near: Indices | None = None


class Point(NamedTuple):
    """Where an iteration stands: log wages, log returns to fixed capacity, log prices, and expenditure in money."""

    wages: Floats
    returns: Floats
    prices: Floats
    spending: Floats


class Outcome(NamedTuple):
    """What follows from a point, which is returned with its money level set, and what misses of an equilibrium.

    The gaps are new over old: logs for wages, returns and prices, money for spending. Where a region hardly trades, the
    mean gap of its incomes is that of its trade.
    """

    point: Point
    wage_gap: Floats
    return_gap: Floats | None
    price_gap: Floats
    spending_new: Floats
    costs: Floats
    appeal: Floats
    competition: Floats
    income: Floats
    living: Floats
    residual: float


@np.errstate(all="ignore")
def outcome(now: Technology, shock: Shock, point: Point) -> Outcome:
    """Pass once through all equations.

    Parameters
    ----------
    now : Technology
        Shares of the tables.
    shock : Shock
        Trade costs.
    point : Point
        Wages, returns, prices and expenditure to begin from.

    Returns
    -------
    Outcome
        ``residual`` is the largest relative gap of any equation: an equilibrium has none.
    """
    point = _level(now, shock, point)
    wages, returns, price, spending = point
    psi_in, psi_va, psi_f = (
        1.0 - now.elasticities.inputs, 1.0 - now.elasticities.value_added, 1.0 - now.elasticities.final
    )  # fmt: skip
    factor = wages[:, None]
    if now.capacity is not None:
        factor = (1.0 - now.fixed) * factor + now.fixed * returns
    inputs = input_prices(now, price)
    costs = unit_costs(now, factor, inputs)

    theta = now.theta[:, None]
    by_sector = np.ascontiguousarray(costs.T)
    floor = by_sector.min(axis=1, keepdims=True)
    appeal = np.exp(theta * (floor - by_sector))
    competition = rows_times(appeal, shock.pull)
    price_gap = (floor - np.log(competition) / theta).T - price
    intensity = spending.T / competition
    output = (appeal * times_columns(shock.net, intensity)).T
    revenue = (spending.T - rows_times(appeal, shock.net) * intensity).sum(axis=0)

    made = now.own_share * output
    bills = output - made
    if psi_va != 0.0:
        made = made * np.exp(psi_va * (factor - costs))
        bills = bills * np.exp(psi_va * (inputs - costs))
    income = np.exp(wages) * now.labour + revenue + now.deficit
    if now.capacity is None:
        wage_gap = np.log(made.sum(axis=1) / now.labour) - wages
        return_gap = None
    else:
        paid = ((1.0 - now.fixed) * made).sum(axis=1)
        income += (np.exp(returns) * now.capacity).sum(axis=1)
        wage_gap = np.where(now.labour > 0.0, np.log(paid / now.labour) - wages, 0.0)
        return_gap = np.where(now.capacity > 0.0, np.log(made / now.value_added) - returns, 0.0)

    if psi_in != 0.0:
        bills = bills * np.exp(-psi_in * inputs)
    wanted = times_columns(now.mix, bills)
    if psi_in != 0.0:
        wanted *= np.exp(psi_in * price)
    living = living_costs(now, price)
    tastes = now.tastes * np.exp(psi_f * (price - living[:, None])) if psi_f != 0.0 else now.tastes
    wanted += tastes * income[:, None]
    if now.unwanted is not None:
        wanted[now.unwanted] = 0.0
    missing = np.abs(wanted - spending) / np.maximum(np.abs(wanted), SMALLEST * now.earned.sum())
    residual = max(float(missing.max()), _relative(price_gap), _relative(wage_gap))
    residual = residual if return_gap is None else max(residual, _relative(return_gap))
    if shock.near is not None:
        wage_gap, return_gap, missing_trade = _judged_by_trade(
            now, shock.near, point, wage_gap, return_gap, trade_abroad(shock.net, appeal, intensity, shock.near)
        )
        residual = max(residual, missing_trade)
    # A gap that is no number must not pass for a small one, whichever came first in the comparison.
    if not np.isfinite(wanted.sum() + price_gap.sum() + wage_gap.sum()):
        residual = float("inf")
    return Outcome(point, wage_gap, return_gap, price_gap, wanted, costs, appeal, competition, income, living, residual)


def _judged_by_trade(
    now: Technology, near: Indices, point: Point, wage_gap: Floats, return_gap: Floats | None, abroad: Abroad
) -> tuple[Floats, Floats | None, float]:
    """Put the gap of trade into those of incomes, and return it in relation to trade, too."""
    earning, paying = sides(now, abroad, near)
    balance = np.log(earning / paying)
    gaps = wage_gap[:, None] if return_gap is None else np.concatenate([wage_gap[:, None], return_gap], axis=1)
    gaps[near] = by_trade(now, near, point.wages, point.returns, gaps[near], balance)
    missing = _relative(balance)
    return gaps[:, 0], None if return_gap is None else gaps[:, 1:], missing if np.isfinite(missing) else float("inf")


def _relative(gap: Floats) -> float:
    """Turn log gaps into the largest relative one."""
    return float(np.abs(np.expm1(gap)).max())


SMALLEST = 1e-25
"""Share of world expenditure under which an expenditure counts as nothing when gaps are put in relation to it."""


def _level(now: Technology, shock: Shock, point: Point) -> Point:
    """Set the money level so that value added of each part of the world is what it was."""
    earned = np.exp(point.wages) * now.labour
    if now.capacity is not None:
        earned += (np.exp(point.returns) * now.capacity).sum(axis=1)
    returns = point.returns
    if shock.part is None:
        level = np.log(earned.sum() / now.earned.sum())
        if now.capacity is not None:
            returns = np.where(now.capacity > 0.0, returns - level, 0.0)
        return Point(point.wages - level, returns, point.prices - level, point.spending)
    levels = np.log(np.bincount(shock.part, earned) / np.bincount(shock.part, now.earned))[shock.part]
    if now.capacity is not None:
        returns = np.where(now.capacity > 0.0, returns - levels[:, None], 0.0)
    return Point(point.wages - levels, returns, point.prices - levels[:, None], point.spending)


def flows(now: Technology, shock: Shock, found: Outcome) -> Floats:
    """Work out trade by sector, exporter and importer, net of tariffs, in money."""
    return np.asarray(found.appeal[:, :, None] * shock.net * (found.point.spending.T / found.competition)[:, None, :])
