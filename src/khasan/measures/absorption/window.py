"""The periods before and after a shock, and a client's trade in them as one table of partners by period."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from khasan.ledger.errors import InputError
from khasan.measures.absorption.flows import time_column

Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
"""Numbers in rows and columns."""

Mask = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
"""Yes or no for each row, column or cell."""

BEFORE, AFTER = 10, 3
"""Years before and after a shock. Farther on than three years no expectation from the past holds well."""

MONTHS = 12
"""Months are added up to years counted from the shock, which also takes out the seasons."""


@dataclass(frozen=True, slots=True)
class Window:
    """Trade of partners in the periods around a shock.

    Attributes
    ----------
    partners : tuple of str
        Rows of ``values``.
    periods : tuple of str
        Columns of ``values``: the year, or the first month of twelve, as ISO text.
    split : int
        Number of periods before the shock; the rest lie after it.
    values : array
        Partners by periods, in the unit of the flows; NaN where there is no data.
    """

    partners: tuple[str, ...]
    periods: tuple[str, ...]
    split: int
    values: Array

    def rows(self, partners: list[str]) -> Array:
        """Return the rows of some partners, in the unit of the flows.

        Source: the window.
        """
        place = {name: number for number, name in enumerate(self.partners)}
        return self.values[[place[name] for name in partners]]

    def columns(self, kept: Mask) -> Window:
        """Return the window with the periods of a mask only, in the unit of the flows.

        Source: the window.
        """
        periods = tuple(name for name, one in zip(self.periods, kept, strict=True) if one)
        return replace(self, periods=periods, split=int(kept[: self.split].sum()), values=self.values[:, kept])


def window_around(flows: pl.DataFrame, shock: date, before: int = BEFORE, after: int = AFTER, leads: int = 0) -> Window:
    """Lay a client's trade out around a shock.

    Years: a year in which the shock fell after 1 January is of neither side and is left out. Months: twelve at a time,
    counted forth from the month of the shock (from the next month where the shock fell after its first day) and back
    from it; twelve months count only where all are known. ``leads`` periods of the data (years or months) just before
    the shock are left out, since trade may move in anticipation.

    Parameters
    ----------
    flows : DataFrame
        ``partner``, ``year`` or ``month``, ``value``, as :func:`khasan.measures.absorption.flows.client_trade` gives.
    shock : date
        First day under restriction.
    before, after : int
        At most so many years on either side.
    leads : int
        Years or months left out before the shock.

    Returns
    -------
    Window
        Values in the unit of the flows. Periods in which no partner has data are left out.

    Source: the flows given.
    """
    for name, value, least in (("before", before, 1), ("after", after, 1), ("leads", leads, 0)):
        if value < least:
            raise InputError(f"{name} is {value}; give {least} or more")
    kind = time_column(flows)
    table = _by_year(flows, shock, before, after, leads) if kind == "year" else _by_twelve(flows, shock, leads)
    table = table.filter(pl.col("place").is_between(-before, after - 1))
    if table.select("partner", "place").is_duplicated().any():
        raise InputError(f"a partner has two values in one {kind}; add up or choose before asking")
    partners = table.get_column("partner").unique().sort().to_list()
    places = table.get_column("place").unique().sort().to_list()
    names = dict(table.select("place", "label").unique("place").iter_rows())
    values = np.full((len(partners), len(places)), np.nan)
    rows, columns = {one: n for n, one in enumerate(partners)}, {one: n for n, one in enumerate(places)}
    for partner, place, value in table.select("partner", "place", "value").iter_rows():
        values[rows[partner], columns[place]] = value
    return Window(tuple(partners), tuple(names[one] for one in places), sum(one < 0 for one in places), values)


def _by_year(flows: pl.DataFrame, shock: date, before: int, after: int, leads: int) -> pl.DataFrame:
    """Return years counted from the shock: the last before it is -1, the first whole one after it 0."""
    first = shock.year if (shock.month, shock.day) == (1, 1) else shock.year + 1
    last = shock.year - 1 - leads
    year = pl.col("year").cast(pl.Int64)
    place = pl.when(year <= last).then(year - last - 1).when(year >= first).then(year - first)
    return (
        flows.select("partner", place=place, label=pl.col("year").cast(pl.String), value="value")
        .drop_nulls(["place", "value"])
        .filter(pl.col("value").is_finite())
    )


def _by_twelve(flows: pl.DataFrame, shock: date, leads: int) -> pl.DataFrame:
    """Add up months to twelves counted from the shock; a twelve with a gap has no value."""
    month = pl.col("month").dt.year().cast(pl.Int64) * MONTHS + pl.col("month").dt.month().cast(pl.Int64) - 1
    start = shock.year * MONTHS + shock.month - 1
    first, last = start + (shock.day > 1), start - leads
    numbered = flows.select("partner", "value", "month", number=month).drop_nulls(["value", "number"])
    numbered = numbered.filter(pl.col("value").is_finite() & ((pl.col("number") >= first) | (pl.col("number") < last)))
    back = -((last - pl.col("number") - 1) // MONTHS) - 1
    place = pl.when(pl.col("number") >= first).then((pl.col("number") - first) // MONTHS).otherwise(back)
    if numbered.select("partner", "number").is_duplicated().any():
        raise InputError("a partner has two values in one month; add up or choose before asking")
    return (
        numbered.with_columns(place=place)
        .group_by("partner", "place")
        .agg(pl.len().alias("months"), pl.col("value").sum(), pl.col("number").min())
        .filter(pl.col("months") == MONTHS)
        .select("partner", "place", label=_month_name(pl.col("number")), value="value")
    )


def _month_name(number: pl.Expr) -> pl.Expr:
    """Write a month counted from year 0 as ``YYYY-MM``."""
    month = (number % MONTHS + 1).cast(pl.String).str.zfill(2)
    return (number // MONTHS).cast(pl.String) + pl.lit("-") + month
