"""Roll calls of the United Nations General Assembly, and what pairs of states did in them.

Files of the R package unvotes (Bailey, Strezhnev and Voeten 2017, Estimating dynamic state preferences from
United Nations voting data, Journal of Conflict Resolution 61(2), 430-456): one row a state and roll call with
``yes``, ``abstain`` or ``no``; a state that did not vote has no row. Resolutions adopted without a vote are not
in the file, so agreement is agreement where the Assembly was asked to vote.

Contested roll calls are those in which the largest answer among yes, abstain and no has less than
90 percent of all votes cast, abstentions counted:

    max(yes, abstain, no) / (yes + abstain + no) < 0.90

Days of the month before 1997 never exceed 7 in the file and are not the days on which the Assembly voted;
:func:`known_days` therefore uses the last day of the year for a year whose roll calls show no later day.
"""

from __future__ import annotations

import polars as pl

ANSWERS = ("yes", "abstain", "no")
CONTESTED_BELOW = 0.90
LAST_EARLY_DAY = 7


def pair_votes(votes: pl.DataFrame) -> pl.DataFrame:
    """List the roll calls in which both actors of a pair voted, each unordered pair once, by id.

    Returns
    -------
    DataFrame
        ``rcid``, ``session``, ``date``, ``year``, ``from_actor`` < ``to_actor``, ``from_vote``, ``to_vote``.
    """
    one = votes.rename({"actor": "from_actor", "vote": "from_vote"})
    other = votes.select("rcid", pl.col("actor").alias("to_actor"), pl.col("vote").alias("to_vote"))
    return (
        one.join(other, on="rcid", how="inner")
        .filter(pl.col("from_actor") < pl.col("to_actor"))
        .sort("from_actor", "to_actor", "rcid")
    )


def cells(pairs: pl.DataFrame) -> pl.DataFrame:
    """Count the nine cells of each pair and calendar year in which both voted at least once.

    Returns
    -------
    DataFrame
        ``from_actor``, ``to_actor``, ``year``, ``from_vote``, ``to_vote``, ``count`` (roll calls), zeros included.
        The nine cells of a pair and year add up to the roll calls in which both voted.
    """
    keys = ["from_actor", "to_actor", "year"]
    answers = [*keys, "from_vote", "to_vote"]
    grid = (
        pairs.select(keys)
        .unique()
        .join(pl.DataFrame({"from_vote": ANSWERS}), how="cross")
        .join(pl.DataFrame({"to_vote": ANSWERS}), how="cross")
    )
    counted = pairs.group_by(answers).agg(pl.len().cast(pl.Int64()).alias("count"))
    return grid.join(counted, on=answers, how="left").with_columns(pl.col("count").fill_null(0)).sort(answers)


def same_and_both(pairs: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Count roll calls with the same answer (``same``) and with both voting (``both``), by pair and ``by``."""
    keys = ["from_actor", "to_actor", *by]
    return (
        pairs.group_by(keys)
        .agg(
            (pl.col("from_vote") == pl.col("to_vote")).sum().cast(pl.Int64()).alias("same"),
            pl.len().cast(pl.Int64()).alias("both"),
        )
        .sort(keys)
    )


def held(roll_calls: pl.DataFrame) -> pl.DataFrame:
    """Count the roll calls of each calendar year: ``year``, ``held``; absences are counted against it."""
    return roll_calls.group_by("year").agg(pl.col("rcid").n_unique().cast(pl.Int64()).alias("held")).sort("year")


def known_days(roll_calls: pl.DataFrame) -> pl.DataFrame:
    """Tell from when the votes of a year could be known, and where its record ends.

    Returns
    -------
    DataFrame
        ``year``; ``known_from``, the day of its last roll call, or 31 December where the days of that year are not to
        be relied on; ``end``, 31 December, or for the last year of the file the day of the last roll call.
    """
    last_year = roll_calls["year"].max()
    silvester = pl.date(pl.col("year"), 12, 31)
    return (
        roll_calls.group_by("year")
        .agg(pl.col("date").max().alias("last"), (pl.col("date").dt.day().max() > LAST_EARLY_DAY).alias("days"))
        .select(
            "year",
            pl.when("days").then(pl.col("last")).otherwise(silvester).alias("known_from"),
            pl.when(pl.col("year") == last_year).then(pl.col("last")).otherwise(silvester).alias("end"),
        )
        .sort("year")
    )


def session_days(roll_calls: pl.DataFrame) -> pl.DataFrame:
    """Give the first and last roll call of each session: ``session``, ``start``, ``end``.

    In years whose days of the month are not to be relied on the months are spanned.
    """
    trusted = roll_calls.group_by("year").agg((pl.col("date").dt.day().max() > LAST_EARLY_DAY).alias("days"))
    dated = roll_calls.join(trusted, on="year")
    return (
        dated.group_by("session")
        .agg(
            pl.when("days").then(pl.col("date")).otherwise(pl.col("date").dt.month_start()).min().alias("start"),
            pl.when("days").then(pl.col("date")).otherwise(pl.col("date").dt.month_end()).max().alias("end"),
        )
        .sort("session")
    )
