"""A client's trade by partner and period, from directed flows."""

from __future__ import annotations

import polars as pl

from khasan.ledger.errors import InputError

FLOWS = ("trade", "exports", "imports")
"""What may be counted: both directions, the client's exports, the client's imports."""

_BOTH = 2 / 3
"""Share of a partner's best-known direction that both directions together must reach to be counted together."""


def client_trade(trade_flow: pl.DataFrame, client: str, flow: str = "trade", count_zeros: bool = False) -> pl.DataFrame:
    """Add up a client's flows by partner and period, each partner in one composition throughout.

    ``trade`` is exports plus imports where both are known in at least two thirds of the periods of the better known
    direction; otherwise the better known direction alone, in every period. So no period compares two directions with
    one. A missing direction is never counted as 0.

    Parameters
    ----------
    trade_flow : DataFrame
        ``exporter``, ``importer``, ``year`` (Int64) or ``month`` (Date, its first day), ``value``; one compiler.
    client : str
        Actor whose trade it is.
    flow : str
        trade, exports or imports, of the client.
    count_zeros : bool
        Whether a recorded 0 counts. By default it does not: compilers write 0 for what they do not know.

    Returns
    -------
    DataFrame
        ``partner``, ``year`` or ``month``, ``value`` in the unit of the flows, ``composition`` (trade, exports or
        imports). One row a partner and period with data.

    Source: the flows given.
    """
    if flow not in FLOWS:
        raise InputError(f"flow {flow!r} is unknown; choose {', '.join(FLOWS)}")
    period = time_column(trade_flow)
    known = trade_flow.filter(
        ((pl.col("exporter") == client) | (pl.col("importer") == client))
        & (pl.col("exporter") != pl.col("importer"))
        & (pl.col("value").is_finite())
        & (pl.col("value") >= 0 if count_zeros else pl.col("value") > 0)
    )
    sold = pl.col("exporter") == client
    sides = known.select(
        pl.when(sold).then("importer").otherwise("exporter").alias("partner"),
        period,
        pl.when(sold).then("value").alias("exports"),
        pl.when(sold.not_()).then("value").alias("imports"),
    )
    if sides.height != sides.select("partner", period, pl.col("exports").is_null()).n_unique():
        raise InputError(f"two values of one flow of {client} in one {period}; keep one compiler and one vintage")
    table = sides.group_by("partner", period).agg(pl.col("exports").max(), pl.col("imports").max())
    table = table.with_columns(trade=pl.col("exports") + pl.col("imports"))
    if flow == "trade":
        count = {name: pl.col(name).count().over("partner") for name in FLOWS}
        best = pl.max_horizontal(count["exports"], count["imports"])
        choice = (
            pl.when((count["trade"] > 0) & (count["trade"] >= _BOTH * best))
            .then(pl.lit("trade"))
            .when(count["exports"] > count["imports"])
            .then(pl.lit("exports"))
            .otherwise(pl.lit("imports"))
        )
    else:
        choice = pl.lit(flow)
    value = pl.coalesce(pl.when(pl.col("composition") == name).then(name) for name in FLOWS)
    return (
        table.with_columns(composition=choice)
        .select("partner", period, value=value, composition="composition")
        .drop_nulls("value")
        .sort("partner", period)
    )


def time_column(frame: pl.DataFrame) -> str:
    """Say whether a frame is by ``year`` or by ``month`` (no unit: a name).

    Source: the columns of the frame.
    """
    found = [name for name in ("year", "month") if name in frame.columns]
    if len(found) != 1:
        raise InputError(
            f"flows need one of the columns year and month, and have {', '.join(found) or 'neither'}; keep one of them"
        )
    return found[0]
