"""From the countries of a publisher to actors in time; what cannot be placed is set aside and told, never guessed.

Publishers of trade, measures and lists write alpha-3 codes, names or area numbers, and mean groups and residuals too.
So each code is first given its actor, and then kept only where that actor existed in the period; what is left out is
counted by code and reason. Codes of the Correlates of War need the other way round, the year first, since one code is
passed on from state to state: see :mod:`khasan.sources.actors`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import polars as pl

from khasan.sources.actors import FIRST, LAST
from khasan.sources.packaged import packaged


@dataclass(frozen=True, slots=True)
class Placed:
    """Rows that could be placed, and what was set aside: ``code``, ``reason`` and the number of ``rows``."""

    rows: pl.DataFrame
    set_aside: pl.DataFrame

    @property
    def message(self) -> str:
        """One sentence on what was set aside; empty where nothing was."""
        if not self.set_aside.height:
            return ""
        count = self.set_aside["rows"].sum()
        listed = [f"{row['code']} ({row['reason']})" for row in self.set_aside.head(5).iter_rows(named=True)]
        more = f" and {self.set_aside.height - 5} more" if self.set_aside.height > 5 else ""
        return f"{count:,} rows set aside: {', '.join(listed)}{more}"


def set_aside(*parts: pl.DataFrame) -> pl.DataFrame:
    """Count rows that were set aside, each with ``code`` and ``reason``."""
    empty = pl.DataFrame(schema={"code": pl.String(), "reason": pl.String()})
    return (
        pl.concat([empty, *(part.select("code", "reason") for part in parts)])
        .group_by("code", "reason")
        .agg(pl.len().cast(pl.Int64()).alias("rows"))
        .sort("rows", "code", descending=[True, False])
    )


def all_set_aside(*counted: pl.DataFrame) -> pl.DataFrame:
    """Put together what several steps set aside."""
    return (
        pl.concat(counted)
        .group_by("code", "reason")
        .agg(pl.col("rows").sum())
        .sort("rows", "code", descending=[True, False])
    )


def actor_times(table: pl.DataFrame) -> pl.DataFrame:
    """Return when each actor existed, from the table ``actor``, typed or as text.

    Returns
    -------
    DataFrame
        ``actor``, ``valid_from`` and ``valid_to`` (open ends are 0001-01-01 and 9999-12-31).
    """

    def day(name: str, open_end: pl.Expr) -> pl.Expr:
        """Read a column of days, as text or as dates."""
        if name not in table.columns:
            return open_end.alias(name)
        column = pl.col(name).str.to_date("%Y-%m-%d") if table.schema[name] == pl.String() else pl.col(name)
        return column.cast(pl.Date()).fill_null(open_end)

    return table.select(
        pl.col("id").alias("actor"), day("valid_from", pl.lit(FIRST)), day("valid_to", pl.lit(LAST))
    ).unique("actor", maintain_order=True)


def actor_names(table: pl.DataFrame) -> pl.DataFrame:
    """Return every name and alias of every actor in lower case.

    Returns
    -------
    DataFrame
        ``name`` and ``actor``; a name of several actors means the one that still exists, and none where there are
        several of those.
    """
    aliases = pl.col("aliases") if "aliases" in table.columns else pl.lit(None, pl.String())
    listed = pl.concat_list(pl.concat_list("name", "id"), aliases.fill_null("").str.split(";"))
    names = (
        table.select(pl.col("id").alias("actor"), listed.alias("name"))
        .explode("name")
        .with_columns(pl.col("name").str.strip_chars().str.to_lowercase())
        .filter(pl.col("name") != "")
        .unique()
        .join(actor_times(table), on="actor")
        .with_columns((pl.col("valid_to") == LAST).alias("_lasts"))
    )
    meant = pl.col("_lasts") | (pl.col("_lasts").sum().over("name") == 0)
    return names.filter(meant).filter(pl.len().over("name") == 1).select("name", "actor").sort("name")


def in_time(rows: pl.DataFrame, times: pl.DataFrame, columns: dict[str, str], first: str, last: str) -> Placed:
    """Keep the rows whose actors are known and existed at some time in the period.

    Parameters
    ----------
    rows : DataFrame
        With the actor columns and the two date columns.
    times : DataFrame
        As :func:`actor_times` returns it.
    columns : dict of str to str
        Actor column to the column that holds what the publisher wrote, which the message names.
    first, last : str
        Columns with the first and last day of the period.
    """
    away = []
    for column, written in columns.items():
        known = times.rename({"actor": column}).with_columns(pl.lit(True).alias("_known"))
        joined = rows.join(known, on=column, how="left", maintain_order="left")
        outside = (pl.col("valid_to") < pl.col(first)) | (pl.col("valid_from") > pl.col(last))
        reason = (
            pl.when(pl.col("_known").is_null())
            .then(pl.lit("not an actor of this ledger"))
            .when(outside)
            .then(pl.lit("did not exist in the period"))
        )
        joined = joined.with_columns(reason.alias("reason"))
        away.append(
            joined.filter(pl.col("reason").is_not_null()).select(
                pl.col(written).cast(pl.String()).alias("code"), "reason"
            )
        )
        rows = joined.filter(pl.col("reason").is_null()).select(rows.columns)
    return Placed(rows, set_aside(*away))


@cache
def m49() -> pl.DataFrame:
    """Return the numbers by which United Nations statistics name areas, from ``m49.csv``.

    Most are the numbers of ISO 3166-1; some are statistical territories that are larger than the ISO country (842 where
    the ISO number is 840), some name states that are gone, some name no state at all.

    Returns
    -------
    DataFrame
        ``code``, ``actor`` (null where it is no single state), ``kind`` (state, former, territory, group, residual,
        world), ``first_year``, ``last_year`` and ``name``.
    """
    return packaged("m49.csv").with_columns(pl.col("code", "first_year", "last_year").cast(pl.Int64()))


def name_areas(rows: pl.DataFrame, code: str, actor: str) -> Placed:
    """Add the actor of each area number in the year of the row; rows of areas that are no single state are set aside.

    Parameters
    ----------
    rows : DataFrame
        With ``year`` and the column of numbers.
    code, actor : str
        Column of numbers, and the column that is added.
    """
    areas = m49().rename({"code": code, "actor": actor, "kind": "_kind", "name": "_name"})
    first, last = pl.col("first_year").fill_null(0), pl.col("last_year").fill_null(9999)
    used = pl.col("year").is_between(first, last)
    numbered = rows.with_row_index("_place")
    found = numbered.join(areas, on=code, how="left", maintain_order="left").with_columns(used.alias("_used"))
    best = found.sort("_place", "_used", descending=[False, True], nulls_last=True).unique(
        "_place", keep="first", maintain_order=True
    )
    reason = (
        pl.when(pl.col("_kind").is_null())
        .then(pl.lit("an area number that is not in m49.csv"))
        .when(pl.col("_kind") == "world")
        .then(pl.lit("the total of all partners"))
        .when(pl.col(actor).is_null())
        .then(pl.format("{}: no single state", pl.col("_name")))
        .when(pl.col("_used").not_())
        .then(pl.format("{}: the number is not used for {}", pl.col("_name"), pl.col("year")))
    )
    best = best.with_columns(reason.alias("reason"))
    away = best.filter(pl.col("reason").is_not_null()).select(pl.col(code).cast(pl.String()).alias("code"), "reason")
    kept = best.filter(pl.col("reason").is_null()).select(*rows.columns, actor)
    return Placed(kept, set_aside(away))
