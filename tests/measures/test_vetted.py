"""A share with suspect flows set aside, on rows made by hand."""

from __future__ import annotations

import pytest
from facts import Row, same, seen, world
from hypothesis import given
from hypothesis import strategies as st

from khasan.measures.dependence import trade_share
from khasan.measures.vetted import vetted, vetted_share

AMOUNTS = {("CLI", "PAT"): 30.0, ("PAT", "CLI"): 50.0, ("CLI", "HST"): 100.0, ("RIV", "CLI"): 20.0}


def rows(
    suspects: dict[tuple[str, str], float], amounts: dict[tuple[str, str], float] = AMOUNTS, counted: bool = True
) -> list[Row]:
    made = [
        seen(f"f-{one}-{other}".lower(), "goods_sold", one, other, "2005", amount)
        for (one, other), amount in amounts.items()
    ]
    made += [
        seen(f"v-{one}-{other}".lower(), "doubts", one, other, "2005", score, scenario="CLI", note="namesake OPP")
        for (one, other), score in suspects.items()
    ]
    if counted:
        made.append(seen("v-count", "doubts_counted", "CLI", "WLD", "2005", float(len(suspects))))
    return made


def test_a_suspect_flow_of_another_partner_leaves_the_denominator() -> None:
    snapshot = world(rows({("CLI", "HST"): 0.9}))
    found = vetted_share(snapshot, "CLI", "PAT", 2005, "Office")
    assert found is not None
    assert found.value == pytest.approx(80 / 100)
    assert found.detail["as_reported"] == pytest.approx(80 / 200)
    assert found.low == pytest.approx(80 / 200)
    assert found.high == pytest.approx(80 / 100)
    assert found.detail["set_aside"] == pytest.approx(100)
    assert found.detail["flags"] == [
        {"exporter": "CLI", "importer": "HST", "value": 100.0, "score": 0.9, "reason": "namesake OPP"}
    ]
    same(snapshot, found, vetted_share)


def test_a_suspect_flow_of_the_partner_itself_widens_the_interval_upwards() -> None:
    snapshot = world(rows({("PAT", "CLI"): 0.8, ("RIV", "CLI"): 0.7}))
    found = vetted_share(snapshot, "CLI", "PAT", 2005, "Office")
    assert found is not None
    assert found.value == pytest.approx(30 / 130)
    assert found.low == pytest.approx(30 / 150)
    assert found.high == pytest.approx(80 / 180)
    same(snapshot, found, vetted_share)


def test_without_a_suspect_the_share_is_the_reported_one() -> None:
    snapshot = world(rows({}))
    found, reported = vetted_share(snapshot, "CLI", "PAT", 2005, "Office"), None
    reported = trade_share(snapshot, "CLI", "PAT", 2005, "Office")
    assert found is not None
    assert reported is not None
    assert found.value == found.low == found.high == pytest.approx(reported.value)
    assert found.detail["flags"] == []


def test_a_year_that_was_not_vetted_has_no_vetted_share() -> None:
    snapshot = world(rows({}, counted=False))
    assert vetted_share(snapshot, "CLI", "PAT", 2005, "Office") is None
    assert vetted(snapshot, "CLI", "PAT", 2000, 2010) == []


def test_one_direction_counts_its_own_suspects_only() -> None:
    snapshot = world(rows({("CLI", "HST"): 0.9, ("RIV", "CLI"): 0.7}))
    exports = vetted_share(snapshot, "CLI", "PAT", 2005, "Office", "exports")
    imports = vetted_share(snapshot, "CLI", "PAT", 2005, "Office", "imports")
    assert exports is not None
    assert imports is not None
    assert exports.value == pytest.approx(1.0)
    assert exports.low == pytest.approx(30 / 130)
    assert imports.value == pytest.approx(1.0)
    assert imports.low == pytest.approx(50 / 70)


def test_the_span_asks_every_vetted_year() -> None:
    found = vetted(world(rows({("CLI", "HST"): 0.9})), "CLI", "PAT", 2000, 2010)
    assert [one.parameters["year"] for one in found] == [2005]


@given(st.lists(st.floats(0.5, 1e4), min_size=4, max_size=4), st.sets(st.sampled_from(sorted(AMOUNTS)), max_size=3))
def test_the_interval_holds_the_vetted_and_the_reported_share(sizes: list[float], chosen: set[tuple[str, str]]) -> None:
    amounts = dict(zip(AMOUNTS, sizes, strict=True))
    found = vetted_share(world(rows(dict.fromkeys(chosen, 0.9), amounts)), "CLI", "PAT", 2005, "Office")
    assert found is not None
    edge = 1e-9
    assert found.low <= found.value <= found.high
    assert found.low - edge <= found.detail["as_reported"] <= found.high + edge
