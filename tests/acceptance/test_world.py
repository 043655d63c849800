"""The measures over the whole world, on the real files: published answers and one-pair results."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from khasan.ledger.read import read_csv
from khasan.measures.world.alignment import alignment
from khasan.measures.world.buffer import buffer
from khasan.measures.world.dependence import dependence
from khasan.measures.world.equidistance import equidistance
from khasan.measures.world.ideal_points import ideal_points
from khasan.sources.actors import actors_of
from khasan.sources.datasets import data_sets, find_in_folder, names_of, read_data_set
from khasan.sources.general_assembly import pair_votes, same_and_both

ROOT = Path(__file__).parents[2]
ACTORS = ROOT / "casebooks" / "rus-prk" / "actor.csv"
STATES = ROOT.parent / "shared" / "data" / "states"

pytestmark = pytest.mark.skipif(
    not STATES.is_dir(), reason="the data files on states (../shared/data/states) are not here"
)


def panels(name: str) -> Mapping[str, pl.DataFrame]:
    """Read a data set and map it to its panels."""
    table = read_csv(ACTORS, "actor")
    parts = find_in_folder(STATES)[name]
    return read_data_set(data_sets()[name], parts, actors_of(table), names_of(table)).mapped.panels


@pytest.fixture(scope="module")
def shares() -> pl.DataFrame:
    return dependence(panels("cow-trade")["trade_flow"].select("exporter", "importer", "year", "value"))


@pytest.fixture(scope="module")
def assembly() -> Mapping[str, pl.DataFrame]:
    return panels("unga-votes")


@pytest.fixture(scope="module")
def roll_calls(assembly: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    return assembly["roll_call"]


@pytest.fixture(scope="module")
def votes(assembly: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    return assembly["vote"]


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
    by_pair = same_and_both(pair_votes(named), ["year"])
    ours = agreements.filter(pl.col("year") == 1983).select("one", "other", "year", "same", "votes")
    assert ours.rows() == by_pair.sort("from_actor", "to_actor").rows()


PUBLISHED_2012 = {
    "USA": 2.681, "GBR": 1.530, "FRA": 1.420, "KOR": 0.726, "JPN": 0.644, "RUS": 0.067, "CHN": -0.852, "PRK": -1.965,
}  # fmt: skip
"""Ideal points of 2012 by Bailey, Strezhnev and Voeten."""


@pytest.fixture(scope="module")
def points(votes: pl.DataFrame, roll_calls: pl.DataFrame) -> pl.DataFrame:
    predecessors = pl.read_csv(ACTORS, columns=["id", "predecessor"]).rename({"id": "actor"})
    return ideal_points(votes, roll_calls, predecessors, draws=60, warm_up=60)


def test_ideal_points_of_2012_are_the_published_ones(points: pl.DataFrame) -> None:
    published = pl.DataFrame({"actor": list(PUBLISHED_2012), "published": list(PUBLISHED_2012.values())})
    beside = points.filter(pl.col("year") == 2012).join(published, on="actor")
    assert beside.height == len(PUBLISHED_2012)
    assert beside.select(pl.corr("ideal_point", "published")).item() > 0.98
    order = beside.sort("ideal_point").get_column("actor").to_list()
    assert order[:3] == ["PRK", "CHN", "RUS"]
    assert order[-1] == "USA"


def test_the_cold_war_is_seen(points: pl.DataFrame) -> None:
    """To 1989 the United States stand above every member of the Warsaw Pact, and the Soviet Union below the middle."""
    by_year = points.filter(pl.col("year") < 1990).pivot("actor", index="year", values="ideal_point")
    for member in ("SUN", "POL", "CSK", "HUN", "BGR", "DDR"):
        gap = (by_year["USA"] - by_year[member]).drop_nulls()
        assert gap.min() > 1.5, member  # type: ignore[operator]
    assert (by_year["SUN"] < 0).all()
    assert (by_year["GBR"] > by_year["IND"]).all()


def test_russia_moved_west_when_the_soviet_union_ended_and_back_later(points: pl.DataFrame) -> None:
    russia = points.filter(pl.col("actor") == "RUS")
    stood: dict[int, float] = dict(russia.select("year", "ideal_point").iter_rows())
    soviet = points.filter(pl.col("actor") == "SUN", pl.col("year") == 1985).item(0, "ideal_point")
    assert min(stood) == 1992
    assert stood[1993] > soviet + 1.5
    assert stood[2012] < stood[1993] - 0.5


def test_votes_lean_to_the_rival_patron(points: pl.DataFrame, agreements: pl.DataFrame) -> None:
    triples = pl.DataFrame({"patron": ["RUS"], "one": ["PRK"], "other": ["USA"], "year": [2012]})
    found = equidistance(triples, points=points, agreements=agreements).row(0, named=True)
    assert found["vote_low"] < found["vote_lean"] < found["vote_high"]
    assert 0 < found["agreement_lean"] < 1


def test_north_korea_is_a_buffer_of_russia_and_of_china_against_the_united_states() -> None:
    rivalry, border = panels("rivalries")["rivalry"], panels("cow-contiguity")["border"]
    found = buffer(rivalry, border, panels("cow-alliances")["alliance"], 2010, 2010).filter(pl.col("buffer") == 1)
    asked = found.filter(pl.col("client") == "PRK", pl.col("opponent") == "USA").select("patron", "hosts").rows()
    assert asked == [("CHN", ["KOR"]), ("RUS", ["KOR"])]
