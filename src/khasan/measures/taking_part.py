"""Who took part in an act, and whether an act inside an organisation concerns a client."""

from __future__ import annotations

from typing import Any

import polars as pl

from khasan.ledger.actors import split
from khasan.ledger.snapshot import Snapshot


def organisations_on(snapshot: Snapshot, client: str) -> set[str]:
    """Return the organisations that restrict a client; an act inside one of them concerns it.

    No unit: ids of actors.

    Source: the table ``restriction``.
    """
    frame = snapshot.whole.restriction.filter(pl.col("target").is_in(list(snapshot.actors.lineage(client))))
    senders = set(frame.get_column("sender"))
    return {
        code for code in senders if code in snapshot.actors.by_id and snapshot.actors.by_id[code].kind == "organisation"
    }


def acts_of(
    snapshot: Snapshot, events: pl.DataFrame, actor: str, client: str = "", *, inside: bool = False
) -> list[dict[str, Any]]:
    """Return the events in which an actor took part, with a client or inside an organisation that restricts it.

    Where several rows tell of one day and kind, only an actor that all of them name took part: a row that names a
    state which abstained does not make its abstention a veto.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    events : DataFrame
        Events to choose from.
    actor, client : str
        Who took part; predecessors count as theirs.
    inside : bool
        Whether an organisation that restricts the client may stand in its place.

    Returns
    -------
    list of dict
        Rows of events by date (no unit: they hold no amounts).

    Source: the table ``event``.
    """
    line = set(snapshot.actors.lineage(actor))
    other = set(snapshot.actors.lineage(client)) if client else set()
    if client and inside:
        other |= organisations_on(snapshot, client)
    named: dict[tuple[Any, str], list[set[str]]] = {}
    for row in snapshot.whole.event.iter_rows(named=True):
        named.setdefault((row["date"], row["kind"]), []).append(set(split(row["actors"])))
    found = []
    for row in events.sort("date", "id").iter_rows(named=True):
        took_part = set(split(row["actors"]))
        together = set.intersection(*named[row["date"], row["kind"]]) if inside else took_part
        if line & took_part & together and (not client or other & took_part):
            found.append(row)
    return found
