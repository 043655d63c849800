"""Ideal points, recovered from made-up votes whose truth is known."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from khasan.ledger.errors import InputError
from khasan.measures.world.ideal_points import SCHEMA, ideal_points

STATES, SESSIONS, CALLS = 40, 6, 40


def made_up(seed: int = 7) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Make votes, roll calls and the true points: states that drift, one of which is followed by another."""
    random = np.random.default_rng(seed)
    truth = np.cumsum(np.hstack([random.normal(0, 1, (STATES, 1)), random.normal(0, 0.2, (STATES, SESSIONS - 1))]), 1)
    truth = (truth - truth.mean()) / truth.std()
    votes, roll_calls = [], []
    for session in range(SESSIONS):
        for number in range(CALLS):
            roll_call = session * CALLS + number + 1
            roll_calls.append((roll_call, session + 1))
            slope, cuts = random.normal(0, 1.5), np.sort(random.normal(0, 1, 2))
            grades = np.searchsorted(cuts, slope * truth[:, session] + random.normal(0, 1, STATES))
            votes += [
                (roll_call, name(state, session), ["no", "abstain", "yes"][grades[state]])
                for state in range(STATES)
                if random.random() < 0.9
            ]
    true = [(name(state, at), at + 1, truth[state, at]) for state in range(STATES) for at in range(SESSIONS)]
    return (
        pl.DataFrame(votes, schema=["roll_call", "actor", "answer"], orient="row"),
        pl.DataFrame(roll_calls, schema=["roll_call", "session"], orient="row"),
        pl.DataFrame(true, schema=["actor", "session", "truth"], orient="row"),
    )


def name(state: int, session: int) -> str:
    """Name a state; the first is followed by its successor after three sessions."""
    return "NEW" if state == 0 and session >= 3 else f"S{state:02}"


ACTORS = pl.DataFrame({"actor": ["S00", "NEW"], "predecessor": [None, "S00"]})


@pytest.fixture(scope="module")
def world() -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    return made_up()


@pytest.fixture(scope="module")
def found(world: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]) -> pl.DataFrame:
    votes, roll_calls, truth = world
    positive = truth.sort("truth").item(-1, "actor")
    return ideal_points(votes, roll_calls, ACTORS, positive).join(truth, on=["actor", "session"], validate="1:1")


def test_what_was_planted_is_found(found: pl.DataFrame) -> None:
    assert found.height == STATES * SESSIONS
    for _, session in found.group_by("session"):
        assert session.select(pl.corr("ideal_point", "truth")).item() > 0.95


def test_the_interval_holds_the_truth_about_as_often_as_it_says(found: pl.DataFrame) -> None:
    held = found.select(pl.col("truth").is_between("low", "high").mean()).item()
    assert 0.8 <= held <= 0.97


def test_each_row_is_named_by_who_held_the_place(found: pl.DataFrame) -> None:
    assert found.filter(pl.col("actor") == "S00").get_column("session").to_list() == [1, 2, 3]
    assert found.filter(pl.col("actor") == "NEW").get_column("year").to_list() == [1949, 1950, 1951]


def test_the_same_votes_in_another_order_give_the_same_points(
    world: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame],
) -> None:
    votes, roll_calls, _ = world
    few = {"draws": 5, "warm_up": 5}
    once = ideal_points(votes, roll_calls, ACTORS, **few)  # type: ignore[arg-type]
    again = ideal_points(votes.sample(fraction=1, shuffle=True, seed=1), roll_calls.reverse(), ACTORS, **few)  # type: ignore[arg-type]
    assert once.equals(again)


def test_the_side_that_is_positive_is_chosen(world: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]) -> None:
    votes, roll_calls, truth = world
    ends = truth.sort("truth").get_column("actor")
    for end in (ends[0], ends[-1]):
        points = ideal_points(votes, roll_calls, ACTORS, end, draws=5, warm_up=20)
        assert points.filter(pl.col("actor") == end).get_column("ideal_point").mean() > 1  # type: ignore[operator]


def test_a_state_has_no_row_for_a_session_in_which_it_did_not_vote(
    world: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame],
) -> None:
    votes, roll_calls, _ = world
    away = roll_calls.filter(pl.col("session") == 4).get_column("roll_call").to_list()
    kept = votes.filter(~((pl.col("actor") == "S05") & pl.col("roll_call").is_in(away)))
    points = ideal_points(kept, roll_calls, draws=5, warm_up=5).filter(pl.col("actor") == "S05")
    assert points.get_column("session").to_list() == [1, 2, 3, 5, 6]


def test_unanimous_votes_say_nothing() -> None:
    votes = pl.DataFrame({"roll_call": [1, 1, 2, 2], "actor": ["AAA", "BBB"] * 2, "answer": ["yes"] * 4})
    found = ideal_points(votes, pl.DataFrame({"roll_call": [1, 2], "session": [1, 2]}))
    assert found.is_empty()
    assert dict(found.schema) == SCHEMA


def test_one_divided_roll_call_gives_points_with_a_wide_interval() -> None:
    votes = pl.DataFrame({"roll_call": [1, 1, 1], "actor": ["AAA", "BBB", "CCC"], "answer": ["yes", "no", "abstain"]})
    found = ideal_points(votes, pl.DataFrame({"roll_call": [1], "session": [9]}))
    assert found.get_column("year").to_list() == [1954] * 3
    assert (found.get_column("high") - found.get_column("low")).min() > 1  # type: ignore[operator]
    assert found.select(pl.all().is_not_null().all()).row(0) == (True,) * len(SCHEMA)


def test_what_cannot_be_used_is_refused() -> None:
    votes = pl.DataFrame({"roll_call": [1, 9], "actor": ["AAA", "BBB"], "answer": ["yes", "no"]})
    with pytest.raises(InputError, match="not listed among the roll calls, the first 9"):
        ideal_points(votes, pl.DataFrame({"roll_call": [1], "session": [1]}))
    with pytest.raises(InputError, match="column session missing"):
        ideal_points(votes, pl.DataFrame({"roll_call": [1, 9]}))
    with pytest.raises(InputError, match="keep two or more"):
        ideal_points(votes, pl.DataFrame({"roll_call": [1, 9], "session": [1, 1]}), draws=1)
