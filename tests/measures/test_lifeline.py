"""Every channel in a row, none dropped."""

from __future__ import annotations

from facts import as_json, bundled, law, same, seen, world

from khasan.measures.caps import cap_use
from khasan.measures.channel_acts import channel_acts
from khasan.measures.latest import channel_latest
from khasan.measures.legal import legal_state
from khasan.measures.lifeline import NO_ROW, lifeline

CAP = law("cap5", "cap", paragraph="5", limit="1000", unit="barrels", period="per year from 2010-01-01")


def test_one_row_a_channel_with_the_reason_where_there_is_no_figure() -> None:
    rows = [seen("r", "light_fuel_notified", "PAT", "CLI", "2020", 250)]
    stopped = {
        "compiler": "Office",
        "partner": "CLI",
        "goods": "trade",
        "start": "2021-01-01",
        "state": "stopped",
        "source": "b",
    }
    found = lifeline(world(rows, [CAP], coverage=[stopped]), "PAT", "CLI")
    assert [row.channel for row in found] == ["trade", "fuel", "debt", "men"]
    by_name = {row.channel: row for row in found}
    assert by_name["trade"].why == "trade stopped by Office since 1 January 2021"
    assert by_name["men"].why == NO_ROW
    fuel = by_name["fuel"]
    assert fuel.state == "capped"
    assert fuel.cap is not None
    assert fuel.cap.value == 0.25
    assert fuel.as_dict()["cap_year"] == 2020
    assert as_json([row.as_dict() for row in found])


def test_bundled_casebook() -> None:
    snapshot = bundled()
    channels = [row["id"] for row in snapshot.channel.iter_rows(named=True) if row["direction"] != "not applicable"]
    found = lifeline(snapshot, "RUS", "PRK")
    assert [row.channel for row in found] == channels
    for row in found:
        assert bool(row.why) == (row.latest is None)
        for finding, method in (
            (
                row.latest,
                channel_acts if row.latest is not None and row.latest.method == "channel_acts" else channel_latest,
            ),
            (row.legal, legal_state),
            (row.cap, cap_use),
        ):
            if finding is not None:
                same(snapshot, finding, method)
