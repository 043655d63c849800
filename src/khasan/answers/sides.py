"""The lines under an answer: where sources differ, and what compilers have ceased to show."""

from __future__ import annotations

from collections.abc import Iterable

from khasan.answers.answer import Case
from khasan.answers.prose import Prose
from khasan.ledger.finding import Finding


def conflict_sentences(case: Case, findings: Iterable[Finding]) -> list[Prose]:
    """Say every reading of each contested figure, all numbers and all names."""
    return [case.voice.say("conflict", f=one, readings=one.detail["readings"]) for one in findings]


def blackout_sentences(case: Case, findings: Iterable[Finding]) -> list[Prose]:
    """Say what compilers have stopped or suppressed; a blackout is a fact, never a zero."""
    return [case.voice.say("unknown_blackout", f=one) for one in findings]
