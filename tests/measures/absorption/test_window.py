"""Periods around a shock: the mixed year is of neither side, months are added up to twelves."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from planted import frame

from khasan.ledger.errors import InputError
from khasan.measures.absorption.window import window_around

TEN = frame({"A": [float(n) for n in range(10)], "B": [None, *range(1, 10)]}, 2000)


def test_a_year_belongs_to_the_time_after_only_where_it_was_whole() -> None:
    new_year = window_around(TEN, date(2005, 1, 1), after=5)
    assert (new_year.periods, new_year.split) == (tuple(str(one) for one in range(2000, 2010)), 5)
    mixed = window_around(TEN, date(2005, 5, 1), after=5)
    assert (mixed.periods, mixed.split) == (("2000", "2001", "2002", "2003", "2004", "2006", "2007", "2008", "2009"), 5)


def test_missing_is_not_a_number_and_lengths_and_leads_hold() -> None:
    window = window_around(TEN, date(2005, 1, 1), before=10, after=2, leads=1)
    assert window.periods == ("2000", "2001", "2002", "2003", "2005", "2006")
    assert window.split == 4
    assert np.isnan(window.values[1, 0])
    assert window.values[0].tolist() == [0, 1, 2, 3, 5, 6]


def test_months_are_counted_from_the_month_of_the_shock_and_a_gap_costs_its_twelve() -> None:
    months = pl.date_range(date(2010, 1, 1), date(2014, 12, 1), "1mo", eager=True)
    flows = pl.DataFrame({"partner": "A", "month": months, "value": [float(n) for n in range(60)]})
    window = window_around(flows, date(2012, 7, 15))
    # August 2012 begins the time after; June 2012 ends the time before.
    assert window.periods == ("2010-07", "2011-07", "2012-08", "2013-08")
    assert window.values[0].tolist() == [sum(range(6, 18)), sum(range(18, 30)), sum(range(31, 43)), sum(range(43, 55))]
    gap = window_around(flows.filter(pl.col("month") != date(2011, 3, 1)), date(2012, 7, 1))
    assert gap.periods == ("2011-07", "2012-07", "2013-07")


def test_what_is_refused() -> None:
    with pytest.raises(InputError, match="two values in one year"):
        window_around(pl.concat([TEN, TEN]), date(2005, 1, 1), after=5)
    with pytest.raises(InputError, match="leads is -1"):
        window_around(TEN, date(2005, 1, 1), leads=-1)
