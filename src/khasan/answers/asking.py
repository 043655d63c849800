"""Walk from a finding to its rows and from a row to its source."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import polars as pl

from khasan.answers.citing import plain_citation
from khasan.answers.methods import day_in_id, recompute
from khasan.ledger.errors import InputError
from khasan.ledger.snapshot import FACT_TABLES, Snapshot

_GRADE = ("reliability", "word", "known", "status")
_SHOWN = {
    "observation": (
        "id", "series", "from_actor", "to_actor", "start", "end", "value", "unit", "compiler", "qualifier", "word",
        "source", "note",
    ),
    "event": ("id", "date", "kind", "what", "actors", "word", "source"),
    "restriction": ("id", "instrument", "paragraph", "date", "until", "kind", "what", "sender", "target", "source"),
    "exchange": ("id", "date", "give_actor", "give", "take_actor", "take", "word", "source"),
    "coverage": ("id", "compiler", "partner", "goods", "start", "end", "state", "source"),
    "source": ("id", "title", "publisher", "published", "kind", "reliability", "licence_class", "url"),
}  # fmt: skip


def find_rows(
    snapshot: Snapshot, table: str, *, series: str | None = None, actor: str | None = None, text: str | None = None
) -> list[dict[str, Any]]:
    """List rows of one table.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    table : str
        ``observation``, ``event``, ``restriction``, ``exchange``, ``coverage`` or ``source``.
    series, actor, text : str, optional
        Only rows of this series, with this actor or a predecessor of it, with this text in a cell.

    Raises
    ------
    InputError
        For an unknown table, series or actor.
    """
    if table not in _SHOWN:
        raise InputError(f"--table {table}: unknown; choose {', '.join(_SHOWN)}")
    frame: pl.DataFrame = getattr(snapshot, table)
    if series is not None:
        if series not in set(snapshot.series.get_column("id")):
            raise InputError(
                f"--series {series}: no such series; list the series with: khasan rows --table observation"
            )
        frame = frame.filter(pl.col("series") == series) if "series" in frame.columns else frame.clear()
    if actor is not None:
        line = set(snapshot.actors.lineage(snapshot.actors.find(actor).id))
        cells = [
            name
            for name in ("from_actor", "to_actor", "actors", "sender", "target", "give_actor", "take_actor", "partner")
            if name in frame.columns
        ]
        pattern = "|".join(f"(^|;){code}($|;)" for code in sorted(line))
        frame = frame.filter(
            pl.any_horizontal([pl.col(name).str.contains(pattern) for name in cells]) if cells else pl.lit(False)
        )
    if text is not None:
        words = [name for name, kind in frame.schema.items() if kind == pl.String()]
        hit = [
            pl.col(name).str.to_lowercase().str.contains(text.lower(), literal=True).fill_null(False) for name in words
        ]
        frame = frame.filter(pl.any_horizontal(hit))
    names = [name for name in (*_SHOWN[table], "status", "published") if name in frame.columns]
    return frame.select(list(dict.fromkeys(names))).to_dicts()


def day_asked(identifier: str) -> str | None:
    """Return the day in the id of a finding, or None for rows, sources and findings without one."""
    when = day_in_id(identifier) if is_finding(identifier) else None
    return when.isoformat() if when else None


def is_finding(identifier: str) -> bool:
    """Whether an id is that of a finding."""
    return "@" in identifier and ":" in identifier


def explain(snapshot: Snapshot, identifier: str) -> dict[str, Any]:
    """Say who says so, for a finding, a row or a source.

    Returns
    -------
    dict
        ``finding`` (None for a row or source), ``rows`` (only those used, each with its grade), ``sources`` (each with
        ``id`` and ``citation``), and ``changed`` (a sentence, empty where the evidence is what it was).

    Raises
    ------
    InputError
        Where nothing has this id.
    """
    if is_finding(identifier):
        again = recompute(snapshot, identifier)
        rows = [graded_row(snapshot, row) for row in again.finding.evidence]
        changed = (
            "" if again.unchanged else f"The evidence has changed since this id was made; it is now {again.finding.id}"
        )
        return {
            "finding": again.finding.as_dict(),
            "rows": rows,
            "sources": sources_of(snapshot, rows),
            "changed": changed,
        }
    if identifier in snapshot.rows:
        rows = [graded_row(snapshot, identifier)]
        return {"finding": None, "rows": rows, "sources": sources_of(snapshot, rows), "changed": ""}
    if identifier in snapshot.sources:
        rows = [
            graded_row(snapshot, row) for row, (_, cells) in snapshot.rows.items() if cells.get("source") == identifier
        ]
        return {"finding": None, "rows": rows, "sources": [described(snapshot, identifier)], "changed": ""}
    raise InputError(
        f"nothing has the id {identifier!r} in this ledger as of {snapshot.as_of}; list rows with: khasan rows"
    )


def graded_row(snapshot: Snapshot, row: str) -> dict[str, Any]:
    """Return a fact with the letter of its source and the word that follows."""
    table, cells = snapshot.rows[row]
    told = {"id": row, "table": table} | {key: value for key, value in cells.items() if value is not None}
    return told | snapshot.remember("grades", _grades)[row]


def _grades(snapshot: Snapshot) -> dict[str, dict[str, Any]]:
    """Return letter, word, first day known and status of every fact, as far as it has them."""
    found: dict[str, dict[str, Any]] = {}
    for table in FACT_TABLES:
        frame: pl.DataFrame = getattr(snapshot, table)
        names = ["id", *(name for name in _GRADE if name in frame.columns)]
        for row in frame.select(names).iter_rows():
            found[row[0]] = {key: value for key, value in zip(names[1:], row[1:], strict=True) if value is not None}
    return found


def sources_of(snapshot: Snapshot, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the sources of rows, originals before reprints."""
    ids = dict.fromkeys(str(row["source"]) for row in rows)
    found = [described(snapshot, one) for one in ids]
    return sorted(found, key=lambda one: (one.get("reprint") == "yes", str(one.get("reliability") or "Z"), one["id"]))


def described(snapshot: Snapshot, source: str) -> dict[str, Any]:
    """Describe a source; one published after the day of the snapshot is named by the act it records only."""
    cells = snapshot.sources[source]
    day: date = cells["published_day"]
    if day > snapshot.as_of:
        return {
            "id": f"act-known-before-{snapshot.as_of}",
            "citation": "the act itself, public on its date",
            "reliability": "A",
            "url": None,
        }
    told = {
        key: value
        for key, value in cells.items()
        if value is not None and not key.startswith("_") and key != "published_day"
    }
    return told | {"citation": plain_citation(cells)}
