"""A world of five states with rows to match, and a plain fixed point for it that also takes gifts of money."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
from facts import Row, seen, world
from numpy.typing import NDArray

from khasan.gravity.scenario.world import BaseWorld
from khasan.gravity.uncertainty.worlds import Worlds
from khasan.ledger.snapshot import Snapshot

Floats = NDArray[np.float64]

CODES = ("CLI", "HST", "OPP", "PAT", "RIV")
"""In the order of the matrix."""

YEAR = 2010

TRADE = np.array(
    [
        [900.0, 40.0, 0.0, 30.0, 60.0],
        [50.0, 3000.0, 200.0, 150.0, 300.0],
        [0.0, 260.0, 9000.0, 90.0, 800.0],
        [20.0, 140.0, 110.0, 2500.0, 250.0],
        [110.0, 280.0, 900.0, 240.0, 7000.0],
    ]
)
"""Exporter by importer, USD million; the opponent does not trade with the client."""


def base(trade: Floats, basis: str = "reported") -> BaseWorld:
    """Make a world of the five from its trade."""
    aside = (("CLI", "HST", 40.0),) if basis == "vetted" else ()
    data = ({"data_set": "office-trade", "version": "7", "sha256": "0123456789abcdef"},)
    return BaseWorld(
        YEAR, CODES, trade, MappingProxyType({"QQQ": "no gdp"}), aside, 2, "Office", basis, "gdp", 1.0, data
    )  # fmt: skip


def vetted_trade() -> Floats:
    """Return the trade without what the client is said to sell to the host, which it sells at home instead."""
    trade = TRADE.copy()
    trade[0, 1], trade[0, 0] = 0.0, TRADE[0, 0] + TRADE[0, 1]
    return trade


def worlds() -> Worlds:
    """Return the world as reported and vetted."""
    return Worlds(base(TRADE), base(vetted_trade(), "vetted"), 1.0, "reported")


def rows() -> list[Row]:
    """Return the client's flows of the year, its size and one verdict."""
    found = []
    for other in (1, 3, 4):
        code = CODES[other]
        found.append(seen(f"out-{code.lower()}", "goods_sold", "CLI", code, str(YEAR), TRADE[0, other]))
        found.append(seen(f"in-{code.lower()}", "goods_sold", code, "CLI", str(YEAR), TRADE[other, 0]))
    found.append(seen("size-cli", "size", "CLI", "CLI", str(YEAR), float(TRADE[0].sum())))
    found.append(seen("doubt", "doubts", "CLI", "HST", str(YEAR), 0.9, scenario="CLI"))
    return found


RESTS_ON = ("doubt", "in-hst", "in-pat", "in-riv", "out-hst", "out-pat", "out-riv", "size-cli")
"""Ids of these rows, sorted."""


def others() -> list[Row]:
    """Return rows on which no loss of the year rests: another year, compiler, pair or state."""
    return [
        seen("earlier", "goods_sold", "CLI", "RIV", "2009", 70.0),
        seen("elsewhere", "goods_sold", "CLI", "RIV", str(YEAR), 66.0, compiler="Bureau"),
        seen("without", "goods_sold", "PAT", "RIV", str(YEAR), 250.0),
        seen("size-riv", "size", "RIV", "RIV", str(YEAR), 8530.0),
        seen("doubt-riv", "doubts", "RIV", "HST", str(YEAR), 0.9, scenario="RIV"),
    ]


def ledger(*more: Row) -> Snapshot:
    """Take a snapshot of these rows and more."""
    return world(observation=[*rows(), *others(), *more])


def sized(trade: Floats, size: float) -> Floats:
    """Give the client another size: only what it sells at home changes."""
    made = trade.copy()
    made[0, 0] = size * trade[0].sum() - trade[0, 1:].sum()
    return made


def cut_off(*codes: str) -> Floats:
    """Return factors on trade that are zero between the client and some states."""
    change = np.ones((5, 5))
    for code in codes:
        place = CODES.index(code)
        change[0, place] = change[place, 0] = 0.0
    return change


def plain_welfare(trade: Floats, change: Floats, theta: float, gift: Floats) -> float:
    """Return the client's welfare as a ratio, by the textbook fixed point with money given, deficits kept in money."""
    income, spending = trade.sum(axis=1), trade.sum(axis=0)
    share, deficit = trade / spending, spending - income + gift
    wages = np.ones(5)
    for _ in range(200_000):
        price = (share * change).T @ wages**-theta
        demand = (share * change) @ ((income * wages + deficit) / price)
        following = (demand / income) ** (1.0 / (1.0 + theta))
        following *= income.sum() / (income * following).sum()
        moved = np.abs(following / wages - 1.0).max()
        wages = following
        if moved < 1e-15:
            break
    price = (share * change).T @ wages**-theta
    return float(((income * wages + deficit) / spending * price ** (1.0 / theta))[0])
