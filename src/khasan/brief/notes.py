"""Evidence notes: for every finding that the text cites, who says so, on what basis, and how trusted."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from khasan.answers.asking import described, graded_row
from khasan.answers.numbers import exact, listing, rounded
from khasan.answers.voice import Voice
from khasan.brief.document import Note
from khasan.ledger.finding import Finding
from khasan.ledger.periods import period_words
from khasan.ledger.snapshot import Snapshot
from khasan.measures.leaving.asked import label_of
from khasan.measures.leaving.assumptions import assumption_label

MODELLED = "modelled from rows"
"""Word for a result of a model; the grade beside it is that of its rows."""
MOST_LEAVING = 3
"""Names of those who leave that the heading of a note lists."""
SHOWN_SOURCES = 4
"""Sources that a note names; all of them stand in brief.json and evidence.csv."""


def notes_for(snapshot: Snapshot, cited: Sequence[str], findings: Mapping[str, Finding]) -> tuple[Note, ...]:
    """Write one numbered note for each finding cited, in the order of citation."""
    said: dict[str, int] = {}
    return tuple(_note(snapshot, number, findings[key], said) for number, key in enumerate(cited, start=1))


def _note(snapshot: Snapshot, number: int, finding: Finding, said: dict[str, int]) -> Note:
    """Make the note of a finding: what it is, on which rows and sources."""
    words = method_words().get(finding.method, {"head": finding.method.replace("_", " "), "formula": ""})
    rows = [graded_row(snapshot, row) for row in finding.evidence if row in snapshot.rows]
    sources = list(
        {source["id"]: source for source in (described(snapshot, str(row["source"])) for row in rows)}.values()
    )
    sources.sort(key=lambda one: (one.get("reprint") == "yes", str(one.get("reliability") or "Z"), one["id"]))
    named = tuple((str(source["citation"]), str(source.get("url") or "")) for source in sources[:SHOWN_SOURCES])
    if len(sources) > SHOWN_SOURCES:
        named += ((f"and {len(sources) - SHOWN_SOURCES} more, in brief.json", ""),)
    return Note(
        number=number, finding=finding.id, head=_head(snapshot, finding, words["head"]),
        text=_text(snapshot, finding, words["formula"], rows, _caveats(snapshot, finding, number, said)),
        word=MODELLED if _of_model(finding) else finding.word, grade=_grade(rows), sources=named,
    )  # fmt: skip


def _head(snapshot: Snapshot, finding: Finding, head: str) -> str:
    """Name the finding: its method, and of whom or of which channel."""
    parts = []
    if finding.method in ("channel_latest", "legal_state", "given", "channel_trend") and finding.channel:
        parts.append(snapshot.label(finding.channel))
    for key in ("partner", "b", "other", "member"):
        if key in finding.parameters:
            parts.append(snapshot.actors.name(str(finding.parameters[key])))
            break
    if "due_to" in finding.parameters:
        parts.append(label_of(str(finding.parameters["due_to"])))
    if "assumption" in finding.parameters:
        parts += [
            _case(snapshot, str(finding.parameters["case"])),
            assumption_label(str(finding.parameters["assumption"])),
        ]
    if "leaving" in finding.parameters:
        parts.append(_leaving(snapshot, str(finding.parameters["leaving"])))
    if "year" in finding.parameters:
        parts.append(str(finding.parameters["year"]))
    return f"{head}: {', '.join(parts)}" if parts else head


def _case(snapshot: Snapshot, case: str) -> str:
    """Name what is cut off: all goods of a partner, or fuel from it."""
    kind, _, who = case.partition(":")
    name = snapshot.actors.name(who) if who in snapshot.actors.by_id else "everybody"
    return f"no fuel from {name}" if kind == "fuel" else f"without {name}"


def _leaving(snapshot: Snapshot, codes: str) -> str:
    """Name who leaves."""
    names = [snapshot.actors.name(code) for code in codes.split(";") if code in snapshot.actors.by_id]
    if not names:
        return "all partners"
    return listing(names) if len(names) <= MOST_LEAVING else f"all {len(names)} named"


def _of_model(finding: Finding) -> bool:
    """Whether a finding is of the model of trade, so that the grade is that of the rows and not of the result."""
    return finding.method.startswith("leaving_")


def _caveats(snapshot: Snapshot, finding: Finding, number: int, said: dict[str, int]) -> list[str]:
    """Return what must be known beside a value: the first two caveats, or of a model all, each once in a brief."""
    if not _of_model(finding):
        return [caveat for caveat in finding.caveats if not caveat.startswith("A share is not")][:2]
    fresh = [caveat for caveat in finding.caveats if caveat not in said]
    before = sorted({said[caveat] for caveat in finding.caveats if caveat in said})
    said.update(dict.fromkeys(fresh, number))
    told = [f"{_sentence(_named(snapshot, caveat))}" for caveat in fresh]
    if before:
        notes = listing([f"note {one}" for one in before])
        told.append(f"What {notes} {'says' if len(before) == 1 else 'say'} of the model holds here too.")
    return told


def _sentence(words: str) -> str:
    """Write a caveat as a sentence."""
    return f"{words[:1].upper()}{words[1:].rstrip('.')}."


def _named(snapshot: Snapshot, words: str) -> str:
    """Write names of actors where a caveat holds their codes."""
    actors = snapshot.actors

    def name(found: re.Match[str]) -> str:
        """Return the name of a code, or what stood there."""
        return actors.name(found[0]) if found[0] in actors.by_id else found[0]

    return re.sub(r"\b[A-Z]{3}\b", name, words)


def _text(
    snapshot: Snapshot, finding: Finding, formula: str, rows: Sequence[Mapping[str, Any]], caveats: Sequence[str]
) -> str:
    """Write the body of a note: value, period, compilers, rows and caveats."""
    value = _value(snapshot, finding)
    compilers = list(dict.fromkeys(str(row["compiler"]) for row in rows if row.get("compiler")))
    parts = [value]
    if len(rows) == 1 and rows[0].get("start") and rows[0].get("end"):
        start, end = rows[0]["start"], rows[0]["end"]
        assert isinstance(start, date)
        parts.append(period_words(start, end))
    if compilers:
        parts.append(
            "by " + ", ".join(compilers[:3]) + (f" and {len(compilers) - 3} more" if len(compilers) > 3 else "")
        )
    by = finding.detail.get("alleged_by")
    if by:
        parts.append(Voice(snapshot).attributed(str(by)))
    count = "one row" if len(rows) == 1 else f"{len(rows)} rows"
    text = ", ".join(parts) + f"; {count}."
    if formula and len(rows) > 1:
        text += f" {formula[:1].upper()}{formula[1:]}."
    if len(rows) == 1 and rows[0].get("note"):
        text += f" {str(rows[0]['note']).rstrip('.')}."
    return " ".join([text, *caveats])


def _value(snapshot: Snapshot, finding: Finding) -> str:
    """Write value and interval exactly, with the unit as a reader says it."""
    ends = (finding.value, finding.low, finding.high)
    if finding.unit in ("share", "share of the cap", "share of the loss"):
        value, low, high = (f"{number * 100:,.1f}".replace("-", "minus ") for number in ends)
        tail = finding.unit.replace("share", "percent", 1)
        return f"{value} {tail}" if low == high else f"{value} {tail} ({low} to {high})"
    if finding.unit == "year":
        return f"since {finding.value:.0f}"
    if finding.unit == "yes or no":
        return "yes" if finding.value else "no"
    value, low, high = (exact(rounded(number, 6)).replace("-", "minus ") for number in ends)
    unit = _unit(snapshot, finding)
    if finding.value == 1 and not unit.endswith("ss"):
        unit = unit.removesuffix("s")
    return f"{value} {unit}" if low == high else f"{value} {unit} ({low} to {high})"


def _unit(snapshot: Snapshot, finding: Finding) -> str:
    """Say a unit in words: million dollars for USD million."""
    known = snapshot.units.get(finding.unit)
    if known is not None and known.dimension == "money" and known.base in finding.unit:
        size = finding.unit.replace(known.base, "").strip()
        return f"{size} {snapshot.label(known.base)}".strip()
    return finding.unit


def _grade(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return letter and digit of the row, or the span of them where there are several."""
    grades = sorted(
        {
            f"{row['reliability']}{row['credibility']}"
            for row in rows
            if row.get("reliability") and row.get("credibility")
        }
    )
    if not grades:
        letters = sorted({str(row["reliability"]) for row in rows if row.get("reliability")})
        return letters[0] if letters else ""
    return grades[0] if len(grades) == 1 else f"{grades[0]} to {grades[-1]}"


@cache
def method_words() -> Mapping[str, Mapping[str, str]]:
    """Return the heading and the formula in words of every method, from ``methods.csv``."""
    text = files("khasan.brief").joinpath("methods.csv").read_text(encoding="utf-8")
    return {row["method"]: row for row in csv.DictReader(text.splitlines())}
