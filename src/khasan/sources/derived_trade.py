"""Rows of trade for the actors that somebody asks about, from the panel ``trade_flow``.

Flows stand as the compiler prints them; totals are sums over all recorded flows, and say over how many partners.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from khasan.sources.correlates_trade import COMPILER
from khasan.sources.rows import ZERO_NOTE, observations, row_id, year_span

TRADE: dict[str, str | int | None] = {
    "unit": "USD million",
    "compiler": COMPILER,
    "origin": "cow",
    "credibility": 2,
    "source": "cow-trade",
}
WORLD = "WLD"


def flow_rows(flows: pl.DataFrame) -> pl.DataFrame:
    """Make one row of ``goods_export`` a recorded flow; a recorded 0 is marked doubtful.

    Parameters
    ----------
    flows : DataFrame
        ``exporter``, ``importer``, ``year``, ``value`` (USD million).
    """
    zero = pl.col("value") == 0
    rows = flows.select(
        row_id("d-cow", pl.col("year"), pl.col("exporter"), pl.col("importer")).alias("id"),
        pl.col("exporter").alias("from_actor"),
        pl.col("importer").alias("to_actor"),
        *year_span(),
        "value",
        pl.when(zero).then(pl.lit(ZERO_NOTE)).alias("note"),
        pl.when(zero).then(pl.lit("doubtful")).alias("status"),
    )
    return observations(rows, series="goods_export", basis="reported", **TRADE)


def totals(flows: pl.DataFrame, actors: Iterable[str]) -> pl.DataFrame:
    """Add up the recorded flows of some actors by year.

    total(t) = sum over partners k of X_k(t) + M_k(t), over recorded flows only; null where none is recorded.

    Parameters
    ----------
    flows : DataFrame
        Every flow of these actors.

    Returns
    -------
    DataFrame
        ``actor``, ``year``, ``exports``, ``imports``, ``total`` (USD million), ``partners`` (with a recorded flow).
    """
    wanted = list(actors)
    sold = flows.select(
        pl.col("exporter").alias("actor"), pl.col("importer").alias("partner"), "year", pl.col("value").alias("exports")
    )
    bought = flows.select(
        pl.col("importer").alias("actor"), pl.col("exporter").alias("partner"), "year", pl.col("value").alias("imports")
    )
    both = pl.concat([sold, bought], how="diagonal").filter(pl.col("actor").is_in(wanted))

    def recorded(column: str) -> pl.Expr:
        """Sum a column; without any value the sum is missing, not 0."""
        return pl.when(pl.col(column).count() > 0).then(pl.col(column).sum()).alias(column)

    some = pl.col("exports").is_not_null() | pl.col("imports").is_not_null()
    return (
        both.group_by("actor", "year")
        .agg(
            recorded("exports"),
            recorded("imports"),
            pl.col("partner").n_unique().cast(pl.Int64).alias("partners"),
        )
        .with_columns(
            pl.when(some).then(pl.col("exports").fill_null(0) + pl.col("imports").fill_null(0)).alias("total")
        )
        .sort("actor", "year")
    )


def whole_trade_rows(sums: pl.DataFrame) -> pl.DataFrame:
    """Make one row a year of an actor's two-way trade with all its partners, against which a share is measured."""
    rows = sums.filter(pl.col("total") > 0).select(
        row_id("d-cow", pl.col("year"), pl.col("actor"), "total").alias("id"),
        pl.col("actor").alias("from_actor"),
        pl.lit(WORLD).alias("to_actor"),
        *year_span(),
        pl.col("total").cast(pl.Float64()).alias("value"),
    )
    return observations(rows, series="client_trade_total", **{**TRADE, "basis": "derived"})


def total_rows(sums: pl.DataFrame, notes: pl.DataFrame | None = None) -> pl.DataFrame:
    """Make rows of total, exports, imports and number of partners of each actor and year.

    Parameters
    ----------
    sums : DataFrame
        As :func:`totals` returns it.
    notes : DataFrame, optional
        ``actor``, ``year``, ``note``: what a reader must know beside a total.
    """
    if notes is None:
        told = sums.with_columns(pl.lit(None, pl.String()).alias("note"))
    else:
        told = sums.join(notes, on=["actor", "year"], how="left", maintain_order="left")
    shapes = (
        ("total", "client_trade_total", True, "total"),
        ("exports", "client_trade_exports", True, "exports"),
        ("imports", "client_trade_imports", False, "imports"),
        ("partners", "trade_partners_counted", True, "partners"),
    )
    made = []
    for column, series, gives, name in shapes:
        counted = series == "trade_partners_counted"
        zero = (pl.col(column) == 0) & ~pl.lit(counted)
        doubt = pl.concat_str(pl.lit("doubtful: "), pl.col("note").fill_null("no flow above 0 is recorded"))
        rows = told.drop_nulls(column).select(
            row_id("d-cow", pl.col("year"), pl.col("actor"), name).alias("id"),
            (pl.col("actor") if gives else pl.lit(WORLD)).alias("from_actor"),
            (pl.lit(WORLD) if gives else pl.col("actor")).alias("to_actor"),
            *year_span(),
            pl.col(column).cast(pl.Float64()).alias("value"),
            (pl.lit(None, pl.String()) if counted else pl.when(zero).then(doubt).otherwise("note")).alias("note"),
            pl.when(zero).then(pl.lit("doubtful")).alias("status"),
        )
        constants = {**TRADE, "basis": "derived", "unit": "partners" if counted else "USD million"}
        made.append(observations(rows, series=series, **constants))
    return pl.concat(made)


def unseen_partners(flows: pl.DataFrame, client: str, partners: pl.DataFrame) -> pl.DataFrame:
    """List, by year, the main partners that existed but have no recorded flow above 0 with a client.

    Parameters
    ----------
    flows : DataFrame
        Every flow of the client.
    partners : DataFrame
        ``actor`` and ``year``: the main partners in each year of their existence.

    Returns
    -------
    DataFrame
        ``actor`` (the client), ``year``, ``note``.
    """
    own = flows.filter((pl.col("exporter") == client) | (pl.col("importer") == client))
    other = pl.when(pl.col("exporter") == client).then("importer").otherwise("exporter").alias("actor")
    seen = own.filter(pl.col("value") > 0).select("year", other).unique()
    grid = own.select("year").unique().join(partners, on="year")
    lacking = grid.join(seen, on=["year", "actor"], how="anti").sort("year", "actor")
    named = lacking.group_by("year", maintain_order=True).agg(pl.col("actor").str.join(", "))
    note = pl.format("no flow above 0 with {}", "actor").alias("note")
    return named.select(pl.lit(client).alias("actor"), "year", note)


def verdict_rows(verdicts: pl.DataFrame, sums: pl.DataFrame) -> pl.DataFrame:
    """Make one row a suspect flow of a client, and one a client and year with the number of them.

    Parameters
    ----------
    verdicts : DataFrame
        The panel ``trade_verdict`` of the clients in question.
    sums : DataFrame
        As :func:`totals` returns it: the clients and years in which any flow is recorded.
    """
    export = pl.col("direction") == "export"
    suspects = verdicts.filter("suspect")
    reason = pl.when(pl.col("namesake").is_null()).then("reason").otherwise(pl.format("{} {}", "reason", "namesake"))
    flows = suspects.select(
        row_id("d-vet", pl.col("year"), pl.col("client"), pl.col("direction"), pl.col("partner")).alias("id"),
        pl.when(export).then("client").otherwise("partner").alias("from_actor"),
        pl.when(export).then("partner").otherwise("client").alias("to_actor"),
        *year_span(),
        pl.col("score").cast(pl.Float64).round(4).alias("value"),
        pl.col("client").alias("scenario"),
        reason.alias("note"),
    )
    found = suspects.group_by(pl.col("client").alias("actor"), "year").agg(pl.len().alias("suspects"))
    counted = sums.join(found, on=["actor", "year"], how="left", maintain_order="left").select(
        row_id("d-vet", pl.col("year"), pl.col("actor"), "suspects").alias("id"),
        pl.col("actor").alias("from_actor"),
        pl.lit(WORLD).alias("to_actor"),
        *year_span(),
        pl.col("suspects").fill_null(0).cast(pl.Float64).alias("value"),
    )
    constants = {**TRADE, "basis": "derived", "credibility": 3}
    return pl.concat(
        [
            observations(flows, series="trade_suspicion", **{**constants, "unit": "score"}),
            observations(counted, series="trade_suspects", **{**constants, "unit": "flows"}),
        ]
    )
