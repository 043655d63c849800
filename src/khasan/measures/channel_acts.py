"""Acts in a channel that is told in events and not in figures: treaties and visits, vetoes, links."""

from __future__ import annotations

import polars as pl

from khasan.ledger.event_kinds import event_kinds
from khasan.ledger.finding import Finding, make_finding
from khasan.ledger.snapshot import Snapshot
from khasan.measures.taking_part import acts_of


def channel_acts(snapshot: Snapshot, patron: str, client: str, channel: str) -> Finding | None:
    """Count the dated acts of a channel in which the patron took part, with the client or in an organisation.

    Which kinds of event belong to which channel stands in ``event_kinds.csv``. Rows of one day and kind are one act.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    patron, client : str
        Actors; predecessors count as theirs.
    channel : str
        Channel.

    Returns
    -------
    Finding or None
        Number of acts (unit ``acts``); ``detail`` holds ``start`` and ``end``, the first and last day, and ``acts``.
        None without any.

    Source: the events used.
    """
    kinds = [row["kind"] for row in event_kinds() if row["channel"] == channel]
    events = snapshot.event.filter(pl.col("kind").is_in(kinds) & (pl.col("credibility") <= 4))
    rows = acts_of(snapshot, events, patron, client, inside=True)
    if not rows:
        return None
    days = sorted({(row["date"], row["kind"]) for row in rows})
    return make_finding(
        snapshot,
        "channel_acts",
        {"patron": patron, "client": client, "channel": channel},
        [row["id"] for row in rows],
        len(days),
        "acts",
        channel=channel,
        caveats=["Acts are counted whatever their weight."],
        detail={
            "start": days[0][0], "end": days[-1][0], "series": "", "qualifier": None, "alleged_by": None,
            "acts": [{name: row[name] for name in ("id", "date", "kind", "what", "word")} for row in rows],
        },
    )  # fmt: skip
