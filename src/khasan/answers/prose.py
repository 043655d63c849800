"""Sentences with marked numbers: every numeral belongs to a finding or a row."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

OPEN, SPLIT, CLOSE = "\x02", "\x03", "\x04"
"""Marks inside a filled template; ledger text can hold none of them, since control characters are refused."""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a sentence: plain text, or a number that belongs to a finding or a row."""

    text: str
    finding: str = ""
    row: str = ""


@dataclass(frozen=True, slots=True)
class Prose:
    """Sentences as runs; ``text`` is the plain prose."""

    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """The prose without marks."""
        return "".join(run.text for run in self.runs)

    def spans(self) -> list[dict[str, Any]]:
        """Return start, end (offsets in ``text``) and finding of every marked number."""
        found: list[dict[str, Any]] = []
        place = 0
        for run in self.runs:
            if run.finding:
                found.append({"start": place, "end": place + len(run.text), "finding": run.finding})
            place += len(run.text)
        return found

    def finding_ids(self) -> tuple[str, ...]:
        """Return the findings that the prose cites, in order and once each."""
        return tuple(dict.fromkeys(run.finding for run in self.runs if run.finding))


def mark(text: str, finding: str) -> str:
    """Mark a piece of text as belonging to a finding, for :func:`parse`."""
    return f"{OPEN}{finding}{SPLIT}{text}{CLOSE}"


def quoted(name: str) -> str:
    """Keep a name that holds a numeral apart from the numbers of a sentence: it is nobody's finding.

    A name inside marked text stays as it is, since marks do not nest; so only whole names are quoted.
    """
    return mark(name, "") if re.search(r"\d", name) else name


def parse(text: str) -> Prose:
    """Turn a filled template into prose; runs of white space become one space.

    Raises
    ------
    ValueError
        Where a numeral stands in the text without belonging to a finding.
    """
    tidy = re.sub(r"\s+", " ", text).strip()
    tidy = re.sub(r" ([,.;:])", r"\1", tidy)
    runs: list[Run] = []
    for piece in re.split(f"({OPEN}[^{CLOSE}]*{CLOSE})", _flat(tidy)):
        if piece.startswith(OPEN):
            finding, _, inner = piece[1:-1].partition(SPLIT)
            runs.append(Run(inner, finding=finding))
        elif piece:
            if re.search(r"\d", piece):
                raise ValueError(f"a numeral belongs to no finding: {piece!r}")
            runs.append(Run(piece))
    return Prose(tuple(runs))


def _flat(text: str) -> str:
    """Take a quoted name out of its own mark where it stands inside another."""
    inner = f"{OPEN}{SPLIT}([^{OPEN}{CLOSE}]*){CLOSE}"
    outer = f"{OPEN}([^{SPLIT}{OPEN}{CLOSE}]+){SPLIT}([^{OPEN}{CLOSE}]*){inner}"
    while (flat := re.sub(outer, f"{OPEN}\\1{SPLIT}\\2\\3", text)) != text:
        text = flat
    return text


def plain(text: str) -> Prose:
    """Return prose without any mark, for text that needs none."""
    return Prose((Run(text),))


def join(parts: Iterable[Prose], glue: str = " ") -> Prose:
    """Join pieces of prose."""
    runs: list[Run] = []
    for part in parts:
        if not part.runs:
            continue
        if runs:
            runs.append(Run(glue))
        runs.extend(part.runs)
    return Prose(tuple(runs))
