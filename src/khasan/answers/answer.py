"""What the answer to a question is made of, before the brief gives it charts and a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from khasan.answers.prose import Prose
from khasan.answers.triangle import Triangle
from khasan.answers.voice import Voice
from khasan.ledger.finding import Finding
from khasan.ledger.snapshot import Snapshot

QUESTIONS = ("bond", "dependence", "lifeline", "stance", "reasons")
"""The five questions of a brief, in order."""

EVER = 1900
"""First year of a span that means the whole record."""


@dataclass(frozen=True, slots=True)
class Case:
    """What every answer starts from; ``loaded`` where public data sets alone speak of the pair."""

    snapshot: Snapshot
    triangle: Triangle
    voice: Voice
    loaded: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question: sentences, the findings behind them, and what is contested or unknown.

    ``parts`` holds findings by name, for the charts and tables of the brief and for the bottom line.
    """

    question: str
    title: Prose
    text: Prose
    conflicts: tuple[Prose, ...] = ()
    unknown: tuple[Prose, ...] = ()
    findings: tuple[Finding, ...] = ()
    parts: Mapping[str, Any] = field(default_factory=dict)


def together(question: str, *groups: Finding | Iterable[Finding | None] | None) -> tuple[Finding, ...]:
    """Collect findings into one tuple, without gaps and repetitions, marked with their question."""
    found: dict[str, Finding] = {}
    for group in groups:
        members = [group] if group is None or isinstance(group, Finding) else list(group)
        for one in members:
            if one is not None:
                found.setdefault(one.id, one.asked(question))
    return tuple(found.values())
