"""Names, numbers and codes of publishers become actors in time, or are set aside and told."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from published import ACTORS

from khasan.ledger.read import read_casebook
from khasan.ledger.schema import empty_frame
from khasan.sources.places import (
    Placed,
    actor_names,
    actor_times,
    all_set_aside,
    in_time,
    m49,
    name_areas,
    set_aside,
)
from khasan.sources.raw_tables import raw_table
from khasan.sources.trade_rows import TRADE_FLOW, check_for_own_trade, flow_observations, goods_series

TABLE = pl.DataFrame(
    {
        "id": ["XOL", "XNE", "XAA", "XBB"],
        "name": ["Oldland", "Newland", "Aland", "Beland"],
        "aliases": ["The Land;Twin", "The Land", None, "Twin;B"],
        "valid_from": [None, "1991-12-26", None, "1950-01-01"],
        "valid_to": ["1991-12-25", None, None, None],
    }
)


def test_a_name_of_two_actors_is_that_of_the_one_that_lasts() -> None:
    names = dict(actor_names(TABLE).rows())
    assert names["the land"] == "XNE"
    assert names["twin"] == "XBB"
    assert names["oldland"] == "XOL"
    assert names["xaa"] == "XAA"


def test_a_name_of_two_actors_of_today_is_nobody() -> None:
    both = TABLE.with_columns(pl.lit("Same").alias("aliases"))
    assert "same" not in dict(actor_names(both).rows())


def test_names_of_the_shipped_casebook_are_found() -> None:
    names = dict(actor_names(ACTORS).rows())
    for name, actor in {
        "russian federation": "RUS", "china": "CHN", "republic of korea": "KOR",
        "democratic people's republic of korea": "PRK", "united states of america": "USA",
    }.items():  # fmt: skip
        assert names[name] == actor


def test_times_are_read_from_text_and_from_dates() -> None:
    text = actor_times(TABLE)
    dates = TABLE.with_columns(pl.col("valid_from", "valid_to").str.to_date("%Y-%m-%d"))
    assert text.equals(actor_times(dates))
    assert text.row(0) == ("XOL", date(1, 1, 1), date(1991, 12, 25))
    assert actor_times(TABLE.select("id")).row(0) == ("XOL", date(1, 1, 1), date(9999, 12, 31))


@given(st.lists(st.tuples(st.sampled_from(["XOL", "XNE", "XBB", "???"]), st.integers(1940, 2000)), max_size=12))
def test_every_row_is_placed_or_set_aside(drawn: list[tuple[str, int]]) -> None:
    rows = pl.DataFrame(drawn, schema={"actor": pl.String(), "year": pl.Int64()}, orient="row").with_columns(
        pl.date("year", 1, 1).alias("first"), pl.date("year", 12, 31).alias("last")
    )
    placed = in_time(rows, actor_times(TABLE), {"actor": "actor"}, "first", "last")
    assert placed.rows.height + placed.set_aside["rows"].sum() == rows.height
    for actor, year in placed.rows.select("actor", "year").rows():
        assert {"XOL": year <= 1991, "XNE": year >= 1991, "XBB": year >= 1950}[actor]


@given(st.lists(st.tuples(st.integers(0, 900), st.integers(1950, 2020)), max_size=12))
def test_every_number_is_placed_or_set_aside(drawn: list[tuple[int, int]]) -> None:
    rows = pl.DataFrame(drawn, schema={"code": pl.Int64(), "year": pl.Int64()}, orient="row")
    placed = name_areas(rows, "code", "actor")
    assert placed.rows.height + placed.set_aside["rows"].sum() == rows.height
    known = {(code, actor) for code, actor in m49().select("code", "actor").rows()}
    assert all((code, actor) in known for code, actor in placed.rows.select("code", "actor").rows())


def test_what_was_set_aside_is_told_in_one_sentence() -> None:
    parts = [
        pl.DataFrame({"code": [code] * count, "reason": ["r"] * count})
        for code, count in zip("abcdefg", range(7, 0, -1), strict=True)
    ]
    counted = all_set_aside(set_aside(*parts[:3]), set_aside(*parts[2:]))
    assert counted["rows"].sum() == 28 + 5
    assert counted.row(0) == ("c", "r", 10)
    message = Placed(pl.DataFrame(), counted).message
    assert message == "33 rows set aside: c (r), a (r), b (r), d (r), e (r) and 2 more"
    assert Placed(pl.DataFrame(), set_aside()).message == ""


# -- rows made of trade, and tables as text -----------------------------------------------------------------------


def flow(**changes: object) -> dict[str, object]:
    """Make one flow."""
    return {
        "exporter": "AAA", "importer": "BBB", "year": 2020, "month": None, "goods": None, "reported_by": "exporter",
        "compiler": "C", "value": 1.5,
    } | changes  # fmt: skip


def test_only_goods_that_are_a_series_become_rows() -> None:
    kinds = {"month": pl.Int64(), "goods": pl.String()}
    flows = pl.DataFrame([flow(), flow(goods="27"), flow(goods="8517"), flow(month=2)], schema_overrides=kinds)
    rows = flow_observations(flows.select(TRADE_FLOW), "x", source="s", credibility=2)
    assert rows.select("id", "series", "end").rows() == [
        ("x-2020-total-aaa-bbb-exporter", "goods_export", date(2020, 12, 31)),
        ("x-2020-27-aaa-bbb-exporter", "fuel_export", date(2020, 12, 31)),
        ("x-2020-02-total-aaa-bbb-exporter", "goods_export", date(2020, 2, 29)),
    ]
    assert check_for_own_trade(pl.DataFrame([flow(importer="AAA")])).is_empty()


def test_series_of_goods_are_those_of_the_shipped_casebook() -> None:
    from khasan.ledger.bundled import bundled_folder

    series = read_casebook(bundled_folder())["series"]["id"]
    assert set(goods_series()["series"]) <= set(series)


@pytest.mark.parametrize(
    ("value", "text"),
    [(12.0, "12"), (0.0, "0"), (-3.0, "-3"), (327.6, "327.6"), (1e-7, "1e-7"), (1e17, "1e+17"), (None, None)],
)
def test_numbers_are_written_as_a_casebook_has_them(value: float | None, text: str | None) -> None:
    frame = empty_frame("observation").clear(1).with_columns(pl.lit(value, pl.Float64()).alias("value"))
    written = raw_table("observation", frame)["value"].item()
    assert written == text
    if text is not None:
        from khasan.ledger.check import _PATTERNS

        assert pl.Series([written]).str.contains(_PATTERNS["number"][0]).all()
        assert float(written) == value


def test_days_lines_and_empty_columns_of_a_text_table() -> None:
    frame = empty_frame("event").clear(2).with_columns(
        pl.Series("id", ["a", "b"]), pl.Series("date", [date(2020, 1, 2), None]), pl.lit("").alias("what")
    )  # fmt: skip
    table = raw_table("event", frame)
    assert table["_row"].to_list() == [2, 3]
    assert table["date"].to_list() == ["2020-01-02", None]
    assert table["what"].to_list() == [None, None]
    assert "origin" not in table.columns
