"""Change of a client's whole trade between two years, over the flows that are recorded in both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from khasan.ledger.finding import Finding, make_finding
from khasan.ledger.snapshot import Snapshot
from khasan.measures.places import in_the_year
from khasan.measures.trade_book import TradeRow, trade_book
from khasan.measures.vetted import verdicts

HALF = 0.5
"""Part of the earlier trade below which the flows recorded in both years are too few to speak of the whole."""

Flows = Mapping[tuple[str, str, str], TradeRow]
"""Rows of goods by role, giver and taker."""


def flows_of(snapshot: Snapshot, client: str, year: int, compiler: str) -> Flows:
    """Return the flows of goods above 0 of a client in a year by one compiler, the best graded row of each.

    Their values are in the unit of the book's money (see :func:`khasan.measures.trade_book.trade_book`).

    Source: the series of the roles ``goods_exports`` and, where a partner has none, ``goods_trade``.
    """
    (place,), _ = in_the_year(snapshot, year, client)
    found: dict[tuple[str, str, str], TradeRow] = {}
    both: dict[tuple[str, str, str], TradeRow] = {}
    for row in trade_book(snapshot).of(compiler, year).rows:
        if row.value > 0 and place in (row.giver, row.taker) and "WLD" not in (row.giver, row.taker):
            giver, taker = ("*" if code == place else code for code in (row.giver, row.taker))
            if row.role == "goods_exports":
                found.setdefault((row.role, giver, taker), row)
            elif row.role == "goods_trade":
                both.setdefault((row.role, *sorted((giver, taker))), row)  # type: ignore[arg-type]
    directed = {code for _, *pair in found for code in pair}
    return found | {key: row for key, row in both.items() if not directed & (set(key[1:]) - {"*"})}


def suspect_flows(snapshot: Snapshot, client: str, year: int, compiler: str) -> dict[tuple[str, str, str], list[str]]:
    """Return the flows of a client in a year that are suspect, each with the rows that say so (no unit: ids).

    Keys are those of :func:`flows_of`.

    Source: see :func:`khasan.measures.vetted.verdicts`.
    """
    (place,), _ = in_the_year(snapshot, year, client)
    listed, counted = verdicts(snapshot, place or client, compiler, year)
    rows = [counted] if counted is not None else []
    found: dict[tuple[str, str, str], list[str]] = {}
    for one in listed:
        giver, taker = ("*" if code == place else code for code in (one.exporter, one.importer))
        found["goods_exports", giver, taker] = [one.id, *rows]
    return found


def whole_change(
    snapshot: Snapshot, client: str, before: int, after: int, compiler: str = "", basis: str = ""
) -> Finding | None:
    """Change of a client's trade with all partners between two years, by one compiler.

    ``sum_f F_f(after) / sum_f F_f(before) - 1`` over the flows f (a partner in one direction) that are recorded above 0
    in both years, so that a flow which the file lacks in one of them is not read as a loss. Low and high span this and
    the change over all recorded flows.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    client : str
        Whose trade; in years before it existed its predecessor is asked, and named in a caveat.
    before, after : int
        Calendar years.
    compiler : str
        Whose numbers.
    basis : str
        ``vetted``: flows that are suspect in either year are left out of both.

    Returns
    -------
    Finding or None
        Value in the unit ``share``. ``detail`` holds ``before`` and ``after`` (USD million, flows of both years),
        ``flows`` (their number), ``compared`` (the part of the earlier trade that they make up), ``lost`` and
        ``gained`` (USD million, sums over the partners that fell and that rose), ``partners``: by partner the
        amounts before and after, and ``suspect``: by partner, the same amounts that are left out. None where no flow
        is recorded in both years.

    Source: the compiler.
    """
    old, new = (flows_of(snapshot, client, year, compiler) for year in (before, after))
    doubted: dict[tuple[str, str, str], list[str]] = {}
    if basis == "vetted":
        for year in (before, after):
            for key, says in suspect_flows(snapshot, client, year, compiler).items():
                doubted.setdefault(key, []).extend(says)
    every_flow = (old, new)
    old, new = ({key: row for key, row in flows.items() if key not in doubted} for flows in every_flow)
    shared = sorted(old.keys() & new.keys())
    first, last = sum(old[key].value for key in shared), sum(new[key].value for key in shared)
    whole, rest = sum(row.value for row in old.values()), sum(row.value for row in new.values())
    if not shared or first <= 0:
        return None
    partners: dict[str, list[float]] = {}
    for key in shared:
        held = partners.setdefault(next(code for code in key[1:] if code != "*"), [0.0, 0.0])
        held[0] += old[key].value / 1e6
        held[1] += new[key].value / 1e6
    left_out: dict[str, list[float]] = {}
    for place, flows in enumerate(every_flow):
        for key in flows.keys() & doubted.keys():
            held = left_out.setdefault(next(code for code in key[1:] if code != "*"), [0.0, 0.0])
            held[place] += flows[key].value / 1e6
    changes = [after_it - before_it for before_it, after_it in partners.values()]
    value, every = last / first - 1, rest / whole - 1
    compared = first / whole
    caveats = [text for year in (before, after) for text in in_the_year(snapshot, year, client)[1]]
    if compared < HALF:
        caveats.append("Less than half of the earlier trade is recorded in both years; the change may be the file's.")
    detail: dict[str, Any] = {
        "before": first / 1e6, "after": last / 1e6, "flows": len(shared), "compared": compared,
        "all_flows": every, "all_before": whole / 1e6, "all_after": rest / 1e6,
        "lost": -sum(change for change in changes if change < 0), "gained": sum(one for one in changes if one > 0),
        "partners": {code: tuple(amounts) for code, amounts in sorted(partners.items())},
        "suspect": {code: tuple(amounts) for code, amounts in sorted(left_out.items())},
    }  # fmt: skip
    return make_finding(
        snapshot,
        "whole_change",
        {"client": client, "before": before, "after": after, "compiler": compiler, "basis": basis},
        [
            *(row.id for flows in every_flow for row in flows.values()),
            *(row for says in doubted.values() for row in says),
        ],
        value,
        "share",
        low=min(value, every),
        high=max(value, every),
        channel=old[shared[0]].channel,
        caveats=[*caveats, "Current dollars: part of a change is a change of prices. No cause is recorded."],
        detail=detail,
    )
