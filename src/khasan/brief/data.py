"""A brief as plain data: what stands in ``brief.json`` and in ``evidence.csv``."""

from __future__ import annotations

import csv
import io
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


def evidence_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return rows as CSV, safe to open in a spreadsheet.

    Text that a spreadsheet would take for a formula is written after an apostrophe; numbers stay as they are.

    Parameters
    ----------
    rows : sequence of mapping
        One a fact used; columns are the keys in the order in which they first appear.
    """
    columns = list(dict.fromkeys(column for row in rows for column in row))
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\n")
    if columns:
        writer.writerow([_harmless(column) for column in columns])
    numeric = {column for column in columns if _is_numeric(row.get(column) for row in rows)}
    for row in rows:
        writer.writerow([_field(row.get(column), column in numeric) for column in columns])
    return sheet.getvalue()


def _is_numeric(values: Any) -> bool:
    """Whether every value that is there is a number."""
    return all(value is None or value == "" or _number(value) for value in values)


def _number(value: Any) -> bool:
    """Whether a value is a number, or a text that reads as a finite one."""
    if isinstance(value, int | float):
        return True
    try:
        return isinstance(value, str) and math.isfinite(float(value))
    except ValueError:
        return False


def _field(value: Any, numeric: bool) -> str:
    """Write a value as a cell of a CSV file."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, list | tuple | set | frozenset):
        value = "; ".join(str(part) for part in value)
    if numeric or (isinstance(value, int | float) and not isinstance(value, bool)):
        return str(value)
    return _harmless(str(value))


def _harmless(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
