"""Small ledgers, made by hand, for tests of the measures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import polars as pl

from khasan.ledger.snapshot import Snapshot, take_snapshot
from khasan.ledger.store import Ledger

Row = Mapping[str, str]

TODAY = date(2026, 3, 1)

ACTORS: tuple[Row, ...] = (
    {"id": "NEW", "name": "Newland", "kind": "state", "valid_from": "1991-12-26", "predecessor": "OLD"},
    {"id": "OLD", "name": "Oldland", "kind": "state", "valid_to": "1991-12-25"},
    {"id": "AAA", "name": "Aland", "kind": "state"},
    {"id": "BBB", "name": "Beland", "kind": "state"},
    {"id": "CCC", "name": "Celand", "kind": "state"},
    {"id": "UN", "name": "United Nations", "kind": "organisation"},
    {"id": "WLD", "name": "World", "kind": "group"},
)
ANSWERS = ("yes", "abstain", "no")
CELLS = tuple(f"votes_{one}_{other}" for one in ANSWERS for other in ANSWERS)
PAIRED = tuple(f"votes_{name}_{which}" for name in ("contested", "issue", "session") for which in ("same", "both"))
SERIES: Mapping[str, tuple[str, str, str]] = {
    **dict.fromkeys((*CELLS, *PAIRED), ("votes", "roll calls", "two_way")),
    "roll_calls_held": ("votes", "roll calls", "of_actor"),
    "goods_export": ("trade", "USD million", "from_to"),
    "client_trade_total": ("trade", "USD million", "of_actor"),
    "gdp_constant_2011": ("context", "USD million", "of_actor"),
    "capital_distance": ("context", "km", "two_way"),
}
ROLES: tuple[Row, ...] = (
    *({"role": "votes_cell", "series": name} for name in CELLS),
    *({"role": name, "series": name} for name in (*PAIRED, "roll_calls_held", "capital_distance")),
    {"role": "gdp", "series": "gdp_constant_2011"},
    {"role": "goods_exports", "series": "goods_export"},
    {"role": "total_trade", "series": "client_trade_total"},
)


def snapshot_of(observation: Iterable[Row] = (), event: Iterable[Row] = ()) -> Snapshot:
    """Make a snapshot that holds the rows given, beside the reference tables."""
    tables: dict[str, Sequence[Row]] = {
        "actor": ACTORS,
        "source": (
            {
                "id": "s",
                "title": "A file",
                "publisher": "P",
                "published": "2020",
                "kind": "primary",
                "reliability": "B",
                "licence_class": "ship",
            },
        ),
        "channel": tuple(
            {"id": name, "name": name, "order": str(place), "definition": name}
            for place, name in enumerate(("trade", "votes", "context"))
        ),
        "unit": (
            {"id": "roll calls", "dimension": "count", "factor": "1", "base": "roll call"},
            {"id": "USD million", "dimension": "money", "factor": "1000000", "base": "USD"},
            {"id": "km", "dimension": "length", "factor": "1000", "base": "m"},
        ),
        "series": tuple(
            {
                "id": name,
                "channel": channel,
                "unit": unit,
                "direction": direction,
                "adds_up": "yes" if unit == "USD million" else "no",
                "definition": name,
            }
            for name, (channel, unit, direction) in SERIES.items()
        ),
        "role": ROLES,
        "observation": tuple(observation),
        "event": tuple(event),
    }
    ledger = Ledger.memory()
    ledger.load({name: _frame(rows) for name, rows in tables.items() if rows}, "hand-made")
    return take_snapshot(ledger, today=TODAY)


def observation(series: str, giver: str, taker: str, year: int, value: float, **cells: str) -> Row:
    """Make a row of a year; other cells may replace what is usual."""
    scenario = cells.get("scenario", "")
    compiler = cells.get("compiler", "C")
    return {
        "id": f"{series}-{giver}-{taker}-{year}-{scenario}-{compiler}".lower().replace("_", "-").replace(" ", "-"),
        "series": series,
        "from_actor": giver,
        "to_actor": taker,
        "start": f"{year}-01-01",
        "end": f"{year}-12-31",
        "value": format(float(value), "f"),
        "unit": SERIES[series][1],
        "compiler": compiler,
        "credibility": "2",
        "source": "s",
        **cells,
    }


def event(name: str, day: str, actors: str, kind: str, **cells: str) -> Row:
    """Make an event of a day."""
    return {
        "id": name,
        "date": day,
        "precision": "day",
        "actors": actors,
        "kind": kind,
        "what": name,
        "credibility": "2",
        "source": "s",
        **cells,
    }


def votes(one: str, other: str, year: int, counts: Sequence[int]) -> list[Row]:
    """Make the nine cells of a pair and year, in the order yes, abstain, no of one by those of the other."""
    return [observation(name, one, other, year, count) for name, count in zip(CELLS, counts, strict=True)]


def trade(one: str, other: str, year: int, there: float, back: float) -> list[Row]:
    """Make the two flows of a pair and year."""
    return [observation("goods_export", one, other, year, there), observation("goods_export", other, one, year, back)]


def _frame(rows: Sequence[Row]) -> pl.DataFrame:
    names = list(dict.fromkeys(name for row in rows for name in row))
    data = {name: [row.get(name) or None for row in rows] for name in names}
    frame = pl.DataFrame(data, schema={name: pl.String() for name in names})
    return frame.with_columns(pl.Series("_row", range(2, len(rows) + 2), dtype=pl.Int64()))
