"""Blackouts are facts with a day, never zeros."""

from __future__ import annotations

from facts import same, world

from khasan.ledger.snapshot import Snapshot
from khasan.measures.blackouts import blackout, blackouts


def test_a_blackout_is_a_fact_with_its_day() -> None:
    gap = {"compiler": "Office", "partner": "CLI", "start": "2014-01-01", "state": "suppressed", "source": "b"}
    rows = [
        gap | {"goods": "oil"},
        gap | {"state": "published", "goods": "all"},
        gap | {"partner": "RIV", "goods": "oil"},
    ]
    snapshot = world(coverage=rows)
    (found,) = blackouts(snapshot, ("PAT", "CLI"))
    assert (found.value, found.unit, found.detail["state"]) == (2014, "year", "suppressed")
    same(snapshot, found, blackout)
    assert blackout(snapshot, "Office", "CLI", "all") is None
    assert blackouts(world(), ("PAT", "CLI")) == []


def test_china_shows_no_crude_oil_since_2014(bundled: Snapshot) -> None:
    years = {(one.detail["compiler"], one.detail["goods"]): one.value for one in blackouts(bundled, ("PRK",))}
    assert years["Chinese customs", "crude oil"] == 2014
