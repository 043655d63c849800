"""What a data set becomes: panels, and the number of its rows that belong to no actor of their time.

Here are also the checks and names that all files of pairs need (columns ``ccode1`` and ``ccode2``); both codes are
named by :func:`khasan.sources.actors.name_yearly`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from khasan.ledger.errors import InputError
from khasan.sources.actors import name_yearly


@dataclass(frozen=True, slots=True)
class Mapped:
    """Panels made of a data set, and the number of rows that were set aside."""

    panels: Mapping[str, pl.DataFrame]
    set_aside: int = 0


def check_for_one_state(frame: pl.DataFrame) -> None:
    """Refuse a file that pairs a state with itself (columns ``ccode1`` and ``ccode2``).

    Raises
    ------
    InputError
        Naming the code and the data row.
    """
    alone = (frame.get_column("ccode1") == frame.get_column("ccode2")).fill_null(False)
    if alone.any():
        row = int(alone.arg_true()[0])
        raise InputError(
            f"columns ccode1 and ccode2: both {frame.item(row, 'ccode1')} in data row {row + 1}; a pair is two states "
            f"({int(alone.sum())} such rows)"
        )


def check_orders_agree(frame: pl.DataFrame, keys: list[str], values: list[str]) -> None:
    """Refuse a file that lists a pair in both orders with different values, where order carries no meaning.

    Parameters
    ----------
    frame : DataFrame
        ``ccode1`` and ``ccode2``, the keys and the values.
    keys : list of str
        Columns that name a row beside its pair.
    values : list of str
        Columns that must be the same in both orders.
    """
    numbered = frame.select("ccode1", "ccode2", *keys, *values).with_row_index("_row")
    first = numbered.filter(pl.col("ccode1") < pl.col("ccode2"))
    second = numbered.filter(pl.col("ccode1") > pl.col("ccode2")).rename({"ccode1": "ccode2", "ccode2": "ccode1"})
    both = first.join(second, on=["ccode1", "ccode2", *keys], suffix="_other")
    for value in values:
        differ = both.filter(pl.col(value).ne_missing(pl.col(f"{value}_other")))
        if differ.height:
            row = differ.sort("_row").row(0, named=True)
            raise InputError(
                f"column {value}: {row[value]} in data row {row['_row'] + 1} and {row[f'{value}_other']} in data row "
                f"{row['_row_other'] + 1} for {row['ccode1']} and {row['ccode2']}, in either order "
                f"({differ.height} such pairs); keep one"
            )


def name_pairs(frame: pl.DataFrame, actors: pl.DataFrame, one: str, other: str) -> tuple[pl.DataFrame, int]:
    """Name both states of each row in its year.

    Rows in which a code names nobody, or both codes name one actor (the two Germanies in their last year), are set
    aside.

    Parameters
    ----------
    frame : DataFrame
        ``ccode1``, ``ccode2``, ``year`` and more.
    one, other : str
        Names of the actor columns that are added.

    Returns
    -------
    tuple of DataFrame and int
        The rows that are kept, and the number set aside.
    """
    named = name_yearly(name_yearly(frame, actors, "ccode1", one), actors, "ccode2", other)
    kept = named.drop_nulls([one, other]).filter(pl.col(one) != pl.col(other))
    return kept, named.height - kept.height
