"""A client's trade by partner: one composition throughout, missing never 0."""

from __future__ import annotations

import polars as pl
import pytest

from khasan.ledger.errors import InputError
from khasan.measures.absorption.flows import client_trade

FLOWS = pl.DataFrame(
    [
        ("C", "A", 2000, 5.0), ("A", "C", 2000, 7.0), ("C", "A", 2001, 6.0), ("A", "C", 2001, 0.0),
        ("C", "A", 2002, 6.0), ("A", "C", 2002, 8.0), ("C", "B", 2000, 1.0), ("C", "B", 2001, 2.0),
        ("C", "B", 2002, 3.0), ("B", "C", 2002, 90.0), ("A", "B", 2000, 99.0),
    ],
    schema=["exporter", "importer", "year", "value"], orient="row",
)  # fmt: skip


def test_both_directions_where_both_are_mostly_known_and_else_the_better_known() -> None:
    assert client_trade(FLOWS, "C").rows() == [
        ("A", 2000, 12.0, "trade"),
        ("A", 2002, 14.0, "trade"),
        ("B", 2000, 1.0, "exports"),
        ("B", 2001, 2.0, "exports"),
        ("B", 2002, 3.0, "exports"),
    ]


def test_a_recorded_zero_counts_only_where_asked_for() -> None:
    trade = client_trade(FLOWS, "C", count_zeros=True)
    assert trade.filter((pl.col("partner") == "A") & (pl.col("year") == 2001)).item(0, "value") == 6.0


def test_one_direction() -> None:
    imports = client_trade(FLOWS, "C", "imports")
    assert imports.select("partner", "year", "value").rows() == [("A", 2000, 7.0), ("A", 2002, 8.0), ("B", 2002, 90.0)]


def test_what_is_refused() -> None:
    with pytest.raises(InputError, match="two values of one flow of C"):
        client_trade(pl.concat([FLOWS, FLOWS.head(1)]), "C")
    with pytest.raises(InputError, match="choose trade, exports, imports"):
        client_trade(FLOWS, "C", "services")
    with pytest.raises(InputError, match="one of the columns year and month"):
        client_trade(FLOWS.drop("year"), "C")
