"""Bilateral trade: pairs once, missing never 0, totals as the sum of partners."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from source_frames import OLD_AND_NEW, STATES, actors, needs_states, trade

from khasan.ledger.errors import InputError
from khasan.sources import correlates_trade as source
from khasan.sources.derived_trade import flow_rows, totals
from khasan.sources.tabular import read_table

SIX = actors(*((f"X{code}", str(code), None, None, None) for code in range(1, 7)))
flows = st.one_of(st.none(), st.integers(0, 5000).map(float))


@st.composite
def files(draw: st.DrawFn) -> pl.DataFrame:
    """A file with some pairs, some of them twice and in the other order."""
    keys = draw(st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6), st.integers(2000, 2003)), max_size=25))
    rows, seen = [], set()
    for one, other, year in keys:
        pair = (min(one, other), max(one, other), year)
        if one == other or pair in seen:
            continue
        seen.add(pair)
        flow1, flow2 = draw(flows), draw(flows)
        rows.append((one, other, year, flow1, flow2))
        if draw(st.booleans()):
            rows.append((other, one, year, flow2, flow1))
    return trade(*rows)


def test_a_pair_that_stands_twice_in_both_orders_is_one_row() -> None:
    pairs = source.one_row_a_pair(trade((20, 10, 2005, 5.0, None), (10, 20, 2005, None, 5.0), (10, 30, 2005, 1.0, 2.0)))
    assert pairs.rows() == [(10, 20, 2005, None, 5.0), (10, 30, 2005, 1.0, 2.0)]


def test_a_recorded_flow_fills_a_missing_one_of_the_same_pair() -> None:
    pairs = source.one_row_a_pair(trade((10, 20, 2005, 3.0, None), (20, 10, 2005, 7.0, None)))
    assert pairs.rows() == [(10, 20, 2005, 3.0, 7.0)]


def test_two_values_of_one_flow_are_refused_by_name() -> None:
    with pytest.raises(InputError, match=r"column flow1: 1 pairs .* 10 and 20 in 2005"):
        source.one_row_a_pair(trade((10, 20, 2005, 3.0, 1.0), (20, 10, 2005, 1.0, 4.0)))


def test_the_first_flow_is_bought_by_the_first_state() -> None:
    exports = source.directed_exports(trade((10, 20, 2005, 3.0, 7.0)))
    assert exports.rows() == [(10, 20, 2005, 7.0), (20, 10, 2005, 3.0)]


def test_missing_is_never_zero() -> None:
    frame = trade((10, 20, 2005, None, 0.0), (10, 30, 2005, None, None))
    assert source.directed_exports(frame).rows() == [(10, 20, 2005, 0.0)]
    panel = source.trade_panel(frame, OLD_AND_NEW).panels["trade_flow"]
    assert panel.select("exporter", "importer", "value").rows() == [("XNE", "XAA", 0.0)]
    told = totals(panel, ["XAA", "XNE"]).select("actor", "exports", "imports", "total", "partners")
    assert told.rows() == [("XAA", None, 0.0, 0.0, 1), ("XNE", 0.0, None, 0.0, 1)]


@given(files())
def test_the_total_is_the_sum_of_the_partners(frame: pl.DataFrame) -> None:
    panel = source.trade_panel(frame, SIX).panels["trade_flow"]
    assert panel.height == source.directed_exports(frame).height
    here = {"sold": pl.col("exporter") == "X3", "bought": pl.col("importer") == "X3"}
    sums = totals(panel, ["X3"])
    assert set(sums["year"]) == set(panel.filter(here["sold"] | here["bought"])["year"])
    for _, year, sold, bought, partners, total in sums.iter_rows():
        flows_of = {side: panel.filter(here[side] & (pl.col("year") == year)) for side in here}
        for value, side in ((sold, "sold"), (bought, "bought")):
            assert value == (flows_of[side]["value"].sum() if flows_of[side].height else None)
        assert total == (sold or 0) + (bought or 0)
        assert partners == len({*flows_of["sold"]["importer"], *flows_of["bought"]["exporter"]})


@given(files())
def test_the_order_of_rows_and_of_a_pair_does_not_matter(frame: pl.DataFrame) -> None:
    turned = frame.select(
        pl.col("ccode2").alias("ccode1"), pl.col("ccode1").alias("ccode2"), "year",
        pl.col("flow2").alias("flow1"), pl.col("flow1").alias("flow2"),
    ).reverse()  # fmt: skip
    assert source.one_row_a_pair(turned).equals(source.one_row_a_pair(frame))


def test_the_year_of_a_dissolution_belongs_to_the_state_that_gave_way() -> None:
    frame = trade((10, 20, 1991, 1.0, None), (10, 20, 1992, 2.0, None), (10, 99, 1992, 3.0, None))
    read = source.trade_panel(frame, OLD_AND_NEW)
    assert read.set_aside == 1  # nobody has the code 99
    rows = flow_rows(read.panels["trade_flow"]).sort("id")
    assert rows.select("id", "from_actor", "to_actor", "basis").rows() == [
        ("d-cow-1991-xaa-xol", "XAA", "XOL", "reported"),
        ("d-cow-1992-xaa-xne", "XAA", "XNE", "reported"),
    ]


def test_a_recorded_zero_is_kept_as_doubtful() -> None:
    rows = flow_rows(source.trade_panel(trade((10, 20, 2000, 0.0, 4.0)), OLD_AND_NEW).panels["trade_flow"])
    assert dict(rows.select("value", "status").rows()) == {0.0: "doubtful", 4.0: None}
    assert rows.filter(pl.col("value") == 0)["note"].to_list() == ["doubtful: a recorded 0 is not a measurement"]


@needs_states
def test_published_share_of_2005() -> None:
    own = (pl.col("ccode1") == 731) | (pl.col("ccode2") == 731)
    dyads = read_table(STATES / "cow_trade_dyads.parquet", "dyads").filter(own & (pl.col("year") == 2005))
    partners = source.one_row_a_pair(dyads).with_columns(trade=pl.sum_horizontal("flow1", "flow2"))
    assert partners.height == 157
    assert partners["trade"].sum() == 4579
    share = partners.filter(pl.col("ccode1") == 710)["trade"].item() / partners["trade"].sum()
    assert share == pytest.approx(0.3726, abs=5e-5)
