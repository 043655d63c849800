"""The equations of a one-sector world: what every country sells when wages are given, and how that moves with them.

Exporter i, importer j; a hat is a ratio to the baseline. With trade shares pi, income Y and expenditure E of the
baseline, the factor B on trade at given wages, and log wages x, normalised so that world income stays::

    price_j^(-theta) = sum_i pi_ij B_ij exp(-theta x_i)
    X'_ij            = pi_ij B_ij exp(-theta x_i) / price_j^(-theta) * E'_j
    E'_j             = Y_j exp(x_j) + D_j              additive: the imbalance D = E - Y in money stays
    E'_j             = E_j exp(x_j) / f                multiplicative: E / Y stays, up to one world factor f with
                                                       sum E' = sum Y'
    sum_j X'_ij      = Y_i exp(x_i)                    markets clear

What a country sells to itself stands on both sides of the last equation and is taken off, which leaves foreign trade::

    sum_(j != i) X'_ij  =  sum_(k != i) X'_ki  -  (E'_i - Y_i exp(x_i))        exports = imports less the deficit

A country that hardly trades keeps its digits in this form, and only there does a gap tell whether its wage is right.

Source: Dekle, Eaton and Kortum (2007), Unbalanced trade, American Economic Review 97(2); Head and Mayer (2014),
Gravity equations, section 4.3; the closures are those of ge_gravity (Baier, Yotov and Zylkin 2019). There the
factor f is taken up silently by the normalisation of wages: wages, prices and welfare are the same as here, and its
trade is f times ours, so that it does not add up to income.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
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
        Expenditure less income: kept in money by the additive closure, in proportion to income by the other one.
    pull : array of shape (n, n)
        Baseline share of exporter i in the expenditure of j, times the factor on trade at given wages.
    theta : float
        Trade elasticity.
    multiplicative : bool
        Which closure.
    abroad, home : array of shape (n, n), array of shape (n,)
        ``pull`` without its diagonal, and the diagonal.
    deficit, surplus : array of shape (n,)
        ``imbalance`` where it is above zero, and minus it where it is below.
    lack : array of shape (n,)
        ``imbalance`` over income.
    total : float
        World income.
    """

    income: Floats
    expenditure: Floats
    imbalance: Floats
    pull: Floats
    theta: float
    multiplicative: bool
    abroad: Floats = field(init=False)
    home: Floats = field(init=False)
    deficit: Floats = field(init=False)
    surplus: Floats = field(init=False)
    lack: Floats = field(init=False)
    total: float = field(init=False)

    @np.errstate(all="ignore")
    def __post_init__(self) -> None:
        """Take foreign trade and imbalances apart."""
        abroad = self.pull.copy()
        abroad.flat[:: len(abroad) + 1] = 0.0
        object.__setattr__(self, "abroad", abroad)
        object.__setattr__(self, "home", self.pull.diagonal().copy())
        object.__setattr__(self, "deficit", np.maximum(self.imbalance, 0.0))
        object.__setattr__(self, "surplus", np.maximum(-self.imbalance, 0.0))
        object.__setattr__(self, "lack", self.imbalance / self.income)
        object.__setattr__(self, "total", float(self.income.sum()))


class Markets(NamedTuple):
    """A world at given wages.

    ``ratio`` is exports over imports less the deficit, each with the imbalance on the side where it adds, so that both
    are above zero, and ``balance`` its log; ``received`` and ``paid`` are these two sides. ``wages`` are log wages,
    normalised; ``appeal`` is exp(-theta wages) up to a common factor, and ``competition`` its sum over suppliers as
    each importer weighs them; ``spending`` E', ``intensity`` spending over competition; ``exports``, ``imports``,
    ``earnings`` and ``imbalance`` (spending less earnings) in money; ``factor`` the world factor f; ``floor`` the
    lowest log wage, which scales appeal.
    """

    ratio: Floats
    balance: Floats
    wages: Floats
    appeal: Floats
    competition: Floats
    spending: Floats
    intensity: Floats
    exports: Floats
    imports: Floats
    received: Floats
    paid: Floats
    earnings: Floats
    imbalance: Floats
    factor: float
    floor: float

    @property
    def feasible(self) -> bool:
        """Whether everybody has something to spend; a country in surplus whose income falls below it has not."""
        return bool(self.spending.min() > 0.0)

    @property
    def residual(self) -> float:
        """Largest gap between exports and imports less the deficit, relative to the trade that a country has left."""
        return float(np.abs(self.ratio - 1.0).max())

    @property
    def gap(self) -> Floats:
        """Log of sales over income, own sales included: what the textbook's iteration moves wages by."""
        return np.asarray(np.log1p((self.received - self.paid) / self.earnings))


def markets(world: World, wages: Floats) -> Markets:
    """Work out spending and trade at given wages.

    Parameters
    ----------
    world : World
        Baseline and change.
    wages : array of shape (n,)
        Log of wages over baseline wages; any level, since it is normalised here.

    Returns
    -------
    Markets
        All that follows; the equilibrium is where ``balance`` is zero.
    """
    total = world.total
    earnings = world.income * np.exp(wages)
    level = float(np.add.reduce(earnings)) / total
    earnings /= level
    wages = wages - math.log(level)
    if world.multiplicative:
        # Counted from the largest, so that what the largest lacks beside the average keeps its digits too.
        largest = world.lack[earnings.argmax()]
        lack = world.lack - largest
        average = float(lack @ earnings) / total
        factor = 1.0 + float(largest) + average
        imbalance = earnings * ((lack - average) / factor)
        deficit = np.maximum(imbalance, 0.0)
        surplus = deficit - imbalance
    else:
        imbalance, deficit, surplus, factor = world.imbalance, world.deficit, world.surplus, 1.0
    spending = earnings + imbalance
    floor = float(np.minimum.reduce(wages))
    appeal = np.exp(-world.theta * (wages - floor))
    foreign = appeal @ world.abroad
    competition = foreign + appeal * world.home
    intensity = spending / competition
    imports = foreign * intensity
    exports = appeal * (world.abroad @ intensity)
    received, paid = exports + deficit, imports + surplus
    # A country alone has no trade to be measured by; all it sells it buys.
    ratio = received / paid if len(wages) > 1 else np.ones(1)
    return Markets(
        ratio, np.log(ratio), wages, appeal, competition, spending, intensity, exports, imports, received, paid,
        earnings, imbalance, factor, floor,
    )  # fmt: skip


def own_slope(world: World, state: Markets) -> Floats:
    """Work out how fast each country's balance closes as its own wage rises: minus the diagonal of the Jacobian.

    Parameters
    ----------
    world : World
        Baseline and change.
    state : Markets
        Where.

    Returns
    -------
    array of shape (n,)
        -d balance_i / d wage_i; about 1 + 2 theta for a country that trades little.
    """
    theta = world.theta
    rivalry = np.square(state.appeal) * (np.square(world.abroad) @ (state.intensity / state.competition))
    falling = theta * (state.exports - rivalry)
    at_home = state.appeal * world.home / state.competition
    # Imports rise with income, and as foreign goods become cheap beside those of home.
    grown = state.imports if world.multiplicative else state.imports * state.earnings / state.spending
    rising = grown + theta * at_home * state.imports
    if world.multiplicative:
        falling -= np.maximum(state.imbalance, 0.0)
        rising += np.maximum(-state.imbalance, 0.0)
    return np.asarray(falling / state.received + rising / state.paid)


def slopes(world: World, state: Markets) -> Floats:
    """Work out minus the Jacobian of the balances, made regular by the normalisation of wages.

    With exports X (no own sales), what importers spend P (shares of suppliers, own ones included), home shares h, and
    e = dlog E' / dx, which is income over spending (additive) or 1::

        d exports_i = -theta exports_i dx_i + sum_j X_ij (e_j dx_j + theta sum_k P_kj dx_k)
        d imports_i = imports_i (e_i + theta h_i) dx_i - theta h_i sum_k X_ki dx_k

    In the multiplicative closure the imbalance moves with income, and all spending with the world factor. Wages are
    only relative, so the matrix has no inverse; the income shares as an added row fix that, since every step keeps
    world income.

    Parameters
    ----------
    world : World
        Baseline and change.
    state : Markets
        Where.

    Returns
    -------
    array of shape (n, n)
        Row: whose balance; column: whose wage.
    """
    theta = world.theta
    sold = state.appeal[:, None] * world.abroad * state.intensity
    bought = theta * (world.pull.T * state.appeal / state.competition[:, None])
    with_income = np.ones_like(state.wages) if world.multiplicative else state.earnings / state.spending
    bought.flat[:: len(bought) + 1] += with_income
    at_home = state.appeal * world.home / state.competition
    matrix = -(sold / state.received[:, None]) @ bought
    matrix -= theta * sold.T * (at_home / state.paid)[:, None]
    own = theta * state.exports / state.received + state.imports * (with_income + theta * at_home) / state.paid
    total = float(state.earnings.sum())
    if world.multiplicative:
        rising = state.imbalance >= 0.0
        own += np.where(rising, -state.imbalance / state.received, -state.imbalance / state.paid)
        by_factor = np.where(
            rising,
            (state.exports + state.spending) / state.received - 1.0,
            1.0 + (state.spending - state.imports) / state.paid,
        )
        matrix += by_factor[:, None] * (state.imbalance / total)
    matrix.flat[:: len(matrix) + 1] += own
    matrix += state.earnings / total
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
