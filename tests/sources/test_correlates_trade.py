"""Bilateral trade: pairs once, missing never 0, totals as the sum of partners."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from source_frames import OLD_AND_NEW, STATES, needs_states, trade

from khasan.ledger.errors import InputError
from khasan.sources import correlates_trade as source

flows = st.one_of(st.none(), st.just(math.nan), st.just(-9.0), st.integers(0, 5000).map(float))


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


@pytest.mark.parametrize("missing", [None, math.nan, -9.0])
def test_missing_is_never_zero(missing: float | None) -> None:
    frame = trade((10, 20, 2005, missing, 0.0), (10, 30, 2005, missing, missing))
    assert source.directed_exports(frame).rows() == [(10, 20, 2005, 0.0)]
    partners = source.partner_table(frame, 10)
    assert partners.rows() == [(2005, 20, 0.0, None, 0.0), (2005, 30, None, None, None)]
    assert source.totals(partners).rows() == [(2005, 0.0, None, 0.0, 1)]


@given(files())
def test_the_total_is_the_sum_of_the_partners(frame: pl.DataFrame) -> None:
    partners = source.partner_table(frame, 3)
    exports = source.directed_exports(frame)
    for year, sold, bought, total, count in source.totals(partners).iter_rows():
        here = partners.filter(pl.col("year") == year)
        assert count == here["trade"].count()
        assert (total or 0) == (sold or 0) + (bought or 0) == here["trade"].sum()
        assert (sold or 0) == exports.filter((pl.col("exporter") == 3) & (pl.col("year") == year))["value"].sum()
        assert (total is None) == (count == 0)


@given(files())
def test_the_order_of_rows_and_of_a_pair_does_not_matter(frame: pl.DataFrame) -> None:
    turned = frame.select(
        pl.col("ccode2").alias("ccode1"), pl.col("ccode1").alias("ccode2"), "year",
        pl.col("flow2").alias("flow1"), pl.col("flow1").alias("flow2"),
    ).reverse()  # fmt: skip
    assert source.one_row_a_pair(turned).equals(source.one_row_a_pair(frame))


def test_the_year_of_a_dissolution_belongs_to_the_state_that_gave_way() -> None:
    exports = source.directed_exports(trade((10, 20, 1991, 1.0, None), (10, 20, 1992, 2.0, None)))
    rows = source.flow_rows(exports, OLD_AND_NEW, unit="USD million", credibility=2, source="s")
    assert rows.select("id", "from_actor", "to_actor", "basis").rows() == [
        ("d-cow-1991-xaa-xol", "XAA", "XOL", "reported"),
        ("d-cow-1992-xaa-xne", "XAA", "XNE", "reported"),
    ]


def test_a_recorded_zero_is_kept_as_doubtful() -> None:
    exports = source.directed_exports(trade((10, 20, 2000, 0.0, 4.0)))
    rows = source.flow_rows(exports, OLD_AND_NEW, unit="USD million", credibility=2, source="s")
    assert dict(rows.select("value", "status").rows()) == {0.0: "doubtful", 4.0: None}
    assert rows.filter(pl.col("value") == 0)["note"].to_list() == ["doubtful: a recorded 0 is not a measurement"]


def test_a_missing_column_is_named(tmp_path: pytest.TempPathFactory) -> None:
    trade((1, 2, 2000, 1.0, 1.0)).drop("flow2").write_parquet(f"{tmp_path}/{source.FILE}")
    from pathlib import Path

    with pytest.raises(InputError, match=r"cow_trade_dyads.parquet, column flow2: missing"):
        source.read_trade(Path(str(tmp_path)))


@needs_states
def test_published_share_of_2005() -> None:
    partners = source.partner_table(source.read_trade(STATES), 731).filter(pl.col("year") == 2005)
    share = partners.filter(pl.col("partner") == 710)["trade"].item() / partners["trade"].sum()
    assert share == pytest.approx(0.3726, abs=5e-5)
