"""Rows of the table ``observation`` from counts of roll calls (:mod:`khasan.sources.general_assembly`)."""

from __future__ import annotations

import polars as pl

from khasan.sources.actors import clip
from khasan.sources.general_assembly import session_days
from khasan.sources.rows import row_id

PAIR = [pl.col("from_actor"), pl.col("to_actor")]


def cell_rows(counts: pl.DataFrame) -> pl.DataFrame:
    """Make one row a cell of :func:`cells`: ``votes_yes_no`` is yes by the first actor and no by the second.

    Returns
    -------
    DataFrame
        ``id``, ``series``, ``from_actor``, ``to_actor``, ``year``, ``value`` (roll calls).
    """
    initials = pl.col("from_vote").str.head(1) + pl.col("to_vote").str.head(1)
    return counts.select(
        row_id("d-votes", initials, *PAIR, pl.col("year")).alias("id"),
        pl.concat_str(pl.lit("votes"), "from_vote", "to_vote", separator="_").alias("series"),
        "from_actor",
        "to_actor",
        "year",
        pl.col("count").cast(pl.Float64()).alias("value"),
    )


def same_and_both_rows(counts: pl.DataFrame, name: str, parts: list[pl.Expr]) -> pl.DataFrame:
    """Make two rows of each count of :func:`same_and_both`: ``votes_NAME_same`` and ``votes_NAME_both``.

    Parameters
    ----------
    counts : DataFrame
        With ``same`` and ``both``; other columns are kept.
    name : str
        What is counted: contested, issue or session.
    parts : list of Expr
        What follows in the id.
    """
    made = [
        counts.with_columns(
            row_id(f"d-{name}-{which}", *parts).alias("id"),
            pl.lit(f"votes_{name}_{which}").alias("series"),
            pl.col(which).cast(pl.Float64()).alias("value"),
        ).drop("same", "both")
        for which in ("same", "both")
    ]
    return pl.concat(made)


def held_rows(counts: pl.DataFrame, assembly: str) -> pl.DataFrame:
    """Make one row a year of the roll calls held by the assembly."""
    return counts.select(
        row_id("d-roll-calls", pl.col("year")).alias("id"),
        pl.lit("roll_calls_held").alias("series"),
        pl.lit(assembly).alias("from_actor"),
        pl.lit(assembly).alias("to_actor"),
        "year",
        pl.col("held").cast(pl.Float64()).alias("value"),
    )


def session_rows(counts: pl.DataFrame, roll_calls: pl.DataFrame, actors: pl.DataFrame) -> pl.DataFrame:
    """Make two rows a session, from its first to its last roll call, within the existence of both actors."""
    rows = same_and_both_rows(counts, "session", [*PAIR, pl.col("session")])
    dated = rows.join(session_days(roll_calls), on="session", how="left")
    known = dated.with_columns(pl.col("end").alias("known_from"), pl.format("session {}", "session").alias("scenario"))
    return clip(known, actors).drop("session")
