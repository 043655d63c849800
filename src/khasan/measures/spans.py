"""Spans of years: in order, and with a word on who held the place of an actor in them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from khasan.ledger.errors import InputError
from khasan.ledger.snapshot import Snapshot


def check_span(first: int, last: int) -> None:
    """Refuse a span of years that ends before it starts.

    Raises
    ------
    InputError
        Where ``first`` lies after ``last``.

    No unit: nothing is returned; both ends are calendar years.

    Source: the rule that the measures over a span share.
    """
    if first > last:
        raise InputError(f"--from {first} lies after --to {last}; swap them")


def places_over(snapshot: Snapshot, years: Iterable[int], *actors: str) -> list[str]:
    """Say over which of the years a predecessor held the place of an actor (asked in the middle of each year).

    No unit: sentences.

    Source: the table ``actor``, which says when an actor existed and what it replaced.
    """
    held: dict[tuple[str, str], list[int]] = {}
    for year in years:
        for code in actors:
            place = snapshot.actors.at(code, date(year, 7, 1))
            if place is not None and place != code:
                held.setdefault((code, place), []).append(year)
    return [
        f"{_years(found)} {snapshot.actors.name(place)} held the place of {snapshot.actors.name(code)}."
        for (code, place), found in held.items()
    ]


def _years(found: list[int]) -> str:
    """Say from when to when some years run."""
    first, last = min(found), max(found)
    return f"In {first}" if first == last else f"From {first} to {last}"
