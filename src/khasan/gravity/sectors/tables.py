"""The tables of a sector economy as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
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


def frames_of(tables: Tables) -> dict[str, pl.DataFrame]:
    """Turn arrays back into frames with one row a cell."""

    def frame(cells: Floats, names: Mapping[str, Sequence[str]], value: str = "value") -> pl.DataFrame:
        """Lay out cells under the names of their axes."""
        spots = np.indices(cells.shape).reshape(cells.ndim, -1)
        columns = {key: np.asarray(words)[spot] for (key, words), spot in zip(names.items(), spots, strict=True)}
        return pl.DataFrame({**columns, value: cells.reshape(-1)})

    sectors, regions = tables.sectors, tables.regions
    pairs = {"sector": sectors, "exporter": regions, "importer": regions}
    cells = {"region": regions, "sector": sectors}
    return {
        "trade": frame(tables.trade, pairs).with_columns(frame(tables.tariff, pairs, "tariff")["tariff"]),
        "inputs": frame(tables.inputs, {"region": regions, "input": sectors, "sector": sectors}),
        "final_demand": frame(tables.final, cells),
        "value_added": frame(tables.value_added, cells),
        "deficit": frame(tables.deficit, {"region": regions}, "D"),
        "theta": frame(tables.theta, {"sector": sectors}),
    }
