"""Shares of trade: published answers, laws of the definitions, and what is said where there is no data."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import Row, observation, snapshot_of, trade

from khasan.ledger.errors import InputError
from khasan.ledger.finding import Finding
from khasan.ledger.snapshot import Snapshot
from khasan.measures.dependence import asymmetry, concentration, dependence, reading_count, trade_share

PARTNERS = ("BBB", "CCC", "NEW")
AMOUNT = st.integers(0, 10**9).map(lambda thousands: thousands / 1000)
FLOWS = st.lists(st.tuples(AMOUNT, AMOUNT), min_size=3, max_size=3)


def found(one: Finding | None) -> Finding:
    """Return a finding that must be there."""
    assert one is not None
    return one


def listed(flows: Sequence[tuple[float, float]], *more: Row) -> Snapshot:
    """Make the trade of AAA with three partners: what it sells to each and buys from each, in 2005."""
    rows = [
        row
        for partner, (out, back) in zip(PARTNERS, flows, strict=True)
        for row in trade("AAA", partner, 2005, out, back)
    ]
    return snapshot_of([*rows, *more])


few = settings(max_examples=20, deadline=None)
"""Each example makes a ledger, which takes a tenth of a second."""


# -- published answers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("partner", "year", "compiler", "excludes", "share"),
    [
        ("CHN", 2005, "Correlates of War", "", 0.3726),
        ("CHN", 2005, "KOTRA", "inter-Korean trade", 0.526),
        ("CHN", 2010, "Correlates of War", "", 0.560),
        ("CHN", 2010, "KOTRA", "inter-Korean trade", 0.830),
    ],
)
def test_shares_that_are_published(
    bundled: Snapshot, partner: str, year: int, compiler: str, excludes: str, share: float
) -> None:
    one = found(trade_share(bundled, "PRK", partner, year, compiler, excludes))
    assert one.value == pytest.approx(share, abs=5e-4)
    assert one.detail["coverage"]


def test_the_four_readings_of_2010_stand_side_by_side(bundled: Snapshot) -> None:
    shares = {round(one.value, 3) for one in dependence(bundled, "PRK", "CHN", 2010, 2010)}
    assert shares == {0.830, 0.569, 0.560, 0.453}
    counted = found(reading_count(bundled, "PRK", "CHN", 2010))
    assert {round(one["share"], 3) for one in counted.detail["readings"]} == shares
    assert counted.value == len(counted.detail["readings"])


def test_one_reading_a_compiler_and_exclusion(bundled: Snapshot) -> None:
    for partner in ("CHN", "RUS"):
        keys = [
            (one.parameters["year"], one.detail["compiler"], one.detail["excludes"])
            for one in dependence(bundled, "PRK", partner, 1948, 2026)
        ]
        assert len(keys) == len(set(keys)) > 30


def test_before_an_actor_began_its_predecessor_is_asked_and_named() -> None:
    snapshot = snapshot_of(
        [
            *trade("AAA", "OLD", 1988, 20, 10),
            *trade("AAA", "CCC", 1988, 5, 5),
            *trade("AAA", "NEW", 1995, 2, 1),
            *trade("AAA", "CCC", 1995, 5, 4),
        ]
    )
    one = found(trade_share(snapshot, "AAA", "NEW", 1988, "C"))
    assert one.value == pytest.approx(0.75)
    assert one.detail["actor"] == "OLD"
    assert "In 1988 Oldland held the place of Newland." in one.caveats
    assert one.parameters["partner"] == "NEW"
    later = found(trade_share(snapshot, "AAA", "NEW", 1995, "C"))
    assert not any("held the place" in text for text in later.caveats)
    assert trade_share(snapshot, "AAA", "OLD", 1995, "C") is None


def test_recorded_zeros_of_the_soviet_years_are_no_share(bundled: Snapshot) -> None:
    assert trade_share(bundled, "PRK", "RUS", 1988, "Correlates of War") is None


def test_a_year_without_rows_has_no_share(bundled: Snapshot) -> None:
    assert dependence(bundled, "PRK", "CHN", 1900, 1947) == []
    assert trade_share(bundled, "PRK", "BRA", 2005, "KOTRA") is None


def test_a_recorded_zero_between_the_koreas_is_no_share_of_another_compiler(bundled: Snapshot) -> None:
    for one in dependence(bundled, "PRK", "KOR", 2010, 2010):
        assert one.evidence
        assert one.value > 0 or one.detail["compiler"] == "Correlates of War"


# -- laws -------------------------------------------------------------------------------------------------------------


@few
@given(FLOWS)
def test_shares_add_up_to_one_and_the_index_lies_between_its_bounds(flows: list[tuple[float, float]]) -> None:
    snapshot = listed(flows)
    total = sum(out + back for out, back in flows)
    shares = [trade_share(snapshot, "AAA", partner, 2005, "C") for partner in PARTNERS]
    if total <= 0:
        assert shares == [None] * 3
        return
    values = [found(one).value for one in shares]
    assert sum(values) == pytest.approx(1)
    assert values == pytest.approx([(out + back) / total for out, back in flows])
    index = found(concentration(snapshot, "AAA", 2005, "C"))
    assert index.low == pytest.approx(index.high)
    assert 1 / 3 - 1e-9 <= index.value <= 1 + 1e-9
    assert index.value == pytest.approx(sum(value**2 for value in values))


@few
@given(FLOWS, st.sampled_from(["exports", "imports"]))
def test_a_flow_is_a_share_of_the_same_flow(flows: list[tuple[float, float]], flow: str) -> None:
    snapshot = listed(flows)
    parts = [pair[0 if flow == "exports" else 1] for pair in flows]
    for partner, part in zip(PARTNERS, parts, strict=True):
        one = trade_share(snapshot, "AAA", partner, 2005, "C", flow=flow)
        if sum(parts) <= 0:
            assert one is None
        else:
            assert found(one).value == pytest.approx(part / sum(parts))
            assert found(one).parameters["flow"] == flow


@few
@given(FLOWS, st.floats(1, 3))
def test_an_unlisted_rest_widens_the_index_and_lowers_the_shares(flows: list[tuple[float, float]], over: float) -> None:
    listed_total = sum(out + back for out, back in flows)
    whole = round(listed_total * over, 6)
    if listed_total < 1:
        return
    snapshot = listed(flows, observation("client_trade_total", "AAA", "WLD", 2005, whole))
    index = found(concentration(snapshot, "AAA", 2005, "C"))
    assert 0 <= index.low <= index.value <= index.high <= 1 + 1e-9
    assert index.detail["listed"] == pytest.approx(listed_total / whole)
    values = [found(trade_share(snapshot, "AAA", partner, 2005, "C")).value for partner in PARTNERS]
    assert sum(values) == pytest.approx(listed_total / whole)


@few
@given(FLOWS, AMOUNT, AMOUNT)
def test_asymmetry_is_the_ratio_of_the_two_shares_and_turns_with_the_pair(
    flows: list[tuple[float, float]], more: float, less: float
) -> None:
    snapshot = listed(flows, *trade("BBB", "CCC", 2005, more, less))
    one, other = asymmetry(snapshot, "AAA", "BBB", 2005, "C"), asymmetry(snapshot, "BBB", "AAA", 2005, "C")
    if one is None or other is None:
        return
    assert one.value * other.value == pytest.approx(1)
    assert one.value == pytest.approx(one.detail["client_share"] / one.detail["partner_share"])
    assert one.unit == "ratio"


# -- missing is never zero --------------------------------------------------------------------------------------------


def test_a_direction_without_data_is_left_out_and_said() -> None:
    rows = [observation("goods_export", "AAA", "BBB", 2005, 30), *trade("AAA", "CCC", 2005, 50, 20)]
    one = found(trade_share(snapshot_of(rows), "AAA", "BBB", 2005, "C"))
    assert one.value == pytest.approx(0.3)
    assert one.detail["exports"] == 30
    assert one.detail["imports"] is None
    assert any("lower bound" in text for text in one.caveats)


def test_a_recorded_zero_is_a_number() -> None:
    one = found(
        trade_share(
            snapshot_of([*trade("AAA", "BBB", 2005, 0, 0), *trade("AAA", "CCC", 2005, 1, 1)]), "AAA", "BBB", 2005, "C"
        )
    )
    assert (one.value, one.detail["exports"], one.detail["imports"]) == (0, 0, 0)


def test_one_partner_alone_is_no_whole() -> None:
    snapshot = snapshot_of(trade("AAA", "BBB", 2005, 5, 5))
    assert trade_share(snapshot, "AAA", "BBB", 2005, "C") is None
    assert concentration(snapshot, "AAA", 2005, "C") is None


def test_a_total_of_the_compiler_comes_before_the_sum() -> None:
    rows = [
        *trade("AAA", "BBB", 2005, 20, 10),
        *trade("AAA", "CCC", 2005, 5, 5),
        observation("client_trade_total", "AAA", "WLD", 2005, 100),
    ]
    one = found(trade_share(snapshot_of(rows), "AAA", "BBB", 2005, "C"))
    assert one.value == pytest.approx(0.30)
    assert one.detail["coverage"] == "total of the compiler"
    assert one.detail["listed"] == pytest.approx(0.4)
    assert len(one.evidence) == 3
    by_sum = found(trade_share(snapshot_of(rows[:-1]), "AAA", "BBB", 2005, "C"))
    assert by_sum.value == pytest.approx(0.75)
    assert by_sum.detail["coverage"] == "sum of the 2 partners listed"


def test_compilers_are_never_mixed() -> None:
    mine = [*trade("AAA", "BBB", 2005, 20, 10), *trade("AAA", "CCC", 2005, 5, 5)]
    rows = [*mine, observation("client_trade_total", "AAA", "WLD", 2005, 100, compiler="D")]
    snapshot = snapshot_of(rows)
    assert [
        (one.detail["compiler"], round(one.value, 2)) for one in dependence(snapshot, "AAA", "BBB", 2005, 2005)
    ] == [("C", 0.75)]


def test_other_money_a_part_year_and_doubtful_rows_are_left_out() -> None:
    mine = [*trade("AAA", "BBB", 2005, 20, 10), *trade("AAA", "CCC", 2005, 5, 5)]
    half = observation("goods_export", "AAA", "NEW", 2005, 900, end="2005-06-30", id="half")
    doubtful = observation("goods_export", "NEW", "AAA", 2005, 900, status="doubtful", id="doubtful")
    contradicted = observation("goods_export", "AAA", "NEW", 2005, 900, credibility="5", id="contradicted")
    one = found(trade_share(snapshot_of([*mine, half, doubtful, contradicted]), "AAA", "BBB", 2005, "C"))
    assert one.value == pytest.approx(0.75)


def test_a_span_the_wrong_way_round_is_refused(bundled: Snapshot) -> None:
    with pytest.raises(InputError, match="swap them"):
        dependence(bundled, "PRK", "CHN", 2006, 2005)
    assert trade_share(bundled, "PRK", "CHN", 2005, "KOTRA", flow="sideways") is None


# -- the minimal casebook and the invented one -----------------------------------------------------------------------


def test_three_rivers(rivers: Snapshot) -> None:
    one = found(trade_share(rivers, "XBB", "XDD", 2005, "Statistical office"))
    assert one.value == pytest.approx(350 / 438)
    assert one.detail["coverage"] == "total of the compiler"
    caught = found(trade_share(rivers, "XBB", "XAA", 2007, "Statistical office"))
    assert caught.value == pytest.approx((72 + 21.6) / 240.6)


def test_two_harbours_has_shares_though_it_names_no_role(harbours: Snapshot) -> None:
    by_compiler = {one.detail["compiler"]: one for one in dependence(harbours, "QVE", "QOS", 2020, 2020)}
    assert by_compiler["Harbour Board"].value == pytest.approx((360 + 90) / 1089)
    assert by_compiler["Merchants' Guild, no. 2 = new"].value == pytest.approx(0.4)
    assert by_compiler["Merchants' Guild, no. 2 = new"].detail["coverage"] == "sum of the 3 partners listed"
    assert by_compiler["The Watch"].detail["route"] == "printed"
    before = found(trade_share(harbours, "QVE", "QOS", 1985, "Harbour Board"))
    assert before.detail["actor"] == "QOL"
