"""Which revisions are announced, and what is counted by source."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.casebooks import BASE, TODAY, Row, write_casebook

from khasan.ledger.bundled import open_casebook
from khasan.ledger.comparison import Differences, State, compare, panels_of
from khasan.ledger.panels import panels
from khasan.ledger.snapshot import take_snapshot


def name_row(panel: str, row: Mapping[str, Any]) -> str:
    """Name a row of a panel by its year."""
    return f"{panel}-{row['year']}"


def state(folder: Path, held: Mapping[str, pl.DataFrame] | None = None) -> State:
    """Read a casebook folder, with panels beside it."""
    casebook = open_casebook(folder)
    empty = {
        name: pl.DataFrame(schema={**{one.name: one.polars for one in columns}, "_load": pl.Int64()})
        for name, columns in panels().items()
    }
    return State(
        take_snapshot(casebook, None, TODAY), casebook.tables(), casebook.loads(), dict(held or panels_of(empty, {}))
    )


@pytest.fixture
def compared(tmp_path: Path) -> Callable[..., Differences]:
    """Compare the casebook that passes every check with a changed copy."""

    def run(change: Callable[[dict[str, list[Row]]], None], version: str = "") -> Differences:
        tables = {name: [dict(one) for one in rows] for name, rows in BASE.items()}
        old = write_casebook(tmp_path / "old", tables)
        change(tables)
        new = write_casebook(tmp_path / "new", tables)
        for folder, said in ((old, "1"), (new, version or "1")):
            package = json.loads((folder / "datapackage.json").read_text())
            (folder / "datapackage.json").write_text(json.dumps(package | {"name": "harbours", "version": said}))
        return compare(state(old), state(new), name_row)

    return run


def cells(found: Differences) -> list[tuple[Any, ...]]:
    """Return the revised cells."""
    return [(one.row, one.column, one.old, one.new, one.announced) for one in found.revisions]


def test_a_value_that_changed_without_a_word_is_not_announced(compared: Callable[..., Differences]) -> None:
    found = compared(lambda tables: tables["observation"][0].update(value="12.75"))
    assert cells(found) == [("r1", "value", 12.0, 12.75, False)]
    (one,) = found.revisions
    assert (one.change, one.relative, one.source) == (0.75, 0.0625, "file")
    assert not found.added_by_source
    assert not found.withdrawn_by_source


def test_a_note_announces_what_changed_beside_it(compared: Callable[..., Differences]) -> None:
    found = compared(lambda tables: tables["observation"][1].update(value="7", note="corrected in the second printing"))
    assert cells(found) == [
        ("r2", "value", 6.0, 7.0, True),
        ("r2", "note", None, "corrected in the second printing", True),
    ]


def test_a_status_and_a_new_version_announce(compared: Callable[..., Differences]) -> None:
    found = compared(lambda tables: tables["observation"][0].update(value="12.75"), "2")
    assert cells(found) == [("r1", "value", 12.0, 12.75, True)]


def test_a_row_marked_as_retracted_is_announced(compared: Callable[..., Differences]) -> None:
    found = compared(lambda tables: tables["observation"][0].update(status="retracted"))
    assert cells(found) == [("r1", "status", None, "retracted", True)]


def test_rows_that_came_and_went_are_counted_by_source(compared: Callable[..., Differences]) -> None:
    def change(tables: dict[str, list[Row]]) -> None:
        tables["observation"][1].update(id="r3", value="8")
        tables["observation"].reverse()

    found = compared(change)
    assert (found.added_by_source, found.withdrawn_by_source) == ({"file": 1}, {"file": 1})
    assert [one.row for one in found.added] == ["r3"]
    assert [(one.row, one.announced) for one in found.withdrawn] == [("r2", False)]
    assert not found.revisions


def test_a_unit_that_changed_is_a_revision_of_its_table(compared: Callable[..., Differences]) -> None:
    found = compared(lambda tables: tables["unit"][1].update(factor="1000"))
    assert cells(found) == [("tonnes", "factor", 1.0, 1000.0, False)]


def test_the_same_casebook_twice_differs_in_nothing(compared: Callable[..., Differences]) -> None:
    assert not compared(lambda tables: None)


FLOW = {"exporter": "QAA", "importer": "QBB", "compiler": "C"}


def flows(version: str, *rows: tuple[int, float], data_set: str = "customs") -> dict[str, pl.DataFrame]:
    """Write flows of one data set as panels."""
    empty = {
        name: pl.DataFrame(schema={**{one.name: one.polars for one in columns}, "_load": pl.Int64()})
        for name, columns in panels().items()
    }
    held = pl.DataFrame([FLOW | {"year": year, "value": value, "_load": 4} for year, value in rows])
    empty["trade_flow"] = pl.concat([empty["trade_flow"], held], how="diagonal")
    return panels_of(empty, {4: (data_set, "file", version)})


@pytest.mark.parametrize(("version", "announced"), [("1", False), ("2", True)])
def test_panels_are_compared_by_key_and_announced_by_their_version(
    tmp_path: Path, version: str, announced: bool
) -> None:
    folder = write_casebook(tmp_path / "book", BASE)
    old, new = flows("1", (2010, 4.0), (2011, 5.0)), flows(version, (2012, 1.0), (2010, 6.0))
    found = compare(state(folder, old), state(folder, new), name_row)
    assert cells(found) == [("trade_flow-2010", "value", 4.0, 6.0, announced)]
    assert found.revisions[0].key == FLOW | {"year": 2010}
    assert [one.key["year"] for one in found.added] == [2012]
    assert [(one.key["year"], one.announced) for one in found.withdrawn] == [(2011, announced)]
    touched = found.touched("trade_flow", name_row)
    assert sorted(touched.get_column("row")) == ["trade_flow-2010", "trade_flow-2011", "trade_flow-2012"]


def test_two_data_sets_in_one_panel_are_not_compared_with_each_other(tmp_path: Path) -> None:
    folder = write_casebook(tmp_path / "book", BASE)
    old, new = flows("1", (2010, 4.0)), flows("1", (2010, 6.0), data_set="ports")
    found = compare(state(folder, old), state(folder, new), name_row)
    assert not found.revisions
    assert (found.added_by_source, found.withdrawn_by_source) == ({"file": 1}, {"file": 1})
    assert not found.touched("trade_flow", name_row).height
