"""Alignment of all pairs, against counts by a plain loop and figures worked out by hand."""

from __future__ import annotations

from itertools import combinations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khasan.ledger.errors import InputError
from khasan.measures.world.alignment import alignment

Answers = dict[tuple[int, str], str]


def votes_of(answers: Answers) -> pl.DataFrame:
    """Make a frame of votes of answers by roll call and actor."""
    rows = [(roll_call, actor, answer) for (roll_call, actor), answer in answers.items()]
    schema = {"roll_call": pl.Int64(), "actor": pl.String(), "answer": pl.String()}
    return pl.DataFrame(rows, schema=schema, orient="row")


def roll_calls_of(years: dict[int, int]) -> pl.DataFrame:
    """Make a frame of roll calls by year; the session is that of the year."""
    return pl.DataFrame({"roll_call": list(years), "year": list(years.values())}).with_columns(
        (pl.col("year") - 1945).alias("session")
    )


TEN: Answers = {
    (number, actor): {"y": "yes", "n": "no", "a": "abstain"}[letter]
    for actor, letters in (("AAA", "yyyyynnaay"), ("BBB", "yyynnnyaya"))
    for number, letter in enumerate(letters, start=1)
}
"""Together: yy 3, yn 2, nn 1, ny 1, aa 1, ay 1, ya 1."""


def test_variants_by_hand() -> None:
    found = alignment(votes_of(TEN), roll_calls_of(dict.fromkeys(range(1, 13), 1950))).row(0, named=True)
    assert (found["one"], found["other"], found["year"]) == ("AAA", "BBB", 1950)
    assert (found["votes"], found["same"], found["agreement"]) == (10, 5, 0.5)
    assert (found["held"], found["absent"], found["decided"]) == (12, 2, 7)
    # shares of answers: A 0.6, 0.2, 0.2; B 0.5, 0.2, 0.3
    expected = 0.6 * 0.5 + 0.2 * 0.2 + 0.2 * 0.3
    assert found["kappa"] == pytest.approx((0.5 - expected) / (1 - expected))
    expected = 0.55**2 + 0.2**2 + 0.25**2
    assert found["pi"] == pytest.approx((0.5 - expected) / (1 - expected))
    assert found["without_abstentions"] == pytest.approx(4 / 7)
    assert found["abstention_half"] == pytest.approx((5 + 2 / 2) / 10)


def test_contested_counts_abstentions_in_the_largest_camp() -> None:
    """Of ten states nine say yes in the first roll call (90 percent, not contested) and eight in the second."""
    states = [f"S{number:02}" for number in range(10)]
    answers = {(1, state): "abstain" if state == "S09" else "yes" for state in states}
    answers |= {(2, state): "abstain" if state in ("S08", "S09") else "yes" for state in states}
    found = alignment(votes_of(answers), roll_calls_of({1: 1990, 2: 1990}))
    pair = found.filter(pl.col("one") == "S00", pl.col("other") == "S09").row(0, named=True)
    assert (pair["votes"], pair["agreement"], pair["contested_votes"], pair["contested"]) == (2, 0, 1, 0)
    pair = found.filter(pl.col("one") == "S08", pl.col("other") == "S09").row(0, named=True)
    assert (pair["agreement"], pair["contested"]) == (0.5, 1)


def test_the_largest_answer_may_be_known_over_more_states() -> None:
    answers = {(1, "AAA"): "yes", (1, "BBB"): "no"}
    for largest, contested in ((0.95, 0), (0.85, 1)):
        listed = roll_calls_of({1: 1990}).with_columns(largest=pl.lit(largest))
        assert alignment(votes_of(answers), listed).item(0, "contested_votes") == contested


def test_undefined_is_null() -> None:
    """Two states that only say yes agree by chance alone; no roll call is contested; where none met there is no row."""
    answers = {(1, "AAA"): "yes", (1, "BBB"): "yes", (2, "CCC"): "abstain", (2, "DDD"): "abstain"}
    found = alignment(votes_of(answers), roll_calls_of({1: 1990, 2: 1990}))
    assert found.select("one", "other").rows() == [("AAA", "BBB"), ("CCC", "DDD")]
    assert found.select("pi", "kappa", "contested").rows() == [(None, None, None)] * 2
    assert found.get_column("without_abstentions").to_list() == [1, None]


def test_by_issue_counts_a_roll_call_in_each_of_its_issues() -> None:
    issues = pl.DataFrame({"roll_call": [1, 1, 2], "issue": ["Arms", "Colonies", "Arms"]})
    answers = {(1, "AAA"): "yes", (1, "BBB"): "no", (2, "AAA"): "no", (2, "BBB"): "no", (3, "AAA"): "yes"}
    found = alignment(votes_of(answers), roll_calls_of({1: 1960, 2: 1960, 3: 1960}), "issue", issues)
    assert found.select("year", "issue", "votes", "same", "held").rows() == [
        (1960, "Arms", 2, 1, 2),
        (1960, "Colonies", 1, 0, 1),
    ]


def test_what_cannot_be_used_is_refused() -> None:
    listed = roll_calls_of({1: 1960})
    twice = pl.concat([votes_of({(1, "AAA"): "yes"}), votes_of({(1, "AAA"): "no"})])
    with pytest.raises(InputError, match="share their key"):
        alignment(twice, listed)
    with pytest.raises(InputError, match="absent not known; known are yes, abstain, no"):
        alignment(votes_of({(1, "AAA"): "absent"}), listed)
    with pytest.raises(InputError, match="1 roll calls are not listed among the roll calls, the first 2"):
        alignment(votes_of({(1, "AAA"): "yes", (2, "AAA"): "yes"}), listed)
    with pytest.raises(InputError, match="needs the issues"):
        alignment(votes_of({(1, "AAA"): "yes"}), listed, "issue")
    with pytest.raises(InputError, match="'month' is not known"):
        alignment(votes_of({(1, "AAA"): "yes"}), listed, "month")  # type: ignore[arg-type]


def test_no_votes_give_no_rows() -> None:
    assert alignment(votes_of({}), roll_calls_of({1: 1960})).is_empty()


ballots = st.dictionaries(
    st.tuples(st.integers(1, 9), st.sampled_from(["AAA", "BBB", "CCC", "DDD"])),
    st.sampled_from(["yes", "abstain", "no"]),
    min_size=1,
)


@settings(max_examples=60)
@given(ballots)
def test_the_products_count_what_a_loop_counts(answers: Answers) -> None:
    years = {roll_call: 1990 + roll_call % 3 for roll_call in range(1, 10)}
    counted: dict[tuple[str, str, int], list[tuple[str, str]]] = {}
    for roll_call, year in years.items():
        for one, other in combinations(["AAA", "BBB", "CCC", "DDD"], 2):
            if (roll_call, one) in answers and (roll_call, other) in answers:
                both = (answers[roll_call, one], answers[roll_call, other])
                counted.setdefault((one, other, year), []).append(both)
    found = alignment(votes_of(answers), roll_calls_of(years))
    assert found.select("one", "other", "year").rows() == sorted(counted)
    for line in found.iter_rows(named=True):
        pairs = counted[line["one"], line["other"], line["year"]]
        decided = [pair for pair in pairs if "abstain" not in pair]
        half = [pair for pair in pairs if (pair[0] == "abstain") != (pair[1] == "abstain")]
        same = sum(one == other for one, other in pairs)
        assert (line["votes"], line["same"], line["decided"]) == (len(pairs), same, len(decided))
        assert line["abstention_half"] == pytest.approx((same + len(half) / 2) / len(pairs))
        if decided:
            assert line["without_abstentions"] == pytest.approx(sum(a == b for a, b in decided) / len(decided))
