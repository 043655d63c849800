"""Codes of the Correlates of War in time: one actor a code and year."""

from __future__ import annotations

import polars as pl
from source_frames import OLD_AND_NEW

from khasan.sources.actors import actor_years


def test_each_code_has_one_actor_a_year() -> None:
    named = actor_years(OLD_AND_NEW, 1947, 1993)
    assert not named.select("cow", "year").is_duplicated().any()
    assert named.filter((pl.col("cow") == 10) & pl.col("year").is_in([1991, 1992]))["actor"].to_list() == ["XOL", "XNE"]
    assert named.filter(pl.col("cow") == 20)["year"].min() == 1948
