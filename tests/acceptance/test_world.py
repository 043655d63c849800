"""The measures over the whole world, on the real files: published answers and one-pair results."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from khasan.measures.world.alignment import alignment
from khasan.measures.world.dependence import dependence
from khasan.sources import correlates_trade as trade
from khasan.sources import general_assembly as assembly
from khasan.sources.actors import name_yearly, read_actors

ROOT = Path(__file__).parents[2]
ACTORS = ROOT / "casebooks" / "rus-prk" / "actor.csv"
STATES = ROOT.parent / "shared" / "data" / "states"

pytestmark = pytest.mark.skipif(
    not STATES.is_dir(), reason="the data files on states (../shared/data/states) are not here"
)


@pytest.fixture(scope="module")
def actors() -> pl.DataFrame:
    return read_actors(ACTORS)


@pytest.fixture(scope="module")
def shares(actors: pl.DataFrame) -> pl.DataFrame:
    flows = trade.directed_exports(trade.read_trade(STATES)).rename({"exporter": "seller", "importer": "buyer"})
    for code, actor in (("seller", "exporter"), ("buyer", "importer")):
        flows = name_yearly(flows, actors, code, actor)
    return dependence(flows.drop_nulls(["exporter", "importer"]).select("exporter", "importer", "year", "value"))


@pytest.fixture(scope="module")
def roll_calls() -> pl.DataFrame:
    return assembly.read_roll_calls(STATES).rename({"rcid": "roll_call"})


@pytest.fixture(scope="module")
def votes(actors: pl.DataFrame) -> pl.DataFrame:
    named = assembly.votes_of(assembly.read_votes(STATES), assembly.read_roll_calls(STATES), actors)
    return named.select(pl.col("rcid").alias("roll_call"), "actor", pl.col("vote").alias("answer"))


@pytest.fixture(scope="module")
def agreements(votes: pl.DataFrame, roll_calls: pl.DataFrame) -> pl.DataFrame:
    return alignment(votes, roll_calls)


@pytest.mark.parametrize(
    ("client", "partner", "year", "share"), [("SYR", "RUS", 2010, 0.0284), ("BLR", "RUS", 2012, 0.5337)]
)
def test_shares_as_reported(shares: pl.DataFrame, client: str, partner: str, year: int, share: float) -> None:
    keys = (pl.col("actor") == client, pl.col("partner") == partner, pl.col("year") == year)
    assert shares.filter(*keys).item(0, "share") == pytest.approx(share, abs=5e-5)


def test_the_soviet_union_has_its_years_and_russia_has_its_own(shares: pl.DataFrame, agreements: pl.DataFrame) -> None:
    for frame, column in ((shares, "actor"), (agreements, "other")):
        years = dict(frame.group_by(column).agg(pl.col("year").min()).iter_rows())
        last = dict(frame.group_by(column).agg(pl.col("year").max()).iter_rows())
        assert last["SUN"] == 1991
        assert years["RUS"] == 1992


@pytest.mark.parametrize(
    ("one", "other", "year", "column", "expected"),
    [
        ("PRK", "RUS", 2005, "agreement", 0.68),
        ("PRK", "RUS", 2005, "votes", 75),
        ("PRK", "RUS", 2005, "without_abstentions", 0.923),
        ("BLR", "RUS", 2014, "agreement", 0.7671),
    ],
)
def test_agreements(agreements: pl.DataFrame, one: str, other: str, year: int, column: str, expected: float) -> None:
    keys = (pl.col("one") == one, pl.col("other") == other, pl.col("year") == year)
    assert agreements.filter(*keys).item(0, column) == pytest.approx(expected, abs=5e-4)


def test_a_year_of_all_pairs_is_what_the_pairs_give_one_by_one(
    votes: pl.DataFrame, roll_calls: pl.DataFrame, agreements: pl.DataFrame
) -> None:
    named = votes.rename({"roll_call": "rcid", "answer": "vote"}).join(
        roll_calls.rename({"roll_call": "rcid"}).filter(pl.col("year") == 1983), on="rcid"
    )
    by_pair = assembly.same_and_both(assembly.pair_votes(named), ["year"])
    ours = agreements.filter(pl.col("year") == 1983).select("one", "other", "year", "same", "votes")
    assert ours.rows() == by_pair.sort("from_actor", "to_actor").rows()
