"""Deals with both legs."""

from __future__ import annotations

from facts import Row, bundled, same, world

from khasan.measures.exchanges import exchange_count


def _deal(name: str, giver: str, taker: str, terms: str, **cells: str) -> Row:
    legs = {"give_channel": "fuel", "give": "fuel", "take_channel": "men", "take": "men"}
    base = {"id": name, "give_actor": giver, "take_actor": taker, "terms": terms, "date": "2020-01-01"}
    return {**base, **legs, "credibility": "3", "source": "c", **cells}


def test_counts_both_ways_and_tells_planned_and_alleged() -> None:
    rows = [
        _deal("a", "PAT", "CLI", "planned only"),
        _deal("b", "CLI", "OLD", "no contract shown; alleged by OPP; inference"),
        _deal("c", "PAT", "CLI", "", credibility="5"),
        _deal("d", "RIV", "CLI", ""),
    ]
    snapshot = world(exchange=rows)
    found = exchange_count(snapshot, "PAT", "CLI")
    assert found is not None
    assert (found.value, found.low, found.high) == (2, 1, 2)
    assert [one["alleged_by"] for one in found.detail["exchanges"]] == ["", "OPP"]
    assert [one["planned"] for one in found.detail["exchanges"]] == [True, False]
    turned = exchange_count(snapshot, "CLI", "PAT")
    assert turned is not None
    assert turned.value == found.value
    same(snapshot, found, exchange_count)
    assert exchange_count(world(), "PAT", "CLI") is None


def test_bundled_casebook() -> None:
    snapshot = bundled()
    found = exchange_count(snapshot, "RUS", "PRK")
    assert found is not None
    same(snapshot, found, exchange_count)
    assert found.low < found.value == 7
