"""The tables of a brief: every channel, and vote beside deed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from khasan.answers.answer import Case
from khasan.answers.numbers import amount
from khasan.answers.prose import Prose, Run, plain
from khasan.brief.document import Cell, Table
from khasan.ledger.finding import Finding
from khasan.ledger.periods import day_words, period_words

MOST_ROWS = 10


def channel_table(case: Case, rows: Sequence[Any]) -> Table | None:
    """One row a channel: the latest figure, its period, the trend, the law and the use of a cap; none is dropped."""
    if not rows:
        return None
    body = tuple(_channel_row(case, row) for row in rows)
    return Table(
        title="Every channel: the latest figure, its trend and the law",
        subtitle=f"Between {case.voice.name(case.triangle.patron)} and {case.voice.name(case.triangle.client)}, as of {day_words(case.snapshot.as_of)}",
        head=("Channel", "Latest figure", "When", "Trend", "Law", "Use of the cap"),
        rows=body,
        source="Sources: the rows behind each figure; the law as the instruments of the ledger state it.",
        numeric=(),
    )  # fmt: skip


def _channel_row(case: Case, row: Any) -> tuple[Cell, ...]:
    name = Cell(plain(row.name), kind="head")
    latest: Finding | None = row.latest
    if latest is None:
        missing = Cell(plain("no data"), kind="missing", why_missing=row.why)
        return name, missing, Cell(plain("")), Cell(plain("")), _law(row), _cap(row)
    snapshot = case.snapshot
    hedge = {"about": "about ", "at_least": "at least ", "up_to": "up to ", "nearly": "nearly "}.get(
        str(latest.detail.get("qualifier") or ""), ""
    )
    words = hedge + amount(latest.value, latest.unit, snapshot.units, snapshot.labels, 3)
    label = case.voice.label(str(latest.detail.get("series") or ""))
    said = f" {latest.word}" if latest.word in ("alleged", "disputed", "not judged") else ""
    runs = [Run(words, finding=latest.id)]
    if label:
        runs.append(_safe(f" {label}", latest))
    if said:
        runs.append(Run(f" ({said.strip()})"))
    when = Run(period_words(latest.detail["start"], latest.detail["end"]), finding=latest.id)
    trend = row.trend
    points = tuple((float(year), float(value)) for year, value in trend.detail["points"]) if trend is not None else ()
    spark = Cell(_trend_words(trend), kind="sparkline", points=points) if trend is not None else Cell(plain(""))
    return name, Cell(Prose(tuple(runs)), kind="number"), Cell(Prose((when,))), spark, _law(row), _cap(row)


def _safe(words: str, finding: Finding) -> Run:
    """Mark words that hold a numeral."""
    return Run(words, finding=finding.id) if any(letter.isdigit() for letter in words) else Run(words)


def _trend_words(trend: Finding) -> Prose:
    points = trend.detail["points"]
    return Prose(
        (
            Run(
                f"{trend.value:+,.0f} percent since {int(points[0][0])}".replace("-", "minus ").replace("+", "plus "),
                finding=trend.id,
            ),
        )
    )


def _law(row: Any) -> Cell:
    legal: Finding | None = row.legal
    if legal is None:
        return Cell(plain("open"), kind="law")
    held = legal.detail["instruments"]
    named = list(
        dict.fromkeys(
            f"{one['instrument']}{' paragraph ' + str(one['paragraph']) if one.get('paragraph') else ''}"
            for one in held
        )
    )
    tail = f"; {named[0]}" + (f" and {len(named) - 1} more" if len(named) > 1 else "") if named else ""
    watched = ", unmonitored" if legal.detail.get("unmonitored") else ""
    return Cell(Prose((Run(row.state), Run(f"{watched}{tail}", finding=legal.id))), kind="law")


def _cap(row: Any) -> Cell:
    cap: Finding | None = row.cap
    if cap is None:
        return Cell(plain(""))
    low, high = cap.low * 100, cap.high * 100
    words = f"{low:,.0f} percent" if high <= low * 1.02 else f"{low:,.0f} to {high:,.0f} percent"
    return Cell(
        Prose((Run(f"{words} in {cap.parameters['year']}", finding=cap.id),)), kind="bar", points=((cap.high, 2.0),)
    )


def deed_table(case: Case, deed: Finding | None, vetoes: Finding | None) -> Table | None:
    """Vote and deed side by side, one dated row each, oldest first."""
    votes = [dict(item, side="vote") for item in (deed.detail["votes"] if deed is not None else ())]
    deeds = [dict(item, side="deed") for item in (deed.detail["deeds"] if deed is not None else ())]
    if deed is None or not (votes or deeds):
        return None
    rows = sorted([*_spread(votes), *_spread(deeds)], key=_date)
    body = tuple(_deed_row(case, item, deed) for item in rows)
    patron = case.voice.name(case.triangle.patron)
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


def _date(item: Mapping[str, Any]) -> str:
    return str(item.get("date") or item.get("start"))


def _deed_row(case: Case, item: Mapping[str, Any], deed: Finding) -> tuple[Cell, ...]:
    row = str(item.get("id") or "")
    day = Cell(Prose((_run(_date(item), row, deed),)))
    if item["side"] == "vote":
        return day, Cell(Prose((_run(str(item["what"]), row, deed),))), Cell(plain(""))
    words = amount(float(item["value"]), str(item["unit"]), case.snapshot.units, case.snapshot.labels)
    by = (
        f", alleged by {case.voice.accuser(str(item['alleged_by']))}" if item.get("alleged_by") else f", {item['word']}"
    )
    label = case.voice.label(str(item["series"]))
    return day, Cell(plain("")), Cell(Prose((_run(f"{words} ({label}{by})", row, deed),)))


def _run(words: str, row: str, finding: Finding) -> Run:
    """Mark words with their row, or with the finding where several rows stand behind them."""
    return Run(words, row=row) if row else Run(words, finding=finding.id)
