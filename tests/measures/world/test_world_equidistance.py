"""Leans of many patrons at once, worked out by hand."""

from __future__ import annotations

import math
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from khasan.ledger.errors import InputError
from khasan.measures.world.equidistance import equidistance, rival_triples, trade_leans, vote_leans

TRIPLES = pl.DataFrame({"patron": ["PPP"], "one": ["AAA"], "other": ["BBB"]})


def flows(*rows: tuple[str, str, float], column: str = "value") -> pl.DataFrame:
    """Make flows of the year 2000."""
    return pl.DataFrame(rows, schema=["exporter", "importer", column], orient="row").with_columns(year=pl.lit(2000))


EXPECTED = flows(
    ("PPP", "AAA", 10.0), ("AAA", "PPP", 10.0), ("PPP", "BBB", 40.0), ("BBB", "PPP", 20.0), column="expected"
)


def test_both_directions_where_both_are_known() -> None:
    traded = flows(("PPP", "AAA", 30.0), ("AAA", "PPP", 10.0), ("PPP", "BBB", 10.0), ("BBB", "PPP", 20.0))
    found = trade_leans(TRIPLES, traded, EXPECTED).row(0, named=True)
    assert found["directions"] == "both"
    assert found["trade_lean"] == pytest.approx(0.5 * (math.log(40 / 20) - math.log(30 / 60)))


@pytest.mark.parametrize(
    ("missing", "directions", "lean"),
    [(("BBB", "PPP"), "exports", math.log(30 / 10) - math.log(10 / 40)), (("PPP", "BBB"), "imports", 0.0)],
)
def test_the_one_direction_that_is_known_with_both(missing: tuple[str, str], directions: str, lean: float) -> None:
    traded = flows(("PPP", "AAA", 30.0), ("AAA", "PPP", 10.0), ("PPP", "BBB", 10.0), ("BBB", "PPP", 20.0))
    kept = traded.filter((pl.col("exporter") != missing[0]) | (pl.col("importer") != missing[1]))
    found = trade_leans(TRIPLES, kept, EXPECTED).row(0, named=True)
    assert found["directions"] == directions
    assert found["trade_lean"] == pytest.approx(lean / 2)


def test_no_lean_without_data_and_none_from_a_recorded_zero() -> None:
    assert trade_leans(TRIPLES, flows(("PPP", "AAA", 30.0), ("BBB", "PPP", 20.0)), EXPECTED).is_empty()
    assert trade_leans(TRIPLES, flows(("PPP", "AAA", 30.0), ("PPP", "BBB", 0.0)), EXPECTED).is_empty()


def points(patron: float, one: float, other: float, error: float = 0.1) -> pl.DataFrame:
    """Make ideal points of the year 2000."""
    return pl.DataFrame({"actor": ["PPP", "AAA", "BBB"], "ideal_point": [patron, one, other]}).with_columns(
        year=pl.lit(2000), standard_error=pl.lit(error)
    )


def test_lean_in_ideal_points_with_its_interval() -> None:
    """P at 0, A at 1, B at -3: near 1, far 3; errors carry over with weights 4, 3 and 1, times 2 over 16."""
    found = vote_leans(TRIPLES, points(0, 1, -3)).row(0, named=True)
    assert found["vote_lean"] == pytest.approx(0.5)
    margin = 1.6449 * 2 / 16 * 0.1 * math.sqrt(4**2 + 3**2 + 1**2)
    assert (found["vote_low"], found["vote_high"]) == pytest.approx((0.5 - margin, 0.5 + margin))


def test_on_one_side_the_error_of_the_patron_weighs_less() -> None:
    found = vote_leans(TRIPLES, points(0, 1, 3)).row(0, named=True)
    margin = 1.6449 * 2 / 16 * 0.1 * math.sqrt(2**2 + 3**2 + 1**2)
    assert found["vote_high"] - found["vote_lean"] == pytest.approx(margin)


def test_no_lean_where_all_stand_in_one_place_or_one_is_away() -> None:
    assert vote_leans(TRIPLES, points(1, 1, 1)).is_empty()
    assert vote_leans(TRIPLES, points(0, 1, 2).filter(pl.col("actor") != "BBB")).is_empty()


@given(*(st.floats(-3, 3) for _ in range(3)))
def test_turning_the_two_turns_the_lean(patron: float, one: float, other: float) -> None:
    there = vote_leans(TRIPLES, points(patron, one, other))
    back = vote_leans(TRIPLES.rename({"one": "other", "other": "one"}), points(patron, one, other))
    assert there.get_column("vote_lean").to_list() == pytest.approx([-lean for lean in back.get_column("vote_lean")])
    assert there.get_column("vote_low").to_list() == pytest.approx([-end for end in back.get_column("vote_high")])
    assert there.select(pl.col("vote_lean").is_between("vote_low", "vote_high").all()).item()


def test_layers_stand_beside_each_other_and_a_missing_one_is_null() -> None:
    agreements = pl.DataFrame(
        {"one": ["AAA", "BBB"], "other": ["PPP", "PPP"], "year": [1999, 1999], "agreement": [0.6, 0.3]}
    )
    found = equidistance(TRIPLES, points=points(0, 1, -3), agreements=agreements)
    assert found.select("year", "vote_lean", "agreement_lean").rows() == [
        (1999, None, pytest.approx(1 / 3)),
        (2000, pytest.approx(0.5), None),
    ]


def test_only_the_years_asked_are_answered() -> None:
    both = pl.concat([points(0, 1, -3), points(0, 1, -3).with_columns(year=pl.lit(2001))])
    found = vote_leans(TRIPLES.with_columns(year=pl.lit(2001)), both)
    assert found.get_column("year").to_list() == [2001]


def test_what_cannot_be_used_is_refused() -> None:
    with pytest.raises(InputError, match="PPP, AAA, AAA names a state twice"):
        vote_leans(TRIPLES.with_columns(other=pl.lit("AAA")), points(0, 1, 2))
    with pytest.raises(InputError, match="give both or neither"):
        equidistance(TRIPLES, flows=flows(("PPP", "AAA", 1.0)))
    with pytest.raises(InputError, match="no layer given"):
        equidistance(TRIPLES)


def test_every_third_state_stands_beside_each_pair_of_rivals() -> None:
    rivals = pl.DataFrame(
        {"one": ["AAA"], "other": ["BBB"], "start": [date(1950, 1, 1)], "end": [date(1951, 12, 31)], "open": [False]}
    )
    found = rival_triples(rivals, pl.DataFrame({"actor": ["AAA", "BBB", "PPP", "QQQ"]}), 1951, 1960)
    assert found.rows() == [("PPP", "AAA", "BBB", 1951), ("QQQ", "AAA", "BBB", 1951)]
