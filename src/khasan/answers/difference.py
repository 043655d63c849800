"""Findings of two snapshots beside each other: which moved, by how much, and which rows and sources moved them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from khasan.answers.answer import EVER
from khasan.answers.assemble import assemble
from khasan.answers.methods import recompute
from khasan.answers.triangle import resolve
from khasan.ledger.errors import InputError
from khasan.ledger.finding import Finding, finding_key
from khasan.ledger.revisions import TOLERANCE
from khasan.ledger.snapshot import Snapshot

Corners = tuple[str, str, str | None]
"""Patron, client and opponent; the opponent may be left to the casebook."""


@dataclass(frozen=True, slots=True)
class FindingMoved:
    """A finding whose value, interval or word is another now; None where it could not be made.

    ``rows`` are the rows that moved it and ``sources`` theirs; both are empty where no row moved, only what a method
    asks of the day.
    """

    key: str
    method: str
    parameters: Mapping[str, Any]
    old: float | None
    new: float | None
    unit: str
    rows: tuple[str, ...]
    sources: tuple[str, ...]
    old_interval: tuple[float, float] | None = None
    new_interval: tuple[float, float] | None = None
    old_word: str | None = None
    new_word: str | None = None
    old_unit: str | None = None

    @property
    def change(self) -> float | None:
        """New minus old in the unit of the finding; None where there was or is none, or the unit is another."""
        if self.old is None or self.new is None or self.old_unit not in (None, self.unit):
            return None
        return self.new - self.old


def triangles_of(*snapshots: Snapshot) -> list[Corners]:
    """Return the triangles that the table ``triangle`` of any of the snapshots names, each once."""
    rows = [
        (row["patron"], row["client"], row["opponent"])
        for one in snapshots
        for row in one.triangle.iter_rows(named=True)
    ]
    return list(dict.fromkeys(rows))


def findings_moved(old: Snapshot, new: Snapshot, patron: str, client: str, opponent: str | None) -> list[FindingMoved]:
    """Compare every finding of a brief in two snapshots.

    A finding of the one brief that the other does not hold is asked of the other ledger before it counts as gone or
    new, so that a brief that chose another year is no difference.

    Parameters
    ----------
    old, new : Snapshot
        Two states of a ledger.
    patron, client, opponent : str
        Corners of the triangle.

    Returns
    -------
    list of FindingMoved
        In the order of the brief.

    Raises
    ------
    InputError
        Where neither snapshot knows these actors.
    """
    before, after = _findings(old, patron, client, opponent), _findings(new, patron, client, opponent)
    if isinstance(before, InputError) and isinstance(after, InputError):
        raise after
    olds = [] if isinstance(before, InputError) else before
    news = [] if isinstance(after, InputError) else after
    pairs = _paired(olds, news)
    held = {id(one) for pair in pairs for one in pair}
    pairs += [(_asked(old, one) if olds else None, one) for one in news if id(one) not in held]
    pairs += [(one, _asked(new, one) if news else None) for one in olds if id(one) not in held]
    return [_moved(old, new, one, other) for one, other in pairs if not _same(one, other)]


def _findings(snapshot: Snapshot, patron: str, client: str, opponent: str | None) -> list[Finding] | InputError:
    """Return the findings of a brief, or why there is none, for instance an actor that did not exist on the day."""
    try:
        return list(assemble(snapshot, resolve(snapshot, patron, client, opponent)).findings)
    except InputError as error:
        return error


def _paired(olds: Iterable[Finding], news: Iterable[Finding]) -> list[tuple[Finding | None, Finding | None]]:
    """Put findings with one key side by side; where that fails, those that differ in their span of years only."""
    pairs: list[tuple[Finding | None, Finding | None]] = []
    left_olds, left_news = list(olds), list(news)
    for whole in (True, False):
        keys = [[_key(one, whole) for one in side] for side in (left_olds, left_news)]
        once = {key for key, count in Counter(keys[0]).items() if count == 1}
        once &= {key for key, count in Counter(keys[1]).items() if count == 1}
        by_key = dict(zip(keys[0], left_olds, strict=True))
        pairs += [(by_key[key], one) for key, one in zip(keys[1], left_news, strict=True) if key in once]
        left_olds = [one for key, one in zip(keys[0], left_olds, strict=True) if key not in once]
        left_news = [one for key, one in zip(keys[1], left_news, strict=True) if key not in once]
    return pairs


def _key(finding: Finding, whole: bool = True) -> str:
    """Return the part of an id before the hash, without the day; not ``whole``: without the years of a span too."""
    left_out = {"as_of"} if whole else {"as_of", "last"}
    if not whole and finding.parameters.get("first") != EVER:
        left_out.add("first")
    return finding_key(finding.method, {key: one for key, one in finding.parameters.items() if key not in left_out})


def _asked(snapshot: Snapshot, finding: Finding) -> Finding | None:
    """Make a finding of another snapshot again in this one, or None where it has no data for it."""
    try:
        return recompute(snapshot, finding.id).finding
    except InputError:
        return None


def _same(one: Finding | None, other: Finding | None) -> bool:
    """Whether two findings say the same, up to the last digits of their numbers."""
    if one is None or other is None:
        return one is other
    numbers = ((one.value, other.value), (one.low, other.low), (one.high, other.high))
    return (one.word, one.unit) == (other.word, other.unit) and all(near(first, second) for first, second in numbers)


def near(one: float, other: float) -> bool:
    """Whether two numbers are equal up to their last digits."""
    return abs(one - other) <= TOLERANCE * max(abs(one), abs(other))


def _moved(old: Snapshot, new: Snapshot, one: Finding | None, other: Finding | None) -> FindingMoved:
    """Describe a finding that moved."""
    told = other or one
    assert told is not None
    evidence = sorted({row for finding in (one, other) if finding is not None for row in finding.evidence})
    rows = [row for row in evidence if old.rows.get(row) != new.rows.get(row)]
    if not rows and one is not None and other is not None:
        rows = sorted(set(one.evidence) ^ set(other.evidence))
    return FindingMoved(
        _key(told),
        told.method,
        {key: value for key, value in told.parameters.items() if key != "as_of"},
        one.value if one else None,
        other.value if other else None,
        told.unit,
        tuple(rows),
        tuple(sorted({source for row in rows for source in _sources(old, new, row)})),
        (one.low, one.high) if one else None,
        (other.low, other.high) if other else None,
        one.word if one else None,
        other.word if other else None,
        one.unit if one else None,
    )


def _sources(old: Snapshot, new: Snapshot, row: str) -> set[str]:
    """Return the source that a row cites, in the new state or else in the old."""
    held = new.rows.get(row) or old.rows.get(row)
    return {str(held[1]["source"])} if held is not None else set()
