"""World Development Indicators of the World Bank, version 2 of its interface.

The publisher answers with a JSON list of two: what page this is (``page``, ``pages``, ``per_page``, ``total``,
``lastupdated``), and the records, each with ``indicator``, ``country``, ``countryiso3code``, ``date`` and ``value``.

What the file is not:

- A wrong indicator is answered with status 200 and a list of one, which holds a message.
- One page may not be all; a file of which other pages are missing is refused.
- Some seventy of the countries are groups (the world, income groups); summed with the states they count all twice.
- A state is followed back to before it was one: values for a republic of a union, or a colony, are set aside here.
- ``date`` may be a year, a quarter or a month; years are read.

Source: World Bank, World Development Indicators, https://datatopics.worldbank.org/world-development-indicators/.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from khasan.ledger.errors import InputError
from khasan.sources.packaged import packaged
from khasan.sources.places import Placed, actor_times, in_time
from khasan.sources.publisher_files import check_for_doubled_rows, read_json
from khasan.sources.rows import year_span

COMPILER = "World Bank"
STATE_YEAR = ("actor", "year", "measure", "compiler", "unit", "value")
_SCHEMA = {
    "indicator": pl.String(),
    "code": pl.String(),
    "country": pl.String(),
    "year": pl.Int64(),
    "value": pl.Float64(),
}


def measures() -> pl.DataFrame:
    """Return what each indicator measures, from ``world_bank_measures.csv``.

    Returns
    -------
    DataFrame
        ``indicator``, ``measure``, ``unit``, and ``factor`` by which a value is multiplied to reach the unit.
    """
    return packaged("world_bank_measures.csv").with_columns(pl.col("factor").cast(pl.Float64()))


def read_world_bank(paths: Path | Sequence[Path]) -> pl.DataFrame:
    """Read all pages of an answer.

    Parameters
    ----------
    paths : Path or sequence of Path
        The JSON files, one a page, in any order; several indicators may be read together.

    Returns
    -------
    DataFrame
        ``indicator``, ``code`` (alpha-3, or the publisher's code of a group), ``country``, ``year`` and ``value`` (null
        where the publisher has none).

    Raises
    ------
    InputError
        For an error of the interface, a page that is missing, a date that is no year, and a record that stands twice.
    """
    frames: list[pl.DataFrame] = []
    held: set[tuple[str, int]] = set()
    wanted: dict[str, int] = {}
    for path in [paths] if isinstance(paths, Path) else paths:
        page, records = _answer(path)
        frame = pl.DataFrame([_row(path.name, record) for record in records], schema=_SCHEMA, orient="row")
        frames.append(frame)
        for indicator in frame["indicator"].unique():
            held.add((indicator, page["page"]))
            wanted[indicator] = max(page["pages"], wanted.get(indicator, 0))
    for indicator, pages in sorted(wanted.items()):
        missing = [number for number in range(1, pages + 1) if (indicator, number) not in held]
        if missing:
            raise InputError(f"{indicator}: page {missing[0]} of {pages} is missing; fetch every page of the answer")
    frame = pl.concat(frames) if frames else pl.DataFrame(schema=_SCHEMA)
    check_for_doubled_rows(frame, ("indicator", "code", "year"), "world-bank")
    return frame


def last_updated(path: Path) -> str | None:
    """Return the day of the version that a file holds (2024-05-30), or None where the publisher does not say."""
    answer = read_json(path)
    first = answer[0] if isinstance(answer, list) and answer else None
    found = first.get("lastupdated") if isinstance(first, dict) else None
    return found if isinstance(found, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", found) else None


def _answer(path: Path) -> tuple[dict[str, int], list[dict[str, Any]]]:
    """Return what page a file is, and its records."""
    answer = read_json(path)
    if isinstance(answer, list) and len(answer) == 1 and isinstance(answer[0], dict) and "message" in answer[0]:
        messages = answer[0]["message"]
        said = messages[0].get("value", "") if isinstance(messages, list) and messages else ""
        raise InputError(f"{path.name}: the World Bank answered: {str(said)[:160]}; check indicator and country")
    sound = (
        isinstance(answer, list)
        and len(answer) == 2
        and isinstance(answer[0], dict)
        and isinstance(answer[1], list)
        and all(isinstance(record, dict) for record in answer[1])
    )
    if not sound:
        raise InputError(f"{path.name}: not an answer of the indicators interface; fetch it again")
    try:
        page = {name: int(answer[0][name]) for name in ("page", "pages", "per_page", "total")}
    except (KeyError, TypeError, ValueError):
        raise InputError(f"{path.name}: does not say what page it is; fetch it again") from None
    expected = min(page["per_page"], page["total"] - (page["page"] - 1) * page["per_page"])
    if len(answer[1]) != expected:
        raise InputError(f"{path.name}: {len(answer[1]):,} of {expected:,} records; it was cut off, so fetch it again")
    return page, answer[1]


def _row(file: str, record: dict[str, Any]) -> tuple[Any, ...]:
    """Turn one record into a row."""
    try:
        indicator, country, date = record["indicator"]["id"], record["country"], str(record["date"])
        code = record.get("countryiso3code") or country["id"]
        name = country["value"]
    except (KeyError, TypeError):
        raise InputError(f"{file}: a record lacks indicator, country or date; fetch it again") from None
    if not (date.isdigit() and len(date) == 4):
        raise InputError(f"{file}, date: {date[:20]!r} is no year; ask for yearly values")
    value = record.get("value")
    if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float))):
        raise InputError(f"{file}, value: {str(value)[:40]!r} is no number; fetch it again")
    return str(indicator), str(code), str(name), int(date), None if value is None else float(value)


def state_years(frame: pl.DataFrame, actor_table: pl.DataFrame) -> Placed:
    """Map records to measures of actors by year.

    Parameters
    ----------
    frame : DataFrame
        As :func:`read_world_bank` returns it.
    actor_table : DataFrame
        Table ``actor``, typed or as text.

    Returns
    -------
    Placed
        ``rows``: ``actor``, ``year``, ``measure``, ``compiler``, ``unit`` and ``value`` (times the factor of its
        measure); missing values have no row. Groups, and states before they existed, are set aside.

    Raises
    ------
    InputError
        For an indicator whose measure and unit are not listed, and for a negative value of a measure that has none.
    """
    unknown = frame.filter(pl.col("indicator").is_in(measures()["indicator"].implode()).not_())
    if unknown.height:
        known = ", ".join(measures()["indicator"])
        raise InputError(f"world-bank: the measure of {unknown['indicator'][0]} is not listed; known are {known}")
    named = frame.drop_nulls("value").join(measures(), on="indicator", how="left", maintain_order="left")
    negative = named.filter(pl.col("value") < 0)
    if negative.height:
        row = negative.row(0, named=True)
        raise InputError(
            f"world-bank: {row['indicator']} of {row['code']} in {row['year']} is negative; the file is wrong here"
        )
    dated = named.with_columns(pl.col("code").alias("actor"), *year_span())
    placed = in_time(dated, actor_times(actor_table), {"actor": "code"}, "start", "end")
    rows = placed.rows.select(
        "actor",
        "year",
        "measure",
        pl.lit(COMPILER).alias("compiler"),
        "unit",
        (pl.col("value") * pl.col("factor")).round_sig_figs(15),
    )
    return Placed(rows.select(STATE_YEAR).sort("actor", "year", "measure"), placed.set_aside)
