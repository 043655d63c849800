"""Plain gravity finds the rule that a made-up world follows, and says nothing where it knows nothing."""

from __future__ import annotations

import itertools
import math

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khasan.gravity.expectation import FEWEST, NEAREST, SMALLEST, expected_flows
from khasan.ledger.errors import InputError

STATES = [f"S{number:02d}" for number in range(10)]
SIZE = {state: 1000.0 * 1.7**number for number, state in enumerate(STATES)}
APART = {pair: 200.0 + 37.0 * ((7 * number) % 41) for number, pair in enumerate(itertools.combinations(STATES, 2))}


def flow(exporter: str, importer: str, scale: float = 1.0) -> float:
    """Trade by the rule 1/100 size^0.9 size^0.8 / km^1.1, times a scale."""
    kilometres = APART[min(exporter, importer), max(exporter, importer)]
    value: float = scale * SIZE[exporter] ** 0.9 * SIZE[importer] ** 0.8 / kilometres**1.1 / 100
    return value


def world(years: dict[int, float]) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Flows by the rule in some years, each with its scale; sizes and distances."""
    pairs = list(itertools.permutations(STATES, 2))
    flows = pl.DataFrame(
        [(a, b, year, flow(a, b, scale)) for year, scale in years.items() for a, b in pairs],
        schema={"exporter": pl.String, "importer": pl.String, "year": pl.Int64, "value": pl.Float64},
        orient="row",
    )
    sizes = pl.DataFrame(
        [(state, year, size) for year in years for state, size in SIZE.items()],
        schema={"actor": pl.String, "year": pl.Int64, "value": pl.Float64},
        orient="row",
    )
    distances = pl.DataFrame(
        [(one, other, min(years), max(years), km) for (one, other), km in APART.items()],
        schema=["one", "other", "first_year", "last_year", "kilometres"],
        orient="row",
    )
    return flows, sizes, distances


def test_a_world_that_follows_gravity_is_expected_to_the_dollar() -> None:
    flows, sizes, distances = world({2000: 1.0, 2001: 3.0})
    expected = expected_flows(flows, sizes, distances)
    joined = flows.join(expected, on=["exporter", "importer", "year"])
    assert joined.height == 2 * 90
    assert (joined["expected"] / joined["value"] - 1).abs().max() == pytest.approx(0, abs=1e-6)


def test_what_is_left_out_does_not_move_the_expectation_but_gets_one() -> None:
    flows, sizes, distances = world({2000: 1.0})
    confused = flows.with_columns(
        pl.when(pl.any_horizontal(pl.col("exporter", "importer") == "S03")).then(1e6).otherwise("value").alias("value")
    )
    expected = expected_flows(confused, sizes, distances, leave_out=["S03"])
    of_it = expected.filter((pl.col("exporter") == "S03") & (pl.col("importer") == "S07"))["expected"].item()
    assert of_it == pytest.approx(flow("S03", "S07"), rel=1e-6)


def test_without_size_or_distance_there_is_no_row() -> None:
    flows, sizes, distances = world({2000: 1.0})
    expected = expected_flows(
        flows,
        sizes.filter(pl.col("actor") != "S01"),
        distances.filter(~((pl.col("one") == "S00") & (pl.col("other") == "S02"))),
    )
    named = set(expected["exporter"]) | set(expected["importer"])
    assert "S01" not in named
    assert expected.filter(
        pl.col("exporter").is_in(["S00", "S02"]) & pl.col("importer").is_in(["S00", "S02"])
    ).is_empty()
    assert expected.height == 72 - 2


def test_a_recorded_zero_gets_an_expectation_and_gives_none() -> None:
    flows, sizes, distances = world({2000: 1.0})
    zero = pl.any_horizontal(pl.col("exporter") == "S02")
    expected = expected_flows(flows.with_columns(value=pl.when(zero).then(0.0).otherwise("value")), sizes, distances)
    of_it = expected.filter((pl.col("exporter") == "S02") & (pl.col("importer") == "S09"))["expected"].item()
    assert of_it == pytest.approx(flow("S02", "S09"), rel=1e-6)


def test_a_thin_year_takes_the_coefficients_of_all_years() -> None:
    flows, sizes, distances = world({2000: 1.0, 2001: 1.0})
    thin = flows.filter((pl.col("year") == 2000) | (pl.col("exporter") == "S05"))
    assert thin.filter(pl.col("year") == 2001).height < FEWEST
    # In the thin year the one exporter sells ten times as much; nine flows are too few to say that the world did.
    louder = thin.with_columns(value=pl.when(pl.col("year") == 2001).then(pl.col("value") * 10).otherwise("value"))
    expected = expected_flows(louder, sizes, distances).filter(pl.col("year") == 2001)
    ratio = louder.join(expected, on=["exporter", "importer", "year"])
    assert (ratio["value"] / ratio["expected"]).min() > 2  # type: ignore[operator]


def test_neighbours_at_no_distance_count_as_near_ones() -> None:
    flows, sizes, distances = world({2000: 1.0})
    touching = (pl.col("one") == "S00") & (pl.col("other") == "S01")
    at = [
        expected_flows(
            flows, sizes, distances.with_columns(kilometres=pl.when(touching).then(km).otherwise("kilometres"))
        )
        for km in (0.0, NEAREST)
    ]
    assert at[0].equals(at[1])


@settings(max_examples=15)
@given(scale=st.floats(1.5, 1000))
def test_twice_the_trade_is_twice_the_expectation(scale: float) -> None:
    flows, sizes, distances = world({2000: 1.0})
    large = flows.filter(pl.col("value") > SMALLEST)
    once = expected_flows(large, sizes, distances)
    more = expected_flows(large.with_columns(pl.col("value") * scale), sizes, distances)
    assert (more["expected"] / once["expected"] / scale - 1).abs().max() == pytest.approx(0, abs=1e-6)
    assert math.isfinite(more["expected"].sum())


@pytest.mark.parametrize(("frame", "column"), [(0, "value"), (1, "actor"), (2, "kilometres")])
def test_a_missing_column_is_named(frame: int, column: str) -> None:
    given_frames = list(world({2000: 1.0}))
    given_frames[frame] = given_frames[frame].drop(column)
    flows, sizes, distances = given_frames
    with pytest.raises(InputError, match=column):
        expected_flows(flows, sizes, distances)
