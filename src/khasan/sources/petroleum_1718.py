"""Refined petroleum notified to the 1718 Committee of the Security Council, by supplier and month.

The committee's page has a table a year. A row is a month; the quantities of each member state stand beside it, in
tonnes, barrels or both, either one row a supplier or one column a supplier. A CSV of the same columns is read too.
Headings are found by their words (:mod:`khasan.sources.petroleum_headings`), in any order.

What the table is not:

- A month without a notification is missing, not 0. Only a written 0 or a report of nothing is 0.
- It is what suppliers notified, not what was delivered.
- The committee turns tonnes into barrels by one factor for all products; where both stand, barrels are used, in which
  the yearly limit is written.
- Numbers of past months are changed later without a word; keep the versions.
- Totals and running totals stand in the same table; they are checked against the suppliers and not read as deliveries.

Source: S/RES/2397 (2017), paragraph 5.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from khasan.ledger.errors import InputError
from khasan.sources.page_tables import PageTable, page_tables
from khasan.sources.petroleum_headings import headings_of, unit_named, words
from khasan.sources.places import Placed, actor_names, actor_times, all_set_aside, in_time, set_aside
from khasan.sources.publisher_files import check_for_doubled_rows, text_of
from khasan.sources.rows import observations, row_id

COMPILER = "1718 Committee"
TOLERANCE = 0.01
"""How far a printed total may be from the sum of the suppliers, as a share of it."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SCHEMA = {
    "supplier": pl.String(),
    "year": pl.Int64(),
    "month": pl.Int64(),
    "barrels": pl.Float64(),
    "tonnes": pl.Float64(),
    "adds_up": pl.Boolean(),
}
_NUMBER = re.compile(r"^(\d{1,3}(?:[ ,]\d{3})+|\d+)(\.\d+)?$")


def read_petroleum_1718(path: Path) -> pl.DataFrame:
    """Read the page, or a CSV of the same columns.

    Returns
    -------
    DataFrame
        ``supplier`` (as printed), ``year``, ``month``, ``barrels``, ``tonnes`` (null where not printed; a row has at
        least one) and ``adds_up``: whether the suppliers of the month add up to the printed total (null where none is).

    Raises
    ------
    InputError
        For a page without such a table, a month or quantity that is none, a negative quantity, and a supplier that
        stands twice in a month.
    """
    if path.suffix.lower() in (".html", ".htm"):
        tables = [table for table in page_tables(path) if headings_of(table.rows[0]) is not None]
        if not tables:
            raise InputError(
                f"{path.name}: no table has months and quantities; the page has changed, or is another one"
            )
    else:
        text = text_of(path)
        if text.lstrip()[:1] == "<":
            raise InputError(f"{path.name}: a page, not a table; save it with the ending .html")
        grid = [row for row in csv.reader(io.StringIO(text, newline="")) if any(cell.strip() for cell in row)]
        tables = [PageTable("", [[cell.strip() for cell in row] for row in grid])]
        _check_csv(path.name, tables[0])
    rows = [row for table in tables for row in _rows(path.name, table)]
    frame = pl.DataFrame(rows, schema=_SCHEMA, orient="row")
    check_for_doubled_rows(frame, ("supplier", "year", "month"), path.name)
    return frame.sort("year", "month", "supplier")


def _check_csv(file: str, table: PageTable) -> None:
    """Refuse a CSV whose header says too little, or whose rows have other numbers of cells."""
    if headings_of(table.rows[0]) is None:
        other = ";" if ";" in ",".join(table.rows[0]) else None
        hint = (
            "cells are separated by a semicolon, not a comma"
            if other
            else "name the columns month, member state, barrels"
        )
        raise InputError(f"{file}, row 1: no column of months and quantities ({', '.join(table.rows[0])[:80]}); {hint}")
    for number, row in enumerate(table.rows[1:], start=2):
        if len(row) != len(table.rows[0]):
            raise InputError(
                f"{file}, row {number}: {len(row)} cells where {len(table.rows[0])} are expected; "
                "the file was cut off, or a number holds a comma without quotes"
            )


def _rows(file: str, table: PageTable) -> list[tuple[Any, ...]]:
    """Read the rows of one table."""
    headings = headings_of(table.rows[0])
    assert headings is not None
    usual = unit_named(table.before)
    title = re.findall(r"\b(20\d\d)\b", table.before)
    found: dict[tuple[int, int], dict[str, dict[str, float]]] = {}
    totals: dict[tuple[int, int], dict[str, float]] = {}
    for cells in table.rows[1:]:
        if len(cells) < len(headings):
            cells = [*cells, *[""] * (len(headings) - len(cells))]  # noqa: PLW2901  (a short row of a page ends empty)
        named = dict(zip([heading.role for heading in headings], cells, strict=False))
        if _is_total(named["period"]):
            continue
        month = _month(file, named["period"], named.get("year") or (title[-1] if title else ""))
        for heading, cell in zip(headings, cells, strict=False):
            if heading.role not in ("quantity", "barrels", "tonnes", "total"):
                continue
            unit = heading.unit or words().get(named.get("unit", "").lower().strip()) or unit_named(cell) or usual
            value = _quantity(file, cell)
            if value is None:
                continue
            if unit not in ("barrels", "tonnes"):
                raise InputError(
                    f"{file}: {cell!r} in {month[0]}-{month[1]:02} has no unit; name tonnes or barrels in the heading"
                )
            supplier = heading.supplier or named.get("supplier", "")
            if heading.role == "total" or _is_total(supplier):
                totals.setdefault(month, {})[unit] = value
            else:
                held = found.setdefault(month, {}).setdefault(supplier, {})
                if unit in held:
                    raise InputError(f"{file}: {supplier} stands twice in {month[0]}-{month[1]:02}; keep one")
                held[unit] = value
    return [
        (supplier, *month, units.get("barrels"), units.get("tonnes"), _adds_up(suppliers, totals.get(month, {})))
        for month, suppliers in found.items()
        for supplier, units in suppliers.items()
    ]


def _is_total(text: str) -> bool:
    """Whether a cell names a total and no month or supplier."""
    return text.lower().strip(" *:").startswith(("total", "aggregate", "cumulative", "grand total"))


def _adds_up(suppliers: Mapping[str, Mapping[str, float]], totals: Mapping[str, float]) -> bool | None:
    """Whether the suppliers of a month add up to its printed total; None where no total in their unit is printed."""
    said = None
    for unit, total in totals.items():
        values = [units[unit] for units in suppliers.values() if unit in units]
        if len(values) == len(suppliers):
            said = said is not False and abs(sum(values) - total) <= TOLERANCE * max(total, 1.0)
    return said


def _month(file: str, cell: str, year: str) -> tuple[int, int]:
    """Read a month such as January 2018, Jan-18, 2018-01 or, under a heading with a year, January.

    Raises
    ------
    InputError
        With the cell that is no month.
    """
    text = cell.lower().strip(" *.")
    numeric = re.fullmatch(r"(20\d\d)[-/.](\d{1,2})", text)
    if numeric and 1 <= int(numeric[2]) <= 12:
        return int(numeric[1]), int(numeric[2])
    named = re.fullmatch(r"([a-z]{3,9})\.?[\s,'’-]*(20\d\d|\d\d)?", text)
    if named and named[1][:3] in _MONTHS:
        found = named[2] or year
        if re.fullmatch(r"(20)?\d\d", found):
            return int(found) if len(found) == 4 else 2000 + int(found), _MONTHS.index(named[1][:3]) + 1
        raise InputError(f"{file}: {cell!r} has no year, and none stands before the table; add it")
    raise InputError(f"{file}: {cell[:40]!r} is no month, such as January 2018; the table has changed")


def _quantity(file: str, cell: str) -> float | None:
    """Read a quantity; None where nothing was notified.

    Raises
    ------
    InputError
        With the cell that is no quantity.
    """
    plain = re.sub(r"\*+$", "", cell.strip()).strip()
    word = words().get(plain.lower())
    if not plain or word == "missing":
        return None
    if word == "zero":
        return 0.0
    number = re.sub(r"\s+(?=\D)[a-zA-Z ]+$", "", plain)
    found = _NUMBER.fullmatch(number.replace("\u00a0", " "))
    if found is None:
        raise InputError(f"{file}: {cell[:40]!r} is no quantity, or a negative one; the table has changed")
    return float(re.sub(r"[ ,]", "", found[1]) + (found[2] or ""))


def observation_rows(
    frame: pl.DataFrame, actor_table: pl.DataFrame, client: str, source: str, credibility: int = 2
) -> Placed:
    """Make rows of the series ``refined_petroleum_import``, one a supplier and month.

    Parameters
    ----------
    frame : DataFrame
        As :func:`read_petroleum_1718` returns it.
    actor_table : DataFrame
        Table ``actor``, typed or as text; a supplier is found by its name or an alias.
    client : str
        Actor to which the deliveries go.
    source : str
        Id of the source.
    credibility : int
        Digit of the rows; 4 where the suppliers do not add up to the printed total.

    Returns
    -------
    Placed
        ``rows`` in barrels, or in tonnes where no barrels are printed. Suppliers whose name is not known are set aside.
    """
    names = actor_names(actor_table)
    joined = frame.with_columns(pl.col("supplier").str.to_lowercase().alias("name")).join(names, on="name", how="left")
    nobody = joined.filter(pl.col("actor").is_null()).select(
        pl.col("supplier").alias("code"), pl.lit("not a name of an actor of this ledger").alias("reason")
    )
    dated = joined.drop_nulls("actor").with_columns(
        pl.date("year", "month", 1).alias("start"), pl.date("year", "month", 1).dt.month_end().alias("end")
    )
    placed = in_time(dated, actor_times(actor_table), {"actor": "supplier"}, "start", "end")
    wrong = pl.col("adds_up").fill_null(True).not_()
    rows = placed.rows.select(
        row_id("petroleum-1718", pl.col("start").dt.to_string("%Y-%m"), pl.col("actor")).alias("id"),
        pl.col("actor").alias("from_actor"),
        pl.lit(client).alias("to_actor"),
        "start",
        "end",
        pl.coalesce("barrels", "tonnes").alias("value"),
        pl.when(pl.col("barrels").is_null()).then(pl.lit("tonnes")).otherwise(pl.lit("barrels")).alias("unit"),
        pl.when(wrong).then(4).otherwise(credibility).alias("credibility"),
        pl.when(wrong).then(pl.lit("suppliers do not add up to the printed total of the month")).alias("note"),
    )
    made = observations(
        rows,
        series="refined_petroleum_import",
        compiler=COMPILER,
        basis="reported",
        origin="un-1718",
        source=source,
    )
    return Placed(made.sort("id"), all_set_aside(set_aside(nobody), placed.set_aside))
