"""What binds a patron, what it did in a channel, what compilers hide, and how far apart states lie."""

from __future__ import annotations

from datetime import date

import pytest
from facts import act, law, same, seen, world
from support import observation, snapshot_of

from khasan.ledger.snapshot import Snapshot
from khasan.measures.binding import binding
from khasan.measures.blackouts import blackout, blackouts
from khasan.measures.channel_acts import channel_acts
from khasan.measures.distances import distances, shortest_distance


def test_what_binds_is_in_force_and_binds_all_or_is_the_own() -> None:
    laws = [
        law("a", "ban"),
        law("b", "cap", paragraph="2"),
        law("c", "ban", instrument="ACT/2", until="2015-01-01"),
        law("d", "ban", instrument="DECREE", sender="PAT", binds="one state", authority="autonomous"),
        law("e", "ban", instrument="OTHER", sender="OPP", binds="one state", authority="autonomous"),
        law("f", "ban", instrument="ELSE", target="RIV"),
    ]
    snapshot = world(restriction=laws)
    found = binding(snapshot, "PAT", "CLI")
    assert found is not None
    assert (found.value, found.unit) == (2, "instruments")
    assert found.detail["all"] == ["ACT/1"]
    assert found.detail["own"] == ["DECREE, 2010-01-01"]
    assert set(found.evidence) == {"a", "b", "d"}
    same(snapshot, found, binding)
    assert binding(world(), "PAT", "CLI") is None
    assert binding(world(restriction=laws, as_of=date(2009, 1, 1)), "PAT", "CLI") is None


def test_resolutions_bind_russia(bundled: Snapshot) -> None:
    found = binding(bundled, "RUS", "PRK")
    assert found is not None
    assert {"S/RES/1718", "S/RES/2270", "S/RES/2397"} <= set(found.detail["all"])


def test_acts_of_a_channel_are_counted_by_day_and_kind() -> None:
    events = [
        act("one", "2001-05-01", "PAT;CLI", "treaty"),
        act("again", "2001-05-01", "PAT;CLI", "treaty"),
        act("old", "1961-05-01", "OLD;CLI", "treaty"),
        act("trip", "2003-05-01", "PAT;CLI", "visit"),
        act("shield", "2022-05-01", "PAT;UN", "veto"),
        act("others", "2004-05-01", "RIV;CLI", "treaty"),
        act("rumour", "2005-05-01", "PAT;CLI", "treaty", credibility="5"),
    ]
    snapshot = world(event=events, restriction=[law("a", "ban")])
    found = channel_acts(snapshot, "PAT", "CLI", "treaty")
    assert found is not None
    assert (found.value, found.detail["start"], found.detail["end"]) == (3, date(1961, 5, 1), date(2003, 5, 1))
    assert set(found.evidence) == {"one", "again", "old", "trip"}
    same(snapshot, found, channel_acts)
    shield = channel_acts(snapshot, "PAT", "CLI", "diplomacy_shield")
    assert shield is not None
    assert shield.evidence == ("shield",)
    assert channel_acts(snapshot, "PAT", "CLI", "rail") is None


def test_a_blackout_is_a_fact_with_its_day() -> None:
    gap = {"compiler": "Office", "partner": "CLI", "start": "2014-01-01", "state": "suppressed", "source": "b"}
    rows = [gap | {"goods": "oil"}, gap | {"state": "published", "goods": "all"}, gap | {"partner": "RIV", "goods": "oil"}]
    snapshot = world(coverage=rows)
    (found,) = blackouts(snapshot, ("PAT", "CLI"))
    assert (found.value, found.unit, found.detail["state"]) == (2014, "year", "suppressed")
    same(snapshot, found, blackout)
    assert blackout(snapshot, "Office", "CLI", "all") is None
    assert blackouts(world(), ("PAT", "CLI")) == []


def test_china_shows_no_crude_oil_since_2014(bundled: Snapshot) -> None:
    years = {(one.detail["compiler"], one.detail["goods"]): one.value for one in blackouts(bundled, ("PRK",))}
    assert years["Chinese customs", "crude oil"] == 2014


@pytest.mark.parametrize("pair", [("NEW", "AAA"), ("AAA", "NEW")])
def test_a_distance_has_no_direction_and_the_latest_year(pair: tuple[str, str]) -> None:
    rows = [
        observation("capital_distance", "AAA", "OLD", 1980, 700),
        observation("capital_distance", "NEW", "AAA", 2000, 650),
    ]
    snapshot = snapshot_of(rows)
    found = shortest_distance(snapshot, *pair, role="capital_distance")
    assert found is not None
    assert found.unit == "km"
    assert found.caveats == ("As of 2000, the last year of the data.",)
    assert len(found.evidence) == 1
    assert shortest_distance(snapshot, *pair) is None


def test_neighbours_share_a_border_and_the_nearest_comes_first(bundled: Snapshot) -> None:
    found = shortest_distance(bundled, "RUS", "PRK")
    assert found is not None
    assert found.value == 0
    values = [one.value for one in distances(bundled, "RUS", ("USA", "PRK", "JPN", "BRA"))]
    assert values == sorted(values)
    assert values[0] == 0


def test_a_row_in_other_units_of_length_is_kilometres() -> None:
    snapshot = world([seen("d", "border", "PAT", "CLI", "2010", 20)])
    assert shortest_distance(snapshot, "PAT", "CLI", "border_length") is not None
