"""The schema is data: every table is described, and its parts fit together."""

from __future__ import annotations

import polars as pl
import pytest

from khasan.ledger.schema import SEED_TABLES, columns, empty_frame, has_id, schema
from khasan.ledger.store import Ledger

NAMED = [
    "actor",
    "source",
    "origin",
    "channel",
    "unit",
    "series",
    "observation",
    "event",
    "restriction",
    "exchange",
    "coverage",
    "claim",
    "finding",
    "response",
]
TYPES = {"id", "name", "code", "text", "list", "units", "number", "integer", "date", "partial_date"}
REQUIRED = {
    "actor": "id name kind",
    "source": "id title publisher published kind reliability licence_class",
    "origin": "id name",
    "channel": "id name order definition",
    "unit": "id dimension factor base",
    "observation": "id series from_actor to_actor start end value unit credibility source",
    "event": "id date precision actors kind what credibility source",
    "restriction": "id instrument date sender target authority kind what source",
    "exchange": "id give_actor give_channel give take_actor take_channel take date credibility source",
    "coverage": "compiler partner start state source",
    "claim": "id text",
    "finding": "id method version parameters evidence",
    "response": "subject asked_on source",
}


def test_every_table_of_the_design_is_there() -> None:
    assert set(NAMED) <= set(schema())


@pytest.mark.parametrize("table", list(schema()))
def test_every_column_is_described_and_typed(table: str) -> None:
    names = [column.name for column in columns(table)]
    assert len(names) == len(set(names))
    for column in columns(table):
        assert len(column.description) > 3, column.name
        assert column.type in TYPES
        if column.references is not None:
            target, key = column.references
            assert key in {one.name for one in columns(target)}


@pytest.mark.parametrize("table", list(REQUIRED))
def test_required_columns_are_those_of_the_design(table: str) -> None:
    required = {column.name for column in columns(table) if column.required}
    assert set(REQUIRED[table].split()) == required - {"direction", "adds_up", "channel", "unit"} | (
        required & set(REQUIRED[table].split())
    )


def test_every_fact_needs_a_source_and_its_grade() -> None:
    for table in ("observation", "event", "exchange"):
        needed = {column.name for column in columns(table) if column.required}
        assert {"source", "credibility"} <= needed


def test_empty_frames_have_the_types_of_the_ledger() -> None:
    with Ledger.memory() as ledger:
        for table in schema():
            assert ledger.table(table).drop("_load").schema == empty_frame(table).schema
    assert empty_frame("observation").schema["value"] == pl.Float64()
    assert empty_frame("observation").schema["start"] == pl.Date()


def test_tables_of_a_seed_are_reference_tables() -> None:
    assert set(SEED_TABLES) <= set(schema())
    assert not {"observation", "event", "source", "restriction"} & set(SEED_TABLES)
    assert has_id("observation")
    assert not has_id("coverage")
