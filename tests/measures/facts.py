"""A small invented casebook for tests of channels, law, debt, deeds and buffers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import polars as pl

from khasan.ledger.bundled import bundled_folder, load_casebook
from khasan.ledger.finding import Finding
from khasan.ledger.snapshot import Snapshot, take_snapshot
from khasan.ledger.store import Ledger

Row = Mapping[str, str]
TODAY = date(2026, 3, 1)
THREE_RIVERS = Path(__file__).parents[2].parent / "shared" / "examples" / "three-rivers"

ACTORS: tuple[Row, ...] = (
    {"id": "PAT", "name": "Patria", "kind": "state", "valid_from": "1991-12-26", "predecessor": "OLD"},
    {"id": "OLD", "name": "Oldland", "kind": "state", "valid_to": "1991-12-25"},
    {"id": "CLI", "name": "Clientia", "kind": "state"},
    {"id": "OPP", "name": "Oppona", "kind": "state"},
    {"id": "RIV", "name": "Rivalia", "kind": "state"},
    {"id": "HST", "name": "Hostia", "kind": "state"},
    {"id": "PAT+RIV", "name": "Patria and Rivalia", "kind": "group", "members": "PAT;RIV"},
    {"id": "UN", "name": "United Nations", "kind": "organisation"},
    {"id": "WLD", "name": "World", "kind": "group"},
)
CHANNELS: tuple[Row, ...] = (
    {"id": "trade", "unit": "USD million", "restricted_by": ""},
    {"id": "fuel", "unit": "barrels; voyages", "restricted_by": "ACT/1 paragraphs 4 and 5"},
    {"id": "debt", "unit": "USD million; percent", "restricted_by": ""},
    {"id": "men", "unit": "persons", "restricted_by": "ACT/1 paragraph 8"},
    {"id": "context", "unit": "", "direction": "not applicable"},
)
UNITS = {
    "USD million": ("money", "1000000", "USD", ""),
    "percent": ("share", "0.01", "one", ""),
    "barrels": ("volume", "1", "barrel", ""),
    "tonnes": ("mass", "1", "tonne", ""),
    "tonnes light fuel": ("volume", "8", "barrel", "light fuel"),
    "tonnes heavy light fuel": ("volume", "7", "barrel", "light fuel, heavy"),
    "voyages": ("count", "1", "voyage", ""),
    "persons": ("count", "1", "person", ""),
    "persons withdrawn": ("count", "1", "person withdrawn", ""),
    "km": ("length", "1", "km", ""),
    "in force": ("state", "1", "in force", ""),
    "score": ("score", "1", "score", ""),
    "standard deviations": ("position", "1", "standard deviation", ""),
    "flows": ("count", "1", "flow", ""),
}
SERIES = {
    "goods_sold": ("trade", "USD million", "from_to", "yes"),
    "goods_sold_change": ("trade", "percent", "from_to", "no"),
    "both_ways": ("trade", "USD million", "two_way", "yes"),
    "stand": ("context", "standard deviations", "of_actor", "not applicable"),
    "doubts": ("trade", "score", "from_to", "not applicable"),
    "doubts_counted": ("trade", "flows", "of_actor", "not applicable"),
    "light_fuel_notified": ("fuel", "barrels;tonnes", "from_to", "yes"),
    "light_fuel_estimate": ("fuel", "barrels", "from_to", "yes"),
    "tankers": ("fuel", "voyages", "from_to", "yes"),
    "owed": ("debt", "USD million", "from_to", "no"),
    "written_off": ("debt", "percent", "from_to", "no"),
    "set_aside": ("debt", "USD million", "from_to", "not applicable"),
    "men_sent": ("men", "persons", "from_to", "no"),
    "land": ("context", "in force", "from_to", "not applicable"),
    "allied": ("context", "in force", "two_way", "not applicable"),
    "rivals": ("context", "in force", "two_way", "not applicable"),
    "based": ("context", "persons;persons withdrawn", "from_to", "no"),
    "border": ("context", "km", "two_way", "not applicable"),
    "size": ("context", "USD million", "of_actor", "no"),
    "paid": ("debt", "USD million", "from_to", "yes"),
}
ROLES = {
    "goods_exports": "goods_sold",
    "goods_trade": "both_ways",
    "trade_suspicion": "doubts",
    "ideal_point": "stand",
    "trade_suspects": "doubts_counted",
    "delivery_notified": "light_fuel_notified",
    "delivery_unreported": "light_fuel_estimate",
    "debt_owed": "owed",
    "debt_forgiven_share": "written_off",
    "debt_for_aid": "set_aside",
    "contiguity_land": "land",
    "alliance_defence": "allied",
    "strategic_rivalry": "rivals",
    "troops_stationed": "based",
    "border_length": "border",
    "gdp": "size",
    "patron_payment": "paid",
}


def world(
    observation: Sequence[Row] = (),
    restriction: Sequence[Row] = (),
    event: Sequence[Row] = (),
    exchange: Sequence[Row] = (),
    bearing: Sequence[Row] = (),
    coverage: Sequence[Row] = (),
    actor: Sequence[Row] = (),
    as_of: date | None = None,
) -> Snapshot:
    """Make a snapshot that holds the rows given, beside the reference tables."""
    tables: dict[str, Sequence[Row]] = {
        "actor": (*ACTORS, *actor),
        "source": tuple(_source(*part) for part in (("b", "B"), ("c", "C"), ("e", "E"))),
        "channel": tuple(
            {"name": one["id"], "definition": f"About {one['id']}", "direction": "both", "order": str(place), **one}
            for place, one in enumerate(CHANNELS)
        ),
        "unit": tuple(
            {"id": name, "dimension": dimension, "factor": factor, "base": base, "product": product}
            for name, (dimension, factor, base, product) in UNITS.items()
        ),
        "series": tuple(
            {"id": name, "channel": channel, "unit": unit, "direction": way, "adds_up": adds, "definition": name}
            for name, (channel, unit, way, adds) in SERIES.items()
        ),
        "role": tuple({"role": role, "series": series} for role, series in ROLES.items()),
        "observation": tuple(observation),
        "restriction": tuple(restriction),
        "event": tuple(event),
        "exchange": tuple(exchange),
        "bearing": tuple(bearing),
        "coverage": tuple(coverage),
    }
    ledger = Ledger.memory()
    ledger.load({name: _frame(rows) for name, rows in tables.items() if rows}, "invented")
    return take_snapshot(ledger, as_of, today=TODAY)


def seen(name: str, series: str, giver: str, taker: str, span: str, value: float, **cells: str) -> Row:
    """Make an observation; ``span`` is a year, a month or two days joined by a slash."""
    start, _, end = span.partition("/")
    if not end and len(span) == 4:
        start, end = f"{span}-01-01", f"{span}-12-31"
    elif not end and len(span) == 7:
        last = pl.Series([f"{span}-01"]).str.to_date().dt.month_end().item()
        start, end = f"{span}-01", str(last)
    return {
        "id": name,
        "series": series,
        "from_actor": giver,
        "to_actor": taker,
        "start": start,
        "end": end or start,
        "value": repr(float(value)),
        "unit": SERIES[series][1].split(";")[0],
        "compiler": "Office",
        "credibility": "2",
        "source": "b",
        **cells,
    }


def law(name: str, kind: str, **cells: str) -> Row:
    """Make a restriction of ACT/1 on the client."""
    return {
        "id": name,
        "instrument": "ACT/1",
        "date": "2010-01-01",
        "sender": "UN",
        "target": "CLI",
        "binds": "all UN members",
        "authority": "UN",
        "kind": kind,
        "direction": "import",
        "what": "light fuel",
        "source": "b",
        **cells,
    }


def act(name: str, day: str, actors: str, kind: str, **cells: str) -> Row:
    """Make an event of a day."""
    base = {"id": name, "date": day, "precision": "day", "actors": actors, "kind": kind, "what": name}
    return {**base, "credibility": "2", "source": "b", **cells}


def same(snapshot: Snapshot, finding: Finding, method: Callable[..., Finding | None]) -> None:
    """Check that a method gives a finding again from its evidence alone."""
    parameters = {name: value for name, value in finding.parameters.items() if name != "as_of"}
    again = method(snapshot.only(finding.evidence), **parameters)
    assert again is not None, finding.id
    assert (again.value, again.low, again.high, again.id) == (finding.value, finding.low, finding.high, finding.id)


def bundled() -> Snapshot:
    """Take the bundled casebook as it is today."""
    return opened(bundled_folder())


def opened(folder: Path) -> Snapshot:
    """Take a casebook folder as it is today."""
    ledger = Ledger.memory()
    load_casebook(ledger, folder)
    return take_snapshot(ledger, today=TODAY)


def as_json(value: object) -> str:
    """Write what must be writable as JSON."""
    return json.dumps(value)


def _source(name: str, letter: str) -> Row:
    return {
        "id": name,
        "title": f"Report {name}",
        "publisher": f"Publisher {name}",
        "published": "2020",
        "url": "https://example.org",
        "kind": "primary",
        "reliability": letter,
        "licence_class": "ship",
    }


def _frame(rows: Sequence[Row]) -> pl.DataFrame:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    data = {name: [row.get(name) or None for row in rows] for name in columns}
    frame = pl.DataFrame(data, schema={name: pl.String() for name in columns})
    return frame.with_columns(pl.Series("_row", range(2, len(rows) + 2), dtype=pl.Int64()))
