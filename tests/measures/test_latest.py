"""The latest figure of a channel, and its trend."""

from __future__ import annotations

import random

import pytest
from facts import bundled, same, seen, world

from khasan.measures.latest import channel_latest, channel_trend, trend_key


def test_whole_year_before_a_part_that_ends_within_twelve_months() -> None:
    rows = [
        seen("a", "goods_sold", "PAT", "CLI", "2020", 10),
        seen("b", "goods_sold", "PAT", "CLI", "2021-03", 2),
        seen("g", "goods_sold_change", "PAT", "CLI", "2021", 50, unit="percent"),
    ]
    found = channel_latest(world(rows), "PAT", "CLI", "trade")
    assert found is not None
    assert (found.value, found.unit, found.detail["row"], found.detail["giver"]) == (10, "USD million", "a", "PAT")
    rows[1] = seen("b", "goods_sold", "PAT", "CLI", "2023-03", 2)
    later = channel_latest(world(rows), "PAT", "CLI", "trade")
    assert later is not None
    assert later.detail["row"] == "b"


def test_readings_of_other_origins_and_scenarios_make_the_interval() -> None:
    rows = [
        seen("a", "goods_sold", "PAT", "CLI", "2020", 10, origin="", compiler="One", low="9"),
        seen("b", "goods_sold", "PAT", "CLI", "2020", 14, compiler="Two", credibility="3"),
        seen("x", "goods_sold", "PAT", "CLI", "2020", 99, compiler="Three", credibility="5"),
        seen("y", "goods_sold", "PAT", "CLI", "2020", 88, compiler="Four", source="e"),
    ]
    found = channel_latest(world(rows), "PAT", "CLI", "trade")
    assert found is not None
    assert (found.value, found.low, found.high) == (10, 9, 14)
    assert found.evidence == ("a", "b")
    estimate = [
        seen(f"s{n}", "owed", "CLI", "PAT", "2012-09-17", n, estimate_id="one", scenario=f"rate {n}")
        for n in (5, 70, 9)
    ]
    debt = channel_latest(world(estimate), "PAT", "CLI", "debt")
    assert debt is not None
    assert (debt.value, debt.low, debt.high) == (9, 5, 70)


def test_predecessor_counts_and_all_partners_are_said() -> None:
    old = channel_latest(world([seen("a", "goods_sold", "OLD", "CLI", "1985", 3)]), "PAT", "CLI", "trade")
    assert old is not None
    assert old.detail["from"] == "OLD"
    rows = [seen("w", "light_fuel_notified", "PAT+RIV", "CLI", "2020", 7)]
    found = channel_latest(world(rows), "PAT", "CLI", "fuel")
    assert found is not None
    assert found.detail["with"] == "all partners"
    assert "No row joins" in found.caveats[-1]
    assert channel_latest(world(rows), "OPP", "CLI", "fuel") is None
    assert channel_latest(world(), "PAT", "CLI", "fuel") is None


def test_record_before_accusation_and_first_unit_before_others() -> None:
    rows = [
        seen("r", "light_fuel_notified", "PAT", "CLI", "2024-01", 15),
        seen("q", "light_fuel_notified", "PAT", "CLI", "2024-03", 165, alleged_by="OPP", credibility="3"),
        seen("t", "tankers", "PAT", "CLI", "2024-01-01/2024-02-20", 4),
    ]
    found = channel_latest(world(rows), "PAT", "CLI", "fuel")
    assert found is not None
    assert (found.value, found.unit) == (15, "barrels")


def test_trend_over_whole_years() -> None:
    rows = [seen(f"y{year}", "goods_sold", "PAT", "CLI", str(year), year - 2000) for year in range(2005, 2021)]
    rows += [seen("m", "goods_sold", "PAT", "CLI", "2021-01", 500)]
    snapshot = world(rows)
    assert trend_key(snapshot, "PAT", "CLI", "trade") == ("goods_sold", "Office", "USD million")
    found = channel_trend(snapshot, "PAT", "CLI", "trade", "goods_sold", "Office", "USD million")
    assert found is not None
    assert found.detail["points"][0] == [2011, 11.0]
    assert found.value == pytest.approx(100 * (20 / 11 - 1))
    assert channel_trend(world(rows[:1]), "PAT", "CLI", "trade", "goods_sold", "Office", "USD million") is None
    assert trend_key(world(rows[:1]), "PAT", "CLI", "trade") is None


def test_order_of_rows_does_not_matter() -> None:
    rows = [seen(f"r{n}", "goods_sold", "PAT", "CLI", str(2010 + n % 4), n, compiler=f"C{n % 3}") for n in range(12)]
    first = channel_latest(world(rows), "PAT", "CLI", "trade")
    random.Random(1).shuffle(rows)
    assert channel_latest(world(rows), "PAT", "CLI", "trade") == first


def test_recomputed_from_evidence_in_the_bundled_casebook() -> None:
    snapshot = bundled()
    for patron, client in snapshot.triangle.select("patron", "client").iter_rows():
        for channel in snapshot.channel.get_column("id"):
            found = channel_latest(snapshot, patron, client, channel)
            if found is not None:
                same(snapshot, found, channel_latest)
                assert found.low <= found.value <= found.high
            key = trend_key(snapshot, patron, client, channel)
            trend = channel_trend(snapshot, patron, client, channel, *key) if key else None
            if trend is not None:
                same(snapshot, trend, channel_trend)
