"""Rows made of what RIPEstat shows: through which countries the networks of a client are reached, and since when.

Which country a network is of comes from the answers themselves (``rir-stats-country``), not from a list here.
"""

from __future__ import annotations

import polars as pl

from khasan.sources.places import Placed, actor_times, all_set_aside, in_time, set_aside
from khasan.sources.rows import observations, row_id

COMPILER = "RIPE NCC"


def carried_rows(
    routes: pl.DataFrame,
    networks: pl.DataFrame,
    actor_table: pl.DataFrame,
    client: str,
    source: str,
    credibility: int = 2,
) -> Placed:
    """Count by calendar month through which countries the networks of a client were reached.

    Parameters
    ----------
    routes : DataFrame
        As :func:`read_routes` returns it, with first hops, for the networks of the client.
    networks : DataFrame
        As :func:`read_network` returns it, for the first hops.
    actor_table : DataFrame
        Table ``actor`` with ``iso2``.
    client : str
        Actor whose networks they are.
    source : str
        Id of the source.
    credibility : int
        Digit of the rows.

    Returns
    -------
    Placed
        ``rows`` of the series ``bgp_prefixes_via`` (different prefixes that were seen through networks of the country
        in the month; a prefix may count for two countries) and ``bgp_prefixes_total`` (different prefixes at all).
        Months in which nothing was seen have no row. First hops of unknown country are set aside, and count in the
        total only.
    """
    monthly = _by_month(routes)
    placed = (
        monthly.drop_nulls("via")
        .join(networks.rename({"network": "via"}), on="via", how="left")
        .join(_countries(actor_table), on="iso2", how="left")
    )
    unknown = placed.filter(pl.col("actor").is_null()).select(
        pl.format("AS{}", "via").alias("code"), pl.lit("its country is not known here").alias("reason")
    )
    counted = pl.concat([_all_prefixes(monthly, client), _through(placed, client)]).with_columns(
        pl.col("month").alias("start"), pl.col("month").dt.month_end().alias("end")
    )
    ends = {"from_actor": "from_actor", "to_actor": "to_actor"}
    known = in_time(counted, actor_times(actor_table), ends, "start", "end")
    series, month = pl.col("series").str.replace_all("_", "-"), pl.col("start").dt.to_string("%Y-%m")
    rows = known.rows.select(
        row_id("ripestat", series, month, pl.col("from_actor")).alias("id"),
        *("series", "from_actor", "to_actor", "start", "end", "value", "note"),
    )
    constants = {"unit": "prefixes", "compiler": COMPILER, "basis": "reported", "source": source}
    made = observations(rows, credibility=credibility, **constants)
    return Placed(made.sort("id"), all_set_aside(set_aside(unknown), known.set_aside))


def _by_month(routes: pl.DataFrame) -> pl.DataFrame:
    """Give each route a row in every calendar month in which it was seen."""
    first = pl.col("start").dt.month_start().dt.truncate("1d")
    months = routes.with_columns(pl.datetime_ranges(first, pl.col("end"), "1mo").alias("month")).explode("month")
    return months.drop_nulls("month").with_columns(pl.col("month").dt.date())


def _all_prefixes(monthly: pl.DataFrame, client: str) -> pl.DataFrame:
    """Count the different prefixes of a month."""
    return monthly.group_by("month").agg(pl.col("prefix").n_unique().cast(pl.Float64()).alias("value")).select(
        pl.lit("bgp_prefixes_total").alias("series"),
        pl.lit(client).alias("from_actor"),
        pl.lit("WLD").alias("to_actor"),
        "month",
        "value",
        pl.lit(None, pl.String()).alias("note"),
    )  # fmt: skip


def _through(placed: pl.DataFrame, client: str) -> pl.DataFrame:
    """Count the different prefixes of a month by the country of the first hop, and name the hops."""
    inside = pl.col("month").is_between("valid_from", "valid_to")
    hops = pl.col("via").unique().sort().cast(pl.String()).str.join(", AS")
    return (
        placed.filter(inside & (pl.col("actor") != client))
        .group_by("month", "actor")
        .agg(pl.col("prefix").n_unique().cast(pl.Float64()).alias("value"), hops.alias("_hops"))
        .select(
            pl.lit("bgp_prefixes_via").alias("series"),
            pl.col("actor").alias("from_actor"),
            pl.lit(client).alias("to_actor"),
            "month",
            "value",
            pl.format("through AS{}", "_hops").alias("note"),
        )
    )


def link_events(
    routes: pl.DataFrame,
    networks: pl.DataFrame,
    actor_table: pl.DataFrame,
    client: str,
    source: str,
    credibility: int = 2,
) -> pl.DataFrame:
    """Make rows of ``event``: one for each pair of network and first hop, on the day on which it was first seen.

    Parameters
    ----------
    routes : DataFrame
        As :func:`khasan.sources.ripestat.read_routes` returns it, with first hops. A route that is seen from the very
        beginning of the answer may be older than it, and has no row.
    networks : DataFrame
        As :func:`khasan.sources.ripestat.read_network` returns it: who holds the networks and where.
    actor_table : DataFrame
        Table ``actor`` with ``iso2``.
    client : str
        Actor whose networks the origins are.
    source : str
        Id of the source.
    credibility : int
        Digit of the rows.
    """
    begins = routes["start"].min()
    first = (
        routes.drop_nulls("via")
        .group_by("network", "via")
        .agg(pl.col("start").min().alias("seen"))
        .filter(pl.col("seen") > begins)
        .with_columns(pl.col("seen").dt.date().alias("date"))
        .join(networks.rename({"network": "via", "holder": "_via_holder"}), on="via", how="inner")
        .join(networks.select("network", pl.col("holder").alias("_holder")), on="network", how="left")
        .join(_countries(actor_table), on="iso2", how="inner")
        .filter(pl.col("date").is_between("valid_from", "valid_to") & (pl.col("actor") != client))
    )

    def named(number: str, holder: str) -> pl.Expr:
        """Name a network by its number, and its holder where known."""
        plain = pl.format("AS{}", pl.col(number))
        return pl.when(pl.col(holder).is_null()).then(plain).otherwise(pl.format("AS{} ({})", number, holder))

    own, carrier = named("network", "_holder"), named("via", "_via_holder")
    return first.select(
        row_id("ripestat-link", pl.col("date"), pl.col("via"), pl.col("network")).alias("id"),
        "date",
        pl.lit("day").alias("precision"),
        pl.concat_str("actor", pl.lit(client), separator=";").alias("actors"),
        pl.lit("telecom").alias("kind"),
        pl.concat_str(own, pl.lit(" is first seen to be reached through "), carrier).alias("what"),
        pl.lit(credibility).alias("credibility"),
        pl.lit(source).alias("source"),
    ).sort("date", "id")


def _countries(actor_table: pl.DataFrame) -> pl.DataFrame:
    """Return the actor of each alpha-2 code, with the days between which it existed."""
    coded = actor_table.select(pl.col("id").alias("actor"), "iso2").drop_nulls("iso2")
    return coded.join(actor_times(actor_table), on="actor")
