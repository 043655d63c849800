"""Rows of what pairs did in the General Assembly, from the panels ``vote``, ``roll_call`` and ``roll_call_issue``."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from khasan.sources import general_assembly as assembly
from khasan.sources import vote_rows as ballots
from khasan.sources.rows import observations, row_id, year_span

VOTES: dict[str, str | int | None] = {
    "unit": "roll calls",
    "compiler": "United Nations",
    "basis": "derived",
    "origin": "un",
    "credibility": 2,
    "source": "unga-votes",
}
ASSEMBLY = "UN"


def vote_rows(
    votes: pl.DataFrame,
    roll_calls: pl.DataFrame,
    issues: pl.DataFrame,
    actors: pl.DataFrame,
    focus: Iterable[str],
    detailed: Iterable[str],
    years: tuple[int, int] | None = None,
) -> pl.DataFrame:
    """Make rows of cells, contested roll calls, issues and sessions of pairs, and of the roll calls held.

    Parameters
    ----------
    votes, roll_calls, issues : DataFrame
        The panels; ``votes`` of the actors in question only.
    actors : DataFrame
        ``actor``, ``valid_from``, ``valid_to`` of these actors.
    focus : iterable of str
        A pair is counted where one of the two is among these.
    detailed : iterable of str
        Pairs with one of these are also counted by issue and by session.
    years : tuple of int and int, optional
        Only rows of these calendar years, and the whole sessions that touch them.
    """
    calls = every = roll_calls.rename({"roll_call": "rcid"})
    if years is not None:
        touched = calls.filter(pl.col("year").is_between(*years)).get_column("session").unique()
        calls = calls.filter(pl.col("session").is_in(touched.implode()))
    given = votes.rename({"roll_call": "rcid", "answer": "vote"}).join(
        calls.select("rcid", "session", "date", "year"), on="rcid", how="inner"
    )
    among = list(focus)
    pairs = assembly.pair_votes(given.select("rcid", "session", "date", "year", "actor", "vote")).filter(
        pl.col("from_actor").is_in(among) | pl.col("to_actor").is_in(among)
    )
    open_calls = calls.filter(pl.col("largest") < assembly.CONTESTED_BELOW)
    contested = pairs.join(open_calls, on="rcid", how="semi")
    close = list(detailed)
    of_client = pairs.filter(pl.col("from_actor").is_in(close) | pl.col("to_actor").is_in(close))
    topics = issues.rename({"roll_call": "rcid"})
    by_issue = assembly.same_and_both(of_client.join(topics, on="rcid"), ["year", "short_name", "issue"])
    year, topic = pl.col("year"), pl.col("short_name")
    yearly = pl.concat(
        [
            ballots.cell_rows(assembly.cells(pairs)),
            ballots.same_and_both_rows(assembly.same_and_both(contested, ["year"]), "contested", [*ballots.PAIR, year]),
            ballots.same_and_both_rows(by_issue, "issue", [topic, *ballots.PAIR, year])
            .rename({"issue": "scenario"})
            .drop("short_name"),
            ballots.held_rows(assembly.held(calls), ASSEMBLY),
        ],
        how="diagonal",
    )
    if years is not None:
        yearly = yearly.filter(pl.col("year").is_between(*years))
    dated = yearly.join(assembly.known_days(every), on="year", how="left").with_columns(
        pl.date("year", 1, 1).alias("start")
    )
    sessions = ballots.session_rows(assembly.same_and_both(of_client, ["session"]), calls, actors)
    return observations(pl.concat([dated.drop("year"), sessions], how="diagonal_relaxed"), **VOTES)


def ideal_point_rows(points: pl.DataFrame, roll_calls: pl.DataFrame) -> pl.DataFrame:
    """Make one row a state and session of its ideal point, known from the last roll call of the session.

    Parameters
    ----------
    points : DataFrame
        The panel ``ideal_point``.
    roll_calls : DataFrame
        The panel ``roll_call``.
    """
    ends = assembly.session_days(roll_calls.rename({"roll_call": "rcid"})).select("session", known_from="end")
    rows = points.join(ends, on="session", how="inner", maintain_order="left").select(
        row_id("d-ideal", pl.col("year"), pl.col("actor")).alias("id"),
        pl.col("actor").alias("from_actor"),
        pl.col("actor").alias("to_actor"),
        *year_span(),
        pl.col("ideal_point").round(4).alias("value"),
        pl.col("low").round(4),
        pl.col("high").round(4),
        "known_from",
        pl.format("session {}, from {} roll calls", "session", "votes").alias("note"),
    )
    return observations(rows, series="ideal_point", **{**VOTES, "unit": "standard deviations"})
