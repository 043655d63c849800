"""Dates, bare months and years, and the kinds of period between two days."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

_PARTIAL = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def last_day(text: str) -> date:
    """Read a date, a bare month or a bare year as its last day.

    Parameters
    ----------
    text : str
        ``2017-08-05``, ``2017-08`` or ``2017``.

    Raises
    ------
    ValueError
        Where the text is none of the three or names a day that does not exist.
    """
    match = _PARTIAL.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a date, a month or a year such as 2017-08-05, 2017-08 or 2017")
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    if month is None:
        return date(year, 12, 31)
    if day is None:
        return date(year, month, monthrange(year, month)[1])
    return date(year, month, day)


def period_kind(start: date, end: date) -> str:
    """Name the kind of a period: day, month, quarter, half, year, years, part of a year, or span.

    Figures of different kinds are never compared silently, so every comparison asks for this first.
    """
    if start == end:
        return "day"
    whole_months = start.day == 1 and end.day == monthrange(end.year, end.month)[1]
    if not whole_months:
        return "span"
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    if months == 1:
        return "month"
    if months == 3 and start.month in (1, 4, 7, 10):
        return "quarter"
    if months == 6 and start.month in (1, 7):
        return "half"
    if months == 12 and start.month == 1:
        return "year"
    if months % 12 == 0 and start.month == 1:
        return "years"
    return "part of a year" if start.year == end.year else "span"


def period_words(start: date, end: date) -> str:
    """Write a period as a reader would say it: 2017, January to August 2018, 5 August 2017."""
    kind = period_kind(start, end)
    if kind == "year":
        return str(start.year)
    if kind == "years":
        return f"{start.year} to {end.year}"
    if kind == "day":
        return day_words(start)
    if kind == "month":
        return f"{start:%B} {start.year}"
    if start.year == end.year:
        return f"{start:%B} to {end:%B} {end.year}"
    return f"{start:%B} {start.year} to {end:%B} {end.year}"


def day_words(day: date) -> str:
    """Write a day as 5 August 2017."""
    return f"{day.day} {day:%B} {day.year}"
