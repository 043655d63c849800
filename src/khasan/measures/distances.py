"""Distances between two states: the shortest over land or sea, and between capitals."""

from __future__ import annotations

import polars as pl

from khasan.ledger.finding import Finding, make_finding
from khasan.ledger.snapshot import Snapshot


def shortest_distance(snapshot: Snapshot, one: str, other: str, role: str = "minimum_distance") -> Finding | None:
    """Shortest distance between the territories of two states, in the latest year with data.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    one, other : str
        Actors, in any order; a predecessor is asked where the actor itself has no row.
    role : str
        ``minimum_distance`` (between territories) or ``capital_distance``.

    Returns
    -------
    Finding or None
        Kilometres (unit ``km``); 0 where they share a land border. None where no row joins the two.

    Source: the row used (for the bundled casebook CShapes through peacesciencer).
    """
    first, second = snapshot.actors.lineage(one), snapshot.actors.lineage(other)
    frame = snapshot.usable.filter(
        pl.col("series").is_in(snapshot.series_of(role))
        & (
            (pl.col("from_actor").is_in(list(first)) & pl.col("to_actor").is_in(list(second)))
            | (pl.col("from_actor").is_in(list(second)) & pl.col("to_actor").is_in(list(first)))
        )
    )
    if not frame.height:
        return None
    row = frame.sort("end", "id").row(-1, named=True)
    return make_finding(
        snapshot,
        "shortest_distance",
        {"one": one, "other": other, "role": role if role != "minimum_distance" else ""},
        [row["id"]],
        row["value_base"],
        "km",
        channel=row["channel"],
        caveats=[f"As of {row['end'].year}, the last year of the data."],
        detail={"start": row["start"], "end": row["end"], "other": other},
    )


def distances(snapshot: Snapshot, patron: str, others: tuple[str, ...]) -> list[Finding]:
    """Return the shortest distance to each of several states, nearest first; those without data are left out.

    Each is in kilometres (unit ``km``).

    Source: see :func:`shortest_distance`.
    """
    found = [one for other in others if (one := shortest_distance(snapshot, patron, other)) is not None]
    return sorted(found, key=lambda one: (one.value, str(one.parameters["other"])))
