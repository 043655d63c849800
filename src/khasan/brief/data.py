"""A brief as plain data: what stands in ``brief.json`` and in ``evidence.csv``."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from khasan.brief.document import Brief, Note, Prose, Section

SCHEMA = "khasan-brief/1"


def brief_data(brief: Brief) -> dict[str, Any]:
    """Return a brief as it stands in JSON (see ``brief.schema.json``).

    Parameters
    ----------
    brief : Brief
        What is said. Numbers that are not finite become null.
    """
    data = {
        "schema": SCHEMA,
        "patron": brief.patron,
        "client": brief.client,
        "opponent": brief.opponent,
        "rival": brief.rival,
        "names": dict(brief.names),
        "as_of": brief.as_of,
        "since": brief.since,
        "dateline": brief.dateline,
        "headline": brief.headline.text,
        "headline_spans": brief.headline.spans(),
        "bottom_line": brief.bottom_line.text,
        "bottom_line_spans": brief.bottom_line.spans(),
        "standard": brief.standard.text,
        "answers": [_section(section) for section in brief.sections],
        "chapters": [_section(section) for section in brief.chapters],
        "changes": [_section(section) for section in brief.changes],
        "news": None if brief.news is None else dict(brief.news),
        "retracted": [prose.text for prose in brief.struck],
        "channels": list(brief.channels),
        "findings": list(brief.findings),
        "notes": [_note(note) for note in brief.notes],
        "sources": list(brief.sources),
    }
    cleaned: dict[str, Any] = _clean(data)
    return cleaned


def _section(section: Section) -> dict[str, Any]:
    """Return a section as it stands in brief.json."""
    chart = section.chart
    return {
        "question": section.question,
        "title": section.title.text,
        "title_spans": section.title.spans(),
        "text": section.answer.text,
        "spans": section.answer.spans(),
        "findings": list(section.findings),
        "conflicts": _texts(section.conflicts),
        "unknown": _texts(section.unknown),
        "chart": None
        if chart is None
        else {
            "kind": chart.kind,
            "title": chart.title,
            "subtitle": chart.subtitle,
            "source": chart.source,
            "alternative": chart.alternative,
            "findings": list(chart.findings),
            "data": chart.data,
        },
        "tables": [
            {
                "title": table.title,
                "subtitle": table.subtitle,
                "head": list(table.head),
                "rows": [[cell.prose.text for cell in row] for row in table.rows],
                "source": table.source,
            }
            for table in section.tables
        ],
    }


def _texts(proses: Sequence[Prose]) -> list[str]:
    """Return the text of every prose that has any."""
    return [prose.text for prose in proses if prose.text.strip()]


def _note(note: Note) -> dict[str, Any]:
    """Return a note as it stands in brief.json."""
    return {
        "number": note.number,
        "finding": note.finding,
        "head": note.head,
        "text": note.text,
        "word": note.word,
        "grade": note.grade,
        "sources": [{"citation": words, "url": address} for words, address in note.sources],
    }


def _clean(value: Any) -> Any:
    """Return a value as JSON has it: no tuples, no numbers that are not finite, dates as text."""
    if isinstance(value, Mapping):
        return {str(key): _clean(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(part) for part in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, str | int | bool):
        return value
    return str(value)
