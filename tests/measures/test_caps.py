"""How much of a cap is used."""

from __future__ import annotations

import pytest
from facts import THREE_RIVERS, bundled, law, opened, same, seen, world
from hypothesis import given, settings
from hypothesis import strategies as st

from khasan.measures.caps import cap_use, caps_of

CAP = law("cap5", "cap", paragraph="5", limit="1000", unit="barrels", period="per year from 2010-01-01")


def test_notified_by_giver_and_unreported_beside_it() -> None:
    rows = [
        seen("p1", "light_fuel_notified", "PAT", "CLI", "2020-01", 100),
        seen("p2", "light_fuel_notified", "PAT", "CLI", "2020-02", 50),
        seen("p12", "light_fuel_notified", "PAT", "CLI", "2020-01-01/2020-02-29", 160),
        seen("r", "light_fuel_notified", "RIV", "CLI", "2020", 200),
        seen("all", "light_fuel_notified", "PAT+RIV", "CLI", "2020-01", 900),
        seen("alleged", "light_fuel_notified", "PAT", "CLI", "2020-03", 900, alleged_by="OPP", credibility="3"),
        seen(
            "e1",
            "light_fuel_estimate",
            "PAT",
            "CLI",
            "2020-03",
            300,
            estimate_id="e",
            scenario="half",
            alleged_by="OPP",
        ),
        seen(
            "e2",
            "light_fuel_estimate",
            "PAT",
            "CLI",
            "2020-03",
            600,
            estimate_id="e",
            scenario="full",
            alleged_by="OPP",
        ),
        seen("f", "light_fuel_estimate", "WLD", "CLI", "2020", 400, alleged_by="RIV"),
    ]
    snapshot = world(rows, [CAP])
    found = cap_use(snapshot, "CLI", "cap5", 2020)
    assert found is not None
    assert found.detail["notified"]["value"] == 360
    assert (found.value, found.low, found.high) == pytest.approx((0.36, 0.36, 0.96))
    assert found.unit == "share of the cap"
    assert "p1" not in found.evidence
    same(snapshot, found, cap_use)
    mine = cap_use(snapshot, "CLI", "cap5", 2020, "PAT")
    assert mine is not None
    assert mine.value == pytest.approx(0.16)


def test_group_where_single_givers_are_lacking() -> None:
    rows = [
        seen("r", "light_fuel_notified", "RIV", "CLI", "2020-01", 20),
        seen("all", "light_fuel_notified", "PAT+RIV", "CLI", "2020", 90),
    ]
    found = cap_use(world(rows, [CAP]), "CLI", "cap5", 2020)
    assert found is not None
    assert found.value == pytest.approx(0.09)


def test_tonnes_become_an_interval_and_only_estimates_a_lowest_value() -> None:
    tonnes = [seen("t", "light_fuel_notified", "PAT", "CLI", "2020", 10, unit="tonnes")]
    found = cap_use(world(tonnes, [CAP]), "CLI", "cap5", 2020)
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((0.08, 0.07, 0.08))
    only = [
        seen("e", "light_fuel_estimate", "PAT", "CLI", "2020", 300),
        seen("f", "light_fuel_estimate", "WLD", "CLI", "2020", 500),
    ]
    unreported = cap_use(world(only, [CAP]), "CLI", "cap5", 2020)
    assert unreported is not None
    assert (unreported.value, unreported.low, unreported.high) == pytest.approx((0.3, 0.3, 0.5))


def test_no_data_and_no_cap() -> None:
    snapshot = world([seen("r", "light_fuel_notified", "RIV", "CLI", "2020", 20)], [CAP, law("ban", "ban")])
    assert cap_use(snapshot, "CLI", "cap5", 2019) is None
    assert cap_use(snapshot, "CLI", "cap5", 2009) is None
    assert cap_use(snapshot, "CLI", "ban", 2020) is None
    assert caps_of(snapshot, "CLI") == ["cap5"]
    assert caps_of(snapshot, "CLI", 2009) == []


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 500), min_size=1, max_size=12), st.integers(0, 500))
def test_more_months_never_lower_the_use(months: list[int], extra: int) -> None:
    rows = [
        seen(f"m{n}", "light_fuel_notified", "PAT", "CLI", f"2020-{n + 1:02d}", value) for n, value in enumerate(months)
    ]
    before = cap_use(world(rows, [CAP]), "CLI", "cap5", 2020)
    rows.append(seen("more", "light_fuel_notified", "RIV", "CLI", "2020-01", extra))
    after = cap_use(world(rows, [CAP]), "CLI", "cap5", 2020)
    assert before is not None
    assert after is not None
    assert before.value == pytest.approx(sum(months) / 1000)
    assert after.value == pytest.approx(before.value + extra / 1000)


@pytest.mark.skipif(not THREE_RIVERS.exists(), reason="the second casebook is not here")
def test_cap_in_money_counts_the_trade_of_its_sender() -> None:
    snapshot = opened(THREE_RIVERS)
    found = cap_use(snapshot, "XBB", "r2", 2008)
    assert found is not None
    assert found.value == pytest.approx(1.43)
    same(snapshot, found, cap_use)
    assert cap_use(snapshot, "XBB", "r2", 2008, "XAA") is None


def test_bundled_casebook() -> None:
    snapshot = bundled()
    for restriction in caps_of(snapshot, "PRK"):
        for year in range(2017, 2027):
            found = cap_use(snapshot, "PRK", restriction, year)
            if found is not None:
                same(snapshot, found, cap_use)
                assert 0 <= found.low <= found.value <= found.high
    found = cap_use(snapshot, "PRK", "r-s-res-2397-1", 2024)
    assert found is not None
    assert found.value == pytest.approx(296207 / 500000)
    assert found.high == pytest.approx(1296207 / 500000)
