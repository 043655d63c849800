"""Readings of one figure: every value that is published for one series, pair and period, with its compiler."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from khasan.ledger.finding import Finding, make_finding
from khasan.ledger.knowledge import best_first
from khasan.ledger.snapshot import Snapshot


def figure_readings(
    snapshot: Snapshot, series: str, from_actor: str, to_actor: str, start: str, end: str
) -> Finding | None:
    """List every reading of one figure; readings stand side by side and are not averaged.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    series, from_actor, to_actor : str
        What is counted, between whom.
    start, end : str
        First and last day (ISO) of the period.

    Returns
    -------
    Finding or None
        Value of the best graded reading in its printed unit, low and high the lowest and highest reading in that unit;
        ``detail["readings"]`` lists value, compiler, exclusion, scenario, word and row of each. None without rows.

    Source: the compilers named in ``detail``.
    """
    frame = snapshot.usable.filter(
        (pl.col("series") == series)
        & (pl.col("from_actor") == from_actor)
        & (pl.col("to_actor") == to_actor)
        & (pl.col("start") == date.fromisoformat(start))
        & (pl.col("end") == date.fromisoformat(end))
    )
    if not frame.height:
        return None
    ranked = best_first(frame)
    unit = ranked.item(0, "unit")
    ranked = ranked.filter(pl.col("unit") == unit)
    listed: list[dict[str, Any]] = []
    seen: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in ranked.iter_rows(named=True):
        key = (row["value"], row["excludes"], row["scenario"])
        name = row["compiler"] or row["publisher"]
        if key in seen:
            if name not in seen[key]["compilers"]:
                seen[key]["compilers"].append(name)
            continue
        seen[key] = {
            "value": row["value"], "compilers": [name], "excludes": row["excludes"], "scenario": row["scenario"],
            "word": row["word"], "row": row["id"], "qualifier": row["qualifier"], "publisher": row["publisher"],
        }  # fmt: skip
        listed.append(seen[key])
    values = ranked.get_column("value").to_list()
    return make_finding(
        snapshot,
        "figure_readings",
        {"series": series, "from_actor": from_actor, "to_actor": to_actor, "start": start, "end": end},
        ranked.get_column("id").to_list(),
        values[0],
        unit,
        low=min(values),
        high=max(values),
        channel=ranked.item(0, "channel"),
        caveats=["Readings of several compilers stand side by side; the span is theirs, not a confidence interval."],
        detail={"readings": listed, "start": frame.item(0, "start"), "end": frame.item(0, "end"), "series": series},
    )


def one_estimate(snapshot: Snapshot, estimate: str) -> Finding | None:
    """Say one estimate under all its assumptions; rows that share an ``estimate_id`` are never a conflict.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    estimate : str
        The ``estimate_id``.

    Returns
    -------
    Finding or None
        Value of the largest scenario in the unit as printed, low and high over all scenarios; ``detail["readings"]``
        lists each with its assumption. None where fewer than two rows share the id.

    Source: the rows of the estimate.
    """
    frame = snapshot.usable.filter(pl.col("estimate_id") == estimate).sort("value", "id")
    if frame.height < 2 or frame.get_column("unit").n_unique() > 1:
        return None
    last = frame.row(-1, named=True)
    return make_finding(
        snapshot,
        "one_estimate",
        {"estimate": estimate},
        frame.get_column("id").to_list(),
        last["value"],
        last["unit"],
        low=frame.item(0, "value"),
        high=last["value"],
        channel=last["channel"],
        caveats=["One estimate under several assumptions: no conflict, and no average."],
        detail={
            "readings": [
                {"value": row["value"], "scenario": row["scenario"], "row": row["id"]}
                for row in frame.iter_rows(named=True)
            ],
            "start": last["start"],
            "end": last["end"],
            "series": last["series"],
            "alleged_by": last["alleged_by"],
            "from": last["from_actor"],
            "to": last["to_actor"],
        },
    )


def estimates(snapshot: Snapshot, channels: tuple[str, ...], taker: str) -> list[Finding]:
    """Return every estimate under several assumptions of what reached an actor in some channels, oldest first.

    Each has the unit as printed.

    Source: the rows of the snapshot with an ``estimate_id``.
    """
    frame = snapshot.usable.filter(
        pl.col("estimate_id").is_not_null()
        & pl.col("channel").is_in(list(channels))
        & pl.col("to_actor").is_in(list(snapshot.actors.lineage(taker)))
    )
    ids = frame.sort("start", "estimate_id").get_column("estimate_id").unique(maintain_order=True).to_list()
    return [one for estimate in ids if (one := one_estimate(snapshot, estimate)) is not None]


def readings_since(snapshot: Snapshot, series: str, from_actor: str, to_actor: str, first: int) -> Finding | None:
    """List every value of a series for a pair since a year, whatever its period: sources that count the same thing.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    series, from_actor, to_actor : str
        What is counted, between whom.
    first : int
        First year.

    Returns
    -------
    Finding or None
        Value of the latest row in its printed unit, low and high over all rows in that unit; ``detail["readings"]``
        lists value, period, compiler and hedge of each. None with fewer than two different values.

    Source: the compilers named in ``detail``.
    """
    frame = snapshot.usable.filter(
        (pl.col("series") == series)
        & (pl.col("from_actor") == from_actor)
        & (pl.col("to_actor") == to_actor)
        & (pl.col("start").dt.year() >= first)
        & pl.col("estimate_id").is_null()
    ).sort("end", "start", "id")
    if not frame.height:
        return None
    unit = frame.item(-1, "unit")
    frame = frame.filter(pl.col("unit") == unit)
    if frame.get_column("value").n_unique() < 2:
        return None
    values = frame.get_column("value").to_list()
    names = ("value", "start", "end", "qualifier", "word", "id")
    listed = [
        {name: row[name] for name in names} | {"compiler": row["compiler"] or row["publisher"]}
        for row in frame.unique(["value", "start", "end"], keep="first", maintain_order=True).iter_rows(named=True)
    ]
    return make_finding(
        snapshot,
        "readings_since",
        {"series": series, "from_actor": from_actor, "to_actor": to_actor, "first": first},
        frame.get_column("id").to_list(),
        values[-1],
        unit,
        low=min(values),
        high=max(values),
        channel=frame.item(0, "channel"),
        caveats=["Periods differ; the values stand side by side and are not added."],
        detail={"readings": listed, "series": series},
    )


def contested(snapshot: Snapshot, actors: tuple[str, ...], channels: tuple[str, ...], most: int = 4) -> list[Finding]:
    """Return the figures between actors on which readings differ most, largest difference first.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    actors : tuple of str
        Both actors of a figure must be among these (predecessors included).
    channels : tuple of str
        Channels to look in.
    most : int
        How many to return.

    Returns
    -------
    list of Finding
        One :func:`figure_readings` a figure whose readings differ by more than a tenth of the smallest, in its unit as
        printed; whole years, spans of whole years and days only. Computed rows, negative values and estimates under
        several assumptions are left out.

    Source: see :func:`figure_readings`.
    """
    line = [member for code in actors for member in snapshot.actors.lineage(code)]
    frame = snapshot.usable.filter(
        pl.col("channel").is_in(list(channels))
        & pl.col("from_actor").is_in(line)
        & pl.col("to_actor").is_in(line)
        & pl.col("period").is_in(["year", "years", "day"])
        & pl.col("estimate_id").is_null()
        & (pl.col("value") >= 0)
        & (pl.col("basis").fill_null("reported") != "derived")
    )
    keys = ["series", "from_actor", "to_actor", "start", "end", "unit"]
    groups = frame.group_by(keys).agg(
        low=pl.col("value").min(),
        high=pl.col("value").max(),
        n=pl.col("value").n_unique(),
        disputed=(pl.col("word") == "disputed").any(),
    )
    apart = groups.filter((pl.col("n") > 1) & (pl.col("high") > pl.col("low") * 1.1) & (pl.col("high") > 0))
    apart = apart.with_columns(gap=1 - pl.col("low") / pl.col("high"), size=pl.col("high"))
    ordered = apart.sort(["disputed", "n", "size", "start", "series"], descending=[True, True, True, True, False])
    found: list[Finding] = []
    seen: set[tuple[str, str, str]] = set()
    for row in ordered.iter_rows(named=True):
        if (row["series"], row["from_actor"], row["to_actor"]) in seen:
            continue
        seen.add((row["series"], row["from_actor"], row["to_actor"]))
        one = figure_readings(
            snapshot,
            row["series"],
            row["from_actor"],
            row["to_actor"],
            row["start"].isoformat(),
            row["end"].isoformat(),
        )
        if one is not None:
            found.append(one)
        if len(found) == most:
            break
    return found
