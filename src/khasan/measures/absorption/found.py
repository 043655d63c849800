"""Absorption as findings: read from the rows of a ledger, made again from their evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from khasan.ledger.actors import split
from khasan.ledger.errors import InputError
from khasan.ledger.finding import Finding, make_finding
from khasan.ledger.knowledge import best_first
from khasan.ledger.snapshot import Snapshot
from khasan.measures.absorption.flows import client_trade
from khasan.measures.absorption.result import absorption
from khasan.measures.absorption.window import AFTER, BEFORE
from khasan.measures.roles import trade_series

LEDGER_EXPECTATIONS = ("mean", "trend", "synthetic")
"""Expectations that need nothing but the trade itself."""


@dataclass(frozen=True, slots=True)
class Absorbed:
    """The rows of a client around a shock by one compiler, and what follows from them.

    Attributes
    ----------
    result : DataFrame
        As :func:`khasan.measures.absorption.result.absorption` gives it, amounts in millions of the rows' money.
    evidence : tuple of str
        Rows used.
    """

    result: pl.DataFrame
    evidence: tuple[str, ...]


def compilers_around(snapshot: Snapshot, client: str, shock: date) -> list[str]:
    """Name the compilers that give flows of a client before and after a shock (no unit: names), most rows first.

    Source: the series of the role ``goods_exports``.
    """
    rows = _rows(snapshot, client, shock, "", 0)
    sides = rows.group_by("compiler").agg(
        before=(pl.col("year") < shock.year).sum(), after=(pl.col("year") >= shock.year).sum(), rows=pl.len()
    )
    both = sides.filter((pl.col("before") > 0) & (pl.col("after") > 0)).sort(
        "rows", "compiler", descending=[True, False]
    )
    return both.get_column("compiler").to_list()


def absorbed_table(
    snapshot: Snapshot,
    client: str,
    shock: str,
    senders: str,
    compiler: str,
    binds_all: str = "",
    leads: int = 0,
    gravity: pl.DataFrame | None = None,
) -> Absorbed:
    """Give absorption around a shock from the rows of a ledger, by one compiler.

    The client's and its partners' predecessors count as them. Senders that are blocs stand for their members.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    client : str
        Target.
    shock : str
        First day under restriction, as ISO text.
    gravity : DataFrame, optional
        ``partner``, ``year``, ``expected`` (USD million): trade that gravity expects; the fourth expectation.
    senders : str
        Who restricts, separated by a semicolon.
    compiler : str
        Whose numbers.
    binds_all : str
        ``yes`` where all are bound.
    leads : int
        Years before the shock left out.

    Returns
    -------
    Absorbed
        Amounts in millions of the rows' money, shares in the unit ``share``; see
        :func:`khasan.measures.absorption.result.absorption`.

    Source: the series of the role ``goods_exports``.
    """
    key = f"absorbed {client} {shock} {senders} {compiler} {binds_all} {leads} {gravity is not None}"

    def make(held: Snapshot) -> Absorbed:
        """Read and measure once."""
        day = _day(shock)
        rows = _rows(held, client, day, compiler, leads)
        names = _sender_codes(held, senders)
        flows = rows.select("exporter", "importer", "year", value=pl.col("value_base") / 1e6)
        trade = client_trade(flows, client)
        result = absorption(
            trade.select("partner", "year", "value"),
            names,
            day,
            binds_all=binds_all == "yes",
            expectations=LEDGER_EXPECTATIONS if gravity is None else None,
            gravity=gravity,
            leads=leads,
        )
        return Absorbed(result, tuple(rows.get_column("id").to_list()))

    return snapshot.remember(key, make)


def absorbed(
    snapshot: Snapshot,
    client: str,
    partner: str,
    shock: str,
    senders: str,
    expectation: str,
    compiler: str,
    binds_all: str = "",
    leads: int = 0,
) -> Finding | None:
    """Deflection to one partner: its change against what was expected, over the loss of those who restrict.

    See :func:`khasan.measures.absorption.deflection.deflections` for the formula and the interval (90 percent).

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    client, partner : str
        Target of the restriction, and the partner asked about.
    shock, senders, compiler, binds_all, leads
        As in :func:`absorbed_table`.
    expectation : str
        mean, trend or synthetic.

    Returns
    -------
    Finding or None
        Value in the unit ``share of the loss``; ``detail`` is the row of the result, amounts in millions of the rows'
        money. None where it is undefined; :func:`absorbed_table` has the reason.

    Source: the compiler's rows around the shock: of the partner, the senders, and all others, whose errors of
    expectation make the interval.
    """
    table = absorbed_table(snapshot, client, shock, senders, compiler, binds_all, leads)
    row = table.result.filter((pl.col("partner") == partner) & (pl.col("expectation") == expectation))
    if row.height != 1 or not row.item(0, "defined"):
        return None
    told: dict[str, Any] = row.row(0, named=True)
    small = snapshot.remember(f"rows of {client} {shock} {compiler} {senders}", lambda held: held.only(table.evidence))
    return make_finding(
        small,
        "absorbed",
        {
            "client": client, "partner": partner, "shock": shock, "senders": senders, "expectation": expectation,
            "compiler": compiler, "binds_all": binds_all, "leads": leads or None,
        },
        table.evidence,
        told["share_of_loss"],
        "share of the loss",
        low=told["low"],
        high=told["high"],
        channel=small.observation.item(0, "channel"),
        caveats=_caveats(told),
        detail=told,
    )  # fmt: skip


def absorptions(
    snapshot: Snapshot,
    client: str,
    shock: str,
    senders: str,
    compiler: str = "",
    binds_all: str = "",
    leads: int = 0,
    most: int = 12,
) -> list[Finding]:
    """Return deflection to the partners whose trade moved most against expectation, under every expectation.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    client, shock, senders, compiler, binds_all, leads
        As in :func:`absorbed_table`; without a compiler the one with most rows around the shock.
    most : int
        So many partners at most, those with the largest change by the middle of the expectations.

    Returns
    -------
    list of Finding
        Of :func:`absorbed` (unit ``share of the loss``), partner by partner; empty where all is undefined.

    Source: the compiler's rows.
    """
    named = compiler or next(iter(compilers_around(snapshot, client, _day(shock))), "")
    if not named:
        return []
    table = absorbed_table(snapshot, client, shock, senders, named, binds_all, leads)
    defined = table.result.filter("defined")
    moved = defined.group_by("partner").agg(pl.col("change").abs().median())
    chosen = moved.sort("change", "partner", descending=[True, False]).head(most).get_column("partner").to_list()
    found = []
    for partner in chosen:
        for expectation in LEDGER_EXPECTATIONS:
            one = absorbed(snapshot, client, partner, shock, senders, expectation, named, binds_all, leads)
            if one is not None:
                found.append(one)
    return found


def _caveats(told: dict[str, Any]) -> Sequence[str]:
    """Say what must be known beside the share (no unit: sentences)."""
    caveats = ["A rise beside a fall does not show that the same goods moved; prices and growth are in both."]
    if told["placebos"] < 5:
        caveats.append(
            f"Only {told['placebos']} other partners show how far trade strays; the interval rests on years before."
        )
    if told["expectation"] == "synthetic":
        caveats.append("The donors are other partners of the same client; what they gained too is not counted.")
    return caveats


def _rows(snapshot: Snapshot, client: str, shock: date, compiler: str, leads: int) -> pl.DataFrame:
    """Return the usable yearly rows of a client around a shock, best graded first of each key, actors as of today."""
    series = trade_series(snapshot, "goods_exports")
    line = list(snapshot.actors.lineage(client)) or [client]
    first = shock.year if (shock.month, shock.day) == (1, 1) else shock.year + 1
    after = pl.col("year").is_between(first, first + AFTER - 1)
    sides = pl.col("from_actor").is_in(line) | pl.col("to_actor").is_in(line)
    rows = snapshot.usable.filter(
        (pl.col("series") == (series or ""))
        & (pl.col("year").is_between(shock.year - BEFORE - leads, shock.year - 1 - leads) | after)
        & pl.col("scenario").is_null()
        & (pl.col("dimension") == "money")
        & sides
    )
    if compiler:
        rows = rows.filter(pl.col("compiler").fill_null("") == compiler)
    today = _names_today(snapshot, rows, client)
    rows = best_first(rows).with_columns(
        exporter=pl.col("from_actor").replace(today),
        importer=pl.col("to_actor").replace(today),
        compiler=pl.col("compiler").fill_null(""),
    )
    return rows.unique(["compiler", "exporter", "importer", "year"], keep="first", maintain_order=True).sort("id")


def _names_today(snapshot: Snapshot, rows: pl.DataFrame, client: str) -> dict[str, str]:
    """Return for each predecessor the actor that took its place, where one did (no unit: ids)."""
    codes = {*rows.get_column("from_actor"), *rows.get_column("to_actor"), client}
    heirs: dict[str, set[str]] = {}
    for code in codes:
        for older in snapshot.actors.lineage(code)[1:]:
            heirs.setdefault(older, set()).add(code)
    return {older: next(iter(of)) for older, of in heirs.items() if len(of) == 1}


def _sender_codes(snapshot: Snapshot, senders: str) -> list[str]:
    """Return the senders, blocs and groups as their members."""
    found: list[str] = []
    for code in split(senders):
        actor = snapshot.actors.by_id.get(code)
        found += actor.members if actor is not None and actor.members else (code,)
    return list(dict.fromkeys(found))


def _day(text: str) -> date:
    """Read a day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"shock {text!r} is not a date such as 2011-05-01") from None
