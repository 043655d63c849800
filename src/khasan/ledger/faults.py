"""Faults of a table: what no row may be, and the error for the first row that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from khasan.ledger.errors import at_cell


@dataclass(frozen=True, slots=True)
class Fault:
    """A condition that no row of a column may meet, and what to say of the first that does."""

    column: str
    bad: pl.Expr
    problem: str


def raise_first(table: str, frame: pl.DataFrame, faults: Sequence[Fault]) -> None:
    """Raise for the first fault that any row meets; ``{}`` in its problem is the cell.

    All conditions are counted in one pass, since a load asks hundreds of them and nearly all hold.
    """
    if not faults or not frame.height:
        return
    counts = frame.select(fault.bad.fill_null(False).sum().alias(str(place)) for place, fault in enumerate(faults)).row(
        0
    )
    for fault, count in zip(faults, counts, strict=True):
        if count:
            hit = frame.filter(fault.bad.fill_null(False)).select("_row", pl.col(fault.column).cast(pl.String))
            row, cell = hit.row(0)
            shown = cell if cell is None or len(cell) <= 60 else cell[:57] + "..."
            raise at_cell(f"{table}.csv", row, fault.column, fault.problem.replace("{}", repr(shown)))


def raise_fault(table: str, frame: pl.DataFrame, column: str, bad: pl.Expr, problem: str) -> None:
    """Refuse the first row with one fault."""
    raise_first(table, frame, [Fault(column, bad, problem)])
