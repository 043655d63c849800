"""Votes as panels: absence is no row, and every answer counts for its roll call."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from source_frames import OLD_AND_NEW

from khasan.ledger.errors import InputError
from khasan.ledger.panels import typed_panel
from khasan.sources import assembly_panels as source

NAMES = pl.DataFrame({"country": ["Old Land"], "cow": [10]}, schema_overrides={"cow": pl.Int64()})


def one_file(*rows: tuple[int, int | None, int, date]) -> pl.DataFrame:
    """Make the publisher's file from roll call, code, answer and day."""
    frame = pl.DataFrame(
        rows, schema=["rcid", "ccode", "vote", "date"], orient="row", schema_overrides={"ccode": pl.Int64()}
    )
    return frame.with_columns(
        session=pl.lit(46), importantvote=pl.lit(1), unres=pl.lit("R/1"), short=pl.lit(" A title "),
        **{short: pl.lit(1 if short in ("me", "ec") else 0) for short in source.ISSUES},
    )  # fmt: skip


AUTUMN, SPRING = date(1991, 12, 9), date(1992, 3, 3)


def test_one_file() -> None:
    frame = one_file(
        (1, 10, 1, AUTUMN), (1, 20, 3, AUTUMN), (1, 30, 1, AUTUMN), (1, None, 2, AUTUMN),
        (2, 10, 2, SPRING), (2, 20, 8, SPRING), (2, 30, 9, SPRING),
    )  # fmt: skip
    read = source.one_file(frame, OLD_AND_NEW)
    assert sorted(read.panels["vote"].rows()) == [
        (1, "XAA", "no"), (1, "XBB", "yes"), (1, "XOL", "yes"), (2, "XNE", "abstain")
    ]  # fmt: skip
    calls = read.panels["roll_call"].sort("roll_call")
    assert calls.select("roll_call", "date", "year", "title", "voters", "largest").rows() == [
        (1, AUTUMN, 1991, "A title", 4, 0.5),
        (2, SPRING, 1992, "A title", 1, 1.0),
    ]
    assert sorted(read.panels["roll_call_issue"].rows())[:2] == [
        (1, "ec", "Economic development"),
        (1, "me", "Palestinian conflict"),
    ]
    assert read.set_aside == 1
    for panel, rows in read.panels.items():
        typed_panel(panel, rows)


def test_a_roll_call_on_two_days_is_refused() -> None:
    with pytest.raises(
        InputError, match="column date: roll call 1 has 1991-12-09 in data row 1 and 1992-03-03 in data row 2"
    ):
        source.one_file(one_file((1, 10, 1, AUTUMN), (1, 20, 3, SPRING)), OLD_AND_NEW)


def test_three_files() -> None:
    votes = pl.DataFrame(
        {
            "rcid": [1, 1, 1, 2, 9],
            "country": ["Old Land", "A", "Nowhere", "New Land", "A"],
            "country_code": [None, "XA", "ZZ", "XO", "XA"],
            "vote": ["yes", "no", "no", "abstain", "yes"],
        }
    )
    calls = pl.DataFrame(
        {
            "rcid": [1, 2, 3], "session": [46, 46, 46], "date": [AUTUMN, SPRING, SPRING], "importantvote": [None, 0, 0],
            "unres": [None, "R/2", "R/3"], "short": [None, "T", "U"],
        }
    )  # fmt: skip
    issues = pl.DataFrame({"rcid": [1, 1, 9], "short_name": ["me", "me", "me"], "issue": ["Palestinian conflict"] * 3})
    read = source.three_files(votes, calls, issues, OLD_AND_NEW, NAMES)
    assert sorted(read.panels["vote"].rows()) == [(1, "XAA", "no"), (1, "XOL", "yes"), (2, "XNE", "abstain")]
    assert read.panels["roll_call"].select("roll_call", "voters", "largest").rows() == [
        (1, 3, pytest.approx(2 / 3)),
        (2, 1, 1.0),
    ]
    assert read.panels["roll_call_issue"].rows() == [(1, "me", "Palestinian conflict")]
    assert read.set_aside == 2  # a code that nobody has, and a vote of a roll call that the file does not list


def test_the_year_of_a_dissolution_belongs_to_the_state_that_gave_way() -> None:
    days = {1: date(1991, 12, 28), 2: date(1992, 2, 10)}
    votes = pl.DataFrame(
        {"rcid": list(days), "country": ["Old Land"] * 2, "country_code": ["XO"] * 2, "vote": ["yes"] * 2}
    )
    calls = pl.DataFrame(
        {
            "rcid": list(days), "session": [46, 46], "date": list(days.values()), "importantvote": [0, 0],
            "unres": ["R/1", "R/2"], "short": ["T", "U"],
        }
    )  # fmt: skip
    issues = pl.DataFrame(schema={"rcid": pl.Int64(), "short_name": pl.String(), "issue": pl.String()})
    read = source.three_files(votes, calls, issues, OLD_AND_NEW, NAMES)
    assert read.panels["vote"].select("roll_call", "actor").rows() == [(1, "XOL"), (2, "XNE")]


@pytest.mark.parametrize(
    ("answers", "largest"), [([1] * 9 + [3], 0.9), ([1] * 8 + [3, 2], 0.8), ([3] * 10, 1.0), ([1] * 3 + [8] * 7, 1.0)]
)
def test_the_largest_answer_is_a_share_of_all_answers(answers: list[int], largest: float) -> None:
    frame = one_file(*((1, number, answer, AUTUMN) for number, answer in enumerate(answers, start=500)))
    call = source.one_file(frame, OLD_AND_NEW).panels["roll_call"].row(0, named=True)
    assert call["largest"] == pytest.approx(largest)
    assert call["voters"] == sum(answer < 8 for answer in answers)
