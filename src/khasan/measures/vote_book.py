"""Roll calls by pair and year, ready for the measures of alignment.

Only usable rows enter. The nine cells of a pair and year come from one compiler, the best graded one that gives all
nine: a cell without a row is not a cell of 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from khasan.ledger.knowledge import best_first
from khasan.ledger.snapshot import Snapshot

ANSWERS = ("yes", "abstain", "no")
"""What a state may answer in a roll call; a state that did not vote is in no cell."""

CELLS = tuple((one, other) for one in ANSWERS for other in ANSWERS)
"""Answers of two states in one roll call."""

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Cells:
    """Counts of the nine cells of two states, the first of which is ``first``, and the rows behind them."""

    first: str
    counts: Mapping[Pair, float]
    rows: tuple[str, ...]
    channel: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """Roll calls with the same answer among those in which both voted, and the rows behind them."""

    same: float
    both: float
    rows: tuple[str, str]
    channel: str


@dataclass(frozen=True, slots=True)
class Held:
    """Roll calls held in a year, whoever voted."""

    count: float
    row: str


@dataclass(frozen=True, slots=True)
class VoteBook:
    """All roll calls of a snapshot, by pair (ids in alphabetical order) and calendar year."""

    cells: Mapping[tuple[Pair, int], Cells]
    contested: Mapping[tuple[Pair, int], Agreed]
    issues: Mapping[tuple[Pair, int], Mapping[str, Agreed]]
    sessions: Mapping[tuple[Pair, int], Mapping[str, Agreed]]
    held: Mapping[int, Held]


def pair_of(one: str, other: str) -> Pair:
    """Return two actors in alphabetical order, so that the order in which they are named does not matter.

    No unit: ids of actors.

    Source: agreement is symmetric, so a pair needs one key.
    """
    return (one, other) if one <= other else (other, one)


def vote_book(snapshot: Snapshot) -> VoteBook:
    """Return the vote book of a snapshot, made once.

    Counts are numbers of roll calls (no other unit).

    Source: the usable rows of the roles that begin with ``votes`` and of ``roll_calls_held``.
    """
    return snapshot.remember("vote_book", _make)


def _make(snapshot: Snapshot) -> VoteBook:
    """Read every count of roll calls that the measures of alignment use."""
    return VoteBook(
        cells=_cells(snapshot),
        contested={
            key: named[""] for key, named in _agreed(snapshot, "votes_contested", by_scenario=False).items() if named
        },
        issues=_agreed(snapshot, "votes_issue", by_scenario=True),
        sessions=_sessions(snapshot),
        held=_held(snapshot),
    )


def _rows(snapshot: Snapshot, role: str) -> pl.DataFrame:
    """Return the usable rows of a role, best graded first."""
    return best_first(snapshot.usable.filter(pl.col("series").is_in(snapshot.series_of(role))))


def _cells(snapshot: Snapshot) -> dict[tuple[Pair, int], Cells]:
    """Read the nine cells of each pair and year, numbers of roll calls, from the best compiler that gives all."""
    found: dict[tuple[str, str, int, str], dict[Pair, tuple[float, str]]] = {}
    channels: dict[tuple[str, str, int, str], str] = {}
    frame = _rows(snapshot, "votes_cell").filter(pl.col("year").is_not_null() & pl.col("scenario").is_null())
    for series, giver, taker, year, compiler, value, row, channel in frame.select(
        "series", "from_actor", "to_actor", "year", "compiler", "value_base", "id", "channel"
    ).iter_rows():
        words = series.split("_")
        answers = (words[-2], words[-1]) if len(words) > 1 else ("", "")
        if answers in CELLS and giver != taker:
            key = (giver, taker, year, compiler or "")
            channels.setdefault(key, channel)
            found.setdefault(key, {}).setdefault(answers, (value, row))
    books: dict[tuple[Pair, int], Cells] = {}
    for (giver, taker, year, compiler), cells in found.items():
        if len(cells) == len(CELLS):
            books.setdefault(
                (pair_of(giver, taker), year),
                Cells(
                    giver,
                    {answers: value for answers, (value, _) in cells.items()},
                    tuple(row for _, row in cells.values()),
                    channels[giver, taker, year, compiler],
                ),
            )
    return books


Counted = dict[tuple[Pair, str, str, int, int], tuple[float, str, str]]


def _counted(frame: pl.DataFrame, by_scenario: bool) -> Counted:
    """Read counts by pair, what they are on, compiler, and the first and last year they lie in."""
    found: Counted = {}
    for giver, taker, scenario, compiler, first, last, value, row, channel in frame.select(
        "from_actor",
        "to_actor",
        "scenario",
        "compiler",
        pl.col("start").dt.year(),
        pl.col("end").dt.year(),
        "value_base",
        "id",
        "channel",
    ).iter_rows():
        if giver != taker and bool(scenario) == by_scenario:
            key = (pair_of(giver, taker), scenario or "", compiler or "", first, last)
            found.setdefault(key, (value, row, channel))
    return found


def _matched(snapshot: Snapshot, stem: str, by_scenario: bool, yearly: bool) -> Mapping[tuple[Pair, str, int], Agreed]:
    """Join the same answers to the roll calls in which both voted, by pair, what they are on, and year."""
    frames = [_rows(snapshot, f"{stem}_{which}") for which in ("same", "both")]
    if yearly:
        frames = [frame.filter(pl.col("year").is_not_null()) for frame in frames]
    same, both = (_counted(frame, by_scenario) for frame in frames)
    joined: dict[tuple[Pair, str, int], Agreed] = {}
    for key, (value, row, channel) in both.items():
        if key in same and value > 0 and same[key][0] <= value:
            pair, scenario, _, first, last = key
            agreed = Agreed(same[key][0], value, (same[key][1], row), channel)
            for year in range(first, last + 1):
                joined.setdefault((pair, scenario, year), agreed)
    return joined


def _agreed(snapshot: Snapshot, stem: str, by_scenario: bool) -> dict[tuple[Pair, int], dict[str, Agreed]]:
    """Return the numbers of roll calls by pair and year, and within these by what they are on."""
    nested: dict[tuple[Pair, int], dict[str, Agreed]] = {}
    for (pair, scenario, year), agreed in _matched(snapshot, stem, by_scenario, yearly=True).items():
        nested.setdefault((pair, year), {})[scenario] = agreed
    return nested


def _sessions(snapshot: Snapshot) -> dict[tuple[Pair, int], dict[str, Agreed]]:
    """Read sessions under their number, in every calendar year that they touch."""
    nested: dict[tuple[Pair, int], dict[str, Agreed]] = {}
    for (pair, scenario, year), agreed in _matched(snapshot, "votes_session", True, yearly=False).items():
        nested.setdefault((pair, year), {})[scenario.removeprefix("session").strip()] = agreed
    return nested


def _held(snapshot: Snapshot) -> dict[int, Held]:
    """Read the roll calls held, by year; a year in which more than one assembly is recorded is left out."""
    frame = _rows(snapshot, "roll_calls_held").filter(pl.col("year").is_not_null() & pl.col("scenario").is_null())
    places: dict[int, set[str]] = {}
    found: dict[int, Held] = {}
    for year, place, value, row in frame.select("year", "from_actor", "value_base", "id").iter_rows():
        places.setdefault(year, set()).add(place)
        found.setdefault(year, Held(value, row))
    return {year: held for year, held in found.items() if len(places[year]) == 1}
