"""Dates, bare months and years, and kinds of period."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khasan.ledger.periods import day_words, last_day, period_kind, period_words


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2017-08-05", date(2017, 8, 5)),
        ("2017-08", date(2017, 8, 31)),
        ("2016-02", date(2016, 2, 29)),
        ("2100-02", date(2100, 2, 28)),
        ("2017", date(2017, 12, 31)),
    ],
)
def test_bare_months_and_years_are_read_as_their_last_day(text: str, day: date) -> None:
    assert last_day(text) == day


@pytest.mark.parametrize(
    "text", ["2017-13", "2017-02-30", "17", "2017-8-5", "", "0000", "2017-00", "2017-08-05T00:00", "２０１７", "2017\n"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        last_day(text)


@given(st.dates())
def test_a_day_is_its_own_last_day(day: date) -> None:
    assert last_day(day.isoformat()) == day
    assert last_day(day.isoformat()[:7]) == day.replace(day=monthrange(day.year, day.month)[1])
    assert last_day(day.isoformat()[:4]) == date(day.year, 12, 31)


@pytest.mark.parametrize(
    ("start", "end", "kind", "words"),
    [
        ("2017-01-01", "2017-12-31", "year", "2017"),
        ("2015-01-01", "2017-12-31", "years", "2015 to 2017"),
        ("2017-08-05", "2017-08-05", "day", "5 August 2017"),
        ("2017-02-01", "2017-02-28", "month", "February 2017"),
        ("2017-04-01", "2017-06-30", "quarter", "April to June 2017"),
        ("2017-01-01", "2017-06-30", "half", "January to June 2017"),
        ("2018-01-01", "2018-08-31", "part of a year", "January to August 2018"),
        ("2017-04-01", "2018-03-31", "span", "April 2017 to March 2018"),
        ("2017-02-01", "2017-04-30", "part of a year", "February to April 2017"),
    ],
)
def test_kinds_of_period_and_their_words(start: str, end: str, kind: str, words: str) -> None:
    one, other = date.fromisoformat(start), date.fromisoformat(end)
    assert period_kind(one, other) == kind
    assert period_words(one, other) == words


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1)), st.integers(0, 2000))
def test_only_a_whole_calendar_year_is_a_year(start: date, days: int) -> None:
    end = start + timedelta(days=days)
    whole = (start.month, start.day, end.month, end.day, end.year) == (1, 1, 12, 31, start.year)
    assert (period_kind(start, end) == "year") == whole
    assert str(start.year) in period_words(start, end)


def test_a_day_has_no_leading_zero() -> None:
    assert day_words(date(1948, 9, 9)) == "9 September 1948"
