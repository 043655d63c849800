"""Words follow the grades: every letter with every digit, against the table of the schema."""

from __future__ import annotations

import itertools

import polars as pl
import pytest

from khasan.ledger.grades import ICD_203, WORDS, with_words, word_of

# SCHEMA.md: documented (A-B with 1-2), reported (A-D with 3, C-D with 1-2), alleged (an accusation at C-D with 3),
# disputed (4). What it leaves open: 5 contradicted; 6, E and F cannot be judged; A-B with 3 is reported also for an
# accusation.
TABLE = {
    "A": ("documented", "documented", "reported", "disputed", "contradicted", "not judged"),
    "B": ("documented", "documented", "reported", "disputed", "contradicted", "not judged"),
    "C": ("reported", "reported", "reported", "disputed", "contradicted", "not judged"),
    "D": ("reported", "reported", "reported", "disputed", "contradicted", "not judged"),
    "E": ("not judged", "not judged", "not judged", "disputed", "contradicted", "not judged"),
    "F": ("not judged", "not judged", "not judged", "disputed", "contradicted", "not judged"),
}
CASES = [
    (letter, digit, accused, "alleged" if accused and digit == 3 and letter in "CD" else TABLE[letter][digit - 1])
    for letter, digit, accused in itertools.product("ABCDEF", range(1, 7), (False, True))
]


@pytest.mark.parametrize(("letter", "digit", "accused", "word"), CASES)
def test_every_letter_and_digit(letter: str, digit: int, accused: bool, word: str) -> None:
    assert word_of(letter, digit, accused) == word


def test_the_frame_says_the_same_as_the_function() -> None:
    frame = pl.DataFrame(
        [
            {"reliability": a, "credibility": b, "alleged_by": "XAA" if c else None, "expected": w}
            for a, b, c, w in CASES
        ]
    )
    frame = with_words(frame)
    assert frame["word"].to_list() == frame["expected"].to_list()
    assert set(frame["word"]) <= set(WORDS)


def test_a_row_without_a_letter_is_not_judged() -> None:
    frame = pl.DataFrame(
        {"reliability": [None], "credibility": [1]}, schema={"reliability": pl.String(), "credibility": pl.Int64()}
    )
    assert with_words(frame).item(0, "word") == "not judged"


def test_the_steps_of_judgement_touch_and_are_seven() -> None:
    assert len(ICD_203) == 7
    assert (ICD_203[0][1], ICD_203[-1][2]) == (0.01, 0.99)
    assert all(one[2] == other[1] for one, other in itertools.pairwise(ICD_203))
