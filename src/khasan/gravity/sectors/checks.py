"""Whether tables are accounts at all, and how far they are from an equilibrium."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from khasan.gravity.sectors.tables import Tables
from khasan.ledger.errors import InputError

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

ACCOUNTING = 1e-5
"""Relative gap beyond which tables are refused as no accounts: of costs against sales, of deficits as recorded."""

BALANCED_TRADE = 1e-3
"""Share of the larger one of imports and exports under which a deficit is nearly none, and its gap is put in relation
to this share of trade; with it, figures of eight digits are enough for a region of balanced trade."""

NEGATIVE_INPUT = 1e-3
"""Share of a sector's cost up to which a negative input is kept and reported; statistical offices publish such."""


def check_for_signs(tables: Tables) -> None:
    """Refuse negative cells, tariffs of -100 percent or less, and elasticities that are not positive.

    Zero output of a region, which is sales, value added or final demand of zero over all sectors, is refused: it has no
    shares of anything. Zero output of some sectors of a region is none of this and passes; so is a good that a region
    does not buy.

    Parameters
    ----------
    tables : Tables
        As read.

    Raises
    ------
    InputError
        Which names the first such cell.
    """
    sectors, regions = tables.sectors, tables.regions
    for label, cells, axes in (
        ("trade", tables.trade, (sectors, regions, regions)),
        ("final_demand", tables.final, (regions, sectors)),
        ("value_added", tables.value_added, (regions, sectors)),
    ):
        _refuse(cells < 0.0, label, cells, axes, "is negative; flows of goods and incomes are not")
    _refuse(
        tables.tariff <= -1.0, "tariff", tables.tariff, (sectors, regions, regions),
        "is -100 percent or less; 0.1 stands for 10 percent",
    )  # fmt: skip
    _refuse(~(tables.theta > 0.0), "theta", tables.theta, (sectors,), "is not positive; a trade elasticity is")
    cost = tables.value_added + tables.inputs.sum(axis=1)
    _refuse(
        tables.inputs < -NEGATIVE_INPUT * np.maximum(cost, 0.0)[:, None, :], "inputs", tables.inputs,
        (regions, sectors, sectors), "is negative by more than 0.1% of its sector's cost; correct the table",
    )  # fmt: skip
    for label, total in (
        ("value_added", tables.value_added.sum(axis=1)),
        ("final_demand", tables.final.sum(axis=1)),
        ("trade (sales)", tables.trade.sum(axis=(0, 2))),
    ):
        _refuse(total <= 0.0, label, total, (regions,), "is zero over all sectors; leave the region out or fill it in")


def check_for_accounts(tables: Tables) -> None:
    """Refuse tables in which sales are not costs, deficits are not imports less exports, or a good has no origin.

    With sales Y, costs C, imports M, exports E and the recorded deficit D, net of tariffs, tables are accounts where::

        |C - Y|        <= 1e-5 max(C, Y)                                  in each sector of each region
        |D - (M - E)|  <= 1e-5 max(|D|, |M - E|, 1e-3 max(M, E))          in each region

    Zero profit is asked of each sector by itself, however small; a sector without sales has no costs either. A deficit
    is measured against itself. Beside balanced trade it may be nothing but what rounding leaves of two large sums, so
    that in no case is less than 1e-8 of trade allowed.

    Parameters
    ----------
    tables : Tables
        With signs checked.

    Raises
    ------
    InputError
        Which names the worst cell and its relative gap.
    """
    sales = tables.trade.sum(axis=2).T
    cost = tables.value_added + tables.inputs.sum(axis=1)
    gap = _relative(cost - sales, np.maximum(cost, sales))
    worst = np.unravel_index(int(np.argmax(np.abs(gap))), gap.shape)
    if abs(gap[worst]) > ACCOUNTING:
        raise InputError(
            f"region {tables.regions[worst[0]]}, sector {tables.sectors[worst[1]]}: value added and inputs are "
            f"{cost[worst]:.8g} but sales are {sales[worst]:.8g} (gap {gap[worst]:.2e}, allowed {ACCOUNTING:g}); in "
            "accounts they are equal, with trade net of tariffs and inputs with them"
        )
    imports, exports = _imports_exports(tables)
    balance = imports - exports
    nearly_none = BALANCED_TRADE * np.maximum(imports, exports)
    scale = np.maximum(np.maximum(np.abs(tables.deficit), np.abs(balance)), nearly_none)
    gap = _relative(tables.deficit - balance, scale)
    place = int(np.argmax(np.abs(gap)))
    if abs(gap[place]) > ACCOUNTING:
        raise InputError(
            f"deficit: {tables.regions[place]} has {tables.deficit[place]:.8g} but imports less exports are "
            f"{balance[place]:.8g} (gap {gap[place]:.2e} of the deficit or of {BALANCED_TRADE:g} of trade, allowed "
            f"{ACCOUNTING:g}); deficits are positive, and trade is net of tariffs"
        )
    wanted = ((tables.inputs != 0.0).any(axis=2) | (tables.final != 0.0)).T
    lacking = wanted & (tables.trade.sum(axis=1) == 0.0)
    _refuse(
        lacking, "trade", tables.trade.sum(axis=1), (tables.sectors, tables.regions),
        "bought from nobody although the region uses it; give it a supplier",
    )  # fmt: skip


def baseline_gaps(tables: Tables) -> pl.DataFrame:
    """List where the tables are not an equilibrium, which is why the baseline is solved first.

    Parameters
    ----------
    tables : Tables
        Checked.

    Returns
    -------
    DataFrame
        ``check`` (``expenditure``: inputs and final demand against what is bought, by sector; ``income``: value
        added, tariff revenue and deficit against final demand; ``negative input``), ``region``, ``sector``, ``input``
        (null where none), ``gap`` in money, ``relative`` (to what is bought, to final demand, to cost); gaps up to
        1e-5 are not listed.
    """
    spent = (tables.trade * (1.0 + tables.tariff)).sum(axis=1).T
    used = tables.inputs.sum(axis=2) + tables.final
    rows: list[tuple[str, str, str | None, str | None, float, float]] = []
    gap = used - spent
    relative = _relative(gap, np.maximum(spent, used))
    for n, j in np.argwhere(np.abs(relative) > ACCOUNTING):
        rows.append(
            ("expenditure", tables.regions[n], tables.sectors[j], None, float(gap[n, j]), float(relative[n, j]))
        )
    revenue = (tables.trade * tables.tariff).sum(axis=(0, 1))
    final = tables.final.sum(axis=1)
    lacking = final - (tables.value_added.sum(axis=1) + revenue + tables.deficit)
    for n in np.flatnonzero(np.abs(lacking / final) > ACCOUNTING):
        rows.append(("income", tables.regions[n], None, None, float(lacking[n]), float(lacking[n] / final[n])))
    cost = tables.value_added + tables.inputs.sum(axis=1)
    for n, k, j in np.argwhere(tables.inputs < 0.0):
        value = float(tables.inputs[n, k, j])
        rows.append(
            ("negative input", tables.regions[n], tables.sectors[j], tables.sectors[k], value, value / cost[n, j])
        )
    names = {"check": pl.String, "region": pl.String, "sector": pl.String, "input": pl.String}
    return pl.DataFrame(rows, schema={**names, "gap": pl.Float64, "relative": pl.Float64}, orient="row")


def _imports_exports(tables: Tables) -> tuple[Floats, Floats]:
    """Add up imports and exports by region, net of tariffs, own sales left out."""
    between = tables.trade.sum(axis=0)
    np.fill_diagonal(between, 0.0)
    return between.sum(axis=0), between.sum(axis=1)


def _relative(gap: Floats, scale: Floats) -> Floats:
    """Put gaps in relation to a scale; where there is none, any gap counts as whole."""
    return np.asarray(np.where(scale > 0.0, gap / np.where(scale > 0.0, scale, 1.0), np.sign(gap)))


def _refuse(faulty: Flags, label: str, cells: Floats, axes: tuple[tuple[str, ...], ...], problem: str) -> None:
    """Refuse the first marked cell."""
    if faulty.any():
        spot = tuple(int(place) for place in np.argwhere(faulty)[0])
        names = ", ".join(names[place] for names, place in zip(axes, spot, strict=True))
        raise InputError(f"{label}: {names} ({cells[spot]:.6g}) {problem}")
