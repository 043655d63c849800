"""Places that one state after another has held, so that a measure can follow them through time."""

from __future__ import annotations

import polars as pl


def places_held(votes: pl.DataFrame, actors: pl.DataFrame | None) -> pl.DataFrame:
    """Name the place that each voter holds: its own, or that of its predecessor, which it takes over.

    A place passes on only where one state alone names the predecessor, and where the two never voted in the same roll
    call, since one place has one vote.

    Parameters
    ----------
    votes : DataFrame
        ``roll_call`` and ``actor``.
    actors : DataFrame, optional
        ``actor`` and ``predecessor`` (null where there is none); without it every voter has its own place.

    Returns
    -------
    DataFrame
        ``actor`` and ``place`` (the id of who held it first; no unit).

    Source: the column ``predecessor`` of the actors.
    """
    voters = votes.get_column("actor").unique().sort().to_list()
    before = _predecessors(actors, set(voters))
    place = {voter: voter for voter in voters}
    seats: dict[str, set[object]] = {
        str(actor): set(roll_calls)
        for actor, roll_calls in votes.group_by("actor").agg("roll_call").iter_rows()
        if actor in before or actor in before.values()
    }
    for heir in _eldest_first(before):
        first = place[before[heir]]
        held = seats.get(first, set())
        if not held & seats[heir]:
            place[heir] = first
            seats[first] = held | seats[heir]
    return pl.DataFrame(
        {"actor": list(place), "place": list(place.values())}, schema=dict.fromkeys(("actor", "place"), pl.String())
    )


def _predecessors(actors: pl.DataFrame | None, voters: set[str]) -> dict[str, str]:
    """Return the predecessor that voted of each voter, skipping those that did not, where it has one heir only."""
    if actors is None:
        return {}
    named: dict[str, str] = dict(
        actors.select("actor", "predecessor").drop_nulls().unique(maintain_order=True).iter_rows()
    )
    found: dict[str, str] = {}
    for heir in sorted(voters & set(named)):
        before, passed = named[heir], {heir}
        while before not in voters and before in named and before not in passed:
            passed.add(before)
            before = named[before]
        if before in voters and before != heir:
            found[heir] = before
    heirs = list(found.values())
    return {heir: before for heir, before in found.items() if heirs.count(before) == 1}


def _eldest_first(before: dict[str, str]) -> list[str]:
    """Order heirs so that each follows whom it succeeded; heirs that succeed each other in a circle are left out."""
    ordered: list[str] = []
    waiting = dict(before)
    while ready := [heir for heir, old in waiting.items() if old not in waiting]:
        ordered += ready
        waiting = {heir: old for heir, old in waiting.items() if heir not in ready}
    return ordered
