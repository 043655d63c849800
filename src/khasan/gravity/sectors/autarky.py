"""What an embargo can leave without a solution: goods without a supplier, regions cut off, production that eats itself.

With complements an economy cut off from its inputs may not sustain itself at any price. Let every price rise together:
value added stops to matter, and what is left of costs is inputs alone. If one more percent on all prices then adds one
percent or more to all costs, no price is high enough. For one elasticity s below one throughout, that is the spectral
radius of ``G diag(bought_nn^(-(1 - s) / theta))`` being one or more; with different elasticities the same is asked of
the map from prices to prices without value added.

Source: Hawkins and Simon (1949), Note: some conditions of macroeconomic stability, Econometrica 17(3/4).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from khasan.gravity.existence import settle_imbalances
from khasan.gravity.failures import NoAutarky, NoEquilibrium, NoSupplier
from khasan.gravity.reach import is_connected, parts
from khasan.gravity.sectors.sweep import Point, Shock, outcome
from khasan.gravity.sectors.tables import Tables
from khasan.gravity.sectors.technology import Technology

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

ROUNDS = 400
"""Rounds of the power iteration for the spectral radius."""

REMEDY = 'solve with deficits="zero"'
"""What this solver offers for a deficit that cannot be carried."""


def check_for_suppliers(now: Technology, pull: Floats, tables: Tables) -> None:
    """Refuse an embargo that leaves somebody without any supplier of a good that is needed.

    Parameters
    ----------
    now : Technology
        Shares of the tables.
    pull : array of shape (sectors, exporters, importers)
        Shares times the change of costs.
    tables : Tables
        For the names.

    Raises
    ------
    NoSupplier
        Which names the regions and sectors.
    """
    lacking = ~(pull > 0.0).any(axis=1) & (now.spent.T > 0.0)
    if lacking.any():
        cells = [f"{tables.sectors[j]} in {tables.regions[n]}" for j, n in np.argwhere(lacking)]
        more = f" and {len(cells) - 6} more" if len(cells) > 6 else ""
        raise NoSupplier(
            f"{'; '.join(cells[:6])}{more}: the only suppliers in the tables are under embargo, so the price has no "
            "bound; leave one of them a finite iceberg cost, or give the tables some home production of it"
        )


def check_for_parts(pull: Floats, now: Technology, tables: Tables) -> Indices | None:
    """Find the parts of the world between which nothing is sold, and refuse deficits that they cannot carry.

    Parameters
    ----------
    pull : array of shape (sectors, exporters, importers)
        Shares times the change of costs.
    now : Technology
        With the deficits to solve with.
    tables : Tables
        For the names.

    Returns
    -------
    array of shape (regions,), or None
        Number of the part of each region; None where the world hangs together.

    Raises
    ------
    NoEquilibrium
        Which names the regions.
    """
    sells = np.asarray(((pull > 0.0) & (now.spent.T > 0.0)[:, None, :]).any(axis=0))
    if is_connected(sells):
        return None
    settle_imbalances(sells, now.deficit, now.value_added.sum(axis=1), "error", tables.regions, REMEDY)
    found = parts(sells)
    if len(found) == 1:
        return None
    part = np.zeros(len(tables.regions), dtype=np.intp)
    for number, members in enumerate(found):
        part[members] = number
    return part


def input_radius(now: Technology, pull: Floats) -> tuple[float, Floats]:
    """Work out how much of a joint rise of all prices comes back through inputs.

    Parameters
    ----------
    now : Technology
        Shares and elasticities; value added and inputs must be complements.
    pull : array of shape (sectors, exporters, importers)
        Shares times the change of costs.

    Returns
    -------
    radius : float
        Unit: ratio. Below one, prices exist at any wages. For one elasticity throughout it is the spectral radius
        of the matrix above.
    eigenvector : array of shape (regions, sectors)
        Log prices of the fastest rise, the largest being zero.

    Source: Hawkins and Simon (1949), Econometrica 17(3/4).
    """
    power = 1.0 - now.elasticities.value_added
    psi = 1.0 - now.elasticities.inputs
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        reach = np.log(pull)
        only_inputs = np.log(1.0 - now.own_share) / power
        prices = np.zeros_like(now.own_share)
        growth = 0.0
        for _ in range(ROUNDS):
            if psi == 0.0:
                inputs = np.matmul(prices[:, None, :], now.mix)[:, 0, :]
            else:
                inputs = np.log(np.matmul(np.exp(psi * prices)[:, None, :], now.mix)[:, 0, :]) / psi
            costs = np.maximum(np.nan_to_num(inputs + only_inputs, nan=-FAR, neginf=-FAR), -FAR).T
            offers = reach - now.theta[:, None, None] * costs[:, :, None]
            best = offers.max(axis=1)
            competition = best + np.log(np.exp(offers - best[:, None, :]).sum(axis=1))
            following = np.where(now.spent > 0.0, -(competition / now.theta[:, None]).T, -FAR)
            growth = float(following.max())
            # Half of the old prices stays, so that cycles among sectors die out.
            prices = np.logaddexp(prices, following)
            prices = np.maximum(prices - prices.max(), -FAR)
    return float(np.exp(power * growth)), prices


FAR = 1e4
"""Log of a price that counts as none, next to a largest of zero."""


def check_for_incomes(now: Technology, shock: Shock, start: Point, tables: Tables) -> None:
    """Say, where a surplus comes to all that a region earns, that this is why no equilibrium was found.

    Wages are let down gently until markets clear or somebody has nothing left to spend.

    Parameters
    ----------
    now : Technology
        With the deficits that were solved with.
    shock : Shock
        Trade costs.
    start : Point
        Where to begin: the tables.
    tables : Tables
        For the names.

    Raises
    ------
    NoEquilibrium
        Which names the region.
    """
    found = outcome(now, shock, start)
    for _ in range(GENTLE):
        left = found.income / now.earned
        poorest = int(np.argmin(left))
        if left[poorest] < 1e-3:
            raise NoEquilibrium(
                f"{tables.regions[poorest]}: its surplus of {-now.deficit[poorest]:.6g} comes to all that it earns "
                f"before markets clear, which it cannot give away, so there is no equilibrium; {REMEDY}, or try a "
                "smaller change"
            )
        following = outcome(
            now, shock,
            Point(
                found.point.wages + 0.1 * found.wage_gap,
                found.point.returns if found.return_gap is None else found.point.returns + 0.1 * found.return_gap,
                found.point.prices + found.price_gap,
                np.maximum(found.spending_new, 0.0),
            ),
        )  # fmt: skip
        if not np.isfinite(following.residual):
            return
        found = following


GENTLE = 1000
"""Sweeps in which it is looked whether incomes run out."""


def explain_failure(now: Technology, pull: Floats, tables: Tables) -> None:
    """Say, where production cannot sustain itself, that this is why no equilibrium was found.

    Parameters
    ----------
    now : Technology
        Shares and elasticities.
    pull : array of shape (sectors, exporters, importers)
        Shares times the change of costs.
    tables : Tables
        For the names.

    Raises
    ------
    NoAutarky
        With the spectral radius, where it is one or more.
    """
    if now.elasticities.value_added >= 1.0:
        return
    radius, eigenvector = input_radius(now, pull)
    if radius >= 1.0 - 1e-9:
        hit = np.flatnonzero(eigenvector.max(axis=1) > -1.0)
        names = ", ".join(tables.regions[place] for place in hit[:6])
        raise NoAutarky(
            f"{names}: production cannot sustain itself on the inputs that are left; the spectral radius of the input "
            f"matrix is {radius:.6g} and must be below 1 (Hawkins and Simon); raise elasticity_inputs or "
            "elasticity_value_added, or leave some imports open",
            radius,
        )
