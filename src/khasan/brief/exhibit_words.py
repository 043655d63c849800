"""The words of the charts: their message, their sources, and what they show for who cannot see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from khasan.answers.answer import Case
from khasan.answers.numbers import percent
from khasan.ledger.finding import Finding


def span_of(lines: Sequence[Mapping[str, Any]]) -> str:
    """Say the message of the shares: where the largest line begins and ends."""
    line = max(lines, key=lambda one: (one["points"][-1][0], one["points"][-1][1]))
    (first, start, *_), (last, end, *_) = line["points"][0], line["points"][-1]
    if percent(start) == percent(end):
        return f"The share of {line['name']} was {percent(end)} in {last} as in {first}"
    verb = "rose" if end > start else "fell"
    return f"The share of {line['name']} {verb} from {percent(start)} in {first} to {percent(end)} in {last}"


def source_line(case: Case, findings: Iterable[Finding]) -> str:
    """Name the publishers of the rows of a chart, the most used first, and count the rows."""
    counts: dict[str, int] = {}
    rows = 0
    for one in findings:
        for row in one.evidence:
            if row in case.snapshot.rows:
                rows += 1
                source = case.snapshot.sources[str(case.snapshot.rows[row][1]["source"])]
                if source["published_day"] <= case.snapshot.as_of:
                    counts[str(source["publisher"])] = counts.get(str(source["publisher"]), 0) + 1
    ranked = sorted(counts, key=lambda name: (-counts[name], name))
    others = len(ranked) - 3
    more = f" and {others} more publisher{'s' if others > 1 else ''}" if others > 0 else ""
    return f"Sources: {', '.join(ranked[:3])}{more}; {rows:,} rows, quoted with credit."


def trend(line: Mapping[str, Any]) -> str:
    """Say where a line begins and ends, and its lowest and highest point."""
    points = line["points"]
    low, high = min(points, key=lambda point: point[1]), max(points, key=lambda point: point[1])
    return (
        f"{line['name']}, {line['compiler']}: {percent(points[0][1])} in {points[0][0]}, "
        f"{percent(points[-1][1])} in {points[-1][0]}, lowest {percent(low[1])} in {low[0]}, "
        f"highest {percent(high[1])} in {high[0]}."
    )


def listed(head: str, rows: Iterable[Mapping[str, Any]]) -> str:
    """List lanes in words, with their amounts and years."""
    parts = [f"{row['label']}, {row['amount']}, {row['start'][:4]} to {row['end'][:4]}" for row in rows]
    return f"{head}: {'; '.join(parts)}." if parts else ""
