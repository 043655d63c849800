"""Panels of the General Assembly: votes, roll calls and their issues.

Two forms are read: the three files of the R package unvotes (answers in words, states by ISO2), and the publisher's
one file ``UNVotes.csv`` (Voeten, Strezhnev and Bailey, Harvard Dataverse doi:10.7910/DVN/LEJUQZ), in which ``vote`` is
1 yes, 2 abstain, 3 no, 8 absent and 9 no member, states have Correlates of War codes, and issues stand in columns of
0 and 1. Absence is no row here: it is counted against the roll calls held, never as an answer.
"""

from __future__ import annotations

from types import MappingProxyType

import polars as pl

from khasan.ledger.errors import InputError
from khasan.sources.actors import name_yearly
from khasan.sources.mapped import Mapped
from khasan.sources.packaged import packaged

ANSWERS = MappingProxyType({1: "yes", 2: "abstain", 3: "no"})
ISSUES = MappingProxyType(
    {
        "me": "Palestinian conflict",
        "nu": "Nuclear weapons and nuclear material",
        "di": "Arms control and disarmament",
        "hr": "Human rights",
        "co": "Colonialism",
        "ec": "Economic development",
    }
)


def three_files(
    votes: pl.DataFrame, roll_calls: pl.DataFrame, issues: pl.DataFrame, actors: pl.DataFrame, named: pl.DataFrame
) -> Mapped:
    """Map the three files of unvotes.

    Parameters
    ----------
    votes, roll_calls, issues : DataFrame
        The files as read.
    actors : DataFrame
        As :func:`khasan.sources.actors.actors_of` returns it.
    named : DataFrame
        ``country`` and ``cow``: names of states. A state without a code in the file is found by its name, first in
        ``uncoded_countries.csv``.
    """
    codes = actors.drop_nulls("iso2").select(pl.col("iso2").alias("country_code"), "cow").unique()
    names = pl.concat([_uncoded(), named.join(_uncoded(), on="country", how="anti").select("country", "cow")])
    coded = votes.filter(pl.col("country_code").is_not_null()).join(codes, on="country_code", how="left")
    uncoded = votes.filter(pl.col("country_code").is_null()).join(names, on="country", how="left")
    answers = pl.concat([coded, uncoded.select(coded.columns)]).select("rcid", "cow", pl.col("vote").alias("answer"))
    calls = roll_calls.with_columns(pl.col("date").dt.year().cast(pl.Int64).alias("year"))
    return _mapped(answers, calls, issues.unique(maintain_order=True), actors)


def _uncoded() -> pl.DataFrame:
    """Return the states that unvotes leaves without a code, by its name for them: ``country``, ``cow``.

    The Federal Republic before 1990 is not the Germany that bears its name today.
    """
    return packaged("uncoded_countries.csv").select("country", pl.col("cow").cast(pl.Int64()))


def one_file(frame: pl.DataFrame, actors: pl.DataFrame) -> Mapped:
    """Map the publisher's one file.

    It repeats what it says of a roll call in the row of every state; where session or day differ, it is refused. A
    row without a code is of a state that the Correlates of War do not count, and is set aside.
    """
    _check_for_one_day(frame)
    calls = (
        frame.select("rcid", "session", "date", "importantvote", "unres", "short", *ISSUES)
        .unique("rcid", keep="first", maintain_order=True)
        .with_columns(pl.col("date").dt.year().cast(pl.Int64).alias("year"))
    )
    issues = pl.concat(
        calls.filter(pl.col(short) == 1).select("rcid", pl.lit(short).alias("short_name"), pl.lit(issue).alias("issue"))
        for short, issue in ISSUES.items()
    )
    given = frame.filter(pl.col("vote").is_in(list(ANSWERS))).select(
        "rcid",
        pl.col("ccode").alias("cow"),
        pl.col("vote").replace_strict(ANSWERS, return_dtype=pl.String).alias("answer"),
    )
    return _mapped(given, calls.drop(*ISSUES), issues, actors)


def _check_for_one_day(frame: pl.DataFrame) -> None:
    """Refuse a roll call that stands in two sessions or on two days."""
    first = frame.with_row_index("_row").unique("rcid", keep="first")
    joined = frame.with_row_index("_row").join(first, on="rcid", suffix="_first", maintain_order="left")
    for column in ("session", "date"):
        wrong = joined.filter(pl.col(column) != pl.col(f"{column}_first"))
        if wrong.height:
            row = wrong.row(0, named=True)
            raise InputError(
                f"column {column}: roll call {row['rcid']} has {row[f'{column}_first']} in data row "
                f"{row['_row_first'] + 1} and {row[column]} in data row {row['_row'] + 1}; keep one"
            )


def _mapped(answers: pl.DataFrame, calls: pl.DataFrame, issues: pl.DataFrame, actors: pl.DataFrame) -> Mapped:
    """Name the voters of each roll call and count its answers.

    A roll call's largest answer is over all states that answered, also those of codes that name nobody here.
    """
    held = answers.join(calls.select("rcid", "year"), on="rcid", how="inner")
    voters = name_yearly(held.filter(pl.col("cow").is_not_null()), actors, "cow", "actor")
    kept = voters.drop_nulls("actor")
    counted = (
        held.group_by("rcid", "answer")
        .len()
        .group_by("rcid")
        .agg(
            pl.col("len").sum().cast(pl.Int64).alias("voters"),
            (pl.col("len").max() / pl.col("len").sum()).alias("largest"),
        )
    )
    roll_call = calls.join(counted, on="rcid", how="inner", maintain_order="left").select(
        pl.col("rcid").alias("roll_call"),
        "session",
        "date",
        "year",
        pl.col("importantvote").alias("important"),
        pl.col("unres").alias("resolution"),
        pl.col("short").str.strip_chars().alias("title"),
        "voters",
        "largest",
    )
    vote = kept.select(pl.col("rcid").alias("roll_call"), "actor", "answer")
    about = issues.join(calls.select("rcid"), on="rcid", how="semi").rename({"rcid": "roll_call"})
    return Mapped({"roll_call": roll_call, "roll_call_issue": about, "vote": vote}, answers.height - kept.height)
