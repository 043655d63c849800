"""Two states of a ledger beside each other: which rows came, which went, and which were revised without a word.

A revision is **announced** where its publisher or its keeper says so: the data set or the casebook has another version,
the row has got a status, its note was changed, or it (or its source) was retracted. A value that changed under the same
version and without any of these was revised silently.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from khasan.ledger.panels import panel_keys
from khasan.ledger.revisions import RowChanges, changes, yearly_changes
from khasan.ledger.schema import empty_frame
from khasan.ledger.snapshot import FACT_TABLES, Snapshot

MOST_LISTED = 1000
"""Added, and withdrawn, rows of one table or panel that are listed one by one; all are counted."""

REFERENCE = ("source", "actor", "unit", "series", "channel", "origin")
"""Tables that facts refer to, whose revisions are reported too."""

ORIGINS = ("data_set", "source", "version")
"""Columns that say of each row of a panel where it came from."""

COMPUTED = frozenset({"ideal_point", "trade_verdict"})
"""Panels that are computed from other panels at the load: what differs there is a finding, not a revised row."""

_COUNTED = {"roll_call": ("voters", "largest")}
_YEARLY = {"distance": ("first_year", "last_year"), "alliance": ("start", "end")}
_KINDS = {"border": ("kind", "miles")}

NameRow = Callable[[str, Mapping[str, Any]], str]
"""Gives a row of a panel the name under which it is asked for."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One cell that changed; ``change`` is new minus old in the unit of the column, ``relative`` over the old."""

    source: str
    table: str
    row: str
    key: Mapping[str, Any]
    column: str
    old: Any
    new: Any
    announced: bool

    @property
    def change(self) -> float | None:
        """New minus old, for numbers."""
        return self.new - self.old if _number(self.old) and _number(self.new) else None

    @property
    def relative(self) -> float | None:
        """The change over the old value, for numbers other than 0."""
        change = self.change
        return change / abs(self.old) if change is not None and self.old else None


@dataclass(frozen=True, slots=True)
class Row:
    """A row that came or went."""

    source: str
    table: str
    row: str
    key: Mapping[str, Any]
    announced: bool = False


@dataclass(slots=True)
class Differences:
    """All that differs between two states, row by row.

    ``added`` and ``withdrawn`` list the first rows of each table or panel; ``added_by_source`` and
    ``withdrawn_by_source`` count all of them. ``panels`` holds the changes of each panel that differs, and ``in_both``
    the data sets that it has in both states.
    """

    revisions: list[Revision] = field(default_factory=list)
    added: list[Row] = field(default_factory=list)
    withdrawn: list[Row] = field(default_factory=list)
    added_by_source: Counter[str] = field(default_factory=Counter)
    withdrawn_by_source: Counter[str] = field(default_factory=Counter)
    panels: dict[str, RowChanges] = field(default_factory=dict)
    in_both: dict[str, set[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether any row differs."""
        return bool(self.revisions or self.added_by_source or self.withdrawn_by_source)

    def touched(self, panel: str, name_row: NameRow) -> pl.DataFrame:
        """Return the key, source and name of every row of a panel that came, went or was revised.

        Rows of a data set that only one of the two states holds are left out: nothing can be compared there.
        """
        found = self.panels[panel]
        names = [*found.keys, "source"]
        whole = pl.concat([one.select(names) for one in (found.revised, found.added, found.withdrawn)])
        frame = whole.filter(pl.col("data_set").is_in(list(self.in_both[panel])))
        named = [name_row(panel, row) for row in frame.iter_rows(named=True)]
        return frame.with_columns(pl.Series("row", named, dtype=pl.String()))


@dataclass(frozen=True, slots=True)
class State:
    """A ledger on a day or at a vintage: its facts, its reference tables, what was loaded, and its panels.

    ``panels`` are as :func:`panels_of` returns them.
    """

    snapshot: Snapshot
    tables: Mapping[str, pl.DataFrame]
    loads: pl.DataFrame
    panels: Mapping[str, pl.DataFrame]

    @property
    def sources(self) -> set[str]:
        """The sources of which the state holds any fact."""
        facts = {name for table in FACT_TABLES for name in getattr(self.snapshot, table).get_column("source").unique()}
        return facts | {name for frame in self.panels.values() for name in frame.get_column("source").unique()}


def compare(old: State, new: State, name_row: NameRow) -> Differences:
    """Compare two states row by row; ``name_row`` names the rows of panels."""
    found = Differences()
    _compare_tables(old, new, found)
    _compare_panels(old.panels, new.panels, name_row, found)
    return found


def _compare_tables(old: State, new: State, into: Differences) -> None:
    """Add to the differences what two states hold in their tables.

    Facts are compared by id. Of reference tables only revised rows count; rows that came or went there change nothing
    by themselves.
    """
    versions = _versions(old.loads), _versions(new.loads)
    packages = _packages(old.loads), _packages(new.loads)
    struck = _struck(new) - _struck(old)

    def renewed(load: int | None, state: int) -> bool:
        """Whether the package that brought a row has another version in the new state (1) than in the old (0)."""
        name = packages[state].get(load or 0, "")
        return name in versions[0] and name in versions[1] and versions[0][name] != versions[1][name]

    for table in (*FACT_TABLES, *REFERENCE):
        names = list(dict.fromkeys(["id", *empty_frame(table).columns, "_load"]))
        keys = ["id", "source"] if table == "coverage" else ["id"]
        facts = table in FACT_TABLES
        before, after = (getattr(one.snapshot, table) if facts else one.tables[table] for one in (old, new))
        found = changes(before.select(names), after.select(names), keys)
        for row, column, was, now in found.cells():
            announced = (
                renewed(row["_load_old"], 0)
                or row["id"] in struck
                or (row.get("status") is not None and row.get("status") != row.get("status_old"))
                or row.get("note") != row.get("note_old")
            )
            into.revisions.append(
                Revision(_source(table, row), table, row["id"], {"id": row["id"]}, column, was, now, announced)
            )
        if not facts:
            continue
        for state, frame, rows, counts in (
            (1, found.added, into.added, into.added_by_source),
            (0, found.withdrawn, into.withdrawn, into.withdrawn_by_source),
        ):
            counts.update(dict(frame.group_by("source").len().iter_rows()))
            for row in frame.head(MOST_LISTED).iter_rows(named=True):
                told = renewed(row["_load"], state) or bool(struck & {row["id"], row["source"]})
                rows.append(Row(row["source"], table, row["id"], {"id": row["id"]}, told))


def _compare_panels(
    old: Mapping[str, pl.DataFrame], new: Mapping[str, pl.DataFrame], name_row: NameRow, into: Differences
) -> None:
    """Add to the differences what two states hold in their panels."""
    for panel in sorted(old.keys() - COMPUTED):
        found = _panel_changes(panel, old[panel], new[panel])
        if not found:
            continue
        into.panels[panel] = found
        keys = [name for name in found.keys if name not in ORIGINS]
        versions = [dict(one.select("data_set", "version").unique().iter_rows()) for one in (old[panel], new[panel])]
        into.in_both[panel] = set(versions[0]) & set(versions[1])
        renewed = {name for name in into.in_both[panel] if versions[0][name] != versions[1][name]}
        for row, column, was, now in found.cells():
            key = {name: row[name] for name in keys if row[name] is not None}
            into.revisions.append(
                Revision(row["source"], panel, name_row(panel, row), key, column, was, now, row["data_set"] in renewed)
            )
        for frame, rows, counts in (
            (found.added, into.added, into.added_by_source),
            (found.withdrawn, into.withdrawn, into.withdrawn_by_source),
        ):
            counts.update(dict(frame.group_by("source").len().iter_rows()))
            for row in frame.head(MOST_LISTED).iter_rows(named=True):
                key = {name: row[name] for name in keys if row[name] is not None}
                rows.append(Row(row["source"], panel, name_row(panel, row), key, row["data_set"] in renewed))


def _panel_changes(panel: str, old: pl.DataFrame, new: pl.DataFrame) -> RowChanges:
    """Compare one panel, each data set with itself."""
    keys = ["data_set", *panel_keys(panel)]
    kept = [*ORIGINS[1:], *_COUNTED.get(panel, ())]
    if panel in _YEARLY and old.height and new.height:
        span = _YEARLY[panel]
        identity = [name for name in keys if name not in span]
        return yearly_changes(old, new, [*identity, *ORIGINS[1:2]], span, ("version",))
    shorter = [name for name in keys if name not in _KINDS.get(panel, ())]
    if shorter != keys and not any(one.select(shorter).is_duplicated().any() for one in (old, new)):
        keys = shorter
    return changes(old, new, keys, kept, file="data_set")


def panels_of(rows: Mapping[str, pl.DataFrame], loads: Mapping[int, tuple[str, str, str]]) -> dict[str, pl.DataFrame]:
    """Write beside each row of a panel the data set, the source and the version that its load brought.

    Parameters
    ----------
    rows : mapping of str to DataFrame
        Panels with ``_load``.
    loads : mapping of int to tuple of str
        Data set, source and version of each load.
    """
    listed = [(number, *told) for number, told in loads.items()]
    kinds = {"_load": pl.Int64(), **dict.fromkeys(ORIGINS, pl.String())}
    table = pl.DataFrame(listed, schema=kinds, orient="row")
    return {
        panel: frame.join(table, on="_load", how="inner", maintain_order="left").drop("_load")
        for panel, frame in rows.items()
    }


def _versions(loads: pl.DataFrame) -> dict[str, str]:
    """Return the latest version of each package and data set."""
    return dict(loads.sort("load").select("name", pl.col("version").fill_null("")).iter_rows())


def _struck(state: State) -> set[str]:
    """Return the retracted rows and sources."""
    return set(state.snapshot.struck.get_column("row_id"))


def _packages(loads: pl.DataFrame) -> dict[int, str]:
    """Return the name of each load."""
    return dict(loads.select("load", "name").iter_rows())


def _source(table: str, row: Mapping[str, Any]) -> str:
    """Return the source that a row of a table cites, or the row itself in the table of sources."""
    return str(row["id"] if table == "source" else row.get("source") or "")


def _number(value: Any) -> bool:
    """Whether a cell holds a number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)
