"""The rows of ``evidence.csv``: every fact that a brief used, and the findings that use it."""

from __future__ import annotations

from typing import Any

from khasan.answers.answer import Case
from khasan.answers.asking import described, graded_row
from khasan.ledger.finding import Finding


def evidence_rows(case: Case, findings: tuple[Finding, ...]) -> list[dict[str, Any]]:
    """List every fact used with the findings that use it; rows that may not leave the ledger stay out."""
    users: dict[str, list[str]] = {}
    for one in findings:
        for row in one.evidence:
            users.setdefault(row, []).append(one.id)
    rows = []
    for row, ids in sorted(users.items()):
        if row not in case.snapshot.rows:
            continue
        held = graded_row(case.snapshot, row)
        source = described(case.snapshot, str(held["source"]))
        if source.get("licence_class") == "local":
            continue
        rows.append(
            {
                "row": row, "table": held["table"], "series": held.get("series"), "from_actor": held.get("from_actor"),
                "to_actor": held.get("to_actor"),
                "start": held.get("start") or held.get("date"), "end": held.get("end") or held.get("until"),
                "value": held.get("value"), "unit": held.get("unit"), "what": held.get("what") or held.get("give"),
                "compiler": held.get("compiler"), "word": held.get("word"), "reliability": held.get("reliability"),
                "credibility": held.get("credibility"), "known_from": held.get("known"), "source": held["source"],
                "citation": source["citation"], "url": source.get("url"), "licence_class": source.get("licence_class"),
                "findings": ";".join(ids[:20]),
            }
        )  # fmt: skip
    return rows
