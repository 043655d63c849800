"""Deals of which a source names both legs; without one, two flows only happen at the same time."""

from __future__ import annotations

import re
from typing import Any

import polars as pl

from khasan.ledger.finding import Finding, make_finding
from khasan.ledger.snapshot import Snapshot

_ALLEGED = re.compile(r"alleged by ([^;:]+)")
_PLANNED = re.compile(r"\b(planned|attempt\w*|not carried out)\b")


def exchange_count(snapshot: Snapshot, one: str, other: str) -> Finding | None:
    """Count the exchanges between two actors, whichever gives first.

    Only rows that link what was given to what was taken count; contradicted ones do not.

    Returns
    -------
    Finding or None
        Number of exchanges (unit ``exchanges``); low leaves out those that were only planned or attempted.
        ``detail["exchanges"]`` lists both legs, terms, who alleges it, whether it was only planned, and the word.
        None without any.

    Source: the rows.
    """
    rows = _rows(snapshot, one, other)
    if not rows:
        return None
    listed = [_listed(row) for row in rows]
    planned = sum(1 for row in listed if row["planned"])
    alleged = sum(1 for row in listed if row["alleged_by"])
    caveats = []
    if planned:
        caveats.append(f"{planned} of {len(rows)} were planned or attempted, and no delivery is claimed.")
    if alleged:
        caveats.append(f"{alleged} of {len(rows)} rest on an accusation that links the two legs.")
    return make_finding(
        snapshot,
        "exchange_count",
        {"one": one, "other": other},
        [row["id"] for row in rows],
        len(rows),
        "exchanges",
        low=len(rows) - planned,
        high=len(rows),
        caveats=caveats,
        detail={"exchanges": listed, "planned": planned, "alleged": alleged},
    )


def _rows(snapshot: Snapshot, one: str, other: str) -> list[dict[str, Any]]:
    """Return the exchanges between two actors, whichever gives, oldest first and without contradicted ones."""
    lines = list(snapshot.actors.lineage(one)), list(snapshot.actors.lineage(other))
    giver, taker = pl.col("give_actor"), pl.col("take_actor")
    linked = (giver.is_in(lines[0]) & taker.is_in(lines[1])) | (giver.is_in(lines[1]) & taker.is_in(lines[0]))
    rows = snapshot.exchange.filter(linked & (pl.col("word") != "contradicted")).sort("date", "id")
    return list(rows.iter_rows(named=True))


def _listed(row: dict[str, Any]) -> dict[str, Any]:
    """Return an exchange for a table, with who alleges the link and whether it was only planned or attempted."""
    terms = row["terms"] or ""
    accuser = _ALLEGED.search(terms)
    names = ("id", "date", "give_actor", "give_channel", "give", "take_actor", "take_channel", "take", "terms", "word")
    return {
        **{name: row[name] for name in names},
        "alleged_by": accuser.group(1).strip() if accuser else "",
        "planned": bool(_PLANNED.search(terms)),
    }
