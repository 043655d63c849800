"""How far vetted shares stay from another compiler's, on rows made by hand and on the editor's published shares."""

from __future__ import annotations

import pytest
from facts import Row, bundled, same, seen, world
from hypothesis import given
from hypothesis import strategies as st

from khasan.measures.vetting_error import vetting_error

EDITED = {
    2003: 42.8, 2004: 48.5, 2005: 52.6, 2006: 56.7, 2007: 67.1, 2008: 73.0, 2009: 78.5, 2010: 83.0, 2011: 89.1,
    2012: 88.3, 2013: 89.1, 2014: 90.1,
}  # fmt: skip
"""Percent of North Korea's trade that was with China, as KOTRA published it."""


def year(when: int, theirs: float, suspect: bool = True) -> list[Row]:
    """Make a year: 80 with the partner, 100 with a suspect host, and an editor whose share is ``theirs`` of 100."""
    span = str(when)
    rows = [
        seen(f"f-pat-{when}", "goods_sold", "PAT", "CLI", span, 50),
        seen(f"f-cli-{when}", "goods_sold", "CLI", "PAT", span, 30),
        seen(f"f-hst-{when}", "goods_sold", "CLI", "HST", span, 100),
        seen(f"f-riv-{when}", "goods_sold", "RIV", "CLI", span, 20),
        seen(f"e-pat-{when}", "goods_sold", "PAT", "CLI", span, theirs / 2, compiler="Editor"),
        seen(f"e-cli-{when}", "goods_sold", "CLI", "PAT", span, theirs / 2, compiler="Editor"),
        seen(f"e-riv-{when}", "goods_sold", "RIV", "CLI", span, 100 - theirs, compiler="Editor"),
        seen(f"n-{when}", "doubts_counted", "CLI", "WLD", span, 1.0),
    ]
    if suspect:
        rows.append(seen(f"v-{when}", "doubts", "CLI", "HST", span, 0.9, scenario="CLI", note="namesake OPP"))
    return rows


def test_means_of_differences_by_hand() -> None:
    # vetted 80 / 100, as reported 80 / 200; the editor says 78, 82 and 74 percent
    snapshot = world([*year(2005, 78), *year(2006, 82), *year(2008, 74)])
    found = vetting_error(snapshot, "CLI", "PAT", "Office", "Editor")
    assert found is not None
    assert found.unit == "percentage points"
    assert found.value == pytest.approx((2 + 2 + 6) / 3)
    assert found.low == pytest.approx(2)
    assert found.high == pytest.approx(6)
    assert found.detail["as_reported"] == pytest.approx((38 + 42 + 34) / 3)
    assert (found.detail["first"], found.detail["last"], found.detail["years"]) == (2005, 2008, 3)
    assert found.detail["differences"][2]["published"] == pytest.approx(0.74)
    same(snapshot, found, vetting_error)


def test_two_common_years_are_too_few_and_no_compiler_is_its_own_editor() -> None:
    snapshot = world([*year(2005, 78), *year(2006, 82)])
    assert vetting_error(snapshot, "CLI", "PAT", "Office", "Editor") is None
    enough = world([*year(2005, 78), *year(2006, 8), *year(2007, 9)])
    assert vetting_error(enough, "CLI", "PAT", "Office", "Office") is None
    assert vetting_error(snapshot, "CLI", "PAT", "Office", "Nobody") is None


@given(st.lists(st.floats(1, 99), min_size=3, max_size=5))
def test_without_a_suspect_both_means_are_one(shares: list[float]) -> None:
    rows = [row for place, share in enumerate(shares) for row in year(2000 + place, share, suspect=False)]
    found = vetting_error(world(rows), "CLI", "PAT", "Office", "Editor")
    assert found is not None
    assert found.value == pytest.approx(found.detail["as_reported"])
    assert found.low <= found.value <= found.high


def test_the_published_shares_of_the_casebook() -> None:
    snapshot = bundled()
    found = vetting_error(snapshot, "PRK", "CHN", "Correlates of War", "KOTRA", "inter-Korean trade")
    assert found is not None
    told = {one["year"]: one for one in found.detail["differences"]}
    for when, percent in EDITED.items():
        assert told[when]["published"] * 100 == pytest.approx(percent, abs=0.05)
    twelve = [abs(told[when]["as_reported"] * 100 - percent) for when, percent in EDITED.items()]
    assert sum(twelve) / len(twelve) == pytest.approx(20.3, abs=0.1)
    vetted = [abs(told[when]["vetted"] * 100 - percent) for when, percent in EDITED.items()]
    assert sum(vetted) / len(vetted) <= 3
    same(snapshot, found, vetting_error)
