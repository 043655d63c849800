"""Places that pass from one state to the next."""

from __future__ import annotations

import polars as pl
import pytest

from khasan.measures.world.places import places_held


def held(voted: dict[str, list[int]], before: dict[str, str]) -> dict[str, str]:
    """Return the place of each voter, from its roll calls and its predecessors."""
    rows = [(roll_call, actor) for actor, roll_calls in voted.items() for roll_call in roll_calls]
    votes = pl.DataFrame(rows, schema={"roll_call": pl.Int64(), "actor": pl.String()}, orient="row")
    names = sorted({*voted, *before, *before.values()})
    actors = pl.DataFrame(
        {"actor": names, "predecessor": [before.get(name) for name in names]},
        schema={"actor": pl.String(), "predecessor": pl.String()},
    )
    return dict(places_held(votes, actors).iter_rows())


def test_a_successor_takes_over_the_place() -> None:
    found = held({"OLD": [1, 2], "NEW": [3], "XXX": [1, 2, 3]}, {"NEW": "OLD"})
    assert found == {"OLD": "OLD", "NEW": "OLD", "XXX": "XXX"}


@pytest.mark.parametrize("voted", [{"AAA": [1], "BBB": [2], "CCC": [3]}, {"AAA": [1], "CCC": [3]}])
def test_places_pass_on_through_states_that_voted_and_through_those_that_did_not(voted: dict[str, list[int]]) -> None:
    assert set(held(voted, {"CCC": "BBB", "BBB": "AAA"}).values()) == {"AAA"}


def test_a_place_has_one_vote() -> None:
    """Two that voted side by side hold two places; of two that name one predecessor neither takes it over."""
    assert held({"OLD": [1, 2], "NEW": [2, 3]}, {"NEW": "OLD"}) == {"OLD": "OLD", "NEW": "NEW"}
    found = held({"OLD": [1], "ONE": [2], "TWO": [2]}, {"ONE": "OLD", "TWO": "OLD"})
    assert found == {"OLD": "OLD", "ONE": "ONE", "TWO": "TWO"}


def test_a_circle_of_predecessors_ends() -> None:
    assert held({"ONE": [1], "TWO": [2]}, {"ONE": "TWO", "TWO": "ONE"}) == {"ONE": "ONE", "TWO": "TWO"}


def test_without_actors_each_has_its_own_place() -> None:
    votes = pl.DataFrame({"roll_call": [1, 2], "actor": ["ONE", "TWO"]})
    assert places_held(votes, None).rows() == [("ONE", "ONE"), ("TWO", "TWO")]
