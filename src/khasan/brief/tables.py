"""The tables of a brief: every channel, and vote beside deed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from khasan.answers.answer import Case
from khasan.answers.english import HEDGES
from khasan.answers.numbers import amount, amount_span, count
from khasan.answers.prose import Prose, Run, plain
from khasan.brief.document import Cell, Table
from khasan.ledger.finding import Finding
from khasan.ledger.periods import day_words, period_kind
from khasan.measures.legal import OPEN
from khasan.measures.lifeline import LifelineRow

MOST_ROWS = 7


def channel_table(case: Case, rows: Sequence[LifelineRow]) -> Table | None:
    """One row a channel: latest figure, period, trend, law, use of a cap; none is dropped while any has something."""
    if not any(row.latest is not None or row.legal is not None for row in rows):
        return None
    patron, client = case.voice.bare_name(case.triangle.patron), case.voice.bare_name(case.triangle.client)
    since = [
        row.legal.detail["unmonitored_since"]
        for row in rows
        if row.legal is not None and row.legal.detail.get("unmonitored")
    ]
    watched = f"; a dagger marks law that no panel has monitored since {day_words(min(since))}" if since else ""
    return Table(
        title="Every channel: the latest figure, its trend and the law",
        subtitle=f"Between {patron} and {client}, as of {day_words(case.snapshot.as_of)}{watched}",
        head=("Channel", "Latest figure", "When", "Trend", "Law", "Use of the cap"),
        rows=tuple(_channel_row(case, row) for row in rows),
        source="Sources: the rows behind each figure, and the instruments behind each law; both stand in the notes.",
    )


def _channel_row(case: Case, row: LifelineRow) -> tuple[Cell, ...]:
    """Make the row of a channel."""
    name = Cell(plain(row.name), kind="head")
    if row.latest is None:
        missing = Cell(plain("no data"), kind="missing", why_missing=row.why)
        return name, missing, _EMPTY, _EMPTY, _law(row), _cap(row)
    said = short_period(row.latest.detail["start"], row.latest.detail["end"])
    held = str(row.latest.detail.get("row") or "")
    when = Cell(Prose((Run(said, row=held) if held else Run(said, finding=row.latest.id),)))
    return name, _latest(case, row, row.latest), when, _trend(row.trend), _law(row), _cap(row)


_EMPTY = Cell(plain(""))


def _latest(case: Case, row: LifelineRow, latest: Finding) -> Cell:
    """Write the latest figure with its hedge, what it counts and, where it is not plain fact, the word for it."""
    snapshot = case.snapshot
    if latest.method == "channel_acts":
        return Cell(Prose((Run(count(int(latest.value), "act"), finding=latest.id),)), kind="number")
    hedge = HEDGES.get(str(latest.detail.get("qualifier") or ""), "")
    words = hedge + amount(latest.value, latest.unit, snapshot.units, snapshot.labels)
    if latest.low > 0 and latest.high > latest.low * 1.05 and not hedge:
        words = amount_span(latest.low, latest.high, latest.unit, snapshot.units, snapshot.labels)
    label = case.voice.bare_label(str(latest.detail.get("series") or ""))
    runs = [Run(words, finding=latest.id)]
    if label and label not in (row.label, words) and label.split()[0] not in words.split():
        runs.append(_safe(f", {label}", latest))
    if latest.word in ("alleged", "disputed", "not judged"):
        runs.append(Run(f" ({latest.word})"))
    if latest.detail.get("with"):
        runs.append(Run(f" ({latest.detail['with']})"))
    return Cell(Prose(tuple(runs)), kind="number")


def _safe(words: str, finding: Finding) -> Run:
    """Mark words that hold a numeral."""
    return Run(words, finding=finding.id) if any(letter.isdigit() for letter in words) else Run(words)


def _trend(trend: Finding | None) -> Cell:
    """Draw whole years of one compiler, and say the change from the first to the last."""
    if trend is None:
        return _EMPTY
    points = tuple((float(year), float(value)) for year, value in trend.detail["points"])
    size = f"{abs(trend.value):,.0f}%" if abs(trend.value) == 100 or round(abs(trend.value)) != 100 else "over 99%"
    moved = f"{size}, {int(points[0][0])}\u2013{int(points[-1][0])}"
    return Cell(
        Prose((Run(("\u2212" if trend.value < 0 else "+") + moved, finding=trend.id),)), kind="sparkline", points=points
    )


def _law(row: LifelineRow) -> Cell:
    """Make the cell of the law on a channel."""
    if row.legal is None:
        return Cell(plain(OPEN), kind="law")
    dagger = "\u2020" if row.legal.detail.get("unmonitored") else ""
    return Cell(Prose((Run(row.state, finding=row.legal.id), Run(dagger))), kind="law")


def _cap(row: LifelineRow) -> Cell:
    """Make the cell of the use of a cap, with its bar."""
    if row.cap is None:
        return _EMPTY
    low, high = row.cap.low * 100, row.cap.high * 100
    words = f"{low:,.0f}%" if high <= low * 1.02 else f"{low:,.0f} to {high:,.0f}%"
    longest = max(2.0, row.cap.high)
    return Cell(
        Prose((Run(f"{words}, {row.cap.parameters['year']}", finding=row.cap.id),)),
        kind="bar",
        points=((row.cap.high, longest),),
    )


def short_period(start: date, end: date) -> str:
    """Write a period in few letters: a year, a day with its month, or first and last with a dash between."""
    kind = period_kind(start, end)
    if kind == "year":
        return str(start.year)
    if kind == "day":
        return f"{start.day} {start:%b} {start.year}"
    if kind == "month":
        return f"{start:%b} {start.year}"
    if start.year == end.year:
        return f"{start:%b}\u2013{end:%b} {end.year}"
    return f"{start.year}\u2013{end.year}"


def deed_table(case: Case, deed: Finding | None, vetoes: Finding | None) -> Table | None:
    """Vote and deed side by side, one dated row each, oldest first."""
    votes = [dict(item, side="vote") for item in (deed.detail["votes"] if deed is not None else ())]
    deeds = [dict(item, side="deed") for item in (deed.detail["deeds"] if deed is not None else ())]
    if deed is None or not (votes or deeds):
        return None
    rows = sorted([*_spread(votes), *_spread(deeds)], key=_date)
    body = tuple(_deed_row(case, item, deed) for item in rows)
    patron = case.voice.bare_name(case.triangle.patron)
    return Table(
        title=f"What {patron} voted, vetoed or signed, and what it is reported to have delivered",
        subtitle="Dated rows; a delivery is shown on the first day of its period",
        head=("Date", "Voted, vetoed or signed", "Reported delivered"),
        rows=body,
        source="Sources: the acts themselves; the rows behind each delivery.",
    )


def _spread(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keep the latest rows."""
    return sorted(items, key=_date)[-MOST_ROWS:]


def _day(item: Mapping[str, Any]) -> str:
    """Write the day of an act or of a delivery."""
    day = date.fromisoformat(_date(item))
    return f"{day.day} {day:%b} {day.year}"


def shortened(text: str, most: int = 110) -> str:
    """Cut a long text at a semicolon or comma outside brackets, and say that there is more."""
    if len(text) <= most:
        return text
    places = [place for place, letter in enumerate(text[:most]) if letter in ";," and not _open_bracket(text[:place])]
    kept = text[: places[-1]] if places else text[:most].rsplit(" ", 1)[0]
    return f"{kept.rstrip(',; ')} \u2026"


def _open_bracket(text: str) -> bool:
    """Whether a text ends inside a bracket."""
    return text.count("(") > text.count(")")


def _date(item: Mapping[str, Any]) -> str:
    """Return the day of an act, or the first of a delivery."""
    return str(item.get("date") or item.get("start"))


def _deed_row(case: Case, item: Mapping[str, Any], deed: Finding) -> tuple[Cell, ...]:
    """Make the row of a vote or of a delivery."""
    row = str(item.get("id") or "")
    day = Cell(Prose((_run(_day(item), row, deed),)))
    if item["side"] == "vote":
        return day, Cell(Prose((_run(shortened(str(item["what"])), row, deed),))), Cell(plain(""))
    words = amount(float(item["value"]), str(item["unit"]), case.snapshot.units, case.snapshot.labels)
    by = (
        f", alleged by {case.voice.accuser(str(item['alleged_by']))}" if item.get("alleged_by") else f", {item['word']}"
    )
    label = case.voice.bare_label(str(item["series"]))
    return day, Cell(plain("")), Cell(Prose((_run(f"{words} ({label}{by})", row, deed),)))


def _run(words: str, row: str, finding: Finding) -> Run:
    """Mark words with their row, or with the finding where several rows stand behind them."""
    return Run(words, row=row) if row else Run(words, finding=finding.id)
