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

    Where several rows tell of one kind of act on one day in one organisation, only an actor that all of them name took
    part: a row that names a state which abstained does not make its abstention a veto.

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
    bodies = organisations_on(snapshot, client) if client and inside else set()
    named: dict[tuple[Any, str, str], list[set[str]]] = {}
    for row in snapshot.event.iter_rows(named=True):
        actors = set(split(row["actors"]))
        for body in bodies & actors:
            named.setdefault((row["date"], row["kind"], body), []).append(actors)
    found = []
    for row in events.sort("date", "id").iter_rows(named=True):
        actors = set(split(row["actors"]))
        told = [named[row["date"], row["kind"], body] for body in bodies & actors]
        agreed = all(line & together for rows in told for together in rows)
        if line & actors and agreed and (not client or (other | bodies) & actors):
            found.append(row)
    return found
