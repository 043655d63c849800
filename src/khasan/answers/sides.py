"""The lines under an answer: where sources differ, and what is not known."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from khasan.answers.answer import Case
from khasan.answers.prose import Prose
from khasan.ledger.finding import Finding


def conflict_sentences(case: Case, findings: Iterable[Finding]) -> list[Prose]:
    """Say every reading of each contested figure, all numbers and all names."""
    return [case.voice.say("conflict", f=one, readings=one.detail["readings"]) for one in findings]


def coverage_sentences(case: Case, channels: Iterable[str]) -> list[Prose]:
    """Say what compilers have stopped or suppressed; a blackout is a fact, never a zero.

    The rows of the table ``coverage`` have no ids, so the sentence carries no number that would need a finding: the
    date is said by the compiler's last month in words.
    """
    frame = case.snapshot.coverage.filter(pl.col("state") != "published")
    line = {member for code in case.triangle.actors for member in case.snapshot.actors.lineage(code)}
    wanted = set(channels)
    if not wanted:
        return []
    return [
        case.voice.say("unknown_coverage", compiler=row["compiler"], partner=row["partner"], goods=row["goods"], state=row["state"], start=row["start"])
        for row in frame.iter_rows(named=True)
        if row["partner"] in line
    ]
