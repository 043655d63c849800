"""What a debtor owed a creditor, what was written off, and what remained, at every valuation that is printed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from khasan.ledger.finding import Finding, make_finding
from khasan.ledger.snapshot import Snapshot
from khasan.measures.channel_rows import between, hedges, ranked


def debt_owed(snapshot: Snapshot, debtor: str, creditor: str) -> Finding | None:
    """Latest debt of one actor to another, at its face value.

    The rows of the role ``debt_owed`` with one ``estimate_id`` are one debt under several valuations (for instance at
    two rates of exchange): the value is the largest, which is the face value, and low is the smallest.

    Returns
    -------
    Finding or None
        Value in the unit as printed; ``detail["valuations"]`` lists scenario, value, unit and row, largest first.

    Source: the rows.
    """
    rows = _owed(snapshot, debtor, creditor)
    if not rows:
        return None
    face = rows[-1]
    low, high = _ends(rows)
    factor = face["factor"]
    return make_finding(
        snapshot,
        "debt_owed",
        {"debtor": debtor, "creditor": creditor},
        [row["id"] for row in rows],
        face["value"],
        face["unit"],
        low=low / factor,
        high=high / factor,
        channel=face["channel"],
        caveats=[*_valued(rows), *hedges(rows)],
        detail={"valuations": _valuations(rows), "start": face["start"], "end": face["end"]},
    )


def debt_forgiven(snapshot: Snapshot, debtor: str, creditor: str) -> Finding | None:
    """Part of the debt that was written off: ``owed * share``, at face value, with the lowest valuation as low end.

    Returns
    -------
    Finding or None
        Value in the unit of the debt; ``detail["share"]`` is the share (0 to 1). None where debt or share lack.

    Source: the rows of the roles ``debt_owed`` and ``debt_forgiven_share``.
    """
    return _part(snapshot, "debt_forgiven", debtor, creditor, forgiven=True)


def debt_remaining(snapshot: Snapshot, debtor: str, creditor: str) -> Finding | None:
    """Part of the debt that was not written off: ``owed * (1 - share)``.

    Returns
    -------
    Finding or None
        Value in the unit of the debt; ``detail["for_aid"]`` is what the role ``debt_for_aid`` says was set aside for
        projects, in the same unit, and ``detail["aid_of_remaining"]`` its share of the value. None where debt or share
        lack.

    Source: the rows of the roles ``debt_owed``, ``debt_forgiven_share`` and ``debt_for_aid``.
    """
    return _part(snapshot, "debt_remaining", debtor, creditor, forgiven=False)


def _part(snapshot: Snapshot, method: str, debtor: str, creditor: str, *, forgiven: bool) -> Finding | None:
    """Make the finding of the part of a debt that was written off or remained, in the unit of the debt."""
    rows = _owed(snapshot, debtor, creditor)
    share = _latest(snapshot, "debt_forgiven_share", creditor, debtor)
    if not rows or share is None:
        return None
    face = rows[-1]
    shares = [share[name] for name in ("value_base", "low_base", "high_base") if share[name] is not None]
    parts = [one if forgiven else 1 - one for one in shares]
    low, high = (end / face["factor"] for end in _ends(rows))
    value = face["value"] * parts[0]
    aid = None if forgiven else _latest(snapshot, "debt_for_aid", creditor, debtor)
    if aid is not None and aid["base"] != face["base"]:
        aid = None
    detail: dict[str, Any] = {
        "share": share["value_base"],
        "share_row": share["id"],
        "valuations": [
            {**one, "value": one["value"] * parts[0]} for one in _valuations(rows) if one["value"] is not None
        ],
        "end": max(face["end"], share["end"]),
    }
    if not forgiven:
        amount = None if aid is None else aid["value_base"] / face["factor"]
        detail |= {
            "for_aid": amount,
            "for_aid_row": None if aid is None else aid["id"],
            "aid_of_remaining": None if amount is None or value <= 0 else amount / value,
        }
    used = [*rows, share, *([aid] if aid is not None else [])]
    return make_finding(
        snapshot,
        method,
        {"debtor": debtor, "creditor": creditor},
        [row["id"] for row in used],
        value,
        face["unit"],
        low=low * min(parts),
        high=high * max(parts),
        channel=face["channel"],
        caveats=[*_valued(rows), *hedges(used)],
        detail=detail,
    )


def _owed(snapshot: Snapshot, debtor: str, creditor: str) -> list[dict[str, Any]]:
    """Return the rows of the latest debt, smallest valuation first."""
    latest = _latest(snapshot, "debt_owed", debtor, creditor)
    if latest is None:
        return []
    if latest["estimate_id"] is None:
        return [latest]
    rows = _rows(snapshot, "debt_owed", debtor, creditor)
    rows = rows.filter((pl.col("estimate_id") == latest["estimate_id"]) & (pl.col("base") == latest["base"]))
    return list(rows.sort("value_base", "id").iter_rows(named=True))


def _latest(snapshot: Snapshot, role: str, giver: str, taker: str) -> dict[str, Any] | None:
    """Return the row of a role between two actors that starts last, the most trusted of equals, or None."""
    rows = ranked(_rows(snapshot, role, giver, taker)).sort("start", descending=True, maintain_order=True)
    return next(rows.iter_rows(named=True), None)


def _rows(snapshot: Snapshot, role: str, giver: str, taker: str) -> pl.DataFrame:
    """Return the usable rows of a role from one actor to another, each in its own unit."""
    line = snapshot.actors.lineage
    return snapshot.usable.filter(pl.col("series").is_in(snapshot.series_of(role)) & between(line(giver), line(taker)))


def _ends(rows: list[dict[str, Any]]) -> tuple[float, float]:
    """Return the lowest and the highest value over rows, in their base unit."""
    ends = [row[name] for row in rows for name in ("value_base", "low_base", "high_base") if row[name] is not None]
    return min(ends), max(ends)


def _valued(rows: list[dict[str, Any]]) -> list[str]:
    """Say that the rows are several valuations of one debt, where they are."""
    if len(rows) < 2:
        return []
    return [f"One debt at {len(rows)} valuations; the value is the largest, its face value."]


def _valuations(rows: list[dict[str, Any]]) -> list[Mapping[str, Any]]:
    """List the valuations of a debt, largest first, each in its unit as printed."""
    return [
        {"scenario": row["scenario"] or "", "value": row["value"], "unit": row["unit"], "row": row["id"]}
        for row in reversed(rows)
    ]
