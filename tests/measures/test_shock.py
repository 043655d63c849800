"""Change across a restriction, and deflection."""

from __future__ import annotations

import numpy as np
import pytest
from facts import THREE_RIVERS, Row, bundled, opened, same, seen, world
from hypothesis import given, settings
from hypothesis import strategies as st

from khasan.measures.shock import _fieller, change_across, deflection


def _years(name: str, partner: str, first: int, values: list[float]) -> list[Row]:
    return [
        seen(f"{name}{first + n}", "goods_sold", partner, "CLI", str(first + n), value)
        for n, value in enumerate(values)
    ]


def test_change_compares_like_with_like() -> None:
    rows = [
        seen("a", "goods_sold", "PAT", "CLI", "2016", 60),
        seen("b", "goods_sold", "CLI", "PAT", "2016", 40),
        seen("c", "both_ways", "PAT", "CLI", "2018", 50),
        seen("d", "goods_sold", "PAT", "CLI", "2019", 30),
    ]
    snapshot = world(rows)
    found = change_across(snapshot, "CLI", "PAT", 2016, 2018, "Office")
    assert found is not None
    assert found.value == pytest.approx(-0.5)
    same(snapshot, found, change_across)
    one = change_across(snapshot, "CLI", "PAT", 2016, 2019, "Office")
    assert one is not None
    assert one.value == pytest.approx(-0.5)
    assert "imports only" in one.caveats[0]
    assert change_across(snapshot, "CLI", "PAT", 2018, 2019, "Office") is None
    assert change_across(snapshot, "CLI", "PAT", 2016, 2018, "Nobody") is None


def test_deflection_of_a_known_world() -> None:
    before, after = [100.0, 102.0, 98.0, 100.0], [20.0, 22.0, 18.0, 20.0]
    rows = _years("s", "OPP", 2006, before + after)
    rows += _years("p", "PAT", 2006, [10.0, 11.0, 9.0, 10.0, 50.0, 51.0, 49.0, 50.0])
    snapshot = world(rows)
    found = deflection(snapshot, "CLI", "PAT", 2010, "Office", "OPP")
    assert found is not None
    assert found.value == pytest.approx(0.5)
    assert found.low < 0.5 < found.high
    assert (found.detail["loss"], found.detail["rise"]) == pytest.approx((80, 40))
    same(snapshot, found, deflection)
    assert deflection(snapshot, "CLI", "OPP", 2010, "Office", "OPP") is None
    assert deflection(snapshot, "CLI", "PAT", 2013, "Office", "OPP") is None
    assert deflection(snapshot, "CLI", "PAT", 2010, "Office", "OPP;HST") is None
    noise = _years("s", "OPP", 2006, [100.0, 20.0, 90.0, 10.0, 95.0, 15.0, 80.0, 5.0])
    assert deflection(world(rows[8:] + noise), "CLI", "PAT", 2010, "Office", "OPP") is None


@settings(max_examples=50)
@given(st.lists(st.floats(1, 100), min_size=8, max_size=8), st.floats(0.1, 10))
def test_fieller_scales_with_the_partner(values: list[float], scale: float) -> None:
    partner = np.array(values)
    senders = np.array([500.0, 510.0, 490.0, 505.0, 100.0, 110.0, 95.0, 105.0])
    one, other = _fieller(partner, senders, 4), _fieller(partner * scale, senders, 4)
    assert one is not None
    assert other is not None
    assert one.low <= one.value + 1e-9
    assert one.value <= one.high + 1e-9
    assert other.value == pytest.approx(one.value * scale, abs=1e-9)
    assert other.high == pytest.approx(one.high * scale, abs=1e-6)


@pytest.mark.skipif(not THREE_RIVERS.exists(), reason="the second casebook is not here")
def test_three_rivers() -> None:
    snapshot = opened(THREE_RIVERS)
    found = deflection(snapshot, "XBB", "XAA", 2007, "Statistical office", "XCC;XDD")
    assert found is not None
    assert found.value == pytest.approx(41.6 / 239.8333333)
    same(snapshot, found, deflection)


def test_bundled_casebook() -> None:
    snapshot = bundled()
    found = change_across(snapshot, "PRK", "CHN", 2017, 2018, "KOTRA")
    assert found is not None
    assert found.value == pytest.approx(-0.483, abs=0.001)
    same(snapshot, found, change_across)
