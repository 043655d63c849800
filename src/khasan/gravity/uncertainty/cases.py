"""Cases of the model of many sectors: a client in the money of the tables, and who no longer trades with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from khasan.ledger.errors import InputError

CELL = ("sector", "exporter", "importer")


class Scaled(NamedTuple):
    """A client in the money of the tables: its trade, its value added, and what both were multiplied with."""

    trade: pl.DataFrame
    value_added: float
    factor: float
    caveat: str


def scaled_to_tables(
    tables: Mapping[str, pl.DataFrame], trade: pl.DataFrame, value_added: float, world: float
) -> Scaled:
    """Put a client of another year into the money of the tables.

    All its flows and its value added are multiplied with one factor, value added of the tables' world over that of the
    world in the client's own year. So the client is as large beside the world as it was, and its trade as large beside
    its economy. The latter decides its losses; the former hardly does, as long as the client is small: with twice the
    factor a loss moved by less than 0.001 points where it was tried.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        With ``value_added``.
    trade : DataFrame
        The client's, with ``value``.
    value_added : float
        The client's, in the same money.
    world : float
        Value added of the world in the client's year, in the same money.

    Returns
    -------
    Scaled
        Unit: the tables' money.

    Raises
    ------
    InputError
        Where a size is not positive, or the world not larger than the client.

    Source: own definition.
    """
    if not (np.isfinite(world) and 0.0 < value_added < world):
        raise InputError(
            f"value_added {value_added:.6g}, world {world:.6g}: both above 0, and the world the larger one"
        )
    factor = float(tables["value_added"]["value"].sum()) / world
    return Scaled(
        trade.with_columns(pl.col("value") * factor),
        value_added * factor,
        factor,
        "the tables are of another year than the client's trade: the client is as large beside the world, and its "
        "trade as large beside its economy, as in its own year, while all others, their prices and their technology "
        "are the tables'",
    )


def cut_off(
    client: str, partners: Sequence[str], sectors: Sequence[str], *, imports_only: bool = False, cut: float = 1.0
) -> pl.DataFrame:
    """Make a case: partners leave a client, in some goods, wholly or in part.

    Parameters
    ----------
    client : str
        Who is left.
    partners, sectors : sequence of str
        By whom, and in which goods.
    imports_only : bool
        Whether only what the client buys is cut off, and not what it sells.
    cut : float
        Part of the trade that is cut off at given prices, 0 to 1; 1 is an embargo.

    Returns
    -------
    DataFrame
        ``sector``, ``exporter``, ``importer``, ``cut``.
    """
    ends = [(partner, client) for partner in partners]
    ends += [] if imports_only else [(client, partner) for partner in partners]
    rows = [(sector, exporter, importer, cut) for sector in sectors for exporter, importer in ends]
    return pl.DataFrame(rows, schema=dict.fromkeys(CELL, pl.String()) | {"cut": pl.Float64()}, orient="row")
