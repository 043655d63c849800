"""The two sides of a comparison, from what a user typed: files, days of one ledger, or vintages of a data set."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from khasan.ledger.errors import InputError
from khasan.sources.focus import Focus

if TYPE_CHECKING:
    from khasan.ledger.casebook import Tables
    from khasan.ledger.comparison import State
    from khasan.ledger.snapshot import Snapshot
    from khasan.ledger.store import Ledger

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_VINTAGE = re.compile(r"([A-Za-z][\w-]*)@(\S+)")
_BY_ROLL_CALL = ("vote", "roll_call", "roll_call_issue")


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison.

    Attributes
    ----------
    text : str
        What the user typed.
    kind : str
        ``file``, ``day`` or ``vintage``.
    path : Path or None
        Ledger file or casebook folder; the bundled casebook where None.
    day : date or None
        Use nothing that was not known then.
    data_set, load : str and int, or None
        The vintage.
    """

    text: str
    kind: str
    path: Path | None
    day: date | None = None
    data_set: str | None = None
    load: int | None = None

    def told(self) -> dict[str, Any]:
        """Return the side as it stands in JSON."""
        named = {"name": self.text, "kind": self.kind, "ledger": self.path.name if self.path else "bundled casebook"}
        if self.day is not None:
            named["as_of"] = self.day.isoformat()
        return named | ({"data_set": self.data_set, "load": self.load} if self.data_set else {})


def sides(old: str, new: str, ledger: Path | None) -> tuple[Side, Side]:
    """Read what a user typed.

    A word written as 2018-04-30 is a day, one written as cow-trade@2 a vintage, and everything else a path.

    Raises
    ------
    InputError
        Where the two are not of one kind, name nothing or more than one thing, or stand in the wrong order.
    """
    kinds = [_kind(text) for text in (old, new)]
    if kinds[0] != kinds[1]:
        raise InputError(f"{old} is a {kinds[0]} and {new} a {kinds[1]}; give two files, two days or two vintages")
    if kinds[0] == "file":
        if ledger is not None:
            raise InputError(
                f"--ledger {ledger}: goes with two days or two vintages; {old} and {new} are read as files"
            )
        one, other = (Side(text, "file", _book(Path(text))) for text in (old, new))
        return one, other
    if kinds[0] == "day":
        one, other = (Side(text, "day", ledger, _day(text)) for text in (old, new))
        assert one.day is not None
        assert other.day is not None
        if one.day > other.day:
            raise InputError(f"{old} lies after {new}; give the earlier day first")
        if ledger is not None:
            _book(ledger)
        return one, other
    if ledger is None:
        raise InputError(f"{old}: vintages are in a ledger file; name it with --ledger FILE")
    one, other = (_vintage(text, ledger) for text in (old, new))
    if one.data_set != other.data_set:
        raise InputError(f"{old} and {new} are vintages of two data sets; compare two of one")
    assert one.load is not None
    assert other.load is not None
    if one.load > other.load:
        raise InputError(f"{old} was loaded after {new}; give the earlier vintage first")
    return one, other


def _kind(text: str) -> str:
    """Say how a word is read."""
    written = "day" if _DAY.fullmatch(text) else "vintage" if _VINTAGE.fullmatch(text) else "file"
    if written != "file" and Path(text).exists():
        raise InputError(f"{text} may mean a {written} or the file of that name; write ./{text} for the file")
    return written


def _day(text: str) -> date:
    """Read a day that has passed."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{text}: not a date; write it as 2018-04-30") from None
    if day > date.today():
        raise InputError(f"{text} lies in the future (today is {date.today()}); give a day that has passed")
    return day


def _book(path: Path) -> Path:
    """Check that a path may be a ledger file or a casebook folder."""
    if path.is_dir() and not (path / "datapackage.json").is_file():
        raise InputError(f"{path}: holds no datapackage.json; give the folder of a casebook or a ledger file")
    if not path.exists():
        raise InputError(f"{path}: no such ledger or casebook; give two files, two days or two vintages")
    return path


def _vintage(text: str, ledger: Path) -> Side:
    """Find the load that ``name@number`` or ``name@version`` means."""
    from khasan.ledger.panels import PANEL
    from khasan.ledger.store import Ledger

    named = _VINTAGE.fullmatch(text)
    assert named is not None
    name, which = named.groups()
    with Ledger.open(ledger) as store:
        loads = store.loads().filter(kind=PANEL)
    own = loads.filter(name=name)
    if not own.height:
        held = ", ".join(loads.get_column("name").unique().sort()) or "none"
        raise InputError(f"{text}: no data set of that name in {ledger}; it holds {held}")
    listed = list(own.sort("load").select("load", "version").iter_rows())
    found = [number for number, version in listed if which in (str(number), version)]
    if len(found) != 1:
        choices = ", ".join(f"{name}@{number} (version {version})" for number, version in listed)
        what = "means more than one load" if found else "no such vintage"
        raise InputError(f"{text}: {what} in {ledger}; give one of {choices}")
    return Side(text, "vintage", ledger, None, name, found[0])


@contextmanager
def opened_side(side: Side) -> Iterator[Tables]:
    """Open the ledger or casebook of a side; a vintage is then the one that is read."""
    from khasan.ledger.bundled import bundled_folder, open_casebook

    path = side.path or bundled_folder()
    if path.is_dir():
        yield open_casebook(path)
        return
    from khasan.ledger.pinned import pinned
    from khasan.ledger.store import Ledger

    with Ledger.open(path) as ledger:
        yield ledger if side.load is None or side.data_set is None else pinned(ledger, side.data_set, side.load)


def state(tables: Tables, side: Side) -> State:
    """Read all facts, and all panels, of a side."""
    from khasan.ledger.comparison import State
    from khasan.ledger.snapshot import take_snapshot
    from khasan.ledger.store import Ledger

    snapshot = take_snapshot(tables, side.day)
    panels = _panels(tables, side, snapshot) if isinstance(tables, Ledger) else _no_panels()
    return State(snapshot, tables.tables(), tables.loads(), panels)


def _no_panels() -> dict[str, Any]:
    """Return the panels of a casebook: none has a row."""
    import polars as pl

    from khasan.ledger.comparison import panels_of
    from khasan.ledger.panels import panels

    empty = {
        name: pl.DataFrame(schema={**{one.name: one.polars for one in columns}, "_load": pl.Int64()})
        for name, columns in panels().items()
    }
    return panels_of(empty, {})


def _panels(ledger: Ledger, side: Side, snapshot: Snapshot) -> dict[str, Any]:
    """Read the panels of the vintages that were current, and could be known, on the day of a side."""
    import polars as pl

    from khasan.ledger.comparison import panels_of
    from khasan.ledger.panels import panels
    from khasan.sources.datasets import data_sets

    wanted = {side.data_set: side.load} if side.data_set else ledger.panels.vintages(side.day)
    known: Mapping[int, dict[str, Any]] = {row["load"]: row for row in ledger.loads().iter_rows(named=True)}
    told: dict[int, tuple[str, str, str]] = {}
    for name, number in wanted.items():
        assert number is not None
        sources = data_sets()[name].sources if name in data_sets() else (name,)
        first_day = known[number]["known_from"] or snapshot.sources.get(sources[0], {}).get("published_day")
        if side.day is None or first_day is None or first_day <= side.day:
            told[number] = (name, sources[0], known[number]["version"] or "")
    rows = {
        panel: ledger.panels.read(panel, loads=told, columns=[*(one.name for one in columns), "_load"])
        for panel, columns in panels().items()
    }
    if side.day is not None:  # a vote is known from its day
        held = rows["roll_call"].filter(pl.col("date") <= side.day)
        for panel in _BY_ROLL_CALL:
            rows[panel] = rows[panel].join(held, on=["roll_call", "_load"], how="semi", maintain_order="left")
    return panels_of(rows, told)


def name_row(panel: str, row: Mapping[str, Any]) -> str:
    """Name a row of a panel: as ``khasan why`` knows it where it has an id there, or by its key."""
    from khasan.ledger.panels import panel_keys
    from khasan.sources.correlates_trade import COMPILER

    if panel == "trade_flow" and row["compiler"] == COMPILER:
        parts = ["d-cow", row["year"], row["exporter"], row["importer"]]
    else:
        cells = [row.get(name) for name in (*panel_keys(panel), "first_year", "last_year")]
        parts = [panel, *dict.fromkeys(cell for cell in cells if cell is not None)]
    return re.sub(r"[^a-z0-9.]+", "-", "-".join(str(part) for part in parts).lower())


def snapshot_of(tables: Tables, side: Side, patron: str, client: str, opponent: str | None) -> Snapshot:
    """Take the snapshot from which the brief of a triangle is written, with the rows that the panels give for it."""
    from khasan.answers.triangle import resolve
    from khasan.ledger.snapshot import take_snapshot
    from khasan.ledger.store import Ledger
    from khasan.sources.world import World

    if not isinstance(tables, Ledger) or not tables.panels.vintages():
        return take_snapshot(tables, side.day)
    near = Focus((client,), (patron,), parts=("trade",))
    try:
        named = resolve(take_snapshot(World(tables, near, side.day), side.day), patron, client, opponent)
    except InputError:  # nobody of that name on the day: the comparison says so, or finds nothing there
        return take_snapshot(tables, side.day)
    others = tuple(code for code in (named.patron, named.rival, named.client_rival) if code)
    against = (named.opponent,) if named.opponent else ()
    return take_snapshot(World(tables, Focus((named.client,), others, against), side.day), side.day)
