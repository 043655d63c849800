"""Actors live in time: who held whose place, and whom a user means."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khasan.ledger.actors import Actor, Actors, split
from khasan.ledger.errors import InputError
from khasan.ledger.snapshot import Snapshot


def actor(code: str, name: str, **cells: object) -> Actor:
    """Make an actor without time."""
    empty = {"kind": "state", "valid_from": None, "valid_to": None, "predecessor": None, "members": (), "aliases": ()}
    return Actor(code, name, **{**empty, **cells})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "day", "then"),
    [
        ("RUS", date(1991, 12, 25), "SUN"),
        ("RUS", date(1991, 12, 26), "RUS"),
        ("RUS", date(1988, 7, 1), "SUN"),
        ("RUS", date(1900, 1, 1), None),
        ("SUN", date(2020, 1, 1), None),
        ("SRB", date(1985, 7, 1), "YUG"),
        ("PRK", date(1948, 12, 1), "PRK"),
        ("XXX", date(2000, 1, 1), None),
    ],
)
def test_who_held_the_place_on_a_day(bundled: Snapshot, code: str, day: date, then: str | None) -> None:
    assert bundled.actors.at(code, day) == then


def test_lineage_goes_back_and_a_circle_ends(bundled: Snapshot) -> None:
    assert bundled.actors.lineage("RUS") == ("RUS", "SUN")
    assert bundled.actors.lineage("XXX") == ()
    circle = Actors({"A": actor("A", "a", predecessor="B"), "B": actor("B", "b", predecessor="A")})
    assert circle.lineage("A") == ("A", "B")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("RUS", "RUS"),
        ("rus", "RUS"),
        (" Russia ", "RUS"),
        ("russian federation", "RUS"),
        ("DPRK", "PRK"),
        ("USSR", "SUN"),
        ("North Korea", "PRK"),
    ],
)
def test_codes_names_and_aliases_are_found(bundled: Snapshot, text: str, code: str) -> None:
    assert bundled.actors.find(text).id == code


@pytest.mark.parametrize("text", ["", " ", "Atlantis", "ZZZ", "R", "=1", "Rus\x00sia", "x" * 5000])
def test_nobody_is_guessed(bundled: Snapshot, text: str) -> None:
    with pytest.raises(InputError, match="unknown country"):
        bundled.actors.find(text)


def test_a_near_name_is_suggested_and_not_taken(bundled: Snapshot) -> None:
    with pytest.raises(InputError, match="did you mean RUS"):
        bundled.actors.find("Rusia")


def test_an_actor_out_of_time_says_so(bundled: Snapshot) -> None:
    with pytest.raises(
        InputError, match=r"Soviet Union \(SUN\) did not exist on 2020-01-01 \(it ended on 1991-12-25\)"
    ):
        bundled.actors.find("SUN", date(2020, 1, 1))
    with pytest.raises(InputError, match="did not exist on 1900"):
        bundled.actors.find("RUS", date(1900, 1, 1))
    assert bundled.actors.find("RUS", date(1980, 1, 1)).id == "RUS"


def test_a_name_that_may_mean_two_asks_for_the_code() -> None:
    actors = Actors(
        {
            "QAA": actor("QAA", "Congo"),
            "QBB": actor("QBB", "Congo"),
            "QCC": actor("QCC", "Zaire", valid_to=date(1997, 5, 17)),
        }
    )
    with pytest.raises(InputError, match=r"QAA \(Congo\), QBB \(Congo\)"):
        actors.find("congo")
    old = Actors({"QAA": actor("QAA", "Yemen"), "QBB": actor("QBB", "Yemen", valid_to=date(1990, 5, 21))})
    assert old.find("Yemen").id == "QAA"


def test_a_code_comes_before_a_name() -> None:
    actors = Actors({"QAA": actor("QAA", "qbb"), "QBB": actor("QBB", "other")})
    assert actors.find("qbb").id == "QBB"


def test_groups_have_members_and_are_none_of_them(bundled: Snapshot) -> None:
    groups = [one for one in bundled.actors.by_id.values() if one.kind == "group" and one.members]
    assert groups
    for group in groups:
        assert group.id not in group.members
        assert set(group.members) <= set(bundled.actors.by_id)


@given(st.lists(st.text(alphabet=st.characters(exclude_characters=";"), min_size=1).map(str.strip).filter(bool)))
def test_cells_of_several_values_split_into_them(parts: list[str]) -> None:
    assert split(" ; ".join(parts)) == tuple(parts)
    assert split(None) == ()
