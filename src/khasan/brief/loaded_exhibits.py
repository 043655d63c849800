"""Charts and tables of a brief for which public data sets alone speak."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from khasan.answers.answer import Answer, Case
from khasan.answers.assemble import Answers
from khasan.answers.loaded.phrases import side_of
from khasan.answers.numbers import amount, count, figure, listing, percent
from khasan.answers.prose import Prose, Run, plain
from khasan.answers.vetting import suspect_sides
from khasan.brief.document import Cell, Chart, Table
from khasan.brief.exhibit_words import source_line, span_of
from khasan.brief.exhibits import distances, leans, role_of, shares
from khasan.ledger.finding import Finding

SINCE = 1948
"""First year that the chart of shares shows."""
SIDES = ("imports", "exports")
"""What the client bought from the patron, and what it sold."""
MILLIONS, BILLIONS = "million dollars", "billion dollars"


def loaded_charts(answers: Answers) -> dict[str, Chart | None]:
    """Return the chart of each question; None where there is nothing to draw."""
    case = answers.case
    return {
        "bond": flows(case, answers.part("bond")),
        "dependence": _shares(case, answers.part("dependence")),
        "lifeline": fall(case, answers.part("lifeline")),
        "stance": _leans(case, answers.part("stance")),
        "reasons": _distances(case, answers.part("reasons")),
    }


def _shares(case: Case, answer: Answer) -> Chart | None:
    """Draw the shares since 1946, with what became of the patron's as the message."""
    curves = {
        partner: [one for one in curve if int(one.parameters["year"]) >= SINCE]
        for partner, curve in answer.parts["curves"].items()
    }
    chart = shares(case, replace(answer, parts={**answer.parts, "curves": curves}))
    if chart is None:
        return None
    mine = [line for line in chart.data["lines"] if line["role"] == "patron"]
    last = max(line["points"][-1][0] for line in chart.data["lines"])
    peak: Finding | None = answer.parts["peak"]
    title = span_of(mine) if mine else chart.title
    if mine and peak is not None and int(peak.parameters["year"]) >= SINCE:
        title = span_of([{**line, "points": _since(line, int(peak.parameters["year"]))} for line in mine])
    if any(line["weight"] == "vetted" for line in chart.data["lines"]):
        title = chart.title  # a rise that suspect flows make or hide is none of the patron's
    return replace(chart, title=title, data={**chart.data, "last": last})


def _since(line: Mapping[str, Any], year: int) -> list[Any]:
    """Return the points of a line from a year on."""
    return [point for point in line["points"] if point[0] >= year]


def _leans(case: Case, answer: Answer) -> Chart | None:
    """Draw the leans, with the side of the last ones as the message."""
    chart = leans(case, answer)
    if chart is None:
        return None
    sides: dict[str, list[str]] = {}
    for key, layer in (("on_votes", "votes"), ("on_points", "ideal points"), ("on_trade", "trade")):
        lean: Finding | None = answer.parts[key]
        if lean is not None:
            ahead = side_of(lean)
            side = "to neither side" if ahead == "neither" else f"towards {chart.data[ahead]}"
            sides.setdefault(side, []).append(f"{layer} ({lean.parameters['year']})")
    if not sides:
        return chart
    (side, first), *rest = sides.items()
    name = case.voice.possessive(case.triangle.patron)
    how = {1: "leaned", 2: "both leaned"}.get(len(first), "all leaned")
    said = f"{name} {listing(first)} {how} {side}"
    return replace(chart, title=case.voice.upper("; its ".join([said, *(f"{listing(m)} {s}" for s, m in rest)])))


def _distances(case: Case, answer: Answer) -> Chart | None:
    """Draw the distances, with the number of allies at the border as the message."""
    chart = distances(case, answer)
    neighbours: Finding | None = answer.parts["neighbours"]
    if chart is None or neighbours is None:
        return chart
    voice, number = case.voice, int(neighbours.low)
    touch = "touches" if number == 1 else "touch"
    patron, opponent = voice.bare_name(case.triangle.patron), voice.bare_name(case.triangle.opponent)
    title = voice.upper(f"{count(number, 'ally', 'allies')} of {opponent} {touch} {patron} by land")
    if case.triangle.opponent in neighbours.detail["land"]:
        more = f" and {count(number - 1, 'ally', 'allies')} of it touch" if number > 1 else " itself touches"
        title = voice.upper(f"{opponent}{more} {patron} by land")
    ends = max((one.detail["end"].year for one in answer.parts["away"]), default=None)
    said = (
        f"Shortest distance from territory to territory, kilometres, {ends}: allies of {opponent} nearest to {patron}"
    )
    begins = str(chart.data["counterfactual"]) if not number else ""
    return replace(chart, title=title, subtitle=said, data={**chart.data, "counterfactual": begins})


def flows(case: Case, answer: Answer) -> Chart | None:
    """Draw what each side sold the other by year, with the phases of the bond as bands."""
    curve: list[Finding] = answer.parts["curve"]
    turns: Finding | None = answer.parts["turns"]
    if not curve:
        return None
    voice, triangle = case.voice, case.triangle
    patron, client = voice.bare_name(triangle.patron), voice.bare_name(triangle.client)
    highest = max(float(one.detail[side] or 0) for one in curve for side in SIDES)
    scale, unit = (1000.0, BILLIONS) if highest >= 2000 else (1.0, MILLIONS)

    def scaled(value: Any) -> float | None:
        """Return an amount in the unit of the chart."""
        return None if value is None else float(value) / scale

    doubted = {
        one.id: suspect_sides(case, triangle.patron, int(one.parameters["year"]), str(one.detail["compiler"]))
        for one in curve
    }
    points = [
        [
            int(one.parameters["year"]), *(scaled(one.detail[side]) for side in SIDES),
            *((*(side in doubted[one.id] for side in SIDES),) if doubted[one.id] else ()),
        ]
        for one in curve
    ]  # fmt: skip
    firm = [one for one in curve if not doubted[one.id]] or curve
    phases = [
        {"first": span["first"], "last": span["last"], "label": _years(span["first"], span["last"])}
        for span in (turns.detail["spans"] if turns is not None else ())
    ]
    then = sorted({str(one.detail["actor"]) for one in curve} - {triangle.patron})
    before = f" ({' and '.join(voice.bare_name(code) for code in then)} before)" if then else ""
    largest = max(firm, key=lambda one: (one.detail["imports"] or 0) + (one.detail["exports"] or 0))
    total = ((largest.detail["imports"] or 0) + (largest.detail["exports"] or 0)) * 1e6
    most = amount(total, "USD", case.snapshot.units, case.snapshot.labels)
    title = f"Trade between {patron} and {client} was highest in {largest.parameters['year']}, at {most}"
    return Chart(
        kind="flows",
        title=title,
        subtitle=f"Recorded goods by year, {unit} at current prices; bands are phases of trade and votes"
        + ("; hatched: suspect flows, set aside" if len(firm) < len(curve) else ""),
        source=source_line(case, curve),
        alternative=_told(patron, client, points, unit),
        data={
            "up": voice.upper(f"{patron}{before} sold"), "down": voice.upper(f"{client} sold"), "points": points,
            "phases": phases, "rules": [], "first": min(int(point[0] or 0) for point in points),
            "last": max(int(points[-1][0] or 0), *(span["last"] for span in phases), 0),
        },
        findings=tuple(one.id for one in (*curve, *((turns,) if turns is not None else ()))),
    )  # fmt: skip


def _years(first: int, last: int) -> str:
    """Write a span of years in few letters: 1986 to 90, with a dash."""
    return f"{first}\u2013{last % 100:02d}" if first // 100 == last // 100 else f"{first}\u2013{last}"


def _told(patron: str, client: str, points: list[list[Any]], unit: str) -> str:
    """Say first, last and highest year of each side, of the flows that are not suspect."""
    parts = []
    for name, side in ((patron, 1), (client, 2)):
        known = [
            (point[0], point[side])
            for point in points
            if point[side] is not None and not any(point[2 + side : 3 + side])
        ]
        if known:
            top = max(known, key=lambda point: point[1])
            parts.append(
                f"{name} sold {_said(known[0][1])} in {known[0][0]}, {_said(known[-1][1])} in {known[-1][0]} and at "
                f"most {_said(top[1])} in {top[0]}, {unit}."
            )
    return " ".join(parts)


def _said(value: float) -> str:
    """Write an amount; one that is small beside the unit keeps a digit, since it is not 0."""
    written = figure(value)
    return f"{value:.1g}" if value > 0 and float(written.replace(",", "")) == 0 else written


def fall(case: Case, answer: Answer) -> Chart | None:
    """Draw trade with each partner before and after the largest fall: who fell with it and who rose."""
    changes: Mapping[str, Finding] = answer.parts["changes"]
    whole: Finding | None = answer.parts["fall"]
    if whole is None or len(changes) < 2:
        return None
    voice = case.voice
    ranked = sorted(changes.items(), key=lambda item: -float(item[1].detail["before"]))
    rows = [
        {
            "name": voice.bare_name(code), "role": role_of(case, code),
            "before": one.detail["before"], "after": one.detail["after"],
        }
        for code, one in ranked
    ]  # fmt: skip
    by_change = sorted(rows, key=lambda row: float(row["after"]) - float(row["before"]))
    fell, rose = by_change[0], by_change[-1]
    parts = [f"trade with {fell['name']} fell most"] if float(fell["after"]) < float(fell["before"]) else []
    parts += [f"with {rose['name']} it rose most"] if float(rose["after"]) > float(rose["before"]) else []
    before, after = whole.parameters["before"], whole.parameters["after"]
    title = voice.upper(", ".join(parts) or "trade with each stayed as it was")
    return Chart(
        kind="slope",
        title=title,
        subtitle=f"Recorded two-way trade with {voice.bare_name(case.triangle.client)} in {before} and {after}, "
        f"{MILLIONS}: the triangle, and the partners that moved most",
        source=source_line(case, changes.values()),
        alternative=" ".join(
            f"{row['name']}: {float(row['before']):,.0f} in {before}, {float(row['after']):,.0f} in {after}."
            for row in rows
        ),
        data={"before": str(before), "after": str(after), "unit": MILLIONS, "rows": rows},
        findings=(whole.id, *(one.id for one in changes.values())),
    )


def partner_table(case: Case, answer: Answer) -> Table | None:
    """List the client's largest partners in the last year on file, with both directions and the share before."""
    ranked: list[Finding] = answer.parts["ranked"]
    before: list[Finding | None] = answer.parts["before"]
    doubted: Finding | None = answer.parts["doubted"]
    if not ranked:
        return None
    year = int(ranked[0].parameters["year"])
    span = next((int(one.parameters["year"]) for one in before if one is not None), year - 10)
    client = case.voice.bare_name(case.triangle.client)
    vetted = any(one is not None and case.voice.beside(one) for one in (*ranked, *before, doubted))
    shares = "suspect flows set aside or as reported" if vetted else "as reported"
    both = (f"as reported, {year}",) if vetted else ()
    return Table(
        title=f"The largest partners of {client} on file in {year}",
        subtitle=f"Million dollars at current prices, as reported; shares of all trade recorded, {shares}",
        head=("Partner", f"{case.voice.upper(client)} sold", f"{case.voice.upper(client)} bought", f"Share, {year}",
              *both, f"Share, {span}"),
        rows=(
            *(_partner_row(case, one, old, vetted) for one, old in zip(ranked, before, strict=True)),
            *((_partner_row(case, doubted, None, vetted),) if doubted is not None else ()),
        ),
        source=source_line(case, ranked),
        numeric=tuple(range(1, 5 + vetted)),
    )  # fmt: skip


def _partner_row(case: Case, share: Finding, old: Finding | None, vetted: bool) -> tuple[Cell, ...]:
    """Make the row of a partner, with its share as reported too where suspect flows were set aside."""
    name = case.voice.upper(case.voice.bare_name(str(share.detail["actor"])))
    reported = float(share.detail.get("as_reported", share.value))
    return (
        Cell(plain(name), kind="head"),
        _money(share, "exports"),
        _money(share, "imports"),
        _part(share, share.value) if share.value or not reported else _aside(),
        *((_part(share, reported),) if vetted else ()),
        _part(old, old.value) if old is not None else _missing() if share.value else Cell(plain("")),
    )


def _money(share: Finding, key: str) -> Cell:
    """Write the goods of one direction, or that there is no record."""
    value = share.detail[key]
    if value is None:
        return _missing()
    return Cell(
        Prose((Run(f"{float(value):,.0f}" if value >= 10 else figure(float(value)), finding=share.id),)), kind="number"
    )


def _part(share: Finding, value: float) -> Cell:
    """Write a share with its sign."""
    return Cell(Prose((Run(percent(value).replace(" percent", "%"), finding=share.id),)), kind="number")


def _aside() -> Cell:
    """Say that every flow with the partner is set aside, which is no share of 0."""
    return Cell(plain("set aside"), kind="missing", why_missing="every flow with it is suspect by the rules used")


def _missing() -> Cell:
    """Say that there is no record."""
    return Cell(plain("no data"), kind="missing", why_missing="no flow above 0 in the file")
