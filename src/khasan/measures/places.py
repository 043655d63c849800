"""Who held the place of an actor in a year: the actor itself, or a predecessor."""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import date

from khasan.ledger.snapshot import Snapshot


def in_the_year(snapshot: Snapshot, year: int, *actors: str) -> tuple[list[str | None], list[str]]:
    """Name who held the place of each actor in the middle of a year, with a caveat where a predecessor did.

    Where nobody did then, whoever did at its end is meant: a state founded in July has that year.

    No unit: ids of actors (None for who did not exist), and sentences.

    Source: the table ``actor``.
    """
    held = [_holders(snapshot, year, code) for code in actors]
    return _placed(snapshot, year, actors, [places[0] if places else None for places in held])


def traded_as(
    snapshot: Snapshot, year: int, pairs: Container[frozenset[str]], client: str, partner: str
) -> tuple[list[str | None], list[str]]:
    """Name as whom a client and a partner trade in a compiler's year, with a caveat where that is a predecessor.

    In a year in which one state gives way to another, compilers book it under either: the two are meant between whom
    the compiler gives any flow (``pairs``), and where it gives none, who held the places in the middle of the year.

    No unit: ids of actors (None for who did not exist), and sentences.

    Source: the table ``actor``, and the rows of the compiler.
    """
    ours, theirs = _holders(snapshot, year, client), _holders(snapshot, year, partner)
    found = next(((one, other) for one in ours for other in theirs if frozenset((one, other)) in pairs), None)
    places: list[str | None] = [*found] if found else [held[0] if held else None for held in (ours, theirs)]
    return _placed(snapshot, year, (client, partner), places)


def _holders(snapshot: Snapshot, year: int, code: str) -> list[str]:
    """Return who held the place of an actor in a year (no unit: ids): in its middle first, then at its ends.

    Source: the table ``actor``.
    """
    days = (date(year, 7, 1), date(year, 12, 31), date(year, 1, 1))
    return list(dict.fromkeys(place for day in days if (place := snapshot.actors.at(code, day)) is not None))


def _placed(
    snapshot: Snapshot, year: int, actors: Iterable[str], places: list[str | None]
) -> tuple[list[str | None], list[str]]:
    """Add a caveat for each place that a predecessor held (no unit: ids and sentences).

    Source: the table ``actor``.
    """
    caveats = [
        f"In {year} {snapshot.actors.name(then)} held the place of {snapshot.actors.name(code)}."
        for code, then in zip(actors, places, strict=True)
        if then is not None and then != code
    ]
    return places, caveats
