"""What a brief is made of, before it is a page: sentences with marked numbers, tables, charts and notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from khasan.answers.prose import Prose, Run

__all__ = ["Brief", "Cell", "Chart", "Note", "Prose", "Run", "Section", "Table"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: prose, and what it is (text, number, sparkline, law, bar)."""

    prose: Prose
    kind: str = "text"
    why_missing: str = ""
    points: tuple[tuple[float, float], ...] = ()
    """For ``sparkline``: (year, value) pairs. For ``bar``: one pair (value, limit of the axis); 1 is the cap."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: at most seven columns, one row a thing; the unit stands in the head."""

    title: str
    subtitle: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    source: str
    numeric: tuple[int, ...] = ()
    """Indices of the columns that are aligned to the right."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as data: what kind, the message, and the rows that it draws.

    ``kind`` is one of lanes, flows, shares, slope, absorbed, leans, distances, coalition, scenario; see
    :mod:`khasan.brief.charts` for the columns of ``data`` that each one takes.
    """

    kind: str
    title: str
    subtitle: str
    source: str
    alternative: str
    data: Mapping[str, Any]
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """An evidence note: its number, what it says, and the rows and sources behind it."""

    number: int
    finding: str
    head: str
    text: str
    word: str
    grade: str
    sources: tuple[tuple[str, str], ...]
    """Citation and address (empty where there is none) of each source."""


@dataclass(frozen=True, slots=True)
class Section:
    """The answer to one of the five questions."""

    question: str
    title: Prose
    answer: Prose
    chart: Chart | None
    tables: tuple[Table, ...]
    conflicts: tuple[Prose, ...]
    unknown: tuple[Prose, ...]
    findings: tuple[str, ...]
    steady: bool = False
    """Whether the chart follows the answer in print too, and does not float to the foot of a page."""


@dataclass(frozen=True, slots=True)
class Brief:
    """A whole brief, from which the page, the PDF and the JSON are made."""

    patron: str
    client: str
    opponent: str | None
    rival: str | None
    names: Mapping[str, str]
    """Codes to names of the actors of the triangle."""
    as_of: str
    since: str | None
    dateline: str
    headline: Prose
    bottom_line: Prose
    standard: Prose
    """The first note: the evidentiary standard."""
    sections: tuple[Section, ...]
    changes: tuple[Section, ...]
    """What became known since a date, where one was asked for."""
    struck: tuple[Prose, ...]
    """Retracted rows, struck through in every later brief."""
    notes: tuple[Note, ...]
    channels: tuple[Mapping[str, Any], ...]
    findings: tuple[Mapping[str, Any], ...]
    sources: tuple[Mapping[str, Any], ...]
    evidence: tuple[Mapping[str, Any], ...] = field(default=())
    """Rows of ``evidence.csv``: one a fact used."""
    chapters: tuple[Section, ...] = ()
    """What a model says beside the five answers; empty where the ledger keeps no finding of one."""
    news: Mapping[str, Any] | None = None
    """All rows that became known since a date and all findings that moved, for the JSON."""
