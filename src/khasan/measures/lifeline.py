"""Lifeline: every channel between patron and client with its latest figure, trend, law and use of a cap."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from khasan.ledger.finding import Finding, make_finding
from khasan.ledger.periods import day_words
from khasan.ledger.snapshot import Snapshot
from khasan.measures.caps import cap_use, caps_of
from khasan.measures.channel_acts import channel_acts
from khasan.measures.channel_rows import between
from khasan.measures.latest import channel_latest, channel_trend, trend_key
from khasan.measures.legal import bearing_on, in_force, legal_state, restrictions_on, state_word

NO_ROW = "no row in the ledger"
_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class LifelineRow:
    """One channel of a lifeline.

    Attributes
    ----------
    channel, name, label, direction : str
        The channel, and which way it runs.
    latest, trend, legal, cap : Finding, optional
        Findings of :func:`channel_latest`, :func:`channel_trend`, :func:`legal_state` and :func:`cap_use`.
    state : str
        open, exempt, capped, banned or restricted.
    why : str
        Why there is no figure; empty where there is one.
    gaps : tuple of mapping
        Compilers that stopped or suppress figures that would belong here, from the table ``coverage``.
    """

    channel: str
    name: str
    label: str
    direction: str
    latest: Finding | None
    trend: Finding | None
    legal: Finding | None
    cap: Finding | None
    state: str
    why: str
    gaps: tuple[Mapping[str, Any], ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the row as it stands in a table and in JSON.

        ``latest``, ``low`` and ``high`` are in the unit that ``unit`` names, ``trend`` is in percent, ``cap_use`` and
        ``cap_high`` are shares of the cap.

        Source: the findings of the row.
        """
        latest, cap = self.latest, self.cap
        detail: Mapping[str, Any] = latest.detail if latest is not None else {}
        return {
            "channel": self.channel,
            "name": self.name,
            "direction": self.direction,
            "latest": None if latest is None else latest.value,
            "low": None if latest is None else latest.low,
            "high": None if latest is None else latest.high,
            "unit": None if latest is None else latest.unit,
            **{key: detail.get(key) for key in ("series", "from", "to", "compiler", "alleged_by", "qualifier")},
            **{key: day.isoformat() if (day := detail.get(key)) is not None else None for key in ("start", "end")},
            "word": None if latest is None else latest.word,
            "trend": None if self.trend is None else self.trend.value,
            "state": self.state,
            "restrictions": None if self.legal is None else int(self.legal.value),
            "cap_use": None if cap is None else cap.value,
            "cap_high": None if cap is None else cap.high,
            "cap_year": None if cap is None else cap.parameters["year"],
            "reason": self.why,
            "findings": [one.id for one in (latest, self.trend, self.legal, cap) if one is not None],
        }


def lifeline(snapshot: Snapshot, patron: str, client: str) -> list[LifelineRow]:
    """Return one row a channel, in the order of the table ``channel``; none is dropped for want of data.

    Background (direction ``not applicable``) is no channel between the two.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    patron, client : str
        Actors.

    Returns
    -------
    list of LifelineRow
        Each figure is in the unit of its finding. Without a figure ``why`` says so: no row in the ledger, or who
        stopped or suppresses it since when.

    Source: the findings of each row.
    """
    return snapshot.remember(f"lifeline of {client} by {patron}", lambda held: _rows(held, patron, client))


def _rows(snapshot: Snapshot, patron: str, client: str) -> list[LifelineRow]:
    """Make one row a channel (no unit: each finding has its own)."""
    channels = snapshot.channel.filter(pl.col("direction").fill_null("") != "not applicable")
    return [_row(snapshot, patron, client, channel) for channel in channels.iter_rows(named=True)]


def lifeline_count(snapshot: Snapshot, patron: str, client: str) -> Finding | None:
    """Count the channels between two actors, by the state of the law and by whether they show a figure.

    Returns
    -------
    Finding or None
        Number of channels (unit ``channels``); ``detail`` holds ``states`` (channels by state) and ``silent`` (those
        without a figure). None where no row and no restriction tells of any channel.

    Source: the rows and restrictions of :func:`lifeline`.
    """
    rows = lifeline(snapshot, patron, client)
    told = [one for row in rows for one in (row.latest, row.legal) if one is not None]
    if not told:
        return None
    states: dict[str, int] = {}
    for row in rows:
        states[row.state] = states.get(row.state, 0) + 1
    return make_finding(
        snapshot,
        "lifeline_count",
        {"patron": patron, "client": client},
        [row for one in told for row in one.evidence],
        len(rows),
        "channels",
        caveats=["A channel without a restriction in the ledger counts as open."],
        detail={"states": states, "silent": [row.channel for row in rows if row.latest is None]},
    )


def _row(snapshot: Snapshot, patron: str, client: str, channel: Mapping[str, Any]) -> LifelineRow:
    """Make the row of one channel from its findings, each in its own unit."""
    code = channel["id"]
    latest = channel_latest(snapshot, patron, client, code) or channel_acts(snapshot, patron, client, code)
    named = str(latest.detail.get("series") or "") if latest is not None else ""
    key = trend_key(snapshot, patron, client, code, named)
    legal = legal_state(snapshot, client, code)
    gaps = tuple(_gaps(snapshot, patron, client, channel))
    return LifelineRow(
        channel=code,
        name=channel["name"],
        label=snapshot.label(code),
        direction=channel["direction"] or "",
        latest=latest,
        trend=_fresh(None if key is None else channel_trend(snapshot, patron, client, code, *key), latest),
        legal=legal,
        cap=_latest_cap_use(snapshot, client, code),
        state=state_word(legal),
        why="" if latest is not None else "; ".join(one["text"] for one in gaps) or NO_ROW,
        gaps=gaps,
    )


def _latest_cap_use(snapshot: Snapshot, client: str, channel: str) -> Finding | None:
    """Return the use of a cap in force on a channel in the latest year with data, those that bind all first."""
    effects = bearing_on(snapshot, channel)
    laws = [row for row in restrictions_on(snapshot, client) if in_force(row, snapshot.as_of)]
    senders = {row["id"]: (row["binds"] or "").startswith("all") for row in laws}
    caps = sorted(
        (cap for cap in caps_of(snapshot, client) if effects.get(cap) == "cap" and cap in senders),
        key=lambda cap: not senders[cap],
    )
    first = min((row["date"].year for row in laws if row["id"] in caps), default=snapshot.as_of.year + 1)
    uses: list[Finding] = []
    for year in range(snapshot.as_of.year, first - 1, -1):
        found = next((use for cap in caps if (use := cap_use(snapshot, client, cap, year)) is not None), None)
        if found is not None:
            uses.append(found)
        if len(uses) == _TOLD:
            break
    # A year of which only the notified part is known yet says less than the one before it.
    return next((use for use in uses if use.detail["unreported"]), uses[0] if uses else None)


_TOLD = 3
"""Latest years with data among which one with an estimate of what went unreported is preferred."""


def _fresh(trend: Finding | None, latest: Finding | None) -> Finding | None:
    """Leave out a trend (unit ``percent``) that ends over a year before the latest figure: it is of another time."""
    if trend is None or latest is None or latest.detail.get("start") is None:
        return trend
    return trend if trend.detail["points"][-1][0] >= latest.detail["start"].year - 1 else None


def _gaps(snapshot: Snapshot, patron: str, client: str, channel: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what compilers of trade between the two stopped or suppress of goods that a channel names."""
    givers, takers = snapshot.actors.lineage(patron), snapshot.actors.lineage(client)
    text = set(_WORD.findall(f"{channel['name']} {channel['definition']}".lower()))
    both = snapshot.usable.filter(between(givers, takers) | between(takers, givers))
    rows = snapshot.coverage.filter(
        pl.col("partner").is_in([*givers, *takers])
        & pl.col("compiler").is_in(both.get_column("compiler").unique().implode())
        & pl.col("state").is_in(["suppressed", "stopped"])
        & (pl.col("end").is_null() | (pl.col("end") >= snapshot.as_of))
    )
    found = []
    for row in rows.sort("start", "compiler").iter_rows(named=True):
        goods = row["goods"] or "goods"
        if set(_WORD.findall(goods.lower())) - {"all"} <= text:
            since = f"since {day_words(row['start'])}"
            found.append({**row, "text": f"{goods} {row['state']} by {row['compiler']} {since}"})
    return found
