"""The lines under an answer: where sources differ, and what compilers have ceased to show."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from khasan.answers.answer import Case
from khasan.answers.numbers import amount
from khasan.answers.prose import Prose
from khasan.ledger.finding import Finding


def conflict_sentences(case: Case, findings: Iterable[Finding]) -> list[Prose]:
    """Say every reading of each contested figure, all numbers and all names."""
    return [case.voice.say("conflict", f=one, readings=_grouped(case, one)) for one in findings]


def _grouped(case: Case, finding: Finding) -> list[dict[str, Any]]:
    """Join the readings that a reader could not tell apart; compilers with several values are told by publisher."""
    readings = finding.detail["readings"]
    owners = [name for one in readings for name in one["compilers"]]
    grouped: dict[tuple[str, str, str], dict[str, Any]] = {}
    for one in readings:
        words = amount(one["value"], finding.unit, case.snapshot.units, case.snapshot.labels, 3)
        key = (words, str(one["excludes"] or ""), str(one["scenario"] or ""))
        names = [name if owners.count(name) == 1 else one["publisher"] for name in one["compilers"]]
        held = grouped.setdefault(
            key, {"words": words, "names": [], "excludes": key[1], "scenario": key[2], "word": one["word"]}
        )
        held["names"] += [name for name in names if name not in held["names"]]
    return list(grouped.values())


def blackout_sentences(case: Case, findings: Iterable[Finding]) -> list[Prose]:
    """Say what compilers have stopped or suppressed; a blackout is a fact, never a zero."""
    return [case.voice.say("unknown_blackout", f=one) for one in findings]
