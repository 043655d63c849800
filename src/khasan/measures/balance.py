"""Balance of a bond: what each side gave the other, channel by channel, never netted and never added twice."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from math import fsum
from typing import Any

import polars as pl

from khasan.ledger.finding import Finding, make_finding
from khasan.ledger.snapshot import Snapshot
from khasan.measures.channel_rows import (
    YEAR,
    between,
    channel_bases,
    described,
    growth_series,
    hedges,
    keep,
    middle,
    ranked,
    reading,
    readings_of,
    spread,
)

AMOUNTS = ("money", "volume", "mass", "count", "energy")
NEAR = 0.9
"""Part of the days that another compiler must cover to be a valuation of the same delivery."""


def given(
    snapshot: Snapshot, giver: str, taker: str, channel: str, first: int, last: int, series: str = ""
) -> Finding | None:
    """Amount that one actor gave another in a channel over a span of years.

    Of the series that run from giver to taker in the channel's first unit the one is taken that adds up, reaches within
    a year of the latest and is best graded. Its value is the sum over periods that do not overlap and cover most days
    (the longest rows where they cover the same), by one compiler; a series that does not add up gives its latest level.
    Two-way rows are given by nobody, growth rates and computed rows are no gift, and what is owed (roles ``debt_owed``,
    ``not_given``) is not given.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    giver, taker : str
        Actors; rows of their predecessors count as theirs.
    channel : str
        Channel.
    first, last : int
        First and last year; a row counts where its whole period lies inside.
    series : str
        A series of the channel, where another than the rule's is wanted.

    Returns
    -------
    Finding or None
        Value in a unit as printed. Low and high are the lowest and highest defensible valuation: the rows' own ends,
        scenarios, other origins, and other compilers that cover at least nine tenths of the same days.
        ``detail["bars"]`` lists the periods that were added.

    Source: the compilers named in ``detail``.
    """
    frame = _given_rows(snapshot, giver, taker, channel, first, last)
    chosen = _series(snapshot, channel, frame, series)
    if not chosen.height:
        return None
    adds = chosen.item(0, "adds_up") == "yes"
    sums = _sums(snapshot, chosen) if adds else [_level(snapshot, chosen)]
    best = sums[0]
    near = [one for one in sums if _same_days(best["rows"], one["rows"])]
    row = best["rows"][-1]
    used = {item["id"]: item for one in near for item in one["all"]}
    caveats = hedges(used.values())
    if len(near) > 1:
        caveats.append("Low and high run over compilers whose periods differ a little.")
    if adds:
        caveats.append("Only the periods listed are added; months without a row are absent, not 0.")
    return make_finding(
        snapshot,
        "given",
        {"giver": giver, "taker": taker, "channel": channel, "first": first, "last": last, "series": series},
        used,
        best["value"],
        best["unit"],
        low=min(one["low"] for one in near),
        high=max(one["high"] for one in near),
        channel=channel,
        caveats=caveats,
        detail={
            **described(snapshot, row),
            "start": min(item["start"] for item in best["rows"]),
            "end": max(item["end"] for item in best["rows"]),
            "adds_up": adds,
            "bars": [
                {"start": item["start"], "end": item["end"], "value": item["value"], "unit": item["unit"]}
                for item in best["rows"]
            ],
            "readings": [reading(item) for item in used.values()],
            "word": row["word"],
        },
    )


def balance(snapshot: Snapshot, patron: str, client: str, first: int, last: int) -> list[Finding]:
    """Return what patron and client gave each other over a span of years, one finding a channel and direction.

    Each is :func:`given`, its value in the unit that its rows print.

    Source: see :func:`given`.
    """
    found = []
    for channel in snapshot.channel.filter(pl.col("direction").fill_null("") != "not applicable").get_column("id"):
        for giver, taker in ((patron, client), (client, patron)):
            finding = given(snapshot, giver, taker, channel, first, last)
            if finding is not None:
                found.append(finding)
    return found


def cover(rows: Sequence[dict[str, Any]], first: date, last: date) -> list[dict[str, Any]]:
    """Choose rows inside a span that do not overlap and cover most days; of equals the fewest rows.

    Weighted interval scheduling by dynamic programming. Of rows with one period the first given is used, so the best
    graded must come first.

    Returns
    -------
    list
        The rows chosen, in order of time (no unit: each keeps the unit of its own value).

    Source: weighted interval scheduling, as in Kleinberg and Tardos, Algorithm Design (2005), section 6.1.
    """
    periods: dict[tuple[date, date], dict[str, Any]] = {}
    for row in rows:
        if first <= row["start"] and row["end"] <= last:
            periods.setdefault((row["end"], row["start"]), row)
    ordered = [periods[key] for key in sorted(periods)]
    ends = [row["end"] for row in ordered]
    best: list[tuple[int, int, list[int]]] = [(0, 0, [])]
    for index, row in enumerate(ordered):
        before = best[bisect_left(ends, row["start"], 0, index)]
        days = (row["end"] - row["start"]).days + 1
        taken = (before[0] + days, before[1] - 1, [*before[2], index])
        best.append(max(best[-1], taken, key=lambda item: item[:2]))
    return [ordered[index] for index in best[-1][2]]


def _given_rows(snapshot: Snapshot, giver: str, taker: str, channel: str, first: int, last: int) -> pl.DataFrame:
    """Return the rows of a channel from giver to taker inside a span that may be gifts, each in its own unit."""
    line = snapshot.actors.lineage
    owed = [*snapshot.series_of("debt_owed"), *snapshot.series_of("not_given"), *growth_series(snapshot)]
    return snapshot.usable.filter(
        (pl.col("channel") == channel)
        & pl.col("dimension").str.contains(" per ").fill_null(False).not_()  # a capacity or a rate is no gift
        & (pl.col("direction") == "from_to")
        & (pl.col("basis").fill_null("") != "derived")
        & between(line(giver), line(taker))
        & pl.col("series").is_in(owed).not_()
        & (pl.col("start") >= date(first, 1, 1))
        & (pl.col("end") <= date(last, 12, 31))
    )


def _series(snapshot: Snapshot, channel: str, frame: pl.DataFrame, series: str) -> pl.DataFrame:
    """Return the rows of the series and base unit that stand for what was given."""
    if series:
        frame = frame.filter(pl.col("series") == series)
    frame = keep(frame, pl.col("adds_up") != "not applicable")
    # An amount says more of a gift than a share of something else, whatever the channel's first unit is.
    amounts = frame.filter(pl.col("dimension").is_in(AMOUNTS))
    present = set((amounts if amounts.height else frame).get_column("base"))
    counted = next((base for base in channel_bases(snapshot, channel) if base in present), None)
    frame = frame if counted is None else frame.filter(pl.col("base") == counted)
    frame = keep(frame, (pl.col("adds_up") == "yes") & pl.col("dimension").is_in(AMOUNTS))
    frame = keep(frame, pl.col("word") != "not judged")
    if not frame.height:
        return frame
    newest = frame.get_column("end").max()
    assert isinstance(newest, date)
    recent = ranked(frame.filter(pl.col("end") >= newest - YEAR))
    parts = snapshot.role.get_column("series").unique().to_list()
    recent = recent.with_columns(_part=pl.col("series").is_in(parts).not_())
    top = recent.sort("_part", maintain_order=True).row(0, named=True)
    frame = frame.filter((pl.col("series") == top["series"]) & (pl.col("base") == top["base"]))
    return keep(frame, pl.col("alleged_by").is_null()) if top["adds_up"] == "yes" else frame


def _sums(snapshot: Snapshot, frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Sum by compiler: the best graded of those that cover nearly as many days as any comes first."""
    found = []
    for (compiler, excludes), part in frame.group_by("compiler", "excludes", maintain_order=True):
        rows = [middle(part, row) for row in ranked(part).iter_rows(named=True)]
        chosen = cover(rows, date.min, date.max)
        units = {row["unit"] for row in chosen}
        unit = chosen[-1]["unit"]
        factor = snapshot.units[unit].factor
        every = {row["id"]: readings_of(frame, row) for row in chosen}
        ends = [_ends(rows) for rows in every.values()]
        value = _total(chosen, units, factor)
        found.append(
            {
                "key": (compiler or "", excludes or ""),
                "rows": chosen,
                "all": [row for rows in every.values() for row in rows],
                "value": value,
                "low": min(value, fsum(low for low, _ in ends) / factor),
                "high": max(value, fsum(high for _, high in ends) / factor),
                "unit": unit,
            }
        )
    most = max(_days(one["rows"]) for one in found)
    return sorted(
        found,
        key=lambda one: (
            _days(one["rows"]) < NEAR * most,
            max((row["credibility"], row["reliability"]) for row in one["rows"]),
            -one["rows"][-1]["end"].toordinal(),
            -_days(one["rows"]),
            one["key"],
        ),
    )


def _total(rows: Sequence[dict[str, Any]], units: set[str], factor: float) -> float:
    """Add rows as printed where they share a unit, or else through their base."""
    if len(units) == 1:
        return fsum(row["value"] for row in rows)
    return fsum(row["value_base"] for row in rows) / factor


def _level(snapshot: Snapshot, frame: pl.DataFrame) -> dict[str, Any]:
    """Return the latest level with its readings."""
    latest = ranked(frame).sort("end", descending=True, maintain_order=True).row(0, named=True)
    row = middle(frame, latest)
    every = readings_of(frame, row)
    low, high = spread(snapshot, every, row["unit"])
    return {"rows": [row], "all": every, "value": row["value"], "low": low, "high": high, "unit": row["unit"]}


def _ends(rows: Sequence[dict[str, Any]]) -> tuple[float, float]:
    """Return the lowest and the highest value over rows, in their base unit."""
    ends = [row[name] for row in rows for name in ("value_base", "low_base", "high_base") if row[name] is not None]
    return min(ends), max(ends)


def _same_days(rows: Sequence[dict[str, Any]], others: Sequence[dict[str, Any]]) -> bool:
    """Whether two sets of periods share at least nine tenths of the days of either."""
    one, other = (
        {day for row in part for day in range(row["start"].toordinal(), row["end"].toordinal() + 1)}
        for part in (rows, others)
    )
    return len(one & other) >= NEAR * max(len(one), len(other))


def _days(rows: Sequence[dict[str, Any]]) -> int:
    """Count the days in the periods of rows, row by row."""
    return sum((row["end"] - row["start"]).days + 1 for row in rows)
