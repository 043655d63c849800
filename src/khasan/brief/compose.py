"""Lay out answers as a brief: charts, tables, notes, sources and evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

from khasan.answers.answer import Answer, Case
from khasan.answers.asking import described
from khasan.answers.assemble import Answers, cited_first
from khasan.answers.changes import Changes
from khasan.answers.numbers import amount
from khasan.answers.prose import Prose, Run, plain
from khasan.brief.document import Brief, Cell, Section, Table
from khasan.brief.evidence import evidence_rows
from khasan.brief.exhibits import charts, role_of
from khasan.brief.leaving_exhibit import assumption_table, loss_table, worth_chart
from khasan.brief.loaded_exhibits import loaded_charts, partner_table
from khasan.brief.notes import method_words, notes_for
from khasan.brief.tables import channel_table, deed_table, shortened
from khasan.ledger.finding import Finding
from khasan.ledger.periods import day_words, period_words

MOST_NEWS = 14
"""Rows and findings that the page shows of what is new; all of them stand in brief.json."""


def compose(answers: Answers, changes: Changes | None = None) -> Brief:
    """Make the document of a brief.

    Parameters
    ----------
    answers : Answers
        The five answers, the headline and the bottom line.
    changes : Changes, optional
        What became known since a day.
    """
    case = answers.case
    snapshot, triangle = case.snapshot, case.triangle
    findings = cited_first(answers)
    by_id = {one.id: one for one in findings}
    drawn = loaded_charts(answers) if case.loaded else charts(answers)
    chapters = tuple(
        replace(_section(case, answer, worth_chart(case, answer, role_of)), steady=True) for answer in answers.chapters
    )
    sections = tuple(_section(case, answer, drawn[answer.question]) for answer in answers.answers)
    if chapters:
        # A chart at the foot of the next page would stand among the words of the chapter.
        sections = (*sections[:-1], replace(sections[-1], steady=True))
    news = (_changes(case, changes),) if changes is not None else ()
    notes = notes_for(snapshot, _cited(answers, (*sections, *chapters), news, by_id), by_id)
    evidence = evidence_rows(case, findings)
    sources = {row["source"]: described(snapshot, row["source"]) for row in evidence}
    return Brief(
        patron=triangle.patron, client=triangle.client, opponent=triangle.opponent, rival=triangle.rival,
        names={code: snapshot.actors.name(code) for code in triangle.actors},
        as_of=snapshot.as_of.isoformat(),
        since=changes.since if changes is not None else None,
        dateline=_dateline(case),
        headline=answers.headline,
        bottom_line=answers.bottom_line,
        standard=answers.standard,
        sections=sections,
        chapters=chapters,
        changes=news,
        struck=_struck(case),
        notes=notes,
        channels=tuple(row.as_dict() for row in answers.part("lifeline").parts["rows"]),
        findings=tuple(one.as_dict() for one in findings),
        sources=tuple({source["id"]: source for source in sources.values()}.values()),
        evidence=tuple(evidence),
        news=_news(changes) if changes is not None else None,
    )  # fmt: skip


def _section(case: Case, answer: Answer, chart: Any) -> Section:
    """Make the section of one answer, with its chart and tables."""
    tables: list[Table | None] = []
    if case.loaded and answer.question == "dependence":
        tables.append(partner_table(case, answer))
    if answer.question == "lifeline" and not case.loaded:
        tables.append(channel_table(case, answer.parts["rows"]))
    if answer.question == "stance":
        tables.append(deed_table(case, answer.parts["deed"], answer.parts["vetoes"]))
    if answer.question == "bond":
        tables.append(_exchange_table(case, answer.parts["deals"]))
    if answer.question == "leaving":
        tables += [loss_table(case, answer), assumption_table(case, answer)]
    return Section(
        question=answer.question,
        title=answer.title,
        answer=answer.text,
        chart=chart,
        tables=tuple(table for table in tables if table is not None),
        conflicts=answer.conflicts,
        unknown=answer.unknown,
        findings=tuple(one.id for one in answer.findings),
        steady=case.loaded,
    )


def _exchange_table(case: Case, deals: Finding | None) -> Table | None:
    """Return the table of deals of which a source names both legs, or None without any."""
    if deals is None:
        return None
    rows = []
    for deal in deals.detail["exchanges"]:
        row = str(deal["id"])
        terms = shortened(str(deal.get("terms") or ""))
        rows.append(
            (
                Cell(Prose((Run(f"{deal['date']:%b %Y}", row=row),))),
                Cell(Prose((Run(f"{case.voice.bare_name(deal['give_actor'])}: {deal['give']}", row=row),))),
                Cell(Prose((Run(f"{case.voice.bare_name(deal['take_actor'])}: {deal['take']}", row=row),))),
                Cell(Prose((Run(f"{terms} ({'alleged' if deal['alleged_by'] else deal['word']})", row=row),))),
            )
        )
    return Table(
        title="Deals of which one page names both legs",
        subtitle="Most were planned, attempted or inferred; the last column says who links the legs",
        head=("When", "One leg", "Other leg", "Terms, and who says so"),
        rows=tuple(rows),
        source="Sources: the page behind each row.",
    )


def _changes(case: Case, changes: Changes) -> Section:
    """Tell what became known since a day: rows, and findings that moved."""
    voice, snapshot = case.voice, case.snapshot
    news = []
    for table, row in changes.rows[:MOST_NEWS]:
        what = row.get("what") or row.get("give")
        if table == "observation":
            value = amount(row["value"], row["unit"], snapshot.units, snapshot.labels)
            between = f"{voice.bare_name(row['from_actor'])} to {voice.bare_name(row['to_actor'])}"
            what = f"{voice.bare_label(row['series'])}: {value} ({between}), {row['word']}"
        news.append(
            (Cell(Prose((Run(str(row["known"]), row=row["id"]),))), Cell(Prose((Run(str(what), row=row["id"]),))))
        )
    moved = []
    shown = [one for one in changes.moved if one.before is not None] + [
        one for one in changes.moved if one.before is None
    ]
    for one in shown[:MOST_NEWS]:
        head = method_words().get(one.after.method, {"head": one.after.method})["head"]
        about = voice.bare_label(one.after.channel) if one.after.channel else ""
        before = _said(case, one.before) if one.before is not None else "not known"
        moved.append(
            (
                Cell(plain(f"{head}, {about}" if about else head)),
                Cell(Prose((Run(before, finding=one.after.id),))),
                Cell(Prose((Run(_said(case, one.after), finding=one.after.id),))),
            )
        )
    tables = []
    if news:
        tables.append(
            Table(
                "New rows",
                f"The latest of {len(changes.rows):,} rows about the pair",
                ("Known from", "What"),
                tuple(news),
                "Sources: as each row says; all rows in brief.json.",
            )
        )
    if moved:
        tables.append(
            Table(
                "Findings that moved",
                f"The first of {len(changes.moved):,}",
                ("Finding", "Then", "Now"),
                tuple(moved),
                "All of them in brief.json.",
                numeric=(1, 2),
            )
        )
    text = voice.say("changes", rows=len(changes.rows), since=changes.since, moved=bool(changes.moved))
    return Section(
        "changes",
        plain("What became known since"),
        text,
        None,
        tuple(tables),
        (),
        (),
        tuple(one.after.id for one in changes.moved),
    )


def _said(case: Case, finding: Finding) -> str:
    """Write the value of a finding in few words."""
    return amount(finding.value, finding.unit, case.snapshot.units, case.snapshot.labels)


def _news(changes: Changes) -> dict[str, Any]:
    """List all that became known, and every finding that moved, for brief.json."""
    return {
        "since": changes.since,
        "rows": [
            {"id": row["id"], "table": table, "known_from": row["known"].isoformat()} for table, row in changes.rows
        ],
        "moved": [
            {
                "finding": one.after.id, "now": one.after.value, "unit": one.after.unit,
                "then": one.before.value if one.before is not None else None,
            }
            for one in changes.moved
        ],
    }  # fmt: skip


def _cited(
    answers: Answers, sections: tuple[Section, ...], news: tuple[Section, ...], by_id: Mapping[str, Finding]
) -> list[str]:
    """List the findings that the page cites, in the order of the page."""
    prose = [answers.headline, answers.bottom_line]
    for section in (*news, *sections):
        prose += [section.title, section.answer]
        prose += [cell.prose for table in section.tables for row in table.rows for cell in row]
        prose += [*section.conflicts, *section.unknown]
    return [key for key in dict.fromkeys(key for one in prose for key in one.finding_ids()) if key in by_id]


def _dateline(case: Case) -> str:
    """Say whom the brief is about, as of which day, and on how many rows."""
    names = [
        case.voice.bare_name(code)
        for code in (case.triangle.patron, case.triangle.client, case.triangle.opponent, case.triangle.rival)
        if code
    ]
    snapshot = case.snapshot
    derived = snapshot.observation.filter(pl.col("basis").fill_null("reported") == "derived").height
    held = snapshot.observation.height - derived
    known = snapshot.source.filter(snapshot.source["published_day"] <= snapshot.as_of).height
    numbers = ((held, "figures"), (snapshot.event.height, "events"), (known, "sources"))
    counts = ", ".join(f"{number:,} {what}" for number, what in numbers if number)
    parts = [case.voice.upper(" · ".join(names)), f"as of {day_words(snapshot.as_of)}"]
    return " | ".join(part for part in (*parts, _ends(case) if case.loaded else "", counts) if part)


def _ends(case: Case) -> str:
    """Say with which year the rows of the client's trade and of its votes end."""
    snapshot, found = case.snapshot, []
    line = list(snapshot.actors.lineage(case.triangle.client))
    own = snapshot.usable.filter(pl.col("from_actor").is_in(line) | pl.col("to_actor").is_in(line))
    for name, roles in (("trade", ("goods_exports", "goods_trade")), ("votes", ("votes_cell",))):
        series = [one for role in roles for one in snapshot.series_of(role)]
        last = own.filter(pl.col("series").is_in(series)).get_column("end").max()
        found.append(f"{name} to {last.year}" if isinstance(last, date) else f"no {name}")
    return ", ".join(found)


def _struck(case: Case) -> tuple[Prose, ...]:
    """List the retracted rows with their reasons."""
    return tuple(
        Prose((Run(_what_was(case, row["row_id"]), row=row["row_id"]), Run(f". {row['reason']}", row=row["row_id"])))
        for row in case.snapshot.struck.iter_rows(named=True)
    )


def _what_was(case: Case, row: str) -> str:
    """Tell what a retracted row said, as far as the snapshot still holds it."""
    snapshot = case.snapshot
    if row not in snapshot.rows or snapshot.rows[row][0] != "observation":
        return row
    cells = snapshot.rows[row][1]
    pair = f"{snapshot.actors.name(cells['from_actor'])} to {snapshot.actors.name(cells['to_actor'])}"
    said = amount(cells["value"], cells["unit"], snapshot.units, snapshot.labels)
    when = period_words(cells["start"], cells["end"])
    by = f", {cells['compiler']}" if cells.get("compiler") else ""
    return f"{row}: {snapshot.label(cells['series'])}, {pair}, {when}{by}: {said}"
