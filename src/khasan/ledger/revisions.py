"""What differs between two states of one table or panel: rows added, withdrawn and revised.

Rows are told apart by a key. The order of rows, and numbers that are equal but for their last digits, are no
difference. Where a span reaches the end of the file in both states, its last day is that of the file and says nothing
of the world: a file that was carried on has revised nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

TOLERANCE = 1e-9
"""Difference, as a part of the larger of two numbers, under which they are equal."""

_NEVER = ("open", "_load")
"""Columns that say something of the file or of the load, not of the world."""

_MOST_SORTED = 100_000

_RUN = ("first_year", "last_year")


@dataclass(frozen=True, slots=True)
class RowChanges:
    """Rows of two states, told apart by a key.

    Attributes
    ----------
    added, withdrawn : DataFrame
        Rows whose key only the new, or only the old state has.
    revised : DataFrame
        Rows with one key and other cells: all columns of the new state, and those of the old with the ending ``_old``.
    keys, columns : tuple of str
        The key, and the columns that were compared.
    """

    added: pl.DataFrame
    withdrawn: pl.DataFrame
    revised: pl.DataFrame
    keys: tuple[str, ...]
    columns: tuple[str, ...]

    def __bool__(self) -> bool:
        """Whether there is any difference."""
        return bool(self.added.height or self.withdrawn.height or self.revised.height)

    def cells(self) -> Iterator[tuple[dict[str, Any], str, Any, Any]]:
        """Return each revised cell: its row, its column, the old and the new value."""
        flags = self.revised.select(_differs(self.revised, name).alias(name) for name in self.columns)
        for row, differs in zip(self.revised.iter_rows(named=True), flags.iter_rows(), strict=True):
            for name, moved in zip(self.columns, differs, strict=True):
                if moved:
                    yield row, name, row[f"{name}_old"], row[name]


def changes(
    old: pl.DataFrame, new: pl.DataFrame, keys: Sequence[str], counted: Sequence[str] = (), file: str = ""
) -> RowChanges:
    """Compare two states of a table or panel.

    Parameters
    ----------
    old, new : DataFrame
        Frames with the same columns; values are in the unit of their column.
    keys : sequence of str
        Columns that tell rows apart; an empty cell is a key like any other.
    counted : sequence of str
        Columns counted from other rows; they are kept and not compared.
    file : str
        Column of a panel that says of which file a row is; spans that reach the end of their file are then told apart
        from spans that ended.

    Returns
    -------
    RowChanges
        Sorted by the key; rows that came or went in great number stay in the order in which they were given.
    """
    compared = tuple(name for name in new.columns if name not in (*_NEVER, *keys, *counted))
    old_part, new_part = _apart(old, new, [*keys, *compared])
    joined = new_part.join(old_part, on=keys, how="inner", nulls_equal=True, suffix="_old")
    if file and "end" in compared:
        joined = _carried_on(joined, old, new, file)
    moved = pl.any_horizontal([_differs(joined, name) for name in compared] or [pl.lit(False)])
    return RowChanges(
        _in_order(new_part.join(old_part, on=keys, how="anti", nulls_equal=True), keys),
        _in_order(old_part.join(new_part, on=keys, how="anti", nulls_equal=True), keys),
        joined.filter(moved).sort(keys),
        tuple(keys),
        compared,
    )


def yearly_changes(
    old: pl.DataFrame, new: pl.DataFrame, identity: Sequence[str], span: tuple[str, str], kept: Sequence[str] = ()
) -> RowChanges:
    """Compare two states of a panel that holds spans of years of a yearly file, year by year.

    A year that leaves the middle of a span would look like a span cut short and another one added; here it is one year
    withdrawn. Years that follow each other and have changed alike are one row.

    Parameters
    ----------
    old, new : DataFrame
        Frames with the same columns.
    identity : sequence of str
        Columns that tell apart what the spans are of.
    span : tuple of str
        Columns of the first and of the last year (or day).
    kept : sequence of str
        Columns that are not compared.

    Returns
    -------
    RowChanges
        With ``first_year`` and ``last_year`` in the key instead of the span.
    """
    names = list(identity)
    compared = [name for name in old.columns if name not in (*_NEVER, *kept)]
    touched = pl.concat([part.select(names) for part in _apart(old, new, compared)]).unique()
    before, after = (_by_year(frame.join(touched, on=names, how="semi"), span) for frame in (old, new))
    found = changes(before, after, [*names, "year"], kept)
    return RowChanges(
        _runs(found.added, names),
        _runs(found.withdrawn, names),
        _runs(found.revised, names),
        (*names, *_RUN),
        found.columns,
    )


def _apart(old: pl.DataFrame, new: pl.DataFrame, columns: Sequence[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Leave out the rows that stand in both states, cell for cell.

    Rows are compared by a hash of 64 bits: that two rows of a panel differ and share one is less likely than one in a
    thousand million, and a join over all columns takes ten times as long.
    """
    hashes = [frame.select(columns).hash_rows() for frame in (old, new)]
    return old.filter(~hashes[0].is_in(hashes[1].implode())), new.filter(~hashes[1].is_in(hashes[0].implode()))


def _in_order(frame: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Sort rows by their key, where they are not so many that nobody will read them in order."""
    return frame.sort(keys) if frame.height <= _MOST_SORTED else frame


def _differs(frame: pl.DataFrame, name: str) -> pl.Expr:
    """Whether a column differs from what it was; a number only where it is not equal up to its last digits."""
    new, old = pl.col(name), pl.col(f"{name}_old")
    apart = new.ne_missing(old)
    if not frame.schema[name].is_float():
        return apart
    close = (new - old).abs() <= TOLERANCE * pl.max_horizontal(new.abs(), old.abs())
    return apart & ~close.fill_null(False)


def _carried_on(joined: pl.DataFrame, old: pl.DataFrame, new: pl.DataFrame, file: str) -> pl.DataFrame:
    """Set the old end of a span to its new one, where it reaches the end of the file in both states."""
    reaches = []
    for frame, ending in ((old, "_old"), (new, "")):
        last = f"_last{ending}"
        ends = frame.group_by(file).agg(pl.col("end").max().alias(last))
        joined = joined.join(ends, on=file, how="left", maintain_order="left")
        at_the_end = pl.col(f"end{ending}") == pl.col(last)
        reaches.append(at_the_end | pl.col(f"open{ending}") if "open" in frame.columns else at_the_end)
    both = pl.all_horizontal(reaches).fill_null(False)
    return joined.with_columns(pl.when(both).then("end").otherwise("end_old").alias("end_old"))


def _by_year(frame: pl.DataFrame, span: tuple[str, str]) -> pl.DataFrame:
    """Write each span as its years."""
    years = [pl.col(name).dt.year() if frame.schema[name] == pl.Date() else pl.col(name) for name in span]
    listed = frame.with_columns(pl.int_ranges(years[0].cast(pl.Int64), years[1].cast(pl.Int64) + 1).alias("year"))
    return listed.drop(*span, *_NEVER, strict=False).explode("year").unique(maintain_order=True)


def _runs(frame: pl.DataFrame, identity: list[str]) -> pl.DataFrame:
    """Join years that follow each other and are alike in all else into one row."""
    alike = [name for name in frame.columns if name != "year"]
    ordered = frame.sort(*identity, "year")
    fresh = pl.any_horizontal(
        [pl.col(name).ne_missing(pl.col(name).shift(1)) for name in alike]
        + [pl.col("year").ne_missing(pl.col("year").shift(1) + 1)]
    )
    runs = ordered.with_columns(fresh.cum_sum().alias("_run")).group_by("_run", maintain_order=True)
    ends = [pl.col("year").first().alias(_RUN[0]), pl.col("year").last().alias(_RUN[1])]
    return runs.agg(*(pl.col(name).first() for name in alike), *ends).drop("_run")
