"""Roll calls: cells, contested votes, issues, absences and days that are not to be relied on."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from source_frames import CASEBOOK, OLD_AND_NEW, STATES, needs_casebook, needs_states

from khasan.ledger.read import read_csv
from khasan.sources import general_assembly as source
from khasan.sources.actors import actors_of, existence
from khasan.sources.datasets import data_sets, find_in_folder, names_of, read_data_set
from khasan.sources.derived_votes import vote_rows
from khasan.sources.vote_rows import cell_rows


def roll_calls(*rows: tuple[int, int, date]) -> pl.DataFrame:
    """Make roll calls from number, session and day."""
    frame = pl.DataFrame(rows, schema={"rcid": pl.Int64(), "session": pl.Int64(), "date": pl.Date()}, orient="row")
    return frame.with_columns(pl.col("date").dt.year().cast(pl.Int64()).alias("year"))


CALLS = roll_calls((1, 46, date(1991, 12, 20)), (2, 46, date(1992, 2, 10)), (3, 47, date(1992, 12, 18)))


def votes(*rows: tuple[int, str, str]) -> pl.DataFrame:
    """Make votes of the roll calls from number, actor and answer."""
    names = {"rcid": pl.Int64(), "actor": pl.String(), "vote": pl.String()}
    return CALLS.join(pl.DataFrame(rows, schema=names, orient="row"), on="rcid")


def test_an_absent_voter_is_in_no_cell_and_no_denominator() -> None:
    pairs = source.pair_votes(votes((2, "XAA", "yes"), (2, "XBB", "no"), (3, "XAA", "yes")))
    cells = source.cells(pairs)
    assert cells["count"].sum() == 1
    assert cells.filter(pl.col("count") == 1).rows() == [("XAA", "XBB", 1992, "yes", "no", 1)]
    assert source.same_and_both(pairs, ["year"]).rows() == [("XAA", "XBB", 1992, 0, 1)]
    assert source.held(CALLS).rows() == [(1991, 1), (1992, 2)]


def test_a_year_without_a_common_vote_has_no_row() -> None:
    pairs = source.pair_votes(votes((1, "XAA", "yes"), (2, "XBB", "yes")))
    assert source.cells(pairs).is_empty()


def test_the_first_word_of_a_cell_is_the_vote_of_the_first_actor() -> None:
    pairs = source.pair_votes(votes((2, "XBB", "no"), (2, "XAA", "yes")))
    rows = cell_rows(source.cells(pairs)).filter(pl.col("value") > 0)
    assert rows.rows() == [("d-votes-yn-xaa-xbb-1992", "votes_yes_no", "XAA", "XBB", 1992, 1.0)]


@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.sampled_from(["XOL", "XAA", "XBB"]), st.sampled_from(source.ANSWERS)),
        unique_by=lambda row: row[:2],
    )
)
def test_the_nine_cells_add_up_to_the_votes_of_both(rows: list[tuple[int, str, str]]) -> None:
    pairs = source.pair_votes(votes(*rows))
    keys = ["from_actor", "to_actor", "year"]
    cells = source.cells(pairs)
    sums = cells.group_by(keys).agg(pl.col("count").sum(), pl.len().alias("cells"))
    diagonal = (
        cells.filter(pl.col("from_vote") == pl.col("to_vote")).group_by(keys).agg(pl.col("count").sum().alias("same"))
    )
    both = source.same_and_both(pairs, ["year"]).rename({"same": "agreed"})
    joined = both.join(sums, on=keys, how="full", coalesce=True).join(diagonal, on=keys)
    assert joined.height == both.height == sums.height
    assert (joined["both"] == joined["count"]).all()
    assert (joined["agreed"] == joined["same"]).all()
    assert (joined["cells"] == 9).all()
    assert (pairs["from_actor"] < pairs["to_actor"]).all()


@pytest.mark.parametrize(("largest", "expected"), [(0.9, []), (0.8, [("XAA", "XBB", 1.0)]), (1.0, [])])
def test_contested_is_below_nine_tenths(largest: float, expected: list[tuple[str, str, float]]) -> None:
    calls = CALLS.head(1).rename({"rcid": "roll_call"}).with_columns(pl.lit(largest).alias("largest"))
    given = pl.DataFrame({"roll_call": [1, 1], "actor": ["XAA", "XBB"], "answer": ["yes", "no"]})
    issues = pl.DataFrame(schema={"roll_call": pl.Int64(), "short_name": pl.String(), "issue": pl.String()})
    rows = vote_rows(given, calls, issues, existence(OLD_AND_NEW), ["XAA"], [])
    both = rows.filter(pl.col("series") == "votes_contested_both")
    assert both.select("from_actor", "to_actor", "value").rows() == expected


def test_days_up_to_the_seventh_only_are_not_relied_on() -> None:
    calls = roll_calls(
        (1, 1, date(1990, 11, 3)), (2, 1, date(1990, 12, 6)), (3, 2, date(1999, 12, 17)), (4, 2, date(2000, 1, 9))
    )
    assert source.known_days(calls).rows() == [
        (1990, date(1990, 12, 31), date(1990, 12, 31)),
        (1999, date(1999, 12, 17), date(1999, 12, 31)),
        (2000, date(2000, 1, 9), date(2000, 1, 9)),
    ]
    assert source.session_days(calls).rows() == [
        (1, date(1990, 11, 1), date(1990, 12, 31)),
        (2, date(1999, 12, 17), date(2000, 1, 9)),
    ]


@needs_states
@needs_casebook
def test_known_agreement_of_2005() -> None:
    table = read_csv(CASEBOOK / "actor.csv", "actor")
    parts = find_in_folder(STATES)["unga-votes"]
    panels = read_data_set(data_sets()["unga-votes"], parts, actors_of(table), names_of(table)).mapped.panels
    calls = panels["roll_call"].rename({"roll_call": "rcid"})
    pair = panels["vote"].filter(pl.col("actor").is_in(["RUS", "PRK"])).rename({"roll_call": "rcid", "answer": "vote"})
    pairs = source.pair_votes(pair.join(calls.select("rcid", "session", "date", "year"), on="rcid"))
    pairs = pairs.filter(pl.col("year") == 2005)
    same, both = source.same_and_both(pairs, ["year"]).select("same", "both").row(0)
    assert both == 75
    assert same / both == pytest.approx(0.68)
    decided = pairs.filter((pl.col("from_vote") != "abstain") & (pl.col("to_vote") != "abstain"))
    assert (decided["from_vote"] == decided["to_vote"]).mean() == pytest.approx(0.923, abs=5e-4)
    contested = pairs.join(calls.filter(pl.col("largest") < source.CONTESTED_BELOW), on="rcid", how="semi")
    assert contested.height == 38
    assert (contested["from_vote"] == contested["to_vote"]).mean() == pytest.approx(0.5)
