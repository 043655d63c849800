"""How a region's equations answer to its own wage, returns, prices and expenditure, all others held.

The inverse of this local Jacobian is what the solver steps with. It knows complements, fixed capacity, tariff revenue
and the region's own input-output linkages; only what regions do to each other is missing.

For region n, with value shares at the point (g of value added in cost, m_kj of input k in the inputs of j, h_j home
share in buying, s_j home share in sales, rho_j sales-weighted buying share of own goods, a_k in final demand)::

    dc_j    = g_j ((1 - fixed_j) dw + fixed_j dr_j) + (1 - g_j) dM_j,       dM_j = sum_k m_kj dp_k
    dY_j    = -theta_j (1 - rho_j) dc_j + s_j dx_j                          all in logs
    dmade_j = dY_j + (1 - va) (df_j - dc_j)
    dbill_kj= dY_j + (1 - va) (dM_j - dc_j) + (1 - in) (dp_k - dM_j)
    da_k    = (1 - final) (dp_k - sum_l a_l dp_l)
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from khasan.gravity.products import inverses, rows_times, times_matrices
from khasan.gravity.sectors.near_autarky import by_trade, sides, trade_abroad
from khasan.gravity.sectors.sweep import Outcome, Shock, flows
from khasan.gravity.sectors.technology import Technology, input_prices

Floats = NDArray[np.float64]


class _AtHome(NamedTuple):
    """Cells of shape (regions, sectors): how much of its own trade a region does with itself.

    ``buying`` and ``selling`` are home shares, ``rivalry`` the share of own goods in buying where they are sold,
    ``net`` what of a spending reaches exporters after tariffs, and ``net_home`` the same of what is bought at home.
    """

    buying: Floats
    selling: Floats
    rivalry: Floats
    output: Floats
    net: Floats
    net_home: Floats


class _Responses(NamedTuple):
    """Derivatives by all unknowns of a region, shape (regions, sectors, unknowns), in logs.

    Of the price of value added, of all inputs, of unit cost, of output and of value added; and the value ``share`` of
    value added in cost and the ``mix`` of inputs at the point.
    """

    factor: Floats
    bundle: Floats
    cost: Floats
    output: Floats
    made: Floats
    share: Floats
    mix: Floats


def local_inverse(now: Technology, shock: Shock, found: Outcome) -> Floats:
    """Invert minus the local Jacobian of every region.

    Parameters
    ----------
    now : Technology
        Shares of the tables.
    shock : Shock
        Trade costs.
    found : Outcome
        The point.

    Returns
    -------
    array of shape (regions, unknowns, unknowns)
        From gaps to steps, in the order wage, returns (where capacity is fixed anywhere), prices, expenditure; all in
        logs, expenditure relative to what it is at the point.
    """
    regions, sectors = now.value_added.shape
    home = _trade_at_home(now, shock, found)
    first = 1 if now.capacity is None else 1 + sectors
    size = first + 2 * sectors
    by = _respond(now, found, home, first, size)
    cells = np.arange(sectors)
    at_prices, at_spending = slice(first, first + sectors), slice(first + sectors, size)

    matrix = np.zeros((regions, size, size))
    paid = (1.0 - now.fixed) * by.share * home.output
    weight = _ratio(paid, paid.sum(axis=1, keepdims=True))
    matrix[:, 0] = rows_times(weight, by.made)
    if now.capacity is not None:
        matrix[:, 1:first] = np.where((now.capacity > 0.0)[:, :, None], by.made, 0.0)
    matrix[:, at_prices] = home.buying[:, :, None] * by.cost
    used = _use_responds(now, found, home, by, first)
    matrix[:, at_spending] = _ratio(used, found.point.spending[:, :, None])
    matrix[:, np.arange(size), np.arange(size)] -= 1.0
    if shock.near is not None:
        _balance_trade(matrix, now, shock, found, by, first)
    _pin_the_level(matrix, now, shock, found, first)
    # A cell in which nothing is spent has nothing to answer to.
    matrix[:, first + sectors + cells, first + sectors + cells] -= found.point.spending == 0.0
    return inverted(-matrix)


def _balance_trade(matrix: Floats, now: Technology, shock: Shock, found: Outcome, by: _Responses, first: int) -> None:
    """Put how trade answers in the place of the mean of incomes, where a region hardly trades; ``matrix`` is changed.

    With exports E_jm to m and imports M_ji from i, and b and h the shares in buying of the region's goods at m and at
    home: d log E_jm = -theta_j (1 - b_jm) dc_j and d log M_ji = dx_j + theta_j h_j dc_j.
    """
    near = shock.near
    assert near is not None
    places = np.arange(len(near))
    intensity = found.point.spending.T / found.competition
    abroad = trade_abroad(shock.net, found.appeal, intensity, near)
    earning, paying = sides(now, abroad, near)
    sold = found.appeal[:, near, None] * shock.net[:, near, :] * intensity[:, None, :]
    sold[:, places, near] = 0.0
    shares = found.appeal[:, near, None] * shock.pull[:, near, :] / found.competition[:, None, :]
    theta = now.theta[:, None]
    selling = -theta * (sold * (1.0 - shares)).sum(axis=2) / earning
    home = shares[:, places, near]
    buying = abroad.imports / paying
    answer = rows_times((selling - theta * home * buying).T, by.cost[near])
    cells = first + now.value_added.shape[1] + np.arange(now.value_added.shape[1])
    answer[:, cells] -= buying.T
    wages, returns = found.point.wages, found.point.returns
    matrix[near, :first] = by_trade(now, near, wages, returns, matrix[near, :first], answer)


def _pin_the_level(matrix: Floats, now: Technology, shock: Shock, found: Outcome, first: int) -> None:
    """Take the rise of the money level, which income sets, off the rows of all incomes; ``matrix`` is changed.

    In a region that is a world of its own, wages, returns, prices and expenditure may all rise together and every
    equation still holds: the level must be pinned for the matrix to be regular. What misses in the equations then adds
    up to nothing with the region's incomes as weights, so it is enough to pin it in the rows of incomes, and necessary
    to do so in all of them: where all capacity is fixed, nobody earns a wage. Elsewhere a region has a share in it.
    """
    wages = np.exp(found.point.wages) * now.labour
    returns = None if now.capacity is None else np.exp(found.point.returns) * now.capacity
    earned = wages if returns is None else wages + returns.sum(axis=1)
    everybody = now.earned.sum() if shock.part is None else np.bincount(shock.part, now.earned)[shock.part]
    share = now.earned / everybody
    rise = np.zeros((len(matrix), first))
    rise[:, 0] = share * wages / earned
    if returns is None:
        matrix[:, 0, 0] -= rise[:, 0]
        return
    rise[:, 1:] = (share / earned)[:, None] * returns
    matrix[:, 0, :first] -= np.where((now.labour > 0.0)[:, None], rise, 0.0)
    matrix[:, 1:first, :first] -= np.where((returns > 0.0)[:, :, None], rise[:, None, :], 0.0)


def inverted(matrices: Floats) -> Floats:
    """Invert each matrix, and where one has no inverse, at a point far from any solution, give what allows a step.

    Parameters
    ----------
    matrices : array of shape (stack, n, n)

    Returns
    -------
    array of shape (stack, n, n)
        Where one of them is singular, pseudo-inverses of all, whose steps are the shortest that fit; no numbers where
        a matrix holds some that are none, which ends the attempt.

    Source: Golub and Van Loan (2013), Matrix Computations, 4th edition, section 5.5.2.
    """
    try:
        return inverses(matrices)
    except np.linalg.LinAlgError:
        regular = np.isfinite(matrices).all(axis=(1, 2))
        found = np.full_like(matrices, np.nan)
        found[regular] = np.linalg.pinv(matrices[regular], rcond=1e-12)
        return found


def _trade_at_home(now: Technology, shock: Shock, found: Outcome) -> _AtHome:
    """Work out what a region sells to itself, and how its tariffs bear on that."""
    bought = found.appeal[:, :, None] * shock.pull / found.competition[:, None, :]
    arriving = found.appeal[:, :, None] * shock.net / found.competition[:, None, :]
    sold = flows(now, shock, found)
    output = sold.sum(axis=2).T
    buying = np.diagonal(bought, axis1=1, axis2=2).T
    return _AtHome(
        buying=buying,
        selling=_ratio(np.diagonal(sold, axis1=1, axis2=2).T, output),
        rivalry=_ratio((sold * bought).sum(axis=2).T, output),
        output=output,
        net=arriving.sum(axis=1).T,
        net_home=_ratio(np.diagonal(arriving, axis1=1, axis2=2).T, buying),
    )


def _respond(now: Technology, found: Outcome, home: _AtHome, first: int, size: int) -> _Responses:
    """Work out how costs, output and value added answer to all unknowns of their region."""
    wages, returns, price, _ = found.point
    regions, sectors = price.shape
    psi_in, psi_va = 1.0 - now.elasticities.inputs, 1.0 - now.elasticities.value_added
    cells = np.arange(sectors)
    mobile = 1.0 - now.fixed
    bundle_price = input_prices(now, price)
    mix = now.mix * np.exp(psi_in * (price[:, :, None] - bundle_price[:, None, :]))
    factor_price = mobile * wages[:, None] + now.fixed * returns
    share = now.own_share * np.exp(psi_va * (factor_price - found.costs))
    factor = np.zeros((regions, sectors, size))
    factor[:, :, 0] = mobile
    if now.capacity is not None:
        factor[:, cells, 1 + cells] = now.fixed
    bundle = np.zeros((regions, sectors, size))
    bundle[:, :, first : first + sectors] = mix.transpose(0, 2, 1)
    cost = share[:, :, None] * factor + (1.0 - share)[:, :, None] * bundle
    output = (-now.theta * (1.0 - home.rivalry))[:, :, None] * cost
    output[:, cells, first + sectors + cells] += home.selling
    made = output + psi_va * (factor - cost)
    return _Responses(factor, bundle, cost, output, made, share, mix)


def _use_responds(now: Technology, found: Outcome, home: _AtHome, by: _Responses, first: int) -> Floats:
    """Work out how the use of each good answers, in money, by firms and households; shape as the responses."""
    wages, returns, price, spending = found.point
    regions, sectors = price.shape
    psi_in, psi_va, psi_f = (
        1.0 - now.elasticities.inputs, 1.0 - now.elasticities.value_added, 1.0 - now.elasticities.final
    )  # fmt: skip
    cells = np.arange(sectors)
    income = np.zeros((regions, by.cost.shape[2]))
    income[:, 0] = np.exp(wages) * now.labour
    if now.capacity is not None:
        income[:, 1:first] = np.exp(returns) * now.capacity
    income[:, first + sectors :] = (1.0 - home.net) * spending
    diverted = spending * now.theta * home.buying * (home.net_home - home.net)
    income += rows_times(diverted, by.cost)

    value = by.mix * ((1.0 - by.share) * home.output)[:, None, :]
    used = times_matrices(value, by.output + psi_va * (by.bundle - by.cost) - psi_in * by.bundle)
    used[:, cells, first + cells] += psi_in * value.sum(axis=2)
    tastes = now.tastes * np.exp(psi_f * (price - found.living[:, None]))
    used += tastes[:, :, None] * income[:, None, :]
    consumed = tastes * found.income[:, None]
    used[:, cells, first + cells] += psi_f * consumed
    used[:, :, first : first + sectors] -= psi_f * consumed[:, :, None] * tastes[:, None, :]
    return np.asarray(used)


def _ratio(part: Floats, whole: Floats) -> Floats:
    """Divide, and give zero where there is no whole."""
    return np.divide(part, whole, out=np.zeros(np.broadcast_shapes(part.shape, whole.shape)), where=whole > 0.0)
