"""The latest figure of a channel and its trend over whole years, with every reading beside it."""

from __future__ import annotations

from typing import Any

import polars as pl

from khasan.ledger.finding import Finding, make_finding
from khasan.ledger.snapshot import Snapshot
from khasan.measures.channel_rows import (
    channel_bases,
    commonest,
    described,
    growth_series,
    headline,
    hedges,
    keep,
    pair_rows,
    ranked,
    reading,
    readings_of,
    spread,
)


def channel_latest(snapshot: Snapshot, patron: str, client: str, channel: str) -> Finding | None:
    """Latest figure of a channel between a patron and a client.

    Growth rates and side facts (series that neither add up nor are levels) are left out where other rows exist, and
    so are units in which the channel is not counted. The row with the latest end is taken; a whole year comes before
    a part of one that ends less than twelve months later, a record before an accusation of the same months, and of rows
    that end within a month of each other the one in the channel's first unit. Then the channel's main series and the
    best grade decide.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    patron, client : str
        Actors; rows of their predecessors count as theirs.
    channel : str
        Channel.

    Returns
    -------
    Finding or None
        Value in the unit as printed; low and high run over the row's own ends, the scenarios of its estimate and the
        other origins' rows of the same series, pair and period (``detail["readings"]``). Where no row joins the two,
        the client's figure with all partners is given and ``detail["with"]`` says so. None without a row.

    Source: the row named in ``detail["row"]``.
    """
    frame, partners = pair_rows(snapshot, patron, client, channel)
    row = headline(snapshot, channel, frame)
    if row is None:
        return None
    rows = readings_of(frame, row)
    low, high = spread(snapshot, rows, row["unit"])
    caveats = hedges(rows)
    if partners:
        caveats.append(
            f"No row joins {snapshot.actors.name(patron)} and {snapshot.actors.name(client)}; "
            f"the figure is {snapshot.actors.name(client)}'s with {partners}."
        )
    return make_finding(
        snapshot,
        "channel_latest",
        {"patron": patron, "client": client, "channel": channel},
        [one["id"] for one in rows],
        row["value"],
        row["unit"],
        low=low,
        high=high,
        channel=channel,
        caveats=caveats,
        detail={**described(snapshot, row), "with": partners, "readings": [reading(one) for one in rows]},
    )


def channel_trend(
    snapshot: Snapshot, patron: str, client: str, channel: str, series: str, compiler: str = "", unit: str = ""
) -> Finding | None:
    """Change of one series, by one compiler, over its last whole years (ten at most).

    ``100 * (v_last / v_first - 1)`` with ``v_first`` the first value above 0 among them. Years without a row are
    absent, never 0; of several rows of a year the best graded is used.

    Returns
    -------
    Finding or None
        Value in ``percent``; ``detail["points"]`` holds ``[year, value]`` in the unit as printed. None with fewer than
        two years.

    Source: the compiler.
    """
    frame, partners = pair_rows(snapshot, patron, client, channel)
    points = _points(frame, series, compiler, unit)
    start = next((index for index, row in enumerate(points) if row["value"] > 0), None)
    if start is None or len(points) - start < 2:
        return None
    first, last = points[start], points[-1]
    return make_finding(
        snapshot,
        "channel_trend",
        {
            "patron": patron,
            "client": client,
            "channel": channel,
            "series": series,
            "compiler": compiler,
            "unit": unit,
        },
        [row["id"] for row in points],
        100 * (last["value"] / first["value"] - 1),
        "percent",
        channel=channel,
        caveats=[f"The first year above 0 is {first['year']}."] if start else [],
        detail={
            **described(snapshot, last),
            "with": partners,
            "points": [[row["year"], row["value"]] for row in points],
            "first": first["year"],
            "last": last["year"],
        },
    )


def trend_key(
    snapshot: Snapshot, patron: str, client: str, channel: str, series: str = ""
) -> tuple[str, str, str] | None:
    """Return the series, compiler and unit of a channel with the most whole years, or None where none has two.

    Only those count whose last year lies at most two years before the newest; computed rows and growth rates do not.
    A series that is named comes before all others where it has two whole years of one compiler.

    Source: the usable rows of the channel, see :func:`khasan.measures.channel_rows.pair_rows`.
    """
    frame, _ = pair_rows(snapshot, patron, client, channel)
    growth = list(growth_series(snapshot))
    levels = pl.col("series").is_in(growth).not_() & (pl.col("adds_up") != "not applicable")
    levels = levels & (pl.col("basis").fill_null("") != "derived")
    frame = frame.filter(pl.col("year").is_not_null() & levels)
    frame = keep(frame, pl.col("base").is_in(channel_bases(snapshot, channel)))
    keys = frame.select("series", pl.col("compiler").fill_null(""), "unit").unique().rows()
    found = [(key, _points(frame, key[0], key[1], key[2], most=None)) for key in keys]
    long = [(-len(points), -points[-1]["year"], key) for key, points in found if len(points) > 1]
    long = [one for one in long if one[2][0] == series] or long
    newest = min((year for _, year, _ in long), default=0)
    return min((one for one in long if one[1] <= newest + 2), default=(0, 0, None))[2]


def _points(frame: pl.DataFrame, series: str, compiler: str, unit: str, most: int | None = 10) -> list[dict[str, Any]]:
    """Return the last whole years of a series in the direction that has most, one row a year."""
    chosen = frame.filter(
        (pl.col("series") == series)
        & (pl.col("compiler").fill_null("") == compiler)
        & pl.col("year").is_not_null()
        & pl.col("scenario").is_null()
        & (pl.lit(not unit) | (pl.col("unit") == unit))
    )
    if not unit and chosen.height:
        chosen = chosen.filter(pl.col("unit") == commonest(chosen, "unit"))
    if chosen.height:
        way = pl.concat_str("from_actor", "to_actor", pl.col("excludes").fill_null(""), separator="|")
        chosen = chosen.with_columns(_way=way)
        chosen = chosen.filter(pl.col("_way") == commonest(chosen, "_way"))
    rows = ranked(chosen).unique("year", keep="first", maintain_order=True).sort("year")
    rows = rows if most is None else rows.tail(most)
    return list(rows.iter_rows(named=True))
