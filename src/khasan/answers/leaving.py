"""Say what the client would lose if its partners left, in the model of world trade, and on what that hangs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from khasan.answers.answer import Answer, Case, together
from khasan.answers.numbers import amount, amount_span, exact, figure, rounded
from khasan.answers.prose import Prose
from khasan.ledger.finding import Finding
from khasan.measures.leaving.asked import ALL, Asked, applied, label_of, written
from khasan.measures.leaving.assumptions import assumption_label, kept_assumptions
from khasan.measures.leaving.kept import (
    kept_asked,
    leaving_carried,
    leaving_interaction,
    leaving_last,
    leaving_loss,
    leaving_offer,
    leaving_replaced,
    leaving_worth,
    moves_with,
)
from khasan.measures.readings import figure_readings, one_estimate

QUESTION = "leaving"
NOTHING = 0.005
"""Percent of welfare that would be printed as zero."""


def answer(case: Case) -> Answer | None:
    """Answer what the client would lose if its partners left; None where the ledger keeps no such finding."""
    snapshot, client, voice = case.snapshot, case.triangle.client, case.voice
    asked = kept_asked(snapshot, client)
    if asked is None:
        return None
    first, second = asked.among[:2]
    given = asked.arguments
    alone = {one: leaving_loss(snapshot, leaving=one, **given) for one in asked.among}
    both = leaving_loss(snapshot, leaving=f"{first};{second}", **given)
    everybody = leaving_loss(snapshot, leaving=ALL, **given)
    joined = leaving_loss(snapshot, leaving=";".join(asked.among), **given)
    losses = {code: one for code, one in alone.items() if one is not None}
    if first not in losses or second not in losses or both is None or everybody is None:
        return None
    worth = {one: leaving_worth(snapshot, member=one, **given) for one in asked.among}
    last = {one: leaving_last(snapshot, member=one, **given) for one in asked.among}
    large, small = sorted((first, second), key=lambda code: -losses[code].value)
    carried = {
        who: _carried(case, asked, who) for who in (first, second, f"{first};{second}", ALL)
    }  # fmt: skip
    over = written(applied(asked))
    money = leaving_offer(snapshot, client, first, second, asked.year, over)
    money = money if money is not None and money.high > 0.0 and large == first else None
    support = leaving_replaced(snapshot, client, first, second, asked.year, over) if money is not None else None
    pair = leaving_interaction(snapshot, **given)
    pair = pair if pair is not None and max(abs(pair.low), abs(pair.high)) >= NOTHING else None
    published = published_losses(case)
    missing = [code for code in (case.triangle.client_rival, case.triangle.opponent) if code and code not in alone]
    known = next((one for code in missing if (one := _known_otherwise(case, code, asked.year)) is not None), None)

    def cash(finding: Finding) -> str:
        """Write an interval of money with two digits at each end."""
        ends = (rounded(finding.low, 2), rounded(finding.high, 2))
        return amount_span(*ends, finding.unit, snapshot.units, snapshot.labels)

    def exactly(finding: Finding, value: float) -> str:
        """Write a published value as it was printed."""
        if finding.unit == "percent":
            return f"{exact(value)} percent"
        return amount(value, finding.unit, snapshot.units, snapshot.labels)

    assumed = kept_assumptions(snapshot, client)
    of_first = {str(one.parameters["assumption"]): one for one in assumed if one.parameters["case"] == f"goods:{first}"}
    values = {
        "client": client, "first": first, "second": second, "year": asked.year, "large": large, "small": small,
        "one": losses[large], "other": losses[small], "both": both, "all": everybody, "joined": joined,
        "alone": alone, "worth": worth, "last": last, "money": money, "support": support, "pair": pair,
        "carried": carried, "asked": asked, "main": carried[large], "missing": missing,
        "known": known, "paid": _payment(case, support), "assumed": of_first, "assumptions": assumed,
        "assumption": assumption_label, "span": span, "signed": signed_span, "less": less_span, "cash": cash,
        "label": label_of, "moves": moves_with,
    }  # fmt: skip
    return Answer(
        QUESTION,
        voice.say("leaving_title", **values),
        voice.say("leaving", **values),
        tuple(
            voice.say("leaving_published", by=by, estimates=group, exactly=exactly)
            for by, group in _by_author(case, published).items()
        ),
        _unknown(case, values),
        together(
            QUESTION, alone.values(), both, everybody, joined, worth.values(), last.values(), pair, money, support,
            known,
            (one for group in carried.values() for one in group), published, assumed,
        ),
        values | {"published": published},
    )  # fmt: skip


def span(finding: Finding) -> str:
    """Write an interval in percent with two digits at each end: 1.2 to 6.1."""
    low, high = (two_digits(end) for end in (finding.low, finding.high))
    return low if low == high else f"{low} to {high}"


def two_digits(value: float) -> str:
    """Write a number with two digits; what is not zero is not written as zero."""
    if value and abs(value) < NOTHING:
        return "under 0.01" if value > 0 else "about 0"
    return f"{'minus ' if value < 0 else ''}{figure(abs(value), 2)}"


def signed_span(finding: Finding) -> str:
    """Write an interval that may lie on both sides of zero: minus 0.03 to plus 0.14."""
    return " to ".join(_signed(end) for end in (finding.low, finding.high))


def less_span(finding: Finding) -> str:
    """Write an interval below zero as what is less: 0.01 to 0.31."""
    low, high = (two_digits(abs(end)) for end in (finding.high, finding.low))
    return low if low == high else f"{low} to {high}"


def _signed(value: float) -> str:
    """Write a number with its sign in words; what is not zero is not written as zero."""
    if abs(value) < NOTHING:
        return "about 0" if value else "0"
    return f"{'minus ' if value < 0 else 'plus '}{figure(abs(value), 2)}"


def published_losses(case: Case) -> list[Finding]:
    """Return published estimates of what sanctions cost the client, for orientation; each under all its scenarios."""
    frame = case.snapshot.usable.filter(
        pl.col("series").is_in(case.snapshot.series_of("published_loss"))
        & pl.col("from_actor").is_in(list(case.snapshot.actors.lineage(case.triangle.client)))
    )
    ids = frame.sort("id").get_column("estimate_id").drop_nulls().unique(maintain_order=True).to_list()
    return [one for estimate in ids if (one := one_estimate(case.snapshot, estimate)) is not None]


def _known_otherwise(case: Case, partner: str, year: int) -> Finding | None:
    """Return what another compiler counts of the client's trade with a partner, in the year nearest to one."""
    snapshot, client = case.snapshot, case.triangle.client
    series = [one for role in ("goods_trade", "goods_exports") for one in snapshot.series_of(role)]
    rows = snapshot.usable.filter(
        pl.col("series").is_in(series)
        & pl.col("from_actor").is_in([client, partner])
        & pl.col("to_actor").is_in([client, partner])
        & (pl.col("value") > 0)
        & pl.col("year").is_not_null()
    ).with_columns(far=(pl.col("year") - year).abs())
    if rows.is_empty():
        return None
    row = rows.sort("far", pl.col("series").is_in(snapshot.series_of("goods_trade")).not_(), "id").row(0, named=True)
    days = (row["start"].isoformat(), row["end"].isoformat())
    return figure_readings(snapshot, row["series"], row["from_actor"], row["to_actor"], *days)


def _by_author(case: Case, estimates: list[Finding]) -> dict[str, list[Finding]]:
    """Group estimates by who made them and when they were published."""
    found: dict[str, list[Finding]] = {}
    for one in estimates:
        row = case.snapshot.rows[one.evidence[0]][1]
        year = str(case.snapshot.sources[str(row["source"])]["published"])[:4]
        found.setdefault(f"{row.get('compiler') or 'author not named'}, {year}", []).append(one)
    return found


def _payment(case: Case, support: Finding | None) -> dict[str, Any] | None:
    """Return who estimates the support and for which period, from the rows of the payments behind a finding."""
    if support is None:
        return None
    snapshot = case.snapshot
    series = snapshot.series_of("patron_payment")
    cells = (snapshot.rows[row][1] for row in support.evidence)
    paid = [row for row in cells if row.get("series") in series]
    by = next((str(row["alleged_by"]) for row in paid if row.get("alleged_by")), "")
    start, end = min(row["start"] for row in paid), max(row["end"] for row in paid)
    return {"by": case.voice.accuser(by) if by else "", "period": f"{start.year} to {end.year}"}


def _carried(case: Case, asked: Asked, leaving: str) -> list[Finding]:
    """Return what the spread of a loss is due to, the largest share first."""
    names = [one.partition("=")[0] for one in asked.over]
    found = (leaving_carried(case.snapshot, leaving=leaving, due_to=name, **asked.arguments) for name in names)
    return sorted((one for one in found if one is not None), key=lambda one: (-one.value, one.id))


def _unknown(case: Case, values: Mapping[str, Any]) -> tuple[Prose, ...]:
    """Say what the model cannot show."""
    return (case.voice.say("leaving_unknown", **values),)
