"""Acts in a channel that is told in events."""

from __future__ import annotations

from datetime import date

from facts import act, law, same, world

from khasan.measures.channel_acts import channel_acts


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
