"""Roll calls: cells, contested votes, issues, absences and the year in which a state gives way."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from source_frames import CASEBOOK, OLD_AND_NEW, STATES, needs_casebook, needs_states

from khasan.ledger.errors import InputError
from khasan.sources import general_assembly as source
from khasan.sources.actors import read_actors
from khasan.sources.vote_rows import cell_rows


def roll_calls(*rows: tuple[int, int, date]) -> pl.DataFrame:
    """Make roll calls from number, session and day."""
    frame = pl.DataFrame(rows, schema={"rcid": pl.Int64(), "session": pl.Int64(), "date": pl.Date()}, orient="row")
    return frame.with_columns(pl.col("date").dt.year().cast(pl.Int64()).alias("year"))


def votes(*rows: tuple[int, str, str]) -> pl.DataFrame:
    """Make votes from number, ISO2 and answer."""
    names = {"rcid": pl.Int64(), "country_code": pl.String(), "vote": pl.String()}
    return pl.DataFrame(rows, schema=names, orient="row")


CALLS = roll_calls((1, 46, date(1991, 12, 20)), (2, 46, date(1992, 2, 10)), (3, 47, date(1992, 12, 18)))


def test_an_absent_voter_is_in_no_cell_and_no_denominator() -> None:
    cast = votes((2, "XA", "yes"), (2, "XB", "no"), (3, "XA", "yes"))
    pairs = source.pair_votes(source.votes_of(cast, CALLS, OLD_AND_NEW))
    cells = source.cells(pairs)
    assert cells["count"].sum() == 1
    assert cells.filter(pl.col("count") == 1).rows() == [("XAA", "XBB", 1992, "yes", "no", 1)]
    assert source.same_and_both(pairs, ["year"]).rows() == [("XAA", "XBB", 1992, 0, 1)]
    assert source.held(CALLS).rows() == [(1991, 1), (1992, 2)]


def test_a_year_without_a_common_vote_has_no_row() -> None:
    pairs = source.pair_votes(source.votes_of(votes((1, "XA", "yes"), (2, "XB", "yes")), CALLS, OLD_AND_NEW))
    assert source.cells(pairs).is_empty()


def test_the_split_year_belongs_to_the_state_that_gave_way() -> None:
    cast = votes(*((number, code, "yes") for number in (1, 2, 3) for code in ("XO", "XA")))
    named = source.votes_of(cast, CALLS, OLD_AND_NEW).filter(pl.col("actor") != "XAA")
    assert named.select("year", "actor").rows() == [(1991, "XOL"), (1992, "XNE"), (1992, "XNE")]


def test_the_first_word_of_a_cell_is_the_vote_of_the_first_actor() -> None:
    pairs = source.pair_votes(source.votes_of(votes((2, "XB", "no"), (2, "XA", "yes")), CALLS, OLD_AND_NEW))
    rows = cell_rows(source.cells(pairs)).filter(pl.col("value") > 0)
    assert rows.rows() == [("d-votes-yn-xaa-xbb-1992", "votes_yes_no", "XAA", "XBB", 1992, 1.0)]


@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.sampled_from(["XO", "XA", "XB"]), st.sampled_from(source.ANSWERS)),
        unique_by=lambda row: row[:2],
    )
)
def test_the_nine_cells_add_up_to_the_votes_of_both(rows: list[tuple[int, str, str]]) -> None:
    pairs = source.pair_votes(source.votes_of(votes(*rows), CALLS, OLD_AND_NEW))
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


@pytest.mark.parametrize(
    ("answers", "expected"),
    [(["yes"] * 9 + ["no"], False), (["yes"] * 8 + ["no", "abstain"], True), (["no"] * 10, False)],
)
def test_contested_is_below_nine_tenths(answers: list[str], expected: bool) -> None:
    frame = pl.DataFrame({"rcid": [1] * len(answers), "vote": answers})
    assert source.contested(frame)["contested"].item() is expected


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


def test_an_unknown_answer_is_named() -> None:
    with pytest.raises(InputError, match=r"un_votes.parquet, column vote: absent"):
        source.check_answers(votes((1, "XA", "absent")))


@needs_states
@needs_casebook
def test_known_agreement_of_2005() -> None:
    cast = source.read_votes(STATES)
    named = source.votes_of(cast, source.read_roll_calls(STATES), read_actors(CASEBOOK / "actor.csv"))
    pairs = source.pair_votes(named.filter(pl.col("actor").is_in(["RUS", "PRK"]) & (pl.col("year") == 2005)))
    same, both = source.same_and_both(pairs, ["year"]).select("same", "both").row(0)
    assert both == 75
    assert same / both == pytest.approx(0.68)
    decided = pairs.filter((pl.col("from_vote") != "abstain") & (pl.col("to_vote") != "abstain"))
    assert (decided["from_vote"] == decided["to_vote"]).mean() == pytest.approx(0.923, abs=5e-4)
    contested = pairs.join(source.contested(cast).filter("contested"), on="rcid", how="semi")
    assert contested.height == 38
    assert (contested["from_vote"] == contested["to_vote"]).mean() == pytest.approx(0.5)
