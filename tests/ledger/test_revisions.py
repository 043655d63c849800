"""Rows added, withdrawn and revised between two states of a table or panel."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as some

from khasan.ledger.revisions import RowChanges, changes, yearly_changes

KEYS = ["one", "other"]
CODES = some.sampled_from(["QAA", "QBB", "QCC", "QDD"])
VALUES = some.one_of(some.none(), some.sampled_from([0.0, 1.0, 1.5, 200.0]))
STATES = some.dictionaries(some.tuples(CODES, CODES), VALUES, max_size=10)


def frame(rows: dict[tuple[str, str], float | None]) -> pl.DataFrame:
    """Write a state as a frame, in the order in which it is given."""
    kinds = {"one": pl.String(), "other": pl.String(), "value": pl.Float64()}
    return pl.DataFrame([(*key, value) for key, value in rows.items()], schema=kinds, orient="row")


def cells(found: RowChanges) -> list[tuple[Any, ...]]:
    """Return the revised cells: key, column, old and new value."""
    return [(*(row[key] for key in found.keys), column, old, new) for row, column, old, new in found.cells()]


def keys(rows: pl.DataFrame) -> list[tuple[str, str]]:
    """Return the keys of rows."""
    return rows.select(KEYS).rows()


def test_rows_that_came_went_and_were_revised() -> None:
    old = frame({("QAA", "QBB"): 10.0, ("QAA", "QCC"): 3.0, ("QBB", "QAA"): None})
    new = frame({("QBB", "QAA"): 7.0, ("QAA", "QBB"): 12.5, ("QCC", "QAA"): 1.0})
    found = changes(old, new, KEYS)
    assert keys(found.added) == [("QCC", "QAA")]
    assert keys(found.withdrawn) == [("QAA", "QCC")]
    assert cells(found) == [("QAA", "QBB", "value", 10.0, 12.5), ("QBB", "QAA", "value", None, 7.0)]


@given(STATES, some.randoms())
def test_the_order_of_rows_is_no_difference(rows: dict[tuple[str, str], float | None], chance: Any) -> None:
    shuffled = list(rows.items())
    chance.shuffle(shuffled)
    assert not changes(frame(rows), frame(dict(shuffled)), KEYS)


@given(STATES, STATES)
def test_there_and_back_are_mirror_images_and_miss_nothing(
    old: dict[tuple[str, str], float | None], new: dict[tuple[str, str], float | None]
) -> None:
    there, back = changes(frame(old), frame(new), KEYS), changes(frame(new), frame(old), KEYS)
    assert set(keys(there.added)) == set(new) - set(old) == set(keys(back.withdrawn))
    assert set(keys(there.withdrawn)) == set(old) - set(new) == set(keys(back.added))
    expected = {(*key, "value", old[key], new[key]) for key in set(old) & set(new) if old[key] != new[key]}
    assert set(cells(there)) == expected
    assert {(*row[:3], row[4], row[3]) for row in cells(back)} == expected


def test_numbers_equal_but_for_their_last_digits_are_equal() -> None:
    old, new = (
        frame({("QAA", "QBB"): 0.1 + 0.2, ("QAA", "QCC"): 0.0}),
        frame({("QAA", "QBB"): 0.3, ("QAA", "QCC"): -0.0}),
    )
    assert not changes(old, new, KEYS)
    assert changes(frame({("QAA", "QBB"): 1_000_000.0}), frame({("QAA", "QBB"): 1_000_000.1}), KEYS)


def test_an_empty_cell_of_a_key_is_a_key_like_any_other() -> None:
    kinds = {"year": pl.Int64(), "month": pl.Int64(), "value": pl.Float64()}
    old = pl.DataFrame([(2010, None, 5.0), (2010, 1, 2.0)], schema=kinds, orient="row")
    new = pl.DataFrame([(2010, 1, 2.0), (2010, None, 6.0)], schema=kinds, orient="row")
    assert cells(changes(old, new, ["year", "month"])) == [(2010, None, "value", 5.0, 6.0)]


def test_columns_of_the_file_and_counted_ones_are_not_compared() -> None:
    old = pl.DataFrame({"call": [1], "title": ["A"], "voters": [10], "_load": [2], "open": [True]})
    new = pl.DataFrame({"call": [1], "title": ["A"], "voters": [11], "_load": [9], "open": [False]})
    assert not changes(old, new, ["call"], counted=["voters"])
    assert cells(changes(old, new, ["call"])) == [(1, "voters", 10, 11)]


def spans(*rows: tuple[str, date, date]) -> pl.DataFrame:
    """Write spans of one file."""
    kinds = {"actor": pl.String(), "start": pl.Date(), "end": pl.Date()}
    return pl.DataFrame(rows, schema=kinds, orient="row").with_columns(pl.lit("f").alias("file"))


def test_a_file_that_is_carried_on_revises_no_end_and_an_end_that_was_moved_is_one() -> None:
    began = date(1990, 1, 1)
    old = spans(
        ("QAA", began, date(2012, 12, 31)), ("QBB", began, date(2000, 5, 1)), ("QCC", began, date(2012, 12, 31))
    )
    new = spans(("QAA", began, date(2020, 12, 31)), ("QBB", began, date(2001, 5, 1)), ("QCC", began, date(2015, 3, 1)))
    found = changes(old, new, ["file", "actor", "start"], file="file")
    assert [(row[1], *row[3:]) for row in cells(found)] == [
        ("QBB", "end", date(2000, 5, 1), date(2001, 5, 1)),
        ("QCC", "end", date(2012, 12, 31), date(2015, 3, 1)),
    ]


def test_a_year_out_of_the_middle_of_a_span_is_one_year() -> None:
    kinds = ["one", "first_year", "last_year", "km"]
    old = pl.DataFrame([("QAA", 1990, 2000, 5.0), ("QBB", 1990, 2000, 1.0)], schema=kinds, orient="row")
    new = pl.DataFrame(
        [("QAA", 1990, 1992, 5.0), ("QAA", 1993, 1994, 6.0), ("QAA", 1996, 2001, 5.0), ("QBB", 1990, 2000, 1.0)],
        schema=kinds,
        orient="row",
    )
    found = yearly_changes(old, new, ["one"], ("first_year", "last_year"))
    assert found.added.select("one", "first_year", "last_year").rows() == [("QAA", 2001, 2001)]
    assert found.withdrawn.select("one", "first_year", "last_year").rows() == [("QAA", 1995, 1995)]
    assert cells(found) == [("QAA", 1993, 1994, "km", 5.0, 6.0)]


def test_a_span_cut_in_two_without_a_gap_is_no_difference() -> None:
    kinds = ["one", "start", "end"]
    old = pl.DataFrame([("QAA", date(1990, 1, 1), date(2000, 12, 31))], schema=kinds, orient="row")
    new = pl.DataFrame(
        [("QAA", date(1990, 1, 1), date(1995, 12, 31)), ("QAA", date(1996, 1, 1), date(2000, 12, 31))],
        schema=kinds,
        orient="row",
    )
    assert not yearly_changes(old, new, ["one"], ("start", "end"))
