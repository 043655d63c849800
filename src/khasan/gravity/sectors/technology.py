"""What a region's firms and households need, and what a unit of it costs, as shares of the tables.

Cells are arrays of shape (regions, sectors); trade is (sectors, exporters, importers); inputs are (regions, input,
sector). All prices are logs of ratios to the tables.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from khasan.gravity.products import rows_times
from khasan.gravity.sectors.tables import Tables

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Elasticities:
    """How easily one thing replaces another; one is Cobb-Douglas, the paper's case, zero is fixed proportions.

    Attributes
    ----------
    inputs : float
        Among the inputs of a sector.
    value_added : float
        Between value added and all inputs together.
    final : float
        Among the goods that households buy.
    """

    inputs: float = 1.0
    value_added: float = 1.0
    final: float = 1.0


@dataclass(frozen=True)
class Technology:
    """Shares of the tables at unit prices.

    Attributes
    ----------
    bought : array of shape (sectors, exporters, importers)
        Share of each exporter in what an importer spends on a sector, tariffs included.
    tariff : array of shape (sectors, exporters, importers)
        Rates of the tables.
    value_added : array of shape (regions, sectors)
        In money.
    own_share : array of shape (regions, sectors)
        Share of value added in cost.
    mix : array of shape (regions, input, sector)
        Share of each input in the cost of all inputs.
    tastes : array of shape (regions, sectors)
        Shares of final demand.
    fixed : array of shape (regions, sectors)
        Share of value added that goes to capacity that cannot move; the rest is mobile labour.
    spent : array of shape (regions, sectors)
        Expenditure in the tables, tariffs included, in money; zero where nobody wants the good.
    theta : array of shape (sectors,)
        Trade elasticities.
    deficit : array of shape (regions,)
        Money from abroad beyond income.
    elasticities : Elasticities
        Of the nests.
    """

    bought: Floats
    tariff: Floats
    value_added: Floats
    own_share: Floats
    mix: Floats
    tastes: Floats
    fixed: Floats
    spent: Floats
    theta: Floats
    deficit: Floats
    elasticities: Elasticities

    @cached_property
    def labour(self) -> Floats:
        """Value added of mobile labour by region, in money."""
        return np.asarray(((1.0 - self.fixed) * self.value_added).sum(axis=1))

    @cached_property
    def capacity(self) -> Floats | None:
        """Value added of capacity that cannot move, by region and sector, in money; None where all moves."""
        return self.fixed * self.value_added if self.fixed.any() else None

    @cached_property
    def earned(self) -> Floats:
        """Value added by region, in money."""
        return np.asarray(self.value_added.sum(axis=1))

    @cached_property
    def unwanted(self) -> NDArray[np.bool_] | None:
        """Cells in which nobody wants anything; None where there are none."""
        return self.spent == 0.0 if not self.spent.all() else None


def technology(tables: Tables, fixed: Floats, deficit: Floats, elasticities: Elasticities) -> Technology:
    """Turn tables into shares.

    Parameters
    ----------
    tables : Tables
        Checked tables in money.
    fixed : array of shape (regions, sectors)
        Share of value added that goes to capacity that cannot move.
    deficit : array of shape (regions,)
        Deficits to solve with: those of the tables, or zeros.
    elasticities : Elasticities
        Of the nests.

    Returns
    -------
    Technology
    """
    paid = tables.trade * (1.0 + tables.tariff)
    spent = paid.sum(axis=1)
    wanted = ((tables.inputs != 0.0).any(axis=2) | (tables.final != 0.0)).T
    home = np.eye(tables.trade.shape[1])[None]
    # A good that nobody buys or sells in a region needs some price: that of making it at home, which nobody pays.
    bought = np.where(spent[:, None] > 0.0, paid / np.where(spent > 0.0, spent, 1.0)[:, None], home)
    inputs = tables.inputs.sum(axis=1)
    cost = tables.value_added + inputs
    return Technology(
        bought=bought,
        tariff=tables.tariff,
        value_added=tables.value_added,
        own_share=np.where(cost > 0.0, tables.value_added / np.where(cost > 0.0, cost, 1.0), 1.0),
        mix=tables.inputs / np.where(inputs != 0.0, inputs, 1.0)[:, None],
        tastes=tables.final / tables.final.sum(axis=1, keepdims=True),
        fixed=fixed,
        spent=np.ascontiguousarray(np.where(wanted, spent, 0.0).T),
        theta=tables.theta,
        deficit=deficit,
        elasticities=elasticities,
    )


def log_mean(elasticity: float, logs: Floats, average: Callable[[Floats], Floats]) -> Floats:
    """Take a power mean in logs: the price index of a nest with constant elasticity of substitution.

    ``log(sum s exp(psi logs)) / psi`` with ``psi = 1 - elasticity`` and shares that add to one, written so that
    it passes through an elasticity of one without loss.

    Parameters
    ----------
    elasticity : float
        Of substitution.
    logs : array
        Log prices.
    average : function
        The average by shares, which is linear.

    Returns
    -------
    array
        Log of the index, of the shape that ``average`` returns.

    Source: Arrow, Chenery, Minhas and Solow (1961), Review of Economics and Statistics 43(3).
    """
    power = 1.0 - elasticity
    if power == 0.0:
        return average(logs)
    return np.asarray(np.log1p(average(np.expm1(power * logs))) / power)


def input_prices(now: Technology, price: Floats) -> Floats:
    """Work out the log price of all inputs of each sector together, from the log prices of goods.

    Parameters
    ----------
    now : Technology
        Shares.
    price : array of shape (regions, sectors)
        Log prices that users pay.

    Returns
    -------
    array of shape (regions, sectors)
        Zero for sectors without inputs.
    """
    return log_mean(now.elasticities.inputs, price, lambda logs: rows_times(logs, now.mix))


def unit_costs(now: Technology, factor: Floats, inputs: Floats) -> Floats:
    """Work out log unit costs from the log prices of value added and of inputs.

    Parameters
    ----------
    now : Technology
        Shares.
    factor : array of shape (regions, sectors)
        Log price of value added.
    inputs : array of shape (regions, sectors)
        Log price of all inputs together.

    Returns
    -------
    array of shape (regions, sectors)
    """
    power = 1.0 - now.elasticities.value_added
    if power == 0.0:
        return inputs + now.own_share * (factor - inputs)
    own = now.own_share
    return np.asarray(np.log1p(own * np.expm1(power * factor) + (1.0 - own) * np.expm1(power * inputs)) / power)


def living_costs(now: Technology, price: Floats) -> Floats:
    """Work out the log price index of each region's households.

    Parameters
    ----------
    now : Technology
        Shares.
    price : array of shape (regions, sectors)
        Log prices that users pay.

    Returns
    -------
    array of shape (regions,)
    """
    return log_mean(now.elasticities.final, price, lambda logs: np.asarray((now.tastes * logs).sum(axis=1)))
