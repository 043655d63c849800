"""The chart of who fell and who rose around the restrictions on a client."""

from __future__ import annotations

from typing import Any

from khasan.answers.absorbing import Absorption
from khasan.answers.answer import Answer, Case
from khasan.answers.numbers import amount, count
from khasan.brief.document import Chart
from khasan.brief.exhibit_words import source_line
from khasan.ledger.finding import Finding

FEWEST = 2
"""Partners on either side below which nothing is drawn."""


def absorbed(case: Case, answer: Answer, role_of: Any) -> Chart | None:
    """Draw the change against expectation of those who restrict and of those who do not.

    ``role_of`` gives the role of an actor in a case, which decides its colour.
    """
    taken: Absorption | None = answer.parts["taken"]
    if taken is None or not taken.findings:
        return None
    rows = sorted((_row(case, row, role_of) for row in taken.rows), key=lambda row: (float(row["change"]), row["name"]))
    fell = [row for row in rows if row["sender"]]
    others = [row for row in rows if not row["sender"]]
    if min(len(fell), len(others)) < FEWEST:
        return None
    first: Finding = taken.findings[0]
    detail = first.detail
    client = case.voice.bare_name(case.triangle.client)
    sure = [row for row in others if row["sure"] and row["change"] > 0]
    loss = amount(float(detail["loss"]), "USD million", case.snapshot.units, case.snapshot.labels)
    who = f"{count(len(sure), 'other partner')} rose beyond doubt" if sure else "no rise of another is beyond doubt"
    return Chart(
        kind="absorbed",
        title=f"Those who restrict lost {loss} of trade with {client}; {who}",
        subtitle=f"Two-way trade with {client} from {detail['first_after']} to {detail['last_after']} against what was "
        f"expected ({taken.expectation}), million dollars; thin rules: 90 percent interval; suspect flows left out",
        source=source_line(case, taken.findings[:1]),
        alternative=" ".join(f"{row['name']}: {row['change']:+,.0f}." for row in rows),
        data={"senders": "Restrict", "others": "Do not restrict", "rows": rows},
        findings=tuple(one.id for one in taken.findings),
    )


def _row(case: Case, row: dict[str, Any], role_of: Any) -> dict[str, Any]:
    """Make the bar of a partner."""
    sender = row["role"] == "sender"
    low, high = row["low"], row["high"]
    return {
        "name": case.snapshot.actors.name(row["partner"]), "role": role_of(case, row["partner"]), "sender": sender,
        "change": row["change"], "low": low, "high": high,
        "sure": sender or (low is not None and high is not None and (low > 0 or high < 0)),
    }  # fmt: skip
