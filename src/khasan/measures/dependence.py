"""Dependence: how much of a client's trade runs through one partner, one reading a compiler.

A share is not vulnerability: that is the cost of replacement (Hirschman 1945; Keohane and Nye 1977).
"""

from __future__ import annotations

from typing import Any

from khasan.ledger.errors import InputError
from khasan.ledger.finding import Finding, Parameter, make_finding
from khasan.ledger.snapshot import Snapshot
from khasan.measures.places import in_the_year, traded_as
from khasan.measures.trade_book import left_out, million, trade_book

NOT_VULNERABILITY = "A share is not vulnerability, which is the cost of replacing the partner."

FLOWS = ("trade", "exports", "imports")
"""Which of a client's flows a share is over."""


def trade_share(
    snapshot: Snapshot,
    client: str,
    partner: str,
    year: int,
    compiler: str = "",
    excludes: str = "",
    flow: str = "trade",
) -> Finding | None:
    """Share of one partner in a client's trade, by one compiler.

    ``(X_cp + M_cp) / T_c`` with ``X_cp`` the client's exports to the partner, ``M_cp`` its imports from it and
    ``T_c`` the compiler's total or, where it gives none, the sum over all partners that it lists. A share that the
    compiler printed itself comes first. A direction without data is left out and said so, never read as 0.

    Parameters
    ----------
    snapshot : Snapshot
        The ledger on a day.
    client, partner : str
        Actors; in years before the partner existed its predecessor is asked, and named in a caveat.
    year : int
        Calendar year.
    compiler : str
        Whose numbers; compilers are never mixed.
    excludes : str
        What the compiler's total leaves out.
    flow : str
        ``trade`` (both directions), ``exports`` or ``imports`` of the client.

    Returns
    -------
    Finding or None
        Value in the unit ``share`` (0 to 1); None where the compiler has no data. ``detail`` holds ``exports`` and
        ``imports`` in USD million, ``coverage`` (which denominator) and ``listed`` (part of the total that the listed
        partners make up).

    Source: Hirschman, National Power and the Structure of Foreign Trade (1945); the casebook's compilers.
    """
    book = trade_book(snapshot).of(compiler, year)
    (client_at, partner_at), caveats = traded_as(snapshot, year, book.pairs(), client, partner)
    if client_at is None or partner_at is None or flow not in FLOWS:
        return None
    exports, imports = book.export(client_at, partner_at), book.export(partner_at, client_at)
    parameters: dict[str, Parameter | None] = {
        "client": client,
        "partner": partner,
        "year": year,
        "compiler": compiler,
        "excludes": excludes,
        "flow": flow if flow != "trade" else "",
    }
    detail: dict[str, Any] = {
        "exports": million(exports),
        "imports": million(imports),
        "actor": partner_at,
        "excludes": excludes,
        "compiler": compiler,
        "year": year,
    }
    printed = book.printed_share(client_at, partner_at, flow, excludes)
    if printed is not None:
        detail |= {
            "coverage": "total of the compiler, as printed",
            "denominator": None,
            "listed": None,
            "route": "printed",
            "one_way": False,
        }
        return make_finding(
            snapshot,
            "trade_share",
            parameters,
            [printed.id],
            printed.value,
            "share",
            low=printed.low,
            high=printed.high,
            channel=printed.channel,
            caveats=[*caveats, *printed.caveats, NOT_VULNERABILITY],
            detail=detail,
        )
    parts = {"trade": [exports, imports], "exports": [exports], "imports": [imports]}[flow]
    present = [part for part in parts if part is not None]
    two_way = book.two_way(client_at, partner_at) if flow == "trade" and len(present) < 2 else None
    if two_way is not None:
        present = [two_way]
    total = book.denominator(client_at, flow, excludes)
    if not present or total is None or total.value <= 0 or left_out(snapshot, partner_at, excludes):
        return None
    one_way = len(present) < len(parts) and two_way is None
    if one_way:
        caveats.append("One direction has no data and is left out; the share is a lower bound.")
    numerator = sum(part.value for part in present)
    detail |= {
        "coverage": f"one direction only, over the {total.coverage}" if one_way else total.coverage,
        "one_way": one_way,
        "denominator": total.value / 1e6,
        "listed": total.listed,
        "route": "computed",
    }
    return make_finding(
        snapshot,
        "trade_share",
        parameters,
        [*(part.id for part in present), *total.rows],
        numerator / total.value,
        "share",
        channel=present[0].channel,
        caveats=[*caveats, *(text for part in present for text in part.caveats), NOT_VULNERABILITY],
        detail=detail,
    )


def dependence(
    snapshot: Snapshot,
    client: str,
    partner: str,
    first: int,
    last: int,
    compiler: str | None = None,
    flow: str = "trade",
) -> list[Finding]:
    """Return every reading of a share over a span of years: one finding a year, compiler and exclusion.

    Each is :func:`trade_share`, in the unit ``share`` (0 to 1).

    Raises
    ------
    InputError
        Where ``first`` lies after ``last``.

    Source: see :func:`trade_share`.
    """
    if first > last:
        raise InputError(f"--from {first} lies after --to {last}; swap them")
    found: list[Finding] = []
    for year in range(first, last + 1):
        for name, excludes in trade_book(snapshot).readings(snapshot.actors.lineage(client), year):
            if compiler is None or name == compiler:
                share = trade_share(snapshot, client, partner, year, name, excludes, flow)
                if share is not None:
                    found.append(share)
    return found


def concentration(snapshot: Snapshot, client: str, year: int, compiler: str = "") -> Finding | None:
    """Herfindahl-Hirschman index of a client's trade over its partners, by one compiler.

    ``H = sum_k s_k**2`` with ``s_k`` the share of partner k in two-way trade. Where the listed partners make up only
    part of the compiler's total, the rest is at least spread thin (low end) and at most split into partners as large
    as the smallest listed one (high end).

    Returns
    -------
    Finding or None
        Value (middle of the interval), low and high in the unit ``index`` (0 to 1); None where there is no data.

    Source: Hirschman (1945); Herfindahl (1950).
    """
    (client_at,), _ = in_the_year(snapshot, year, client)
    if client_at is None:
        return None
    book = trade_book(snapshot).of(compiler, year)
    partners = book.partners(client_at)
    total = book.denominator(client_at, "trade", "")
    if len(partners) < 2 or total is None or total.value <= 0:
        return None
    shares = [sum(row.value for row in rows) / total.value for rows in partners.values()]
    low = sum(share**2 for share in shares)
    rest = max(0.0, 1.0 - sum(shares))
    high = min(1.0, low + rest * min(shares))
    rows = [row for listed in partners.values() for row in listed]
    return make_finding(
        snapshot,
        "concentration",
        {"client": client, "year": year, "compiler": compiler},
        [*(row.id for row in rows), *total.rows],
        (low + high) / 2,
        "index",
        low=low,
        high=high,
        channel=rows[0].channel,
        detail={"coverage": total.coverage, "listed": total.listed, "partners": len(shares)},
    )


def asymmetry(snapshot: Snapshot, client: str, partner: str, year: int, compiler: str = "") -> Finding | None:
    """Hirschman asymmetry: the client's dependence on the partner over the partner's on the client.

    ``d(c, p) / d(p, c)``; above 1 the client needs the partner more.

    Returns
    -------
    Finding or None
        A ratio (unit ``ratio``); None where one of the two shares has no data.

    Source: Hirschman (1945).
    """
    one = trade_share(snapshot, client, partner, year, compiler)
    other = trade_share(snapshot, partner, client, year, compiler)
    if one is None or other is None or other.value <= 0:
        return None
    return make_finding(
        snapshot,
        "asymmetry",
        {"client": client, "partner": partner, "year": year, "compiler": compiler},
        [*one.evidence, *other.evidence],
        one.value / other.value,
        "ratio",
        channel=one.channel,
        caveats=[*one.caveats, *other.caveats],
        detail={"client_share": one.value, "partner_share": other.value},
    )


def reading_count(snapshot: Snapshot, client: str, partner: str, year: int) -> Finding | None:
    """Count the readings of one share in one year; they stand side by side and are never joined.

    Returns
    -------
    Finding or None
        Number of readings (unit ``readings``); low and high are the same number. ``detail`` lists each reading with
        compiler, exclusion and share (0 to 1). None where there are fewer than two.

    Source: the compilers named in ``detail``.
    """
    found = dependence(snapshot, client, partner, year, year)
    if len(found) < 2:
        return None
    listed = [
        {"compiler": one.detail["compiler"], "excludes": one.detail["excludes"], "share": one.value, "finding": one.id}
        for one in found
    ]
    return make_finding(
        snapshot,
        "reading_count",
        {"client": client, "partner": partner, "year": year},
        [row for one in found for row in one.evidence],
        len(found),
        "readings",
        channel=found[0].channel,
        detail={"readings": listed},
    )
