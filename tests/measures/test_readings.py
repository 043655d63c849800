"""Readings of one figure stand side by side."""

from __future__ import annotations

import pytest
from facts import same, seen, world
from hypothesis import given, settings
from hypothesis import strategies as st

from khasan.ledger.snapshot import Snapshot
from khasan.measures.readings import contested, figure_readings

KEY = ("goods_sold", "PAT", "CLI", "2015-01-01", "2015-12-31")


def test_every_reading_is_listed_with_its_compiler_and_word() -> None:
    rows = [
        seen("a", "goods_sold", "PAT", "CLI", "2015", 10, compiler="One"),
        seen("b", "goods_sold", "PAT", "CLI", "2015", 14, compiler="Two", source="c"),
        seen("c", "goods_sold", "PAT", "CLI", "2015", 10, compiler="Three"),
        seen("d", "goods_sold", "PAT", "CLI", "2015", 99, compiler="Four", status="doubtful"),
    ]
    snapshot = world(rows)
    found = figure_readings(snapshot, *KEY)
    assert found is not None
    told = {tuple(one["compilers"]): (one["value"], one["word"]) for one in found.detail["readings"]}
    assert told == {("One", "Three"): (10, "documented"), ("Two",): (14, "reported")}
    assert (found.value, found.low, found.high, found.unit) == (10, 10, 14, "USD million")
    assert set(found.evidence) == {"a", "b", "c"}
    same(snapshot, found, figure_readings)


def test_there_is_none_without_rows() -> None:
    assert figure_readings(world(), *KEY) is None


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=6))
def test_the_span_is_that_of_the_readings_and_holds_the_value(values: list[float]) -> None:
    rows = [
        seen(f"r{place}", "goods_sold", "PAT", "CLI", "2015", value, compiler=f"c{place}")
        for place, value in enumerate(values)
    ]
    found = figure_readings(world(rows), *KEY)
    assert found is not None
    assert (found.low, found.high) == (min(values), max(values))
    assert found.low <= found.value <= found.high
    assert {one["value"] for one in found.detail["readings"]} == set(values)


def test_only_figures_that_differ_are_contested_and_the_disputed_come_first() -> None:
    rows = [
        seen("a1", "goods_sold", "PAT", "CLI", "2015", 100, compiler="One"),
        seen("a2", "goods_sold", "PAT", "CLI", "2015", 105, compiler="Two"),
        seen("b1", "goods_sold", "CLI", "PAT", "2016", 10, compiler="One"),
        seen("b2", "goods_sold", "CLI", "PAT", "2016", 20, compiler="Two", credibility="4"),
        seen("c1", "both_ways", "PAT", "CLI", "2016", 500, compiler="One"),
        seen("c2", "both_ways", "PAT", "CLI", "2016", 900, compiler="Two"),
        seen("d1", "goods_sold", "PAT", "HST", "2016", 10, compiler="One"),
        seen("d2", "goods_sold", "PAT", "HST", "2016", 20, compiler="Two"),
    ]
    found = contested(world(rows), ("PAT", "CLI"), ("trade",))
    assert [(one.parameters["series"], one.parameters["from_actor"]) for one in found] == [
        ("goods_sold", "CLI"),
        ("both_ways", "PAT"),
    ]
    assert len(contested(world(rows), ("PAT", "CLI"), ("trade",), most=1)) == 1
    assert contested(world(rows), ("PAT", "CLI"), ("fuel",)) == []


def test_soviet_trade_of_1990_has_two_values(bundled: Snapshot) -> None:
    found = figure_readings(bundled, "goods_trade", "SUN", "PRK", "1990-01-01", "1990-12-31")
    assert found is not None
    assert len({one["value"] for one in found.detail["readings"]}) == 2
    assert found.low < found.high
    ids = {one.id for one in contested(bundled, ("RUS", "PRK", "CHN"), ("trade",), 10)}
    assert found.id in ids


def test_the_invented_casebook(harbours: Snapshot) -> None:
    (found,) = contested(harbours, ("QOS", "QVE"), ("lamp_oil",))
    assert [one["value"] for one in found.detail["readings"]] == [900, 1200]
    assert [one["publisher"] for one in found.detail["readings"]] == ["Harbour Board", "High Court of Norwick"]
    assert found.value == pytest.approx(900)
