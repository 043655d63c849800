"""Resolutions that come back, told by their titles."""

from __future__ import annotations

import polars as pl

from khasan.measures.world.recurring import recurring_items


def items(*rows: tuple[int, int, str | None]) -> list[str]:
    """Return the items of roll calls given by number, session and title."""
    frame = pl.DataFrame(
        rows, schema={"roll_call": pl.Int64(), "session": pl.Int64(), "title": pl.String()}, orient="row"
    )
    found = recurring_items(frame)
    assert found.get_column("roll_call").to_list() == [row[0] for row in rows]
    return found.get_column("item").to_list()


EMBARGO = "Necessity of ending the embargo"


def test_a_resolution_that_comes_back_is_one_item_however_its_title_is_printed() -> None:
    one, two, three = items(
        (1, 60, EMBARGO),
        (2, 61, f"{EMBARGO.upper()} : resolution / adopted by the General Assembly"),
        (3, 62, f"{EMBARGO}, 2007"),
    )
    assert one == two == three


def test_two_votes_of_one_session_under_one_title_are_told_apart() -> None:
    found = items((1, 60, EMBARGO), (2, 61, EMBARGO), (3, 61, EMBARGO), (4, 62, EMBARGO))
    assert found[0] == found[3]
    assert len(set(found)) == 3


def test_a_long_pause_ends_a_series() -> None:
    found = items((1, 40, EMBARGO), (2, 43, EMBARGO), (3, 47, EMBARGO))
    assert found[0] == found[1] != found[2]


def test_short_and_missing_titles_join_nothing() -> None:
    assert len(set(items((1, 40, "Apartheid"), (2, 41, "Apartheid"), (3, 42, None), (4, 43, None)))) == 4
    without = recurring_items(pl.DataFrame({"roll_call": [1, 2], "session": [1, 2]}))
    assert without.get_column("item").n_unique() == 2
