"""Trade of any compiler in the shape of the panel ``trade_flow``, and rows of ``observation`` made from it.

A flow that both sides report is two flows: what the exporter says it sold (free on board) and what the importer says
it bought (with insurance and freight). They are never mixed; ``reported_by`` tells them apart, and in ``observation``
the importer's report has the basis ``mirror``.
"""

from __future__ import annotations

import polars as pl

from khasan.ledger.errors import InputError
from khasan.sources.packaged import packaged
from khasan.sources.rows import ZERO_NOTE, observations, row_id

TRADE_FLOW = (
    "exporter",
    "importer",
    "year",
    "month",
    "goods",
    "reported_by",
    "compiler",
    "value",
)
"""Columns of a trade flow; ``goods`` is empty for all goods, ``month`` for a whole year, ``value`` in USD million."""

KEY = TRADE_FLOW[:-1]


def usd_million(dollars: pl.Expr) -> pl.Expr:
    """Turn US dollars into USD million, to fifteen digits: the last bit of a quotient is not the publisher's."""
    return (dollars / 1e6).round_sig_figs(15)


def goods_series() -> pl.DataFrame:
    """Return which series a group of goods belongs to, from ``goods_series.csv`` (``goods`` is null for all goods)."""
    return packaged("goods_series.csv")


def with_period(rows: pl.DataFrame) -> pl.DataFrame:
    """Add ``first`` and ``last``, the days between which a flow of a year or month lies."""
    return rows.with_columns(
        pl.date("year", pl.col("month").fill_null(1), 1).alias("first"),
        pl.date("year", pl.col("month").fill_null(12), 1).dt.month_end().alias("last"),
    )


def shaped_flows(rows: pl.DataFrame, compiler: str, file: str) -> pl.DataFrame:
    """Bring what reporters say of partners to the shape of a trade flow, and check it.

    Parameters
    ----------
    rows : DataFrame
        ``reporter`` and ``partner`` (actors), ``direction`` (import or export of the reporter), ``year``, ``month``,
        ``goods`` and ``value`` in US dollars.
    compiler, file : str
        Who compiled it, and the name for errors.
    """
    sold = pl.col("direction") == "export"
    shaped = rows.select(
        pl.when(sold).then("reporter").otherwise("partner").alias("exporter"),
        pl.when(sold).then("partner").otherwise("reporter").alias("importer"),
        "year",
        "month",
        "goods",
        pl.when(sold).then(pl.lit("exporter")).otherwise(pl.lit("importer")).alias("reported_by"),
        pl.lit(compiler).alias("compiler"),
        usd_million(pl.col("value")).alias("value"),
    )
    return check_for_two_values(check_for_own_trade(shaped.select(TRADE_FLOW)), file).sort(KEY)


def check_for_two_values(flows: pl.DataFrame, file: str) -> pl.DataFrame:
    """Keep each flow once, and refuse one that stands with two values.

    Raises
    ------
    InputError
        Naming the first such flow.
    """
    distinct = flows.unique(maintain_order=True)
    doubled = distinct.filter(distinct.select(KEY).is_duplicated()).sort(*KEY)
    if doubled.height:
        row = doubled.row(0, named=True)
        raise InputError(
            f"{file}: {row['exporter']} to {row['importer']} in {row['year']} ({row['goods'] or 'all goods'}) stands "
            f"with two values, {doubled['value'][0]:g} and {doubled['value'][1]:g} USD million; keep one"
        )
    return distinct


def check_for_own_trade(flows: pl.DataFrame) -> pl.DataFrame:
    """Leave out what a state is said to trade with itself: re-imports, which are no flow between two states."""
    return flows.filter(pl.col("exporter") != pl.col("importer"))


def flow_observations(flows: pl.DataFrame, prefix: str, **constants: str | int | None) -> pl.DataFrame:
    """Make rows of ``observation`` of the flows whose goods are a series.

    Parameters
    ----------
    flows : DataFrame
        In the shape of :data:`TRADE_FLOW`.
    prefix : str
        Beginning of the ids.
    **constants
        Source, origin and credibility of the rows.

    Returns
    -------
    DataFrame
        Rows in USD million: basis ``reported`` where the exporter says it, ``mirror`` where the importer does. A
        recorded 0 is doubtful. Flows of other goods have no series and no row.
    """
    named = with_period(flows.join(goods_series(), on="goods", how="inner", nulls_equal=True, maintain_order="left"))
    yearly = pl.col("month").is_null()
    period = pl.when(yearly).then(pl.col("year").cast(pl.String())).otherwise(pl.col("first").dt.to_string("%Y-%m"))
    zero = pl.col("value") == 0
    rows = named.select(
        row_id(
            prefix,
            period,
            pl.col("goods").fill_null("total"),
            pl.col("exporter"),
            pl.col("importer"),
            pl.col("reported_by"),
        ).alias("id"),
        "series",
        pl.col("exporter").alias("from_actor"),
        pl.col("importer").alias("to_actor"),
        pl.col("first").alias("start"),
        pl.col("last").alias("end"),
        "value",
        "compiler",
        pl.when(pl.col("reported_by") == "importer")
        .then(pl.lit("mirror"))
        .otherwise(pl.lit("reported"))
        .alias("basis"),
        pl.when(zero).then(pl.lit(ZERO_NOTE)).alias("note"),
        pl.when(zero).then(pl.lit("doubtful")).alias("status"),
    )
    return observations(rows, unit="USD million", **constants)
