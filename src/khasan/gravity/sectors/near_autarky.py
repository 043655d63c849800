"""Regions that hardly trade: their equations are measured against the trade that is left to them.

Trade balances where every market clears, since what misses in a region's equations adds up to what misses in its trade
(Walras). Where trade is a millionth of income, incomes that are right to 1e-11 leave trade wrong by 1e-5 of itself, and
with it the wage and prices that it sets against those of others; what households can buy hardly depends on that. For
such regions the mean gap of incomes, which says nothing in this precision, is replaced by that of trade.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from khasan.gravity.sectors.technology import Technology

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

HARDLY = 1e-2
"""Share of imports in spending under which a region hardly trades; above, its trade is a hundred times less exact."""


class Abroad(NamedTuple):
    """Trade of some regions with others, net of tariffs, in money; shape (sectors, those regions)."""

    exports: Floats
    imports: Floats


def trade_abroad(net: Floats, appeal: Floats, intensity: Floats, regions: Indices) -> Abroad:
    """Add up what some regions sell to and buy from others, without taking large sums from one another.

    Parameters
    ----------
    net : array of shape (sectors, exporters, importers)
        What reaches the exporter, before prices.
    appeal : array of shape (sectors, exporters)
        Of what the exporter makes.
    intensity : array of shape (sectors, importers)
        Expenditure over competition.
    regions : array of int
        Which ones.

    Returns
    -------
    Abroad
    """
    places = np.arange(len(regions))
    sold = appeal[:, regions, None] * net[:, regions, :] * intensity[:, None, :]
    sold[:, places, regions] = 0.0
    bought = appeal[:, :, None] * net[:, :, regions] * intensity[:, None, regions]
    bought[:, regions, places] = 0.0
    return Abroad(sold.sum(axis=2), bought.sum(axis=1))


def who_hardly_trades(now: Technology, pull: Floats, appeal: Floats, intensity: Floats, spending: Floats) -> Indices:
    """Find the regions that hardly trade, but do, near a solution.

    Parameters
    ----------
    now : Technology
        For the deficits.
    pull : array of shape (sectors, exporters, importers)
        Shares of the tables times the change of costs.
    appeal, intensity : array
        As in :func:`trade_abroad`.
    spending : array of shape (regions, sectors)
        Expenditure, tariffs included.

    Returns
    -------
    array of int
        Empty where all trade, or not at all.
    """
    home = appeal * np.diagonal(pull, axis1=1, axis2=2) * intensity
    spent = spending.sum(axis=1)
    # Trade balances, so that imports and a surplus are all there is to look at.
    few: Indices = np.flatnonzero(spent - home.sum(axis=0) + np.maximum(-now.deficit, 0.0) < HARDLY * spent)
    if not len(few):
        return few
    abroad = trade_abroad(pull, appeal, intensity, few)
    trades: NDArray[np.bool_] = (abroad.exports.sum(axis=0) > 0.0) & (abroad.imports.sum(axis=0) > 0.0)
    return np.asarray(few[trades], dtype=np.intp)


def sides(now: Technology, abroad: Abroad, regions: Indices) -> tuple[Floats, Floats]:
    """Put the balance of trade, imports = exports + deficit, as two sums of positive terms.

    Parameters
    ----------
    now : Technology
        For the deficits.
    abroad : Abroad
        Trade of the regions.
    regions : array of int
        Which ones.

    Returns
    -------
    earning, paying : array of shape (those regions,)
        In money; equal where trade balances.
    """
    deficit = now.deficit[regions]
    earning = abroad.exports.sum(axis=0) + np.maximum(deficit, 0.0)
    return earning, abroad.imports.sum(axis=0) + np.maximum(-deficit, 0.0)


def by_trade(
    now: Technology, regions: Indices, wages: Floats, returns: Floats, gaps: Floats, balance: Floats
) -> Floats:
    """Replace the mean of the gaps of a region's incomes, weighted by what is earned, by the gap of its trade.

    Parameters
    ----------
    now : Technology
        For labour and capacity of the tables.
    regions : array of int
        Which ones.
    wages : array of shape (all regions,)
        In logs.
    returns : array of shape (all regions, sectors)
        In logs.
    gaps : array of shape (those regions, 1 or 1 + sectors, ...)
        Of wages, and of returns where capacity is fixed anywhere; or how they answer to something.
    balance : array of shape (those regions, ...)
        Of trade; or how it answers.

    Returns
    -------
    array
        Of the shape of ``gaps``; unchanged where nothing is earned.
    """
    earned = (np.exp(wages) * now.labour)[regions, None]
    if now.capacity is not None:
        earned = np.concatenate([earned, np.exp(returns[regions]) * now.capacity[regions]], axis=1)
    mean = np.einsum("ri,ri...->r...", earned / earned.sum(axis=1, keepdims=True), gaps)
    earns = (earned > 0.0).reshape(earned.shape + (1,) * (gaps.ndim - 2))
    return np.where(earns, gaps + (balance - mean)[:, None], gaps)
