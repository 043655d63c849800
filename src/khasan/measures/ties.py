"""Alliances and rivalries between two actors: when each held, as the files of both say."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl

from khasan.ledger.finding import Finding, make_finding
from khasan.ledger.snapshot import Snapshot

KINDS = {
    "alliance": ("alliance_defence", "alliance_neutrality", "alliance_nonaggression", "alliance_consultation"),
    "rivalry": ("strategic_rivalry",),
}
"""Kinds of ties, and the roles of the series that hold them."""


def ties(snapshot: Snapshot, one: str, other: str, kind: str = "alliance") -> Finding | None:
    """Count the spells of an alliance or a rivalry between two actors, their predecessors included.

    Spells of one commitment that follow each other without a gap, as where a state takes its predecessor's place, are
    one.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    one, other : str
        Actors, in any order.
    kind : str
        ``alliance`` or ``rivalry``.

    Returns
    -------
    Finding or None
        Number of spells (unit ``spells``). ``detail`` holds ``spells``, each with ``role``, ``start``, ``end`` and
        ``open`` (it lasts to the last day of its file), by start; and ``last``, the last day of the file. None without
        a row that joins the two, or for another kind.

    Source: the formal alliances of the Correlates of War; Thompson's strategic rivalries.
    """
    roles = {series: role for role in KINDS.get(kind, ()) for series in snapshot.series_of(role)}
    lines = [list(snapshot.actors.lineage(code)) for code in (one, other)]
    there, back = (
        pl.col("from_actor").is_in(first) & pl.col("to_actor").is_in(second) for first, second in (lines, lines[::-1])
    )
    every = snapshot.whole.usable.filter(pl.col("series").is_in(list(roles)) & (pl.col("value") > 0))
    frame = snapshot.usable.filter(pl.col("series").is_in(list(roles)) & (pl.col("value") > 0) & (there | back))
    if not frame.height:
        return None
    ends: dict[str, date] = dict(every.group_by("source").agg(pl.col("end").max()).iter_rows())
    spells: list[dict[str, Any]] = []
    for row in frame.sort("series", "start", "id").iter_rows(named=True):
        role, is_open = roles[row["series"]], row["end"] == ends[row["source"]]
        last = spells[-1] if spells else None
        if last and last["role"] == role and row["start"] <= last["end"] + timedelta(days=1):
            last["end"], last["open"] = max(last["end"], row["end"]), last["open"] or is_open
            continue
        spells.append({"role": role, "start": row["start"], "end": row["end"], "open": is_open})
    spells.sort(key=lambda spell: (spell["start"], spell["role"]))
    last_day = max(ends[source] for source in frame.get_column("source").unique())
    return make_finding(
        snapshot,
        "ties",
        {"one": one, "other": other, "kind": kind},
        frame.get_column("id").to_list(),
        len(spells),
        "spells",
        channel=frame.item(0, "channel"),
        caveats=[f"The file ends in {last_day.year}; what holds on its last day may have ended since."],
        detail={"spells": spells, "last": last_day},
    )
