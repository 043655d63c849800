"""The tables of a sector economy as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tables:
    """Checked tables in one unit of money; ``n`` regions and ``j`` sectors.

    Attributes
    ----------
    sectors, regions : tuple of str
        Names, in the order of the arrays.
    trade : array of shape (j, n, n)
        Sector, exporter, importer: value net of tariff, own sales included.
    tariff : array of shape (j, n, n)
        Ad valorem rate of the importer; 0.1 is 10 percent.
    inputs : array of shape (n, j, j)
        Region, input, using sector: value, tariffs included.
    final : array of shape (n, j)
        Final consumption, tariffs included.
    value_added : array of shape (n, j)
        Of one factor.
    deficit : array of shape (n,)
        Imports less exports, net of tariff.
    theta : array of shape (j,)
        Trade elasticities.
    """

    sectors: tuple[str, ...]
    regions: tuple[str, ...]
    trade: Floats
    tariff: Floats
    inputs: Floats
    final: Floats
    value_added: Floats
    deficit: Floats
    theta: Floats
