"""What a data set becomes: panels, and the number of its rows that belong to no actor of their time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from khasan.ledger.errors import InputError
from khasan.sources.actors import name_yearly


@dataclass(frozen=True, slots=True)
class Mapped:
    """Panels made of a data set, and the number of rows that were set aside."""

    panels: Mapping[str, pl.DataFrame]
    set_aside: int = 0


def check_for_unknown_codes(frame: pl.DataFrame, columns: Iterable[str], actors: pl.DataFrame, what: str) -> None:
    """Refuse a file with a code that no state ever had.

    Raises
    ------
    InputError
        Naming the first such codes.
    """
    known = actors.get_column("cow")
    for column in columns:
        odd = frame.filter(pl.col(column).is_in(known.implode()).not_()).get_column(column).drop_nulls()
        if odd.len():
            codes = ", ".join(str(code) for code in odd.unique().sort().head(5))
            raise InputError(
                f"{what}, column {column}: {codes} is no Correlates of War code of a state ({odd.len()} rows); "
                "mend the code or take the rows out"
            )


def name_pairs(frame: pl.DataFrame, actors: pl.DataFrame, one: str, other: str) -> tuple[pl.DataFrame, int]:
    """Name both states of each row in its year; rows in which a code names nobody are set aside.

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
    kept = named.drop_nulls([one, other])
    return kept.filter(pl.col(one) != pl.col(other)), named.height - kept.height
