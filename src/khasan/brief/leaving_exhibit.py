"""The chart and the tables on what the client would lose if its partners left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from khasan.answers.answer import Answer, Case
from khasan.answers.leaving import span, two_digits
from khasan.answers.numbers import count, listing, percent
from khasan.answers.prose import Prose, Run, plain
from khasan.brief.document import Cell, Chart, Table
from khasan.brief.exhibit_words import source_line
from khasan.ledger.finding import Finding
from khasan.measures.leaving.asked import Asked, label_of
from khasan.measures.leaving.assumptions import assumption_label

ONE_SECTOR = (
    "In the model of one sector; the first note holds the ranges, the data and what the model leaves out. Shares of an "
    "interval count what an assumption does alone and together with others."
)
MANY_SECTORS = (
    "Input-output tables of Caliendo and Parro; the economy is assumed, not measured. A loss of two thirds and more "
    "is no forecast: it says that the assumptions do not hold together. Coal and oil are one good there, so that "
    "losses of fuel come out too small; who is no region of the tables cannot leave alone."
)
"""What stands under the two tables."""
NAMED = 0.1
"""Share of the spread from which an assumption is named in the table."""


def worth_chart(case: Case, answer: Answer, role_of: Callable[[Case, str], str]) -> Chart | None:
    """Draw what each partner is worth, between what it costs alone and what it costs last.

    ``role_of`` gives the role of an actor in a case, which decides its colour.
    """
    parts = answer.parts
    members = [code for code in parts["asked"].among if parts["worth"][code] is not None]
    joined = parts["joined"] or parts["both"]
    if not any(parts["worth"][code].high > 0.0 for code in members):
        return None
    rows = [_row(case, parts, code, role_of) for code in members]
    top = max(members, key=lambda code: float(parts["worth"][code].value))
    whole = float(joined.value)
    left = "both" if len(members) == 2 else f"these {count(len(members), '', ' ').strip()}"
    used = [
        one
        for code in members
        for one in (parts["worth"][code], parts["alone"][code], parts["last"][code])
        if one is not None
    ]
    client, leader = case.voice.bare_name(case.triangle.client), case.voice.upper(case.voice.bare_name(top))
    return Chart(
        kind="coalition",
        title=f"{leader} is worth {two_digits(parts['worth'][top].value)} of the {two_digits(whole)} percent that "
        f"{client} would lose if {left} left",
        subtitle="Shapley value of each partner's leaving, percent of welfare, in the model of world trade of "
        f"{parts['year']}; in brackets: {settings_told(parts['asked'])}",
        source=source_line(case, [*used[:1]]),
        alternative=" ".join(
            f"{case.snapshot.actors.name(code)}: {two_digits(parts['worth'][code].value)} percent, "
            f"{span(parts['worth'][code])}."
            for code in members
        ),
        data={"rows": rows, "total": whole, "potential": float(parts["all"].value)},
        findings=tuple(one.id for one in (*used, joined, parts["all"])),
    )


def settings_told(asked: Asked) -> str:
    """Say which settings an interval holds."""
    if asked.draws:
        return "nine tenths of the settings, without the lowest and the highest"
    return "every combination of ends and middles of what is assumed"


def _row(case: Case, parts: Any, code: str, role_of: Callable[[Case, str], str]) -> dict[str, Any]:
    """Make the bar of a partner."""
    worth, alone, last = parts["worth"][code], parts["alone"][code], parts["last"][code]
    return {
        "name": case.snapshot.actors.name(code), "role": role_of(case, code), "shapley": worth.value,
        "low": worth.low, "high": worth.high, "first_in": None if alone is None else alone.value,
        "last_in": None if last is None else last.value,
    }  # fmt: skip


def loss_table(case: Case, answer: Answer) -> Table:
    """One row a group that leaves: the loss, its interval, and what the interval is due to."""
    parts = answer.parts
    first, second = parts["first"], parts["second"]
    name = case.voice.bare_name
    groups: list[tuple[str, Finding, str]] = [
        (name(first), parts["alone"][first], first),
        (name(second), parts["alone"][second], second),
        (f"{name(first)} and {name(second)}", parts["both"], f"{first};{second}"),
        ("All partners (real wage)", parts["all"], "all"),
    ]
    return Table(
        title=f"What {name(case.triangle.client)} would lose",
        subtitle=f"Percent of welfare; the interval holds {settings_told(parts['asked'])}",
        head=("Who leaves", "Middle", "Interval", "What the interval hangs on"),
        rows=tuple(
            (
                Cell(plain(case.voice.upper(who)), kind="head"),
                Cell(Prose((Run(two_digits(one.value), finding=one.id),)), kind="number"),
                Cell(Prose((Run(span(one), finding=one.id),)), kind="number"),
                Cell(_carriers(parts["carried"][key])),
            )
            for who, one, key in groups
        ),
        source=ONE_SECTOR,
        numeric=(1, 2),
    )


def _carriers(carried: list[Finding]) -> Prose:
    """Name the assumptions to which a spread is due, with their shares."""
    named = [one for one in carried if one.value >= NAMED]
    if not named:
        return plain("not told apart")
    runs: list[Run] = []
    for place, one in enumerate(named):
        glue = "" if place == 0 else ", " if place + 1 < len(named) else " and "
        runs += [Run(f"{glue}{label_of(str(one.parameters['due_to']))} ("), Run(percent(one.value), finding=one.id),
                 Run(")")]  # fmt: skip
    return Prose(tuple(runs))


def assumption_table(case: Case, answer: Answer) -> Table | None:
    """One row a set of assumptions of the model of many sectors, one column a case; None where none is kept."""
    held: list[Finding] = list(answer.parts.get("assumptions") or ())
    if not held:
        return None
    cases = list(dict.fromkeys(str(one.parameters["case"]) for one in held))
    sets = list(dict.fromkeys(str(one.parameters["assumption"]) for one in held))
    names = [_case(case, one) for one in cases]
    by = {(str(one.parameters["assumption"]), str(one.parameters["case"])): one for one in held}
    rows = []
    for assumption in sets:
        cells = [Cell(plain(case.voice.upper(assumption_label(assumption))), kind="head")]
        for what in cases:
            one = by.get((assumption, what))
            if one is None:
                cells.append(Cell(plain("no equilibrium"), kind="missing", why_missing="no prices clear the markets"))
            else:
                cells.append(Cell(Prose((Run(span(one), finding=one.id),)), kind="number"))
        rows.append(tuple(cells))
    donors = listing([case.snapshot.actors.name(code) for code in str(held[0].parameters["donors"]).split(";")])
    return Table(
        title="Which assumption carries the loss",
        subtitle="Percent of real income, in a model of many sectors with an economy made up for "
        f"{case.voice.bare_name(case.triangle.client)}; intervals over the technologies of {donors} and the sizes "
        "in the notes",
        head=("Assumption", *names),
        rows=tuple(rows),
        source=MANY_SECTORS,
        numeric=tuple(range(1, len(cases) + 1)),
    )


def _case(case: Case, written: str) -> str:
    """Say a case of the model of many sectors: who leaves, or from whom no fuel comes."""
    kind, _, who = written.partition(":")
    if kind == "fuel":
        return f"No fuel from {'anybody' if who == 'all' else case.voice.bare_name(who)}"
    return "All partners leave" if who == "all" else f"{case.voice.upper(case.voice.bare_name(who))} leaves"
