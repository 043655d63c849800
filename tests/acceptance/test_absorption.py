"""Absorption on real trade: a known part of a planted loss is found, for many clients and days.

The flows of a client in the Correlates of War file are taken as they were; two partners' trade after a day is cut by 60
percent, and a third is given a known part of what they lost. Nothing else is known to the measure.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from khasan.ledger.read import read_csv
from khasan.measures.absorption.flows import client_trade
from khasan.measures.absorption.result import absorption
from khasan.sources.actors import actors_of
from khasan.sources.datasets import data_sets, find_in_folder, names_of, read_data_set

ROOT = Path(__file__).parents[2]
STATES = ROOT.parent / "shared" / "data" / "states"
CLIENTS = (
    "IRN",
    "SYR",
    "VEN",
    "MMR",
    "RUS",
    "ZAF",
    "UKR",
    "TUR",
    "EGY",
    "PAK",
    "CHL",
    "POL",
    "VNM",
    "NGA",
    "MAR",
    "PER",
)

pytestmark = pytest.mark.skipif(not STATES.is_dir(), reason="the shared data are not here")


@pytest.fixture(scope="module")
def trade() -> dict[str, pl.DataFrame]:
    """Trade by partner and year of each client, 1990 to 2014."""
    table = read_csv(ROOT / "casebooks" / "rus-prk" / "actor.csv", "actor")
    parts = find_in_folder(STATES)["cow-trade"]
    read = read_data_set(data_sets()["cow-trade"], parts, actors_of(table), names_of(table)).mapped
    flows = read.panels["trade_flow"].filter(pl.col("year") >= 1990).select("exporter", "importer", "year", "value")
    return {client: client_trade(flows, client).select("partner", "year", "value") for client in CLIENTS}


def test_a_planted_share_lies_in_the_interval(trade: dict[str, pl.DataFrame]) -> None:
    generator = np.random.default_rng(20170805)
    expectations = ("trend", "synthetic")
    held, widths = dict.fromkeys(expectations, 0), {one: list[float]() for one in expectations}
    for run in range(200):
        flows = trade[CLIENTS[run % len(CLIENTS)]]
        shock, before = int(generator.integers(2003, 2010)), int(generator.integers(6, 11))
        inside = flows.filter(pl.col("year").is_between(shock - before, shock + 2))
        size = inside.group_by("partner").agg(pl.len(), pl.col("value").filter(pl.col("year") < shock).mean())
        steady = size.filter(pl.col("len") == before + 3).sort("value", "partner", descending=True).head(12)
        names = [str(one) for one in generator.permutation(steady.get_column("partner").to_list())]
        senders, catcher, part = names[:2], names[2], float(generator.uniform(0.1, 0.9))
        after, restricts = pl.col("year") >= shock, pl.col("partner").is_in(senders)
        lost = flows.filter(restricts & after).group_by("year").agg(lost=0.6 * pl.col("value").sum())
        value = (
            pl.when(restricts & after)
            .then(0.4 * pl.col("value"))
            .when((pl.col("partner") == catcher) & after)
            .then(pl.col("value") + part * pl.col("lost"))
            .otherwise("value")
        )
        planted = flows.join(lost, on="year", how="left").select("partner", "year", value=value)
        result = absorption(planted, senders, date(shock, 1, 1), before=before, expectations=expectations)
        for row in result.filter((pl.col("partner") == catcher) & pl.col("defined")).iter_rows(named=True):
            held[row["expectation"]] += row["low"] <= part <= row["high"]
            widths[row["expectation"]].append(row["high"] - row["low"])
    for one in expectations:
        # An undefined share counts as missed.
        assert held[one] >= 0.85 * 200, (one, held)
        assert float(np.median(widths[one])) < 2.0


def test_where_all_partners_restrict_deflection_is_undefined(trade: dict[str, pl.DataFrame]) -> None:
    flows = trade["SYR"]
    everyone = flows.get_column("partner").unique().to_list()
    assert not absorption(flows, everyone, date(2006, 1, 1)).get_column("defined").any()
    bound = absorption(flows, ["USA", "DEU"], date(2006, 1, 1), binds_all=True)
    assert not bound.get_column("defined").any()
    assert bound.filter(pl.col("partner") == "RUS").get_column("share_of_loss").null_count() == 3


def test_syria_after_2011(trade: dict[str, pl.DataFrame]) -> None:
    senders = ["USA", "DEU", "FRA", "ITA", "ESP", "NLD", "GBR", "TUR"]
    result = absorption(trade["SYR"], senders, date(2011, 5, 1))
    germany = result.row(by_predicate=(pl.col("partner") == "DEU") & (pl.col("expectation") == "mean"), named=True)
    # 2012 to 2014: 353, 121 and 100 million dollars; 2011 is of neither side.
    assert (germany["actual"], germany["first_after"], germany["periods_after"]) == (574, "2012", 3)
    assert germany["change"] < 0
    assert germany["placebo_p"] < 0.1
