"""Laws of agreement, and its published answers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score  # type: ignore[import-untyped]
from support import ANSWERS, observation, snapshot_of, votes

from khasan.ledger.errors import InputError
from khasan.ledger.snapshot import Snapshot, take_snapshot
from khasan.measures.alignment import agreement, alignment

COUNTS = st.lists(st.integers(0, 40), min_size=9, max_size=9).filter(lambda counts: sum(counts) > 0)
COMPUTED = ("all", "without_abstentions", "abstention_half", "pi", "kappa")
FEW = settings(max_examples=15, deadline=None)


def _value(snapshot: Snapshot, *args: Any) -> float | None:
    found = agreement(snapshot, *args)
    return None if found is None else found.value


@FEW
@given(COUNTS, st.sampled_from(COMPUTED))
def test_the_order_of_the_two_does_not_matter_and_values_are_bounded(counts: list[int], variant: str) -> None:
    snapshot = snapshot_of(votes("AAA", "BBB", 2005, counts))
    value = _value(snapshot, "AAA", "BBB", 2005, variant)
    assert value == _value(snapshot, "BBB", "AAA", 2005, variant)
    if value is not None:
        assert (-1 if variant in ("pi", "kappa") else 0) - 1e-12 <= value <= 1 + 1e-12


@FEW
@given(COUNTS)
def test_shares_follow_their_formulas(counts: list[int]) -> None:
    snapshot = snapshot_of(votes("AAA", "BBB", 2005, counts))
    same, total = counts[0] + counts[4] + counts[8], sum(counts)
    opposed = counts[2] + counts[6]
    assert _value(snapshot, "AAA", "BBB", 2005) == pytest.approx(same / total)
    assert _value(snapshot, "AAA", "BBB", 2005, "abstention_half") == pytest.approx(
        (same + (total - same - opposed) / 2) / total
    )
    decided = counts[0] + counts[8] + opposed
    expected = pytest.approx((counts[0] + counts[8]) / decided) if decided else None
    assert _value(snapshot, "AAA", "BBB", 2005, "without_abstentions") == expected


@FEW
@given(COUNTS)
def test_kappa_is_that_of_another_implementation(counts: list[int]) -> None:
    value = _value(snapshot_of(votes("AAA", "BBB", 2005, counts)), "AAA", "BBB", 2005, "kappa")
    pairs = [(one, other) for one in ANSWERS for other in ANSWERS]
    ours = [one for (one, _), count in zip(pairs, counts, strict=True) for _ in range(count)]
    theirs = [other for (_, other), count in zip(pairs, counts, strict=True) for _ in range(count)]
    if value is not None:
        assert value == pytest.approx(cohen_kappa_score(ours, theirs), abs=1e-9)
    else:
        assert len({*ours, *theirs}) == 1


@FEW
@given(st.lists(st.integers(1, 9), min_size=3, max_size=3), st.lists(st.integers(1, 9), min_size=3, max_size=3))
def test_kappa_of_independent_answers_is_zero(ours: list[int], theirs: list[int]) -> None:
    counts = [one * other for one in ours for other in theirs]
    snapshot = snapshot_of(votes("AAA", "BBB", 2005, counts))
    assert _value(snapshot, "AAA", "BBB", 2005, "kappa") == pytest.approx(0, abs=1e-9)
    if ours == theirs:
        assert _value(snapshot, "AAA", "BBB", 2005, "pi") == pytest.approx(0, abs=1e-9)


@FEW
@given(COUNTS, COUNTS, st.sampled_from(COMPUTED))
def test_rows_of_other_pairs_change_nothing(counts: list[int], others: list[int], variant: str) -> None:
    alone = agreement(snapshot_of(votes("AAA", "BBB", 2005, counts)), "AAA", "BBB", 2005, variant)
    rows = [*votes("AAA", "BBB", 2005, counts), *votes("AAA", "CCC", 2005, others), *votes("AAA", "BBB", 2006, others)]
    more = agreement(snapshot_of(rows), "AAA", "BBB", 2005, variant)
    assert (alone and (alone.id, alone.value)) == (more and (more.id, more.value))


@FEW
@given(COUNTS)
def test_every_finding_is_made_again_from_its_evidence(counts: list[int]) -> None:
    rows = [
        *votes("AAA", "BBB", 2005, counts),
        *votes("AAA", "CCC", 2005, counts),
        observation("roll_calls_held", "UN", "UN", 2005, 400),
        observation("votes_contested_same", "AAA", "BBB", 2005, 3),
        observation("votes_contested_both", "AAA", "BBB", 2005, 4),
    ]
    snapshot = snapshot_of(rows)
    for variant in (*COMPUTED, "contested"):
        found = agreement(snapshot, "AAA", "BBB", 2005, variant)
        if found is not None:
            again = agreement(snapshot.only(found.evidence), "AAA", "BBB", 2005, variant)
            assert again is not None
            assert (again.id, again.value, dict(again.detail)) == (found.id, found.value, dict(found.detail))


def test_absences_are_counted_against_the_roll_calls_held() -> None:
    rows = [
        *votes("AAA", "BBB", 2005, [5, 1, 0, 0, 2, 0, 0, 0, 2]),
        observation("roll_calls_held", "UN", "UN", 2005, 14),
    ]
    found = agreement(snapshot_of(rows), "AAA", "BBB", 2005)
    assert found is not None
    assert (found.value, found.low, found.high, found.unit) == (0.9, 0.9, 0.9, "share")
    assert (found.detail["votes"], found.detail["same"]) == (10, 9)
    assert (found.detail["held"], found.detail["absent"]) == (14, 4)
    assert any("Bailey" in text for text in found.caveats)
    assert any("without a vote" in text for text in found.caveats)


def test_sessions_and_issues_are_named() -> None:
    rows = [
        observation("votes_issue_same", "AAA", "BBB", 2005, 1, scenario="Human rights"),
        observation("votes_issue_both", "AAA", "BBB", 2005, 4, scenario="Human rights"),
        observation("votes_session_same", "AAA", "BBB", 2005, 2, scenario="session 60", end="2006-06-30"),
        observation("votes_session_both", "AAA", "BBB", 2005, 5, scenario="session 60", end="2006-06-30"),
    ]
    snapshot = snapshot_of(rows)
    assert _value(snapshot, "BBB", "AAA", 2005, "issue:Human rights") == 0.25
    assert _value(snapshot, "AAA", "BBB", 2006, "session:60") == 0.4
    assert _value(snapshot, "AAA", "BBB", 2007, "session:60") is None
    assert _value(snapshot, "AAA", "BBB", 2005, "issue:Colonialism") is None
    assert _value(snapshot, "AAA", "BBB", 2005, "contested") is None


def test_missing_is_never_zero() -> None:
    rows = votes("AAA", "BBB", 2005, [1] * 9)
    assert agreement(snapshot_of(rows[:8]), "AAA", "BBB", 2005) is None
    assert agreement(snapshot_of(rows), "AAA", "BBB", 2006) is None
    assert agreement(snapshot_of(rows), "AAA", "AAA", 2005) is None
    doubtful = [{**rows[0], "status": "doubtful"}, *rows[1:]]
    assert agreement(snapshot_of(doubtful), "AAA", "BBB", 2005) is None


def test_unanimity_has_no_chance_corrected_index() -> None:
    snapshot = snapshot_of(votes("AAA", "BBB", 2005, [7, 0, 0, 0, 0, 0, 0, 0, 0]))
    assert _value(snapshot, "AAA", "BBB", 2005) == 1
    assert _value(snapshot, "AAA", "BBB", 2005, "pi") is None
    assert _value(snapshot, "AAA", "BBB", 2005, "kappa") is None
    assert "kappa" not in alignment(snapshot, "AAA", ["BBB"], 2005, 2005)[0].detail


def test_a_predecessor_is_asked_and_named() -> None:
    snapshot = snapshot_of([*votes("AAA", "OLD", 1991, [3, 0, 0, 0, 0, 0, 0, 0, 1])])
    found = agreement(snapshot, "NEW", "AAA", 1991)
    assert found is not None
    assert "In 1991 Oldland held the place of Newland." in found.caveats
    assert agreement(snapshot, "NEW", "OLD", 1991) is None


def test_bad_input_is_named() -> None:
    snapshot = snapshot_of(votes("AAA", "BBB", 2005, [1] * 9))
    with pytest.raises(InputError, match="swap them"):
        alignment(snapshot, "AAA", ["BBB"], 2006, 2005)
    for variant in ("cosine", "session:", "issue"):
        with pytest.raises(InputError, match="known are all"):
            agreement(snapshot, "AAA", "BBB", 2005, variant)


def test_alignment_holds_every_variant_and_the_same_evidence() -> None:
    rows = [
        *votes("AAA", "BBB", 2005, [5, 1, 1, 0, 2, 0, 0, 1, 2]),
        observation("votes_contested_same", "AAA", "BBB", 2005, 3),
        observation("votes_contested_both", "AAA", "BBB", 2005, 4),
        observation("votes_issue_same", "AAA", "BBB", 2005, 1, scenario="Human rights"),
        observation("votes_issue_both", "AAA", "BBB", 2005, 4, scenario="Human rights"),
    ]
    snapshot = snapshot_of(rows)
    (found,) = alignment(snapshot, "AAA", ["BBB", "CCC"], 2000, 2010)
    alone = agreement(snapshot, "AAA", "BBB", 2005)
    assert alone is not None
    assert found.id == alone.id
    for variant in COMPUTED[1:]:
        assert found.detail[variant] == _value(snapshot, "AAA", "BBB", 2005, variant)
    assert found.detail["agreement"] == 9 / 12
    assert (found.detail["contested"], found.detail["contested_votes"]) == (0.75, 4)
    assert found.detail["by_issue"] == {"Human rights": 0.25}
    assert found.detail["by_session"] == {}


def test_the_published_answer_of_the_bundled_casebook(casebook: Snapshot) -> None:
    found = agreement(casebook, "RUS", "PRK", 2005)
    assert found is not None
    assert (round(found.value, 3), found.detail["votes"]) == (0.68, 75)
    assert round(_value(casebook, "RUS", "PRK", 2005, "without_abstentions") or 0, 3) == 0.923
    assert _value(casebook, "RUS", "PRK", 2005, "contested") == 0.5


@pytest.fixture(scope="module")
def casebook() -> Snapshot:
    from khasan.ledger.bundled import open_ledger

    return take_snapshot(open_ledger(None))
