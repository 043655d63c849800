"""Phases of pairs whose levels change where we planted it."""

from __future__ import annotations

import polars as pl
import pytest

from khasan.ledger.errors import InputError
from khasan.measures.world.phases import phases


def layer(one: str, other: str, name: str, levels: dict[int, float], without: tuple[int, ...] = ()) -> pl.DataFrame:
    """Make a layer from 1980 to 1999 that takes a level from each of these years on, with a small ripple."""
    rows = []
    for year in range(1980, 2000):
        level = next(value for start, value in sorted(levels.items(), reverse=True) if year >= start)
        if year not in without:
            rows.append((one, other, name, year, level + 0.1 * (-1) ** year))
    return pl.DataFrame(rows, schema=["one", "other", "layer", "year", "value"], orient="row")


def test_breaks_are_found_where_they_were_planted_pair_by_pair() -> None:
    found = phases(
        pl.concat(
            [
                layer("AAA", "BBB", "trade", {0: 1, 1991: 5}, without=(1985,)),
                layer("AAA", "BBB", "votes", {0: 0.2, 1991: 3}),
                layer("AAA", "CCC", "trade", {0: 1, 1987: 5, 1994: 1}),
            ]
        )
    )
    assert found.select("one", "other", "phase", "first", "last", "layers").rows() == [
        ("AAA", "BBB", 1, 1980, 1990, 2),
        ("AAA", "BBB", 2, 1991, 1999, 2),
        ("AAA", "CCC", 1, 1980, 1986, 1),
        ("AAA", "CCC", 2, 1987, 1993, 1),
        ("AAA", "CCC", 3, 1994, 1999, 1),
    ]
    assert found.get_column("stability").to_list() == [None, 1, None, 1, 1]


def test_years_begin_where_two_layers_are_known() -> None:
    late = layer("AAA", "BBB", "votes", {0: 0.2, 1992: 3}, without=tuple(range(1980, 1984)))
    found = phases(pl.concat([layer("AAA", "BBB", "trade", {0: 1, 1992: 5}), late]))
    assert found.select("first", "last").rows() == [(1984, 1991), (1992, 1999)]


def test_layers_that_are_short_or_never_change_give_no_phases() -> None:
    short = layer("AAA", "BBB", "trade", {0: 1, 1991: 5}, without=tuple(range(1980, 1990)))
    flat = layer("AAA", "CCC", "trade", {0: 1}).with_columns(value=pl.lit(1.0))
    assert phases(pl.concat([short, flat])).is_empty()


def test_two_values_of_a_year_are_refused() -> None:
    once = layer("AAA", "BBB", "trade", {0: 1})
    with pytest.raises(InputError, match="share their key"):
        phases(pl.concat([once, once]))
