"""What binds a patron not to supply its client: measures of an organisation that bind all, and acts of its own."""

from __future__ import annotations

import polars as pl

from khasan.ledger.finding import Finding, make_finding
from khasan.ledger.snapshot import Snapshot
from khasan.measures.taking_part import organisations_on


def binding(snapshot: Snapshot, patron: str, client: str) -> Finding | None:
    """Count the instruments against a client that bind a patron on the day of the snapshot.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    patron, client : str
        Actors; predecessors count as theirs.

    Returns
    -------
    Finding or None
        Number of distinct instruments in force (unit ``instruments``): those that bind all members of an organisation,
        and the patron's own. ``detail`` holds ``all`` and ``own``, the instruments of each kind. None where none binds.

    Source: the instruments themselves, in the table ``restriction``.
    """
    day = snapshot.as_of
    line = list(snapshot.actors.lineage(patron))
    frame = snapshot.restriction.filter(
        pl.col("target").is_in(list(snapshot.actors.lineage(client)))
        & (pl.col("until").is_null() | (pl.col("until") >= day))
        & (pl.col("binds").fill_null("").str.starts_with("all") | pl.col("sender").is_in(line))
    )
    if not frame.height:
        return None
    own = frame.filter(pl.col("sender").is_in(line))
    shared = frame.filter(pl.col("sender").is_in(line).not_())
    named = {
        "all": sorted(shared.get_column("instrument").unique().to_list()),
        "own": [
            f"{name}, {when}"
            for name, when in sorted(set(own.select("instrument", "date").rows()), key=lambda one: one[1])
        ],
    }
    return make_finding(
        snapshot,
        "binding",
        {"patron": patron, "client": client},
        frame.get_column("id").to_list(),
        len(named["all"]) + len(named["own"]),
        "instruments",
        caveats=["Being bound says nothing of how the patron voted; votes on resolutions are not in the ledger."],
        detail=named,
    )


def laws_passed(snapshot: Snapshot, client: str) -> Finding | None:
    """Count the instruments that organisations have passed against a client, and say when the last one was.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    client : str
        Whom they restrict; a predecessor counts as the client.

    Returns
    -------
    Finding or None
        Number of distinct instruments (unit ``instruments``); ``detail`` holds ``start`` and ``end``, the days of the
        first and the last. None where no organisation has passed any.

    Source: the instruments themselves, in the table ``restriction``.
    """
    senders = organisations_on(snapshot, client)
    frame = snapshot.restriction.filter(
        pl.col("target").is_in(list(snapshot.actors.lineage(client))) & pl.col("sender").is_in(list(senders))
    )
    if not frame.height:
        return None
    days = frame.get_column("date").sort()
    return make_finding(
        snapshot,
        "laws_passed",
        {"client": client},
        frame.get_column("id").to_list(),
        frame.get_column("instrument").n_unique(),
        "instruments",
        detail={"start": days[0], "end": days[-1]},
    )
