"""What a change of trade costs does to each region: exact real income, and the paper's first-order sum.

The two are not two estimates of one number. The first-order formula is a derivative, with finite changes put in; exact
real income is what households can buy. On small changes they agree, and the sum of many small ones leads to the exact
change; on a doubling of trade they do not.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from khasan.gravity.sectors.sweep import Outcome

Floats = NDArray[np.float64]


class Welfare(NamedTuple):
    """Changes from the solved baseline by region; unit: percent."""

    real_income: Floats
    first_order: Floats
    terms_of_trade: Floats
    volume_of_trade: Floats
    real_wage: Floats


def welfare(before: Outcome, after: Outcome, trade_before: Floats, trade_after: Floats, tariff: Floats) -> Welfare:
    """Compare two solutions from the same tables.

    With trade M net of tariffs (good j, from i to n), costs c and incomes I, a hat being the second solution over the
    first, and everything else of the first::

        real income      (I_n^ / PF_n^ - 1)
        terms of trade   1 / I_n sum_j sum_i [M_jni (c_nj^ - 1) - M_jin (c_ij^ - 1)]
        volume of trade  1 / I_n sum_j sum_i tariff_jin M_jin [(M_jin^ - 1) - (c_ij^ - 1)]
        first order      their sum
        real wage        (w_n^ / PF_n^ - 1)

    Parameters
    ----------
    before, after : Outcome
        The solved baseline and the solved scenario.
    trade_before, trade_after : array of shape (sectors, exporters, importers)
        Net of tariffs, in money.
    tariff : array of shape (sectors, exporters, importers)
        Of the baseline.

    Returns
    -------
    Welfare
        Unit: percent.

    Source: Caliendo and Parro (2015), Review of Economic Studies 82(1), equations 15 to 17, for the first-order terms.
    """
    prices = np.exp(after.living - before.living)
    dearer = np.expm1(after.costs - before.costs).T
    sold = (trade_before * dearer[:, :, None]).sum(axis=2).sum(axis=0)
    bought = (trade_before * dearer[:, :, None]).sum(axis=1).sum(axis=0)
    terms = (sold - bought) / before.income
    volume = (tariff * (trade_after - trade_before - trade_before * dearer[:, :, None])).sum(axis=(0, 1))
    volume /= before.income
    real_wage = np.exp(after.point.wages - before.point.wages) / prices - 1.0
    real_income = after.income / before.income / prices - 1.0
    return Welfare(*(100.0 * measure for measure in (real_income, terms + volume, terms, volume, real_wage)))
