"""What became known since a day, and which findings it moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from khasan.answers.answer import EVER
from khasan.answers.assemble import Answers, assemble
from khasan.answers.triangle import resolve
from khasan.ledger.errors import InputError
from khasan.ledger.finding import Finding
from khasan.ledger.snapshot import Snapshot

_PARTS: Mapping[str, str] = {"observation": "start", "event": "date", "restriction": "date", "exchange": "date"}


@dataclass(frozen=True, slots=True)
class Moved:
    """A finding before and after; ``before`` is None where it could not be made then."""

    before: Finding | None
    after: Finding


@dataclass(frozen=True, slots=True)
class Changes:
    """Rows that became known since a day, latest first, and the findings that they moved."""

    since: str
    rows: tuple[tuple[str, dict[str, Any]], ...]
    moved: tuple[Moved, ...]


def what_changed(now: Answers, then: Snapshot) -> Changes:
    """Compare a brief with what could have been written on an earlier day.

    Parameters
    ----------
    now : Answers
        The brief.
    then : Snapshot
        The same ledger on the earlier day.

    Returns
    -------
    Changes
        Rows about the pair that became known after the day, and findings of the same method and parameters (leaving
        out the day and the span of years) whose value moved or that could not be made before.
    """
    snapshot, triangle = now.case.snapshot, now.case.triangle
    pair = {member for code in (triangle.patron, triangle.client) for member in snapshot.actors.lineage(code)}
    rows: list[tuple[str, dict[str, Any]]] = []
    for table, column in _PARTS.items():
        frame: pl.DataFrame = getattr(snapshot, table)
        fresh = frame.filter(pl.col("known") > then.as_of).sort(column, "id", descending=True)
        if table == "observation":  # rows that this project computed are no news
            fresh = fresh.filter(pl.col("basis").fill_null("reported") != "derived")
        rows += [(table, row) for row in fresh.iter_rows(named=True) if _concerns(row, pair)]
    rows.sort(key=lambda item: (str(item[1]["known"]), item[1]["id"]), reverse=True)
    try:
        earlier = assemble(then, resolve(then, triangle.patron, triangle.client, triangle.opponent, triangle.rival))
    except InputError:  # an actor of the triangle did not exist on that day
        earlier = None
    before = {_key(one): one for one in earlier.findings} if earlier is not None else {}
    moved = []
    for one in now.findings:
        held = before.get(_key(one))
        if held is None or (held.value, held.low, held.high) != (one.value, one.low, one.high):
            moved.append(Moved(held, one))
    return Changes(then.as_of.isoformat(), tuple(rows), tuple(moved))


def _concerns(row: Mapping[str, Any], pair: set[str]) -> bool:
    """Whether a row names one of some actors."""
    if "actors" in row:
        actors = {part.strip() for part in str(row["actors"]).split(";")}
        return bool(actors & pair)
    named = {row.get(key) for key in ("from_actor", "to_actor", "sender", "target", "give_actor", "take_actor")}
    return bool(named & pair)


def _key(finding: Finding) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Name a finding apart from the day and the span of years for which it was made."""
    ours = {key: str(value) for key, value in finding.parameters.items() if key not in ("as_of", "first", "last")}
    if finding.parameters.get("first") == EVER:
        ours["first"] = str(EVER)
    return finding.method, tuple(sorted(ours.items()))
