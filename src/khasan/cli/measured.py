"""What the commands that print a measure share: spans of years, actors, and the columns of a finding."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from khasan.cli.options import Format
from khasan.cli.output import show
from khasan.ledger.errors import InputError

if TYPE_CHECKING:
    from khasan.ledger.finding import Finding
    from khasan.ledger.snapshot import Snapshot

FromOption = Annotated[int | None, typer.Option("--from", metavar="YEAR", help="First year.")]
ToOption = Annotated[int | None, typer.Option("--to", metavar="YEAR", help="Last year.")]


def span(first: int | None, last: int | None, snapshot: Snapshot) -> tuple[int, int]:
    """Read a span of years, from all years where an end is not given."""
    one, other = first if first is not None else 1800, last if last is not None else snapshot.as_of.year
    if one > other:
        raise InputError(f"--from {one} lies after --to {other}; swap them")
    return one, other


def within(first: int | None, last: int | None) -> tuple[int, int] | None:
    """Return the span of years that a user asked for, or None where an end is open."""
    return None if first is None or last is None else (first, last)


def code_of(snapshot: Snapshot, text: str, last: int | None = None) -> str:
    """Find an actor; where a year is asked for, it or a predecessor must have existed then."""
    when = min(date(last, 12, 31), snapshot.as_of) if last is not None and 1 <= last <= 9999 else None
    return snapshot.actors.find(text, when).id


def told(snapshot: Snapshot, code: str, last: int | None) -> str:
    """Name an actor with the predecessor that held its place in the last year asked for."""
    then = snapshot.actors.at(code, date(last, 7, 1)) if last is not None and 1 <= last <= 9999 else code
    return code if then in (None, code) else f"{code} (then {snapshot.actors.name(str(then))}, {then})"


def measured(finding: Finding, **columns: Any) -> dict[str, Any]:
    """Return the columns that every measure prints after its own."""
    return columns | {
        "value": finding.value, "low": finding.low, "high": finding.high, "unit": finding.unit, "word": finding.word,
        "finding": finding.id, "evidence": list(finding.evidence), "caveats": list(finding.caveats),
    }  # fmt: skip


def show_rows(rows: Sequence[dict[str, Any]], how: Format, columns: Sequence[str], what: str) -> None:
    """Print rows, and say on standard error where there are none."""
    if not rows:
        typer.echo(f"no data: {what}", err=True)
    show(rows, how, columns)
