"""What votes, trade and rivalries say of where a patron stands between its client and the other side."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from khasan.answers import stance as full
from khasan.answers.answer import Answer, Case, together
from khasan.answers.loaded import phrases
from khasan.answers.loaded.only import not_yet_published
from khasan.ledger.finding import Finding
from khasan.measures.ties import ties

SPAN = 10
"""Years back to which the last agreement is compared."""


def answer(case: Case) -> Answer:
    """Answer where the patron stands from votes, trade and rivalries alone."""
    snapshot, triangle, voice = case.snapshot, case.triangle, case.voice
    base = full.answer(case)
    parts = base.parts
    patron, client, other = triangle.patron, triangle.client, parts["other"]
    rivalry = ties(snapshot, patron, triangle.opponent, "rivalry") if triangle.opponent else None
    curve: list[Finding] = parts["votes"].get(client) or []
    last = parts["with_client"]
    earlier = _in_year(curve, int(last.parameters["year"]) - SPAN) if last is not None else None
    lowest = min(curve, key=lambda one: one.value, default=None)
    leans = {one.method: one for one in parts["latest"]}
    drift = next((one for one in parts["drifts"] if one.parameters["layer"] == "votes"), None)
    values = {
        "patron": patron, "client": client, "other": other, "opponent": triangle.opponent, "with_client": last,
        "with_other": parts["with_other"], "earlier": earlier, "lowest": lowest,
        "lowest_by": _place(case, patron, lowest), "rivalry": rivalry,
        "contested_votes": parts["contested_votes"],
        "rivalry_words": phrases.spells(case, rivalry, patron, "then") if rivalry else "",
        "rivals": phrases.is_open(rivalry), "on_trade": leans.get("lean_trade"), "on_votes": leans.get("lean_votes"),
        "drift": drift, "on_points": leans.get("lean_points"), "points_side": phrases.side_of(leans.get("lean_points")),
        "agenda": parts["agenda"],
        "trade_side": phrases.side_of(leans.get("lean_trade")), "votes_side": phrases.side_of(leans.get("lean_votes")),
    }  # fmt: skip
    sides = {values["trade_side"], values["votes_side"], values["points_side"]}
    late = not_yet_published(case) if not leans.get("lean_trade") else []
    return replace(
        base,
        title=voice.say("loaded_stance_title", **values),
        text=voice.say("loaded_stance", **values),
        conflicts=base.conflicts if {"one", "other"} <= sides else (),
        unknown=(*base.unknown, *late),
        findings=together(base.question, base.findings, rivalry, earlier, lowest),
        parts={
            **parts,
            "rivalry": rivalry,
            "on_trade": leans.get("lean_trade"),
            "on_votes": leans.get("lean_votes"),
            "on_points": leans.get("lean_points"),
        },
    )


def _in_year(curve: list[Finding], year: int) -> Finding | None:
    """Return the finding of a year."""
    return next((one for one in curve if one.parameters["year"] == year), None)


def _place(case: Case, code: str, found: Finding | None) -> str:
    """Return who held the place of an actor in the year of a finding."""
    if found is None:
        return code
    return case.snapshot.actors.at(code, date(int(found.parameters["year"]), 7, 1)) or code
