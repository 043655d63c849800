"""Published trade elasticities: what stands where."""

from __future__ import annotations

import polars as pl
import pytest

from khasan.gravity.elasticities import elasticities, elasticity_range
from khasan.ledger.errors import InputError


def test_published_values_stand_in_the_table_with_their_place() -> None:
    table = elasticities()
    values = {(row["source"].split(" (")[0], row["sector"]): row for row in table.iter_rows(named=True)}
    assert values["Eaton and Kortum", None]["value"] == 8.28
    assert values["Head and Mayer", None]["value"] == 5.03
    assert values["Simonovska and Waugh", None]["value"] == 4.0
    assert values["Caliendo and Parro", "Petroleum"]["value"] == 64.85
    long = table.filter(pl.col("place").str.contains("long run")).row(0, named=True)
    assert (long["value"], long["low"], long["high"]) == (None, 1.75, 2.25)
    assert table["place"].null_count() == 0
    assert table.filter(pl.col("value").is_null() & pl.col("low").is_null()).is_empty()


def test_the_range_is_from_the_lowest_to_the_highest() -> None:
    assert elasticity_range() == (0.76, 8.28)
    assert elasticity_range("Mining") == (13.53, 13.53)
    with pytest.raises(InputError, match="sectors are Agriculture"):
        elasticity_range("Moonshine")
