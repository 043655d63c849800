"""The equations of a one-sector world: what every country sells when wages are given, and how that moves with them.

Exporter i, importer j; a hat is a ratio to the baseline. With trade shares pi, income Y and expenditure E of the
baseline, the factor B on trade at given wages, and log wages x, normalised so that world income stays::

    price_j^(-theta) = sum_i pi_ij B_ij exp(-theta x_i)
    X'_ij            = pi_ij B_ij exp(-theta x_i) / price_j^(-theta) * E'_j
    E'_j             = Y_j exp(x_j) + D_j              additive: the imbalance D = E - Y in money stays
    E'_j             = E_j exp(x_j) / f                multiplicative: E / Y stays, up to one world factor f with
                                                       sum E' = sum Y'
    sum_j X'_ij      = Y_i exp(x_i)                    markets clear

Source: Dekle, Eaton and Kortum (2007), Unbalanced trade, American Economic Review 97(2); Head and Mayer (2014),
Gravity equations, section 4.3; the closures are those of ge_gravity (Baier, Yotov and Zylkin 2019). There the
factor f is taken up silently by the normalisation of wages: wages, prices and welfare are the same as here, and its
trade is f times ours, so that it does not add up to income.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

Imbalance = Literal["additive", "multiplicative"]


@dataclass(frozen=True, slots=True)
class World:
    """A baseline and a change of trade costs, ready to be solved.

    Attributes
    ----------
    income, expenditure : array of shape (n,)
        Of the baseline, in the unit of trade.
    imbalance : array of shape (n,)
        Expenditure less income that stays in money; read by the additive closure alone.
    pull : array of shape (n, n)
        Baseline share of exporter i in the expenditure of j, times the factor on trade at given wages.
    theta : float
        Trade elasticity.
    multiplicative : bool
        Which closure.
    """

    income: Floats
    expenditure: Floats
    imbalance: Floats
    pull: Floats
    theta: float
    multiplicative: bool


class Markets(NamedTuple):
    """A world at given wages.

    ``gap`` is the log of sales over income; ``wages`` the log wages, normalised; ``appeal`` exp(-theta wages) up to
    a common factor, and ``competition`` its sum over suppliers as each importer weighs them; ``spending`` E';
    ``intensity`` spending over competition; ``sales`` and ``earnings`` in money; ``factor`` the world factor f;
    ``floor`` the lowest log wage, which scales appeal.
    """

    gap: Floats
    wages: Floats
    appeal: Floats
    competition: Floats
    spending: Floats
    intensity: Floats
    sales: Floats
    earnings: Floats
    factor: float
    floor: float

    @property
    def feasible(self) -> bool:
        """Whether everybody has something to spend; a country in surplus whose income falls below it has not."""
        return bool(self.spending.min() > 0.0)

    @property
    def residual(self) -> float:
        """Largest relative gap between sales and income."""
        return float(np.abs(np.expm1(self.gap)).max())


def markets(world: World, wages: Floats) -> Markets:
    """Work out spending and sales at given wages.

    Parameters
    ----------
    world : World
        Baseline and change.
    wages : array of shape (n,)
        Log of wages over baseline wages; any level, since it is normalised here.

    Returns
    -------
    Markets
        All that follows; the equilibrium is where ``gap`` is zero.
    """
    total = float(world.income.sum())
    earnings = world.income * np.exp(wages)
    level = float(earnings.sum()) / total
    earnings /= level
    wages = wages - np.log(level)
    if world.multiplicative:
        spending = world.expenditure * np.exp(wages)
        factor = float(spending.sum()) / total
        spending /= factor
    else:
        spending = earnings + world.imbalance
        factor = 1.0
    floor = float(wages.min())
    appeal = np.exp(-world.theta * (wages - floor))
    competition = appeal @ world.pull
    intensity = spending / competition
    sales = appeal * (world.pull @ intensity)
    with np.errstate(invalid="ignore"):
        gap = np.log(sales / earnings)
    return Markets(gap, wages, appeal, competition, spending, intensity, sales, earnings, factor, floor)


def own_slope(world: World, state: Markets) -> Floats:
    """Work out how fast each country's gap closes as its own wage rises: minus the diagonal of the Jacobian.

    Parameters
    ----------
    world : World
        Baseline and change.
    state : Markets
        Where.

    Returns
    -------
    array of shape (n,)
        -d gap_i / d wage_i; small for a country that trades little, which is why a plain iteration is slow there.
    """
    theta = world.theta
    home = state.appeal * np.diagonal(world.pull) * state.intensity / state.sales
    if not world.multiplicative:
        home *= state.earnings / state.spending
    rivalry = np.square(world.pull) @ (state.intensity / state.competition)
    return np.asarray((1.0 + theta) - home - theta * np.square(state.appeal) / state.sales * rivalry)


def slopes(world: World, state: Markets) -> Floats:
    """Work out minus the Jacobian of the gaps, made regular by the normalisation of wages.

    With sales shares S (rows add to one) and buying shares P (columns add to one)::

        -d gap = ((1 + theta) 1 - S diag(dlog E' / dx) - theta S P') dx

    Wages are only relative, so the matrix has no inverse; the income shares as an added row fix that, since every
    step keeps world income.

    Parameters
    ----------
    world : World
        Baseline and change.
    state : Markets
        Where.

    Returns
    -------
    array of shape (n, n)
        Row: whose gap; column: whose wage.
    """
    theta = world.theta
    sold = (state.appeal / state.sales)[:, None] * world.pull * state.intensity
    bought = theta * (world.pull.T * state.appeal / state.competition[:, None])
    if world.multiplicative:
        bought.flat[:: len(bought) + 1] += 1.0
        shared = state.spending / state.spending.sum()
    else:
        bought.flat[:: len(bought) + 1] += state.earnings / state.spending
        shared = state.earnings / state.earnings.sum()
    matrix = shared - sold @ bought
    matrix.flat[:: len(matrix) + 1] += 1.0 + theta
    return np.asarray(matrix)


def prices(world: World, state: Markets) -> Floats:
    """Work out the price index of every importer over its baseline.

    Parameters
    ----------
    world : World
        Baseline and change.
    state : Markets
        Solved.

    Returns
    -------
    array of shape (n,)
        Unit: ratio to the baseline, in units of constant world income.
    """
    return np.asarray(np.exp(state.floor - np.log(state.competition) / world.theta))


def trade_flows(world: World, state: Markets) -> Floats:
    """Work out trade by exporter (row) and importer (column), in the baseline's unit of money."""
    flows = state.appeal[:, None] * world.pull
    flows *= state.intensity
    return np.asarray(flows)
