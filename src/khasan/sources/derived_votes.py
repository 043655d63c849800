"""Rows of what pairs did in the General Assembly, from the panels ``vote``, ``roll_call`` and ``roll_call_issue``."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from khasan.sources import general_assembly as assembly
from khasan.sources import vote_rows as ballots
from khasan.sources.rows import observations

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
    """
    calls = roll_calls.rename({"roll_call": "rcid"})
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
    dated = yearly.join(assembly.known_days(calls), on="year", how="left").with_columns(
        pl.date("year", 1, 1).alias("start")
    )
    sessions = ballots.session_rows(assembly.same_and_both(of_client, ["session"]), calls, actors)
    return observations(pl.concat([dated.drop("year"), sessions], how="diagonal_relaxed"), **VOTES)
