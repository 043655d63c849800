"""The five charts of a brief as data, made from the findings of the answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from khasan.answers.absorbing import Absorption
from khasan.answers.answer import Answer, Case
from khasan.answers.assemble import Answers
from khasan.answers.numbers import amount, count, percent, points
from khasan.answers.stance import layer_name
from khasan.answers.vetting import SAYS, Vetting, gap
from khasan.brief.absorbed_exhibit import absorbed
from khasan.brief.document import Chart
from khasan.brief.exhibit_words import listed, source_line, span_of, trend
from khasan.ledger.finding import Finding

RULE_YEARS = 4
"""Years between two rules of a chart that carry a word."""
MOST_LANES = 16
LEAST_POINTS = 5
"""Years that a compiler must cover to be drawn as a line."""
DRAWN = 0.05
"""Difference between vetted and reported share that one year must show for vetted shares to be drawn."""


def charts(answers: Answers) -> dict[str, Chart | None]:
    """Return the chart of each question; None where there is nothing to draw."""
    case = answers.case
    return {
        "bond": lanes(case, answers.part("bond")),
        "dependence": shares(case, answers.part("dependence")),
        "lifeline": absorbed(case, answers.part("lifeline"), role_of) or slope(case, answers.part("lifeline")),
        "stance": leans(case, answers.part("stance")),
        "reasons": distances(case, answers.part("reasons")),
    }


def role_of(case: Case, code: str) -> str:
    """Return the role of an actor, which decides its colour."""
    triangle, actors = case.triangle, case.snapshot.actors
    for role in ("patron", "rival", "opponent", "client"):
        holder = getattr(triangle, role)
        if holder and code in actors.lineage(holder):
            return role
    return "other"


def lanes(case: Case, answer: Answer) -> Chart | None:
    """Two lanes of what each side gave the other, with phases as bands and treaties as rules."""
    voice, triangle = case.voice, case.triangle
    ever: list[Finding] = [one for one in answer.parts["ever"] if one.detail.get("bars")]
    owed = answer.parts["owed"]
    told = {owed.channel} if owed is not None and answer.parts["forgiven"] is not None else set()
    rows: list[dict[str, Any]] = []
    used: list[Finding] = []
    for giver, role in ((triangle.patron, "patron"), (triangle.client, "client")):
        line = case.snapshot.actors.lineage(giver)
        given = [one for one in ever if str(one.parameters["giver"]) in line and one.channel not in told]
        given.sort(key=lambda one: (max(str(bar["end"]) for bar in one.detail["bars"]), one.id), reverse=True)
        for one in given[:MOST_LANES]:
            bars = one.detail["bars"]
            rows.append(
                {
                    "giver": voice.bare_name(giver), "role": role, "label": voice.bare_label(one.channel),
                    "start": str(min(bar["start"] for bar in bars)),
                    "end": str(min(max(str(bar["end"]) for bar in bars), str(case.snapshot.as_of))),
                    "amount": amount(one.value, one.unit, case.snapshot.units, case.snapshot.labels), "word": one.word,
                    "one_source": len(one.evidence) == 1,
                }
            )  # fmt: skip
            used.append(one)
    rows, more = _with_acts(case, answer, rows)
    used += more
    if not rows:
        return None
    turns, treaties = answer.parts["turns"], answer.parts["treaties"]
    first = min(int(row["start"][:4]) for row in rows)
    rules = [
        {"date": str(act["date"]), "label": "treaty"}
        for act in (treaties.detail["acts"] if treaties else ())
        if int(str(act["date"])[:4]) >= first
    ]
    phases = [
        {"first": span["first"], "last": span["last"], "label": f"{span['first']} to {span['last']}"}
        for span in (turns.detail["spans"] if turns else ())
        if span["last"] >= first
    ]
    patron, client = voice.bare_name(triangle.patron), voice.bare_name(triangle.client)
    gave = sum(row["role"] == "patron" for row in rows)
    return Chart(
        kind="lanes",
        title=case.voice.upper(
            f"{count(gave, 'channel')} from {patron}, {count(len(rows) - gave, 'channel')} from {client}"
        ),
        subtitle="What each gave the other, by channel; an amount covers its whole bar",
        source=source_line(case, used),
        alternative=listed(f"{patron} gave", (row for row in rows if row["role"] == "patron"))
        + " "
        + listed(f"{client} gave", (row for row in rows if row["role"] == "client")),
        data={
            "lanes": rows,
            "phases": phases,
            "rules": _thinned(rules),
            "first": first,
            "last": case.snapshot.as_of.year,
        },
        findings=tuple(one.id for one in used),
    )


def shares(case: Case, answer: Answer) -> Chart | None:
    """Shares of patron and rival in the client's trade, one line a compiler, and with suspect flows set aside."""
    lines, strips, used = _as_given(case, answer.parts["curves"])
    if not lines:
        return None
    vetting: Vetting = answer.parts["vetting"]
    vetted = _vetted_lines(case, vetting)
    client = case.voice.bare_name(case.triangle.client)
    hatched = "; hatched: from all suspect flows kept to all set aside" if vetted else ""
    return Chart(
        kind="shares",
        title=vetted_title(case, vetting) if vetted else span_of(lines),
        subtitle=f"Share of the two-way trade of {client}, percent; gaps are years without data{hatched}",
        source=source_line(case, used),
        alternative=" ".join(trend(line) for line in (*lines, *vetted)),
        data={
            "lines": [*lines, *vetted],
            "coverage": [{"compiler": name, "years": sorted(years)} for name, years in sorted(strips.items())],
            "rules": [], "first": min(line["points"][0][0] for line in lines), "last": case.snapshot.as_of.year,
        },
        findings=tuple(one.id for one in (*used, *vetting.used)),
    )  # fmt: skip


def _as_given(
    case: Case, curves: Mapping[str, Sequence[Finding]]
) -> tuple[list[dict[str, Any]], dict[str, set[int]], list[Finding]]:
    """Return a line for each partner and compiler, the years of each compiler, and the findings behind them."""
    lines: list[dict[str, Any]] = []
    strips: dict[str, set[int]] = {}
    used: list[Finding] = []
    for partner, curve in curves.items():
        grouped: dict[tuple[str, str], dict[int, Finding]] = {}
        for one in curve:
            grouped.setdefault((str(one.detail["compiler"]), str(one.detail["excludes"])), {})[
                int(one.parameters["year"])
            ] = one
        for (compiler, _), yearly in sorted(grouped.items()):
            if len(yearly) < LEAST_POINTS:
                continue
            computed = any(one.detail["route"] == "computed" for one in yearly.values())
            lines.append(
                {
                    "name": case.voice.bare_name(partner), "role": role_of(case, partner), "compiler": compiler,
                    "weight": "reported" if computed else "published",
                    "points": [[year, one.value, one.low, one.high] for year, one in sorted(yearly.items())],
                }
            )  # fmt: skip
            strips.setdefault(compiler, set()).update(yearly)
            used += yearly.values()
    return lines, strips, used


def _vetted_lines(case: Case, vetting: Vetting) -> list[dict[str, Any]]:
    """Return the vetted shares of each partner over the years in which they differ from the reported ones."""
    lines = []
    for partner, curve in vetting.curves.items():
        moved = [int(one.parameters["year"]) for one in curve if gap(one) >= SAYS]
        shown = [one for one in curve if moved and min(moved) - 1 <= int(one.parameters["year"]) <= max(moved) + 1]
        if max((gap(one) for one in curve), default=0.0) >= DRAWN and len(shown) >= LEAST_POINTS:
            lines.append(
                {
                    "name": case.voice.bare_name(partner), "role": role_of(case, partner),
                    "compiler": str(shown[0].detail["compiler"]), "weight": "vetted",
                    "points": [[int(one.parameters["year"]), one.value, one.low, one.high] for one in shown],
                }
            )  # fmt: skip
    return lines


def vetted_title(case: Case, vetting: Vetting) -> str:
    """Say what setting suspect flows aside does to the share that it moves most."""
    worst, error = vetting.worst, vetting.error
    assert worst is not None
    name = case.voice.possessive(str(worst.detail["actor"]))
    if error is not None:
        return case.voice.upper(
            f"{name} share lies {points(error.value)} from {error.parameters['against']}'s with suspect flows set "
            f"aside, {error.detail['as_reported']:.1f} as reported"
        )
    year, given = worst.parameters["year"], percent(float(worst.detail["as_reported"]))
    return case.voice.upper(
        f"{name} share in {year} is {percent(worst.value)} with suspect flows set aside, {given} as reported"
    )


def slope(case: Case, answer: Answer) -> Chart | None:
    """Trade with each partner before and after the shock."""
    changes: Mapping[str, Finding | None] = answer.parts["changes"]
    model = answer.parts["of_rival"] or answer.parts["of_patron"]
    taken: Absorption | None = answer.parts["taken"]
    if model is None:
        return None
    same = [
        (partner, one)
        for partner, one in changes.items()
        if one is not None and all(one.parameters[key] == model.parameters[key] for key in ("before", "after"))
    ]
    rows = [
        {
            "name": case.voice.bare_name(partner),
            "role": role_of(case, partner),
            "before": one.detail["before"],
            "after": one.detail["after"],
        }
        for partner, one in same
    ]
    before, after = model.parameters["before"], model.parameters["after"]
    return Chart(
        kind="slope",
        title=f"Recorded trade before and after most restrictions began, {before} and {after}",
        subtitle=f"Two-way trade with {case.voice.bare_name(case.triangle.client)}, million dollars"
        + ("; all are bound, so no share of the loss is defined" if taken is not None and taken.all_bound else ""),
        source=source_line(case, [one for _, one in same]),
        alternative=" ".join(
            f"{row['name']}: {row['before']:,.0f} in {before}, {row['after']:,.0f} in {after}." for row in rows
        ),
        data={"before": str(before), "after": str(after), "unit": "million dollars", "rows": rows},
        findings=tuple(one.id for _, one in same),
    )


def leans(case: Case, answer: Answer) -> Chart | None:
    """Lean of the patron between the rivals, one line a layer."""
    other = answer.parts["other"]
    layers: Sequence[Finding] = [one for one in answer.parts["layers"] if "year" in one.parameters]
    grouped: dict[str, dict[int, Finding]] = {}
    for one in layers:
        name = layer_name(one)
        grouped.setdefault(name, {})[int(one.parameters["year"])] = one
    if not grouped or other is None:
        return None
    lines = [
        {"layer": name, "points": [[year, one.value, one.low, one.high] for year, one in sorted(points.items())]}
        for name, points in grouped.items()
    ]
    patron, client, second = (
        case.voice.bare_name(code) for code in (case.triangle.patron, case.triangle.client, other)
    )
    ends = ". ".join(
        f"On {line['layer']} {line['points'][0][1]:+.2f} in {line['points'][0][0]} "
        f"and {line['points'][-1][1]:+.2f} in {line['points'][-1][0]}"
        for line in lines
    )
    return Chart(
        kind="leans",
        title=f"{patron} between {client} and {second}",
        subtitle="Lean by layer; zero is equidistance, each layer has its own scale of meaning"
        + ("; shade: range of the estimate" if any(one.low < one.high for one in layers) else ""),
        source=source_line(case, layers),
        alternative=f"{ends}. Plus is towards {client}.",
        data={"one": client, "other": second, "lines": lines, "acts": []},
        findings=tuple(one.id for one in layers),
    )


def distances(case: Case, answer: Answer) -> Chart | None:
    """Distance from the patron to the nearest members of the opponent's bloc, and the border with the client."""
    away: Sequence[Finding] = answer.parts["away"]
    if not away:
        return None
    line = answer.parts["line"]
    patron, client = case.voice.bare_name(case.triangle.patron), case.voice.bare_name(case.triangle.client)
    rows = [
        {
            "name": case.voice.bare_name(str(one.parameters["other"])),
            "kind": "land" if one.value == 0 else "sea", "km": one.value,
            "role": role_of(case, str(one.parameters["other"])), "member": True,
        }
        for one in away
    ]  # fmt: skip
    neighbours = answer.parts["neighbours"]
    gone = (
        f"With {client} gone, the bloc would begin at the border"
        if neighbours is not None and neighbours.high > neighbours.low
        else ""
    )
    return Chart(
        kind="distances",
        title=f"How near the bloc of {case.voice.bare_name(case.triangle.opponent)} stands to {patron}",
        subtitle="Shortest distance from territory to territory, kilometres"
        + (
            f"; the border with {client} is {amount(line.value, line.unit, case.snapshot.units, case.snapshot.labels)}"
            if line
            else ""
        ),
        source=source_line(case, away),
        alternative=" ".join(f"{row['name']}: {row['km']:,.0f} km." for row in rows),
        data={"patron": patron, "client": client, "rows": rows, "counterfactual": gone},
        findings=tuple(one.id for one in away),
    )


def _with_acts(case: Case, answer: Answer, rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[Finding]]:
    """Add what the patron gave that is no delivery: debt written off, and vetoes."""
    voice, patron = case.voice, case.triangle.patron
    more: list[Finding] = []
    head = {"giver": voice.bare_name(patron), "role": "patron"}
    owed, forgiven = answer.parts["owed"], answer.parts["forgiven"]
    if forgiven is not None and owed is not None:
        words = amount(forgiven.high, forgiven.unit, case.snapshot.units, case.snapshot.labels)
        least = amount(forgiven.low, forgiven.unit, case.snapshot.units, case.snapshot.labels)
        said = words if forgiven.low == forgiven.high else f"{least} or {words}"
        day = str(owed.detail["start"])
        rows = [
            head
            | {
                "label": "debt written off",
                "start": day,
                "end": day,
                "amount": said,
                "word": forgiven.word,
                "one_source": False,
            },
            *rows,
        ]
        more.append(forgiven)
    vetoes = answer.parts["vetoes"]
    if vetoes is not None:
        days = [str(act["date"]) for act in vetoes.detail["acts"]]
        said = count(int(vetoes.value), "veto", "vetoes")
        rows = [
            head
            | {
                "label": "vetoes",
                "start": min(days),
                "end": max(days),
                "amount": said,
                "word": vetoes.word,
                "one_source": False,
            },
            *rows,
        ]
        more.append(vetoes)
    return rows, more


def _thinned(rules: list[dict[str, str]]) -> list[dict[str, str]]:
    """Keep the first rule of some years, so that the words beside them can be read."""
    kept: list[dict[str, str]] = []
    for rule in rules:
        if not kept or int(rule["date"][:4]) - int(kept[-1]["date"][:4]) >= RULE_YEARS:
            kept.append(rule)
    return kept
