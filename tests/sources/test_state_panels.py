"""States beside each other as panels: what a file does not record has no row, and pairs answer in both orders."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from source_frames import OLD_AND_NEW

from khasan.ledger.errors import InputError
from khasan.ledger.panels import typed_panel
from khasan.sources import state_panels as source
from khasan.sources.mapped import Mapped, check_orders_agree, name_pairs


def frame(columns: str, *rows: tuple[Any, ...]) -> pl.DataFrame:
    """Make a frame from the names of its columns and its rows."""
    return pl.DataFrame(rows, schema=columns.split(), orient="row")


def rows(mapped: Mapped, panel: str) -> list[tuple[Any, ...]]:
    """Return the rows of a panel in order, as the ledger would hold them."""
    return sorted(typed_panel(panel, mapped.panels[panel]).rows(), key=str)


STATES = "ccode styear stmonth stday endyear endmonth endday"


def test_members_give_way_to_their_successor() -> None:
    read = source.membership(frame(STATES, (10, 1920, 5, 1, 2016, 12, 31), (30, 1950, 1, 1, 1960, 2, 29)), OLD_AND_NEW)
    assert rows(read, "membership") == [
        ("XBB", date(1950, 1, 1), date(1960, 2, 29)),
        ("XNE", date(1991, 12, 26), date(2016, 12, 31)),
        ("XOL", date(1920, 5, 1), date(1991, 12, 25)),
    ]


def test_a_day_that_no_calendar_has() -> None:
    with pytest.raises(InputError, match=r"columns endyear, endmonth, endday: 1961-2-29 in data row 2 is no day"):
        source.membership(frame(STATES, (10, 1920, 5, 1, 2016, 12, 31), (30, 1950, 1, 1, 1961, 2, 29)), OLD_AND_NEW)


BORDERS = "ccode1 ccode2 conttype stdate enddate"


@pytest.mark.parametrize("twice", [False, True])
def test_a_border_answers_in_both_orders_however_the_file_lists_it(twice: bool) -> None:
    one = frame(
        BORDERS, (20, 30, 1, date(1950, 1, 1), date(2016, 12, 1)), (20, 30, 0, date(1900, 1, 1), date(1949, 12, 1))
    )
    other = one.rename({"ccode1": "ccode2", "ccode2": "ccode1"}).select(one.columns)
    read = source.borders(pl.concat([one, other]) if twice else one, OLD_AND_NEW)
    assert rows(read, "border") == [
        ("XAA", "XBB", "land", 1, date(1950, 1, 1), date(2016, 12, 31), True),
        ("XBB", "XAA", "land", 1, date(1950, 1, 1), date(2016, 12, 31), True),
    ]


def test_contact_through_a_dependency_only_is_no_border_and_does_not_move_the_end_of_the_file() -> None:
    read = source.borders(
        frame(
            BORDERS, (20, 30, 2, date(1950, 1, 1), date(1990, 6, 1)), (20, 30, 0, date(1990, 7, 1), date(2016, 12, 1))
        ),
        OLD_AND_NEW,
    )
    assert [row[3:] for row in rows(read, "border")] == [(12, date(1950, 1, 1), date(1990, 6, 30), False)] * 2


def test_years_of_contiguity_are_spells_where_they_follow_each_other() -> None:
    years = frame("ccode1 ccode2 year conttype", *((20, 30, year, 1) for year in (1950, 1951, 1953)))
    assert source.in_months(years).rows() == [
        (20, 30, 1, date(1950, 1, 1), date(1951, 12, 1)),
        (20, 30, 1, date(1953, 1, 1), date(1953, 12, 1)),
    ]


DISTANCES = "ccode1 ccode2 year mindist"


def test_a_distance_stands_for_the_years_that_have_it_and_no_other() -> None:
    years = [(20, 30, 1950, 5.0), (30, 20, 1951, 5.0), (20, 30, 1953, 5.0), (20, 30, 1954, 0.0), (20, 30, 1955, None)]
    assert rows(source.distances(frame(DISTANCES, *years), OLD_AND_NEW), "distance") == [
        ("XAA", "XBB", 1950, 1951, 5.0),
        ("XAA", "XBB", 1953, 1953, 5.0),
        ("XAA", "XBB", 1954, 1954, 0.0),
    ]


def test_distances_of_a_state_that_gave_way_pass_to_its_successor() -> None:
    read = source.distances(frame(DISTANCES, *((10, 20, year, 7.0) for year in (1947, 1990, 1991, 1992))), OLD_AND_NEW)
    assert rows(read, "distance") == [("XAA", "XNE", 1992, 1992, 7.0), ("XAA", "XOL", 1990, 1991, 7.0)]
    assert read.set_aside == 1  # XAA was founded in 1948


PACTS = "ccode1 ccode2 year defence neutrality nonaggression consultation"


def test_a_pact_stands_in_both_orders_and_a_year_of_the_file_without_it_ends_it() -> None:
    listed = frame(PACTS, (20, 30, 1950, 1, 0, 0, 0), (30, 20, 1951, 1, None, 0, 1), (20, 30, 1953, 1, 0, 0, 0))
    read = source.pacts(listed, OLD_AND_NEW)
    expected = []
    for one, other in (("XAA", "XBB"), ("XBB", "XAA")):
        who = (one, other)
        expected += [
            (*who, "consultation", "Correlates of War", date(1951, 1, 1), date(1951, 12, 31), False),
            (*who, "defence", "Correlates of War", date(1950, 1, 1), date(1951, 12, 31), False),
            (*who, "defence", "Correlates of War", date(1953, 1, 1), date(1953, 12, 31), True),
        ]
    assert rows(read, "alliance") == sorted(expected, key=str)


def test_a_pact_passes_to_the_successor_in_the_year_after() -> None:
    years = (1960, 1961, 1990, 1991, 1992, 2012)
    read = source.pacts(frame(PACTS, *((20, 10, year, 1, 0, int(year == 1960), 0) for year in years)), OLD_AND_NEW)
    assert [row[1:3] + row[4:] for row in rows(read, "alliance") if row[0] == "XAA"] == [
        ("XNE", "defence", date(1992, 1, 1), date(1992, 12, 31), False),
        ("XNE", "defence", date(2012, 1, 1), date(2012, 12, 31), True),
        ("XOL", "defence", date(1960, 1, 1), date(1961, 12, 31), False),
        ("XOL", "defence", date(1990, 1, 1), date(1991, 12, 31), False),
        ("XOL", "nonaggression", date(1960, 1, 1), date(1960, 12, 31), False),
    ]


def test_a_row_without_a_year_is_set_aside() -> None:
    read = source.pacts(frame(PACTS, (20, 30, 1950, 1, 0, 0, 0), (20, 30, None, 0, 1, 0, 0)), OLD_AND_NEW)
    assert {row[2] for row in rows(read, "alliance")} == {"defence"}
    assert read.set_aside == 1


def test_an_obligation_keeps_its_direction() -> None:
    columns = "ccode1 ccode2 year defence offence neutrality nonaggression consultation"
    read = source.obligations(frame(columns, (20, 30, 1950, 1, 0, 0, 1, 0), (30, 20, 1950, 0, 0, 0, 1, 0)), OLD_AND_NEW)
    assert [row[:3] for row in rows(read, "alliance")] == [
        ("XAA", "XBB", "defence"),
        ("XAA", "XBB", "nonaggression"),
        ("XBB", "XAA", "nonaggression"),
    ]


@pytest.mark.parametrize("order", [("ccode1", "ccode2"), ("ccode2", "ccode1")])
def test_a_rivalry_is_one_row_however_the_file_orders_it(order: tuple[str, str]) -> None:
    listed = frame(f"{' '.join(order)} start end", (10, 20, 1985, 2020), (30, 324, 1500, 1600))
    read = source.rivalries(listed, OLD_AND_NEW)
    assert rows(read, "rivalry") == [
        ("XAA", "XNE", date(1992, 1, 1), date(2020, 12, 31), True),
        ("XAA", "XOL", date(1985, 1, 1), date(1991, 12, 31), False),
    ]
    assert read.set_aside == 1


def test_a_dispute_of_pairs_answers_in_both_orders() -> None:
    listed = frame("dispnum ccode1 ccode2 year hostlev", (50, 20, 30, 1950, 5), (51, 10, 20, 1992, None))
    assert rows(source.dispute_pairs(listed, OLD_AND_NEW), "dispute_pair") == [
        (50, "XAA", "XBB", 1950, 5),
        (50, "XBB", "XAA", 1950, 5),
        (51, "XAA", "XNE", 1992, None),
        (51, "XNE", "XAA", 1992, None),
    ]


def test_a_month_that_is_none_is_unknown() -> None:
    columns = "dispnum styear stmon outcome settle fatality mindur maxdur hiact hostlev recip"
    read = source.disputes(frame(columns, (1, 1918, 13, 1, 1, 0, 1, 1, 1, 4, 1), (2, 1918, 12, 1, 1, 0, 1, 1, 1, 4, 1)))
    assert read.panels["dispute"].get_column("start_month").to_list() == [None, 12]


def test_a_leader_across_the_end_of_a_state_leads_both() -> None:
    columns = "gwcode leader startdate enddate entry exit"
    listed = frame(
        columns,
        (10, "A", date(1990, 1, 1), date(1992, 1, 1), "Regular", None),
        (777, "B", date(1990, 1, 1), date(1992, 1, 1), "Regular", None),
    )
    read = source.leaders(listed, OLD_AND_NEW)
    assert [row[:4] for row in rows(read, "leader")] == [
        ("XNE", "A", date(1991, 12, 26), date(1992, 1, 1)),
        ("XOL", "A", date(1990, 1, 1), date(1991, 12, 25)),
    ]
    assert read.set_aside == 1


def test_two_codes_of_one_actor_are_no_pair_and_are_counted() -> None:
    kept, aside = name_pairs(frame("ccode1 ccode2 year", (10, 10, 1950), (10, 30, 1950)), OLD_AND_NEW, "one", "other")
    assert kept.select("one", "other").rows() == [("XOL", "XBB")]
    assert aside == 1


@given(st.lists(st.tuples(st.sampled_from([20, 30]), st.integers(1950, 1960)), min_size=1, unique=True))
def test_the_years_of_a_pact_come_back_from_its_spells(listed: list[tuple[int, int]]) -> None:
    """No year is added or lost, and both orders have the same ones."""
    pairs = [(code, 50 - code, year, 1, 0, 0, 0) for code, year in listed]
    spells = source.pacts(frame(PACTS, *pairs), OLD_AND_NEW).panels["alliance"]
    held: dict[str, set[int]] = {"XAA": set(), "XBB": set()}
    for row in spells.iter_rows(named=True):
        held[row["one"]] |= set(range(row["start"].year, row["end"].year + 1))
    assert held["XAA"] == held["XBB"] == {year for _, year in listed}


def test_orders_that_agree_pass() -> None:
    check_orders_agree(frame(DISTANCES, (20, 30, 1950, None), (30, 20, 1950, None)), ["year"], ["mindist"])
