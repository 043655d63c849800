"""Absorption in one call: planted shares, sums that reconcile, and when it is undefined."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted import CALM, CATCHER, SENDERS, frame, noisy, plant

from khasan.ledger.errors import InputError
from khasan.measures.absorption.reconcile import totals
from khasan.measures.absorption.result import ALL_BOUND, IS_SENDER, NO_SENDER, absorption
from khasan.measures.absorption.shown import shown

SHOCK = date(2008, 1, 1)


def one(result: pl.DataFrame, partner: str, expectation: str = "mean") -> dict[str, object]:
    return result.row(by_predicate=(pl.col("partner") == partner) & (pl.col("expectation") == expectation), named=True)


def test_a_known_world_by_hand() -> None:
    result = absorption(frame(CALM, 2000), SENDERS, SHOCK, after=4)
    catcher = one(result, "C0")
    # The senders lost (60 + 30) x 4 = 360, the catcher gained 45 x 4 = 180.
    assert (catcher["actual"], catcher["expected"], catcher["change"], catcher["loss"]) == (220, 40, 180, 360)
    assert catcher["share_of_loss"] == 0.5
    assert (catcher["role"], catcher["defined"], catcher["reason"], catcher["class"]) == (
        "third party",
        True,
        "",
        "rose",
    )
    assert (catcher["placebo_p"], catcher["placebos"]) == (1 / 5, 4)
    assert (catcher["periods_before"], catcher["periods_after"]) == (8, 4)
    assert (catcher["first_after"], catcher["last_after"]) == ("2008", "2011")
    assert one(result, "P1")["class"] == "as expected"
    sender = one(result, "S1")
    assert (sender["change"], sender["share_of_loss"], sender["defined"]) == (-240, None, False)
    assert (sender["reason"], sender["class"]) == (IS_SENDER, "sender")


def test_gravity_is_scaled_to_the_pair() -> None:
    gravity = frame({name: [1.0] * 8 + [2.0] * 4 for name in CALM}, 2000).rename({"value": "expected"})
    result = absorption(frame(CALM, 2000), SENDERS, SHOCK, after=4, expectations=["gravity"], gravity=gravity)
    assert (one(result, "C0", "gravity")["expected"], one(result, "S1", "gravity")["expected"]) == (80, 800)
    lacking = gravity.filter((pl.col("partner") != "P1") | (pl.col("year") != 2009))
    result = absorption(frame(CALM, 2000), SENDERS, SHOCK, after=4, expectations=["gravity"], gravity=lacking)
    assert "gravity expectation lacks it" in str(one(result, "P1", "gravity")["reason"])
    assert one(result, "C0", "gravity")["defined"]
    lacking = gravity.filter((pl.col("partner") != "S1") | (pl.col("year") != 2009))
    result = absorption(frame(CALM, 2000), SENDERS, SHOCK, after=4, expectations=["gravity"], gravity=lacking)
    assert "lacks the sender S1" in str(one(result, "C0", "gravity")["reason"])


def test_donors_that_the_restriction_did_not_touch() -> None:
    donors = frame({f"D{n}": [float(1 + n)] * 12 for n in range(5)}, 2000).rename({"partner": "donor"})
    result = absorption(frame(CALM, 2000), SENDERS, SHOCK, after=4, expectations=["synthetic"], donors=donors)
    assert one(result, "C0", "synthetic")["share_of_loss"] == pytest.approx(0.5)


def test_leads_are_left_out_of_the_time_before() -> None:
    table = {**CALM, "S1": [100.0] * 6 + [60.0, 60.0] + [40.0] * 4}
    assert one(absorption(frame(table, 2000), SENDERS, SHOCK, after=4), "S1")["expected"] == 360
    assert one(absorption(frame(table, 2000), SENDERS, SHOCK, after=4, leads=2), "S1")["expected"] == 400


def test_numerator_and_denominator_are_of_the_same_periods() -> None:
    table: dict[str, Sequence[float | None]] = {**CALM, "C0": [10.0, None, *[10.0] * 6, 55.0, None, 55.0, 55.0]}
    row = one(absorption(frame(table, 2000), SENDERS, SHOCK, after=4), "C0")
    assert (row["periods_before"], row["periods_after"], row["loss"], row["change"]) == (7, 3, 270, 135)
    assert row["share_of_loss"] == 0.5


def test_a_small_sender_with_gaps_costs_no_period_and_is_named() -> None:
    table: dict[str, Sequence[float | None]] = {**CALM, "S3": [1.0, None] * 6}
    result = absorption(frame(table, 2000), [*SENDERS, "S3"], SHOCK)
    assert one(result, "C0")["periods_before"] == 8
    assert "left out of the loss" in str(one(result, "S3")["reason"])


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_undefined_where_all_are_bound_where_nobody_else_is_and_where_nothing_was_lost(seed: int) -> None:
    flows = frame(plant(noisy(seed, 8, 4, partners=8), 8, 0.5), 2000)
    everyone = flows.get_column("partner").unique().to_list()
    for result, reason in (
        (absorption(flows, SENDERS, SHOCK, binds_all=True), ALL_BOUND),
        (absorption(flows, ["X"], SHOCK), NO_SENDER),
    ):
        thirds = result.filter(pl.col("role") == "third party")
        assert thirds.height > 0
        assert thirds.get_column("reason").unique().to_list() == [reason]
        assert not thirds.get_column("defined").any()
        assert thirds.get_column("share_of_loss").null_count() == thirds.height
    everybody = absorption(flows, everyone, SHOCK)
    assert not everybody.get_column("defined").any()
    untouched = absorption(frame(noisy(seed, 8, 4, partners=30), 2000), SENDERS, SHOCK, after=4, expectations=["mean"])
    thirds = untouched.filter(pl.col("role") == "third party")
    assert not thirds.get_column("defined").any()
    assert "holds 0" in thirds.item(0, "reason")


def test_everybody_restricts() -> None:
    result = absorption(frame({"A": [9.0] * 8 + [4.0] * 4, "B": [9.0] * 12}, 2000), ["A", "B"], SHOCK, after=4)
    assert not result.get_column("defined").any()
    assert result.filter(pl.col("expectation") == "mean").get_column("change").to_list() == [-20, 0]
    assert not result.get_column("share_of_loss").is_not_null().any()


def test_too_few_periods_are_told() -> None:
    result = absorption(frame({**CALM, "P5": [None] * 6 + [1.0] * 6}, 2000), SENDERS, SHOCK, after=4)
    assert "known in 2 periods before" in str(one(result, "P5")["reason"])
    late = absorption(frame(CALM, 2000), SENDERS, date(2002, 1, 1))
    assert not late.get_column("defined").any()
    assert "known in 2 of 2 periods before" in str(one(late, "S1")["reason"])


amounts = st.floats(10, 1000).map(lambda value: round(value, 3))


@settings(max_examples=30, deadline=None)
@given(
    st.data(), st.integers(3, 7), st.integers(1, 4), st.integers(4, 9), st.sampled_from(["mean", "trend", "synthetic"])
)
def test_the_sum_over_partners_is_the_change_of_the_total(
    data: st.DataObject, before: int, after: int, partners: int, expectation: str
) -> None:
    names = [*SENDERS, *(f"P{n}" for n in range(partners))]
    table = {name: data.draw(st.lists(amounts, min_size=before + after, max_size=before + after)) for name in names}
    shock = date(2000 + before, 1, 1)
    result = absorption(frame(table, 2000), SENDERS, shock, after=5, expectations=[expectation])
    sums = {row["whose"]: row for row in totals(result).iter_rows(named=True)}
    total = [sum(table[name][at] for name in names) for at in range(before + after)]
    assert sums["all"]["partners"] == len(names)
    assert sums["all"]["left_out"] == []
    assert sums["all"]["actual"] == pytest.approx(sum(total[before:]))
    assert sums["all"]["change"] == pytest.approx(
        sums["senders"]["change"] + sums["third parties"]["change"], rel=1e-9, abs=1e-3
    )
    assert sums["all"]["change"] == pytest.approx(sums["all"]["actual"] - sums["all"]["expected"], rel=1e-9, abs=1e-3)
    if expectation == "mean":
        assert sums["all"]["expected"] == pytest.approx(after * sum(total[:before]) / before)
    thirds = result.filter(pl.col("defined"))
    if thirds.height == partners:
        assert float(thirds.get_column("share_of_loss").sum()) == pytest.approx(sums["third parties"]["share_of_loss"])
    assert (thirds["low"] <= thirds["share_of_loss"]).all()
    assert (thirds["share_of_loss"] <= thirds["high"]).all()


@pytest.mark.parametrize(
    ("expectation", "world"),
    [
        ("mean", {"noise": 0.15}),
        ("trend", {"noise": 0.12, "trend": 0.06}),
        ("synthetic", {"noise": 0.08, "wander": 0.05}),
        ("trend", {"noise": 0.1, "wander": 0.12}),
    ],
)
def test_the_planted_share_lies_in_the_interval(expectation: str, world: dict[str, float]) -> None:
    held, widths = 0, []
    for seed in range(200):
        before, after, part = 5 + seed % 6, 3 + seed % 3, 0.1 + 0.8 * (seed % 17) / 16
        table = plant(noisy(seed, before, after, **world), before, part)  # type: ignore[arg-type]
        flows = frame(table, 2000)
        result = absorption(flows, SENDERS, date(2000 + before, 1, 1), after=5, expectations=[expectation])
        row = one(result, CATCHER, expectation)
        if row["defined"]:
            low, high = float(str(row["low"])), float(str(row["high"]))
            held += low <= part <= high
            widths.append(high - low)
    assert held >= 0.85 * 200
    assert sorted(widths)[len(widths) // 2] < 1.2


def test_the_same_question_has_the_same_answer() -> None:
    flows = frame(plant(noisy(1, 8, 4), 8, 0.4), 2000)
    one_answer, other = (
        absorption(flows, SENDERS, SHOCK, after=4),
        absorption(flows.sample(fraction=1, shuffle=True, seed=3), SENDERS, SHOCK, after=4),
    )
    assert one_answer.equals(other)


def test_scale_does_not_matter() -> None:
    table = plant(noisy(2, 8, 4), 8, 0.4)
    flows = frame(table, 2000)
    one_answer = absorption(flows, SENDERS, SHOCK, after=4)
    other = absorption(flows.with_columns(pl.col("value") * 1000), SENDERS, SHOCK, after=4)
    for column in ("share_of_loss", "low", "high", "placebo_p"):
        known = one_answer.get_column(column).drop_nulls().to_list()
        assert known == pytest.approx(other.get_column(column).drop_nulls().to_list(), rel=1e-6)


def test_what_is_refused() -> None:
    flows = frame(CALM, 2000)
    with pytest.raises(InputError, match="choose among mean, trend, gravity, synthetic"):
        absorption(flows, SENDERS, SHOCK, after=4, expectations=["magic"])
    with pytest.raises(InputError, match="give gravity or leave it out"):
        absorption(flows, SENDERS, SHOCK, after=4, expectations=["gravity"])


def test_rows_of_the_chart() -> None:
    rows = shown(absorption(frame(CALM, 2000), SENDERS, SHOCK, after=4), "mean", most=2)
    assert [(row["partner"], row["change"]) for row in rows[:2]] == [("S1", -240), ("S2", -120)]
    assert (rows[-1]["partner"], rows[-1]["change"], rows[-1]["class"]) == ("C0", 180, "rose")
    assert rows[0]["low"] is None
    assert rows[-1]["low"] < 180 < rows[-1]["high"]


def test_recorded_zeros_after_an_embargo() -> None:
    table = {**CALM, "S1": [100.0] * 8 + [0.0] * 4}
    result = absorption(frame(table, 2000), SENDERS, SHOCK, after=4)
    assert one(result, "S1", "trend")["change"] == pytest.approx(-400)
    assert one(result, "C0", "mean")["loss"] == 520
