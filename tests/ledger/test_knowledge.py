"""Conflicts, readings and corroboration."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from khasan.ledger.knowledge import KEY, best_first, conflicts, corroborates, corroboration, origin_closure, readings
from khasan.ledger.snapshot import Snapshot

CELLS = (*KEY, "scenario", "estimate_id", "origin", "status")
ORIGINS = pl.DataFrame(
    {
        "id": ["customs", "paper", "wire", "other", "one", "two"],
        "rests_on": [None, "customs", "customs; one", None, "two", "one"],
    }
)


def rows(*cells: dict[str, Any]) -> pl.DataFrame:
    """Make rows of one key, apart from the cells given."""
    base: dict[str, Any] = {
        **dict.fromkeys(CELLS), "series": "s", "from_actor": "A", "to_actor": "B",
        "start": "2018-01-01", "end": "2018-12-31",
        "unit": "u", "compiler": "C", "credibility": 2, "reliability": "B", "reprint": False, "published": "2020-01-01",
    }  # fmt: skip
    held = [{**base, "id": f"r{place}", "value": 1.0, **one} for place, one in enumerate(cells)]
    schema = {name: pl.String() for name in CELLS} | {"id": pl.String(), "value": pl.Float64(), "reprint": pl.Boolean()}
    return pl.DataFrame(held, schema_overrides=schema)


def ids(frame: pl.DataFrame) -> set[str]:
    """Return the ids of rows."""
    return set(frame.get_column("id"))


def test_two_values_of_one_key_and_two_origins_are_a_conflict() -> None:
    frame = conflicts(rows({"origin": "customs"}, {"value": 2.0, "origin": "other"}))
    assert ids(frame) == {"r0", "r1"}
    assert frame.get_column("conflict").n_unique() == 1


@pytest.mark.parametrize(
    "other",
    [
        {"value": 1.0},
        {"origin": "customs"},
        *({key: "else"} for key in KEY),
        {"scenario": "fully laden"},
        {"status": "doubtful"},
        {"status": "retracted"},
    ],
    ids=str,
)
def test_anything_else_is_none(other: dict[str, Any]) -> None:
    assert not conflicts(rows({"origin": "customs"}, {"value": 2.0, "origin": "other", **other})).height


def test_one_estimate_under_several_assumptions_is_never_a_conflict() -> None:
    parts = (
        {"scenario": one, "value": value, "origin": f"o{value}", "estimate_id": "e"}
        for one, value in zip("abc", (1.0, 2.0, 3.0), strict=True)
    )
    assert not conflicts(rows(*parts)).height
    assert not conflicts(
        rows({"estimate_id": "e", "origin": "a"}, {"estimate_id": "e", "origin": "b", "value": 2.0})
    ).height
    assert (
        conflicts(rows({"estimate_id": "e", "origin": "a"}, {"estimate_id": "f", "origin": "b", "value": 2.0})).height
        == 2
    )


@given(st.lists(st.tuples(st.floats(0, 10), st.sampled_from(["a", "b", "c"]), st.sampled_from(["K", "L"])), max_size=8))
def test_a_conflict_has_two_values_and_two_origins_whatever_the_rows(cells: list[tuple[float, str, str]]) -> None:
    frame = rows(*({"value": value, "origin": origin, "compiler": compiler} for value, origin, compiler in cells))
    found = ids(conflicts(frame)) if cells else set()
    for compiler in ("K", "L"):
        mine = [(value, origin) for value, origin, name in cells if name == compiler]
        apart = len({value for value, _ in mine}) > 1 and len({origin for _, origin in mine}) > 1
        expected = {f"r{place}" for place, (_, _, name) in enumerate(cells) if name == compiler}
        assert (found & expected) == (expected if apart else set())


def test_the_declared_casks_are_contested_and_the_night_ones_are_one_estimate(harbours: Snapshot) -> None:
    found = conflicts(harbours.observation)
    assert set(found.get_column("series")) == {"casks_declared"}
    assert sorted(found.get_column("value").to_list()) == [900, 1200]


def test_the_laden_fractions_of_2018_are_one_estimate(bundled: Snapshot) -> None:
    frame = bundled.observation.filter(
        pl.col("estimate_id").is_not_null()
        & (pl.col("start").dt.year() == 2018)
        & (pl.col("channel") == "oil_unreported")
    )
    assert frame.height >= 3
    assert frame.get_column("estimate_id").n_unique() == 1
    assert not ids(conflicts(bundled.observation)) & ids(frame)


def test_soviet_trade_of_1990_is_contested(bundled: Snapshot) -> None:
    frame = bundled.usable.filter(
        (pl.col("from_actor") == "SUN")
        & (pl.col("to_actor") == "PRK")
        & (pl.col("year") == 1990)
        & (pl.col("series") == "goods_trade")
    )
    assert frame.get_column("value").n_unique() == 2


def test_compilers_stand_side_by_side_and_the_best_row_of_each_comes_first() -> None:
    found = readings(
        rows(
            {"compiler": "K", "credibility": 3, "value": 1.0},
            {"compiler": "K", "credibility": 2, "value": 2.0},
            {"compiler": "L", "value": 5.0},
            {"compiler": "K", "excludes": "South", "value": 7.0},
        )
    )
    told = {(row["compiler"], row["excludes"]): (row["value"], row["others"]) for row in found.iter_rows(named=True)}
    assert told == {("K", None): (2.0, [1.0, 2.0]), ("L", None): (5.0, [5.0]), ("K", "South"): (7.0, [7.0])}


def test_the_order_of_trust() -> None:
    frame = rows(
        {"id": "late", "published": "2021-01-01"}, {"id": "reprint", "reprint": True, "published": "2022-01-01"},
        {"id": "plain"}, {"id": "letter", "reliability": "A"}, {"id": "digit", "credibility": 1, "reliability": "D"},
    )  # fmt: skip
    assert best_first(frame).get_column("id").to_list() == ["digit", "letter", "late", "plain", "reprint"]


def test_origins_are_followed_to_the_end() -> None:
    assert origin_closure(ORIGINS, "wire") == {"wire", "customs", "one", "two"}
    assert origin_closure(ORIGINS, "unlisted") == {"unlisted"}


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("paper", "wire", False),
        ("customs", "paper", False),
        ("paper", "other", True),
        ("one", "two", False),
        ("x", "y", True),
    ],
)
def test_rows_support_each_other_only_with_nothing_in_common(one: str, other: str, apart: bool) -> None:
    assert corroborates(ORIGINS, one, other) is apart
    assert corroborates(ORIGINS, other, one) is apart
    found = corroboration(ORIGINS, rows({"origin": one}, {"origin": other, "value": 1.01}))
    assert found.rows() == ([("r0", "r1")] if apart else [])


def test_values_too_far_apart_and_doubtful_rows_support_nothing() -> None:
    assert not corroboration(ORIGINS, rows({"origin": "x"}, {"origin": "y", "value": 1.1})).height
    assert not corroboration(ORIGINS, rows({"origin": "x"}, {"origin": "y", "status": "doubtful"})).height
    assert not corroboration(ORIGINS, rows({"origin": "x"}, {})).height
