"""Trade by partner and commodity from UN Comtrade (United Nations Statistics Division), version 1 of its interface.

The publisher answers with one JSON object: ``count`` and ``data``, a list of records with ``period`` (2010 or 201005),
``reporterCode``, ``partnerCode`` (area numbers, see ``m49.csv``), ``flowCode``, ``cmdCode`` (a code of the Harmonized
System, or TOTAL) and ``primaryValue`` in US dollars: free on board for exports (``fobvalue``), with insurance and
freight for imports (``cifvalue``).

What the file is not:

- An answer that has as many rows as may be sent was cut off without a word, so it is refused. 500 rows are sent
  without a key, 100,000 with one.
- Exports hold re-exports, imports hold re-imports; the records of flow RX and RM are parts of X and M, not more of it.
- A record may be one by customs procedure, mode of transport or second partner; only totals are read.
- Area numbers are not quite those of ISO, and some are no state: 490 is Asia where no state is named.
- Partner 0 is the world: a total, no flow.
- What a reporter did not send is missing, not 0; some values are the compiler's estimate (``isReported`` false).

Source: United Nations Statistics Division, International Merchandise Trade Statistics, Concepts and Definitions 2010.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

import polars as pl

from khasan.ledger.errors import InputError
from khasan.sources.packaged import packaged
from khasan.sources.places import Placed, actor_times, all_set_aside, in_time, name_areas
from khasan.sources.publisher_files import check_for_doubled_rows, read_json
from khasan.sources.trade_rows import shaped_flows, with_period

COMPILER = "UN Comtrade"
CAPS = (500, 100_000, 250_000)
"""Rows that an answer may have, by kind of access; one that has just as many was cut off."""

MOST_PERIODS = 12
"""Periods that one request may name."""

GOODS_IN_LEVEL: Mapping[str, int] = {"AG2": 99, "AG4": 1300, "AG6": 7000}
"""Codes that a level of the Harmonized System can bring at most, over all its versions."""

AREAS = 320
"""Areas that ``all`` reporters or partners can be at most."""

_SCHEMA = {
    "year": pl.Int64(),
    "month": pl.Int64(),
    "reporter": pl.Int64(),
    "partner": pl.Int64(),
    "flow": pl.String(),
    "goods": pl.String(),
    "value": pl.Float64(),
    "cif": pl.Float64(),
    "fob": pl.Float64(),
    "net_weight": pl.Float64(),
    "reported": pl.Boolean(),
}
_KEY = ("year", "month", "reporter", "partner", "flow", "goods")


def flow_codes() -> pl.DataFrame:
    """Return the codes of flows: ``code``, ``direction`` (import or export of the reporter) and ``counted``."""
    return packaged("comtrade_flows.csv").with_columns(pl.col("counted").eq_missing("yes"))


def requests(parameters: Mapping[str, str], cap: int) -> Iterator[dict[str, str]]:
    """Cut a question into requests that stay within the rows of an answer.

    Parameters
    ----------
    parameters : mapping of str to str
        ``reporter``, ``partner``, ``period``, ``goods`` and ``flow``, each with one or more codes joined by commas;
        goods may be a level (AG2, AG4, AG6).
    cap : int
        Rows that an answer may have.

    Notes
    -----
    ``all`` in the place of reporter or partner means every area, at most :data:`AREAS`.

    Yields
    ------
    dict of str to str
        Parameters of one request each; together they ask for everything once.

    Raises
    ------
    InputError
        Where even one reporter, partner and period can bring as many rows as the cap.
    """
    asked = {name: codes.split(",") for name, codes in parameters.items()}
    everyone = [AREAS for side in ("reporter", "partner") if asked.get(side) == ["all"]]
    flows = len(asked.get("flow", ["X", "M"]))
    goods = sum(GOODS_IN_LEVEL.get(code, 1) for code in asked.get("goods", ["TOTAL"]))
    least = prod([flows, goods, *everyone])
    if least >= cap:
        raise InputError(
            f"comtrade: {goods:,} goods in {flows} flows can bring {least:,} rows for one period, and an answer has "
            f"{cap:,} at most; ask for fewer goods or partners, or use a key"
        )
    periods = asked.get("period", [])
    partners = asked.get("partner", [])
    at_once = (cap - 1) // least
    periods_at_once = max(1, min(MOST_PERIODS, len(periods), at_once))
    partners_at_once = max(1, at_once // periods_at_once)
    for reporter, some_periods, some_partners in product(
        asked.get("reporter", []), _groups(periods, periods_at_once), _groups(partners, partners_at_once)
    ):
        one = {"reporter": reporter, "period": ",".join(some_periods), "partner": ",".join(some_partners)}
        yield {**parameters, **one}


def _groups(codes: Sequence[str], size: int) -> list[Sequence[str]]:
    """Cut a list into groups of a size."""
    return [codes[place : place + size] for place in range(0, len(codes), size)]


def read_comtrade(path: Path, *, cap: int | None = None) -> pl.DataFrame:
    """Read one answer of the interface.

    Parameters
    ----------
    path : Path
        The JSON file.
    cap : int, optional
        Rows that the answer could have; the caps of every kind of access where not given.

    Returns
    -------
    DataFrame
        ``year``, ``month`` (null for a year), ``reporter``, ``partner`` (area numbers), ``flow``, ``goods`` (null for
        all goods), ``value``, ``cif``, ``fob`` (US dollars), ``net_weight`` (kilograms) and ``reported``; totals over
        customs procedures, modes of transport and second partners only.

    Raises
    ------
    InputError
        For an answer that was cut off, lacks a field, holds an unknown flow, a negative value or a record twice.
    """
    answer = read_json(path)
    records = _records(path.name, answer)
    if len(records) in ((cap,) if cap is not None else CAPS):
        raise InputError(
            f"{path.name}: has {len(records):,} rows, as many as an answer may have, so it was cut off; ask for fewer "
            "partners, periods or goods at once"
        )
    totals = [record for record in records if _is_total(record)]
    if records and not totals:
        raise InputError(
            f"{path.name}: holds only parts by customs procedure, transport or second partner; ask for the totals "
            "(customsCode=C00, motCode=0, partner2Code=0)"
        )
    frame = pl.DataFrame([_row(path.name, record) for record in totals], schema=_SCHEMA, orient="row")
    unknown = frame.filter(pl.col("flow").is_in(flow_codes()["code"].implode()).not_())
    if unknown.height:
        known = ", ".join(flow_codes()["code"])
        raise InputError(f"{path.name}, flowCode: {unknown['flow'][0]!r} is not among {known}; fetch it again")
    negative = frame.filter(pl.min_horizontal("value", "cif", "fob") < 0)
    if negative.height:
        row = negative.row(0, named=True)
        raise InputError(
            f"{path.name}: a negative value, reporter {row['reporter']}, partner {row['partner']}, {row['year']}; "
            "the file is wrong here"
        )
    check_for_doubled_rows(frame, _KEY, path.name)
    return frame


def _records(file: str, answer: Any) -> list[dict[str, Any]]:
    """Return the records of an answer, unless it is an error or says another number of them."""
    if not isinstance(answer, dict) or not isinstance(answer.get("data"), list):
        said = ""
        if isinstance(answer, dict):
            said = str(answer.get("error") or answer.get("message") or "")[:120]
        raise InputError(f"{file}: not an answer with data{f' ({said})' if said else ''}; fetch it again")
    records: list[dict[str, Any]] = answer["data"]
    count = answer.get("count")
    if isinstance(count, int) and count > len(records):
        raise InputError(f"{file}: {len(records):,} of {count:,} rows; it was cut off, so ask for less at once")
    if not all(isinstance(record, dict) for record in records):
        raise InputError(f"{file}: a record is no object; fetch it again")
    return records


def _is_total(record: Mapping[str, Any]) -> bool:
    """Whether a record is the total over second partners, customs procedures and modes of transport."""
    return (
        record.get("partner2Code") in (None, 0)
        and record.get("customsCode") in (None, "C00")
        and record.get("motCode") in (None, 0)
    )


def _row(file: str, record: Mapping[str, Any]) -> tuple[Any, ...]:
    """Turn one record into a row."""

    def field(name: str) -> Any:
        """Return a field that must be there."""
        if record.get(name) is None:
            raise InputError(f"{file}, {name}: missing in a record; fetch it again")
        return record[name]

    def number(name: str, value: Any) -> float | None:
        """Return a number or None; anything else is refused."""
        if value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)):
            return None if value is None else float(value)
        raise InputError(f"{file}, {name}: {str(value)[:40]!r} is no number; fetch it again")

    def code(name: str) -> int:
        """Return an area number."""
        text = str(field(name))
        if not text.isdigit():
            raise InputError(f"{file}, {name}: {text[:40]!r} is no area number; fetch it again")
        return int(text)

    period = str(field("period"))
    if not period.isdigit() or len(period) not in (4, 6) or (len(period) == 6 and not 1 <= int(period[4:]) <= 12):
        raise InputError(f"{file}, period: {period[:40]!r} is no year or month; fetch it again")
    goods = str(field("cmdCode"))
    reported = record.get("isReported")
    return (
        int(period[:4]),
        int(period[4:]) if len(period) == 6 else None,
        code("reporterCode"),
        code("partnerCode"),
        str(field("flowCode")),
        None if goods == "TOTAL" else goods,
        number("primaryValue", record.get("primaryValue")),
        number("cifvalue", record.get("cifvalue")),
        number("fobvalue", record.get("fobvalue")),
        number("netWgt", record.get("netWgt")),
        reported if isinstance(reported, bool) else None,
    )


def trade_flows(frame: pl.DataFrame, actor_table: pl.DataFrame, file: str = "comtrade") -> Placed:
    """Map records to flows between actors, as both sides report them.

    Parameters
    ----------
    frame : DataFrame
        As :func:`read_comtrade` returns it.
    actor_table : DataFrame
        Table ``actor``, typed or as text.
    file : str
        Name for errors.

    Returns
    -------
    Placed
        ``rows`` in the shape of :data:`khasan.sources.trade_rows.TRADE_FLOW` (value = primaryValue / 10^6, USD
        million); missing values have no row. ``set_aside`` counts areas that are no actor, and the world.
    """
    flows = frame.join(flow_codes(), left_on="flow", right_on="code", how="inner").filter(pl.col("counted"))
    numbered = flows.drop_nulls("value").rename({"reporter": "_reporter", "partner": "_partner"})
    named = name_areas(numbered, "_reporter", "reporter")
    both = name_areas(named.rows, "_partner", "partner")
    columns = {"reporter": "_reporter", "partner": "_partner"}
    placed = in_time(with_period(both.rows), actor_times(actor_table), columns, "first", "last")
    away = all_set_aside(named.set_aside, both.set_aside, placed.set_aside)
    return Placed(shaped_flows(placed.rows, COMPILER, file), away)
