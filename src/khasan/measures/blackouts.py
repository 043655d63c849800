"""Blackouts: what a compiler has stopped, suppressed or booked elsewhere. They are facts, never zeros."""

from __future__ import annotations

import polars as pl

from khasan.ledger.finding import Finding, make_finding
from khasan.ledger.snapshot import Snapshot


def blackout(snapshot: Snapshot, compiler: str, partner: str, goods: str = "") -> Finding | None:
    """Say since when a compiler does not show a flow.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    compiler, partner, goods : str
        Whose statistics, of whom, on what.

    Returns
    -------
    Finding or None
        Value is the year in which the blackout began (unit ``year``); ``detail`` holds state, start and end. None where
        the table ``coverage`` has no such row.

    Source: the row of ``coverage`` and its source.
    """
    named = pl.col("goods") == goods if goods else pl.col("goods").is_null()
    frame = snapshot.coverage.filter(
        (pl.col("compiler") == compiler) & (pl.col("partner") == partner) & named & (pl.col("state") != "published")
    )
    if not frame.height:
        return None
    row = frame.sort("start").row(0, named=True)
    return make_finding(
        snapshot,
        "blackout",
        {"compiler": compiler, "partner": partner, "goods": goods},
        [row["id"]],
        row["start"].year,
        "year",
        caveats=["No data is not zero."],
        detail={"state": row["state"], "start": row["start"], "end": row["end"], "compiler": compiler, "goods": goods},
    )


def blackouts(snapshot: Snapshot, actors: tuple[str, ...]) -> list[Finding]:
    """Return every blackout that concerns one of some actors.

    The value of each is the year in which it began (unit ``year``).

    Source: the rows of the table ``coverage``, see :func:`blackout`.
    """
    line = {member for code in actors for member in snapshot.actors.lineage(code)}
    frame = snapshot.coverage.filter((pl.col("state") != "published") & pl.col("partner").is_in(list(line)))
    keys = frame.select("compiler", "partner", pl.col("goods").fill_null("")).unique(maintain_order=True).rows()
    found = [blackout(snapshot, compiler, partner, goods) for compiler, partner, goods in keys]
    return [one for one in found if one is not None]
