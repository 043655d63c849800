"""Rows of a channel between two actors: which come first, which are readings of one figure, and what they hedge."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import polars as pl

from khasan.ledger.actors import split
from khasan.ledger.knowledge import best_first
from khasan.ledger.snapshot import Snapshot
from khasan.ledger.units import convert

ALL_PARTNERS = "all partners"
YEAR, MONTH = timedelta(days=366), timedelta(days=31)
HEDGES = {
    "about": "The source says about.",
    "at_least": "The source says at least; the upper end is open.",
    "up_to": "The source says up to; the lower end is open.",
    "nearly": "The source says nearly.",
}


def pair_rows(snapshot: Snapshot, patron: str, client: str, channel: str) -> tuple[pl.DataFrame, str]:
    """Return the usable rows of a channel between two actors, either way, or else the client's with all partners.

    Rows that were computed in a unit in which the channel is not counted are left out.

    Returns
    -------
    DataFrame and str
        The rows (no unit: each value is in the unit of its column ``unit``), and ``all partners`` where none of them
        joins the two.

    Source: the rows of the table ``observation`` that may be used.
    """
    bases = channel_bases(snapshot, channel)
    own_unit = pl.lit(not bases) | pl.col("base").is_in(bases) | (pl.col("basis").fill_null("") != "derived")
    rows = snapshot.usable.filter((pl.col("channel") == channel) & own_unit)
    givers, takers = snapshot.actors.lineage(patron), snapshot.actors.lineage(client)
    both = rows.filter(between(givers, takers) | between(takers, givers))
    if both.height:
        return both, ""
    groups = groups_with(snapshot, givers)
    own = between(takers, takers) & (pl.col("direction") == "of_actor")
    return rows.filter(between(takers, groups) | between(groups, takers) | own), ALL_PARTNERS


def groups_with(snapshot: Snapshot, line: Iterable[str]) -> list[str]:
    """Return the groups and blocs that contain any of the actors; a group without a list of members is the world.

    No unit: ids of actors.

    Source: the table ``actor``.
    """
    wanted = set(line)
    return [
        actor.id
        for actor in snapshot.actors.by_id.values()
        if actor.kind in ("group", "bloc") and (not actor.members or wanted & set(actor.members))
    ]


def between(givers: Iterable[str], takers: Iterable[str]) -> pl.Expr:
    """Select the rows that run from one of some actors to one of others.

    No unit: an expression over the columns ``from_actor`` and ``to_actor``.

    Source: these columns of the table ``observation``.
    """
    return pl.col("from_actor").is_in(list(givers)) & pl.col("to_actor").is_in(list(takers))


def keep(frame: pl.DataFrame, wanted: pl.Expr) -> pl.DataFrame:
    """Return the rows that are wanted, or all where none is.

    No unit: rows, as they were given.

    Source: the rows given.
    """
    kept = frame.filter(wanted)
    return kept if kept.height else frame


def ranked(frame: pl.DataFrame) -> pl.DataFrame:
    """Sort rows by trust: those that cannot be judged last, then by digit, unhedged first, then as usual.

    No unit: rows, as they were given.

    Source: the grades of the rows, see :func:`khasan.ledger.knowledge.best_first`.
    """
    order = [pl.col("word") == "not judged", pl.col("credibility"), pl.col("qualifier").is_not_null()]
    return best_first(frame).sort(order, maintain_order=True)


def growth_series(snapshot: Snapshot) -> frozenset[str]:
    """Return the series that are growth rates: by the role of that name, or named ``X_change`` beside a series X.

    No unit: ids of series.

    Source: the tables ``series`` and ``role``.
    """
    series = set(snapshot.series.get_column("id"))
    named = {name for name in series if name.endswith("_change") and name.removesuffix("_change") in series}
    return frozenset(named | set(snapshot.series_of("growth_rate")))


def channel_bases(snapshot: Snapshot, channel: str) -> list[str]:
    """Return the base units in which a channel is counted, in the order of the table ``channel``.

    Source: the tables ``channel`` and ``unit``.
    """
    return list(dict.fromkeys(snapshot.units[unit].base for unit in channel_units(snapshot, channel)))


def channel_units(snapshot: Snapshot, channel: str) -> list[str]:
    """Return the units in which a channel is counted, in the order of the table ``channel``.

    Source: the table ``channel``.
    """
    cells = snapshot.channel.filter(pl.col("id") == channel).get_column("unit").to_list()
    return [unit for cell in cells for unit in split(cell) if unit in snapshot.units]


def headline(snapshot: Snapshot, channel: str, frame: pl.DataFrame) -> dict[str, Any] | None:
    """Return the row that stands for a channel, by the rules of :func:`channel_latest`.

    No unit of its own: the value of the row is in the unit of its column ``unit``.

    Source: the rows given.
    """
    bases = channel_bases(snapshot, channel)
    frame = keep(frame, pl.col("series").is_in(list(growth_series(snapshot))).not_())
    frame = keep(frame, pl.col("adds_up") != "not applicable")
    frame = keep(frame, pl.col("base").is_in(bases))
    frame = keep(frame, pl.col("word") != "not judged")
    if not frame.height:
        return None
    frame = frame.with_columns(_end=pl.min_horizontal("end", pl.lit(snapshot.as_of)))
    recorded = frame.filter(pl.col("alleged_by").is_null())
    if recorded.height and _last(recorded) + YEAR >= _last(frame):
        frame = recorded
    newest = frame.filter(pl.col("_end") == _last(frame))
    near = frame.filter(pl.col("_end") >= _last(frame) - MONTH)
    years = frame.filter((pl.col("adds_up") == "yes") & pl.col("year").is_not_null())
    whole = pl.col("year").is_not_null() | (pl.col("period") == "day")  # a delivery of one day is no part of a year
    parts_only = newest.filter((pl.col("adds_up") != "yes") | whole).height == 0
    if parts_only and years.height and _last(years) + YEAR >= _last(frame):
        near = years.filter(pl.col("_end") == _last(years))
    return middle(frame, _main(snapshot, channel_units(snapshot, channel), near))


def readings_of(frame: pl.DataFrame, row: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a row with the scenarios of its estimate and other origins' rows of its series, pair and period.

    No unit of their own: each value is in the unit of its column ``unit``.

    Source: the rows given.
    """
    same = (pl.col("series") == row["series"]) & (pl.col("base") == row["base"])
    pair = [row["from_actor"], row["to_actor"]]
    ways = between(pair[:1], pair[1:])
    if row["direction"] == "two_way":
        ways = ways | between(pair[1:], pair[:1])
    period = (pl.col("start") == row["start"]) & (pl.col("end") == row["end"])
    excludes = pl.col("excludes").fill_null("") == (row["excludes"] or "")
    other = pl.coalesce("origin", "compiler", "source") != (row["origin"] or row["compiler"] or row["source"])
    judged = pl.lit(row["word"] == "not judged") | (pl.col("word") != "not judged")
    estimate = pl.col("estimate_id").eq_missing(pl.lit(row["estimate_id"])) & pl.col("estimate_id").is_not_null()
    found = frame.filter(
        (pl.col("id") == row["id"]) | (same & ways & (estimate | (period & excludes & other & judged)))
    )
    return list(ranked(found).iter_rows(named=True))


def spread(snapshot: Snapshot, rows: Iterable[dict[str, Any]], unit: str) -> tuple[float, float]:
    """Return the lowest and highest end over rows, in a unit.

    Source: the rows given, and the factors of the table ``unit``.
    """
    units = dict(snapshot.units)
    ends = [
        convert(end, row["unit"], unit, units) if row["unit"] != unit else end
        for row in rows
        for end in (row["value"], row["low"], row["high"])
        if end is not None
    ]
    return min(ends), max(ends)


def hedges(rows: Iterable[dict[str, Any]]) -> list[str]:
    """Return what the sources of rows say beside their values.

    No unit: sentences.

    Source: the column ``qualifier`` of the rows.
    """
    return list(dict.fromkeys(HEDGES[row["qualifier"]] for row in rows if row["qualifier"] in HEDGES))


def described(snapshot: Snapshot, row: dict[str, Any]) -> dict[str, Any]:
    """Return what a reader must know of a row beside its value.

    No unit: names, days and the id of the row, no amounts.

    Source: the row given, and the table ``label``.
    """
    return {
        "series": row["series"],
        "label": snapshot.label(row["series"]),
        "from": row["from_actor"],
        "to": row["to_actor"],
        "giver": row["from_actor"] if row["direction"] == "from_to" else "",
        "start": row["start"],
        "end": row["end"],
        "period": row["period"],
        "compiler": row["compiler"] or "",
        "qualifier": row["qualifier"] or "",
        "alleged_by": row["alleged_by"] or "",
        "excludes": row["excludes"] or "",
        "row": row["id"],
    }


def reading(row: dict[str, Any]) -> dict[str, Any]:
    """Return one reading for a table.

    ``value``, ``low`` and ``high`` are in the unit that ``unit`` names.

    Source: the row given.
    """
    names = (
        "id",
        "value",
        "low",
        "high",
        "unit",
        "start",
        "end",
        "compiler",
        "scenario",
        "qualifier",
        "alleged_by",
        "word",
    )
    return {name: row[name] for name in names}


def commonest(frame: pl.DataFrame, column: str) -> str:
    """Return the value of a column that covers most years, the first by name of equals.

    No unit: a cell of the column, as text.

    Source: the rows given, by their number of distinct years.
    """
    counted = frame.group_by(column).agg(pl.col("year").n_unique().alias("len"))
    return str(counted.sort("len", column, descending=[True, False]).item(0, column))


def _last(frame: pl.DataFrame) -> date:
    """Return the latest day in the column ``_end`` of rows."""
    last = frame.get_column("_end").max()
    assert isinstance(last, date)
    return last


def _main(snapshot: Snapshot, units: list[str], rows: pl.DataFrame) -> dict[str, Any]:
    """Choose among late rows: the channel's first unit, the last end, the main series, the best grade."""
    bases = [snapshot.units[unit].base for unit in units]
    parts = snapshot.role.get_column("series").unique().to_list()
    order = ranked(rows).with_columns(
        _base=_place(pl.col("base"), bases),
        _unit=_place(pl.col("unit"), units),
        _part=pl.col("series").is_in(parts).not_(),
        _both=pl.col("direction") != "two_way",
        _many=-pl.len().over("series").cast(pl.Int64),
        _size=-pl.col("value_base").max().over("series"),
        _back=-pl.col("_end").cast(pl.Int32),
    )
    keys = ["_base", "_back", "_unit", "_part", "_both", "_many", "_size", "series"]
    return next(order.sort(keys, maintain_order=True).iter_rows(named=True))


def _place(column: pl.Expr, order: list[str]) -> pl.Expr:
    """Return the place of each cell of a column in an order, from 0; what is not in it comes last."""
    places = {name: index for index, name in reversed(list(enumerate(order)))}
    return column.replace_strict(places, default=len(order), return_dtype=pl.Int64)


def middle(frame: pl.DataFrame, row: dict[str, Any]) -> dict[str, Any]:
    """Of an estimate under several assumptions return the middle one (the lower of two).

    No unit of its own: the value of the row is in the unit of its column ``unit``.

    Source: the rows of the estimate.
    """
    if row["estimate_id"] is None:
        return row
    same = [pl.col(name) == row[name] for name in ("estimate_id", "series", "base")]
    rows = frame.filter(*same).sort("value_base", "id")
    return rows.row((rows.height - 1) // 2, named=True)
