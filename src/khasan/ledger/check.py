"""Check every value on the way in; each check is one function that names file, row and column.

The checks take tables as text (see :mod:`khasan.ledger.read`) and give back typed tables, or raise one
:class:`~khasan.ledger.errors.InputError` for the first row that fails.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from khasan.ledger.errors import InputError, at_cell
from khasan.ledger.faults import Fault, raise_fault, raise_first
from khasan.ledger.periods import last_day
from khasan.ledger.schema import Column, columns, empty_frame, has_id

CONTROL = r"[\x00-\x1f\x7f-\x9f\u2028\u2029]"
"""Characters that no cell may hold."""

_PATTERNS: Mapping[str, tuple[str, str]] = {
    "id": (r"^[a-z0-9][a-z0-9-]*$", "use lower case letters, digits and dashes"),
    "name": (r"^[a-z0-9][a-z0-9_-]*$", "use lower case letters, digits, dashes and underscores"),
    "code": (r"^[A-Z0-9][A-Za-z0-9:+-]*$", "use an ISO alpha-3 code in capital letters"),
    "number": (
        r"^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$",
        "write a number with a point and without thousands separators",
    ),
    "integer": (r"^-?[0-9]+$", "write a whole number"),
    "date": (r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "write a date such as 2017-08-05"),
    "partial_date": (
        r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$",
        "write a date, a month or a year such as 2017-08-05, 2017-08 or 2017",
    ),
}

_ORDERED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "actor": (("valid_from", "valid_to"),),
    "observation": (("start", "end"), ("low", "high"), ("low", "value"), ("value", "high")),
    "restriction": (("date", "until"),),
    "coverage": (("start", "end"),),
    "claim": (("start", "end"),),
}
"""Pairs of columns of which the first may not exceed the second."""


def check_casebook(
    raw: Mapping[str, pl.DataFrame], known: Mapping[str, pl.DataFrame] | None = None
) -> dict[str, pl.DataFrame]:
    """Check all tables of a casebook and give them their types.

    Parameters
    ----------
    raw : mapping of str to DataFrame
        Tables as text, with ``_row``.
    known : mapping of str to DataFrame, optional
        Tables that the ledger holds already; references may point into them.

    Returns
    -------
    dict of str to DataFrame
        Typed tables without ``_row``.

    Raises
    ------
    InputError
        For the first cell that is wrong, naming file, row and column.
    """
    known = known or {}
    typed = {table: check_table(table, frame) for table, frame in raw.items()}
    for table, frame in typed.items():
        for column in columns(table):
            if column.references is not None:
                check_for_unknown_references(table, frame, column, typed, known)
    if "observation" in typed:
        check_for_units_of_series(typed, known)
        check_for_actors_out_of_time(typed, known)
    return {table: frame.drop("_row") for table, frame in typed.items()}


def check_table(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Check one table of text, cell by cell and row by row, and give it its types (``_row`` stays)."""
    present = [column for column in columns(table) if column.name in frame.columns]
    checks = (check_for_unsafe_text, check_for_missing_values, check_for_wrong_words)
    raise_first(table, frame, [fault for column in present for check in checks for fault in check(column)])
    typed = cast_columns(table, frame)
    check_for_duplicate_ids(table, frame)
    check_for_disorder(table, typed)
    return typed


def check_held(tables: Mapping[str, pl.DataFrame]) -> None:
    """Check the tables of a ledger file, which may be a stranger's, as a load would have checked them.

    An origin need not be listed, since one casebook may list origins and another not.

    Raises
    ------
    InputError
        For the first cell that no load would have let in.
    """
    text = {
        name: frame.select(pl.all().cast(pl.String)).with_row_index("_row", offset=1) for name, frame in tables.items()
    }
    typed = {
        name: check_table(name, frame.with_columns(pl.col("_row").cast(pl.Int64()))) for name, frame in text.items()
    }
    for table, frame in typed.items():
        for column in columns(table):
            if column.references is not None and column.references[0] != "origin":
                check_for_unknown_references(table, frame, column, typed, {})


def check_for_unsafe_text(column: Column) -> list[Fault]:
    """Refuse control characters, and text that a spreadsheet would run as a formula."""
    cell = pl.col(column.name)
    faults = [
        Fault(
            column.name,
            cell.str.contains(CONTROL),
            "{} holds a tab, a line break or another control character; remove it",
        )
    ]
    if column.type in ("text", "list", "units", "id", "name", "code"):
        formula = "{} starts with a character that a spreadsheet reads as a formula (= + - @); reword it"
        faults.append(Fault(column.name, cell.str.contains("^[=@+-]"), formula))
    return faults


def check_for_missing_values(column: Column) -> list[Fault]:
    """Refuse an empty cell in a required column."""
    if not column.required:
        return []
    return [Fault(column.name, pl.col(column.name).is_null(), f"empty; {column.description.lower()} is required")]


def check_for_wrong_words(column: Column) -> list[Fault]:
    """Refuse cells that break the pattern of their type or are not among the allowed words."""
    cell = pl.col(column.name)
    if column.allowed:
        words = list(column.allowed)
        among = "{} is not among " + ", ".join(words)
        if column.is_list:
            inside = pl.element().str.strip_chars().is_in(words)
            return [Fault(column.name, cell.str.split(";").list.eval(inside.not_()).list.any(), among)]
        return [Fault(column.name, cell.is_in(words).not_(), among)]
    pattern = _PATTERNS.get(column.type)
    return (
        [Fault(column.name, cell.str.contains(pattern[0]).not_(), "{} is not valid; " + pattern[1])] if pattern else []
    )


def cast_columns(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Give the columns of a table their types, adding absent optional ones as empty.

    Raises
    ------
    InputError
        For a day that does not exist and for a number out of range.
    """
    casts: dict[str, pl.Expr] = {}
    faults: list[Fault] = []
    for column in columns(table):
        cell = pl.col(column.name)
        if column.name not in frame.columns:
            casts[column.name] = pl.lit(None, dtype=column.polars)
        elif column.type == "date":
            casts[column.name] = cell.str.to_date("%Y-%m-%d", strict=False)
        else:
            casts[column.name] = cell.cast(column.polars, strict=False)
        if column.name in frame.columns and column.polars != pl.String():
            failed = casts[column.name].is_null() & cell.is_not_null()
            if column.type == "number":
                failed = failed | casts[column.name].is_infinite()
            faults.append(Fault(column.name, failed, f"{{}} is not a valid {column.type}"))
        if column.type == "partial_date" and column.name in frame.columns:
            _check_partial_dates(table, frame, column.name)
    raise_first(table, frame, faults)
    return frame.select("_row", **casts)


def _check_partial_dates(table: str, frame: pl.DataFrame, name: str) -> None:
    """Refuse a year, month or day that does not exist."""
    for row, text in frame.select("_row", name).unique(name).sort("_row").rows():
        try:
            if text is not None:
                last_day(text)
        except ValueError as error:
            raise at_cell(f"{table}.csv", row, name, str(error)) from None


def check_for_duplicate_ids(table: str, frame: pl.DataFrame) -> None:
    """Refuse an id that is used twice in its table."""
    if has_id(table) and "id" in frame.columns:
        raise_fault(
            table,
            frame,
            "id",
            pl.col("id").is_first_distinct().not_(),
            "{} is used twice; ids are unique in their table",
        )


def check_for_disorder(table: str, frame: pl.DataFrame) -> None:
    """Refuse a period that ends before it starts, and a value outside its own interval."""
    for first, second in _ORDERED.get(table, ()):
        raise_fault(
            table, frame, second, pl.col(first) > pl.col(second), f"{{}} is below {first}; put the two in order"
        )


def check_for_unknown_references(
    table: str,
    frame: pl.DataFrame,
    column: Column,
    tables: Mapping[str, pl.DataFrame],
    known: Mapping[str, pl.DataFrame],
) -> None:
    """Refuse an actor, series, unit, channel, origin or source that no table lists."""
    assert column.references is not None
    target, key = column.references
    listed = {value for place in (tables, known) if target in place for value in place[target].get_column(key)}
    if target == "origin" and "origin" not in tables:
        return  # where the table is absent an origin is just its id
    cell = pl.col(column.name)
    if column.is_list:
        parts = frame.select("_row", cell.str.split(";")).explode(column.name).with_columns(cell.str.strip_chars())
        raise_fault(
            table,
            parts,
            column.name,
            cell.is_in(list(listed)).not_(),
            f"{{}} is not in {target}.csv; add it there or correct it",
        )
    else:
        raise_fault(
            table,
            frame,
            column.name,
            cell.is_in(list(listed)).not_(),
            f"{{}} is not in {target}.csv; add it there or correct it",
        )


def check_for_units_of_series(tables: Mapping[str, pl.DataFrame], known: Mapping[str, pl.DataFrame]) -> None:
    """Refuse an observation in a unit of another dimension than its series allows."""
    series = together("series", tables, known).select("id", allowed=pl.col("unit").str.split(";"))
    units = together("unit", tables, known).select(unit="id", dimension="dimension")
    allowed = (
        series.explode("allowed")
        .with_columns(pl.col("allowed").str.strip_chars())
        .join(units, left_on="allowed", right_on="unit", how="left")
        .group_by("id")
        .agg(dimensions=pl.col("dimension"))
    )
    frame = (
        tables["observation"]
        .join(units, on="unit", how="left")
        .join(allowed, left_on="series", right_on="id", how="left")
        .sort("_row")
    )
    bad = pl.col("dimension").is_in(pl.col("dimensions")).not_()
    raise_fault(
        "observation",
        frame,
        "unit",
        bad,
        "{} does not measure what the series counts; use a unit that series.csv lists",
    )


def check_for_actors_out_of_time(tables: Mapping[str, pl.DataFrame], known: Mapping[str, pl.DataFrame]) -> None:
    """Refuse an observation whose period lies wholly outside the life of an actor."""
    actors = together("actor", tables, known).select("id", "valid_from", "valid_to")
    for column in ("from_actor", "to_actor"):
        frame = tables["observation"].join(actors, left_on=column, right_on="id", how="left").sort("_row")
        bad = (pl.col("valid_to") < pl.col("start")) | (pl.col("valid_from") > pl.col("end"))
        raise_fault(
            "observation", frame, column, bad, "{} did not exist in the period; name its predecessor or successor"
        )


def together(table: str, tables: Mapping[str, pl.DataFrame], known: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return the rows of a table in the load and in the ledger; the load wins where both hold an id."""
    key = columns(table)[0].name
    parts = [place[table].select(empty_frame(table).columns) for place in (tables, known) if table in place]
    return pl.concat([empty_frame(table), *parts]).unique(key, keep="first", maintain_order=True)


def check_for_a_table(tables: Mapping[str, pl.DataFrame], folder: str) -> None:
    """Refuse a package that holds no table at all."""
    if not tables:
        raise InputError(f"{folder}: the package lists no table; see the schema for the tables of a casebook")
