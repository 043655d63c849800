"""Alliances and rivalries between two actors, through a predecessor, and up to the end of their file."""

from __future__ import annotations

from datetime import date

import pytest
from facts import Row, same, seen, world

from khasan.measures.ties import ties


def spell(name: str, series: str, one: str, other: str, span: str) -> Row:
    return seen(name, series, one, other, span, 1)


ROWS = (
    spell("a1", "allied", "OLD", "CLI", "1961-07-06/1991-12-25"),
    spell("a2", "allied", "PAT", "CLI", "1991-12-26/1996-09-10"),
    spell("a3", "allied", "OPP", "HST", "1953-10-01/2012-12-31"),
    spell("r1", "rivals", "OPP", "PAT", "2007-01-01/2012-12-31"),
    spell("r2", "rivals", "OLD", "OPP", "1945-01-01/1989-12-31"),
)


def test_a_pact_goes_on_where_a_state_takes_the_place_of_another() -> None:
    snapshot = world(ROWS)
    found = ties(snapshot, "PAT", "CLI")
    assert found is not None
    assert (found.value, found.unit, found.evidence) == (1, "spells", ("a1", "a2"))
    assert found.detail["spells"] == [
        {"role": "alliance_defence", "start": date(1961, 7, 6), "end": date(1996, 9, 10), "open": False}
    ]
    assert found.detail["last"] == date(2012, 12, 31)
    same(snapshot, found, ties)


def test_spells_with_a_gap_stay_apart_and_the_last_is_open() -> None:
    snapshot = world(ROWS)
    found = ties(snapshot, "PAT", "OPP", "rivalry")
    assert found is not None
    assert [(spell["start"].year, spell["end"].year, spell["open"]) for spell in found.detail["spells"]] == [
        (1945, 1989, False),
        (2007, 2012, True),
    ]
    same(snapshot, found, ties)


def test_the_order_of_the_two_does_not_matter() -> None:
    snapshot = world(ROWS)
    one, other = ties(snapshot, "CLI", "PAT"), ties(snapshot, "PAT", "CLI")
    assert one is not None
    assert other is not None
    assert (one.value, one.evidence, one.detail) == (other.value, other.evidence, other.detail)


@pytest.mark.parametrize(("one", "other", "kind"), [("PAT", "HST", "alliance"), ("CLI", "PAT", "friendship")])
def test_without_a_row_or_for_another_kind_there_is_none(one: str, other: str, kind: str) -> None:
    assert ties(world(ROWS), one, other, kind) is None
