"""The book of trade by compiler and year."""

from __future__ import annotations

import pytest
from support import observation, snapshot_of, trade

from khasan.ledger.snapshot import Snapshot
from khasan.measures.places import in_the_year
from khasan.measures.trade_book import million, trade_book


def test_the_best_graded_row_of_a_key_is_used() -> None:
    rows = [
        observation("goods_export", "AAA", "BBB", 2005, 10, id="weak", credibility="3"),
        observation("goods_export", "AAA", "BBB", 2005, 12, id="firm", credibility="1"),
    ]
    row = trade_book(snapshot_of(rows)).of("C", 2005).export("AAA", "BBB")
    assert row is not None
    assert (row.id, row.value, million(row)) == ("firm", 12e6, 12)
    assert million(None) is None


def test_hedges_become_caveats_and_bounds_stay() -> None:
    row = observation("goods_export", "AAA", "BBB", 2005, 10, low="8", high="11", qualifier="up_to")
    held = trade_book(snapshot_of([row])).of("C", 2005).export("AAA", "BBB")
    assert held is not None
    assert (held.low, held.high, held.caveats) == (8e6, 11e6, ("The source says up to.",))


def test_the_world_is_no_partner() -> None:
    rows = [*trade("AAA", "BBB", 2005, 1, 2), observation("goods_export", "AAA", "WLD", 2005, 9)]
    assert set(trade_book(snapshot_of(rows)).of("C", 2005).partners("AAA")) == {"BBB"}


def test_a_compiler_or_year_without_rows_is_empty() -> None:
    book = trade_book(snapshot_of(trade("AAA", "BBB", 2005, 1, 2)))
    assert book.of("nobody", 2005).rows == ()
    assert book.of("C", 1999).partners("AAA") == {}
    assert book.years(["AAA"]) == [2005]
    assert book.years(["CCC"]) == []
    assert book.readings(["AAA"], 2005) == [("C", "")]


def test_who_held_the_place_in_the_middle_of_a_year() -> None:
    snapshot = snapshot_of()
    places, caveats = in_the_year(snapshot, 1988, "NEW", "AAA")
    assert places == ["OLD", "AAA"]
    assert caveats == ["In 1988 Oldland held the place of Newland."]
    assert in_the_year(snapshot, 2000, "OLD") == ([None], [])


@pytest.mark.parametrize("year", [1985, 2014, 2020])
def test_the_money_of_the_invented_casebook_is_no_dollar(harbours: Snapshot, year: int) -> None:
    book = trade_book(harbours)
    assert any(row.role == "goods_exports" for row in book.of("Harbour Board", year).rows)
    exported = book.of("Harbour Board", 2014).export("QNO", "QVE")
    assert exported is not None
    assert exported.value == 400_000
