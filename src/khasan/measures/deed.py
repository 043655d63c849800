"""Word and deed: acts that can be counted, deliveries in restricted channels, and the two side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from khasan.ledger.finding import Finding, make_finding
from khasan.ledger.snapshot import Snapshot
from khasan.measures.channel_rows import between, growth_series, hedges, ranked
from khasan.measures.legal import bearing_on, binds, in_force, restrictions_on
from khasan.measures.taking_part import acts_of

LISTED = 12
"""Most rows of each kind in a table of votes beside deeds."""

_UNJUDGED = ("contradicted", "not judged")


def acts(
    snapshot: Snapshot,
    actor: str,
    client: str = "",
    part: str = "",
    first: int = 1,
    last: int = 9999,
    kind: str = "",
) -> Finding | None:
    """Count the dated acts of one part in which an actor took part.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    actor : str
        Who took part, or a predecessor.
    client : str
        Who took part too, where given; for votes an organisation in its place counts as well.
    part : str
        Part of the event: treaty, visit, vote, restriction, exemption, statement, link, agreement, delivery, bloc or
        monitoring (``event_kinds.csv``).
    first, last : int
        First and last year.
    kind : str
        Only events of this kind; rows of one day then count as one act.

    Returns
    -------
    Finding or None
        Number of events (unit ``events``); ``detail["acts"]`` lists them by date. Events that are contradicted or
        cannot be judged are left out. None where no event is known, which is not the same as none.

    Source: the events.
    """
    rows = [row for row in _events(snapshot, actor, client, part) if first <= row["date"].year <= last]
    rows = [row for row in rows if not kind or row["kind"] == kind]
    judged = [row for row in rows if row["word"] not in _UNJUDGED]
    if not judged:
        return None
    caveats = ["Only events in the casebook are counted."]
    if len(judged) < len(rows):
        caveats.append(f"{len(rows) - len(judged)} that cannot be judged or are contradicted are left out.")
    return make_finding(
        snapshot,
        "acts",
        {"actor": actor, "client": client, "part": part, "first": first, "last": last, "kind": kind},
        [row["id"] for row in judged],
        len({row["date"] for row in judged}) if kind else len(judged),
        "events",
        caveats=caveats,
        detail={
            "part": part,
            "acts": [
                {name: row[name] for name in ("id", "date", "precision", "kind", "what", "word")} for row in judged
            ],
        },
    )


def deeds(snapshot: Snapshot, patron: str, client: str, first: int, last: int) -> Finding | None:
    """Count the deliveries of a patron to a client that are on record in channels under a ban or a cap at their date.

    A delivery is a row above 0 of a series that runs from patron to client and adds up; it counts where a ban or a cap
    on its channel, other than on what the client sells, was in force when its period began. Rows of one series and
    period count once. A delivery under a cap is not thereby unlawful, and a ban may leave out part of a channel.

    Returns
    -------
    Finding or None
        Number of rows (unit ``rows``); ``detail["deeds"]`` lists them, latest first. None without any.

    Source: the rows, and the instruments in force.
    """
    found = _deeds(snapshot, patron, client, first, last, bound=False)
    if not found:
        return None
    rows = [row for row, _ in found]
    return make_finding(
        snapshot,
        "deeds",
        {"patron": patron, "client": client, "first": first, "last": last},
        [*(row["id"] for row in rows), *(one["id"] for _, bearing in found for one in bearing)],
        len(found),
        "rows",
        caveats=[*_CAVEATS, *hedges(rows)],
        detail={"deeds": [_deed(snapshot, row, bearing) for row, bearing in found]},
    )


def vote_against_deed(snapshot: Snapshot, patron: str, client: str, first: int, last: int) -> Finding | None:
    """Count the deliveries of a patron after the acts by which it was bound not to make or to limit them.

    As :func:`deeds`, with the restrictions only that bind the patron: its own acts, and those that bind all members of
    an organisation. Beside the deeds stand these acts, and the patron's votes of the same years.

    Returns
    -------
    Finding or None
        Number of rows (unit ``rows``). ``detail["votes"]`` and ``detail["deeds"]`` hold at most twelve dated rows each:
        the six latest, and the six largest of the rest by their share of the largest of their unit. None without any.

    Source: the rows, the instruments and the events.
    """
    found = _deeds(snapshot, patron, client, first, last, bound=True)
    if not found:
        return None
    rows = [row for row, _ in found]
    laws = {one["id"]: one for _, bearing in found for one in bearing}
    votes = [row for row in _events(snapshot, patron, client, "vote") if first <= row["date"].year <= last]
    votes = [row for row in votes if row["word"] not in _UNJUDGED]
    return make_finding(
        snapshot,
        "vote_against_deed",
        {"patron": patron, "client": client, "first": first, "last": last},
        [*(row["id"] for row in rows), *laws, *(row["id"] for row in votes)],
        len(found),
        "rows",
        caveats=[*_CAVEATS, *hedges(rows)],
        detail={
            "votes": _votes(list(laws.values()), votes)[-LISTED:],
            "deeds": [_deed(snapshot, row, bearing) for row, bearing in _chosen(found)],
        },
    )


_CAVEATS = (
    "Rows are counted, not amounts; periods may overlap.",
    "A delivery under a cap is not thereby unlawful, and a ban may leave out part of a channel.",
)

_Found = tuple[dict[str, Any], list[dict[str, Any]]]


def _events(snapshot: Snapshot, actor: str, client: str, part: str) -> list[dict[str, Any]]:
    """Return the events of a part in which both took part, oldest first."""
    return acts_of(snapshot, snapshot.event.filter(pl.col("part") == part), actor, client, inside=part == "vote")


def _deeds(snapshot: Snapshot, patron: str, client: str, first: int, last: int, *, bound: bool) -> list[_Found]:
    """Return the deliveries with the bans and caps in force on them, latest first."""
    laws = [row for row in restrictions_on(snapshot, client) if row["direction"] != "export"]
    laws = [row for row in laws if not bound or binds(snapshot, row, patron)]
    line = snapshot.actors.lineage
    frame = snapshot.usable.filter(
        between(line(patron), line(client))
        & (pl.col("direction") == "from_to")
        & (pl.col("adds_up") == "yes")
        & (pl.col("value") > 0)
        & (pl.col("dimension") != "share")
        & (pl.col("basis").fill_null("") != "derived")
        & (pl.col("word") != "not judged")
        & pl.col("series").is_in(list(growth_series(snapshot))).not_()
        & (pl.col("start") >= date(first, 1, 1))
        & (pl.col("end") <= date(last, 12, 31))
    )
    frame = ranked(frame).unique(["series", "start", "end"], keep="first", maintain_order=True)
    found: list[_Found] = []
    effects = {channel: bearing_on(snapshot, channel) for channel in frame.get_column("channel").unique()}
    for row in frame.sort("end", "start", "id", descending=[True, True, False]).iter_rows(named=True):
        bearing = [
            one
            for one in laws
            if effects[row["channel"]].get(one["id"]) in ("ban", "cap") and in_force(one, row["start"])
        ]
        if bearing:
            found.append((row, bearing))
    return found


def _deed(snapshot: Snapshot, row: dict[str, Any], bearing: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return a delivery for a table, in its unit as printed, with the instruments that were in force on it."""
    names = ("id", "start", "end", "channel", "series", "value", "unit", "qualifier", "compiler", "alleged_by", "word")
    return {
        **{name: row[name] for name in names},
        "label": snapshot.label(row["series"]),
        "instruments": sorted({one["instrument"] for one in bearing}),
    }


def _chosen(found: list[_Found]) -> list[_Found]:
    """Choose the rows of a table: the six latest, and the six largest of the rest."""
    latest, rest = found[: LISTED // 2], found[LISTED // 2 :]
    most: dict[str, float] = {}
    for row, _ in found:
        most[row["base"]] = max(most.get(row["base"], 0.0), row["value_base"])
    rest = sorted(rest, key=lambda one: (-one[0]["value_base"] / most[one[0]["base"]], one[0]["id"]))
    return sorted([*latest, *rest[: LISTED // 2]], key=lambda one: (one[0]["end"], one[0]["id"]), reverse=True)


def _votes(laws: Sequence[dict[str, Any]], votes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the instruments and the votes by date, one row each."""
    instruments: dict[tuple[date, str], list[str]] = {}
    for row in laws:
        instruments.setdefault((row["date"], row["instrument"]), []).append(row["what"])
    acts_of_law = [
        {"date": day, "kind": "restriction", "what": f"{name}: {'; '.join(dict.fromkeys(what))}"}
        for (day, name), what in instruments.items()
    ]
    cast = [{"date": row["date"], "kind": row["kind"], "what": row["what"], "id": row["id"]} for row in votes]
    return sorted([*acts_of_law, *cast], key=lambda row: (row["date"], row["what"]))
