"""Phrases for what public data sets say: pacts, rivalries, phases, and in which year their files end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import polars as pl

from khasan.answers.answer import EVER, Case
from khasan.answers.numbers import count, listing
from khasan.answers.vetting import SAYS, gap, is_suspect
from khasan.ledger.finding import Finding
from khasan.measures import phases
from khasan.measures.vetted import vetted

_PACTS: Mapping[str, str] = {
    "alliance_defence": "defence",
    "alliance_neutrality": "neutrality",
    "alliance_nonaggression": "non-aggression",
    "alliance_consultation": "consultation",
}
_LAYERS: Mapping[str, str] = {
    phases.TRADE: "trade",
    phases.SHARE: "its share",
    phases.AGREEMENT: "agreement in votes",
    phases.EVENTS: "acts between the two",
}
CLEAR = 0.5
"""Standard deviations by which a layer must move to be named at a break."""


SLIGHT = 0.05
"""A lean below this points to neither side."""


def spells(case: Case, tie: Finding, one: str, word: str) -> str:
    """List the spells of an alliance or a rivalry, those of the same years together, under the names of their time."""
    grouped: dict[tuple[int, int, bool], list[str]] = {}
    for spell in tie.detail["spells"]:
        key = (spell["start"].year, spell["end"].year, spell["open"])
        grouped.setdefault(key, []).append(_PACTS.get(spell["role"], ""))
    parts = []
    for (first, last, is_open), kinds in grouped.items():
        years = f"since {first}" if is_open else f"from {first} to {last}" if first != last else f"in {first}"
        names = [kind for kind in dict.fromkeys(kinds) if kind]
        what = f"a {listing(names)} pact " if names else ""
        parts.append(f"{what}{years}{_held_by(case, one, date(first, 12, 31), word)}")
    return case.voice.mark(listing(parts), tie)


def _held_by(case: Case, code: str, day: date, word: str) -> str:
    """Name the predecessor that held the place of an actor on a day, in brackets and after a word."""
    then = case.snapshot.actors.at(code, day)
    return f" ({word} {case.voice.bare_name(then)})" if then not in (None, code) else ""


def is_open(tie: Finding | None) -> bool:
    """Whether a tie holds on the last day of its file."""
    return tie is not None and any(spell["open"] for spell in tie.detail["spells"])


def breaks(case: Case, turns: Finding) -> str:
    """List the breaks between phases, each with the layers that moved there.

    Of trade nothing is told where a flow of the pair is suspect in the phase before or after, nor of the share where
    setting suspect flows aside moves it.
    """
    parts = []
    patron, client, compiler = case.triangle.patron, case.triangle.client, str(turns.detail["compiler"] or "")
    moves = {
        int(one.parameters["year"])
        for one in vetted(case.snapshot, client, patron, EVER, case.snapshot.as_of.year, compiler)
        if gap(one) >= SAYS
    }
    for place, one in enumerate(turns.detail["breaks"]):
        spans = turns.detail["spans"][place : place + 2]
        years = range(int(spans[0]["first"]), int(spans[-1]["last"]) + 1)
        own = is_suspect(case, patron, years, compiler)
        doubted = {phases.TRADE: own, phases.SHARE: own or bool(moves & set(years))}
        moved = {name: size for name, size in one["moved"].items() if abs(size) >= CLEAR and not doubted.get(name)}
        said = " and ".join(
            f"{listing([words for name, words in _LAYERS.items() if name in names])} {verb}"
            for verb, names in (
                ("rose", [name for name, size in moved.items() if size > 0]),
                ("fell", [name for name, size in moved.items() if size < 0]),
            )
            if names
        )
        doubt = "trade in doubt" if own else "its share in doubt" if doubted[phases.SHARE] else ""
        why = "; ".join(part for part in (said, doubt) if part)
        parts.append(f"{one['year']}{f' ({why})' if why else ''}")
    return case.voice.mark(listing(parts), turns)


def layers(turns: Finding) -> str:
    """Name what the phases rest on: trade, votes, acts."""
    held = turns.detail["layers"]
    words = [
        word
        for word, names in (
            ("trade", (phases.SHARE, phases.TRADE)),
            ("votes", (phases.AGREEMENT,)),
            ("acts", (phases.EVENTS,)),
        )
        if any(name in held for name in names)
    ]
    return listing(words)


def span_of_phases(case: Case, turns: Finding) -> str:
    """Say from which year to which the phases run."""
    spans = turns.detail["spans"]
    return case.voice.mark(f"{spans[0]['first']} to {spans[-1]['last']}", turns)


def files_end(case: Case, finding: Finding) -> str:
    """Say in which year the files behind a finding end, or from the first that ends to the last."""
    used = {str(case.snapshot.rows[row][1]["source"]) for row in finding.evidence}
    last = case.snapshot.usable.group_by("source").agg(pl.col("end").dt.year().max())
    years = sorted({year for source, year in last.iter_rows() if source in used})
    said = str(years[0]) if len(years) == 1 else f"{years[0]} to {years[-1]}" if years else "no year given"
    return case.voice.mark(said, finding)


def side_of(lean: Finding | None) -> str:
    """Say to which side a lean points: one, other, or neither where it is slight or its interval holds 0."""
    if lean is None:
        return ""
    if abs(lean.value) < SLIGHT or lean.low <= 0 <= lean.high:
        return "neither"
    return "one" if lean.value > 0 else "other"


def partners(case: Case, shares: Iterable[Finding]) -> str:
    """List partners with their shares: Oldland (31 percent) and Newland (8.1 percent, 7 percent as reported)."""
    voice = case.voice
    return listing(
        [
            f"{voice.name(str(one.detail['actor']))} ({voice.percent(one)}{voice.beside(one, brackets=False)})"
            for one in shares
        ]
    )


def amounts(case: Case, changes: Iterable[Finding]) -> str:
    """List partners with the amount by which trade with them changed."""
    voice = case.voice
    return listing(
        [
            f"{voice.name(str(one.parameters['partner']))} "
            f"({voice.amount(one, abs(_moved(one)), str(one.detail['unit']))})"
            for one in changes
        ]
    )


def _moved(change: Finding) -> float:
    """Return by how much trade changed, in the unit of its amounts."""
    return float(change.detail["after"]) - float(change.detail["before"])


def how_many(number: int, noun: str) -> str:
    """Write a count inside words that are marked already."""
    return count(number, noun)


def goods(case: Case, share: Finding, key: str) -> str | None:
    """Say the goods of one direction that stand behind a share, or None where the file has none."""
    amount: Any = share.detail.get(key)
    return None if amount is None else case.voice.amount(share, float(amount), "USD million")
