"""Monthly trade by partner from the International Monetary Fund, IMTS (until 2025: Direction of Trade Statistics).

The publisher's interface (SDMX 3.0) sends CSV with one row an observation: the dimensions ``COUNTRY``, ``INDICATOR``,
``COUNTERPART_COUNTRY`` and ``FREQUENCY``, then ``TIME_PERIOD`` (2020-M03, 2020-Q1 or 2020), ``OBS_VALUE``, and
attributes such as ``SCALE``. Older exports of version 2.1 name the same things ``REF_AREA``, ``COUNTERPART_AREA``,
``FREQ`` and write a month as 2020-03; both are read.

What the file is not:

- ``SCALE`` is a power of ten by which values are multiplied, written as a number or a word; where it stands it is used,
  and where it does not values are US dollars.
- Exports are free on board, imports with insurance and freight; one indicator brings imports free on board, which are
  the same flows once more and are left out where the others stand.
- Areas are alpha-3 codes, but groups have codes such as G001, and are set aside.
- Values that the Fund estimated are not marked in every export; what a country did not report and its partner did is
  under the partner's name.

Source: Marini, Dippelsman and Stanger (2018), New estimates for Direction of Trade Statistics, IMF Working Paper 18/16.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from khasan.ledger.errors import InputError, at_cell
from khasan.sources.packaged import packaged
from khasan.sources.places import Placed, actor_times, in_time
from khasan.sources.publisher_files import check_for_doubled_rows, numbers, read_table, text_of
from khasan.sources.trade_rows import shaped_flows, with_period

COMPILER = "IMF"
_ALSO: Mapping[str, str] = {"REF_AREA": "COUNTRY", "COUNTERPART_AREA": "COUNTERPART_COUNTRY", "FREQ": "FREQUENCY"}
_PERIOD = re.compile(r"^(\d{4})(?:-?M?(\d{2}))?$")
_WORDS: Mapping[str, int] = {"units": 0, "thousands": 3, "millions": 6, "billions": 9}


def indicators() -> pl.DataFrame:
    """Return the indicators of goods trade from ``imf_indicators.csv``: ``indicator``, ``direction``, ``counted``."""
    return packaged("imf_indicators.csv").with_columns(pl.col("counted").eq_missing("yes"))


def read_imf_trade(path: Path) -> pl.DataFrame:
    """Read one export in SDMX-CSV.

    Returns
    -------
    DataFrame
        ``reporter``, ``partner`` (as the file writes them), ``indicator``, ``year``, ``month`` (null for a year) and
        ``value`` (US dollars; null where the file has none).

    Raises
    ------
    InputError
        For columns that are missing, an unknown indicator, frequency or scale, a period that is none, a negative value
        and an observation that stands twice.
    """
    names = _names_of(path)
    dimensions = ["COUNTRY", "INDICATOR", "COUNTERPART_COUNTRY", "TIME_PERIOD", "OBS_VALUE"]
    frame = read_table(
        path, [names.get(name, name) for name in dimensions], [names.get("FREQUENCY", "FREQUENCY"), "SCALE"]
    )
    frame = frame.rename({written: name for name, written in names.items() if written in frame.columns})
    for column in ("COUNTRY", "INDICATOR", "COUNTERPART_COUNTRY", "TIME_PERIOD"):
        _check(path.name, frame, column, pl.col(column).is_null(), "empty; a value without it cannot be placed")
    known = indicators()["indicator"]
    wrong = pl.col("INDICATOR").is_in(known.implode()).not_()
    _check(path.name, frame, "INDICATOR", wrong, f"{{}} is not among {', '.join(known)}")
    if "FREQUENCY" in frame.columns:
        other = pl.col("FREQUENCY").is_in(["A", "M"]).not_()
        _check(path.name, frame, "FREQUENCY", other, "{} is neither A nor M; ask for years or months")
    period = pl.col("TIME_PERIOD").str.extract_groups(_PERIOD.pattern)
    frame = numbers(frame, path.name, "OBS_VALUE", least=0).with_columns(
        period.struct[0].cast(pl.Int64()).alias("year"), period.struct[1].cast(pl.Int64()).alias("month")
    )
    bad = pl.col("year").is_null() | (pl.col("month").is_between(1, 12).not_())
    _check(path.name, frame, "TIME_PERIOD", bad, "{} is no year or month, such as 2020-M03; ask for years or months")
    read = frame.select(
        pl.col("COUNTRY").alias("reporter"),
        pl.col("COUNTERPART_COUNTRY").alias("partner"),
        pl.col("INDICATOR").alias("indicator"),
        "year",
        "month",
        (pl.col("OBS_VALUE") * _scale(path.name, frame)).alias("value"),
    )
    check_for_doubled_rows(read, ("reporter", "partner", "indicator", "year", "month"), path.name)
    return read


def _names_of(path: Path) -> dict[str, str]:
    """Return the older name of each dimension that the header of a file has."""
    header = text_of(path).partition("\n")[0].strip("\r").split(",")
    return {name: written for written, name in _ALSO.items() if written in header and name not in header}


def _check(file: str, frame: pl.DataFrame, column: str, bad: pl.Expr, problem: str) -> None:
    """Refuse the first row that meets a condition."""
    hit = frame.filter(bad.fill_null(False))
    if hit.height:
        raise at_cell(file, hit["_row"][0], column, problem.replace("{}", repr(hit[column][0])))


def _scale(file: str, frame: pl.DataFrame) -> pl.Expr:
    """Return by what the values are multiplied, from ``SCALE``: a power of ten as number or word, nothing for 1."""
    if "SCALE" not in frame.columns:
        return pl.lit(1.0)
    power = pl.col("SCALE").str.to_lowercase().replace(_WORDS)
    unknown = power.str.contains(r"^\d{1,2}$").not_()
    _check(file, frame, "SCALE", unknown, "{} is no scale; it is a power of ten such as 6, or Millions")
    return pl.lit(10.0).pow(power.cast(pl.Float64()).fill_null(0.0))


def trade_flows(frame: pl.DataFrame, actor_table: pl.DataFrame, file: str = "imf-trade") -> Placed:
    """Map observations to flows between actors, as both sides report them.

    Parameters
    ----------
    frame : DataFrame
        As :func:`read_imf_trade` returns it.
    actor_table : DataFrame
        Table ``actor``, typed or as text.
    file : str
        Name for errors.

    Returns
    -------
    Placed
        ``rows`` in the shape of :data:`khasan.sources.trade_rows.TRADE_FLOW`, USD million; missing values have no row.
    """
    counted = frame.join(indicators().filter(pl.col("counted")), on="indicator", how="inner").drop_nulls("value")
    if frame.height and not counted.height and frame["value"].drop_nulls().len():
        raise InputError(
            f"{file}: holds no exports free on board and no imports with freight; ask for those indicators"
        )
    dated = with_period(counted.with_columns(pl.lit(None, pl.String()).alias("goods")))
    columns = {"reporter": "reporter", "partner": "partner"}
    placed = in_time(dated, actor_times(actor_table), columns, "first", "last")
    return Placed(shaped_flows(placed.rows, COMPILER, file), placed.set_aside)
