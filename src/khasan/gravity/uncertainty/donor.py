"""Output, inputs and final demand of a country from its trade, its size and another country's technology."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from khasan.ledger.errors import InputError

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Row:
    """Accounts of one country; arrays of shape (sectors,), in one unit of money.

    Attributes
    ----------
    own : array
        Sales at home.
    inputs : array of shape (sectors, sectors)
        Input by using sector, tariffs included.
    final, added : array
        Final demand and value added.
    bent : tuple of str
        Sectors without own sales, whose final demand is not the donor's.
    """

    own: Floats
    inputs: Floats
    final: Floats
    added: Floats
    bent: tuple[str, ...]


def own_row(
    *,
    exports: Floats,
    imports: Floats,
    spending: float,
    inputs: Floats,
    added: Floats,
    final: Floats,
    sectors: Sequence[str],
    client: str,
) -> Row:
    """Solve for the accounts of a country.

    With the donor's input coefficients A and shares f of final demand, exports E, imports M and spending C::

        Y = A Y + f C + E - M,   own sales = Y - E

    Where own sales would be negative they are zero: final demand of the sector is then M - A Y, and that of the other
    sectors shares what is left of C. Value added adds up to C + E - M in any case.

    Parameters
    ----------
    exports, imports : array of shape (sectors,)
        By sector; imports with tariffs.
    spending : float
        Final demand over all sectors: value added, trade deficit and tariff revenue.
    inputs : array of shape (sectors, sectors)
        The donor's, input by using sector.
    added, final : array of shape (sectors,)
        The donor's value added and final demand.
    sectors : sequence of str
        Names for messages.
    client : str
        Whose accounts.

    Raises
    ------
    InputError
        Where the donor's technology cannot carry this trade.

    Source: Leontief's quantity system; Miller and Blair (2009), Input-output analysis, chapter 2.
    """
    cost = added + inputs.sum(axis=0)
    made = cost > 0.0
    coefficients = np.where(made, inputs / np.where(made, cost, 1.0), 0.0)
    value_share = np.where(made, added / np.where(made, cost, 1.0), 1.0)
    taste = final / final.sum()
    count = len(sectors)
    bent = np.zeros(count, dtype=bool)
    for _ in range(count + 1):
        # Unknowns are output Y and the spending s that the free sectors share by taste. In a free sector
        # Y - A Y - f s = E - M; in a bent one Y = E. Final demand of bent sectors is M - A Y, which is known from Y.
        free = ~bent
        system = np.eye(count + 1)
        right = np.empty(count + 1)
        system[:count, :count][free] -= coefficients[free]
        system[:count, count] = np.where(free, -taste, 0.0)
        right[:count] = np.where(free, exports - imports, exports)
        # Spending adds up: free taste times s, and M - A Y of the bent ones.
        system[count, :count] = -coefficients[bent].sum(axis=0)
        system[count, count] = taste[free].sum()
        right[count] = spending - imports[bent].sum()
        try:
            solved = np.linalg.solve(system, right)
        except np.linalg.LinAlgError:
            break
        output, shared = solved[:count], float(solved[count])
        own = np.where(bent, 0.0, output - exports)
        short = free & (own < 0.0)
        if not short.any():
            demand = np.where(bent, imports - coefficients @ output, taste * shared)
            if (demand < 0.0).any() or (output < 0.0).any():
                break
            return Row(
                own, coefficients * output, demand, value_share * output,
                tuple(name for name, flag in zip(sectors, bent, strict=True) if flag),
            )  # fmt: skip
        bent |= short
    raise InputError(
        f"{client}: the donor's technology cannot carry this trade and size (imports {imports.sum():.6g}, exports "
        f"{exports.sum():.6g}, spending {spending:.6g}); choose another donor, or check the money of value_added"
    )
