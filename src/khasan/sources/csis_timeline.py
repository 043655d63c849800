"""The timeline of cooperation between two states that CSIS Beyond Parallel keeps, from its own CSV export.

One row an event: ``id``, ``date``, ``tag`` (military, intelligence, diplomatic, economic, technology), ``is_landmark``
(0 or 1), ``headline`` and ``source``, the link to the report. The full export has columns of text and pictures too,
which are not read.

What the file is not:

- All rights are reserved. It stays on the disk of the user who exported it: its class is ``local``, and no brief or
  export quotes it.
- An event is a report: the day may be that of the report, a fifth of the rows have no link, and some have no headline.
- A tag says what an event is about, not what it was. Only two tags are kinds of events as a ledger knows them
  (``csis_tags.csv``); the others stay what they are, and play no part in a measure.

Source: Cha and Lim, CSIS Beyond Parallel, timeline since 2022.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from khasan.ledger.errors import at_cell
from khasan.sources.packaged import packaged
from khasan.sources.places import Placed, set_aside
from khasan.sources.publisher_files import check_for_doubled_rows, read_table
from khasan.sources.rows import row_id

COLUMNS = ("id", "date", "tag", "is_landmark", "headline", "source")


def kinds() -> pl.DataFrame:
    """Return the kind of event of each tag: ``tag`` and ``kind``."""
    return packaged("csis_tags.csv")


def read_csis_timeline(path: Path) -> pl.DataFrame:
    """Read the export.

    Returns
    -------
    DataFrame
        ``id`` (integer), ``date``, ``tag``, ``landmark``, ``headline`` and ``source`` (each null where there is none).

    Raises
    ------
    InputError
        For columns that are missing, an id that stands twice, a day that is none, and an unknown tag or flag; line and
        column are named.
    """
    frame = read_table(path, COLUMNS).with_columns(pl.col("headline").str.replace_all(r"\s+", " "))
    day = pl.col("date").str.to_date("%Y-%m-%d", strict=False)
    tags = kinds()["tag"]
    checks = {
        "id": (pl.col("id").str.contains(r"^\d+$").not_() | pl.col("id").is_null(), "is no number of an event"),
        "date": (day.is_null(), "is no day, such as 2022-09-05"),
        "tag": (
            pl.col("tag").is_in(tags.implode()).not_() | pl.col("tag").is_null(),
            f"is not among {', '.join(tags)}",
        ),
        "is_landmark": (
            pl.col("is_landmark").is_in(["0", "1"]).not_() | pl.col("is_landmark").is_null(),
            "is not 0 or 1",
        ),
    }
    for column, (bad, problem) in checks.items():
        hit = frame.filter(bad)
        if hit.height:
            raise at_cell(path.name, hit["_row"][0], column, f"{hit[column][0]!r} {problem}; export the file again")
    check_for_doubled_rows(frame, ["id"], path.name)
    return frame.select(
        pl.col("id").cast(pl.Int64()),
        day,
        "tag",
        (pl.col("is_landmark") == "1").alias("landmark"),
        "headline",
        "source",
    )


def event_rows(frame: pl.DataFrame, actors: tuple[str, str], source: str, credibility: int = 3) -> Placed:
    """Make rows of ``event``; events without a headline are set aside, since they do not say what happened.

    Parameters
    ----------
    frame : DataFrame
        As :func:`read_csis_timeline` returns it.
    actors : tuple of str
        The two actors whose cooperation it is.
    source : str
        Id of the source, whose licence class is ``local``.
    credibility : int
        Digit of the rows: 3, one origin that is not shown here.
    """
    told = frame.drop_nulls("headline").join(kinds(), on="tag", how="left", maintain_order="left")
    rows = told.select(
        row_id("csis-timeline", pl.col("id")).alias("id"),
        "date",
        pl.lit("day").alias("precision"),
        pl.lit(";".join(actors)).alias("actors"),
        "kind",
        pl.col("headline").alias("what"),
        pl.lit(credibility).alias("credibility"),
        pl.lit(source).alias("source"),
    )
    untold = frame.filter(pl.col("headline").is_null()).select(
        pl.format("event {}", "id").alias("code"), pl.lit("has no headline").alias("reason")
    )
    return Placed(rows, set_aside(untold))
