"""What the law says of a channel on a day: open, exempt, capped, banned or restricted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from khasan.ledger.finding import Finding, make_finding
from khasan.ledger.snapshot import Snapshot

OPEN = "open"
STATES: tuple[tuple[str, str], ...] = (
    ("exempt", "exempt"),
    ("cap", "capped"),
    ("ban", "banned"),
    ("restriction", "restricted"),
)
"""Effect and the word for it, the one that prevails first."""

_UNMONITORED = re.compile(r"unmonitored since (\d{4}-\d{2}-\d{2})")
_NUMBERS = re.compile(r"(\d+)(?:\s*-\s*(\d+))?")


def legal_state(snapshot: Snapshot, client: str, channel: str) -> Finding | None:
    """Count the restrictions in force on a channel of a client, and name the state that follows.

    A restriction is in force on a day t where ``date <= t`` and ``until`` is empty or ``t <= until``. The state is that
    of the first effect in the order exempt, cap, ban, restriction: a channel with a cap and with bans on other goods is
    capped. Which restrictions bear on a channel is said by the table ``bearing`` or, where that names none for it, by
    the channel's ``restricted_by``.

    Returns
    -------
    Finding or None
        Number of restrictions in force on ``snapshot.as_of`` (unit ``restrictions``), acts of all senders together;
        ``detail`` holds ``state``, ``unmonitored`` with ``unmonitored_since``, and ``instruments``, those in force
        first. None where no restriction is known: the caller then says ``open``.

    Source: the instruments.
    """
    effects = bearing_on(snapshot, channel)
    rows = [row for row in restrictions_on(snapshot, client) if row["id"] in effects]
    if not rows:
        return None
    day = snapshot.as_of
    bound = [row for row in rows if in_force(row, day)]
    since = [found for row in bound if (found := unmonitored_since(row, day)) is not None]
    caveats = ["A measure in force is not an observed effect."]
    if since:
        caveats.append(f"In force, but without an expert panel that monitors it since {min(since)}.")
    alone = sorted({row["sender"] for row in bound if row["binds"] == "one state"})
    if alone:
        caveats.append(f"Acts that bind one state only: {', '.join(snapshot.actors.name(code) for code in alone)}.")
    listed = sorted(rows, key=lambda row: (not in_force(row, day), row["date"], row["id"]))
    return make_finding(
        snapshot,
        "legal_state",
        {"client": client, "channel": channel},
        [row["id"] for row in rows],
        len(bound),
        "restrictions",
        channel=channel,
        caveats=caveats,
        detail={
            "state": _state({effects[row["id"]] for row in bound}),
            "unmonitored": bool(since),
            "unmonitored_since": min(since) if since else None,
            "instruments": [instrument(row, effects[row["id"]], day) for row in listed],
        },
    )


def state_word(finding: Finding | None) -> str:
    """Return the state of a channel in a word; without a finding it is open.

    No unit: a word.

    Source: the finding given, by :func:`legal_state`.
    """
    return OPEN if finding is None else str(finding.detail["state"])


def bearing_on(snapshot: Snapshot, channel: str) -> Mapping[str, str]:
    """Return the restrictions that bear on a channel, each with its effect: ban, cap, exempt or restriction.

    No unit: ids of restrictions, and words.

    Source: the table ``bearing`` or, where that names none, the column ``restricted_by`` of the table ``channel``.
    """
    return snapshot.remember(f"bearing on {channel}", lambda held: _bearing(held, channel))


def _bearing(snapshot: Snapshot, channel: str) -> Mapping[str, str]:
    """Read which restrictions bear on a channel, and with what effect."""
    rows = snapshot.bearing.filter(pl.col("channel") == channel)
    if rows.height:
        return dict(rows.select("restriction", "effect").iter_rows())
    cells = snapshot.channel.filter(pl.col("id") == channel).get_column("restricted_by").to_list()
    pieces = [piece.strip() for cell in cells for piece in (cell or "").split(";") if piece.strip()]
    found: dict[str, str] = {}
    for row in snapshot.restriction.iter_rows(named=True):
        named = [piece for piece in pieces if _names(piece, row)]
        if named:
            exempt = any("exempt" in piece for piece in named)
            found[row["id"]] = "exempt" if exempt else _effect(row["kind"])
    return found


def restrictions_on(snapshot: Snapshot, client: str) -> list[dict[str, Any]]:
    """Return the restrictions whose target is a client or a predecessor, oldest first.

    No unit of their own: a limit is in the unit of its column ``unit``.

    Source: the table ``restriction``.
    """
    line = list(snapshot.actors.lineage(client))
    return snapshot.remember(
        f"restrictions on {client}",
        lambda held: list(held.restriction.filter(pl.col("target").is_in(line)).iter_rows(named=True)),
    )


def in_force(row: Mapping[str, Any], day: date) -> bool:
    """Whether a restriction is in force on a day.

    No unit: true or false.

    Source: the columns ``date`` and ``until`` of the restriction.
    """
    return bool(row["date"] <= day and (row["until"] is None or day <= row["until"]))


def unmonitored_since(row: Mapping[str, Any], day: date) -> date | None:
    """Return since when nobody monitors a restriction, where that was so on a day.

    No unit: a day.

    Source: the column ``status`` of the restriction.
    """
    found = _UNMONITORED.search(row["status"] or "")
    since = date.fromisoformat(found.group(1)) if found else None
    return since if since is not None and since <= day else None


def binds(snapshot: Snapshot, row: Mapping[str, Any], actor: str) -> bool:
    """Whether a restriction binds an actor: its own act, or one that binds all members of an organisation.

    No unit: true or false.

    Source: the columns ``sender`` and ``binds`` of the restriction.
    """
    own = row["sender"] in snapshot.actors.lineage(actor)
    return own or (row["binds"] or "").startswith("all")


def instrument(row: Mapping[str, Any], effect: str, day: date) -> dict[str, Any]:
    """Return a restriction for a table, with its status on a day.

    ``limit`` is in the unit that ``unit`` names.

    Source: the row of the table ``restriction``.
    """
    if in_force(row, day):
        since = unmonitored_since(row, day)
        status = f"in force but unmonitored since {since}" if since else "in force"
    else:
        status = f"ended on {row['until']}"
    names = ("id", "instrument", "paragraph", "kind", "what", "limit", "unit", "date", "sender", "binds", "exemption")
    return {**{name: row[name] for name in names}, "effect": effect, "status": status}


def _state(effects: set[str]) -> str:
    """Return the word for the effect that prevails, or ``open`` where there is none."""
    return next((word for effect, word in STATES if effect in effects), OPEN)


def _effect(kind: str) -> str:
    """Return the effect of a kind of restriction: ban, cap, or else restriction."""
    return kind if kind in ("ban", "cap") else "restriction"


def _names(piece: str, row: Mapping[str, Any]) -> bool:
    """Whether a piece such as ``ACT/1 paragraphs 4 and 5`` or an id names a restriction."""
    head, _, tail = piece.partition(" paragraph")
    if piece == row["id"]:
        return True
    if head.split(" (")[0].strip() != row["instrument"]:
        return False
    wanted, held = _paragraphs(tail), _paragraphs(row["paragraph"] or "")
    return not wanted or not held or bool(wanted & held)


def _paragraphs(text: str) -> set[int]:
    """Read the paragraphs named in a text: ``4 and 5``, ``9-15``."""
    found: set[int] = set()
    for first, last in _NUMBERS.findall(text):
        found |= set(range(int(first), int(last or first) + 1))
    return found
